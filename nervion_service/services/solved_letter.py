"""The customer is asked whether it is solved, once an answer was given that did not ask by itself (S1.11, K11).

Once a round: when a folio is marked as answered, and once more after it was reopened. It counts as nothing: neither an answer nor
an attempt to reach the customer.
"""

import frappe
from frappe import _
from frappe.utils import cint

from nervion_service.domain import mail
from nervion_service.domain.complaint_words import Verdict
from nervion_service.domain.taxonomy import Events, Stage
from nervion_service.services import (
	answers,
	clock,
	customer_letters,
	customer_next,
	events,
	languages,
	party,
	safety,
	settings,
	tracking_links,
)
from nervion_service.services.complaints import customer_view

DOCTYPE = customer_letters.DOCTYPE


def ask(folio_name: str) -> str | None:
	"""Send the question unless that was decided before; returns "Sent", "Not Needed", or None for later."""
	# whoever else is at it waits here, and finds it done
	folio = frappe.get_doc(DOCTYPE, folio_name, for_update=True)
	if folio.solved_letter:
		return folio.solved_letter
	if folio.stage != Stage.ANSWERED:
		return None
	if not _is_wanted(folio):
		folio.db_set("solved_letter", customer_letters.NOT_NEEDED, update_modified=False)
		return customer_letters.NOT_NEEDED
	if not customer_letters.has_account():
		return None
	letter = _write(folio)
	events.record(folio, Events.SOLVED_ASKED, channel=folio.channel, reference=letter)
	folio.db_set("solved_letter", customer_letters.SENT, update_modified=False)
	return customer_letters.SENT


def _is_wanted(folio) -> bool:
	if not cint(settings.value("solved_letters")) or customer_next.has_spoken(folio):
		return False
	# what a stopped queue held back for longer would surprise more than it asks
	if folio.answered_at < clock.now() - customer_letters.LONGEST_DELAY:
		return False
	if safety.needs_help_first(folio.name) or not customer_letters.is_wanted(folio):
		return False
	return not _is_decided_otherwise(folio) and not _asked_by_itself(folio)


def _is_decided_otherwise(folio) -> bool:
	"""Whether its complaint was refused, or still owes what it gave: then nothing is solved that could be asked about."""
	complaint = customer_view.complaint_of(folio)
	if not complaint:
		return False
	return complaint.verdict == Verdict.INADMISSIBLE or bool(customer_view.open_remedies(complaint))


def _asked_by_itself(folio) -> bool:
	"""Whether the last letter of ours brought the link by which the customer says whether it is solved.

	Only to the customer alone: with anybody else among its readers it left with a place that opens no folio.
	"""
	message = answers.last_message(folio.name)
	if not message:
		return False
	sent = frappe.get_doc("Communication", message)
	readers = set(mail.addresses(sent.recipients, sent.cc, sent.bcc))
	is_alone = bool(readers) and readers <= party.emails_of(folio)
	return is_alone and tracking_links.door(folio.name) in (sent.content or "")


def _write(folio) -> tuple[str, str]:
	with languages.speaking(languages.of_customer(folio.customer)):
		return customer_letters.write(
			folio,
			_("{0}: is it solved?").format(folio.name),
			(
				_("We gave you our answer to your request, folio {0}.").format(folio.name),
				_(
					"Please tell us whether it is solved. You need no account: the link below takes you to your request."
				),
				_("If it is not, say so there or answer this message, and we take it up again."),
			),
			_("Tell us whether it is solved"),
		)
