"""An approved erasure: it waits for open cases, tells the person while the address is still there, and then goes place by place (I3, X12)."""

import json

import frappe
from frappe import _

from nervion_service.domain.personal_data import PLACES
from nervion_service.domain.taxonomy import ENDED_STAGES, Events
from nervion_service.services import clock, events, languages, personal_data_answers, personal_data_erasure
from nervion_service.services.personal_data_checks import OVER, PERSON
from nervion_service.services.personal_data_doubts import scope_of
from nervion_service.services.personal_data_scope import FOLIO, REQUEST, Scope, pluck

DOCTYPE = REQUEST


def hold_of(request) -> str | None:
	"""Why an erasure has to wait: what is open needs its facts. None when nothing stands in its way."""
	scope = scope_of(request)
	open_folios = pluck(
		FOLIO,
		{"name": ("in", scope.folios or [""]), "stage": ("not in", ENDED_STAGES)},
	)
	others = pluck(
		DOCTYPE,
		{
			"name": ("in", [name for name in scope.requests if name != request.name] or [""]),
			"status": ("not in", OVER),
		},
	)
	if not (open_folios or others):
		return None
	return _(
		"These are still open and need the data: {0}. The erasure runs by itself once they have ended."
	).format(", ".join((*open_folios, *others)))


def run(request: str) -> bool:
	"""Erase, place by place, each stored by itself; True once all of it is done. Goes on where a killed run stopped."""
	doc = frappe.get_doc(DOCTYPE, request, for_update=True)
	if doc.status != "Approved" or doc.right != "Erasure":
		return doc.status == "Done"
	if not doc.progress and _is_held(doc):
		return False
	progress = json.loads(doc.progress) if doc.progress else _first_progress(doc)
	scope = Scope.load(progress["scope"])
	for place in PLACES:
		# the request's own words go with the last step: until then they say whose data it is
		if place.code not in progress["done"]:
			progress["rows"] += personal_data_erasure.erase(place, scope, kept=(doc.name,))
			progress["done"].append(place.code)
			_note(doc, progress)
	_finish(doc, scope, progress)
	return True


def run_waiting() -> None:
	"""The daily job: erasures that were held back, or that a killed worker left half done."""
	waiting = pluck(DOCTYPE, {"status": "Approved", "right": "Erasure"})
	for name in waiting:
		try:
			run(name)
		except Exception:
			# tomorrow tries again; the others must not wait for this one
			frappe.db.rollback()
			frappe.log_error(title="Erasure of personal data", reference_doctype=DOCTYPE, reference_name=name)
		frappe.db.commit()


def _is_held(doc) -> bool:
	hold = hold_of(doc) or _untold(doc)
	if hold != (doc.hold or None):
		doc.hold = hold
		personal_data_answers.moved(doc, doc.status)
		frappe.db.commit()
	return bool(hold)


def _untold(doc) -> str | None:
	"""Why the erasure has to wait for the letter about it, which needs the address; the first time it is written and sent."""
	if not doc.answer_message:
		with languages.speaking():
			text = _(
				"We have approved your request: today your personal data is removed from our customer service records. What the law obliges us to keep, such as invoices, stays until its term ends."
			)
		personal_data_answers.tell(doc, text, doc.answer_means)
		personal_data_answers.moved(doc, doc.status)
		frappe.db.commit()
	return personal_data_answers.delay_of(doc.answer_message)


def _first_progress(doc) -> dict:
	progress = {"scope": scope_of(doc).dump(), "done": [], "rows": 0}
	_note(doc, progress)
	return progress


def _note(doc, progress) -> None:
	# a job's own notes, each with the place that it has done
	doc.db_set("progress", json.dumps(progress, ensure_ascii=False), update_modified=False)
	frappe.db.commit()


def _finish(doc, scope, progress) -> None:
	personal_data_erasure.finish(scope)
	now = clock.now()
	events.record_many(
		{
			"case_type": FOLIO,
			"case_name": folio,
			"event": Events.REDACTED,
			"happened_at": now,
			"reference_type": DOCTYPE,
			"reference_name": doc.name,
			"company": doc.company,
		}
		for folio in scope.folios
	)
	# its own words first: what is found after that stands elsewhere
	doc.db_set(
		{name: None for name in (*PERSON, "correction", "progress", "hold", "export_file")},
		update_modified=False,
	)
	for row in doc.doubts:
		# erased in the table already; the document would write its own copy back
		row.update({"document": None, "reason": None})
	kept = personal_data_erasure.kept_elsewhere(scope)
	doc.update({"rows_changed": progress["rows"], "outcome": _done(progress["rows"], kept), "hold": None})
	personal_data_answers.end(doc, "Done")
	frappe.db.commit()


def _done(rows: int, kept: dict[str, int]) -> str:
	text = _("{0} rows were cleared of personal data.").format(rows)
	if kept:
		where = ", ".join(f"{_(doctype)} ({count})" for doctype, count in kept.items())
		text += " " + _("Kept elsewhere, for a person to judge by the law: {0}.").format(where)
	return text
