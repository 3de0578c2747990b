"""What every quality record shares: a number from its series, no other name, no deletion (G1)."""

import frappe
from frappe import _

from nervion_service.services import clock, series


def number(doc, code: str) -> None:
	"""Give a record the next number of its kind; code: one of domain.naming's."""
	doc.name = series.next_case_name(code, clock.now())


def refuse_rename(doc) -> None:
	"""ValidationError: a record keeps its number for ever."""
	frappe.throw(
		_("{0} keeps its number for ever: it cannot be renamed.").format(doc.name), title=_("Not Allowed")
	)


def refuse_deletion(doc) -> None:
	"""ValidationError: quality records are cancelled or withdrawn with a reason, never deleted."""
	frappe.throw(
		_("{0} is a quality record and is never deleted. Withdraw or cancel it with a reason.").format(
			doc.name
		),
		title=_("Not Allowed"),
	)


def refuse_typing(doc) -> None:
	"""PermissionError unless a service writes: people use the actions that are offered."""
	if not doc.flags.by_service:
		frappe.throw(
			_("This is written by the system: use the actions that are offered."),
			frappe.PermissionError,
			title=_("Not Editable"),
		)
