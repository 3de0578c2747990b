"""Who may do what, live from the site (G18, S1.15): permissions by role and DocType, what each role sees, who answers for it."""

from typing import Any

import frappe
from frappe import _

from nervion_service import permissions
from nervion_service.domain.deputies import FALLBACK_ROLES
from nervion_service.domain.taxonomy import ACTION_LETTERS, ROLES, Role
from nervion_service.services import absences, assignment, system, wording

MODULE = "Nervion Service"
READERS = (Role.ADMINISTRATOR, Role.SYSTEMS, "System Manager")
ALL, ROUTED, OWN, NONE = "Every folio", "Own and routed folios", "Own folios", "No folio"
"""Which folios a role sees; a User Permission for a company narrows each of them."""


@frappe.whitelist()
def get() -> dict[str, Any]:
	"""The matrix for the page `service-roles`: {"roles", "doctypes", "actions"}, in the reader's language.

	roles: [{name, label, sight, holders: [{user, name, deputy}], answering: [name], through, answers}]; doctypes: [{name, label,
	is_customised, cells: {role: letters}}].
	"""
	system.require_role(READERS, _("The matrix of roles is shown to these roles: {0}."))
	away = {absence.person: absence.deputy for absence in absences.today()}
	return {
		"actions": [
			{"letter": ACTION_LETTERS[action], "label": label} for action, label in _actions().items()
		],
		"roles": [_role(role, away) for role in shown_roles()],
		"doctypes": [_doctype(name) for name in doctypes()],
	}


def shown_roles() -> tuple[str, ...]:
	"""Our roles, and the one that Frappe gives to who runs the site."""
	return (*ROLES, "System Manager")


def doctypes() -> list[str]:
	"""Our DocTypes that carry permissions of their own, by name."""
	# names of our own module, for those who administer it
	return frappe.get_all("DocType", {"module": MODULE, "istable": 0}, pluck="name", order_by="name")


def sight(role: str) -> str:
	"""Which folios a role sees; none where it may not read them at all."""
	if "R" not in letters(permissions.FOLIO, role):
		return NONE
	if role in permissions.SEE_ALL:
		return ALL
	return ROUTED if role in permissions.SEE_ROUTED else OWN


def letters(doctype: str, role: str) -> str:
	"""What the role may do with documents of the DocType, as letters of ACTION_LETTERS; custom permissions of the site count."""
	rows = [row for row in frappe.get_meta(doctype).permissions if row.role == role and not row.permlevel]
	return "".join(
		letter for action, letter in ACTION_LETTERS.items() if any(row.get(action) for row in rows)
	)


def _sights() -> dict[str, str]:
	return {
		ALL: _("Every folio"),
		ROUTED: _("Own and routed folios"),
		OWN: _("Own folios"),
		NONE: _("No folio"),
	}


def _actions() -> dict[str, str]:
	return {
		"read": _("Read"),
		"write": _("Write"),
		"create": _("Create"),
		"delete": _("Delete"),
		"print": _("Print"),
		"email": _("Send by E-mail"),
		"report": _("Report"),
		"export": _("Export"),
		"import": _("Import"),
		"share": _("Share with Others"),
	}


def _doctype(name: str) -> dict:
	return {
		"name": name,
		"label": _(name),
		"is_customised": bool(frappe.db.exists("Custom DocPerm", {"parent": name})),
		"cells": {role: letters(name, role) for role in shown_roles()},
	}


def _role(role: str, away: dict[str, str]) -> dict:
	holders = sorted(absences.holders([role]))
	answering = list(assignment.answering_for(role))
	fallback = assignment.fallback_user()
	return {
		"name": role,
		"label": _(role),
		"sight": _sights()[sight(role)],
		"holders": [
			{"user": user, "name": wording.person(user), "deputy": _deputy(away, user)} for user in holders
		],
		"answering": [wording.person(user) for user in answering or [fallback] if user],
		"through": _through(role, holders, answering, fallback),
		"answers": bool(answering or fallback),
	}


def _through(role: str, holders: list[str], answering: list[str], fallback: str | None) -> str:
	"""Why those answer: they hold the role, stand in, hold the role behind it, or are the settings' user."""
	if answering and set(answering) <= set(holders):
		return _("Holders")
	if answering and holders:
		return _("Deputies")
	if answering:
		return _("Nobody holds it: {0} answers").format(_(FALLBACK_ROLES.get(role, "")))
	return _("Fallback User") if fallback else _("Nobody answers")


def _deputy(away: dict[str, str], user: str) -> str:
	return wording.person(away[user]) if user in away else ""
