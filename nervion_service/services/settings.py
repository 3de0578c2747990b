"""Service Settings: what an administrator set, or what holds until then."""

from typing import Any

import frappe
from frappe.utils import cint

DOCTYPE = "Service Settings"


def value(fieldname: str) -> Any:
	"""What is set; None or an empty text where nothing is."""
	return frappe.get_cached_doc(DOCTYPE).get(fieldname)


def number(fieldname: str, default: int) -> int:
	"""The whole number that is set; `default` where there is none, or zero."""
	return cint(value(fieldname)) or default
