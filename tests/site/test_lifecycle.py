"""The workflow on the server: gates, roles and effects, whichever way a transition is tried (S1.9-S1.11, D2, D16-D18)."""

from datetime import timedelta

import frappe
import frappe.client
import pytest
from frappe.model.workflow import WorkflowTransitionError, apply_workflow

from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import intake, lean_saves, lifecycle
from nervion_service.workflows.folio import Action
from tests import factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (
	Role.COORDINATOR, Role.EXECUTIVE, Role.TECHNICIAN, Role.ENGINEER, Role.COMMERCIAL_DIRECTOR, Role.AGENCY,
	Role.MANAGEMENT, Role.SYSTEMS,
)  # fmt: skip
REFUSED = (frappe.ValidationError, frappe.PermissionError, WorkflowTransitionError)


def by_saving(folio, state):
	folio.workflow_state = state
	folio.save()


def by_client_set_value(folio, state):
	frappe.client.set_value("Service Folio", folio.name, "workflow_state", state)


def by_api_update(folio, state):
	doc = frappe.get_doc("Service Folio", folio.name)
	doc.update({"workflow_state": state, "modified": folio.modified})
	doc.flags.ignore_validate = True
	doc.save()


WAYS = (by_saving, by_client_set_value, by_api_update)
ACTION_TO = {
	"Answered": Action.ANSWER,
	"Closed": Action.CLOSE,
	"Waiting for Customer": Action.ASK,
	"Withdrawn": Action.WITHDRAW,
	"Reopened": Action.REOPEN,
}


def by_action(folio, state):
	apply_workflow(frappe.as_json(folio), ACTION_TO[state])


def in_stage(stage):
	"""A folio that stands in a stage, with nothing prepared for the next one."""
	folio = folios.make_folio()
	if stage == "Routed":
		return folio
	if stage == "In Attention":
		return folios.accept(folio)
	if stage == "Answered":
		return folios.answer(folio)
	return folios.close(folio)


GATES = (
	("In Attention", "Answered", "Send an answer or log a call"),
	("In Attention", "Waiting for Customer", "Ask the customer first"),
	("Answered", "Closed", "Record the customer's confirmation"),
	("In Attention", "Withdrawn", "Say why the customer desists"),
	("Closed", "Reopened", "Say why the folio is taken up again"),
)


@pytest.mark.parametrize(("stage", "target", "message"), GATES)
def test_a_gate_refuses_whichever_way_it_is_tried(stage, target, message):
	folio = in_stage(stage)
	events = len(folios.events_of(folio))
	for way in (*WAYS, by_action):
		with folios.engine.run_as(folios.cast(Role.COORDINATOR)), pytest.raises(REFUSED, match=message):
			way(folios.reloaded(folio), target)
		assert folios.reloaded(folio).stage == stage, way.__name__
	assert len(folios.events_of(folio)) == events


@pytest.mark.parametrize(
	("role", "stage", "target"),
	[
		(Role.TECHNICIAN, "Registered", "Routed"),
		(Role.EXECUTIVE, "Registered", "Routed"),
		(Role.COMMERCIAL_DIRECTOR, "Routed", "In Attention"),
		(Role.AGENCY, "Answered", "Closed"),
		(Role.EXECUTIVE, "Routed", "Closed"),
		(Role.COORDINATOR, "Registered", "Closed"),
	],
)
def test_a_transition_that_the_role_has_not_is_refused(role, stage, target):
	user = folios.cast(role)
	folio = folios.make_folio(routed=False) if stage == "Registered" else in_stage(stage)
	frappe.db.set_value("Service Folio", folio.name, {"assigned_to": user, "owner": user})
	for way in WAYS:
		folio = folios.reloaded(folio)
		folio.update({"satisfaction": "Satisfied", "satisfaction_means": "Phone", "satisfaction_by": "Ana"})
		with folios.engine.run_as(user), pytest.raises(REFUSED, match="not allowed from|you cannot move"):
			way(folio, target)
		assert folios.reloaded(folio).stage == stage, way.__name__


def test_who_only_looks_on_changes_nothing():
	folio = in_stage("Routed")
	for role in (Role.MANAGEMENT, Role.SYSTEMS):
		for way in WAYS:
			with folios.engine.run_as(folios.cast(role)), pytest.raises(frappe.PermissionError):
				way(folios.reloaded(folio), "In Attention")
			assert folios.reloaded(folio).stage == "Routed"


@pytest.mark.parametrize("state", ["Routed", "Answered", "Closed", "Withdrawn"])
def test_nobody_registers_straight_into_a_later_state(state):
	before = frappe.db.count("Service Folio")
	frappe.db.savepoint("before_insert")
	with pytest.raises(frappe.ValidationError, match="not allowed from"):
		folios.new_folio(workflow_state=state).insert()
	frappe.db.rollback(save_point="before_insert")
	assert frappe.db.count("Service Folio") == before


def test_a_case_walks_from_registered_to_closed():
	folio = folios.make_folio()
	assert (folio.stage, bool(folio.routed_at), bool(folio.assigned_to)) == ("Routed", True, True)
	folio = folios.accept(folio, folios.cast(Role.EXECUTIVE))
	assert folio.accepted_at and folio.stage == "In Attention"
	folio = folios.close(folio)
	assert (folio.stage, folio.closed_without_word, folio.first_closed_at) == ("Closed", 0, folio.closed_at)
	assert folio.satisfaction_at and folio.answered_at
	assert [row.to_stage for row in folios.events_of(folio) if row.to_stage] == [
		"Registered", "Routed", "In Attention", "Answered", "Closed",
	]  # fmt: skip


def test_closing_needs_who_confirmed_and_how():
	folio = folios.answer(folios.make_folio())
	folio.update({"workflow_state": "Closed", "satisfaction": "Satisfied"})
	with pytest.raises(frappe.ValidationError, match=r"Confirmed by Means of.*Confirmed by"):
		folio.save()
	assert folios.reloaded(folio).stage == "Answered"


def test_a_customer_who_is_not_satisfied_keeps_the_case_open():
	folio = folios.answer(folios.make_folio())
	folio.update(
		{
			"workflow_state": "Closed",
			"satisfaction": "Not Satisfied",
			"satisfaction_means": "Phone",
			"satisfaction_by": "A",
		}
	)
	with pytest.raises(frappe.ValidationError, match="not satisfied"):
		folio.save()
	assert folios.act(folio, Action.ATTEND_AGAIN).stage == "In Attention"


def test_after_the_settled_attempts_it_closes_without_the_customers_word_and_says_so():
	with folios.at(folios.MONDAY) as clock:
		folio = folios.answer(folios.make_folio())
		for _attempt in range(3):
			with pytest.raises(
				frappe.ValidationError, match=r"more unanswered attempts.*another working day"
			):
				by_saving(folios.reloaded(folio), "Closed")
			clock.shift(timedelta(days=1))
			folios.write_to_customer(folio)
			# a second call on the same day reaches nobody either, and is no attempt of its own
			clock.shift(timedelta(minutes=5))
			folios.write_to_customer(folio)
		assert folios.reloaded(folio).closing_attempts == 3
		folio = folios.act(folio, Action.CLOSE)
	assert (folio.stage, folio.closed_without_word) == ("Closed", 1)
	assert folios.events_of(folio, Events.CLOSED)[0].details == '{"without_word": 1}'


def test_every_message_is_an_attempt_where_the_settings_say_so():
	frappe.db.set_single_value("Service Settings", "one_attempt_a_day", 0)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	with folios.at(folios.MONDAY) as clock:
		folio = folios.answer(folios.make_folio())
		for _attempt in range(3):
			clock.shift(timedelta(minutes=5))
			folios.write_to_customer(folio)
		assert folios.act(folio, Action.CLOSE).closed_without_word


def test_a_reply_makes_the_attempts_begin_anew():
	with folios.at(folios.MONDAY) as clock:
		folio = folios.answer(folios.make_folio())
		for _attempt in range(2):
			clock.shift(timedelta(hours=1))
			folios.write_to_customer(folio)
		clock.shift(timedelta(hours=1))
		folios.hear_from_customer(folio)
		clock.shift(timedelta(hours=1))
		folios.write_to_customer(folio)
		with pytest.raises(frappe.ValidationError, match=r"2 more unanswered attempts.*\(1 of 3"):
			by_saving(folios.reloaded(folio), "Closed")


def test_waiting_pauses_and_the_customers_reply_resumes():
	with folios.at(folios.MONDAY) as clock:
		folio = folios.accept(folios.make_folio(request_type="Claim", severity="Minor"))
		folios.write_to_customer(folio)
		folio = folios.act(folio, Action.ASK)
		assert folios.promises_of(folio, "Resolution")[0].status == "Paused"
		assert folio.waiting_since
		clock.shift(timedelta(hours=2))
		with folios.engine.run_as(folios.cast(Role.EXECUTIVE)):
			folios.hear_from_customer(folio)
	folio = folios.reloaded(folio)
	assert (folio.stage, folio.waiting_since) == ("In Attention", None)
	promise = folios.promises_of(folio, "Resolution")[0]
	assert promise.status == "Running" and promise.paused_seconds >= 7200
	assert [row.actor for row in folios.events_of(folio, Events.RESUMED)] == ["Administrator"]


def test_withdrawing_ends_every_open_promise():
	folio = folios.withdraw(folios.make_folio(request_type="Claim"))
	assert folio.stage == "Withdrawn" and folio.withdrawn_at
	assert {row.status for row in folios.promises_of(folio)} <= {"Cancelled", "Fulfilled"}


def test_the_first_closing_keeps_the_claims_term():
	folio = folios.close(folios.make_folio(request_type="Claim"))
	promise = folios.promises_of(folio, "Resolution")[0]
	assert (promise.status, promise.evidence) == ("Fulfilled", folio.name)
	again = folios.close(folios.accept(folios.reopen(folio)))
	assert again.first_closed_at == folio.first_closed_at < again.closed_at
	assert folios.promises_of(folio, "Resolution")[0].fulfilled_at == promise.fulfilled_at


def test_a_technical_request_is_accepted_by_the_technical_area_only():
	folio = folios.make_folio(request_type="Technical Advice")
	folio = folios.accept(folio, folios.cast(Role.COORDINATOR))
	assert (folio.stage, folio.accepted_at) == ("In Attention", None)
	assert folios.promises_of(folio, "Acceptance")[0].status == "Running"
	technician = folios.cast(Role.TECHNICIAN)
	with folios.engine.run_as(technician):
		lifecycle.accept(folio.name)
	folio = folios.reloaded(folio)
	assert (folio.accepted_by, folio.assigned_to) == (technician, technician)
	assert folios.promises_of(folio, "Acceptance")[0].status == "Fulfilled"


def test_accepting_twice_is_refused_with_the_reason():
	technician = folios.cast(Role.TECHNICIAN)
	folio = folios.make_folio(request_type="Technical Advice")
	with folios.engine.run_as(technician):
		assert lifecycle.accept(folio.name) == "In Attention"
		with pytest.raises(frappe.ValidationError, match="nothing to accept"):
			lifecycle.accept(folio.name)
	assert len(folios.events_of(folio, Events.ACCEPTED)) == 1


def test_a_technician_passes_on_what_is_too_complex():
	technician, engineer = folios.cast(Role.TECHNICIAN), folios.cast(Role.ENGINEER)
	folio = folios.make_folio(request_type="Technical Advice")
	with folios.engine.run_as(technician):
		lifecycle.accept(folio.name)
		with pytest.raises(frappe.ValidationError, match="reason is missing"):
			lifecycle.pass_on(folio.name, " ")
		holder = lifecycle.pass_on(folio.name, "Requiere análisis de adherencia")
	folio = folios.reloaded(folio)
	assert (folio.route_role, folio.assigned_to) == (Role.ENGINEER, holder)
	assert Role.ENGINEER in frappe.get_roles(holder) or holder == engineer
	passed = folios.events_of(folio, Events.PASSED_ON)[0]
	assert "adherencia" not in str(passed)


def test_reopening_starts_a_new_first_answer_and_forgets_the_customers_word():
	folio = folios.close(folios.make_folio())
	folio = folios.reopen(folio)
	assert (folio.stage, folio.reopen_count, folio.satisfaction, folio.closed_at) == (
		"Reopened",
		1,
		None,
		None,
	)
	answers = folios.promises_of(folio, "First Answer")
	assert sorted(row.status for row in answers) == ["Fulfilled", "Running"]
	with pytest.raises(frappe.ValidationError, match="Send an answer or log a call"):
		by_saving(folios.accept(folio), "Answered")
	folios.write_to_customer(folio)
	assert {row.status for row in folios.promises_of(folio, "First Answer")} == {"Fulfilled"}


def test_a_second_reopening_goes_to_the_coordinator():
	coordinator = folios.cast(Role.COORDINATOR)
	folio = folios.close(folios.reopen(folios.close(folios.make_folio())))
	folio = folios.reopen(folio, folios.a_person(), reason="Otra vez")
	assert folio.reopen_count == 2
	assert Role.COORDINATOR in frappe.get_roles(folio.assigned_to) or folio.assigned_to == coordinator
	assert folios.events_of(folio, Events.ESCALATED_TO_COORDINATOR)


def test_each_reopening_says_its_own_reason():
	folio = folios.close(folios.reopen(folios.close(folios.make_folio())))
	with pytest.raises(frappe.ValidationError, match="Say why the folio is taken up again"):
		by_saving(folio, "Reopened")


def test_after_the_window_a_new_linked_folio_is_the_way():
	with folios.at(folios.MONDAY):
		folio = folios.close(folios.make_folio())
	with folios.at(folios.MONDAY + timedelta(days=40)):
		folio.update({"workflow_state": "Reopened", "reopen_reason": "Se descascaró"})
		with pytest.raises(frappe.ValidationError, match=r"more than 15 days ago.*new folio"):
			folio.save()
		with pytest.raises(frappe.MandatoryError, match="Ask first whether somebody was hurt"):
			lifecycle.new_linked_folio(folio.name, "Se descascaró de nuevo")
		name = lifecycle.new_linked_folio(folio.name, "Se descascaró de nuevo", safety="No")
	new = folios.reloaded(name)
	assert (new.parent_folio, new.stage, new.party_name) == (folio.name, "Registered", folio.party_name)
	assert new.first_answered_at is None and new.reopen_count == 0
	assert [row.reference_name for row in folios.events_of(folio, Events.LINKED)] == [name]


def test_an_open_case_needs_no_linked_folio():
	folio = folios.make_folio()
	with pytest.raises(frappe.ValidationError, match="still open"):
		lifecycle.new_linked_folio(folio.name)


def test_a_closed_folio_is_changed_by_supervisors_only():
	folio = folios.close(folios.make_folio())
	for role, allowed in ((Role.EXECUTIVE, False), (Role.COORDINATOR, True)):
		with folios.engine.run_as(folios.cast(role)):
			doc = folios.reloaded(folio)
			doc.resolution = f"Escrito por {role}"
			if allowed:
				doc.save()
			else:
				with pytest.raises(frappe.PermissionError, match="your roles cannot change"):
					doc.save()
	assert folios.reloaded(folio).resolution == f"Escrito por {Role.COORDINATOR}"


def test_stages_follow_the_site_when_a_state_is_renamed():
	factories.insert("Workflow State", {"workflow_state_name": "En mostrador"})
	workflow = frappe.get_doc("Workflow", "Service Folio")
	for row in workflow.states:
		row.state = "En mostrador" if row.state == "Registered" else row.state
	for row in workflow.transitions:
		row.state = "En mostrador" if row.state == "Registered" else row.state
	workflow.save()
	folio = folios.make_folio(routed=False)
	assert (folio.workflow_state, folio.stage) == ("En mostrador", "Registered")


def test_a_state_without_a_stage_is_told_to_the_administrator():
	folio = folios.make_folio()
	frappe.db.set_value(
		"Workflow Document State", {"parent": "Service Folio", "state": "Routed"}, "service_stage", None
	)
	frappe.clear_document_cache("Workflow", "Service Folio")
	with pytest.raises(frappe.ValidationError, match="has no Service Stage"):
		folios.reloaded(folio).save()


def test_saving_a_folio_writes_no_workflow_actions():
	folio = folios.accept(folios.make_folio())
	assert not frappe.db.count("Workflow Action", {"reference_name": folio.name})
	# and other DocTypes keep Frappe's own hook
	assert lean_saves.WORKFLOW_ACTIONS in frappe.get_doc_hooks()["*"]["on_update"]


def test_who_routes_by_hand_gives_the_case_a_route_and_a_person():
	folio = folios.make_folio(routed=False, request_type="Technical Advice")
	with folios.engine.run_as(folios.cast(Role.COORDINATOR)):
		by_saving(folio, "Routed")
	folio = folios.reloaded(folio)
	assert folio.stage == "Routed" and folio.routed_at
	assert (folio.procedure, folio.route_role) == ("MPC-SER-005", Role.TECHNICIAN)
	assert Role.TECHNICIAN in frappe.get_roles(folio.assigned_to)
	assert {row.responsible for row in folios.promises_of(folio, "First Answer")} == {folio.assigned_to}
	assert len(folios.events_of(folio, Events.ROUTED)) == 1


def test_a_case_of_history_that_is_reopened_is_watched_and_belongs_to_somebody():
	with folios.at(folios.MONDAY):
		values = folios.new_folio(received_at=folios.MONDAY - timedelta(days=3)).as_dict()
		name = intake.import_history({**values, "closed_at": folios.MONDAY - timedelta(days=1)})
		assert folios.reloaded(name).is_history
		folio = folios.reopen(folios.reloaded(name), folios.cast(Role.COORDINATOR))
	assert folio.is_history == 0 and folio.routed_at and folio.route_role
	assert frappe.db.exists(
		"ToDo", {"reference_name": name, "allocated_to": folio.assigned_to, "status": "Open"}
	)
	running = [row for row in folios.promises_of(folio, "First Answer") if row.status == "Running"]
	assert [(bool(row.next_check_at), row.responsible) for row in running] == [(True, folio.assigned_to)]


def test_a_withdrawn_case_that_is_reopened_owes_again_what_it_never_kept():
	folio = folios.withdraw(folios.make_folio(request_type="Claim"))
	folio = folios.reopen(folio, folios.cast(Role.COORDINATOR))
	for kind in ("Resolution", "First Answer"):
		statuses = sorted(row.status for row in folios.promises_of(folio, kind))
		assert statuses == ["Cancelled", "Running"], kind
	assert len(folios.promises_of(folio, "Registration")) == 1


def test_a_closed_claim_that_is_reopened_owes_no_second_resolution():
	folio = folios.reopen(folios.close(folios.make_folio(request_type="Claim")))
	assert [row.status for row in folios.promises_of(folio, "Resolution")] == ["Fulfilled"]


def test_a_resolution_first_owed_after_a_reopening_is_kept_by_the_closing_that_follows():
	folio = folios.accept(folios.reopen(folios.close(folios.make_folio())))
	assert not folios.promises_of(folio, "Resolution")
	folio.request_type = "Claim"
	folio.save()
	folio = folios.close(folio)
	assert folio.closed_at > folio.first_closed_at
	promise = folios.promises_of(folio, "Resolution")[0]
	assert (promise.fulfilled_at, promise.evidence) == (folio.closed_at, folio.name)


def test_a_case_that_is_reopened_on_a_sunday_is_owed_its_answer_from_monday_on():
	with folios.at(folios.MONDAY):
		folio = folios.close(folios.make_folio())
	with folios.at(folios.MONDAY + timedelta(days=6)):
		folio = folios.reopen(folio)
	promise = next(row for row in folios.promises_of(folio, "First Answer") if row.status == "Running")
	assert promise.started_at == folios.MONDAY.replace(hour=9) + timedelta(days=7)


def test_what_a_waiting_case_is_owed_by_its_new_type_waits_too():
	with folios.at(folios.MONDAY) as clock:
		folio = folios.accept(folios.make_folio())
		folios.write_to_customer(folio)
		folio = folios.act(folio, Action.ASK)
		clock.shift(timedelta(hours=1))
		folio.request_type = "Claim"
		folio.save()
	promise = folios.promises_of(folio, "Resolution")[0]
	assert (promise.status, promise.paused_at) == ("Paused", folios.reloaded(folio).waiting_since)


def test_the_window_to_reopen_a_withdrawn_case_counts_from_its_withdrawal():
	with folios.at(folios.MONDAY):
		folio = folios.accept(folios.reopen(folios.close(folios.make_folio())))
	with folios.at(folios.MONDAY + timedelta(days=40)):
		folio = folios.withdraw(folio)
	with folios.at(folios.MONDAY + timedelta(days=41)):
		assert folios.reopen(folio, folios.cast(Role.COORDINATOR)).stage == "Reopened"


def test_a_case_that_is_attended_again_needs_a_new_answer():
	folio = folios.answer(folios.make_folio())
	first = folio.first_answered_at
	folio = folios.act(folio, Action.ATTEND_AGAIN)
	assert (folio.answered_at, folio.first_answered_at) == (None, first)
	with pytest.raises(frappe.ValidationError, match="Send an answer or log a call"):
		by_saving(folios.reloaded(folio), "Answered")
	assert folios.reloaded(folio).stage == "In Attention"
	folios.write_to_customer(folio)
	assert folios.act(folio, Action.ANSWER).answered_at


def test_open_promises_follow_the_customer_and_the_department_of_their_case():
	folio = folios.make_folio(request_type="Claim")
	customer, department = factories.make_customer().name, factories.make_department().name
	folio.update({"customer": customer, "department": department})
	folio.save()
	open_rows = [row for row in folios.promises_of(folio) if row.status == "Running"]
	assert {(row.customer, row.department) for row in open_rows} == {(customer, department)}


def test_open_promises_follow_a_lead_that_became_a_customer():
	lead = factories.insert("Lead", {"lead_name": factories.unique("Ana"), "email_id": "ana@lead.test"})
	folio = folios.make_folio(lead=lead.name)
	customer = factories.make_customer(lead_name=lead.name)
	assert folios.reloaded(folio).customer == customer.name
	assert {row.customer for row in folios.promises_of(folio, "First Answer")} == {customer.name}


def test_only_the_technical_area_and_its_supervisors_pass_a_case_on():
	executive = folios.cast(Role.EXECUTIVE)
	folio = folios.make_folio(assigned_to=executive)
	with (
		folios.engine.run_as(executive),
		pytest.raises(frappe.PermissionError, match="passed on by one of these roles"),
	):
		lifecycle.pass_on(folio.name, "No me toca")
	after = folios.reloaded(folio)
	assert (after.assigned_to, after.route_role) == (executive, folio.route_role)
	assert not folios.events_of(folio, Events.PASSED_ON)
