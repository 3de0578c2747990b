"""What a person reads when an accident is reported: who, what, where, whom to call, and the one link to act."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, format_datetime, get_url_to_form

from nervion_service.domain.taxonomy import CommitmentKind
from nervion_service.services import bells, safety, system

TEMPLATE = "safety_alarm"
_SHOWN = (
	"name", "subject", "party_name", "complainant_name", "phone", "email", "product", "batch", "safety_kind",
	"safety_details", "received_at", "channel",
)  # fmt: skip


def tell(recipient: str, email: str | None, notice, promise) -> None:
	"""Ring the bell of one person and, where there is an address, mail them: one message of its own, never in a digest.

	notice: the row of the outbox, with what fell due; promise: the row of the promise. In the language that is spoken now.
	"""
	alarm = _alarm(promise, notice.step)
	bells.ring(
		recipient,
		escape_html(alarm["subject"]),
		promise.case_type,
		promise.case_name,
		email_content=frappe.render_template(f"templates/emails/{TEMPLATE}.html", alarm),
	)
	if email:
		_post(email, alarm, notice.name)


def _post(email: str, alarm: dict[str, Any], notice: str) -> None:
	frappe.sendmail(
		recipients=[email],
		subject=alarm["subject"],
		template=TEMPLATE,
		args=alarm,
		# by which a letter left half sent is known as ours
		reference_doctype="Service Notice",
		reference_name=notice,
		add_unsubscribe_link=0,
		# before every other mail that waits
		send_priority=10,
	)
	# not with the next round of the mail job, which may be minutes away
	system.after_commit("frappe.email.queue.flush", queue="short")


def _alarm(promise, step: str) -> dict[str, Any]:
	# the alarm goes to the audience of the promise, who may read its case
	folio = frappe.db.get_value(promise.case_type, promise.case_name, _SHOWN, as_dict=True)
	suspected = promise.kind == CommitmentKind.SAFETY_CHECK
	title = _("A message may speak of an accident: {0}") if suspected else _("Accident reported: {0}")
	return {
		"subject": title.format(promise.case_name),
		"step": _(step),
		"facts": [(label, value) for label, value in _facts(folio) if value],
		"todo": _("Ask the customer, and write down the answer.")
		if suspected
		else _("Call now, help, and write down what was done: Attend Now."),
		"url": get_url_to_form(promise.case_type, promise.case_name),
		**safety.instructions(product=folio.product),
	}


def _facts(folio):
	yield _("What happened"), _(folio.safety_kind) if folio.safety_kind else None
	yield _("To whom, with what, where"), folio.safety_details
	yield _("Customer"), folio.party_name
	yield _("Person"), folio.complainant_name
	yield _("Phone"), folio.phone
	yield _("E-mail"), folio.email
	yield _("Product"), " · ".join(filter(None, (folio.product, folio.batch)))
	yield _("Subject"), folio.subject
	yield _("Received"), f"{format_datetime(folio.received_at)} · {_(folio.channel)}"
