"""The evidence of a complaint: what is there, what is owed, what the company attaches by itself, what does not apply (G5)."""

import frappe
from frappe import _
from frappe.utils import cint

from nervion_service.domain import admissibility
from nervion_service.domain.admissibility import Evidence, Line, Problem
from nervion_service.domain.taxonomy import Role
from nervion_service.services import clock, system
from nervion_service.services.analysis import data_sheets
from nervion_service.services.complaints import settings, words

# Calidad alone says that a kind of evidence does not apply
WAIVERS = (Role.QUALITY, Role.ADMINISTRATOR)


def owed(complaint) -> tuple[Problem, ...]:
	"""What the complaint lacks to be admitted."""
	return admissibility.missing(
		complaint.kind,
		bool(complaint.defect),
		lines(complaint),
		settings.required_evidence(complaint.defect),
		[
			Evidence(row.evidence_kind, row.file or "", bool(cint(row.not_applicable)))
			for row in complaint.evidence
		],
		settings.LABEL_KIND,
	)


def owed_by_customer(complaint) -> tuple[Problem, ...]:
	"""What of it only the customer can bring: never the company's own papers."""
	own = settings.own_kinds()
	return tuple(one for one in owed(complaint) if dict(one.values).get("kind") not in own)


def lines(complaint) -> list[Line]:
	"""The lines as a verdict reads them."""
	return [
		Line(
			row.item,
			row.batch,
			row.claimed_qty or 0.0,
			row.accepted_qty or 0.0,
			row.verdict or None,
			row.ground or None,
		)
		for row in complaint.lines
	]


def fill(complaint) -> None:
	"""Stamp what is new, and attach the company's own: the data sheet that is in force for the batch."""
	_attach_own(complaint)
	known = {(row.evidence_kind, row.file) for row in _before(complaint)}
	for row in complaint.evidence:
		if not row.provided_at or (row.evidence_kind, row.file) not in known:
			row.provided_at = row.provided_at or clock.now()
			row.provided_by = row.provided_by or frappe.session.user


def check(complaint) -> None:
	"""Refuse a row that says nothing, and a kind that somebody else than Calidad spared."""
	spared = {(row.evidence_kind, row.reason) for row in _before(complaint) if cint(row.not_applicable)}
	for row in complaint.evidence:
		if cint(row.not_applicable):
			if (row.evidence_kind, row.reason) not in spared:
				_check_spared(row)
		elif not row.file:
			_refuse(row, _("attach the file, or mark it as not applicable with the reason."))


def _check_spared(row) -> None:
	system.require_role(WAIVERS, _("That evidence does not apply is said by one of these roles: {0}."))
	if not (row.reason or "").strip():
		_refuse(row, _("say why it does not apply."))


def _refuse(row, message: str) -> None:
	words.refuse(
		[_("Evidence, row {0} ({1}): {2}").format(row.idx, _(row.evidence_kind or ""), message)],
		_("Evidence Not Clear"),
	)


def _attach_own(complaint) -> None:
	"""The technical data sheet of each product, once; what is owed of it by nobody but us."""
	own = settings.own_kinds() & set(settings.required_evidence(complaint.defect))
	there = {(row.evidence_kind, row.file) for row in complaint.evidence}
	for row in complaint.lines if own else ():
		file = _data_sheet(row.item, row.batch)
		for kind in sorted(own) if file else ():
			if (kind, file) not in there:
				there.add((kind, file))
				complaint.append("evidence", {"evidence_kind": kind, "file": file})


def _data_sheet(item: str | None, batch: str | None) -> str | None:
	sheet = data_sheets.in_force(item, batch)
	# the company's own paper, which everybody who handles the product may read
	return frappe.db.get_value("Technical Data Sheet", sheet, "file") if sheet else None


def _before(complaint):
	before = complaint.get_doc_before_save()
	return before.evidence if before else ()
