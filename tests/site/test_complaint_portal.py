"""The customer's side of a complaint: filed, completed, followed, accepted or appealed, by nobody but its own company (G5, K2, K4, K11, D19)."""

import json
import re

import frappe
import pytest

from nervion_service.domain.personal_data import PLACES
from nervion_service.domain.taxonomy import Role
from nervion_service.services import (
	access_tokens,
	clock,
	customer_story,
	guest_intake,
	personal_data,
	portal,
	portal_list,
	portal_products,
)
from nervion_service.services.analysis import report_print
from nervion_service.services.complaints import customer_evidence, customer_filing, customer_view, upload_link
from nervion_service.services.complaints import waiting as asking
from nervion_service.services.personal_data_rows import rows_of
from nervion_service.services.remedies import ledger
from tests import factories
from tests.site import complaint_factories as complaints
from tests.site import folio_factories as folios
from tests.site import upload_samples as samples
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY, Role.TECHNICIAN)


@pytest.fixture(scope="module")
def buyer(everybody):  # noqa: F811 (the fixture that was imported)
	"""A customer with a portal user and a delivery of ten litres of a batch: {"customer", "user", "item", "batch", "note"}."""
	with folios.engine.working_folder(everybody.sites):
		return a_buyer()


def a_buyer():
	customer = factories.make_customer()
	user = factories.make_portal_user(customer).name
	item, batch = complaints.a_product()
	note = factories.make_delivery_note(customer, [{"item_code": item, "batch_no": batch, "qty": 10}])
	return frappe._dict(customer=customer.name, user=user, item=item, batch=batch, note=note.name)


def claims_of(buyer, *quantities, **group):
	rows = [{"item": buyer.item, "batch": buyer.batch, "qty": qty} for qty in quantities]
	return json.dumps([{"delivery_type": "Delivery Note", "delivery": buyer.note, "claims": rows, **group}])


def file(buyer, key="k1", evidence=None, files=(), **values):
	said = {
		"request_type": "Claim",
		"subject": "Lata con fuga",
		"description": "Llegaron dos latas con fuga.",
		"safety": "No",
		"complaint_kind": "Product",
		"defect": complaints.DEFECT,
		"lines": claims_of(buyer, 2),
		**values,
	}
	with folios.engine.run_as(buyer.user):
		folio = frappe.get_doc(
			"Service Folio", portal.register(said, files, key, values.get("customer"), evidence)
		)
	return folio


def photographs(count=2, shade=10):
	return [(f"foto{number}.jpg", samples.picture(colour=(shade, number, 9))) for number in range(count)]


def counts():
	return [frappe.db.count(one) for one in ("Service Folio", complaints.COMPLAINT, "File", "Communication")]


def test_a_complaint_is_filed_with_its_lines_and_photographs_and_once(buyer):
	sent = {"Photographs": photographs()}
	folio = file(buyer, evidence=sent, remedy_sought="Replacement", surface="Lámina")
	complaint = complaints.reloaded(folio.complaint)
	line = complaint.lines[0]
	assert (complaint.kind, complaint.defect, complaint.remedy_sought) == (
		"Product",
		"Leaking Can",
		"Replacement",
	)
	assert (line.item, line.batch, line.delivery, line.claimed_qty) == (
		buyer.item,
		buyer.batch,
		buyer.note,
		2,
	)
	given = [row for row in complaint.evidence if row.evidence_kind == "Photographs"]
	assert len(given) == 2 and {row.provided_by for row in given} == {buyer.user}
	assert complaint.surface == "Lámina" and folio.product == buyer.item
	before = counts()
	assert file(buyer, evidence=sent, remedy_sought="Replacement", surface="Lámina").name == folio.name
	assert counts() == before


BAD = {
	"more than can be claimed": ({"qty": 11}, "11 Litre.*10 Litre"),
	"not a number": ({"qty": "dos"}, "as a number"),
	"below zero": ({"qty": -1}, "as a number"),
	"no end": ({"qty": "inf"}, "as a number"),
	"another product": ({"qty": 1, "item": "Otro"}, "Choose the products again"),
	"a foreign delivery": ({"qty": 1, "delivery": "foreign"}, "do not find the delivery"),
	"a missing delivery": ({"qty": 1, "delivery": "missing"}, "do not find the delivery"),
	"no kind": ({"complaint_kind": "Otro"}, "what your complaint is about"),
	"no such defect": ({"defect": "Nada"}, "from the list"),
	"no lines": ({"lines": "{{"}, "Reload it"),
	"a program": ({"evidence": {"Photographs": [("a.jpg", b"MZ programa")]}}, "is not accepted"),
	"no photograph": ({"evidence": {"Photographs": [("a.pdf", samples.pdf())]}}, "send a photograph"),
	"our own papers": ({"evidence": {"Technical Data Sheet": photographs(1)}}, "do not ask customers"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_refused_in_words_and_leaves_nothing(buyer, stranger, case):
	wrong, message = BAD[case]
	values = {
		name: wrong[name] for name in ("complaint_kind", "defect", "lines", "evidence") if name in wrong
	}
	if "qty" in wrong:
		note = {"foreign": stranger.note, "missing": "NADA-1"}.get(wrong.get("delivery"), buyer.note)
		claim = {"item": wrong.get("item", buyer.item), "batch": buyer.batch, "qty": wrong["qty"]}
		values["lines"] = json.dumps(
			[{"delivery_type": "Delivery Note", "delivery": note, "claims": [claim]}]
		)
	before = counts()
	with pytest.raises((frappe.ValidationError, frappe.DoesNotExistError), match=message):
		file(buyer, **values)
	assert counts() == before


@pytest.fixture(scope="module")
def stranger(everybody):  # noqa: F811 (the fixture that was imported)
	with folios.engine.working_folder(everybody.sites):
		return a_buyer()


def test_what_others_claimed_before_cannot_be_claimed_again(buyer):
	file(buyer, lines=claims_of(buyer, 8))
	other = customer_filing.goods((buyer.customer,), "Delivery Note", buyer.note)
	assert [row["claimable"] for row in other] == [2]
	with pytest.raises(frappe.ValidationError, match="2 Litre can still be claimed"):
		file(buyer, key="k2", lines=claims_of(buyer, 2, 1))


def test_a_second_one_about_the_same_goods_is_linked_and_nothing_of_it_is_lost(buyer):
	first = file(buyer, evidence={"Photographs": photographs()})
	second = file(buyer, key="k2", lines=claims_of(buyer, 3), evidence={"Photographs": photographs(shade=99)})
	complaint = complaints.reloaded(first.complaint)
	assert second.complaint == complaint.name != second.name and "3 Litre" in second.description
	assert [line.claimed_qty for line in complaint.lines] == [2, 3]
	assert [row.evidence_kind for row in complaint.evidence].count("Photographs") == 4
	# what is about something else is a complaint of its own, whatever delivery it names
	other = file(buyer, key="k3", complaint_kind="Invoicing", defect="", lines=claims_of(buyer, 1))
	assert other.complaint != complaint.name


def test_a_second_one_counts_what_it_claims_once_and_brings_its_pictures(buyer):
	other = factories.make_batch(item=buyer.item).name
	rows = [{"item_code": buyer.item, "batch_no": batch, "qty": 10} for batch in (buyer.batch, other)]
	note = factories.make_delivery_note(buyer.customer, rows).name
	claims = [
		{"item": buyer.item, "batch": batch, "qty": qty} for batch, qty in ((buyer.batch, 1), (other, 6))
	]
	delivery = {"delivery_type": "Delivery Note", "delivery": note}
	first = file(buyer, lines=json.dumps([{**delivery, "claims": claims[:1]}]))
	# twelve of the ten would be refused
	pictures = photographs()
	second = file(buyer, key="k2", files=pictures, lines=json.dumps([{**delivery, "claims": claims}]))
	complaint = complaints.reloaded(first.complaint)
	assert second.complaint == complaint.name
	assert [(line.batch, line.claimed_qty) for line in complaint.lines] == [
		(buyer.batch, 1),
		(buyer.batch, 1),
		(other, 6),
	]
	assert [row.evidence_kind for row in complaint.evidence].count("Photographs") == len(pictures)
	assert kinds_owed(second) == []


def test_what_is_claimed_after_the_verdict_or_the_answer_is_a_complaint_of_its_own(buyer):
	first = file(buyer, evidence={"Photographs": photographs()})
	complaint = complaints.judge(first.complaint)
	asked = file(buyer, key="k2", lines=claims_of(buyer, 0))
	assert asked.complaint == complaint.name, "nothing more is claimed"
	more = file(buyer, key="k3", lines=claims_of(buyer, 3))
	own = complaints.reloaded(more.complaint)
	assert own.name != complaint.name and not own.verdict
	assert [line.claimed_qty for line in own.lines] == [3]
	assert [line.claimed_qty for line in complaints.reloaded(complaint).lines] == [2]
	own.db_set({"workflow_state": "Withdrawn", "stage": "Withdrawn"})
	complaint.db_set({"workflow_state": "Answered", "stage": "Answered"})
	late = file(buyer, key="k4", lines=claims_of(buyer, 0))
	# answered by what was said before it, nobody would read it
	assert late.complaint != complaint.name and late.stage != "Answered"


def test_who_knows_neither_delivery_nor_batch_nor_defect_is_heard_and_asked(buyer):
	lines = json.dumps([{"product": "Esmalte que no existe", "batch": "?", "qty": "3"}])
	folio = file(buyer, lines=lines, defect="")
	complaint = complaints.reloaded(folio.complaint)
	assert not complaint.lines and "Esmalte que no existe" in folio.description and "3" in folio.description


# What the customer follows -----------------------------------------------------------------------------------


def page_of(folio):
	return customer_story.story(folios.reloaded(folio))


def doors(buyer, call, *arguments):
	with folios.engine.run_as(buyer.user):
		return call(*arguments)


def kinds_owed(folio):
	return [row["kind"] for row in page_of(folio)["complaint"]["ask"] if row["owed"]]


def test_what_is_missing_is_shown_sent_later_and_no_longer_asked(buyer, stranger):
	folio = file(buyer)
	assert kinds_owed(folio) == ["Photographs"]
	assert [row["kind"] for row in page_of(folio)["todo"]] == ["evidence"]
	sent = {"Photographs": photographs()}
	for _time in range(2):
		doors(buyer, portal.send_evidence, folio.name, sent, "Van las fotos", "clave-9")
	complaint = complaints.reloaded(folio.complaint)
	assert [row.evidence_kind for row in complaint.evidence].count("Photographs") == 2
	story = page_of(folio)
	assert kinds_owed(folio) == [] and story["todo"] == []
	shown = [row["name"] for row in story["complaint"]["files"]]
	assert len(shown) == 2 and doors(buyer, portal.file, folio.name, shown[0]).is_private
	with pytest.raises(frappe.DoesNotExistError):
		doors(stranger, portal.file, file(stranger, key="k3").name, shown[0])
	assert [message["html"].count("Van las fotos") for message in story["messages"]] == [1]


def test_the_label_is_asked_for_where_the_batch_is_not_known(buyer):
	name = frappe.db.get_value("Item", buyer.item, "item_name")
	folio = file(buyer, lines=json.dumps([{"product": name, "batch": "", "qty": "1"}]))
	assert kinds_owed(folio) == ["Photographs", "Lot Label"]


def test_the_story_says_where_the_complaint_stands_and_what_comes_next(buyer):
	folio = file(buyer, evidence={"Photographs": photographs()})
	folios.make_mail(folio)
	story = page_of(folio)
	assert story["next"]["title"] == "We tell you whether your complaint is justified"
	assert (
		story["next"]["by"]
		== complaints.promises_of(complaints.reloaded(folio.complaint), "Admissibility")[0].due_at
	)
	complaint = complaints.analyse(complaints.judge(folio.complaint))
	story = page_of(folio)
	line = story["complaint"]["lines"][0]
	assert (story["state"], story["next"]["title"]) == ("We are analysing it", "We resolve your complaint")
	assert (line["claimed"], line["accepted"], line["ground"]) == (
		"2 Litre",
		"2 Litre",
		"by the warranty of the product",
	)
	assert {"Your complaint was registered", "Your complaint is justified", "We began to analyse it"} <= {
		step["title"] for step in story["steps"]
	}
	with folios.engine.run_as(buyer.user):
		row = next(one for one in portal_list.requests()["rows"] if one["folio"] == folio.name)
	assert (row["state"], row["next"]["title"]) == (story["state"], story["next"]["title"])
	assert complaint.verdict_by not in json.dumps(story, default=str)


def inadmissible(folio, told=True):
	complaint = complaints.judge(folio.complaint, "Inadmissible", reason="La tapa fue golpeada en obra.")
	if told:
		complaints.tell(complaint)
	return complaints.reloaded(complaint)


def test_a_verdict_against_the_customer_is_read_once_it_was_told_and_appealed_once(buyer):
	folio = file(buyer, evidence={"Photographs": photographs()})
	complaint = inadmissible(folio, told=False)
	story = page_of(folio)
	assert story["state"] == "We are checking whether it is justified"
	assert "golpeada" not in json.dumps(story, default=str) and not story["complaint"]["can"]["appeal"]
	with pytest.raises(frappe.ValidationError, match="cannot be objected to"):
		doors(buyer, portal.appeal, folio.name, "No es cierto")
	complaints.tell(complaint)
	story = page_of(folio)
	assert (story["complaint"]["verdict"], story["complaint"]["can"]["appeal"]) == ("Not accepted", True)
	assert story["complaint"]["reason"] == "La tapa fue golpeada en obra."
	with pytest.raises(frappe.ValidationError, match="do not agree"):
		doors(buyer, portal.appeal, folio.name, " ")
	assert complaints.reloaded(complaint).stage == "Inadmissible"
	for _time in range(2):
		doors(buyer, portal.appeal, folio.name, "La lata venía así")
	appealed = complaints.reloaded(complaint)
	assert (appealed.stage, appealed.appeal_reason) == ("Under Review", "La lata venía así")
	assert appealed.assigned_to != complaint.verdict_by
	assert page_of(folio)["complaint"]["appeal"].startswith("You objected to our decision")


def test_a_decision_is_accepted_and_closes_both(buyer):
	folio = file(buyer, evidence={"Photographs": photographs()})
	inadmissible(folio)
	doors(buyer, portal.confirm, folio.name, True, "")
	assert (folios.reloaded(folio).stage, complaints.reloaded(folio.complaint).stage) == ("Closed", "Closed")
	doors(buyer, portal.reopen, folio.name, "Volvió a fugarse")
	assert complaints.reloaded(folio.complaint).stage == "Reopened"


# Whose it is -------------------------------------------------------------------------------------------------


CALLS = {
	"evidence": lambda folio: portal.send_evidence(folio, {"Photographs": photographs()}, "", "k"),
	"appeal": lambda folio: portal.appeal(folio, "No estoy de acuerdo"),
	"report": lambda folio: portal.report(folio),
}


def test_a_foreign_complaint_is_answered_like_a_missing_one_and_stays_as_it_is(buyer, stranger):
	folio = file(stranger)
	before, stored = complaints.reloaded(folio.complaint).as_dict(), counts()
	for call in CALLS.values():
		said = []
		for name in (folio.name, "FOL-1999-000001"):
			frappe.clear_messages()
			with pytest.raises(frappe.DoesNotExistError) as refused:
				doors(buyer, call, name)
			said.append((str(refused.value).replace(name, "…"), folios.engine.told().replace(name, "…")))
		assert said[0] == said[1]
	assert complaints.reloaded(folio.complaint).as_dict() == before and counts() == stored


def test_a_complaint_of_another_customer_that_a_folio_was_put_to_is_not_shown(buyer, stranger):
	foreign = file(stranger).complaint
	folio = folios.make_folio(customer=buyer.customer)
	folio.db_set("complaint", foreign)
	story = page_of(folio)
	assert story["complaint"] is None and foreign not in json.dumps(story, default=str)
	assert customer_story.promises_of([folio.name]).keys() <= {folio.name}
	assert not customer_view.promises_of([folio.name])


# The link ----------------------------------------------------------------------------------------------------


def waiting(buyer):
	folio = file(buyer)
	executive = folios.cast(Role.COORDINATOR)
	with folios.engine.run_as(executive):
		asking.ask_customer(folio.complaint, asking.draft(folio.complaint)["content"], "Phone")
	complaint = complaints.reloaded(folio.complaint)
	assert complaint.stage == "Waiting for Customer"
	return complaint


def test_the_letter_leads_to_a_link_that_ends_the_wait_keeps_the_files_and_rings(buyer):
	complaint = waiting(buyer)
	with folios.engine.run_as(folios.cast(Role.COORDINATOR)):
		letter = asking.draft(complaint.name)["content"]
	token = re.search(r"/evidencias/([\w-]+)", letter)[1]
	row = frappe.get_last_doc("Service Access Token", {"reference_name": complaint.name})
	assert row.purpose == upload_link.PURPOSE and token not in row.token_hash
	assert (row.expires_at - clock.now()).days in (14, 15)
	page = upload_link.page(token)
	assert (page["folio"], len(page["missing"]), page["complete"]) == (complaint.folio, 1, False)
	for _time in range(2):
		upload_link.send(token, {"Photographs": photographs()}, "Aquí van", "clave")
	after = complaints.reloaded(complaint)
	assert after.stage == "Under Review" and upload_link.page(token)["complete"]
	promise = complaints.promises_of(after, "Admissibility")[0]
	assert promise.status == "Running" and not promise.paused_at
	assert [row.evidence_kind for row in after.evidence].count("Photographs") == 2
	assert (
		frappe.db.count(
			"Communication", {"reference_name": complaint.folio, "content": ("like", "%Aquí van%")}
		)
		== 1
	)
	words = customer_evidence._came(frappe.db.get_value("User", after.assigned_to, "language")).split("{0}")[
		0
	]
	bell = {"document_name": complaint.name, "for_user": after.assigned_to, "subject": ("like", f"%{words}%")}
	assert frappe.db.count("Notification Log", bell) == 1


def test_a_token_that_expired_was_forged_or_is_for_something_else_opens_nothing(buyer):
	complaint = complaints.reloaded(file(buyer).complaint)
	good = upload_link.address(complaint).rsplit("/", 1)[1]
	expired = access_tokens.issue(complaint, upload_link.PURPOSE, -1)
	tracking = access_tokens.issue(frappe.get_doc("Service Folio", complaint.folio))
	before = counts()
	for token in (expired, tracking, good[:-1] + ("A" if good[-1] != "A" else "B"), "", complaint.name):
		assert upload_link.page(token) is None
		with pytest.raises(frappe.DoesNotExistError, match="does not open any complaint"):
			upload_link.send(token, {"Photographs": photographs()}, "", "k")
	# and it does not open what tracking does
	assert guest_intake.story(good) is None
	assert counts() == before
	with pytest.raises(frappe.ValidationError, match="Choose a photograph"):
		upload_link.send(good, {}, " ", "k")
	with pytest.raises(frappe.ValidationError, match="is not accepted"):
		upload_link.send(good, {"Photographs": [("a.jpg", b"MZ")]}, "", "k")
	assert counts() == before


def test_the_customer_reads_the_released_report_and_nothing_of_others_in_it(buyer, stranger):
	folio, other = file(buyer), file(stranger)
	with pytest.raises(frappe.DoesNotExistError, match="no report for you yet"):
		doors(buyer, portal.report, folio.name)
	report = frappe.new_doc("Technical Analysis Report")
	report.update(
		{
			"name": "RAT-P",
			"complaint": other.complaint,
			"customer": stranger.customer,
			"folio": other.name,
			"visit": "VT-1",
		}
	)
	mine = complaints.reloaded(folio.complaint)
	told = json.dumps(report_print.facts(report, False, mine)["rows"])
	names = [frappe.db.get_value("Customer", one.customer, "customer_name") for one in (buyer, stranger)]
	assert names[0] in told and names[1] not in told and mine.name in told
	assert other.complaint not in told and other.name not in told and "VT-1" not in told
	assert not report_print.is_of(report, mine) and report_print.is_of(
		report, complaints.reloaded(other.complaint)
	)


def test_it_is_asked_whether_it_is_solved_once_what_was_promised_is_done(buyer):
	folio = file(buyer, complaint_kind="Delivery", defect="")
	complaint = complaints.judge(folio.complaint, by=complaints.a(Role.COORDINATOR), remedy="Replacement")
	remedy = ledger.promise_lines(complaint.name)[0]
	complaints.act_save(complaints.analyse(complaint, by="Administrator"), root_cause=complaints.a_cause())
	complaints.answer(complaint)
	story = page_of(folio)
	promised = story["complaint"]["remedies"][0]
	assert (promised["what"], promised["done"]) == ("Replacement, 2 Litre", False)
	by = complaints.promises_of(complaint, "Remedy")[0].due_at
	assert (story["next"]["by"], story["next"]["title"]) == (by, "We do what we promised you")
	assert not story["can"]["confirm"] and story["complaint"]["answer"] == "Se repone el material."
	frappe.db.set_value("Complaint Remedy", remedy, {"stage": "Done", "done_at": clock.now()})
	story = page_of(folio)
	assert story["can"]["confirm"] and story["next"]["title"] == "You tell us whether it is solved"


def test_link_photographs_and_what_was_written_are_among_a_persons_data(buyer):
	complaint = complaints.reloaded(file(buyer, evidence={"Photographs": photographs()}).complaint)
	upload_link.address(complaint)
	scope = personal_data.find(email=buyer.user)
	found = {place.doctype: rows_of(place, scope) for place in PLACES if place.doctype != "Email Queue"}
	token = frappe.db.get_value("Service Access Token", {"reference_name": complaint.name})
	assert token in found["Service Access Token"] and complaint.name in found[complaints.COMPLAINT]
	assert set(frappe.get_all("File", {"attached_to_name": complaint.name}, pluck="name")) <= set(
		found["File"]
	)
	assert {row.name for row in complaint.evidence} <= set(found["Service Evidence"])


def test_a_customer_who_has_invoices_alone_is_offered_them(everybody):  # noqa: F811 (the fixture that was imported)
	"""Seen to fail with invoices of nobody's delivery taken for those of a delivery of the customer's."""
	customer, item = factories.make_customer(), factories.make_item()
	invoice = factories.make_sales_invoice(customer, [{"item_code": item.name, "qty": 2}])
	(found,) = portal_products.deliveries((customer.name,), invoice.company)
	assert (found["type"], found["name"], found["products"]) == (
		"Sales Invoice",
		invoice.name,
		[item.item_name],
	)
	assert portal_products.deliveries((factories.make_customer().name,), invoice.company) == []
