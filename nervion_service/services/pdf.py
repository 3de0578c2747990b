"""A page as PDF, for what is kept, sent or handed to an auditor.

WeasyPrint, which Frappe itself requires, prints it: running heads and page numbers of CSS work, nothing of a page is run, and
no address in it is fetched (X10). Where its libraries are missing, the program that Frappe prints with does it.
"""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _


class NoPrinter(Exception):
	"""Neither of the two can print on this machine."""


def of(page: str, pictures: Mapping[str, bytes] | None = None) -> bytes:
	"""The PDF of a whole HTML page.

	pictures: what the page may show, by the address that it names them with ("picture:1"); every other address is refused, so
	that what a customer wrote fetches nothing. Raises NoPrinter where no program can print.
	"""
	printer = _weasyprint()
	return _printed(printer, page, pictures or {}) if printer else _frappes_own(page)


def _weasyprint() -> type | None:
	try:
		# slow to import, and only who prints needs it; its libraries are looked for at this moment
		from weasyprint import HTML
	except (ImportError, OSError) as error:
		frappe.logger("nervion_service").warning(f"WeasyPrint does not work here: {error}")
		return None
	return HTML


def _printed(printer: type, page: str, pictures: Mapping[str, bytes]) -> bytes:
	def fetch(address: str, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
		if address not in pictures:
			raise ValueError(f"{address} is not of this page")
		return {"string": pictures[address]}

	return printer(string=page, url_fetcher=fetch).write_pdf()


def _frappes_own(page: str) -> bytes:
	# Frappe opens a log file of its own when this is imported
	from frappe.utils.pdf import get_pdf

	try:
		return get_pdf(page)
	except OSError as error:
		raise NoPrinter(
			_("This server has no program that makes a PDF: install WeasyPrint's libraries or wkhtmltopdf.")
		) from error
