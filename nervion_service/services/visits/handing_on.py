"""What a visit found belongs to its complaint: reports, samples and photographs are nobody's orphans (G5, G10, K5)."""

import frappe

from nervion_service.domain.complaint_words import COMPLAINT, COMPLAINT_ENDED
from nervion_service.services import system
from nervion_service.services.complaints import evidence_files, settings

VISIT, REPORT, SAMPLE, FILE = "Service Technical Visit", "Technical Analysis Report", "Service Sample", "File"
BROUGHT = ("evidence_kind", "file", "provided_by", "provided_at")


def to_complaint(visit, complaint: str) -> None:
	"""Make the visit the complaint's, and with it the reports and samples that were made from it and name none yet."""
	# the visit is of that complaint from now on, which asks for its proof there
	visit.db_set("complaint", complaint, notify=True)
	for doctype in (REPORT, SAMPLE):
		# what hangs on the visit goes along, whoever may see it
		names = frappe.get_all(
			doctype, {"visit": visit.name, "complaint": ("is", "not set")}, pluck="name", order_by="name"
		)
		if names:
			# with their `modified`: a form that is open would write the empty field back
			frappe.db.set_value(doctype, {"name": ("in", names)}, "complaint", complaint)
	give_evidence(visit)


def of_folio(folio: str, complaint: str) -> None:
	"""Hand on what the visits of a folio found to the complaint that was just registered about it."""
	# whoever registers the complaint may write the folio that they were made for
	names = frappe.get_all(
		VISIT, {"folio": folio, "complaint": ("is", "not set")}, pluck="name", order_by="name"
	)
	for name in names:
		to_complaint(frappe.get_doc(VISIT, name), complaint)


def give_evidence(visit) -> None:
	"""Add the photographs and papers of a visit to its open complaint, each once: nobody asks the customer for them (G5).

	What a visit of before has that is no evidence of a complaint stays with the visit, and hinders nobody.
	"""
	files = _files(visit) if visit.complaint else set()
	complaint = files and frappe.get_doc(COMPLAINT, visit.complaint, for_update=True)
	if not complaint or complaint.stage in COMPLAINT_ENDED:
		return
	there, own = {row.file for row in complaint.evidence}, settings.own_kinds()
	new = [row for row in visit.evidence if row.file in files - there and row.evidence_kind not in own]
	new = [row for row in new if evidence_files.is_taken(row)]
	for row in new:
		complaint.append("evidence", {name: row.get(name) for name in BROUGHT})
	if new:
		# whoever was there hands it on, and need not have the complaint
		with system.as_system():
			complaint.flags.by_service = True
			complaint.save()


def _files(visit) -> set[str]:
	"""The files of its evidence that hang on the visit itself: a link that somebody typed is handed on to nobody."""
	named = [row.file for row in visit.evidence if row.file]
	of_visit = {"attached_to_doctype": visit.doctype, "attached_to_name": visit.name, "is_private": 1}
	# files of the visit, which whoever asks may write
	return set(
		frappe.get_all(
			FILE, {**of_visit, "file_url": ("in", named or [""])}, pluck="file_url", order_by="name"
		)
	)
