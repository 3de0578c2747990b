"""A report that is approved or cancelled after its complaints were reported on or answered: what they point at stays true (G11)."""

import frappe
from frappe import _

from nervion_service.domain.complaint_words import COMPLAINT, ReportStage
from nervion_service.services import languages
from nervion_service.services.analysis import reports
from nervion_service.services.complaints import people


def follow(report) -> None:
	"""Each complaint that was reported on names its latest approved report; of one that was cancelled its people hear."""
	for name in reports.complaints_of(report):
		complaint = frappe.get_doc(COMPLAINT, name)
		if not (complaint.report_issued_at or complaint.answered_at):
			continue
		# derived: it follows the reports, beside what people write in the complaint
		complaint.db_set("analysis_report", reports.of_complaint(name), update_modified=False)
		if report.stage == ReportStage.CANCELLED:
			_tell(complaint, report)


def _tell(complaint, report) -> None:
	for user, language in people.concerned(complaint):
		with languages.speaking(language):
			words = _("{0}, on which {1} stands, was cancelled: see whether the answer still holds").format(
				report.name, complaint.name
			)
		people.ring(complaint, user, words)
