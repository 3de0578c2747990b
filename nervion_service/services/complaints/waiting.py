"""Asking the customer for what is missing: the question goes out, the complaint waits, its clocks stand (D19, K1)."""

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.domain.taxonomy import Events
from nervion_service.services import events, stages, system
from nervion_service.services.complaints import evidence, gates, telling, upload_link, words

# anywhere else the clocks do not stand for an answer: who has it writes or calls in the folio
ASKED_IN = (Stage.RECEIVED, Stage.REOPENED, Stage.WAITING, *gates.RESUMING)


# a link for the customer is made with it, which a GET would not store
@frappe.whitelist(methods=["POST"])
def draft(complaint: str) -> dict[str, str]:
	"""The letter that asks the customer for what only the customer can bring: {"recipient", "subject", "content"}, in HTML."""
	doc = system.permitted(COMPLAINT, complaint, "read")
	return {
		"recipient": doc.email or "",
		"subject": _("{0}: we need your help to attend your complaint").format(doc.folio),
		"content": _letter(doc),
	}


@frappe.whitelist(methods=["POST"])
def ask_customer(complaint: str, content: str, means: str = "E-mail") -> str:
	"""Ask the customer and let the complaint wait for the answer; returns the name of the Communication.

	content: what was written, as HTML, or what was said when `means` is "Phone". A complaint that was not reviewed yet begins to be.
	Raises ValidationError while somebody may need help, once the complaint waits for nothing more of the customer, without an address,
	or where nothing is asked.
	"""
	doc = system.permitted(COMPLAINT, complaint, "write")
	_check_time(doc)
	if not (content or "").strip() or _blank() in content:
		words.refuse([_("Write what you ask the customer for.")], _("Content Missing"))
	subject = _("{0}: we need your help to attend your complaint").format(doc.folio)
	asked = telling.tell(doc, subject, content, means)
	doc.reload()
	if doc.stage in (Stage.RECEIVED, Stage.REOPENED):
		# asking for what is missing is the beginning of the review, whoever asks
		with system.as_system():
			doc.workflow_state = stages.state_of(Stage.UNDER_REVIEW, COMPLAINT)
			doc.save()
	doc.workflow_state = stages.state_of(Stage.WAITING, COMPLAINT)
	doc.save()
	events.record(doc, Events.EVIDENCE_ASKED, reference=("Communication", asked))
	return asked


def _check_time(doc) -> None:
	if gates.needs_help(doc):
		words.refuse([words.gate_sentence("help_first")], _("Not Now"))
	if doc.stage not in ASKED_IN:
		sentence = _("It is {0} and waits for nothing more: write to the customer or call in the folio {1}.")
		words.refuse([sentence.format(_(doc.workflow_state), doc.folio)], _("Not Now"))


def _blank() -> str:
	"""What stands in a letter where nothing is listed, for a person to write over."""
	return _("[Write here what you need to know or to receive]")


def _letter(doc) -> str:
	wanted = [_wanted(one) for one in evidence.owed_by_customer(doc)] or [_blank()]
	items = "".join(f"<li>{escape_html(text)}</li>" for text in wanted)
	link = upload_link.address(doc)
	return (
		f"<p>{_('To attend your complaint we still need from you:')}</p><ul>{items}</ul>"
		f"<p>{_('You can send it from your phone by this link, or by answering this message:')}</p>"
		f'<p><a href="{link}">{link}</a></p>'
		f"<p>{_('Meanwhile our term to answer you stands still; it goes on when we hear from you.')}</p>"
	)


def _wanted(problem) -> str:
	kind = dict(problem.values).get("kind")
	if not kind:
		return words.sentence(problem)
	hint = frappe.get_cached_value("Evidence Kind", kind, "hint")
	return _(hint or kind)
