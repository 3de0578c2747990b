"""What belongs to a case: its folios, complaints, visits, reports, samples, holds, remedies, costs and corrective actions.

Read with the eyes of who asks for the file: what they may not read is left out, and said to be left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import frappe

from nervion_service.services import system
from nervion_service.services.complaints import gates

FOLIO, COMPLAINT = "Service Folio", "Service Complaint"
VISIT, SAMPLE, REPORT = "Service Technical Visit", "Service Sample", "Technical Analysis Report"
HOLD, ACTION = "Service Batch Hold", "Service Corrective Action"
REMEDY, COST = "Complaint Remedy", "Complaint Cost"
CASES = (COMPLAINT, FOLIO)
# the order in which a reader goes through the case
ORDER = (FOLIO, COMPLAINT, VISIT, SAMPLE, REPORT, HOLD, REMEDY, COST, ACTION)
# what a complaint names itself: the report that answers it, the action that did not hold, the one that is open about its cause
NAMED_BY_COMPLAINT = (("analysis_report", REPORT), ("recurrence_action", ACTION), ("demanded_action", ACTION))


@dataclass
class Case:
	"""A case as one reader may see it. documents: in the order of ORDER; hidden: (DocType, how many) that they may not read."""

	root: object
	documents: list = field(default_factory=list)
	hidden: dict[str, int] = field(default_factory=dict)

	def of(self, doctype: str) -> list:
		return [doc for doc in self.documents if doc.doctype == doctype]

	@property
	def names(self) -> dict[str, list[str]]:
		"""DocType → names of what is in the file."""
		return {doctype: [doc.name for doc in self.of(doctype)] for doctype in ORDER if self.of(doctype)}

	@property
	def evidence(self) -> dict[str, str]:
		"""Address of a file → the complaint whose evidence names it."""
		return {url: doc.name for doc in self.of(COMPLAINT) for url in evidence_of(doc)}


def evidence_of(complaint) -> list[str]:
	"""Addresses of the files that a complaint's evidence names."""
	return _unique(row.file for row in complaint.evidence)


def gather(doctype: str, name: str) -> Case:
	"""The case of a complaint or a folio, for the session's user; PermissionError without the right to read it."""
	root = system.permitted(doctype, name, "read")
	case = Case(root)
	seen = set()
	for kind, one in _members(root):
		if (kind, one) in seen:
			continue
		seen.add((kind, one))
		doc = frappe.get_doc(kind, one)
		if doc.has_permission("read"):
			case.documents.append(doc)
		else:
			case.hidden[kind] = case.hidden.get(kind, 0) + 1
	frappe.clear_messages()
	case.documents.sort(key=lambda doc: (ORDER.index(doc.doctype), str(doc.creation), doc.name))
	return case


def _members(root) -> Iterator[tuple[str, str]]:
	"""(DocType, name) of everything of the case, some of it more than once."""
	complaints = _complaints(root)
	folios = _folios(root, complaints)
	visits = _of(VISIT, folio=folios, complaint=complaints)
	named = list(_named_by(complaints))
	reports = [*_reports(complaints, folios, visits), *(name for kind, name in named if kind == REPORT)]
	found = {
		FOLIO: folios,
		COMPLAINT: complaints,
		VISIT: visits,
		REPORT: reports,
		SAMPLE: [
			*_of(SAMPLE, complaint=complaints, visit=visits),
			*_rows("RAT Sample Link", "parent", reports, "sample"),
		],
		HOLD: [*_of(HOLD, complaint=complaints, folio=folios), *_holds_of_batches(root, complaints, folios)],
		**{kind: _of(kind, complaint=complaints) for kind in (REMEDY, COST, ACTION)},
	}
	yield from ((kind, name) for kind, names in found.items() for name in names)
	yield from named


def _complaints(root) -> list[str]:
	"""The complaints of the case: a folio's own, and the one that it was linked to since it says the same."""
	if root.doctype == COMPLAINT:
		return [root.name]
	return _unique([*_of(COMPLAINT, folio=[root.name]), root.get("complaint")])


def _folios(root, complaints: list[str]) -> list[str]:
	"""Every folio that the complaints answer, and what was said in a duplicate that was taken over."""
	own = [root.name] if root.doctype == FOLIO else []
	# only the numbers, as below
	known = frappe.get_all(
		COMPLAINT, {"name": ("in", complaints or [""])}, ["name", "folio"], order_by="name"
	)
	answered = map(gates.folios_of, known)
	folios = _unique([*own, *(folio for several in answered for folio in several)])
	return _unique([*folios, *_of(FOLIO, merged_into=folios)])


def _reports(complaints: list[str], folios: list[str], visits: list[str]) -> list[str]:
	"""Reports about the case, with a complaint or without one, and those that answer several complaints (G10)."""
	return [
		*_of(REPORT, complaint=complaints, folio=folios, visit=visits),
		*_rows("RAT Complaint", "complaint", complaints, "parent"),
		*_rows(VISIT, "name", visits, "analysis_report"),
	]


def _holds_of_batches(root, complaints: list[str], folios: list[str]) -> list[str]:
	"""Holds of the batches of the case while it ran, whichever case they were ordered for: one batch is held once."""
	batches = [
		*_rows("Complaint Line", "parent", complaints, "batch"),
		*_rows(FOLIO, "name", folios, "batch"),
	]
	# only the names and times, as below
	holds = frappe.get_all(HOLD, {"batch": ("in", batches or [""])}, ["name", "held_at", "released_at"])
	return [row.name for row in holds if _overlaps(root, row)]


def _overlaps(root, hold) -> bool:
	is_over_before = hold.released_at and root.received_at and hold.released_at < root.received_at
	begins_after = hold.held_at and root.closed_at and hold.held_at > root.closed_at
	return not (is_over_before or begins_after)


def _named_by(complaints: list[str]) -> Iterator[tuple[str, str]]:
	columns = [column for column, _doctype in NAMED_BY_COMPLAINT]
	# only the numbers, as below
	for row in frappe.get_all(COMPLAINT, {"name": ("in", complaints or [""])}, columns, order_by="name"):
		yield from ((doctype, row[column]) for column, doctype in NAMED_BY_COMPLAINT if row[column])


def _of(doctype: str, **columns: list[str]) -> list[str]:
	"""Names of the documents that name one of these in one of the columns, the oldest first."""
	wanted = [[column, "in", names] for column, names in columns.items() if names]
	if not wanted:
		return []
	# only the names: what the reader may not see is counted, and its contents are asked for one by one
	return frappe.get_all(
		doctype, or_filters=wanted, pluck="name", order_by="creation, name", limit_page_length=0
	)


def _rows(doctype: str, column: str, names: list[str], wanted: str) -> list[str]:
	"""What the rows that name one of these say in the column `wanted`, without what is empty."""
	# only the names, as above
	rows = frappe.get_all(
		doctype,
		filters={column: ("in", names or [""])},
		pluck=wanted,
		order_by="creation, name",
		limit_page_length=0,
	)
	return _unique(rows)


def _unique(names: Iterable[str | None]) -> list[str]:
	return list(dict.fromkeys(filter(None, names)))
