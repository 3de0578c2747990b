"""We-Keep, the company's store of controlled documents: closings with the customer's word, corrective actions, case files (G6, S1.11, D13)."""

from nervion_service.domain.complaint_words import ActionStage, ComplaintStage
from nervion_service.domain.taxonomy import Stage
from nervion_service.services.exports import handing_over
from nervion_service.services.exports.handing_over import Receiver, Route

WEKEEP = Receiver(
	"We-Keep",
	"export_to_wekeep",
	(
		Route("Service Folio", "stage", (Stage.CLOSED,)),
		Route("Service Complaint", "stage", (ComplaintStage.CLOSED,)),
		Route("Service Corrective Action", "stage", (ActionStage.CLOSED,)),
		Route("Case File", "state", ("Ready",)),
	),
)


def export() -> int:
	"""Hand over what waits for We-Keep; returns how many records."""
	return handing_over.run(WEKEEP)
