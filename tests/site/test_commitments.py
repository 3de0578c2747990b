"""Promises of a case from birth to end, as rows of the database (S1.1-S1.3, D1-D3, D17-D19)."""

from datetime import timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import Events
from nervion_service.services import commitment_rows, commitments, policies, policy_versions, promise_timeline
from tests import factories
from tests.site.spine import (
	HOUR,
	at,
	history,
	make_calendar,
	make_case,
	make_policy,
	make_promises,
	only_these_policies,
	outbox,
	promise,
)

STEPS = [
	{"step_name": "mitad", "share": 50, "audience": "Responsible", "level": 0},
	{"step_name": "vencido", "share": 100, "audience": "Role", "role": "Service Coordinator", "level": 1},
]


@pytest.fixture
def hours():
	"""Monday to Friday, 9 to 18, as the company's own default."""
	company = factories.make_company().name
	frappe.db.set_value("Service Calendar", {"company": company}, "is_default", 0)
	return make_calendar(company=company, is_default=1).name


@pytest.fixture
def promises_of_intake(hours):
	"""Registration on the same business day, first answer in 4 working hours that pauses, and nothing else."""
	registration = make_policy(kind="Registration", basis="Same Business Day", allowance=0)
	answer = make_policy(steps=STEPS, pauses_while_waiting=1)
	only_these_policies(registration, answer)
	return registration, answer


def rows_of(case):
	rows = frappe.get_all(
		"Service Commitment",
		filters={"case_name": case.name},
		fields=["*"],
		order_by="kind desc, started_at, creation",
	)
	return {row.kind: row for row in rows}


def started(**overrides):
	case = make_case(**overrides)
	commitments.start_all(case)
	return case


def of(case):
	return case.doctype, case.name


def test_a_case_begins_with_one_row_per_promise_by_the_company_s_calendar(promises_of_intake, hours):
	case = started(customer=None, assigned_to="Administrator")
	rows = rows_of(case)
	assert set(rows) == {"Registration", "First Answer"}
	answer = rows["First Answer"]
	assert (answer.status, answer.started_at, answer.due_at) == ("Running", at(10), at(14))
	assert (answer.next_check_at, answer.original_due_at) == (at(12), at(14))
	assert (answer.policy, answer.calendar, answer.responsible) == (
		promises_of_intake[1].name,
		hours,
		"Administrator",
	)
	assert policies.policy_from_terms(answer.terms) == policies.to_domain(promises_of_intake[1])


def test_a_request_of_sunday_is_promised_from_monday_on(promises_of_intake):
	case = started(received_at=at(12, -1), effective_at=at(9), registered_at=at(12, -1))
	rows = rows_of(case)
	assert rows["First Answer"].due_at == at(13)
	assert rows["Registration"].status == "Fulfilled"


@pytest.mark.parametrize(
	("registered_at", "status"),
	[
		(at(10.5), "Fulfilled"),
		(at(20), "Fulfilled"),  # after closing, on the day itself: in time by the date (D3)
		(at(9, 1), "Fulfilled Late"),
	],
)
def test_the_promise_to_register_is_kept_or_broken_at_birth_and_never_swept(
	promises_of_intake, registered_at, status
):
	row = rows_of(started(registered_at=registered_at))["Registration"]
	assert (row.status, row.fulfilled_at, row.next_check_at) == (status, registered_at, None)
	assert bool(row.breached_at) == (status == "Fulfilled Late")
	assert (row.evidence_type, row.evidence) == ("Service Folio", row.case_name)


def test_a_running_promise_keeps_its_terms_when_the_policy_changes(promises_of_intake):
	case = started()
	draft = policy_versions.new_version(promises_of_intake[1].name)
	draft.allowance = 3600
	draft.save()
	policy_versions.approve(draft.name)
	assert policies.policy_from_terms(rows_of(case)["First Answer"].terms).allowance == 4 * HOUR


def test_an_answer_in_time_keeps_the_promise_and_the_first_answer_counts(promises_of_intake):
	case = started()
	assert commitments.fulfil(*of(case), ("First Answer",), at(12.25), ("User", "Administrator")) == 1
	assert commitments.fulfil(*of(case), ("First Answer",), at(16), ("User", "Guest")) == 0
	row = rows_of(case)["First Answer"]
	assert (row.status, row.fulfilled_at, row.elapsed_seconds) == ("Fulfilled", at(12.25), 8100)
	assert (row.evidence_type, row.evidence, row.next_check_at) == ("User", "Administrator", None)
	assert history(row.name) == [
		(Events.COMMITMENT_WARNING, at(12)),
		(Events.COMMITMENT_FULFILLED, at(12.25)),
	]


def test_a_late_answer_records_the_breach_at_the_time_it_fell_due_although_no_sweep_saw_it(
	promises_of_intake,
):
	case = started()
	commitments.fulfil(*of(case), ("First Answer",), at(17))
	row = rows_of(case)["First Answer"]
	assert (row.status, row.breached_at, row.elapsed_seconds) == ("Fulfilled Late", at(14), 7 * 3600)
	assert history(row.name) == [
		(Events.COMMITMENT_WARNING, at(12)),
		(Events.COMMITMENT_BREACHED, at(14)),
		(Events.COMMITMENT_FULFILLED, at(17)),
	]
	assert outbox(row.name) == []


def test_waiting_for_the_customer_moves_the_due_time_and_keeps_the_original(promises_of_intake):
	case = started()
	commitments.pause(*of(case), at(11))
	row = rows_of(case)["First Answer"]
	assert (row.status, row.paused_at, row.next_check_at) == ("Paused", at(11), None)
	commitments.resume(*of(case), at(13))
	row = rows_of(case)["First Answer"]
	assert (row.status, row.due_at, row.original_due_at) == ("Running", at(16), at(14))
	assert (row.paused_seconds, row.due_reason, row.next_check_at) == (
		7200,
		commitment_rows.MOVED_BY_PAUSE,
		at(14),
	)


def test_pausing_twice_and_resuming_twice_is_doing_it_once(promises_of_intake):
	case = started()
	for _turn in range(2):
		commitments.pause(*of(case), at(11))
	assert commitments.pause(*of(case), at(12)) == 0
	commitments.resume(*of(case), at(13))
	assert commitments.resume(*of(case), at(15)) == 0
	assert rows_of(case)["First Answer"].due_at == at(16)


def test_several_waits_add_up(promises_of_intake):
	case = started()
	for begin, end in ((10.5, 11), (11.5, 12)):
		commitments.pause(*of(case), at(begin))
		commitments.resume(*of(case), at(end))
	row = rows_of(case)["First Answer"]
	assert (row.due_at, row.paused_seconds) == (at(15), 3600)
	assert commitment_rows.snapshot(row).pauses == ((at(10.5), at(11)), (at(11.5), at(12)))


def test_a_withdrawn_case_owes_nothing_more(promises_of_intake):
	case = started()
	assert commitments.cancel_open(*of(case), at(11)) == 1
	row = rows_of(case)["First Answer"]
	assert (row.status, row.next_check_at) == ("Cancelled", None)
	assert history(row.name) == [(Events.COMMITMENT_CANCELLED, at(11))]


def test_a_reopened_case_is_owed_a_new_first_answer_and_the_old_one_stays(promises_of_intake):
	case = started()
	commitments.fulfil(*of(case), ("First Answer",), at(11))
	commitments.start_again(case, ("First Answer",), at(9, 3))
	rows = frappe.get_all(
		"Service Commitment",
		filters={"case_name": case.name, "kind": "First Answer"},
		fields=["status", "started_at", "due_at"],
		order_by="started_at",
	)
	assert [(row.status, row.started_at, row.due_at) for row in rows] == [
		("Fulfilled", at(10), at(14)),
		("Running", at(9, 3), at(13, 3)),
	]


def test_open_promises_follow_the_case_to_its_new_person(promises_of_intake):
	case = started(assigned_to="Guest")
	commitments.reassign(*of(case), "Administrator", None)
	rows = rows_of(case)
	assert rows["First Answer"].responsible == "Administrator"
	assert rows["Registration"].responsible == "Guest"


def test_history_never_comes_up_for_a_check_and_writes_no_lines(promises_of_intake):
	case = started(is_history=1)
	assert rows_of(case)["First Answer"].next_check_at is None
	commitments.fulfil(*of(case), ("First Answer",), at(17), ("User", "Administrator"))
	row = rows_of(case)["First Answer"]
	assert (row.status, row.breached_at) == ("Fulfilled Late", at(14))
	assert history(row.name) == []


def test_the_timeline_tells_what_fell_due_and_what_comes(promises_of_intake, monkeypatch):
	case = started()
	commitments.pause(*of(case), at(12.5))
	commitments.resume(*of(case), at(13))
	monkeypatch.setattr(commitments.clock, "now", lambda: at(13.5))
	answer = next(entry for entry in promise_timeline.timeline(case) if entry["kind"] == "First Answer")
	assert (answer["open"], answer["seconds_left"], answer["share_used"]) == (True, 3600, 0.75)
	assert [(step["name"], step["at"], step["done"]) for step in answer["steps"]] == [
		("mitad", at(12), False),
		("Breach", at(14.5), False),
	]
	commitments.fulfil(*of(case), ("First Answer",), at(14))
	answer = next(entry for entry in promise_timeline.timeline(case) if entry["kind"] == "First Answer")
	assert (answer["open"], answer["seconds_left"], answer["elapsed_seconds"]) == (False, None, 3.5 * 3600)
	assert [(step["name"], step["done"]) for step in answer["steps"]] == [("mitad", True)]


def test_a_promise_is_not_edited_and_not_deleted_by_anybody(hours):
	name = make_promises(1, hours)[0]
	# a case that exists, since Frappe looks at links first
	frappe.db.set_value("Service Commitment", name, {"case_type": "User", "case_name": "Administrator"})
	doc = frappe.get_doc("Service Commitment", name)
	doc.due_at = at(18, 5)
	with pytest.raises(frappe.PermissionError, match="cannot be edited"):
		doc.save()
	with pytest.raises(frappe.PermissionError, match="cannot be deleted"):
		frappe.delete_doc("Service Commitment", name, force=True)
	assert promise(name).due_at == at(14)


def test_values_of_a_row_are_those_of_its_snapshot(hours):
	row = promise(make_promises(1, hours)[0])
	written = commitment_rows.row_values(commitment_rows.snapshot(row))
	assert {column: row[column] for column in commitment_rows.STATE_COLUMNS} == written
	assert timedelta(0) == row.due_at - row.original_due_at
