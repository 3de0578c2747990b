"""/preguntas: frequent questions, for everybody."""

import frappe
from frappe import _

from nervion_service.services import frequent_questions

no_cache = 1


def get_context(context):
	"""The published questions, all of them or those that a search finds."""
	search = str(frappe.form_dict.get("q") or "")[: frequent_questions.LONGEST_SEARCH]
	context.update(
		{"title": _("Frequent Questions"), "search": search, "groups": frequent_questions.found(search)}
	)
