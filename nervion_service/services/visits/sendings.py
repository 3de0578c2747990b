"""Which sendings of a phone arrived at a visit: one that is repeated changes nothing (G10)."""

import json

import frappe
from frappe import _

# how many are remembered; a phone repeats its last one
REMEMBERED = 20
_LONGEST_ID = 64


def mark(client_id: str) -> str:
	"""The mark of a sending; ValidationError without one."""
	key = str(client_id or "").strip()
	if not key or len(key) > _LONGEST_ID:
		frappe.throw(_("The sending has no mark of its own: load the page again."), title=_("Not Accepted"))
	return key


def is_known(visit, key: str) -> bool:
	"""Whether that sending arrived before."""
	return key in _remembered(visit)


def remember(visit, key: str) -> None:
	"""Write down that it arrived."""
	# derived: which sendings arrived
	visit.db_set("sent_ids", json.dumps([*_remembered(visit), key][-REMEMBERED:]), update_modified=False)


def _remembered(visit) -> list[str]:
	return json.loads(visit.sent_ids or "[]")
