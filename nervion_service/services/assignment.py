"""Who attends a case, who hears of its promises, and what a change of person moves (S1.9, W8).

The least loaded holder of the route's role is chosen, deputies and companies honoured; Frappe's Assignment Rule then makes
the ToDo and alerts that person. An administrator may replace the rule: whoever gets the ToDo has the case.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.desk.form import assign_to
from frappe.utils import escape_html

from nervion_service.domain import deputies
from nervion_service.domain.taxonomy import ENDED_STAGES, Events, Role
from nervion_service.services import absences, clock, commitments, daily_figures, events, system

DOCTYPE = "Service Folio"
ON_CALL = "On Call"


# Choosing ----------------------------------------------------------------------------------------------------


def choose(
	role: str | None, company: str | None, excluded: Iterable[str | None] = (), doctype: str = DOCTYPE
) -> str | None:
	"""The least loaded person who answers for `role` in `company` today; the fall-back user when nobody does.

	excluded: people who may not get it. doctype: the kind of case whose open ones are the load. Equal loads go by name, so that
	the choice can be explained.
	"""
	people = answering_for(role or Role.COORDINATOR, company, excluded)
	if not people:
		return fallback_user()
	load = _open_cases(people, doctype)
	return min(people, key=lambda person: (load[person], person))


def answering_for(
	role: str, company: str | None = None, excluded: Iterable[str | None] = ()
) -> tuple[str, ...]:
	"""Everybody who answers for a role today: its holders or their deputies, else those of the role behind it."""
	holders = _holders(_ladder(role), company)
	barred = tuple(person for person in excluded if person)
	return deputies.answering_for(role, holders, absences.today(), clock.now().date(), barred).people


def audience(kind: str, name: str | None, commitment: Mapping[str, Any]) -> list[str]:
	"""Who hears of a step of a promise; never nobody while there is a fall-back user.

	kind, name: "Responsible"; "On Call", the role of Service Settings; "Role" and the role; "User" and the user. commitment: a row with responsible and company.
	"""
	company = commitment.get("company")
	if kind in ("Role", ON_CALL):
		people = list(answering_for(name if kind == "Role" else _on_call_role(), company))
		# a role of the site's own has no other behind it
		people = people or list(answering_for(Role.COORDINATOR, company))
	else:
		person = commitment.get("responsible") if kind == "Responsible" else name
		people = _acting(person) or list(answering_for(Role.COORDINATOR, company))
	return people or [person for person in (fallback_user(),) if person]


def _on_call_role() -> str:
	return frappe.get_cached_doc("Service Settings").on_call_role or Role.COORDINATOR


def fallback_user() -> str | None:
	"""Who receives what is meant for a role that nobody holds, as Service Settings say; None once they have left."""
	user = frappe.get_cached_doc("Service Settings").fallback_user
	return user if user and absences.is_staff(user) else None


# Changing hands ------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def hand_over(folio: str, user: str, reason: str) -> str:
	"""Give a case to another person, with the reason; returns who has it now."""
	doc = system.permitted(DOCTYPE, folio, "write")
	comment_reason(doc, _("Handed over to {0}").format(user), reason)
	doc.assigned_to = user
	doc.save()
	return doc.assigned_to


def check_person(folio) -> None:
	"""Refuse to assign a folio to somebody who cannot attend it; an emptied field leaves it to the Coordinator."""
	if folio.assigned_to:
		absences.check_staff(folio.meta.get_label("assigned_to"), folio.assigned_to)


def comment_reason(folio, what: str, reason: str | None) -> None:
	"""Keep a reason where people read it: in a comment, since events hold codes only. Refuses an empty one."""
	if not (reason or "").strip():
		frappe.throw(_("Say why: the reason is missing."), title=_("Reason Missing"))
	folio.add_comment("Info", f"{what}: {escape_html(reason.strip())}")


def moved(folio, before) -> None:
	"""Move the running promises to the new person, and the ToDo where somebody else had it.

	The first ToDo is the Assignment Rule's, which Frappe runs after this.
	"""
	commitments.reassign(folio.doctype, folio.name, folio.assigned_to, folio.department)
	if before.assigned_to:
		_cancel_todos_of_others(folio)
		if folio.assigned_to and folio.stage not in ENDED_STAGES:
			give_todo(folio)


def sync_todo(todo) -> None:
	"""Whoever is given the open ToDo of a folio has the folio, and its promises, whichever rule or person assigned it.

	Frappe lets every user make a ToDo on any document, so who gives a case away is asked here. Raises PermissionError
	without the right to write the folio, ValidationError for an ended folio or a person who cannot attend it.
	"""
	if not _is_given(todo):
		return
	folio = frappe.get_doc(DOCTYPE, todo.reference_name)
	if folio.assigned_to == todo.allocated_to:
		return
	_check_giver(folio, todo.allocated_to)
	if todo.status == "Open":
		_take_over(folio, todo.allocated_to)


def _is_given(todo) -> bool:
	"""Whether this save allocates the ToDo or opens it; editing its text moves no case."""
	if todo.reference_type != DOCTYPE or todo.status == "Cancelled" or not todo.allocated_to:
		return False
	before = todo.get_doc_before_save()
	if before is None or before.status == "Cancelled":
		return True
	allocated = any(
		todo.get(name) != before.get(name) for name in ("allocated_to", "reference_type", "reference_name")
	)
	return allocated or todo.status == "Open" != before.status


def _check_giver(folio, user: str) -> None:
	# a rule that runs while somebody saves the folio acts after that save was permitted, and the person may no longer
	# see the folio by then; the routing job and our own moves act as Administrator
	if frappe.session.user == "Administrator" or (DOCTYPE, folio.name) in frappe.flags.currently_saving:
		return
	if not frappe.has_permission(DOCTYPE, "write", doc=folio):
		frappe.throw(
			_("You may not give {0} to anybody, since you may not change it.").format(folio.name),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)
	if folio.stage in ENDED_STAGES:
		frappe.throw(
			_("{0} is {1}: reopen it before giving it to somebody.").format(folio.name, _(folio.stage)),
			title=_("Not Allowed"),
		)
	absences.check_staff(folio.meta.get_label("assigned_to"), user)


def _take_over(folio, user: str) -> None:
	# the system may give away a case that is over, whose word of satisfaction then counts for somebody else
	daily_figures.release(DOCTYPE, [folio.name])
	folio.db_set("assigned_to", user)
	commitments.reassign(DOCTYPE, folio.name, user, folio.department)
	_cancel_todos_of_others(folio)
	events.record(folio, Events.ASSIGNED, reference=("User", user))


def _cancel_todos_of_others(folio) -> None:
	# closed ones too: when a folio is reopened, Frappe's rule opens them again and would give the case back
	mine = {
		"reference_type": folio.doctype,
		"reference_name": folio.name,
		"status": ("in", ("Open", "Closed")),
	}
	# people see their own ToDos only: the system takes away those of who had the case before
	for name in frappe.get_all(
		"ToDo", {**mine, "allocated_to": ("!=", folio.assigned_to or "")}, pluck="name"
	):
		todo = frappe.get_doc("ToDo", name)
		todo.status = "Cancelled"
		# see above: the tasks are other people's
		todo.save(ignore_permissions=True)


def give_todo(folio) -> None:
	"""Give who has a case the task to attend it, which Frappe alerts them of."""
	task = {
		"doctype": folio.doctype,
		"name": folio.name,
		"assign_to": [folio.assigned_to],
		"assigned_by": frappe.session.user,
		# Frappe escapes it; escaped twice, people would read "&amp;"
		"description": f"{folio.name}: {folio.subject}",
	}
	# whoever hands a case over may no longer see it, and Frappe asks for the permission after the fact
	with system.as_system():
		assign_to.add(task)


def end_todos(case, status: str = "Closed") -> None:
	"""The open tasks of a case are over, whoever has them; who had it stays on record."""
	tasks = {"reference_type": case.doctype, "reference_name": case.name, "status": "Open"}
	# people see their own tasks only; Frappe's own way of ending them empties `assigned_to` of the case as well
	for name in frappe.get_all("ToDo", tasks, pluck="name"):
		todo = frappe.get_doc("ToDo", name)
		todo.status = status
		# as above: the task may be somebody else's
		todo.save(ignore_permissions=True)


# Looking up ----------------------------------------------------------------------------------------------------


def _ladder(role: str) -> list[str]:
	roles = [role]
	while (following := deputies.FALLBACK_ROLES.get(roles[-1])) and following not in roles:
		roles.append(following)
	return roles


def _holders(roles: list[str], company: str | None) -> dict[str, list[str]]:
	# who holds a role is the system's own question, asked for every user alike
	rows = frappe.get_all(
		"Has Role",
		filters={
			"role": ("in", roles),
			"parenttype": "User",
			"parent": ("not in", ("Administrator", "Guest")),
		},
		fields=["role", "parent"],
		order_by="role, parent",
		limit_page_length=0,
	)
	staff = absences.staff({row.parent for row in rows}) - _kept_to_other_companies(company)
	holders: dict[str, list[str]] = {}
	for row in rows:
		if row.parent in staff:
			holders.setdefault(row.role, []).append(row.parent)
	return holders


def _kept_to_other_companies(company: str | None) -> set[str]:
	"""Users whose User Permissions name companies, but not this one."""
	if not company:
		return set()
	# as in `_holders`
	rows = frappe.get_all(
		"User Permission",
		filters={"allow": "Company", "applicable_for": ("in", ("", DOCTYPE))},
		fields=["user", "for_value"],
		limit_page_length=0,
	)
	return {row.user for row in rows} - {row.user for row in rows if row.for_value == company}


def _acting(person: str | None) -> list[str]:
	acting = person and deputies.stand_in(person, absences.today(), clock.now().date())
	return [acting] if acting and absences.is_staff(acting) else []


def _open_cases(people: Iterable[str], doctype: str) -> Counter:
	"""How many open cases of a kind each person has."""
	# a count over every case, also those that the present user may not see
	rows = frappe.get_all(
		doctype,
		filters={"assigned_to": ("in", list(people)), "stage": ("not in", ENDED_STAGES)},
		fields=["assigned_to", "count(name) as cases"],
		group_by="assigned_to",
		order_by="assigned_to",
	)
	return Counter({row.assigned_to: row.cases for row in rows})
