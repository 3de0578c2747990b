"""Refusals of the domain as sentences in the reader's language."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain.measures import Unfit


def sentence(messages: Mapping[str, str], code: str, values: Mapping[str, str]) -> str:
	"""The sentence of a code with its values in bold; values are escaped, since people typed them."""
	return _(messages[code]).format(
		**{name: frappe.bold(escape_html(str(value))) for name, value in values.items()}
	)


@contextmanager
def explained(*tables: Mapping[str, str], title: str | None = None) -> Iterator[None]:
	"""Turn what the domain finds unfit inside the block into a ValidationError; tables: MESSAGES of its modules."""
	try:
		yield
	except Unfit as unfit:
		messages = {code: text for table in tables for code, text in table.items()}
		frappe.throw(sentence(messages, unfit.code, unfit.values), title=title or _("Not Accepted"))
