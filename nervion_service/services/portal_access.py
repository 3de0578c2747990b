"""Whose folios a portal user follows: those of the customers that name the user, and no others (G7, W8, X1).

Membership is ERPNext's own: a row of Portal Users on the Customer, or a Contact of the user that is linked to it. One
predicate feeds the list and the single folio. Frappe's own doors stay shut to customers (`permissions`): they would hand out
the whole document, promises among ourselves included, where the portal tells a story.
"""

import frappe
from frappe import _

DOCTYPE = "Service Folio"


def customers_of(user: str | None = None) -> tuple[str, ...]:
	"""Names of the customers that `user` (the session's by default) speaks for, in order; none for guests."""
	user = user or frappe.session.user
	if user == "Guest" or not frappe.get_cached_value("User", user, "enabled"):
		return ()
	named = {*_by_portal_rows(user), *_by_contacts(user)}
	if not named:
		return ()
	# portal users hold no permission on customers; these are the ones that name the user
	return tuple(
		frappe.get_all(
			"Customer", filters={"name": ("in", list(named)), "disabled": 0}, pluck="name", order_by="name"
		)
	)


def condition(table, customers: tuple[str, ...]):
	"""The predicate as a condition of a query over `table`, one of folios."""
	if not customers:
		# nobody's: an empty text would be that of every folio without a customer
		return table.name.isnull()
	return table.customer.isin(list(customers))


def covers(customers: tuple[str, ...], folio) -> bool:
	"""The same for one folio, a document or row with its customer."""
	return bool(folio.get("customer") and folio.get("customer") in customers)


def permitted(name: str, user: str | None = None):
	"""The folio, if the user follows it; otherwise DoesNotExistError, the same for a foreign one as for none."""
	customers = customers_of(user)
	stored = frappe.db.get_value(DOCTYPE, {"name": str(name)}, ["name", "customer"], as_dict=True)
	if not (stored and covers(customers, stored)):
		frappe.throw(
			_("We do not find this folio among your requests."),
			frappe.DoesNotExistError,
			title=_("Not Found"),
		)
	return frappe.get_doc(DOCTYPE, stored.name)


def _by_portal_rows(user: str) -> list[str]:
	# the filter is the user's own identity
	return frappe.get_all("Portal User", filters={"user": user, "parenttype": "Customer"}, pluck="parent")


def _by_contacts(user: str) -> list[str]:
	return customers_linked(trusted_contacts({"user": user}))


def customers_linked(contacts: list[str]) -> list[str]:
	"""Names of the customers that these contacts are linked to."""
	links = {"link_doctype": "Customer", "parenttype": "Contact", "parent": ("in", contacts or [""])}
	# the caller says whose contacts they are
	return frappe.get_all("Dynamic Link", filters=links, pluck="link_name")


def trusted_contacts(filters: dict) -> list[str]:
	"""Names of the contacts that a person of ours made.

	Frappe lets every signed-in person make contacts and change their own, links to any customer included: a contact made by a
	website user says nothing about whom they speak for.
	"""
	# the filter is the user's own identity, or the customer whose people are looked for
	contacts = frappe.get_all("Contact", filters=filters, fields=["name", "owner"])
	owners = {"name": ("in", [row.owner for row in contacts] or [""]), "user_type": "System User"}
	# which of the makers are ours is no secret of theirs
	ours = set(frappe.get_all("User", filters=owners, pluck="name"))
	return [row.name for row in contacts if row.owner in ours]
