"""Speaking another language than the session's, for words that go to somebody else."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def speaking(language: str | None = None) -> Iterator[str]:
	"""Inside the block messages and dates are in that language, by default the site's; gives its code."""
	before = frappe.local.lang, frappe.local.jenv
	language = language or frappe.db.get_single_value("System Settings", "language") or "en"
	# what renders templates keeps the language that it was made with
	frappe.local.lang, frappe.local.jenv = language, None
	try:
		yield language
	finally:
		frappe.local.lang, frappe.local.jenv = before
