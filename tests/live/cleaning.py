"""Taking away by SQL what a test of real processes stored: folios and their history refuse deletion."""

from datetime import date, timedelta

import frappe


def forget_folios(people: list[str]) -> None:
	"""Take away the folios that these people registered, with all that hangs on them."""
	forget_cases(names("Service Folio", {"owner": ("in", people)}))


def forget_cases(folios: list[str]) -> None:
	"""Take away these folios with all that hangs on them."""
	promises = names("Service Commitment", {"case_name": ("in", folios)})
	messages = names("Communication", {"reference_name": ("in", folios)})
	delete(
		("Service Notice", "commitment", promises),
		("Service Commitment", "name", promises),
		("Service Event", "case_name", folios),
		("Service Access Token", "reference_name", folios),
		("Communication Link", "parent", messages),
		("Communication", "name", messages),
		("Comment", "reference_name", folios),
		("ToDo", "reference_name", folios),
		("Notification Log", "document_name", folios),
		("DocShare", "share_name", folios),
		("Version", "docname", folios),
		("Service Folio", "name", folios),
	)


def forget_people(people: list[str]) -> None:
	contacts = names("Contact", {"user": ("in", people)})
	delete(
		("Notification Log", "for_user", people),
		("Contact Email", "parent", contacts),
		("Contact", "name", contacts),
		("DocShare", "user", people),
		("DocShare", "share_name", people),
		("ToDo", "allocated_to", people),
		("Version", "docname", people),
		("Comment", "reference_name", people),
		("Notification Settings", "name", people),
		("Has Role", "parent", people),
		("User", "name", people),
	)


def forget_post(port: int) -> None:
	accounts = names("Email Account", {"smtp_port": str(port)})
	letters = names("Email Queue", {"email_account": ("in", accounts)})
	delete(("Email Queue Recipient", "parent", letters), ("Email Queue", "name", letters))


def week_of(monday: date) -> dict:
	"""Filters for what was made in the test's week, over a year back: nothing else was."""
	return {"creation": ("between", (monday - timedelta(days=1), monday + timedelta(days=5)))}


def failures_in_week(monday: date) -> list[str]:
	return frappe.get_all("Error Log", week_of(monday), pluck="error", order_by="creation")


def forget_week(monday: date) -> None:
	for doctype in ("Error Log", "Activity Log", "Notification Log"):
		frappe.db.delete(doctype, week_of(monday))


def names(doctype: str, filters: dict) -> list[str]:
	return frappe.get_all(doctype, filters, pluck="name", limit_page_length=0)


def delete(*rows: tuple[str, str, list[str]]) -> None:
	for doctype, column, values in rows:
		if values:
			frappe.db.delete(doctype, {column: ("in", values)})
