"""An auditor looks at cases drawn at random, clause by clause, for a time, and changes nothing (K12)."""

import os
import re
from datetime import timedelta

import frappe
import frappe.client
import pytest
from frappe.utils import now_datetime, today

from nervion_service.domain import audit_clauses, audit_sampling
from nervion_service.domain.audit_proofs import State
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services.auditing import access, attachments, audits, findings, reading, report, sampling
from nervion_service.services.case_file import keeping, verification
from tests import engine
from tests.engine import run_as
from tests.site import complaint_factories as complaints
from tests.site import folio_factories as folios
from tests.site.folio_factories import cast, everybody  # noqa: F401 (a fixture)

AUDIT = "Service Audit"
CAST = (Role.QUALITY, Role.AUDITOR, Role.EXECUTIVE, Role.COORDINATOR)


@pytest.fixture(scope="module")
def case(module_transaction):
	"""A complaint that was answered and closed, of a company of its own."""
	with engine.working_folder(module_transaction.sites):
		return complaints.close(complaints.answered_attention())


@pytest.fixture
def audit(case):
	"""An open audit of the case's company."""
	return make_audit(case)


def make_audit(case, **overrides):
	"""An audit that Quality opens for the auditor of the cast, from yesterday until tomorrow."""
	now = now_datetime()
	values = {
		"doctype": AUDIT,
		"title": "Auditoría interna",
		"company": case.company,
		"auditor": folios.cast(Role.AUDITOR),
		"access_from": now - timedelta(days=1),
		"access_until": now + timedelta(days=1),
		"period_from": "2020-01-01",
		"period_to": today(),
		"folios": 2,
		"complaints": 1,
		"corrective_actions": 0,
	}
	with run_as(folios.cast(Role.QUALITY)):
		audit = frappe.get_doc({**values, **overrides}).insert()
	if not any(row.case_name == case.name for row in audit.cases):
		# other complaints of the site's company were luckier
		audit.append("cases", {"case_type": case.doctype, "case_name": case.name})
		access.saved(audit)
	return audit


def drawn_complaint(audit):
	return [row for row in audit.cases if row.case_type == "Service Complaint"][-1]


def as_auditor():
	return run_as(folios.cast(Role.AUDITOR))


def find(audit, verdict="Nonconformity", note="No hay acuse.", question="progress"):
	row = drawn_complaint(audit)
	with as_auditor():
		findings.record(audit.name, row.case_type, row.case_name, question, verdict, note)
	return frappe.get_doc(AUDIT, audit.name).findings[-1]


def test_whoever_knows_the_seed_draws_the_same_cases(audit):
	drawn = {kind: [row.case_name for row in audit.cases if row.case_type == kind] for kind in sampling.KINDS}
	names = frappe.get_all("Service Folio", {"company": audit.company}, pluck="name")
	assert drawn["Service Folio"] == audit_sampling.draw(names, audit.seed, 2)
	names = frappe.get_all("Service Complaint", {"company": audit.company}, pluck="name")
	assert drawn["Service Complaint"][:1] == audit_sampling.draw(names, audit.seed, 1)
	assert len(audit.seed) == 16


def test_one_more_case_continues_the_draw_and_is_kept(audit):
	before = [row.case_name for row in audit.cases if row.case_type == "Service Folio"]
	folios.make_folio(company=audit.company)
	with as_auditor():
		name = sampling.another(audit.name, "Service Folio")
	audit.reload()
	assert [row.case_name for row in audit.cases if row.case_type == "Service Folio"] == [*before, name]


def test_every_clause_of_a_case_has_its_answer_and_a_proof_is_a_record(audit):
	row = drawn_complaint(audit)
	with as_auditor():
		answers = reading.look(audit.name, row.case_type, row.case_name)
	assert [one["question"] for one in answers] == [one.code for one in audit_clauses.QUESTIONS]
	proofs = [proof for one in answers for proof in one["proofs"]]
	assert proofs and all(frappe.db.exists(proof["doctype"], proof["name"]) for proof in proofs)
	said = {one["question"]: one for one in answers}
	assert said["decision"]["state"] == State.FOUND
	assert said["decision"]["proofs"][0]["doctype"] == "Communication"
	assert said["calibration"]["state"] == State.NOT_APPLICABLE


def test_it_is_written_down_once_that_the_auditor_looked(audit):
	row = drawn_complaint(audit)
	for _again in range(2):
		with as_auditor():
			reading.look(audit.name, row.case_type, row.case_name)
	seen = frappe.get_all(
		"Service Event", {"case_name": row.case_name, "event": Events.AUDITED}, ["actor", "reference_name"]
	)
	assert [(one.actor, one.reference_name) for one in seen] == [(folios.cast(Role.AUDITOR), audit.name)]


def seen_events(audit):
	return frappe.get_all(
		"Service Event", {"reference_name": audit.name, "event": Events.AUDITED}, pluck="case_name"
	)


def test_the_whole_file_of_a_case_can_be_read_without_its_costs(audit, monkeypatch):
	row = drawn_complaint(audit)
	monkeypatch.setattr(frappe.local.flags, "commit", False)
	with as_auditor():
		reading.case_file(audit.name, row.case_type, row.case_name)
	assert frappe.local.response.filecontent.startswith(b"%PDF")
	assert frappe.local.response.type == "pdf"
	# opened by its address, without a look at the clauses before
	assert seen_events(audit) == [row.case_name] and frappe.local.flags.commit


def test_the_files_of_a_drawn_case_are_opened_one_by_one_and_a_lost_one_is_a_gap(audit):
	row = drawn_complaint(audit)
	place = (audit.name, row.case_type, row.case_name)
	message = frappe.get_doc(row.case_type, row.case_name).answer_evidence
	kept = complaints.upload(attached_to_doctype=row.case_type, attached_to_name=row.case_name)
	letter = complaints.upload(
		b"%PDF-1.4 constancia", attached_to_doctype="Communication", attached_to_name=message
	)
	other = complaints.upload(attached_to_doctype="Service Folio", attached_to_name="FOL-OF-ANOTHER")
	with as_auditor():
		listed = {one["file"]: one for one in attachments.get(*place)}
		assert {kept.name, letter.name} <= set(listed) and other.name not in listed
		assert not any(one["is_gone"] for one in listed.values())
		assert attachments.download(*place, letter.name).get_data() == letter.get_content()
		for file in (other.name, "nada"):
			with pytest.raises(frappe.PermissionError, match="not of the case"):
				attachments.download(*place, file)
	assert seen_events(audit) == [row.case_name]
	os.unlink(kept.get_full_path())
	with as_auditor():
		said = {one["question"]: one for one in reading.look(*place)}
		assert {one["file"]: one["is_gone"] for one in attachments.get(*place)}[kept.name]
		with pytest.raises(frappe.PermissionError, match="not of the case"):
			attachments.download(*place, kept.name)
	assert said["evidence"]["gaps"] == [frappe._(audit_clauses.MESSAGES["lost_file"])]


def test_an_auditor_checks_a_copy_by_its_receipt_and_opens_no_case_file(audit, case):
	file = keeping.ask(case.doctype, case.name)
	keeping.make(file)
	receipt, digest = frappe.db.get_value("Case File", file, ["receipt_code", "digest"])
	with as_auditor():
		found = verification.check_copy(receipt)
		assert (found["found"], found["digest"]) == (True, digest)
		assert not {"case_file", "case", "case_type"}.intersection(found)
		assert not verification.check_copy("7K2M-0QXT-4B9C-W1ZD")["found"]
		with pytest.raises(frappe.PermissionError):
			verification.verify(file)
	# of another company's files he is told nothing, and after his time nothing at all
	audit.db_set("company", "Otra")
	with as_auditor():
		assert not verification.check_copy(receipt)["found"]
	audit.db_set({"company": case.company, "access_until": now_datetime() - timedelta(seconds=1)})
	with as_auditor(), pytest.raises(frappe.PermissionError):
		verification.check_copy(receipt)


def test_on_paper_it_names_its_seed_what_was_found_and_the_digest_of_each_history(audit):
	find(audit, note="<b>No hay acuse</b>")
	with as_auditor():
		page = report.html(frappe.get_doc(AUDIT, audit.name))
		report.download(audit.name)
	assert frappe.local.response.filecontent.startswith(b"%PDF")
	# what the paper says of each case was seen then
	assert sorted(seen_events(audit)) == sorted(row.case_name for row in audit.cases)
	assert audit.seed in page and "&lt;b&gt;No hay acuse" in page
	assert all(row.case_name in page for row in audit.cases)
	assert len(re.findall(r'class="mono">[0-9a-f]{64}<', page)) == len(audit.cases)


WINDOWS = {
	"before": {"access_from": timedelta(hours=1), "access_until": timedelta(hours=2)},
	"after": {"access_from": -timedelta(hours=2), "access_until": -timedelta(seconds=1)},
}


@pytest.mark.parametrize("when", WINDOWS)
def test_outside_its_time_the_auditor_sees_nothing(audit, when):
	now = now_datetime()
	audit.db_set({field: now + distance for field, distance in WINDOWS[when].items()})
	assert_shut(audit)


def test_access_that_was_revoked_ends_at_once(audit):
	with run_as(folios.cast(Role.QUALITY)):
		audits.revoke(audit.name)
	assert_shut(audit)


def assert_shut(audit):
	row = drawn_complaint(audit)
	with as_auditor():
		assert frappe.get_list(AUDIT) == []
		assert not frappe.get_doc(AUDIT, audit.name).has_permission("read")
		for door in (
			lambda: reading.get_view(audit.name),
			lambda: reading.look(audit.name, row.case_type, row.case_name),
			lambda: reading.case_file(audit.name, row.case_type, row.case_name),
			lambda: attachments.get(audit.name, row.case_type, row.case_name),
			lambda: attachments.download(audit.name, row.case_type, row.case_name, "nada"),
			lambda: report.download(audit.name),
			lambda: findings.record(audit.name, row.case_type, row.case_name, "word", "Conforms"),
		):
			with pytest.raises(frappe.PermissionError):
				door()


def test_an_auditor_reads_no_case_by_any_other_way(audit):
	row = drawn_complaint(audit)
	with as_auditor():
		for doctype in (
			"Service Folio",
			"Service Complaint",
			"Service Commitment",
			"Service Event",
			"Case File",
		):
			assert not frappe.has_permission(doctype, "read")
		with pytest.raises(frappe.PermissionError):
			frappe.client.get(row.case_type, row.case_name)


def test_a_case_that_was_not_drawn_is_not_shown(audit):
	other = folios.make_folio(company=audit.company)
	with as_auditor(), pytest.raises(frappe.PermissionError):
		reading.look(audit.name, "Service Folio", other.name)


@pytest.mark.parametrize("role", [Role.QUALITY, Role.COORDINATOR, Role.EXECUTIVE])
def test_nobody_but_the_auditor_writes_findings(audit, role):
	row = drawn_complaint(audit)
	with run_as(folios.cast(role)), pytest.raises(frappe.PermissionError):
		findings.record(audit.name, row.case_type, row.case_name, "word", "Conforms")
	assert frappe.get_doc(AUDIT, audit.name).findings == []


def test_a_nonconformity_opens_one_corrective_action(audit):
	find(audit)
	with run_as(folios.cast(Role.QUALITY)):
		row = drawn_complaint(audit)
		action = findings.open_action(audit.name, row.case_name, "progress")
		assert findings.open_action(audit.name, row.case_name, "progress") == action
	fields = ["source_type", "source", "complaint", "demanded_by", "method"]
	assert frappe.db.get_value("Service Corrective Action", action, fields) == (
		AUDIT, audit.name, row.case_name, "Audit Finding", "Eight Disciplines",
	)  # fmt: skip


def test_a_nonconformity_without_words_is_refused(audit):
	with pytest.raises(frappe.ValidationError, match=frappe._("Write down what was found")[:12]):
		find(audit, note=" ")
	assert frappe.get_doc(AUDIT, audit.name).findings == []


def test_a_second_finding_of_a_question_replaces_the_first(audit):
	find(audit)
	find(audit, verdict="Conforms", note="")
	rows = frappe.get_doc(AUDIT, audit.name).findings
	assert [(row.question, row.verdict) for row in rows] == [("progress", "Conforms")]


@pytest.mark.parametrize(
	"change",
	[
		{"seed": "0"},
		{"conclusion": "Bien."},
		{"period_from": "2019-01-01"},
		{"findings": [{"verdict": "Conforms"}]},
	],
	ids=lambda change: next(iter(change)),
)
def test_what_it_was_opened_with_and_what_was_found_is_not_typed_over(audit, change):
	with run_as(folios.cast(Role.QUALITY)):
		doc = frappe.get_doc(AUDIT, audit.name)
		doc.update(change)
		with pytest.raises((frappe.PermissionError, frappe.CannotChangeConstantError)):
			doc.save()
	stored = frappe.get_doc(AUDIT, audit.name)
	assert (stored.seed, stored.conclusion, len(stored.findings)) == (audit.seed, None, 0)


@pytest.mark.parametrize(
	("terms", "words"),
	[
		({"access_until": "2020-01-01 00:00:00"}, "The access must end after it begins."),
		({"period_to": "2019-01-01"}, "The period must end on or after the day on which it begins."),
		({"folios": 0, "complaints": 0}, "Draw between 1 and {0} cases."),
	],
)
def test_terms_without_sense_are_refused(case, terms, words):
	with pytest.raises(frappe.ValidationError, match=frappe._(words)[:15]):
		make_audit(case, **terms)


def test_nobody_audits_what_they_opened_and_only_an_auditor_audits(case):
	with pytest.raises(frappe.ValidationError):
		make_audit(case, auditor=folios.cast(Role.QUALITY))
	with pytest.raises(frappe.ValidationError, match=folios.cast(Role.EXECUTIVE)):
		make_audit(case, auditor=folios.cast(Role.EXECUTIVE))


def test_the_time_can_be_prolonged_by_who_answers_for_it(audit):
	later = now_datetime().replace(microsecond=0) + timedelta(days=9)
	with run_as(folios.cast(Role.QUALITY)):
		doc = frappe.get_doc(AUDIT, audit.name)
		doc.access_until = later
		doc.save()
	assert access.is_open(frappe.get_doc(AUDIT, audit.name), later - timedelta(minutes=1))
