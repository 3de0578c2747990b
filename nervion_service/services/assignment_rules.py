"""Frappe's Assignment Rules, as far as they concern folios: when they would do something, and the one thing we do for them.

What they say is kept in the shared cache: each assignment notes its last user in the rule, and Frappe would then read the whole
rule anew with the next save of any folio.
"""

import re

import frappe

from nervion_service.services import clock, system

DOCTYPE = "Assignment Rule"
_CASE = "Service Folio"
_REMEMBERED = "nervion_assignment_rules"
# where a rule names fields of the document
_TEXTS = ("assign_condition", "unassign_condition", "close_condition", "field", "due_date_based_on")


def concerned(folio) -> bool:
	"""Whether this save changed a field that a rule names, so that the rules could decide otherwise than before.

	Their conditions see nothing but the document. Asking them all the same costs half a dozen queries a save.
	"""
	before = folio.get_doc_before_save()
	return before is None or any(folio.get(name) != before.get(name) for name in _named_fields())


def close_if_told(folio) -> bool:
	"""Close the folio's open tasks if that is all that the rules would do now; False when they have to be asked.

	A rule assigns nobody while there are tasks, so it is enough that none takes them away and one closes them.
	"""
	return _only_close(folio) and _close_tasks(folio)


def _only_close(folio) -> bool:
	doc, today = folio.as_dict(), frappe.utils.get_weekday()
	if any(rule["days"] and today not in rule["days"] for rule in _rules()):
		return False
	try:
		takes_away = any(_holds(rule["unassign_condition"], doc) for rule in _rules())
		return not takes_away and any(_holds(rule["close_condition"], doc) for rule in _rules())
	except Exception:
		# a condition that fails: Frappe knows how to tell, and does nothing
		return False


def _close_tasks(folio) -> bool:
	"""Close the open tasks and take their people off the folio, as saving each task would; False when there is none.

	Frappe does it document by document, fifteen statements, with a comment that repeats the folio's own history.
	"""
	# the tasks are other people's: they end with the case, whoever may close it
	frappe.db.sql(
		"""UPDATE `tabToDo` t JOIN `tabService Folio` f ON f.name = t.reference_name
		SET t.status = 'Closed', t.modified = %(now)s, t.modified_by = %(user)s, f._assign = ''
		WHERE t.reference_type = %(doctype)s AND t.reference_name = %(name)s AND t.status = 'Open'""",
		{"now": clock.now(), "user": frappe.session.user, "doctype": folio.doctype, "name": folio.name},
	)
	# MariaDB counts the rows that it changed
	closed = frappe.db._cursor.rowcount > 0
	if closed:
		folio._assign = ""
	return closed


def forget(doc=None, method=None) -> None:
	"""A rule was made, changed or deleted."""
	system.forget(_REMEMBERED)


def _named_fields() -> set[str]:
	texts = (str(rule[field] or "") for rule in _rules() for field in _TEXTS)
	return {word for text in texts for word in re.findall(r"\w+", text)}


def _rules() -> list[dict]:
	return system.remembered(_REMEMBERED, _CASE, _load)


def _load() -> list[dict]:
	# what the administrator set up, whoever saves
	rules = frappe.get_all(
		DOCTYPE,
		filters={"document_type": _CASE, "disabled": 0},
		fields=["name", *_TEXTS],
		order_by="priority desc, name",
	)
	for rule in rules:
		# as above: its days
		rule["days"] = frappe.get_all(
			"Assignment Rule Day",
			filters={"parent": rule["name"], "parenttype": DOCTYPE},
			pluck="day",
			order_by="idx",
		)
	return rules


def _holds(condition: str | None, doc) -> bool:
	return bool(condition) and bool(frappe.safe_eval(condition, None, doc))
