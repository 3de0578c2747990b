"""What a phone still holds of a visit that is over or somebody else's by now: told, and handed to the office as a note (G10)."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain.complaint_words import VisitStage
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import assignment, bells, events, languages, system, uploads, wording
from nervion_service.services.visits import records, sendings

DOCTYPE = records.DOCTYPE
OPEN = (VisitStage.SCHEDULED, VisitStage.IN_PROGRESS)
NOTED = (
	"surface", "surface_preparation", "air_temperature", "surface_temperature", "relative_humidity", "dilution_percent",
	"wet_film_thickness", "dry_film_thickness", "recoat_hours", "result", "diagnosis", "recommendation", "signed_by",
	"unsigned_reason",
)  # fmt: skip
TRANSLATED = ("result",)
MOST_ASKED = 50
LONGEST_VALUE = 5_000


@frappe.whitelist()
def whereabouts(visits: str | list) -> dict[str, str]:
	"""By the number of each visit that takes no more from the user's phone, what became of it as a sentence."""
	system.require(DOCTYPE, "read")
	names = [str(name) for name in frappe.parse_json(visits) or []][:MOST_ASKED]
	told = {name: _what_became(name) for name in names}
	return {name: sentence for name, sentence in told.items() if sentence}


@frappe.whitelist(methods=["POST"])
def leave_note(visit: str, client_id: str, values: str | dict) -> dict[str, Any]:
	"""Keep what the form holds as a comment of the visit, with the photographs of the request, and tell the office.

	client_id, values: see `phone.send`; nothing of the visit itself is changed. Whoever may write the visit, or had it once, may leave
	one. Returns {"visit", "repeated"}.
	"""
	doc = _given_or_permitted(visit)
	key = sendings.mark(client_id)
	if sendings.is_known(doc, key):
		return {"visit": doc.name, "repeated": True}
	files = uploads.check_all(uploads.from_request())
	lines = _lines(doc, frappe.parse_json(values) or {})
	if not (lines or files):
		frappe.throw(_("There is nothing to hand to the office: discard it."), title=_("Nothing Written"))
	for name, content in files:
		# the technician took it, not the customer
		uploads.attach(doc, name, content).db_set(uploads.FROM_CUSTOMER, 0)
	doc.add_comment("Comment", _note(lines, len(files)))
	_tell_the_office(doc)
	sendings.remember(doc, key)
	return {"visit": doc.name, "repeated": False}


def _what_became(name: str) -> str | None:
	# what became of it is told only to who had it once or may see it
	row = frappe.db.get_value(DOCTYPE, {"name": name}, ["stage", "assigned_to"], as_dict=True)
	if not row or not (_was_given(name) or frappe.has_permission(DOCTYPE, "read", doc=name)):
		return _("This visit is not yours any more.")
	if row.stage == VisitStage.CANCELLED:
		return _("This visit was cancelled.")
	if row.stage == VisitStage.FINISHED:
		return _("This visit was finished already.")
	if row.assigned_to != frappe.session.user:
		who = wording.person(row.assigned_to) if row.assigned_to else _("nobody yet")
		return _("This visit was given to {0}.").format(who)
	return None if row.stage in OPEN else _("This visit has no date any more.")


def _given_or_permitted(name: str):
	if not _was_given(name):
		return system.permitted(DOCTYPE, name, "write")
	system.require(DOCTYPE, "read")
	return frappe.get_doc(DOCTYPE, str(name), for_update=True)


def _was_given(name: str) -> bool:
	"""Whether the user had the visit once, as its history says, which nobody can type."""
	given = {"case_type": DOCTYPE, "case_name": str(name or ""), "event": Events.ASSIGNED}
	# of the session's own user
	return bool(
		frappe.db.exists(
			events.DOCTYPE, {**given, "reference_type": "User", "reference_name": frappe.session.user}
		)
	)


def _lines(visit, values: Mapping[str, Any]) -> list[tuple[str, str]]:
	"""(what, value) of all that was written."""
	written = [(field, str(values.get(field) or "").strip()[:LONGEST_VALUE]) for field in NOTED]
	lines = [
		(_(visit.meta.get_label(field)), _(value) if field in TRANSLATED else value)
		for field, value in written
		if value
	]
	answers = {row.get("point"): row for row in values.get("checklist") or [] if isinstance(row, dict)}
	for row in visit.checklist:
		said = answers.get(row.point) or {}
		answer = [_(str(said.get("result") or "")), str(said.get("note") or "")[:LONGEST_VALUE]]
		if any(answer):
			lines.append((row.point, " · ".join(filter(None, answer))))
	return lines


def _note(lines: list[tuple[str, str]], photographs: int) -> str:
	rows = "".join(f"<li>{escape_html(what)}: {escape_html(value)}</li>" for what, value in lines)
	attached = f"<p>{_('Photographs attached: {0}').format(photographs)}</p>" if photographs else ""
	listed = f"<ul>{rows}</ul>" if rows else ""
	return f"<p>{_('Noted in the field, and not sent in time:')}</p>{listed}{attached}"


def _tell_the_office(visit) -> None:
	people = {*assignment.answering_for(Role.COORDINATOR, visit.company), visit.assigned_to}
	for user in sorted(filter(None, people - {frappe.session.user})):
		with languages.speaking(frappe.db.get_value("User", user, "language")):
			words = _("{0} left a note from the field about the visit {1}").format(
				wording.person(frappe.session.user), visit.name
			)
		bells.ring(user, words, DOCTYPE, visit.name)
