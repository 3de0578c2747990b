"""The frequent questions that everybody may read: approved answers that a Coordinador published, by type of request (W8)."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import strip_html

from nervion_service.services import answer_templates

LONGEST_SEARCH = 80
_MOST = 200
_PUBLISHED = {"published": 1, "status": answer_templates.APPROVED}


def found(search: str = "") -> list[dict[str, Any]]:
	"""Published questions that hold every word of `search`, by category: [{"category", "questions": [{"question", "html"}]}].

	Only what was published is read, whoever asks. `html` was cleaned when it was stored.
	"""
	words = search.strip().lower()[:LONGEST_SEARCH].split()
	groups: dict[str, list[dict[str, str]]] = {}
	for row in _published():
		text = f"{row.public_question} {strip_html(row.public_answer or '')}".lower()
		if all(word in text for word in words):
			groups.setdefault(_category(row.name), []).append(
				{"question": row.public_question, "html": row.public_answer}
			)
	last = _("Other questions")
	names = sorted(groups, key=lambda name: (name == last, name))
	return [{"category": name, "questions": groups[name]} for name in names]


def exist() -> bool:
	"""Whether there is anything to read on the page of frequent questions."""
	return bool(frappe.db.exists(answer_templates.DOCTYPE, _PUBLISHED))


def _published() -> list:
	# published for everybody
	return frappe.get_all(
		answer_templates.DOCTYPE,
		_PUBLISHED,
		["name", "public_question", "public_answer"],
		order_by="public_question",
		limit=_MOST,
	)


def _category(template: str) -> str:
	rows = frappe.get_cached_doc(answer_templates.DOCTYPE, template).request_types
	return _(rows[0].request_type) if len(rows) == 1 else _("Other questions")
