"""How a customer is told who somebody is and when something was: first names, roles in words, days as people say them."""

from datetime import datetime

import frappe
from babel.dates import format_date
from frappe import _

from nervion_service.domain.taxonomy import HANDLER_ROLES
from nervion_service.services import clock


def who(user: str | None) -> str:
	"""A person of ours with what they do; the department where nobody has the case yet."""
	name = first_name(user)
	held = role(user) if name else ""
	return _("{0}, {1}").format(name, held) if held else name or _("Customer Service")


def first_name(user: str | None) -> str | None:
	"""How a person of ours is called before customers; None for the system."""
	if not user or user in ("Administrator", "Guest"):
		return None
	return frappe.get_cached_value("User", user, "first_name")


def role(user: str) -> str:
	"""What a person of ours does, in the reader's language; empty for who attends no cases."""
	held = set(frappe.get_roles(user))
	found = next((one for one in HANDLER_ROLES if one in held), None)
	return _(found) if found else ""


def moment(at: datetime | None) -> str:
	"""A moment as people say it: "mar 3 mar, 14:20"; with the year where it is another one."""
	if not at:
		return ""
	pattern = "EEE d MMM" if at.year == clock.now().year else "EEE d MMM y"
	language = (frappe.local.lang or "en").replace("-", "_")
	return f"{format_date(at, pattern, locale=language).replace('.', '')}, {at:%H:%M}"
