"""The evidence of a complaint: what is there, what is owed, what the company attaches by itself, what does not apply (G5)."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import cint

from nervion_service.domain import admissibility
from nervion_service.domain.admissibility import Evidence, Line, Problem
from nervion_service.domain.taxonomy import Role
from nervion_service.services import clock, system
from nervion_service.services.analysis import data_sheets
from nervion_service.services.complaints import evidence_files, settings, words

# Calidad alone says that a kind of evidence does not apply
WAIVERS = (Role.QUALITY, Role.ADMINISTRATOR)


def owed(complaint) -> tuple[Problem, ...]:
	"""What the complaint lacks to be admitted."""
	return admissibility.missing(
		complaint.kind,
		bool(complaint.defect),
		lines(complaint),
		settings.required_evidence(complaint.defect),
		given(complaint),
		settings.LABEL_KIND,
	)


def given(complaint) -> list[Evidence]:
	"""The rows as a verdict reads them: the same picture under two names is one."""
	known = evidence_files.digests(row.file for row in complaint.evidence)
	return [
		Evidence(row.evidence_kind, known.get(row.file, row.file or ""), bool(cint(row.not_applicable)))
		for row in complaint.evidence
	]


def number_given(complaint, kind: str) -> int:
	"""How many different files of a kind there are."""
	return admissibility.given(given(complaint), kind)


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
			row.remedy or None,
		)
		for row in complaint.lines
	]


def fill(complaint) -> None:
	"""Stamp what is new, and attach the company's own: the data sheet that is in force for the batch.

	Who brought it and when is said by the services alone; what was there keeps what was said of it.
	"""
	_attach_own(complaint)
	known = {_key(row): row for row in _before(complaint)}
	for row in complaint.evidence:
		if was := known.get(_key(row)):
			row.provided_by, row.provided_at = was.provided_by, was.provided_at
		elif not ((complaint.flags.by_service or row.flags.by_service) and row.provided_at):
			row.provided_by, row.provided_at = frappe.session.user, clock.now()


def bring_along(complaint, folio) -> None:
	"""Photographs that came with a folio are evidence of its complaint already: nobody is asked for them twice (G5).

	Of a new complaint that has evidence nothing is added: whoever registers it has chosen. To one that is there already comes what
	it has not, the same picture once.
	"""
	is_chosen = complaint.is_new() and complaint.evidence
	if is_chosen or not frappe.db.exists("Evidence Kind", settings.PHOTOGRAPHS):
		return
	by = folio.complainant_name or folio.party_name
	for file in _not_among(complaint.evidence, evidence_files.photographs_of(folio)):
		row = complaint.append(
			"evidence",
			{
				"evidence_kind": settings.PHOTOGRAPHS,
				"file": file.file_url,
				"provided_by": by,
				"provided_at": file.creation,
			},
		)
		row.flags.by_service = True


def _not_among(rows, files: list) -> list:
	known = evidence_files.digests((*(row.file for row in rows), *(file.file_url for file in files)))
	seen = {known.get(row.file, row.file) for row in rows if row.file}
	return [file for file in files if known.get(file.file_url, file.file_url) not in seen]


def check(complaint, folios: Iterable[str]) -> None:
	"""Refuse a new row that says nothing, a file from elsewhere, a kind that somebody else than Calidad spared, and any loss.

	folios: the numbers of the complaint's folios, whose files are its files.
	"""
	known = {_key(row) for row in _before(complaint)}
	own = settings.own_kinds()
	for row in complaint.evidence:
		if _key(row) in known:
			continue
		if cint(row.not_applicable):
			_check_spared(row)
		elif not row.file:
			_refuse(row, _("attach the file, or mark it as not applicable with the reason."))
		elif row.evidence_kind in own:
			evidence_files.check_own(complaint, row)
		else:
			evidence_files.check(complaint, row, folios)
	if before := complaint.get_doc_before_save():
		evidence_files.check_kept(complaint, before)


def _key(row) -> tuple:
	spared = cint(row.not_applicable)
	return (row.evidence_kind, row.file or None, spared, (row.reason or None) if spared else None)


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
