"""Who works at the desk, who is away today and who stands in for them: for assignment, warnings and approvals alike."""

from collections.abc import Iterable

import frappe
from frappe import _

from nervion_service.domain import deputies
from nervion_service.services import clock


def staff(users: Iterable[str]) -> set[str]:
	"""Those of `users` who are enabled users of the desk."""
	wanted = {"name": ("in", list(users) or [""]), "enabled": 1, "user_type": "System User"}
	# who works here is the system's own question, asked for every user alike
	return set(frappe.get_all("User", filters=wanted, pluck="name", limit_page_length=0))


def holders(roles: Iterable[str]) -> set[str]:
	"""Enabled users of the desk who hold any of `roles`; Administrator, who holds every role, is none of them."""
	# who holds a role is the system's own question, asked for every user alike
	found = frappe.get_all(
		"Has Role",
		filters={"role": ("in", list(roles)), "parenttype": "User", "parent": ("!=", "Administrator")},
		pluck="parent",
		distinct=True,
		order_by="parent",
		limit_page_length=0,
	)
	return staff(found)


def is_staff(user: str) -> bool:
	"""Whether that person can attend anybody."""
	return user in staff([user])


def check_staff(label: str, user: str) -> None:
	"""ValidationError, naming the field, unless `user` is an enabled user of the desk."""
	if not is_staff(user):
		frappe.throw(
			_("{0}: {1} is not an enabled user of the desk. Choose a person who attends customers.").format(
				frappe.bold(_(label)), user
			),
			title=_("Not Staff"),
		)


def today(not_written_by: str | None = None) -> list[deputies.Absence]:
	"""The absences in force today whose deputy works here; without those that a certain user wrote or changed last."""
	day = clock.now().date()
	# who stands in for whom is known to the house; only who may change it is limited
	rows = frappe.get_all(
		"Service Deputy",
		filters={"from_date": ("<=", day), "to_date": (">=", day)},
		fields=["person", "deputy", "from_date", "to_date", "owner", "modified_by"],
		order_by="creation",
	)
	rows = [row for row in rows if not_written_by not in (row.pop("owner"), row.pop("modified_by"))]
	working = staff({row.deputy for row in rows})
	return [deputies.Absence(**row) for row in rows if row.deputy in working]


def represented_by(user: str, roles: Iterable[str]) -> list[str]:
	"""The absent holders of any of `roles` for whom `user` stands in today, by name.

	Rows that the user wrote do not count: nobody gives themselves the right of somebody else.
	"""
	absences, day = today(not_written_by=user), clock.now().date()
	away = {row.person for row in absences}
	# as in `staff`
	holders = frappe.get_all(
		"Has Role",
		filters={"role": ("in", list(roles)), "parenttype": "User", "parent": ("in", list(away) or [""])},
		pluck="parent",
	)
	return sorted(person for person in staff(holders) if deputies.stand_in(person, absences, day) == user)
