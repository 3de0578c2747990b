"""What belongs to a case: its folios, complaints, visits, reports, samples, holds, remedies, costs and corrective actions.

Read with the eyes of who asks for the file: what they may not read is left out, and said to be left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import frappe

from nervion_service.services import system

FOLIO, COMPLAINT = "Service Folio", "Service Complaint"
REMEDY, COST = "Complaint Remedy", "Complaint Cost"
CASES = (COMPLAINT, FOLIO)
# what hangs on a complaint, and the field that names it
OF_COMPLAINT = (
	("Service Technical Visit", "complaint"),
	("Service Sample", "complaint"),
	("Technical Analysis Report", "complaint"),
	("Service Batch Hold", "complaint"),
	("Service Corrective Action", "complaint"),
	(REMEDY, "complaint"),
	(COST, "complaint"),
)
# the order in which a reader goes through the case
ORDER = (
	FOLIO, COMPLAINT, "Service Technical Visit", "Service Sample", "Technical Analysis Report", "Service Batch Hold", REMEDY, COST,
	"Service Corrective Action",
)  # fmt: skip


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
	"""(DocType, name) of everything of the case."""
	complaints = [root.name] if root.doctype == COMPLAINT else _named(COMPLAINT, {"folio": root.name})
	folios = [root.name] if root.doctype == FOLIO else [root.folio] if root.folio else []
	for folio in folios:
		yield FOLIO, folio
		# what was said in a duplicate that was taken over is of the case too
		yield from ((FOLIO, one) for one in _named(FOLIO, {"merged_into": folio}))
		yield from (
			("Service Technical Visit", one) for one in _named("Service Technical Visit", {"folio": folio})
		)
	for complaint in complaints:
		yield COMPLAINT, complaint
		for doctype, column in OF_COMPLAINT:
			yield from ((doctype, one) for one in _named(doctype, {column: complaint}))
		yield from _of_others(complaint)


def _of_others(complaint: str) -> Iterator[tuple[str, str]]:
	"""What one complaint shares with others: a report that answers several, and the action that a recurrence goes back to."""
	for row in _named(
		"RAT Complaint", {"complaint": complaint, "parenttype": "Technical Analysis Report"}, "parent"
	):
		yield "Technical Analysis Report", row
	report, action = frappe.db.get_value(COMPLAINT, complaint, ["analysis_report", "recurrence_action"])
	if report:
		yield "Technical Analysis Report", report
	if action:
		yield "Service Corrective Action", action


def _named(doctype: str, filters: dict, column: str = "name") -> list[str]:
	# only the names: what the reader may not see is counted, and its contents are asked for one by one
	return frappe.get_all(
		doctype, filters=filters, pluck=column, order_by="creation, name", limit_page_length=0
	)
