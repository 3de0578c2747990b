"""Letters of ours that stand half sent: a worker that died while sending leaves them so, and Frappe never looks at them again (F11).

A letter counts as stuck when it has been "Sending" for longer than any worker may take. Who got it already is written
recipient by recipient, so that putting it back sends it to the others only: at most one copy too many a crash, to
whoever was being written to when the worker died.
"""

from datetime import datetime, timedelta

import frappe
from frappe.utils import cint

DOCTYPE = "Email Queue"
MODULE = "Nervion Service"
# twice the time that Frappe gives its longest jobs
LONGEST_SENDING = timedelta(minutes=50)
_A_PASS = 100
_FRAPPES_ATTEMPTS = 3


def put_back(now: datetime) -> int:
	"""Put stuck letters about our documents back into the queue, each as often as Frappe tries a letter; returns how many.

	One that all its recipients got is marked as sent. Commits letter by letter.
	"""
	count = 0
	for name in _stuck(now):
		frappe.get_doc(DOCTYPE, name).update_status(**_state(name), commit=True)
		count += 1
	return count


def stuck(now: datetime) -> int:
	"""How many letters of the whole site stand half sent, other apps' and those that were put back often enough too."""
	return frappe.db.count(DOCTYPE, {"status": "Sending", "modified": ("<", now - LONGEST_SENDING)})


def _stuck(now) -> list[str]:
	# letters are the system's own post
	ours = frappe.get_all("DocType", filters={"module": MODULE}, pluck="name", limit_page_length=0)
	return frappe.get_all(
		DOCTYPE,
		filters={
			"status": "Sending",
			"modified": ("<", now - LONGEST_SENDING),
			"reference_doctype": ("in", ours),
			"retry": ("<", _most_attempts()),
		},
		pluck="name",
		order_by="modified, name",
		limit=_A_PASS,
	)


def _state(name) -> dict:
	# as above: who got it is asked for the system's own post
	reached = frappe.get_all("Email Queue Recipient", filters={"parent": name}, pluck="status")
	if reached and all(status == "Sent" for status in reached):
		return {"status": "Sent"}
	tried = cint(frappe.db.get_value(DOCTYPE, name, "retry")) + 1
	return {"status": "Partially Sent" if "Sent" in reached else "Not Sent", "retry": tried}


def _most_attempts() -> int:
	return cint(frappe.db.get_single_value("System Settings", "email_retry_limit")) or _FRAPPES_ATTEMPTS
