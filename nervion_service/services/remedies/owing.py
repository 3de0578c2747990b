"""What is still owed for a complaint: remedies that no document proves, and lines whose remedy nobody has promised (K3)."""

import frappe
from frappe import _

from nervion_service.domain import remedies as domain
from nervion_service.domain.complaint_words import ADMITTED, Verdict
from nervion_service.domain.remedies import RemedyStage
from nervion_service.services.remedies import words

DOCTYPE, COMPLAINT = "Complaint Remedy", "Service Complaint"
NO_REMEDY = ("", "None")


def of(complaint) -> list[str]:
	"""Each thing that is still owed, in words; `complaint` is the document. The caller has checked permission to read it."""
	# all that is owed counts, whoever may see the single remedy
	rows = frappe.get_all(
		DOCTYPE,
		filters={"complaint": complaint.name, "stage": ("in", domain.OPEN_STAGES)},
		fields=["name", "kind", "stage", "item", "problem"],
		order_by="creation, name",
	)
	lines = [
		_("line {0}: {1} not promised yet").format(row.idx, _(row.remedy)) for row in unpromised(complaint)
	]
	return [_in_words(row) for row in rows] + lines


def unpromised(complaint) -> list:
	"""The lines of an admitted complaint that have a remedy by their verdict, and no row of it yet."""
	if complaint.verdict not in ADMITTED:
		return []
	# as above: what is owed counts, whoever looks
	promised = frappe.get_all(
		DOCTYPE,
		filters={"complaint": complaint.name, "stage": ("!=", RemedyStage.CANCELLED)},
		pluck="line_no",
	)
	return [
		row
		for row in complaint.lines
		if (row.remedy or "") not in NO_REMEDY
		and row.verdict != Verdict.INADMISSIBLE
		and row.idx not in promised
	]


def _in_words(row) -> str:
	what = " ".join(filter(None, (_(row.kind), row.item)))
	return f"{row.name} ({what}): {words.of(row.problem) if row.problem else _(row.stage)}"
