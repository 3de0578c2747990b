"""The customer is told of a delay before asking: the promise to answer was broken, and by when the answer comes now (K11, S1.11).

Once a promise, never about what is promised among ourselves, and only while nobody has answered. It is no answer (D18).
"""

import frappe
from frappe import _
from frappe.utils import cint

from nervion_service.domain.taxonomy import ENDED_STAGES, CommitmentKind, Events
from nervion_service.services import (
	commitments,
	customer_letters,
	customer_next,
	customer_story,
	customer_words,
	events,
	languages,
	safety,
	settings,
)

DOCTYPE = customer_letters.DOCTYPE


def is_on() -> bool:
	"""Whether the settings want such letters."""
	return bool(cint(settings.value("delay_letters")))


def tell(folio_name: str) -> str | None:
	"""Send the letter about the folio's broken promise of an answer unless that was decided before; "Sent", "Not Needed" or None."""
	# whoever else is at it waits here, and finds it done
	folio = frappe.get_doc(DOCTYPE, folio_name, for_update=True)
	promise = _broken(folio)
	if not promise or promise == folio.delay_letter:
		return None
	step = _next_step(folio) if _is_wanted(folio) else None
	if not step:
		folio.db_set("delay_letter", promise, update_modified=False)
		return customer_letters.NOT_NEEDED
	if not customer_letters.has_account():
		return None
	letter = _write(folio, step)
	events.record(folio, Events.DELAY_TOLD, channel=folio.channel, reference=letter)
	folio.db_set("delay_letter", promise, update_modified=False)
	return customer_letters.SENT


def _broken(folio) -> str | None:
	"""The promise to answer that was broken and still runs."""
	wanted = {
		"case_type": DOCTYPE,
		"case_name": folio.name,
		"kind": CommitmentKind.FIRST_ANSWER,
		"status": "Breached",
	}
	# the customer is told what the customer was promised
	return frappe.db.get_value(commitments.DOCTYPE, wanted, "name", order_by="started_at desc")


def _is_wanted(folio) -> bool:
	if not is_on() or folio.stage in ENDED_STAGES:
		return False
	# after an accident a person calls; no machine writes that it is late
	return not safety.needs_help_first(folio.name) and customer_letters.is_wanted(folio)


def _next_step(folio) -> dict | None:
	"""What comes next as the customer's page tells it, where it admits the delay."""
	with languages.speaking(languages.of_customer(folio.customer)):
		promises = customer_story.promises_of([folio.name]).get(folio.name, [])
		step = customer_next.following(folio, promises)
	return step if step and step["late"] and step["admission"] else None


def _write(folio, step) -> tuple[str, str]:
	with languages.speaking(languages.of_customer(folio.customer)):
		promised = (
			_("We will answer you on {0} at the latest.").format(customer_words.moment(step["by"]))
			if step["by"]
			else _("We will answer you as soon as we can.")
		)
		return customer_letters.write(
			folio,
			_("{0}: our answer is late").format(folio.name),
			(_("About your request, folio {0}:").format(folio.name), step["admission"], promised),
			_("See how your request goes on"),
		)
