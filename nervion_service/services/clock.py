"""The one place where services read the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from frappe.utils import now_datetime

_moved: ContextVar[datetime | None] = ContextVar("moved", default=None)


def now() -> datetime:
	"""The time now, naive, in the site's time zone, with microseconds."""
	return _moved.get() or now_datetime()


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
	"""Inside the block it is `moment` for the services of this process: demo data and rehearsals live through past days."""
	token = _moved.set(moment)
	try:
		yield moment
	finally:
		_moved.reset(token)
