"""What is said to the customer in a folio, told to its complaint: progress, and the reasons of a verdict (K11, D18)."""

from datetime import datetime

import frappe

from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.services.complaints import following, progress


def told(folio, at: datetime, evidence: tuple[str, str]) -> None:
	"""A person of ours wrote to or called the customer about a folio that has a complaint; evidence: the message."""
	complaint = frappe.get_doc(COMPLAINT, folio.complaint)
	progress.told(complaint, at, evidence)
	if complaint.stage == Stage.INADMISSIBLE:
		following.sync(complaint)
