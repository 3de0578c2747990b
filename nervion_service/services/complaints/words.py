"""What stands against a step, as sentences in the reader's language."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain import admissibility, complaint_gates
from nervion_service.domain.admissibility import Problem
from nervion_service.services import wording

# values that are words of ours, and read in the reader's language
_OURS = ("kind", "stage")


def sentence(problem: Problem) -> str:
	"""A problem of `domain.admissibility` as a sentence."""
	values = {name: _value(name, value) for name, value in problem.values}
	return _(admissibility.MESSAGES[problem.code]).format(**values)


def gate_sentence(code: str, **values: str) -> str:
	"""A code of `domain.complaint_gates` as a sentence."""
	return _(complaint_gates.MESSAGES[code]).format(**values)


def refuse(
	sentences: Iterable[str], title: str, exception=frappe.ValidationError, action: dict | None = None
):
	"""Raise with all that is missing at once, a line each; action: a button of Frappe's message."""
	frappe.msgprint(
		"<br>".join(sentences), title=title, indicator="red", raise_exception=exception, primary_action=action
	)


def _value(name: str, value):
	if name == "person":
		return frappe.bold(escape_html(wording.person(value)))
	if name == "what":
		return frappe.bold(escape_html(value))
	return _(value) if name in _OURS else value
