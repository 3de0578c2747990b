"""The RAT: computed verdicts, three pairs of hands, released by whoever approves, cancelled and amended (G11, K4)."""

import frappe
import pytest
from frappe.model.workflow import apply_workflow

from nervion_service.domain.taxonomy import Role
from nervion_service.services.analysis import making, reports
from tests import engine, factories
from tests.site import folio_factories as folios
from tests.site import visit_factories as visits
from tests.site.folio_factories import cast, everybody, staff  # noqa: F401 (a fixture)

CAST = (Role.TECHNICIAN, Role.ENGINEER, Role.QUALITY, Role.EXECUTIVE)


@pytest.fixture
def three():
	return cast(Role.TECHNICIAN), cast(Role.ENGINEER), cast(Role.QUALITY)


def stored(report, field="workflow_state"):
	return frappe.db.get_value(visits.REPORT, report.name, field)


def attempt(report, user, how):
	with engine.run_as(user):
		return how(visits.reloaded(report))


def refused(match, kind=frappe.ValidationError):
	return pytest.raises(kind, match=match)


def test_verdicts_and_comparison_are_computed_and_not_typed(three):
	report = visits.make_report(by=three[0], tests=[{**visits.TEST, "verdict": "Pass"}])
	assert (report.tests[0].verdict, report.tests[0].retained_verdict) == ("Fail", "Pass")
	assert (report.verdict, report.comparison) == ("Fail", "Only the Claimed Sample Outside Limits")
	report.verdict = "Pass"
	with refused("written by the system"):
		report.save()


@pytest.mark.parametrize(
	("changes", "words"),
	[
		({"result": "brilla poco"}, "number.*brilla poco"),
		({"minimum": "95", "maximum": "80"}, "upside down.*95"),
		({"calibrated_until": "2020-01-01"}, "calibration.*2020-01-01"),
		({"calibrated_until": None}, "calibrated"),
		({"tested_on": "2090-01-01"}, "2090-01-01"),
	],
)
def test_a_test_that_proves_nothing_is_refused(changes, words):
	folio = folios.make_folio(routed=False)
	before = frappe.db.count(visits.REPORT)
	with refused(words):
		visits.make_report(folio=folio.name, company=folio.company, tests=[{**visits.TEST, **changes}])
	assert frappe.db.count(visits.REPORT) == before


def test_three_people_bring_it_to_the_customer(three):
	author, reviewer, approver = three
	report = visits.approved(visits.make_report(by=author), *three)
	assert (report.docstatus, report.author, report.reviewer, report.approver) == (1, *three)
	assert report.procedure == "MPC-SER-005" and report.procedure_version
	assert folios.events_of(frappe.get_doc("Service Folio", report.folio), "report_issued")
	with engine.run_as(author), pytest.raises(frappe.PermissionError):
		reports.release(report.name)
	with engine.run_as(approver):
		assert reports.release(report.name) == reports.release(report.name)
	assert stored(report, "released_to_customer") == 1
	assert len(folios.events_of(frappe.get_doc("Service Folio", report.folio), "report_released")) == 1


# every way in which somebody may try to judge the own work; each is a person who holds all the roles that it takes
def by_button(action):
	return lambda doc: apply_workflow(doc, action)


def by_field(state, docstatus=0):
	def write(doc):
		doc.update({"workflow_state": state, "docstatus": docstatus})
		doc.save()

	return write


def by_submit(doc):
	doc.submit()


def by_stamp(doc):
	doc.update({"reviewer": cast(Role.ENGINEER), "reviewed_at": "2026-01-01 10:00:00"})
	doc.save()


def test_nobody_reviews_or_approves_the_own_work_whichever_way_it_is_tried(three):
	chief = staff(Role.TECHNICIAN, Role.ENGINEER, Role.QUALITY)
	report = visits.make_report(by=chief)
	# submitting a draft, naming reviewer or author by hand, jumping over the review
	for how in (by_submit, by_stamp, by_field("Approved", 1), by_field("Reviewed"), by_field("Draft", 1)):
		with pytest.raises(frappe.ValidationError):
			attempt(report, chief, how)
		assert (stored(report), stored(report, "docstatus")) == ("Draft", 0)
	visits.act(report, "Send to Review", chief)
	for how in (by_button("Accept the Review"), by_field("Reviewed")):
		with refused("author.*reviewer"):
			attempt(report, chief, how)
		assert (stored(report), stored(report, "reviewer")) == ("Under Review", None)
	visits.act(report, "Accept the Review", three[1])
	for person in (chief, staff(Role.QUALITY, Role.ENGINEER)):
		if person == chief:
			for how in (by_button("Approve the Report"), by_submit, by_field("Approved", 1)):
				with refused("author.*approver"):
					attempt(report, person, how)
				assert (stored(report), stored(report, "approver")) == ("Reviewed", None)
	reviewer_too = three[1]
	frappe.get_doc("User", reviewer_too).add_roles(Role.QUALITY)
	with refused("reviewer.*approver"):
		attempt(report, reviewer_too, by_submit)
	attempt(report, three[2], by_button("Approve the Report"))
	assert stored(report, "approver") == three[2]


def test_nobody_skips_the_review_by_submitting_what_another_wrote(three):
	author, _engineer, quality = three
	report = visits.make_report(by=author)
	for state in ("Draft", "Under Review"):
		for how in (by_submit, by_field("Approved", 1), by_field(state, 1)):
			with pytest.raises(frappe.ValidationError):
				attempt(report, quality, how)
			assert (stored(report), stored(report, "docstatus")) == (state, 0)
		if state == "Draft":
			visits.act(report, "Send to Review", author)


def test_whoever_wrote_a_line_of_it_does_not_judge_it(three):
	author, engineer, quality = three
	report = visits.make_report(by=author)
	with engine.run_as(engineer):
		doc = visits.reloaded(report)
		doc.conclusion = "Lo escribió ingeniería"
		doc.save()
	visits.act(report, "Send to Review", author)
	with refused("author.*reviewer"):
		visits.act(report, "Accept the Review", engineer)
	assert visits.act(report, "Accept the Review", quality).reviewer == quality


def test_what_is_reviewed_stands_still_and_goes_back_with_a_reason(three):
	author, engineer, _quality = three
	report = visits.act(visits.make_report(by=author), "Send to Review", author)
	with engine.run_as(engineer):
		doc = visits.reloaded(report)
		doc.customer_conclusion = "Todo está bien"
		with refused("return it to its author"):
			doc.save()
	with refused("Why It Was Returned"):
		visits.act(report, "Return to the Author", engineer)
	back = visits.act(report, "Return to the Author", engineer, return_reason="Falta el lote")
	assert (back.stage, back.customer_conclusion) == ("Draft", visits.FINDINGS["customer_conclusion"])


@pytest.mark.parametrize(
	("changes", "words"),
	[
		({"tests": []}, "tests"),
		({"tests": [{**visits.TEST, "result": ""}]}, "ASTM D523"),
		({"customer_conclusion": ""}, "Conclusion for the Customer"),
		({"is_short": 1, "tests": []}, "not evident"),
	],
)
def test_a_report_that_says_too_little_is_not_sent_to_review(changes, words, three):
	report = visits.make_report(by=three[0], **changes)
	with refused(words):
		visits.act(report, "Send to Review", three[0])
	assert stored(report) == "Draft"


def test_a_cancelled_report_keeps_its_number_and_is_amended(three):
	author, _engineer, quality = three
	report = visits.approved(visits.make_report(by=author), *three)
	with refused("Why It Was Cancelled"):
		attempt(report, quality, lambda doc: doc.cancel())
	assert stored(report, "docstatus") == 1
	cancelled = visits.act(report, "Cancel the Report", quality, cancel_reason="Lote equivocado")
	assert (cancelled.docstatus, cancelled.stage) == (2, "Cancelled")
	with engine.run_as(author):
		copy = frappe.copy_doc(cancelled)
		# as the form sends it: everything copied, who judged the old one too
		copy.update({"amended_from": cancelled.name, "docstatus": 0})
		copy.insert()
	assert copy.name == f"{report.name}-1"
	assert (copy.author, copy.reviewer, copy.approver, copy.stage) == (author, None, None, "Draft")
	with refused("never deleted"):
		frappe.delete_doc(visits.REPORT, cancelled.name)


def test_only_a_released_report_answers_its_complaints(three, complaints):
	first, second = complaints
	with engine.run_as(three[0]):
		draft = frappe.get_doc(visits.REPORT, making.from_complaint(first))
		draft.update({**visits.FINDINGS, "is_short": 0, "tests": [dict(visits.TEST)]})
		draft.update({"samples": visits.samples_of(draft), "complaints": [{"complaint": second}]})
		draft.save()
	visits.approved(draft, *three)
	for name in complaints:
		assert reports.of_complaint(name) == draft.name
		assert reports.issued_for(name) and not reports.released_for(name)
	with engine.run_as(three[2]):
		reports.release(draft.name)
	assert all(reports.released_for(name) for name in complaints)
	frappe.db.set_value("User", three[0], "language", "en")
	holder = {"answered_at": "2026-01-01", "analysis_report": draft.name, "assigned_to": three[0]}
	frappe.db.set_value("Service Complaint", first, holder)
	visits.act(draft, "Cancel the Report", three[2], cancel_reason="Lote equivocado")
	assert frappe.db.get_value("Service Complaint", first, "analysis_report") is None
	rung = frappe.get_all("Notification Log", {"document_name": first, "for_user": three[0]}, pluck="subject")
	assert any(f"{draft.name}, on which {first} stands, was cancelled" in subject for subject in rung)
	assert not any(reports.released_for(name) or reports.issued_for(name) for name in complaints)


@pytest.fixture
def complaints():
	from tests.site.complaint_factories import make_complaint

	first = make_complaint().name
	found = [first, make_complaint(parent_complaint=first).name]
	# the technical area has them
	frappe.db.set_value("Service Complaint", {"name": ("in", found)}, "route_role", Role.TECHNICIAN)
	return found


def test_one_report_does_not_answer_complaints_of_another_matter():
	from tests.site.complaint_factories import make_complaint

	first, stranger = make_complaint(), make_complaint()
	folio = visits.folios.make_folio(routed=False)
	with refused("shares neither incident nor batch nor item"):
		visits.make_report(complaint=first.name, complaints=[{"complaint": stranger.name}])
	with refused("a report is about one case"):
		visits.make_report(complaint=first.name, folio=folio.name, company=first.company)
	assert not frappe.db.exists(visits.REPORT, {"complaint": first.name})


@pytest.mark.parametrize(
	("changes", "words"),
	[
		({"tests": [{**visits.TEST, "instrument": ""}]}, "Say with which instrument"),
		({"samples": []}, "Name the sample that was tested"),
		({"samples": "claimed"}, "Name the retained sample"),
		({"tests": [{**visits.TEST, "tested_on": "2020-01-01"}]}, "The sample was taken on"),
	],
	ids=["no instrument", "no sample", "nothing retained", "tested before it was taken"],
)
def test_tests_rest_on_an_instrument_and_on_a_sample_that_was_there(changes, words, three):
	report = visits.make_report(by=three[0])
	if changes.get("samples") == "claimed":
		changes = {"samples": [{"sample": report.samples[0].sample}]}
	report.update(changes)
	report.save()
	with refused(words):
		visits.act(report, "Send to Review", three[0])
	assert visits.reloaded(report).stage == "Draft"


def test_what_was_judged_by_eye_needs_no_instrument(three):
	report = visits.make_report(by=three[0])
	report.update({"tests": [{**visits.TEST, "instrument": "", "by_eye": 1}]})
	report.save()
	assert visits.act(report, "Send to Review", three[0]).stage == "Under Review"


def test_a_short_report_of_a_visit_waits_for_its_end(three):
	visit = visits.start(visits.make_visit(assigned_to=three[0]), three[0])
	report = visits.make_report(by=three[0], visit=visit.name, is_short=1, tests=[])
	with refused("is not evident at a look"):
		visits.act(report, "Send to Review", three[0])


@pytest.mark.parametrize("findings", [{"result": "Problem Found"}, {"dilution_percent": "40"}], ids=str)
def test_a_problem_that_a_visit_found_is_promised_its_report_until_it_is_approved(findings, three):
	author, _engineer, quality = three
	report, visit = problem(author, findings)
	assert (promised(visit), tasks(report)) == (["Running"], [author])
	with refused("ended with a problem, which asks for a report"):
		visits.act(report, "Discard the Draft", author, cancel_reason="Otra vez")
	assert visits.reloaded(report).stage == "Draft"
	visits.act(report, "Send to Review", author)
	assert tasks(report) == []
	visits.act(report, "Return to the Author", quality, return_reason="Falta el lote")
	assert (promised(visit), tasks(report)) == (["Running"], [author])
	visits.approved(report, *three)
	assert (promised(visit), tasks(report)) == (["Fulfilled"], [])
	visits.act(report, "Cancel the Report", quality, cancel_reason="Lote equivocado")
	assert promised(visit) == ["Fulfilled", "Running"]


def problem(author, findings):
	"""(report, visit): a draft that says everything, of a visit that has just ended with a problem."""
	item = factories.make_item().name
	visits.make_sheet(item)
	visit = visits.start(visits.make_visit(item=item, assigned_to=author), author)
	report = visits.make_report(by=author, visit=visit.name, is_short=1, tests=[])
	return report, visits.finish(visit, author, **findings)


def promised(visit):
	of_report = {"case_type": visit.doctype, "case_name": visit.name, "kind": "Analysis Report"}
	return sorted(frappe.get_all("Service Commitment", of_report, pluck="status"))


def tasks(report):
	return frappe.get_all("ToDo", {"reference_name": report.name, "status": "Open"}, pluck="allocated_to")


def test_a_visit_that_was_not_made_is_no_ground_for_a_report(three):
	author = three[0]
	visit = visits.start(visits.make_visit(assigned_to=author), author)
	report = visits.make_report(by=author, visit=visit.name, is_short=1, tests=[])
	visits.finish(visit, author, result="Not Done")
	assert (promised(visit), tasks(report)) == ([], [])
	with refused("is not evident at a look"):
		visits.act(report, "Send to Review", author)
	report.update({"is_short": 0, "tests": [dict(visits.TEST)]})
	report.save()
	with refused("Name the sample that was tested"):
		visits.act(report, "Send to Review", author)
	assert visits.act(report, "Discard the Draft", author, cancel_reason="Nadie fue").stage == "Cancelled"
