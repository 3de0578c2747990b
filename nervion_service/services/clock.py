"""The one place where services read the time."""

from datetime import datetime

from frappe.utils import now_datetime


def now() -> datetime:
	"""The time now, naive, in the site's time zone, with microseconds."""
	return now_datetime()
