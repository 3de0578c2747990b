"""SION, the company's technical archive: visits with their diagnosis, and analysis reports (G10, S1.16, D13)."""

from nervion_service.domain.complaint_words import ReportStage, VisitStage
from nervion_service.services.exports import handing_over
from nervion_service.services.exports.handing_over import Receiver, Route

SION = Receiver(
	"SION",
	"export_to_sion",
	(
		Route("Service Technical Visit", "stage", (VisitStage.FINISHED,)),
		Route("Technical Analysis Report", "stage", (ReportStage.APPROVED,)),
	),
)


def export() -> int:
	"""Hand over what waits for SION; returns how many records."""
	return handing_over.run(SION)
