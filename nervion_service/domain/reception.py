"""When a request was really received and whether it was registered in time (S1.1, S1.4, D3)."""

from datetime import datetime, timedelta

from nervion_service.domain.business_calendar import BusinessCalendar

MESSAGES = {
	"received_missing": "Say when the request was received.",
	"received_in_future": (
		"The request cannot have been received in the future ({received_at}): it is {now} now. Correct Received At."
	),
	"registered_before_received": (
		"The request cannot be registered ({registered_at}) before it was received ({received_at})."
		" Correct Received At."
	),
}


class StampError(ValueError):
	"""A stamp that cannot be true. `code` names the sentence in MESSAGES, `values` fill it."""

	def __init__(self, code: str, **values: datetime):
		super().__init__(MESSAGES[code].format(**values))
		self.code = code
		self.values = values


def effective_at(received_at: datetime, calendar: BusinessCalendar) -> datetime:
	"""The first working moment at or after reception; every response clock starts there."""
	return calendar.next_open(received_at)


def registered_in_time(received_at: datetime, registered_at: datetime, calendar: BusinessCalendar) -> bool:
	"""True when the registration *date* is not after the business date of the effective moment.

	So a Sunday web request registered on Sunday is in time, and so is one registered late on Monday.
	"""
	return registered_at.date() <= calendar.business_date(received_at)


def validate_stamps(
	received_at: datetime | None,
	registered_at: datetime,
	now: datetime,
	tolerance: timedelta = timedelta(0),
) -> None:
	"""Refuse stamps that cannot be true.

	`tolerance` forgives another machine's clock that runs ahead of ours (a mail server's, a webhook's).
	Raises StampError: received_missing, received_in_future, registered_before_received.
	"""
	if received_at is None:
		raise StampError("received_missing")
	if received_at > now + tolerance:
		raise StampError("received_in_future", received_at=received_at, now=now)
	if registered_at + tolerance < received_at:
		raise StampError("registered_before_received", received_at=received_at, registered_at=registered_at)
