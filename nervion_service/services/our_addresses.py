"""The addresses at which customers write to us: those of the mailboxes, and those whose mail is delivered into them (S1.6, K13)."""

import frappe

from nervion_service.domain import mail

FIELD = "service_addresses"
ACCOUNT = "Email Account"


def of_account(account) -> tuple[str, ...]:
	"""The addresses, in lower case, whose mail a mailbox receives: its own, its login, groups and aliases that are named there."""
	named = (account.get(FIELD) or "").replace(",", " ").split()
	return mail.addresses(account.email_id, account.get("login_id"), *named)


def includes(address: str) -> bool:
	"""Whether an address is one of ours."""
	if frappe.db.exists(ACCOUNT, {"email_id": address}):
		return True
	# configuration, asked for every mail alike; the pattern only narrows what is compared below
	rows = frappe.get_all(ACCOUNT, {FIELD: ("like", f"%{address}%")}, ["email_id", "login_id", FIELD])
	return any(address.lower() in of_account(row) for row in rows)
