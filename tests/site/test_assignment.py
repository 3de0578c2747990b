"""Who gets a case, who hears of it, and what changing hands moves (S1.9, W8)."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, getdate, now_datetime

from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import assignment
from tests import factories
from tests.site import folio_factories as folios


@pytest.fixture(autouse=True)
def only_our_people():
	"""Whoever else holds a role on this site is set aside for the test."""
	frappe.db.delete("Has Role", {"parenttype": "User", "role": ("like", "Service %")})
	frappe.db.delete(
		"Has Role", {"parenttype": "User", "role": ("in", (Role.COMMERCIAL_DIRECTOR, Role.COMMUNITY_MANAGER))}
	)


def todos(folio, status="Open"):
	return frappe.get_all(
		"ToDo", {"reference_name": folio.name, "status": status}, pluck="allocated_to", order_by="creation"
	)


def stand_in(person, deputy, days=1):
	today = getdate(now_datetime())
	values = {"person": person, "deputy": deputy, "from_date": today, "to_date": add_days(today, days)}
	return factories.insert("Service Deputy", values)


def test_the_least_loaded_holder_of_the_role_gets_it():
	busy, free = folios.staff(Role.EXECUTIVE), folios.staff(Role.EXECUTIVE)
	first = folios.make_folio(assigned_to=busy)
	assert first.assigned_to == busy
	second = folios.make_folio()
	assert second.assigned_to == free
	assert {row.responsible for row in folios.promises_of(second) if row.status == "Running"} == {free}


def test_closed_folios_are_no_load():
	one, other = sorted((folios.staff(Role.EXECUTIVE), folios.staff(Role.EXECUTIVE)))
	folios.withdraw(folios.make_folio(assigned_to=one))
	assert assignment.choose(Role.EXECUTIVE, factories.make_company().name) == one
	folios.make_folio(assigned_to=one)
	assert assignment.choose(Role.EXECUTIVE, factories.make_company().name) == other


def test_a_deputy_gets_what_is_meant_for_who_is_away():
	person, deputy = folios.staff(Role.EXECUTIVE), folios.staff(Role.COORDINATOR)
	stand_in(person, deputy)
	assert folios.make_folio().assigned_to == deputy
	assert assignment.audience("Responsible", None, {"responsible": person}) == [deputy]
	assert assignment.audience("User", person, {}) == [deputy]


def test_a_role_that_nobody_holds_falls_back_along_the_ladder_and_then_to_the_settings():
	frappe.db.set_single_value("Service Settings", "fallback_user", "Administrator")
	frappe.clear_document_cache("Service Settings", "Service Settings")
	assert assignment.choose(Role.EXECUTIVE, None) == "Administrator"
	assert assignment.audience("Role", Role.EXECUTIVE, {}) == ["Administrator"]
	coordinator = folios.staff(Role.COORDINATOR)
	assert assignment.choose(Role.EXECUTIVE, None) == coordinator
	assert assignment.audience("Role", Role.EXECUTIVE, {}) == [coordinator]


def test_a_fallback_user_who_left_gets_nothing_and_is_not_accepted_by_the_settings():
	gone = folios.staff(Role.EXECUTIVE, enabled=0)
	frappe.db.set_single_value("Service Settings", "fallback_user", gone)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	assert assignment.choose(Role.SALES, None) is None
	assert assignment.audience("Role", Role.SALES, {}) == []
	frappe.db.set_single_value("Service Settings", "fallback_user", "Administrator")
	settings = frappe.get_doc("Service Settings")
	settings.fallback_user = gone
	with pytest.raises(frappe.ValidationError, match="Fallback User.*not an enabled user of the desk"):
		settings.save()
	assert frappe.db.get_single_value("Service Settings", "fallback_user") == "Administrator"


def test_disabled_people_and_those_of_another_company_get_nothing():
	here = folios.staff(Role.EXECUTIVE)
	folios.staff(Role.EXECUTIVE, enabled=0)
	elsewhere = folios.staff(Role.EXECUTIVE)
	other = factories.make_company(company_name=factories.unique("Otra"))
	factories.insert("User Permission", {"user": elsewhere, "allow": "Company", "for_value": other.name})
	company = factories.make_company().name
	assert assignment.answering_for(Role.EXECUTIVE, company) == (here,)
	assert set(assignment.answering_for(Role.EXECUTIVE, other.name)) == {here, elsewhere}


def test_the_assignment_rule_makes_the_todo_and_alerts_the_person(background_jobs):
	user = folios.staff(Role.EXECUTIVE)
	folio = folios.make_folio()
	assert (folio.assigned_to, todos(folio)) == (user, [user])
	background_jobs.run()
	alert = frappe.get_all("Notification Log", {"document_name": folio.name}, ["for_user", "type"])
	assert [(row.for_user, row.type) for row in alert] == [(user, "Assignment")]


def test_registering_alone_assigns_nobody():
	folios.staff(Role.EXECUTIVE)
	folio = folios.make_folio(routed=False)
	assert (folio.assigned_to, todos(folio)) == (None, [])


def test_an_administrators_own_rule_decides_instead():
	chosen, other = folios.staff(Role.EXECUTIVE), folios.staff(Role.EXECUTIVE)
	for name in frappe.get_all("Assignment Rule", {"document_type": "Service Folio"}, pluck="name"):
		frappe.db.set_value("Assignment Rule", name, "disabled", 1)
	factories.insert(
		"Assignment Rule",
		{
			"__newname": factories.unique("Por turno"),
			"document_type": "Service Folio",
			"description": "{{ name }}",
			"rule": "Round Robin",
			"assign_condition": "routed_at and not is_history",
			"users": [{"user": other}],
			"assignment_days": [{"day": day} for day in (
				"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")],
		},
	)  # fmt: skip
	frappe.cache.delete_value("assignment_rule_map")
	frappe.clear_cache(doctype="Service Folio")
	folios.make_folio(assigned_to=chosen, routed=False)
	folio = folios.make_folio()
	assert (folio.assigned_to, todos(folio)) == (other, [other])
	assert {row.responsible for row in folios.promises_of(folio, "First Answer")} == {other}


def test_handing_over_moves_todo_promises_and_keeps_the_reason_out_of_the_history():
	first, second = sorted((folios.staff(Role.EXECUTIVE), folios.staff(Role.EXECUTIVE)))
	folio = folios.make_folio()
	assert folio.assigned_to == first
	with folios.engine.run_as(first):
		assert assignment.hand_over(folio.name, second, "Salgo de vacaciones con <b>mi</b> familia") == second
	folio = folios.reloaded(folio)
	assert (folio.assigned_to, todos(folio), todos(folio, "Cancelled")) == (second, [second], [first])
	assert {row.responsible for row in folios.promises_of(folio, "First Answer")} == {second}
	assigned = folios.events_of(folio, Events.ASSIGNED)
	assert [row.reference_name for row in assigned] == [first, second]
	assert "vacaciones" not in str(assigned)
	comment = frappe.get_all(
		"Comment", {"reference_name": folio.name, "comment_type": "Info"}, pluck="content"
	)
	assert "vacaciones con &lt;b&gt;mi" in comment[0]


def test_typing_another_person_into_the_form_moves_the_same():
	first, second = sorted((folios.staff(Role.EXECUTIVE), folios.staff(Role.EXECUTIVE)))
	folio = folios.make_folio()
	folio.assigned_to = second
	folio.save()
	# the same document can be saved again: it knows what assigning wrote beside it
	folio.remedy_sought = "Apology"
	folio.save()
	folio = folios.reloaded(folio)
	assert (folio.assigned_to, todos(folio)) == (second, [second])
	assert first in todos(folio, "Cancelled")


def test_assigning_by_the_sidebar_makes_that_person_responsible():
	from frappe.desk.form import assign_to

	folios.staff(Role.EXECUTIVE)
	second = folios.staff(Role.SALES)
	folio = folios.make_folio()
	assign_to.add({"assign_to": [second], "doctype": "Service Folio", "name": folio.name})
	assert folios.reloaded(folio).assigned_to == second
	assert {row.responsible for row in folios.promises_of(folio, "First Answer")} == {second}


def take_by_todo(folio, by, user=None, **overrides):
	"""A ToDo on the folio for `user`, who is `by` himself unless told otherwise, as any request may insert one."""
	task = {"doctype": "ToDo", "description": "mío", "allocated_to": user or by, "assigned_by": by}
	reference = {"reference_type": "Service Folio", "reference_name": folio.name}
	with folios.engine.run_as(by):
		return frappe.get_doc({**task, **reference, **overrides}).insert()


def refused_todo(folio, by, error, message, **overrides):
	"""The refusal takes the ToDo back, as the end of a request does, and leaves the case where it was."""
	frappe.db.savepoint("as_it_was")
	with pytest.raises(error, match=message):
		take_by_todo(folio, by, **overrides)
	assert frappe.db.get_value("Service Folio", folio.name, "assigned_to") == folio.assigned_to
	frappe.db.rollback(save_point="as_it_was")
	assert folios.reloaded(folio).assigned_to == folio.assigned_to


@pytest.mark.parametrize("status", ["Open", "Closed"])
@pytest.mark.parametrize("role", [Role.AGENCY, Role.TECHNICIAN, Role.MANAGEMENT, "Customer"])
def test_nobody_takes_a_case_with_a_task_of_their_own(role, status):
	folio = folios.make_folio(assigned_to=folios.staff(Role.EXECUTIVE))
	stranger = folios.staff(role)
	# a closed one would be opened by Frappe's rule when the folio is reopened
	refused_todo(folio, stranger, frappe.PermissionError, "may not give", status=status)
	with folios.engine.run_as(stranger):
		assert not frappe.has_permission("Service Folio", "write", doc=folio.name)
	assert {row.responsible for row in folios.promises_of(folio, "First Answer")} == {folio.assigned_to}


def test_a_task_is_not_turned_into_one_of_a_foreign_case():
	folio = folios.make_folio(assigned_to=folios.staff(Role.EXECUTIVE))
	stranger = folios.staff(Role.AGENCY)
	task = take_by_todo(folio, stranger, reference_type=None, reference_name=None)
	task.update({"reference_type": "Service Folio", "reference_name": folio.name})
	with folios.engine.run_as(stranger), pytest.raises(frappe.PermissionError, match="may not give"):
		task.save()
	assert frappe.db.get_value("Service Folio", folio.name, "assigned_to") == folio.assigned_to


def test_who_had_a_case_before_does_not_take_it_back_by_opening_the_old_task():
	first, second = folios.staff(Role.AGENCY), folios.staff(Role.EXECUTIVE)
	folio = folios.make_folio(assigned_to=first)
	assignment.hand_over(folio.name, second, "Vacaciones")
	old = frappe.get_doc("ToDo", {"reference_name": folio.name, "allocated_to": first})
	old.status = "Open"
	with folios.engine.run_as(first), pytest.raises(frappe.PermissionError):
		old.save()
	assert frappe.db.get_value("Service Folio", folio.name, "assigned_to") == second


def test_a_task_gives_an_open_case_to_staff_only():
	executive = folios.staff(Role.EXECUTIVE)
	folio = folios.make_folio(assigned_to=executive)
	outsider = factories.make_user(roles=["Customer"]).name
	refused_todo(folio, executive, frappe.ValidationError, "not an enabled user of the desk", user=outsider)
	folio = folios.withdraw(folio)
	other = folios.staff(Role.EXECUTIVE)
	refused_todo(folio, executive, frappe.ValidationError, "is Withdrawn", user=other)
	assert folios.reloaded(folio).assigned_to == executive


def test_a_second_task_cancels_the_first_and_editing_a_task_changes_no_hands():
	first, second = folios.staff(Role.EXECUTIVE), folios.staff(Role.EXECUTIVE)
	folio = folios.make_folio(assigned_to=first)
	task = take_by_todo(folio, first, second)
	assert (todos(folio), todos(folio, "Cancelled")) == ([second], [first])
	frappe.db.set_value("Service Folio", folio.name, "assigned_to", first)
	task.reload()
	task.description = "otro texto"
	task.save()
	assert folios.reloaded(folio).assigned_to == first


@pytest.mark.parametrize("reason", ["", "   "])
def test_handing_over_without_a_reason_is_refused(reason):
	first, second = folios.staff(Role.EXECUTIVE), folios.staff(Role.EXECUTIVE)
	folio = folios.make_folio(assigned_to=first)
	with pytest.raises(frappe.ValidationError, match="reason is missing"):
		assignment.hand_over(folio.name, second, reason)
	assert folios.reloaded(folio).assigned_to == first


def test_a_case_is_not_given_to_who_cannot_attend_it():
	folio = folios.make_folio(assigned_to=folios.staff(Role.EXECUTIVE))
	for nobody in (folios.staff(Role.EXECUTIVE, enabled=0), factories.make_user(roles=["Customer"]).name):
		with pytest.raises(frappe.ValidationError, match="not an enabled user of the desk"):
			assignment.hand_over(folio.name, nobody, "Porque sí")
	assert folios.reloaded(folio).assigned_to == folio.assigned_to


def test_who_may_not_write_the_folio_hands_nothing_over():
	person = folios.staff(Role.EXECUTIVE)
	folio = folios.make_folio(assigned_to=person)
	for role in (Role.AGENCY, Role.MANAGEMENT):
		with folios.engine.run_as(folios.staff(role)), pytest.raises(frappe.PermissionError):
			assignment.hand_over(folio.name, person, "Porque sí")


def test_closing_closes_the_todo():
	folios.staff(Role.EXECUTIVE)
	with folios.at(folios.MONDAY) as clock:
		folio = folios.make_folio()
		clock.shift(timedelta(minutes=30))
		folio = folios.close(folio)
	assert todos(folio) == []
	assert todos(folio, "Closed") == [folio.assigned_to]
