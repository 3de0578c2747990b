"""The life of a complaint: every gate, by whoever tries and by whichever way (G10, G11, K1, K3, K4, D16, D17)."""

import json
import shutil

import frappe
import pytest
from frappe.client import set_value
from frappe.model.workflow import WorkflowPermissionError, apply_workflow

from nervion_service.domain.taxonomy import Role
from nervion_service.services import customer_actions, events, flow_data, safety
from nervion_service.services.complaints import (
	admissibility,
	assigning,
	feedback,
	gates,
	registering,
	stamps,
	waiting,
)
from nervion_service.services.corrective import succession
from nervion_service.services.visits import making as visiting
from nervion_service.workflows.complaint import Action
from tests import engine, factories
from tests.site import complaint_factories as complaints
from tests.site import folio_factories as folios
from tests.site import remedy_factories as remedies
from tests.site import upload_samples as samples
from tests.site import visit_factories as visits
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)
from tests.site.upload_samples import picture

CAST = (
	Role.QUALITY, Role.COORDINATOR, Role.EXECUTIVE, Role.TECHNICIAN, Role.COMMERCIAL_DIRECTOR, Role.AGENCY, Role.SALES,
)  # fmt: skip
COMPLAINT = complaints.COMPLAINT


def as_a(role):
	return engine.run_as(complaints.a(role))


def through_the_stages():
	"""A complaint about attention, walked to its end; yields it at each stage."""
	complaint = complaints.make_complaint(kind="Attention")
	yield complaint
	complaint = complaints.judge(complaint, by=complaints.a(Role.COORDINATOR))
	yield complaint
	complaint = complaints.analyse(complaint)
	yield complaint
	with engine.run_as(complaint.assigned_to):
		complaint.root_cause = complaints.a_cause()
		complaint.save()
	complaint = complaints.answer(complaint, by=complaint.assigned_to)
	yield complaint
	yield complaints.close(complaint, by=complaints.a(Role.EXECUTIVE))


def test_a_complaint_lives_its_life_and_its_folio_with_it():
	stages, folio_stages = [], []
	for complaint in through_the_stages():
		stages.append(complaint.stage)
		folio_stages.append(complaints.folio_of(complaint).stage)
	assert stages == ["Received", "Assigned", "In Analysis", "Answered", "Closed"]
	assert folio_stages == ["In Attention", "In Attention", "In Attention", "Answered", "Closed"]
	# the living diagram is drawn from the same history (K14)
	drawn = flow_data.flow(COMPLAINT)
	taken = {(way.source, way.target) for way in drawn.transitions if way.taken}
	assert {
		("Under Admissibility Review", "Assigned"),
		("Assigned", "In Analysis"),
		("Answered", "Closed"),
	} <= taken
	assert next(state for state in drawn.states if state.name == "Closed").is_final
	promises = {row.kind: row.status for row in complaints.promises_of(complaint)}
	assert promises == {
		"Admissibility": "Fulfilled",
		"Claim Attention": "Fulfilled",
		"Claim Resolution": "Fulfilled",
		"Progress Report": "Cancelled",
	}


# The evidence and the verdict ------------------------------------------------------------------------------------


def test_a_product_complaint_is_not_admitted_without_its_evidence_and_the_message_lists_it():
	complaint = complaints.make_complaint(evidence=complaints.photographs(1))
	complaint = complaints.act(complaint, Action.REVIEW, by=complaints.a(Role.QUALITY))
	with as_a(Role.QUALITY), pytest.raises(frappe.ValidationError) as refused:
		admissibility.judge(complaint.name, "Admissible", complaints.REASON, whole(complaint))
	assert "Photographs: 1 of 2." in str(refused.value)
	assert complaints.reloaded(complaint).verdict is None
	told = frappe.parse_json(frappe.local.message_log[-1])
	assert told["primary_action"]["client_action"] == admissibility.ASK
	# a visit may gather it
	with as_a(Role.QUALITY):
		assigning.assign(complaint.name)
	assert (complaints.reloaded(complaint).stage, complaints.reloaded(complaint).for_evidence) == (
		"Assigned",
		1,
	)
	with pytest.raises(frappe.ValidationError, match="not admitted yet"):
		complaints.analyse(complaint, by=frappe.session.user)


def whole(complaint, verdict="Admissible"):
	return [
		{
			"idx": row.idx,
			"verdict": verdict,
			"ground": "Warranty",
			"accepted_qty": row.claimed_qty,
			"remedy": "None",
		}
		for row in complaint.lines
	]


def test_the_company_attaches_its_own_data_sheet_and_calidad_alone_spares_a_kind():
	complaint = complaints.make_complaint(evidence=complaints.photographs(1))
	assert [row.evidence_kind for row in complaint.evidence] == ["Photographs", "Technical Data Sheet"]
	spared = {"evidence_kind": "Photographs", "not_applicable": 1, "reason": "Se revisó en la tienda"}
	with as_a(Role.COORDINATOR), pytest.raises(frappe.PermissionError, match="said by one of these roles"):
		doc = complaints.reloaded(complaint)
		doc.append("evidence", spared)
		doc.save()
	with as_a(Role.QUALITY):
		doc = complaints.reloaded(complaint)
		doc.append("evidence", {**spared, "reason": " "})
		with pytest.raises(frappe.ValidationError, match="say why it does not apply"):
			doc.save()
		doc = complaints.reloaded(complaint)
		doc.append("evidence", spared)
		doc.save()
	assert admissibility.missing_evidence(complaints.reloaded(complaint)) == []


def test_a_file_that_is_not_what_evidence_is_made_of_is_refused_at_the_desk_too():
	visit = visits.make_visit()
	complaint = complaints.make_complaint(evidence=[])
	for kind, name, content, message in (
		("Photographs", "a.txt", b"nada", "is not accepted"),
		("Photographs", "c.png", b"MZ programa", "is not accepted"),
		("Photographs", "d.pdf", samples.pdf(), "send a photograph"),
		("Lot Label", "d.pdf", samples.pdf(), "send a photograph"),
		("Evidence of Application", "b.html", b"<script>alert(1)</script>", "is not accepted"),
	):
		row = {"evidence_kind": kind, "file": complaints.upload(content, file_name=name).file_url}
		for case in (complaint, visit):
			with pytest.raises(frappe.ValidationError, match=message):
				add_evidence(case, row)
	paper = complaints.upload(samples.pdf(), file_name="bitacora.pdf").file_url
	add_evidence(complaint, {"evidence_kind": "Evidence of Application", "file": paper})
	assert [row.file for row in complaints.reloaded(complaint).evidence if row.file == paper] == [paper]
	assert visits.reloaded(visit).evidence == []


def test_a_video_is_evidence_of_its_own_kind_by_its_bytes(monkeypatch):
	complaint = complaints.make_complaint(evidence=[])
	for kind, content, message in (
		("Video", b"MZ programa", "is no video"),
		("Video", b"<script>alert(1)</script>", "is no video"),
		("Photographs", samples.VIDEOS["clip.mp4"], "is not accepted"),
		("Evidence of Application", samples.VIDEOS["clip.mp4"], "is not accepted"),
	):
		row = {"evidence_kind": kind, "file": complaints.upload(content, file_name="clip.mp4").file_url}
		with pytest.raises(frappe.ValidationError, match=message):
			add_evidence(complaint, row)
	assert videos_of(complaint) == []
	clips = [complaints.upload(content, file_name=name) for name, content in samples.VIDEOS.items()]
	rows = [{"evidence_kind": "Video", "file": clip.file_url} for clip in clips]
	with monkeypatch.context() as patch, pytest.raises(frappe.ValidationError, match="shorter video"):
		patch.setattr("nervion_service.services.uploads.limits", lambda: {"mb": 0, "files": 8})
		add_evidence(complaint, rows[0])
	add_evidence(complaint, *rows)
	assert videos_of(complaint) == [clip.file_url for clip in clips]


def videos_of(complaint):
	return [row.file for row in complaints.reloaded(complaint).evidence if "clip" in (row.file or "")]


def test_evidence_is_a_file_of_the_case_and_one_picture_counts_once():
	complaint = complaints.make_complaint(evidence=[])
	foreign = complaints.make_complaint(complaints.a_claim()).evidence[0].file
	somebodys = complaints.upload()
	somebodys.db_set("owner", complaints.a(Role.SALES))
	for kind, file, message in (
		("Photographs", "a", "no file of this case"),
		("Photographs", "/private/files/no-hay.jpg", "no file of this case"),
		("Photographs", foreign, "no file of this case"),
		("Photographs", somebodys.file_url, "no file of this case"),
		("Technical Data Sheet", complaints.upload().file_url, "register the technical data sheet"),
	):
		with pytest.raises(frappe.ValidationError, match=message):
			add_evidence(complaint, {"evidence_kind": kind, "file": file})
	photograph = picture("PNG", (1, 2, 3))
	mine = [complaints.upload(photograph), complaints.upload(photograph)]
	again = f"otra-{mine[0].file_url.rsplit('/', 1)[-1]}"
	shutil.copyfile(mine[0].get_full_path(), frappe.get_site_path("private", "files", again))
	mine[1].db_set("file_url", f"/private/files/{again}")
	rows = [{"evidence_kind": "Photographs", "file": file.file_url} for file in mine]
	complaint = add_evidence(complaint, *rows)
	assert frappe.db.get_value("File", mine[0].name, "attached_to_name") == complaint.name
	assert admissibility.missing_evidence(complaint) == ["Photographs: 1 of 2."]
	# of a visit, a message or the folio it is one of the case as well
	of_folio = complaints.upload(attached_to_doctype="Service Folio", attached_to_name=complaint.folio)
	complaint = add_evidence(complaint, {"evidence_kind": "Photographs", "file": of_folio.file_url})
	assert admissibility.missing_evidence(complaint) == []


def add_evidence(case, *rows):
	doc = frappe.get_doc(case.doctype, case.name)
	for row in rows:
		doc.append("evidence", row)
	doc.save()
	return frappe.get_doc(doc.doctype, doc.name)


def test_what_a_verdict_rested_on_is_neither_deleted_nor_exchanged_and_who_brought_it_is_not_typed():
	complaint = complaints.make_complaint()
	draft = complaints.upload(attached_to_doctype=COMPLAINT, attached_to_name=complaint.name)
	frappe.delete_doc("File", draft.name)
	complaint = complaints.judge(complaint)
	row = next(row for row in complaint.evidence if row.evidence_kind == "Photographs")
	[file] = frappe.get_all("File", {"file_url": row.file}, pluck="name")
	loose = complaints.upload(attached_to_doctype=COMPLAINT, attached_to_name=complaint.name)
	for name in (file, loose.name):
		with pytest.raises(frappe.ValidationError, match="stays with it"):
			frappe.delete_doc("File", name, force=True)
	assert frappe.get_doc("File", file).get_content()
	with pytest.raises(frappe.ValidationError, match="stays with it"):
		doc = frappe.get_doc("File", file)
		doc.attached_to_name = complaints.make_complaint(kind="Attention").name
		# the folders of the file manager are not what is asked about
		doc.flags.ignore_links = True
		doc.save()
	other = complaints.photographs(1)[0]
	for rows in ([], [other], [{"evidence_kind": row.evidence_kind, "not_applicable": 1, "reason": "Sobra"}]):
		kept = [old.as_dict() for old in complaint.evidence if old.name != row.name]
		with pytest.raises(frappe.ValidationError, match="rested on stays"):
			complaints.act_save(complaint, evidence=[*kept, *rows])
	typed = {"provided_by": "Nadie", "provided_at": "2020-01-01 10:00:00"}
	complaint.evidence[0].update(typed)
	complaint.append("evidence", {**other, **typed})
	complaint.save()
	kept = complaints.reloaded(complaint).evidence
	assert {one.provided_by for one in kept} == {"Administrator"}
	assert min(one.provided_at for one in kept) >= complaint.registered_at


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.TECHNICIAN, Role.SALES, Role.COORDINATOR])
def test_the_verdict_on_a_product_is_calidads(role):
	complaint = complaints.act(complaints.make_complaint(), Action.REVIEW)
	with engine.run_as(complaints.a(role)), pytest.raises(frappe.PermissionError):
		doc = complaints.reloaded(complaint)
		doc.update({"verdict": "Admissible", "verdict_reason": complaints.REASON})
		doc.save()
	assert complaints.reloaded(complaint).verdict is None


def test_nobody_judges_or_attends_a_complaint_about_himself():
	judge = complaints.a(Role.COORDINATOR)
	complaint = complaints.make_complaint(kind="Attention", about_user=judge)
	assert complaint.assigned_to != judge
	with engine.run_as(judge):
		for attempt in (
			lambda: admissibility.judge(complaint.name, "Inadmissible", "No hubo falta"),
			lambda: set_value(COMPLAINT, complaint.name, "about_user", ""),
			lambda: assigning.assign(complaint.name, user=judge, reason="Lo veo yo"),
			lambda: complaints.act(complaint, Action.WITHDRAW, withdrawal_reason="Ya no"),
			lambda: folios.act(complaints.folio_of(complaint), "Withdraw", withdrawal_reason="Ya no"),
			lambda: visiting.request_visit(COMPLAINT, complaint.name, assigned_to=judge),
		):
			with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
				attempt()
	kept = complaints.reloaded(complaint)
	assert (kept.about_user, kept.verdict, kept.stage) == (judge, None, "Received")
	assert not frappe.db.exists("Service Technical Visit", {"complaint": complaint.name})
	assert complaints.folio_of(complaint).stage == "In Attention"


def test_an_appeal_is_judged_by_somebody_else_and_its_result_is_kept():
	first, second = complaints.a(Role.QUALITY), folios.staff(Role.QUALITY)
	complaint = complaints.judge(complaints.make_complaint(), "Inadmissible", by=first, reason="Mal uso")
	assert (complaint.stage, complaints.folio_of(complaint).stage) == ("Inadmissible", "In Attention")
	complaints.tell(complaint)
	assert complaints.folio_of(complaint).stage == "Answered"
	with as_a(Role.EXECUTIVE), pytest.raises(frappe.ValidationError, match="what the customer objects to"):
		admissibility.appeal(complaint.name, " ")
	with as_a(Role.EXECUTIVE):
		assert admissibility.appeal(complaint.name, "La lata llegó así") != first
	complaint = complaints.reloaded(complaint)
	assert (complaint.stage, complaint.verdict, complaint.first_judge) == ("Under Review", None, first)
	with engine.run_as(first), pytest.raises(frappe.PermissionError, match="judged by somebody else"):
		admissibility.judge(complaint.name, "Admissible", "Otra vez", whole(complaint))
	complaint = complaints.judge(complaint, by=second)
	assert (complaint.appeal_upheld, complaint.appeal_judge, complaint.stage) == (
		"Upheld",
		second,
		"Assigned",
	)
	assert len(complaints.promises_of(complaint, "Admissibility")) == 2


def test_reopening_an_inadmissible_complaint_is_an_appeal_like_any_and_is_judged_once():
	first, second = complaints.a(Role.COORDINATOR), folios.staff(Role.COORDINATOR)
	word = {"satisfaction": "Not Satisfied", "satisfaction_means": "Phone", "satisfaction_by": "Ana Ruiz"}
	complaint = complaints.judge(
		complaints.make_complaint(kind="Attention"), "Inadmissible", by=first, reason="No hubo falta"
	)
	complaints.tell(complaint)
	with pytest.raises(frappe.ValidationError, match="may still appeal"):
		complaints.act(complaint, Action.CLOSE, **word)
	complaint = complaints.close(complaint)
	complaint = complaints.act(complaint, Action.REOPEN, reopen_reason="No estoy de acuerdo")
	assert (complaint.appeal, complaint.first_judge, complaint.verdict) == (1, first, None)
	assert complaint.appeal_reason == "No estoy de acuerdo"
	with engine.run_as(first), pytest.raises(frappe.PermissionError, match="judged by somebody else"):
		admissibility.judge(complaint.name, "Inadmissible", "Otra vez")
	complaint = complaints.judge(complaints.reloaded(complaint), "Inadmissible", by=second, reason="Igual")
	assert (complaint.appeal_upheld, complaint.appeal_judge) == ("Rejected", second)
	complaints.tell(complaint)
	# nothing more can be objected: it ends, and the word stays what it is
	complaint = complaints.act(complaint, Action.CLOSE, **word)
	assert (complaint.stage, complaint.satisfaction) == ("Closed", "Not Satisfied")
	folio = complaints.folio_of(complaint)
	assert (folio.stage, folio.satisfaction) == ("Closed", "Not Satisfied")
	with pytest.raises(frappe.ValidationError, match="a second appeal is not foreseen"):
		complaints.act(complaint, Action.REOPEN, reopen_reason="Otra vez")


def test_the_result_of_an_appeal_is_written_once():
	complaint = complaints.make_complaint(kind="Attention")
	complaint.update({"appeal": 1, "verdict": "Inadmissible", "verdict_by": "b", "appeal_upheld": "Upheld"})
	complaint.stage = "Inadmissible"
	stamps.appeal_result(complaint)
	assert (complaint.appeal_upheld, complaint.appeal_judge) == ("Upheld", None)


def test_a_verdict_falls_with_what_it_was_given_on():
	complaint = complaints.act(complaints.make_complaint(), Action.REVIEW)
	rows = [{"verdict": "Admissible", "ground": "Warranty", "accepted_qty": 2, "remedy": "None"}]
	given = {
		"verdict": "Admissible",
		"verdict_reason": complaints.REASON,
		"no_delivery_reason": complaints.SHOP,
	}
	with as_a(Role.QUALITY):
		complaint.update(given)
		complaint.lines[0].update(rows[0])
		complaint.save()
	with as_a(Role.EXECUTIVE):
		with pytest.raises(frappe.PermissionError, match="is not about a product"):
			complaints.act_save(complaint, complaints.a(Role.EXECUTIVE), kind="Attention")
		complaint = complaints.reloaded(complaint)
		complaint.lines[0].claimed_qty = 500
		complaint.save()
	complaint = complaints.reloaded(complaint)
	line = complaint.lines[0]
	assert (complaint.verdict, complaint.admitted_at, line.verdict, line.accepted_qty) == (
		None,
		None,
		None,
		0,
	)
	assert complaints.events_of(complaint, "verdict_taken_back")
	assert [row.status for row in complaints.promises_of(complaint, "Admissibility")] == [
		"Fulfilled",
		"Running",
	]
	with pytest.raises(frappe.ValidationError, match="not admitted yet"):
		by_save(complaint.name, "Assigned")


# Every gate by every way -----------------------------------------------------------------------------------------


def by_save(name, state):
	doc = frappe.get_doc(COMPLAINT, name)
	doc.workflow_state = state
	doc.flags.ignore_validate = True
	doc.save()


def by_action(name, state):
	doc = frappe.get_doc(COMPLAINT, name)
	action = next(row.action for row in folios.get_transitions(doc) if row.next_state == state)
	apply_workflow(doc, action)


def by_rest(name, state):
	doc = frappe.get_doc(COMPLAINT, name)
	# what the resource of Frappe's REST interface does with a PUT
	doc.update({"workflow_state": state, "stage": state})
	doc.save()


WAYS = {
	"desk": by_save,
	"action": by_action,
	"set_value": lambda name, state: set_value(COMPLAINT, name, "workflow_state", state),
	"rest": by_rest,
}
# (where the complaint stands, where it is to go, what is missing)
GATES = (
	("received", "Assigned", "Review its admissibility first"),
	("reviewed", "Assigned", "not admitted yet"),
	("reviewed", "Inadmissible", "judged inadmissible"),
	("analysed", "Report Issued", "Issue the technical analysis report"),
	("analysed", "Answered", "approved RAT or a finished visit"),
	("analysed", "Waiting for Customer", "Ask the customer first"),
	("analysed", "Withdrawn", "why the customer desists"),
)


@pytest.fixture(scope="module")
def standing(everybody):  # noqa: F811 (the fixture that was imported)
	"""A product complaint at three stages, for all the refusals of the module."""
	with engine.working_folder(everybody.sites):
		made = {key: complaints.make_complaint() for key in ("received", "reviewed", "analysed")}
		complaints.act(made["reviewed"], Action.REVIEW)
		complaints.analyse(complaints.judge(made["analysed"]), by="Administrator")
	return {key: doc.name for key, doc in made.items()}


@pytest.mark.parametrize("way", WAYS)
def test_a_gate_holds_whichever_way_it_is_tried(standing, way):
	for place, state, message in GATES:
		before = frappe.db.get_value(COMPLAINT, standing[place], ["workflow_state", "stage", "modified"])
		with pytest.raises(frappe.ValidationError, match=message):
			WAYS[way](standing[place], state)
		assert (
			frappe.db.get_value(COMPLAINT, standing[place], ["workflow_state", "stage", "modified"]) == before
		)


def test_frappe_itself_refuses_the_steps_that_the_workflow_does_not_have(standing):
	for place, state in (("received", "Closed"), ("reviewed", "Answered"), ("analysed", "Remedy Done")):
		with pytest.raises(WorkflowPermissionError):
			by_save(standing[place], state)


@pytest.mark.parametrize(
	("field", "value"),
	[
		("verdict_by", "Administrator"), ("admitted_at", "2026-01-01 10:00:00"), ("priority", "Low"), ("appeal", 1),
		("answered_at", "2026-01-01 10:00:00"), ("company", "Otra"), ("received_at", "2020-01-01 10:00:00"),
		("appeal_reason", "Otra cosa"), ("verdict", "Inadmissible"), ("route_role", "Service Sales"), ("kind", "Image"),
	],
)  # fmt: skip
def test_what_was_sealed_judged_or_is_written_by_the_system_is_not_typed(standing, field, value):
	name = standing["analysed"]
	kept = frappe.db.get_value(COMPLAINT, name, field)
	with pytest.raises(frappe.ValidationError):
		set_value(COMPLAINT, name, field, value)
	assert frappe.db.get_value(COMPLAINT, name, field) == kept


def test_whoever_may_not_take_a_step_is_refused_by_role(standing):
	with as_a(Role.EXECUTIVE), pytest.raises(WorkflowPermissionError):
		by_save(standing["received"], "Under Admissibility Review")
	with as_a(Role.AGENCY), pytest.raises(frappe.PermissionError):
		by_save(standing["reviewed"], "Assigned")
	with as_a(Role.TECHNICIAN), pytest.raises((WorkflowPermissionError, frappe.PermissionError)):
		by_save(standing["analysed"], "Withdrawn")


def test_a_complaint_is_never_deleted_nor_renamed(standing):
	with pytest.raises(frappe.ValidationError, match="never deleted"):
		frappe.delete_doc(COMPLAINT, standing["received"])
	with pytest.raises(frappe.ValidationError):
		frappe.rename_doc(COMPLAINT, standing["received"], "QR-1", force=True)


# The folio and its complaint ---------------------------------------------------------------------------------------


def test_a_folio_has_one_open_complaint_and_a_second_folio_about_it_is_linked():
	item, batch = complaints.a_product()
	first = complaints.a_claim(product=item, batch=batch)
	name = registering.from_folio(first.name, {"kind": "Product"})
	assert registering.from_folio(first.name) == name
	with pytest.raises(frappe.DuplicateEntryError, match="open complaint already"):
		complaints.make_complaint(folios.reloaded(first))
	second = complaints.a_claim(product=item, batch=batch, customer=first.customer)
	assert registering.from_folio(second.name) == name
	complaint = complaints.reloaded(name)
	assert {first.name, second.name} == set(
		frappe.get_all("Service Folio", {"complaint": name}, pluck="name")
	)
	assert (complaint.lines[0].item, complaint.lines[0].batch, complaint.party_name) == (
		item,
		batch,
		first.party_name,
	)
	# another customer's folio about the same batch has a complaint of its own
	assert registering.from_folio(complaints.a_claim(product=item, batch=batch).name) != name
	complaints.act(complaint, Action.WITHDRAW, withdrawal_reason="Ya se arregló")
	assert {folios.reloaded(one).stage for one in (first, second)} == {"Withdrawn"}


def test_a_second_folio_brings_what_it_says_anew_and_ends_the_wait_and_another_matter_stands_by_itself():
	item, batch = complaints.a_product()
	other = factories.make_batch(item=item).name
	first = complaints.a_claim(product=item, batch=batch)
	name = registering.from_folio(first.name, {"kind": "Product"})
	complaints.act(name, Action.REVIEW)
	complaints.tell(name)
	complaints.act(name, Action.ASK)
	lines = [{"item": item, "batch": batch}, {"item": item, "batch": other, "claimed_qty": 1}]
	said = {"kind": "Product", "lines": lines, "imposed_date": "2099-05-04"}
	second, third = (
		complaints.a_claim(product=item, batch=batch, customer=first.customer) for _number in range(2)
	)
	assert registering.from_folio(second.name, said) == name
	complaint = complaints.reloaded(name)
	assert (complaint.stage, str(complaint.imposed_date)) == ("Under Review", "2099-05-04")
	assert [row.batch for row in complaint.lines] == [batch, other]
	assert {folios.reloaded(one).stage for one in (first, second)} == {"In Attention"}
	assert registering.from_folio(third.name, {"kind": "Invoicing"}) != name


def test_the_term_of_the_folio_gives_way_to_that_of_its_complaint():
	complaint = complaints.make_complaint(severity="Critical", imposed_date="2099-05-04")
	assert complaint.priority == "Urgent"
	kinds = {row.kind: row for row in complaints.promises_of(complaint)}
	assert set(kinds) == {
		"Admissibility", "Claim Attention", "Claim Resolution", "Imposed Date", "Progress Report",
	}  # fmt: skip
	assert kinds["Claim Resolution"].policy == "CLAIM-RESOLUTION-URGENT-V1"
	assert str(kinds["Imposed Date"].due_at) == "2099-05-04 23:59:59"
	folio = complaints.folio_of(complaint)
	assert folios.promises_of(folio, "Resolution")[0].status == "Cancelled"
	assert {row.status for row in folios.promises_of(folio, "First Answer")} == {"Running"}


def test_a_customer_that_becomes_known_is_the_admitted_complaints_too_and_its_promises():
	def admitted():
		folio = complaints.a_claim(customer=None, lead=factories.make_lead().name)
		return complaints.judge(
			complaints.make_complaint(folio, kind="Attention"), by=complaints.a(Role.COORDINATOR)
		)

	complaint = admitted()
	customer = factories.make_customer(lead_name=complaint.lead).name
	assert complaints.reloaded(complaint).customer == customer
	[promise] = complaints.promises_of(complaint, "Claim Resolution")
	assert promise.customer == customer
	complaint = complaints.act_save(admitted(), customer=customer)
	assert complaints.folio_of(complaint).customer == customer
	corrected = factories.make_customer().name
	with pytest.raises(frappe.ValidationError, match="does not change any more"):
		complaints.act_save(complaint, customer=corrected)
	folio = complaints.folio_of(complaint)
	folio.customer = corrected
	folio.save()
	assert complaints.reloaded(complaint).customer == corrected
	assert {row.customer for row in complaints.promises_of(complaint) if row.status == "Running"} == {
		corrected
	}


def test_a_folio_is_no_lever_for_whom_the_complaint_itself_refuses():
	complaint = complaints.make_complaint(kind="Attention")
	technician = complaints.a(Role.TECHNICIAN)
	complaints.folio_of(complaint).db_set("assigned_to", technician)
	complaint.db_set("assigned_to", technician)
	with engine.run_as(technician), pytest.raises(frappe.PermissionError, match="takes its complaint"):
		folios.act(complaints.folio_of(complaint), "Withdraw", withdrawal_reason="Ya no")
	assert complaints.reloaded(complaint).stage == "Received"
	with as_a(Role.EXECUTIVE):
		folios.act(complaints.folio_of(complaint), "Withdraw", withdrawal_reason="Ya no")
	[line] = complaints.events_of(complaint, "withdrawn")
	assert line.owner == complaints.a(Role.EXECUTIVE)
	# nor the complaint for what the folio's window has closed
	long_ago = frappe.utils.add_days(frappe.utils.now_datetime(), -400)
	complaints.reloaded(complaint).db_set("withdrawn_at", long_ago)
	with pytest.raises(frappe.ValidationError, match="register a new folio, linked to this one"):
		complaints.act(complaint, Action.REOPEN, reopen_reason="Siempre sí")
	assert complaints.folio_of(complaint).stage == "Withdrawn"


def test_promises_stand_while_the_complaint_waits_and_end_with_it():
	complaint = complaints.make_complaint(kind="Attention", root_cause=complaints.a_cause())
	# a cause is found by looking, and what it demands goes by the severity
	assert complaint.root_cause is None
	complaint = complaints.act(complaint, Action.WITHDRAW, withdrawal_reason="Ya no")
	assert complaint.attended_at is None
	complaint = complaints.act(complaint, Action.REOPEN, reopen_reason="Siempre sí")
	complaint = complaints.judge(complaint, by=complaints.a(Role.COORDINATOR))
	assert [row.status for row in complaints.promises_of(complaint, "Claim Attention")] == [
		"Cancelled",
		"Fulfilled",
	]
	complaint = complaints.act_save(complaint, root_cause=complaints.a_cause())
	visit = visiting.request_visit(COMPLAINT, complaint.name, assigned_to=complaints.a(Role.TECHNICIAN))
	complaints.tell(complaint)
	complaint = complaints.act(complaint, Action.ASK)
	complaint = complaints.act_save(complaint, severity="Critical")
	assert {row.status for row in open_promises(complaint, "Claim Resolution")} == {"Paused"}
	assert succession.open_for(complaint)
	folio = complaints.folio_of(complaint)
	assert folio.severity == "Critical"
	assert not open_promises(folio, "Resolution")
	with pytest.raises(frappe.ValidationError, match="severity of this case is that of its complaint"):
		change_folio(folio, severity="Minor")
	complaint = complaints.act(complaint, Action.WITHDRAW, withdrawal_reason="Ya no")
	assert frappe.db.get_value("Service Technical Visit", visit, "stage") == "Cancelled"
	complaints.act_save(complaint, severity="Major", imposed_date="2099-05-04")
	assert not open_promises(complaint)


def change_folio(folio, **values):
	folio.update(values)
	folio.save()


def open_promises(case, kind=None):
	return [
		row for row in complaints.promises_of(case, kind) if row.status in ("Running", "Paused", "Breached")
	]


def test_people_cannot_move_a_folio_past_its_complaint():
	folio = complaints.folio_of(complaints.make_complaint())
	folios.write_to_customer(folio)
	with pytest.raises(frappe.ValidationError, match="takes its state from the complaint"):
		folios.act(folio, "Mark as Answered")
	assert folios.reloaded(folio).stage == "In Attention"


def test_what_the_customer_does_with_the_folio_is_done_to_the_complaint():
	complaint = complaints.make_attention()
	complaints.tell(complaint)
	folios.act(complaints.folio_of(complaint), "Ask the Customer")
	complaint = complaints.reloaded(complaint)
	assert (complaint.stage, complaint.waited_from) == ("Waiting for Customer", "In Analysis")
	assert {row.status for row in complaints.promises_of(complaint, "Claim Resolution")} == {"Paused"}
	folios.hear_from_customer(complaints.folio_of(complaint))
	complaint = complaints.reloaded(complaint)
	assert (complaint.stage, complaints.folio_of(complaint).stage) == ("In Analysis", "In Attention")
	complaints.act(complaint, Action.WITHDRAW, withdrawal_reason="Desiste")
	folios.reopen(complaints.folio_of(complaint), reason="Siempre no")
	assert complaints.reloaded(complaint).stage == "Reopened"


# Help, answers, remedies ---------------------------------------------------------------------------------------------


def test_help_comes_before_every_gate():
	folio = complaints.a_claim(safety="Yes", safety_kind="Spill")
	complaint = complaints.make_complaint(folio, evidence=[], lines=[])
	assert (complaint.safety, complaint.priority) == ("Yes", "Urgent")
	with as_a(Role.EXECUTIVE):
		assigning.assign(complaint.name)
	complaint = complaints.reloaded(complaint)
	assert (complaint.stage, bool(complaint.assigned_to)) == ("Assigned", True)
	with pytest.raises(frappe.ValidationError, match="attend the accident first"):
		complaints.act(complaint, Action.WITHDRAW, withdrawal_reason="Nada")
	complaint = complaints.judge(complaint)
	with engine.run_as(folios.a_person()):
		safety.attend(folio.name, "Se llamó a la ambulancia.")
	assert complaints.act(complaint, Action.WITHDRAW, withdrawal_reason="Nada").stage == "Withdrawn"


def test_a_product_ends_with_its_remedy_said_and_its_cause_known():
	complaint, _note = remedies.delivered_complaint(remedy="None")
	complaint.db_set("workflow_state", "Answered")
	word = {"satisfaction": "Satisfied", "satisfaction_means": "Phone", "satisfaction_by": "Ana Ruiz"}
	blank = [{**complaint.lines[0].as_dict(), "remedy": ""}]
	with pytest.raises(frappe.ValidationError, match="choose None where nothing is given"):
		complaints.act_save(complaint, complaints.a(Role.QUALITY), lines=blank)
	with pytest.raises(frappe.ValidationError, match="Quality says why it could not be determined"):
		complaints.act(complaint, Action.CLOSE, **word)
	with pytest.raises(frappe.PermissionError, match="no cause was found is said by"):
		complaints.act_save(complaint, complaints.a(Role.COORDINATOR), no_cause_reason="No sé")
	assert complaints.reloaded(complaint).stage == "Answered"
	complaints.act_save(
		complaint, complaints.a(Role.QUALITY), no_cause_reason="La muestra se perdió en el traslado."
	)
	assert complaints.act(complaint, Action.CLOSE, **word).stage == "Closed"


def test_an_accident_that_words_may_speak_of_is_asked_about_before_the_complaint_ends():
	# nobody could ask the writer of a letter
	folio = complaints.a_claim(description="Se derramó y me arden los ojos", channel="E-mail")
	complaint = complaints.make_complaint(folio, kind="Attention")
	with pytest.raises(frappe.ValidationError, match="Ask first whether there was an accident"):
		complaints.act(complaint, Action.WITHDRAW, withdrawal_reason="Nada")
	safety.clear(complaint.folio)
	assert complaints.act(complaint, Action.WITHDRAW, withdrawal_reason="Nada").stage == "Withdrawn"


def test_an_answer_about_attention_needs_its_cause_its_words_and_that_the_customer_heard_them():
	complaint = complaints.make_attention()
	with pytest.raises(frappe.ValidationError) as refused:
		complaints.act(complaint, Action.ANSWER)
	assert [part in str(refused.value) for part in ("root cause", "Write the answer", "nobody has told")] == [
		True
	] * 3
	# a question for evidence is no answer
	with as_a(Role.EXECUTIVE):
		waiting.ask_customer(complaint.name, "Le pedimos su factura.", means="Phone")
	complaint = complaints.act(complaint, Action.RESUME_ANALYSIS)
	with pytest.raises(frappe.ValidationError, match="nobody has told"):
		complaints.act(complaint, Action.ANSWER, answer="Disculpe", root_cause=complaints.a_cause())
	answered = complaints.answer(
		complaints.act_save(complaint, root_cause=complaints.a_cause()), by=frappe.session.user
	)
	assert (answered.stage, answered.answer_evidence_type) == ("Answered", "Communication")
	assert complaints.events_of(answered, "cause_set")


def test_what_proved_an_earlier_answer_proves_no_other(standing):
	complaint = complaints.reloaded(standing["analysed"])
	visit = visiting.request_visit(COMPLAINT, complaint.name, assigned_to=complaints.a(Role.TECHNICIAN))
	made = {"stage": "Finished", "result": "Resolved", "finished_at": complaint.taken_up_at}
	frappe.db.set_value("Service Technical Visit", visit, made)

	def lacks_proof():
		return any(
			"approved RAT" in text for text in gates.problems(complaints.reloaded(complaint), "Answered")
		)

	assert not lacks_proof()
	events.record(complaint, "answered")
	complaint.db_set("taken_up_at", frappe.utils.add_to_date(complaint.taken_up_at, seconds=1))
	assert lacks_proof()


def test_a_complaint_is_closed_with_the_customers_word_and_its_first_closing_is_kept():
	complaint = complaints.answered_attention()
	with pytest.raises(frappe.ValidationError, match="Record the customer's confirmation"):
		complaints.act(complaint, Action.CLOSE)
	with pytest.raises(frappe.ValidationError, match="not satisfied"):
		complaints.act(complaint, Action.CLOSE, satisfaction="Not Satisfied")
	closed = complaints.close(complaint)
	folio = complaints.folio_of(closed)
	assert (folio.stage, folio.satisfaction, closed.closed_without_word) == ("Closed", "Satisfied", 0)
	reopened = complaints.act(closed, Action.REOPEN, reopen_reason="Volvió a pasar")
	assert (reopened.stage, reopened.reopen_count, complaints.folio_of(reopened).stage) == (
		"Reopened",
		1,
		"Reopened",
	)
	assert reopened.first_closed_at == closed.first_closed_at
	assert [row.status for row in complaints.promises_of(reopened, "Claim Resolution")] == [
		"Fulfilled",
		"Running",
	]


def test_the_customers_word_on_the_folio_is_kept_in_the_complaint_too_while_its_remedy_is_owed():
	complaint = complaints.answered_attention(
		lines=[{"item": complaints.a_product()[0], "claimed_qty": 1}], remedy="Replacement"
	)
	assert customer_actions.confirm(complaint.folio, True, "Gracias", "Ana Ruiz") == "Answered"
	kept = complaints.reloaded(complaint)
	assert (kept.stage, kept.satisfaction, kept.satisfaction_by) == ("Answered", "Satisfied", "Ana Ruiz")
	assert complaints.folio_of(kept).satisfaction == "Satisfied"


def test_the_customers_word_stands_in_folio_and_complaint_alike_and_is_never_lost():
	complaint = complaints.answered_attention()
	said = {"satisfaction": "Not Satisfied", "satisfaction_means": "Phone", "satisfaction_by": "Ana Ruiz"}
	change_folio(complaints.folio_of(complaint), **said)
	assert complaints.reloaded(complaint).satisfaction == "Not Satisfied"
	complaint = complaints.act_save(complaint, satisfaction="Satisfied")
	assert complaints.folio_of(complaint).satisfaction == "Satisfied"
	# as it was stored before the two were kept together
	complaints.folio_of(complaint).db_set("satisfaction", "Not Satisfied")
	complaint.db_set("satisfaction", None)
	for attempt in (
		lambda: complaints.act(complaint, Action.CLOSE),
		lambda: folios.act(complaints.folio_of(complaint), "Close"),
	):
		with pytest.raises(frappe.ValidationError, match="not satisfied"):
			attempt()
	complaints.act(complaint, Action.WITHDRAW, withdrawal_reason="Desiste")
	assert complaints.folio_of(complaint).satisfaction == "Not Satisfied"


def test_a_promised_remedy_holds_up_the_closing_until_it_is_done():
	complaint = complaints.answered_attention(
		lines=[{"item": complaints.a_product()[0], "claimed_qty": 1}], remedy="Replacement"
	)
	with pytest.raises(frappe.ValidationError, match="Not done yet"):
		complaints.close(complaint)
	with pytest.raises(frappe.ValidationError, match="Not done yet"):
		complaints.act(complaint, Action.REMEDY)
	assert complaints.reloaded(complaint).stage == "Answered"


def test_what_the_verdict_gave_is_changed_by_who_judges_alone_and_not_once_it_is_over():
	complaint = complaints.answered_attention(
		lines=[{"item": complaints.a_product()[0], "claimed_qty": 1}], remedy="Replacement"
	)

	def give(by, **line):
		doc = complaints.reloaded(complaint)
		with engine.run_as(complaints.a(by)):
			doc.lines[0].update(line)
			doc.save()

	for role in (Role.EXECUTIVE, Role.TECHNICIAN):
		frappe.db.set_value("Service Complaint", complaint.name, "assigned_to", complaints.a(role))
		for line in ({"remedy": "None"}, {"remedy": "Discount", "remedy_amount": 90000}):
			with pytest.raises(frappe.PermissionError, match="given by one of these roles"):
				give(role, **line)
	assert complaints.reloaded(complaint).lines[0].remedy == "Replacement"
	give(Role.COORDINATOR, remedy="None")
	changed = complaints.reloaded(complaint)
	assert (changed.lines[0].remedy, changed.verdict_at) == ("None", complaint.verdict_at)
	assert len(complaints.events_of(complaint, "verdict_remedy_changed")) == 1
	complaints.close(complaint)
	with pytest.raises(frappe.ValidationError):
		give(Role.COORDINATOR, remedy="Repaint")
	assert complaints.reloaded(complaint).lines[0].remedy == "None"


# Words to the customer and to the areas --------------------------------------------------------------------------------


def test_the_customer_is_asked_for_what_only_he_can_bring_and_the_clock_stands():
	complaint = complaints.make_complaint(evidence=[])
	with as_a(Role.EXECUTIVE):
		letter = waiting.draft(complaint.name)
		# what to ask for stands in the language of the site; the company's own paper is nobody's to bring
		assert frappe.db.get_value("Evidence Kind", "Photographs", "hint") in letter["content"]
		assert letter["content"].count("<li>") == 1
		waiting.ask_customer(complaint.name, "Le pedimos dos fotografías.", means="Phone")
	complaint = complaints.reloaded(complaint)
	assert (complaint.stage, complaint.waited_from) == ("Waiting for Customer", "Under Review")
	assert complaints.folio_of(complaint).stage == "Waiting for Customer"
	assert {row.status for row in complaints.promises_of(complaint, "Admissibility")} == {"Paused"}
	with pytest.raises(frappe.ValidationError, match="waited in the stage"):
		complaints.act(complaint, Action.RESUME_ANALYSIS)


def test_progress_is_promised_anew_each_time_somebody_tells_the_customer():
	complaint = complaints.make_complaint()
	complaints.tell(complaint)
	rows = complaints.promises_of(complaint, "Progress Report")
	assert sorted(row.status for row in rows) == ["Fulfilled", "Running"]


def test_an_area_hears_what_the_complaint_taught_and_says_so():
	complaint = complaints.make_complaint()
	with as_a(Role.QUALITY):
		told = feedback.send(complaint.name, "Sales", "Revisar el embalaje.", user=complaints.a(Role.SALES))
	assert frappe.db.exists("Notification Log", {"for_user": told, "document_name": complaint.name})
	with as_a(Role.EXECUTIVE), pytest.raises(frappe.PermissionError, match="answers through"):
		feedback.acknowledge(complaint.name, "Sales")
	with as_a(Role.QUALITY), pytest.raises(frappe.ValidationError, match="what the area has to know"):
		feedback.send(complaint.name, "Production", " ")
	doc = complaints.reloaded(complaint)
	doc.feedback[0].acknowledged_by = "Administrator"
	doc.save()
	assert complaints.reloaded(complaint).feedback[0].acknowledged_by is None


# Data Import and the REST resource ------------------------------------------------------------------------------------


def test_an_insert_forgets_what_is_forged_whichever_way_it_comes():
	folio = complaints.a_claim()
	forged = {
		"verdict": "Admissible", "admitted_at": "2026-01-01 10:00:00", "stage": "Closed", "priority": "Low", "reopen_count": 7,
		"received_at": "2020-01-01 00:00:00", "customer": factories.make_customer().name,
	}  # fmt: skip
	with as_a(Role.EXECUTIVE):
		doc = frappe.get_doc(
			json.loads(json.dumps({"doctype": COMPLAINT, "folio": folio.name, **forged}))
		).insert()
	doc = complaints.reloaded(doc)
	assert (doc.verdict, doc.admitted_at, doc.stage, doc.reopen_count) == (None, None, "Received", 0)
	assert (doc.customer, doc.received_at) == (folio.customer, folio.received_at)
	assert doc.priority == "Medium"
	foreign = complaints.a_claim().name
	with as_a(Role.AGENCY), pytest.raises(frappe.PermissionError):
		frappe.get_doc({"doctype": COMPLAINT, "folio": foreign}).insert()


def test_photographs_that_came_with_the_request_are_evidence_already():
	folio = complaints.a_claim()
	place = {"attached_to_doctype": folio.doctype, "attached_to_name": folio.name}
	for from_customer in (1, 1, 0):
		file = complaints.upload(**place)
		file.db_set("service_from_customer", from_customer)
	complaint = complaints.make_complaint(folio, evidence=[])
	rows = [row for row in complaint.evidence if row.evidence_kind == "Photographs"]
	assert len(rows) == 2
	assert {row.provided_by for row in rows} == {folio.complainant_name or folio.party_name}
