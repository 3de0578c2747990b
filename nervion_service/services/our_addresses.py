"""The addresses at which customers write to us: those of the mailboxes, and those whose mail is delivered into them (S1.6, K13)."""

from collections.abc import Collection

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


def of_staff(among: Collection[str]) -> set[str]:
	"""Those of the addresses, in lower case, at which somebody reads who has a desk here today."""
	if not among:
		return set()
	staff = {"email": ("in", list(among)), "enabled": 1, "user_type": "System User"}
	# whose address it is, asked for every user alike
	return {email.lower() for email in frappe.get_all("User", staff, pluck="email")}
