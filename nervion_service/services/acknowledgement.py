"""The customer is told at once that the request arrived: its folio, what is promised by when, how to follow it (I1, ISO 10002).

Once per folio and by e-mail, after commit; never to a machine, to ourselves or in a loop, and never counted as an answer (D18).
What a dead queue or a missing mail account held back, the job of the minute sends later, for a day.
"""

from datetime import timedelta

import frappe
from frappe.email.doctype.email_account.email_account import EmailAccount

from nervion_service.domain.taxonomy import Events
from nervion_service.services import (
	acknowledgement_text,
	clock,
	customer_letters,
	events,
	languages,
	settings,
	system,
)

DOCTYPE = "Service Folio"
SENT, NOT_NEEDED = customer_letters.SENT, customer_letters.NOT_NEEDED
# what is older has been answered, or will be by a person
LONGEST_DELAY = timedelta(days=1)
_MOST_AT_ONCE = 100
_DEFAULT_PER_HOUR = 10


def acknowledge(folio_name: str) -> str | None:
	"""Send the acknowledgement of a folio unless that was decided before; returns "Sent", "Not Needed", or None for later."""
	# whoever else is at it waits here, and finds it done
	state = frappe.db.get_value(DOCTYPE, folio_name, "acknowledgement", for_update=True)
	if state:
		return state
	folio = frappe.get_doc(DOCTYPE, folio_name)
	if not _is_wanted(folio):
		folio.db_set("acknowledgement", NOT_NEEDED, update_modified=False)
		return NOT_NEEDED
	if not EmailAccount.find_outgoing(match_by_doctype=DOCTYPE):
		return None
	with system.as_system(), languages.speaking():
		message = _send(folio)
	now = clock.now()
	events.record(folio, Events.ACKNOWLEDGED, happened_at=now, channel=folio.channel, reference=message)
	folio.db_set({"acknowledgement": SENT, "acknowledged_at": now}, update_modified=False)
	return SENT


def catch_up() -> None:
	"""Send what was missed within the last day; each folio by itself, so that a bad one stops no other."""
	for name in missed(clock.now()):
		try:
			acknowledge(name)
			frappe.db.commit()
		except Exception:
			frappe.db.rollback()
			frappe.log_error(title="Acknowledgement", message=f"{name}\n{frappe.get_traceback()}")
			frappe.db.commit()


def missed(now) -> list[str]:
	"""Folios of the last day about which nothing was decided, the oldest first; what has just come is under way."""
	# the system's own work list, whoever may see those folios
	return frappe.get_all(
		DOCTYPE,
		filters=[
			["received_at", ">", now - LONGEST_DELAY - timedelta(days=1)],
			["registered_at", ">", now - LONGEST_DELAY],
			["registered_at", "<", now - timedelta(minutes=1)],
			["acknowledgement", "is", "not set"],
			["is_history", "=", 0],
		],
		pluck="name",
		order_by="registered_at, name",
		limit=_MOST_AT_ONCE,
	)


# Whether ------------------------------------------------------------------------------------------------------


def _is_wanted(folio) -> bool:
	if folio.is_history or folio.channel not in customer_letters.BY_MAIL:
		return False
	# a person who has answered has said more than we would
	too_old = folio.first_answered_at or folio.registered_at < clock.now() - LONGEST_DELAY
	if too_old or not customer_letters.can_be_written(folio):
		return False
	return not _was_often(folio.channel, folio.email.strip().lower())


def _was_often(channel: str, address: str) -> bool:
	"""The last resort against two machines that thank each other, and against a stranger who has us write to somebody."""
	if channel not in customer_letters.BY_STRANGERS:
		return False
	limit = settings.number("acknowledgements_per_hour", _DEFAULT_PER_HOUR)
	told = {
		"acknowledged_at": (">", clock.now() - timedelta(hours=1)),
		"email": address,
		"channel": ("in", customer_letters.BY_STRANGERS),
	}
	return frappe.db.count(DOCTYPE, told) >= limit


# What ---------------------------------------------------------------------------------------------------------


def _send(folio) -> tuple[str, str]:
	words = acknowledgement_text.facts(folio)
	subject, content = acknowledgement_text.rendered(words)
	# the link opens the folio: it goes to the customer and stays nowhere else
	_subject, kept = acknowledgement_text.rendered({**words, "tracking_url": ""})
	return customer_letters.send(folio, subject, content, kept)
