"""Technical visits: consent first, the record against the data sheet, no problem without a RAT (G3, G10, K7)."""

import os
from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from nervion_service.domain.taxonomy import Role
from nervion_service.services.analysis import reports
from nervion_service.services.complaints import registering
from nervion_service.services.visits import arranging, finished_for, making
from tests import engine, factories
from tests.site import folio_factories as folios
from tests.site import upload_samples as samples
from tests.site import visit_factories as visits
from tests.site.folio_factories import cast, everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.TECHNICIAN, Role.QUALITY, Role.SALES)


def refused(*words, kind=frappe.ValidationError):
	return pytest.raises(kind, match="(?s)" + "".join(f"(?=.*(?:{word}))" for word in words))


def stored(visit, field="stage"):
	return frappe.db.get_value("Service Technical Visit", visit.name, field)


def promise(visit):
	return frappe.get_all(
		"Service Commitment",
		{"case_type": visit.doctype, "case_name": visit.name},
		["kind", "status", "evidence"],
	)


def test_a_visit_takes_over_its_folio_gets_a_person_a_checklist_a_number_and_a_promise():
	folio = folios.make_folio(customer=factories.make_customer().name, routed=False)
	visit = visits.make_visit(by=cast(Role.EXECUTIVE), folio=folio.name)
	assert visit.name.startswith(f"VT-{now_datetime().year}-")
	assert (visit.company, visit.customer, visit.phone) == (folio.company, folio.customer, folio.phone)
	assert visit.stage == "Requested"
	assert len(visit.checklist) >= 5
	assert visit.assigned_to
	assert frappe.db.exists("ToDo", {"reference_name": visit.name, "allocated_to": visit.assigned_to})
	assert [(row.kind, row.status) for row in promise(visit)] == [("Visit", "Running")]
	assert folios.events_of(folio, "visit_requested")[0].reference_name == visit.name


def test_a_visit_that_is_given_away_is_the_others_with_task_and_promise():
	visit, other = visits.make_visit(assigned_to=cast(Role.TECHNICIAN)), cast(Role.QUALITY)
	visit.assigned_to = other
	visit.save()
	assert stored(visit, "assigned_to") == other
	tasks = frappe.get_all("ToDo", {"reference_name": visit.name, "status": "Open"}, pluck="allocated_to")
	assert tasks == [other]
	assert frappe.db.get_value("Service Commitment", {"case_name": visit.name}, "responsible") == other


def test_a_visit_of_nobodys_case_is_refused():
	with refused("folio", "complaint"):
		frappe.get_doc({"doctype": "Service Technical Visit", "subject": "Pasar a ver"}).insert()


def test_no_visit_is_scheduled_without_consent_whichever_way_it_is_tried():
	technician = cast(Role.TECHNICIAN)
	visit = visits.make_visit(assigned_to=technician)
	date = {"scheduled_from": now_datetime(), "scheduled_to": now_datetime() + timedelta(hours=1)}
	with refused("consent"):
		visits.act(visit, "Record Consent", technician)
	with refused("consent"):
		visits.act(visit, "Record Consent", technician, consent=1, consent_by="Ing. Salas")
	# by writing the field, past the action that records consent
	with engine.run_as(technician):
		for state in ("Scheduled", "In Progress", "Finished"):
			doc = visits.reloaded(visit)
			doc.update({**date, "workflow_state": state})
			with refused("", kind=frappe.ValidationError):
				doc.save()
			assert stored(visit) == "Requested"
	consented = visits.consent(visit, technician)
	with refused("consent", "cancel"):
		visits.act(consented, "Schedule", technician, **date, consent=0)
	assert stored(visit) == "Consented"


@pytest.mark.parametrize(
	("changes", "words"),
	[
		({"scheduled_from": None}, ("from when",)),
		({"scheduled_to": "2020-01-01 10:00:00"}, ("before it begins",)),
		({"assigned_to": None}, ("Who|who goes",)),
		({"air_temperature": "templado"}, ("number", "templado")),
		({"relative_humidity": "130"}, ("cannot be", "130")),
	],
)
def test_an_appointment_that_makes_no_sense_is_refused(changes, words):
	visit = visits.consent(visits.make_visit())
	with refused(*words):
		visits.schedule(visit, **changes)
	assert stored(visit) == "Consented"


def test_the_record_is_held_against_the_sheet_of_the_day_the_batch_was_made():
	item = factories.make_item(batched=True)
	old = visits.make_sheet(item.name, valid_to="2025-12-31")
	visits.make_sheet(item.name, [("Dilution", "0", "20")], valid_from="2026-01-01")
	batch = factories.make_batch(item.name, manufacturing_date="2025-06-01")
	record = {**visits.GOOD, "surface_temperature": "18", "dilution_percent": "15.0"}
	visit = visits.make_visit(item=item.name, batch=batch.name, **record)
	assert visit.data_sheet == old.name
	assert visit.dew_point == "16.7"
	assert [(row.quantity, row.side, row.amount, row.uom) for row in visit.deviations] == [
		("Dew Point Margin", "Below", "1.7", "°C"),
		("Dilution", "Above", "5", "%"),
	]
	newer = visits.make_visit(
		item=item.name, batch=factories.make_batch(item.name, manufacturing_date="2026-02-01").name, **record
	)
	assert newer.data_sheet != old.name
	assert not newer.deviations


def test_a_visit_that_found_a_problem_does_not_end_without_a_report():
	technician, item = cast(Role.TECHNICIAN), factories.make_item().name
	visits.make_sheet(item)
	visit = visits.start(visits.make_visit(item=item, assigned_to=technician), technician)
	with refused("RAT|analysis report"):
		visits.finish(visit, technician, result="Problem Found")
	# calling it resolved does not help when the record lies outside the limits
	with refused("outside the limits", "Dilution"):
		visits.finish(visit, technician, dilution_percent="22")
	assert stored(visit) == "In Progress"
	with engine.run_as(technician):
		report = making.make_report(visit.name)
		assert making.make_report(visit.name) == report
	assert stored(visit, "analysis_report") == report
	done = visits.finish(visits.reloaded(visit), technician, result="Problem Found")
	assert (done.stage, bool(done.finished_at)) == ("Finished", True)
	# who went is on record for ever, although the task is done
	assert done.assigned_to == visit.assigned_to
	assert [row.evidence for row in promise(visit) if row.kind == "Visit" and row.status == "Fulfilled"] == [
		visit.name
	]
	assert not frappe.db.exists("ToDo", {"reference_name": visit.name, "status": "Open"})


@pytest.mark.parametrize(
	("changes", "words"),
	[
		({"result": ""}, ("result",)),
		({"diagnosis": ""}, ("diagnosis",)),
		({"unsigned_reason": ""}, ("sign",)),
		({"checklist": [{"point": "Lote legible"}]}, ("checklist", "Lote legible")),
	],
)
def test_a_visit_ends_with_everything_written_down(changes, words):
	visit = visits.start(visits.make_visit())
	with refused(*words):
		visits.finish(visit, **changes)
	assert stored(visit) == "In Progress"


def test_only_a_visit_that_was_made_counts_as_finished(complaint):
	visit = visits.start(visits.make_visit(complaint=complaint))
	assert not finished_for(complaint)
	visits.finish(visit, result="Not Done")
	assert not finished_for(complaint)
	assert [row.status for row in promise(visit)] == ["Cancelled"]
	visits.finish(visits.start(visits.make_visit(complaint=complaint)))
	assert finished_for(complaint)


@pytest.fixture
def complaint():
	from tests.site.complaint_factories import make_complaint

	return make_complaint().name


def test_a_cancelled_visit_says_why_and_promises_nothing_any_more():
	visit = visits.make_visit()
	with refused("cancelled|why"):
		visits.act(visit, "Cancel the Visit", cast(Role.EXECUTIVE))
	visits.act(visit, "Cancel the Visit", cast(Role.EXECUTIVE), cancel_reason="El cliente ya no la quiere")
	assert [row.status for row in promise(visit)] == ["Cancelled"]


def test_a_finished_visit_is_nobodys_to_change_but_qualitys():
	technician = cast(Role.TECHNICIAN)
	visit = visits.make_visit(assigned_to=technician)
	visits.finish(visits.start(visit, technician), technician)
	for person, kind in ((technician, frappe.PermissionError), (cast(Role.SALES), frappe.PermissionError)):
		with engine.run_as(person):
			doc = visits.reloaded(visit)
			doc.diagnosis = "Otra cosa"
			with pytest.raises(kind):
				doc.save()
	assert stored(visit, "diagnosis") == "Brillo bajo en toda la nave"
	with engine.run_as(cast(Role.QUALITY)):
		doc = visits.reloaded(visit)
		doc.diagnosis = "Brillo bajo en la nave 2"
		doc.save()


@pytest.mark.parametrize("field", ["finished_at", "started_at", "received_at"])
def test_what_the_system_writes_is_not_typed(field):
	visit = visits.make_visit()
	doc = visits.reloaded(visit)
	doc.set(field, "2020-01-01 10:00:00")
	with refused("written by the system"):
		doc.save()


def test_a_visit_is_never_deleted_nor_renamed():
	visit = visits.make_visit()
	with refused("never deleted"):
		frappe.delete_doc(visit.doctype, visit.name)
	with pytest.raises(frappe.ValidationError):
		frappe.rename_doc(visit.doctype, visit.name, "VT-X", force=True)
	assert frappe.db.exists(visit.doctype, visit.name)


@pytest.mark.parametrize(
	("limits", "words"),
	[
		([("Dilution", "10", "5")], ("upside down", "Dilution")),
		([("Dilution", "cinco", "10")], ("number", "cinco")),
		([("Dilution", "", "")], ("minimum", "maximum")),
		([("Relative Humidity", "", "120")], ("cannot be", "120")),
		([("Dilution", "1", "2"), ("Dilution", "1", "3")], ("twice",)),
	],
)
def test_limits_that_make_no_sense_are_refused(limits, words):
	with refused(*words):
		visits.make_sheet(limits=limits)


def test_two_versions_are_never_in_force_together():
	item = factories.make_item().name
	first = visits.make_sheet(item)
	with refused(first.name):
		visits.make_sheet(item, valid_from="2026-01-01")
	first.valid_to = "2025-12-31"
	first.save()
	visits.make_sheet(item, valid_from="2026-01-01")


def test_a_defect_that_needs_a_visit_offers_it_until_one_is_asked_for():
	from nervion_service.services.complaints import view
	from tests.site import complaint_factories as complaints

	complaint = complaints.make_complaint()
	with engine.run_as(cast(Role.QUALITY)):
		assert not view.get_view(complaint.name)["wants_visit"]
	frappe.db.set_value("Service Defect", complaint.defect, "requires_visit", 1)
	with engine.run_as(cast(Role.QUALITY)):
		assert view.get_view(complaint.name)["wants_visit"]
	visits.make_visit(complaint=complaint.name)
	with engine.run_as(cast(Role.QUALITY)):
		assert not view.get_view(complaint.name)["wants_visit"]


def test_what_a_visit_found_becomes_a_complaint_with_all_that_the_visit_gathered(a_product):
	item, batch = a_product
	technician = cast(Role.TECHNICIAN)
	visit = visits.make_visit(
		item=item, batch=batch, diagnosis="Ampollas en la nave 2", assigned_to=technician
	)
	photographed(visits.start(visit, technician))
	sample = visits.make_sample(visit=visit.name, company=visit.company, item=item, batch=batch)
	with engine.run_as(technician):
		report = making.make_report(visit.name)
	with engine.run_as(cast(Role.QUALITY)):
		name = making.make_complaint(visit.name)
		assert making.make_complaint(visit.name) == name
	complaint = frappe.get_doc("Service Complaint", name)
	found = (complaint.folio, complaint.visit, complaint.description, complaint.kind)
	assert found == (visit.folio, visit.name, visit.diagnosis, "Product")
	assert [(row.item, row.batch) for row in complaint.lines] == [(item, batch)]
	for doctype, one in ((visit.doctype, visit.name), (visits.REPORT, report), (visits.SAMPLE, sample.name)):
		assert frappe.db.get_value(doctype, one, "complaint") == name
	assert evidence_of(complaint) == evidence_of(visit)
	# what is photographed afterwards follows when the visit ends, and nothing is there twice
	photographed(visits.reloaded(visit))
	visits.finish(visits.reloaded(visit), technician, result="Problem Found")
	assert len(evidence_of(visit)) == 2
	assert evidence_of(complaint) == evidence_of(visit)
	approve_short(report, technician)
	assert reports.of_complaint(name) == report


def test_a_complaint_that_is_registered_on_the_folio_gets_what_its_visit_gathered(a_product):
	item, batch = a_product
	technician = cast(Role.TECHNICIAN)
	visit = visits.make_visit(item=item, batch=batch, assigned_to=technician)
	photographed(visits.start(visit, technician))
	with engine.run_as(technician):
		report = making.make_report(visit.name)
	with engine.run_as(cast(Role.EXECUTIVE)):
		name = registering.from_folio(visit.folio)
	complaint = frappe.get_doc("Service Complaint", name)
	for doctype, one in ((visit.doctype, visit.name), (visits.REPORT, report)):
		assert frappe.db.get_value(doctype, one, "complaint") == name
	assert evidence_of(complaint) == evidence_of(visit) != []


def test_a_second_folio_that_is_linked_to_the_complaint_brings_its_visit_along(a_product):
	from tests.site import complaint_factories as complaints

	item, batch = a_product
	first = complaints.a_claim(product=item, batch=batch)
	complaint = registering.from_folio(first.name, {"kind": "Product"})
	second = complaints.a_claim(product=item, batch=batch, customer=first.customer)
	visit = visits.make_visit(folio=second.name, item=item, batch=batch)
	assert registering.from_folio(second.name) == complaint
	assert frappe.db.get_value(visit.doctype, visit.name, "complaint") == complaint


def test_what_a_visit_of_before_has_that_is_no_evidence_of_a_complaint_hinders_nobody(a_product):
	item, batch = a_product
	technician = cast(Role.TECHNICIAN)
	visit = visits.make_visit(item=item, batch=batch, assigned_to=technician)
	photographed(visits.start(visit, technician))
	lost = photographed(visits.reloaded(visit))
	paper = photographed(visits.reloaded(visit), samples.pdf(), "Evidence of Application")
	# as it was left when nobody looked into the files of visits
	frappe.db.set_value("Service Evidence", {"file": paper.file_url}, "evidence_kind", "Photographs")
	os.remove(lost.get_full_path())
	said = list(frappe.local.message_log)
	with engine.run_as(cast(Role.EXECUTIVE)):
		name = registering.from_folio(visit.folio)
	complaint, kept = frappe.get_doc("Service Complaint", name), evidence_of(visit)
	assert [file for file, _by in kept[1:]] == [lost.file_url, paper.file_url]
	assert evidence_of(complaint) == kept[:1]
	assert not [one for one in frappe.local.message_log[len(said) :] if "Evidence, row" in str(one)]
	# whoever ends the visit is not stopped either, and what is photographed now is handed on
	photographed(visits.reloaded(visit))
	visits.finish(visits.reloaded(visit), technician)
	assert evidence_of(complaint) == [kept[0], evidence_of(visit)[3]]


@pytest.fixture
def a_product():
	from tests.site.complaint_factories import a_product

	return a_product()


def photographed(visit, content=None, kind="Photographs"):
	"""The File of one photograph more of the visit, or of that content, as the technician's phone leaves it."""
	from tests.site.complaint_factories import upload

	name = {"file_name": f"{factories.unique('papel', '-')}.pdf"} if content else {}
	file = upload(content, attached_to_doctype=visit.doctype, attached_to_name=visit.name, **name)
	row = {"evidence_kind": kind, "file": file.file_url, "provided_by": "Tomás"}
	visit.append("evidence", {**row, "provided_at": now_datetime()})
	visit.save()
	return file


def evidence_of(case):
	photographs = [row for row in visits.reloaded(case).evidence if row.evidence_kind == "Photographs"]
	return [(row.file, row.provided_by) for row in photographs]


def approve_short(report, author):
	doc = frappe.get_doc(visits.REPORT, report)
	with engine.run_as(author):
		doc.update(visits.FINDINGS)
		doc.save()
	return visits.approved(doc, author, folios.staff(Role.ENGINEER), cast(Role.QUALITY))


def test_another_date_needs_the_customers_word_anew_and_is_told_to_whoever_goes():
	technician, executive = cast(Role.TECHNICIAN), cast(Role.EXECUTIVE)
	frappe.db.set_value("User", technician, "language", "en")
	visit = visits.schedule(visits.make_visit(assigned_to=technician), executive)
	later = {name: visit.get(name) + timedelta(days=2) for name in ("scheduled_from", "scheduled_to")}
	with engine.run_as(executive):
		for changes in (later, {"scheduled_to": later["scheduled_to"]}):
			doc = visits.reloaded(visit)
			doc.update(changes)
			with refused("Another date needs the customer's consent anew"):
				doc.save()
		assert stored(visit, "scheduled_from") == visit.scheduled_from
		assert history(visit) == []
		said = {
			"consent_by": "Lic. Rosas",
			"consent_means": "E-mail",
			"scheduled_from": later["scheduled_from"],
		}
		assert arranging.arrange(visit.name, frappe.as_json(said)) == "Scheduled"
	moved = visits.reloaded(visit)
	assert (moved.scheduled_from, moved.scheduled_to) == (later["scheduled_from"], later["scheduled_to"])
	assert moved.consent_by == "Lic. Rosas" and moved.consent_at > visit.consent_at
	assert history(visit) == [visit.folio, visit.name]
	assert any("has another date" in subject for subject in bells_of(technician, visit))
	assert bells_of(executive, visit) == []
	# what is not about the date is corrected as ever
	moved.site = "Nave 3"
	moved.save()
	assert len(history(visit)) == 2


def history(visit):
	written = {"event": "visit_rescheduled", "reference_name": visit.name}
	return sorted(frappe.get_all("Service Event", written, pluck="case_name"))


def bells_of(user, visit):
	rung = {"document_name": visit.name, "for_user": user, "type": "Alert"}
	return frappe.get_all("Notification Log", rung, pluck="subject")
