"""Many folios at once, from the list: classified or given to a person, each by the rules of one (S1.9; bulk of issue 3).

Permission, workflow and gates are asked row by row, and a row that is refused never stops the others: the answer says which
were done and why the rest were not.
"""

from collections.abc import Callable, Iterable
from typing import Any

import frappe
from frappe import _
from frappe.utils import strip_html

from nervion_service.services import assignment, system, transactions

DOCTYPE = "Service Folio"
# what may be set on many at once; everything else is a matter of one case
CLASSIFICATION = (
	"request_type",
	"priority",
	"severity",
	"customer_kind",
	"sgi_typology",
	"sgi_category",
	"sgi_subcategory",
	"sgi_scenario",
	"sgi_section_name",
)
# a request that a browser waits for; the list sends more in several
MOST = 50


@frappe.whitelist(methods=["POST"])
def classify(names: str | list, values: str | dict) -> dict[str, Any]:
	"""Set CLASSIFICATION fields on each folio: {"done": [names], "failed": [{name, message}]}."""
	system.require(DOCTYPE, "write")
	said = frappe.parse_json(values)
	wanted = {name: said[name] for name in CLASSIFICATION if said.get(name)}
	if not wanted:
		frappe.throw(_("Choose at least one value to set."), title=_("Nothing to Set"))

	def set_values(name: str) -> None:
		doc = system.permitted(DOCTYPE, name, "write")
		doc.update(wanted)
		doc.save()

	return _each(names, set_values)


@frappe.whitelist(methods=["POST"])
def assign(names: str | list, user: str, reason: str) -> dict[str, Any]:
	"""Give each folio to `user` with the reason: {"done": [names], "failed": [{name, message}]}."""
	system.require(DOCTYPE, "write")
	return _each(names, lambda name: assignment.hand_over(name, user, reason))


def _each(names: str | list, change: Callable[[str], Any]) -> dict[str, Any]:
	done, failed = [], []
	for name in _listed(names):
		message = _refusal(change, name)
		if message is None:
			done.append(name)
		else:
			failed.append({"name": name, "message": message})
	return {"done": done, "failed": failed}


def _refusal(change: Callable[[str], Any], name: str) -> str | None:
	"""Why the change of one row was refused; None once it is made, and stored. What it wrote before the refusal is undone.

	Each row is a transaction of its own: whoever loses a deadlock loses and repeats that row, and no other.
	"""
	said = len(frappe.local.message_log)
	try:
		transactions.retried(lambda: change(name))
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		message = _("Others are changing {0} just now. Try it again in a moment.").format(name)
	except (frappe.ValidationError, frappe.PermissionError, frappe.DoesNotExistError) as error:
		frappe.db.rollback()
		message = strip_html(str(error)) or _("You are not permitted to do this with {0}.").format(name)
	else:
		return None
	# told in the summary, and not in one window per row
	del frappe.local.message_log[said:]
	return message


def _listed(names: str | list) -> Iterable[str]:
	found = list(dict.fromkeys(str(name) for name in frappe.parse_json(names)))
	if len(found) > MOST:
		frappe.throw(_("At most {0} folios at a time.").format(MOST), title=_("Too Many"))
	return found
