"""Whose case it is: who writes from an address, and what converting a lead does to its folios."""

from dataclasses import dataclass

import frappe

from nervion_service.services import commitments, customer_links, phones, portal_access

DOCTYPE = "Service Folio"
# what a folio says of whose it is
FIELDS = ("email", "contact", "customer", "lead")


@dataclass(frozen=True)
class Party:
	"""Who it is, as far as one thing that they said tells; several who share it are `candidates`, (DocType, name) each."""

	customer: str | None = None
	lead: str | None = None
	contact: str | None = None
	candidates: tuple[tuple[str, str], ...] = ()


def party_by_email(email: str) -> Party:
	"""The customer, else the lead, whose address it is, and the contact; where several share it, a person decides."""
	# whose address it is, asked for every mail alike
	named = frappe.get_all(
		"Contact Email", {"email_id": email}, pluck="parent", distinct=True, order_by="parent"
	)
	contacts = _trusted(named)
	customers = _customers_with(email) | _linked_to(contacts, "Customer")
	leads = _leads_with(email) | _linked_to(contacts, "Lead")
	return _party_of(customers, leads, contacts)


def party_by_phone(phone: str | None) -> Party:
	"""The customer, else the lead, whose number it is in any spelling, and the contact; several are candidates."""
	pattern = phones.pattern(phone) if phones.normalise(phone) else None
	if not pattern:
		return Party()
	# as in `party_by_email`
	rows = frappe.get_all(
		"Contact Phone", filters={"phone": ("like", pattern)}, fields=["parent", "phone"], order_by="parent"
	)
	contacts = _trusted({row.parent for row in rows if phones.same(row.phone, phone)})
	return _party_of(_linked_to(contacts, "Customer"), _linked_to(contacts, "Lead"), contacts)


def _party_of(customers: set[str], leads: set[str], contacts: list[str]) -> Party:
	doctype, names = ("Customer", sorted(customers)) if customers else ("Lead", sorted(leads))
	contact = contacts[0] if len(contacts) == 1 else None
	if len(names) > 1:
		return Party(candidates=tuple((doctype, name) for name in names))
	return Party(**{doctype.lower(): names[0] if names else None}, contact=contact)


def emails_of(folio) -> set[str]:
	"""Every address, in lower case, that belongs to a folio's party: its own, its contact's, its customer's and lead's."""
	found = {folio.get("email"), *_contact_emails([folio.contact] if folio.get("contact") else [])}
	for doctype, name in (("Customer", folio.get("customer")), ("Lead", folio.get("lead"))):
		if name:
			found |= {
				*_contact_emails(_contacts_of(doctype, name)),
				frappe.db.get_value(doctype, name, "email_id"),
			}
	if folio.get("customer"):
		users = {"parenttype": "Customer", "parent": folio.customer}
		# ERPNext's members of the customer's portal; their names are their addresses
		found |= set(frappe.get_all("Portal User", users, pluck="user"))
	return {email.strip().lower() for email in found if email}


def _customers_with(email: str) -> set[str]:
	# as in `party_by_email`
	users = frappe.get_all("Portal User", {"parenttype": "Customer", "user": email}, pluck="parent")
	named = frappe.get_all("Customer", {"email_id": email}, pluck="name")
	return _enabled("Customer", {*users, *named})


def _leads_with(email: str) -> set[str]:
	# as in `party_by_email`
	return set(frappe.get_all("Lead", {"email_id": email}, pluck="name"))


def _linked_to(contacts: list[str], doctype: str) -> set[str]:
	filters = {"parenttype": "Contact", "parent": ("in", contacts or [""]), "link_doctype": doctype}
	# as in `party_by_email`
	found = set(frappe.get_all("Dynamic Link", filters, pluck="link_name"))
	return _enabled(doctype, found) if doctype == "Customer" else found


def _enabled(doctype: str, names: set[str]) -> set[str]:
	if not names:
		return set()
	# as in `party_by_email`
	return set(frappe.get_all(doctype, {"name": ("in", list(names)), "disabled": 0}, pluck="name"))


def _contacts_of(doctype: str, name: str) -> list[str]:
	filters = {"parenttype": "Contact", "link_doctype": doctype, "link_name": name}
	# to compare addresses, which are shown to nobody
	return _trusted(frappe.get_all("Dynamic Link", filters, pluck="parent"))


def _trusted(contacts) -> list[str]:
	"""Those that a person of ours made: a website user's own contact proves nothing about whom they speak for."""
	return sorted(portal_access.trusted_contacts({"name": ("in", list(contacts) or [""])}))


def _contact_emails(contacts: list[str]) -> list[str]:
	# as in `_contacts_of`
	return frappe.get_all("Contact Email", {"parent": ("in", contacts or [""])}, pluck="email_id")


def follow_lead(customer) -> None:
	"""Fill the customer of the folios that were registered for the lead it came from, and of what hangs on them: its own history."""
	if not customer.get("lead_name"):
		return
	wanted = {"lead": customer.lead_name, "customer": ("is", "not set")}
	# a derived link on every folio of that lead, also those that the seller may not see
	names = frappe.get_all(DOCTYPE, filters=wanted, pluck="name", order_by="name", limit_page_length=0)
	if not names:
		return
	frappe.db.set_value(DOCTYPE, {"name": ("in", names)}, "customer", customer.name, update_modified=False)
	commitments.follow(DOCTYPE, names, customer=customer.name)
	customer_links.follow_folios(names, customer.name)
