"""The one place where services read the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from frappe.utils import get_datetime, now_datetime

_moved: ContextVar[datetime | None] = ContextVar("moved", default=None)


def now() -> datetime:
	"""The time now, naive, in the site's time zone, with microseconds."""
	return _moved.get() or now_datetime()


def to_the_minute(moment: str | datetime | None) -> datetime | None:
	"""A moment without its seconds, as people write it; None for none."""
	return get_datetime(moment).replace(second=0, microsecond=0) if moment else None


def span(first: date, last: date) -> tuple[datetime, datetime]:
	"""The half-open interval of the days from `first` to `last`, both included."""
	return datetime.combine(first, time.min), datetime.combine(last + timedelta(days=1), time.min)


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
	"""Inside the block it is `moment` for the services of this process: demo data and rehearsals live through past days."""
	token = _moved.set(moment)
	try:
		yield moment
	finally:
		_moved.reset(token)
