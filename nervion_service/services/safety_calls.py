"""Safety in a call about a case that is known already: the question is asked there too, and a Yes rings at once (K1)."""

from datetime import datetime

import frappe
from frappe import _

from nervion_service.domain import safety as domain
from nervion_service.domain.taxonomy import ENDED_STAGES
from nervion_service.services import system

# what a call may tell of an accident; the product and the batch where the case has none yet
FACTS = ("safety_kind", "safety_details", "product", "batch")


def take_down(folio: str, said: dict, at: datetime) -> None:
	"""Write into a folio what its caller answered to the question of safety, with FACTS; a Yes starts the ladder since `at`.

	A Yes after help was given is another accident. A No settles nothing that words of a message made doubtful: that is asked of
	whoever wrote them. Raises ValidationError where the question was not answered.
	"""
	doc = system.permitted("Service Folio", folio, "write")
	answer = said.get("safety")
	if answer not in domain.ANSWERS:
		frappe.throw(
			_("Ask first whether somebody was hurt, and choose the answer."), title=_("Answer Missing")
		)
	if answer == domain.YES:
		_refuse_silence(doc)
		_report(doc, said, at)
	elif not (doc.safety or doc.safety_suspected or doc.is_history or doc.stage in ENDED_STAGES):
		doc.safety = domain.NO
		_save(doc)


def product_of(batch: str | None) -> str | None:
	"""The product that a batch is of; None without a batch."""
	# the code alone, for the data sheet that is meant for everybody who handles the product
	return frappe.db.get_value("Batch", batch, "item") if batch else None


def _report(doc, said: dict, at: datetime) -> None:
	again = bool(doc.safety_attended_at)
	if again:
		# the call and the history keep who helped the first time
		doc.safety_attended_by = doc.safety_attended_at = None
		doc.safety_kind = doc.safety_details = None
	for name in ("safety_kind", "safety_details"):
		doc.set(name, doc.get(name) or said.get(name))
	if said.get("product") or said.get("batch"):
		# what hurts now is what is looked up and held now; the history keeps what stood there before
		doc.product, doc.batch = said.get("product") or product_of(said.get("batch")), said.get("batch")
	doc.product = doc.product or product_of(doc.batch)
	doc.safety = domain.YES
	doc.flags.accident_told_at, doc.flags.accident_again = at, again
	_save(doc)


def _refuse_silence(doc) -> None:
	"""What another system brought and nobody took up has no ladder: an accident told about it would ring nobody."""
	if doc.is_history:
		frappe.throw(
			_(
				"{0} came from another system and rings nobody: reopen it, or continue it in a new folio."
			).format(doc.name),
			title=_("Not Now"),
		)


def _save(doc) -> None:
	# also where the state of the case lets nobody edit it: who may write it was asked, and help does not wait for a reopening
	doc.flags.by_service = True
	doc.save()
