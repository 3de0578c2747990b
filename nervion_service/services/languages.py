"""Speaking another language than the session's, for words that go to somebody else."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe


def of_site() -> str:
	"""The language of the site, for whoever has none of their own."""
	return frappe.db.get_single_value("System Settings", "language") or "en"


def of_customer(customer: str | None) -> str:
	"""The language in which a customer is written to; the site's where none is known."""
	# which language somebody is addressed in is no secret of theirs
	return (customer and frappe.db.get_value("Customer", customer, "language")) or of_site()


@contextmanager
def speaking(language: str | None = None) -> Iterator[str]:
	"""Inside the block messages and dates are in that language, by default the site's; gives its code."""
	before = frappe.local.lang, frappe.local.jenv
	language = language or of_site()
	# what renders templates keeps the language that it was made with
	frappe.local.lang, frappe.local.jenv = language, None
	try:
		yield language
	finally:
		frappe.local.lang, frappe.local.jenv = before
