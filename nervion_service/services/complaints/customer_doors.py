"""What a customer does with the own complaint by its folio: send evidence, object to the verdict, read the report (K4, D19).

Who may follow the folio was asked before: these functions are called by pages and endpoints that check, and are not whitelisted
themselves. A folio without a complaint of its customer's is answered in one and the same way.
"""

import hashlib

import frappe
from frappe import _

from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.services import customer_actions, customer_messages, pdf, system
from nervion_service.services.analysis import report_print, reports
from nervion_service.services.complaints import admissibility, customer_evidence, customer_view, gates

SHORTEST_REASON = 3


def send(folio, brought: customer_evidence.Brought, text: str, by: str, key: str | None) -> None:
	"""Keep evidence, files by kind, for the complaint of a folio; see `customer_evidence.receive`."""
	customer_evidence.receive(_complaint_of(folio), folio.name, brought, text, by, key)


def appeal(folio, reason: str, by: str) -> None:
	"""Object to an inadmissible verdict, once and with a reason: somebody else judges it again (K4).

	Twice is once. ValidationError where there is nothing to object to, or the time for it is over.
	"""
	complaint = frappe.get_doc(COMPLAINT, _complaint_of(folio).name, for_update=True)
	if complaint.stage == Stage.UNDER_REVIEW and complaint.appeal:
		return
	if not gates.may_appeal(complaint):
		_refuse(
			_("This decision cannot be objected to, or no longer. Write to us below if something is missing.")
		)
	reason = customer_actions.limited(reason)
	if len(reason) < SHORTEST_REASON:
		_refuse(_("Tell us what you do not agree with."))
	key = hashlib.sha256(f"{complaint.name}|{complaint.verdict_at}".encode()).hexdigest()[:32]
	customer_actions.reply(folio.name, reason, (), by, key=key)
	with system.as_system():
		admissibility.appeal(complaint.name, reason)


def report(folio) -> tuple[str, bytes]:
	"""(number, PDF) of the report that was released to the customer, in the customer's version; DoesNotExistError before."""
	complaint = _complaint_of(folio)
	name = reports.of_complaint(complaint.name, released=True)
	if not name:
		frappe.throw(_("There is no report for you yet."), frappe.DoesNotExistError, title=_("Not Found"))
	try:
		return name, report_print.content(frappe.get_doc(reports.DOCTYPE, name), reader=complaint)
	except pdf.NoPrinter as error:
		frappe.logger("nervion_service").error(f"A customer could not be given the report {name}: {error}")
		_refuse(_("The report cannot be made right now. Write to us, and we send it to you."))


def readable_file(folio, name: str):
	"""The File of that name if the customer sent it about the folio or to its complaint; None otherwise, whatever the reason."""
	found = customer_messages.readable_file(folio, name)
	complaint = None if found else customer_view.complaint_of(folio)
	return customer_view.readable_file(complaint, name) if complaint else found


def _complaint_of(folio):
	return customer_view.complaint_of(folio) or frappe.throw(
		_("This request has no complaint."), frappe.DoesNotExistError, title=_("Not Found")
	)


def _refuse(message: str):
	frappe.throw(message, title=_("Not Now"))
