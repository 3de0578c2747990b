"""Versions of promises: drafted, approved with a date of effect, retired; and what may be written in them (D20)."""

import frappe
from frappe import _
from frappe.utils import cint, flt, format_datetime, get_datetime

from nervion_service.domain import commitments as domain
from nervion_service.domain.taxonomy import Role
from nervion_service.services import absences, clock, system
from nervion_service.services.policies import DOCTYPE, is_due_time, to_domain

APPROVERS = (Role.COMMERCIAL_DIRECTOR, Role.ADMINISTRATOR, "System Manager")
# what says that a promise is in force, who answers for it, and which version it is
_BY_ACTION_ONLY = ("status", "approved_by", "approved_at", "version")
_DAY = 86_400  # seconds, as Duration fields hold them


def next_version(policy_code: str) -> int:
	"""The number that the next version of a policy gets, from 1."""
	latest = frappe.db.get_value(DOCTYPE, {"policy_code": policy_code}, "version", order_by="version desc")
	return cint(latest) + 1


def new_version(name: str):
	"""Copy a policy to a Draft with the next number; returns the draft. The caller has checked permission."""
	source = frappe.get_doc(DOCTYPE, name)
	draft = frappe.copy_doc(source, ignore_no_copy=False)
	draft.effective_from = None
	return draft.insert()


def approve(name: str):
	"""Put a Draft into effect: who, when, and from when (now unless it says so). Returns the policy.

	Only a first version may take effect in the past, for an import of history: it rewrites no promise, while a later
	version would change the terms of cases that have theirs already.
	"""
	represented = require_approver()
	doc = frappe.get_doc(DOCTYPE, name)
	if doc.status != "Draft":
		frappe.throw(_("Only a draft can be approved; {0} is {1}.").format(doc.name, _(doc.status)))
	now = clock.now()
	doc.effective_from = get_datetime(doc.effective_from) if doc.effective_from else now
	if doc.effective_from < now and doc.version > 1:
		frappe.throw(
			_(
				"{0} cannot take effect in the past ({1}). Choose a later moment or leave it empty for now."
			).format(doc.name, format_datetime(doc.effective_from)),
			title=_("Date of Effect"),
		)
	doc.update({"status": "Approved", "approved_by": frappe.session.user, "approved_at": now})
	return _saved(doc, represented)


def retire(name: str):
	"""Make no new promises by this policy: this version and, lest they come back, its earlier ones. Returns the policy."""
	represented = require_approver()
	doc = frappe.get_doc(DOCTYPE, name)
	if doc.status != "Approved":
		frappe.throw(
			_("Only an approved promise can be retired; {0} is {1}.").format(doc.name, _(doc.status))
		)
	# the approver's word covers every earlier version of the same promise
	older = frappe.get_all(
		DOCTYPE,
		filters={"policy_code": doc.policy_code, "status": "Approved", "version": ("<", doc.version)},
		pluck="name",
		order_by="version",
	)
	for version in [*older, name]:
		doc = frappe.get_doc(DOCTYPE, version)
		doc.status = "Retired"
		_saved(doc, represented)
	return doc


def require_approver() -> list[str]:
	"""PermissionError, with who may, unless the user holds a role that approves promises or stands in today for who does.

	Returns for whom the user stands in; nobody when the role is the user's own.
	"""
	if set(APPROVERS) & set(frappe.get_roles()):
		return []
	represented = absences.represented_by(frappe.session.user, APPROVERS)
	if not represented:
		system.require_role(APPROVERS, _("Promises are approved by one of these roles: {0}."))
	return represented


def validate(doc) -> None:
	"""Refuse a change to what is in force, and terms that make no sense, naming the field and the way out."""
	_refuse_change_in_force(doc)
	_check_amounts(doc)
	for row in doc.steps:
		_check_step(row)
	_check_names(doc)
	try:
		to_domain(doc)
	except ValueError as error:
		frappe.throw(_("These terms do not fit together: {0}").format(error), title=_("Terms of the Promise"))


def _saved(doc, represented=()):
	doc.flags.by_the_book = True
	# a deputy acts with the right of the approver who is away, which `require_approver` has checked
	doc.save(ignore_permissions=bool(represented))
	doc.flags.by_the_book = doc.flags.ignore_permissions = False
	if represented:
		words = _("{0} did this for {1}, who is away.").format(frappe.session.user, ", ".join(represented))
		doc.add_comment("Info", words)
	return doc


def _refuse_change_in_force(doc):
	before = doc.get_doc_before_save()
	if not before or doc.flags.by_the_book:
		return
	if any(str(doc.get(field) or "") != str(before.get(field) or "") for field in _BY_ACTION_ONLY):
		frappe.throw(
			_("{0}: status, version and approval change by Approve, Retire and New Version only.").format(
				doc.name
			),
			title=_("Not Allowed"),
		)
	if before.status != "Draft":
		frappe.throw(
			_("{0} is {1} and can no longer be edited: make a new version of it.").format(
				doc.name, _(before.status)
			),
			title=_("In Force"),
		)


def _check_amounts(doc):
	same_day = doc.basis == domain.Basis.SAME_BUSINESS_DAY.value
	if not same_day and cint(doc.allowance) <= 0:
		frappe.throw(
			_("Allowance: say how much time is promised; only the basis {0} needs none.").format(
				_(domain.Basis.SAME_BUSINESS_DAY.value)
			),
			title=_("Missing Allowance"),
		)
	if doc.basis == domain.Basis.CALENDAR_DAYS.value and cint(doc.allowance) % _DAY:
		frappe.throw(_("Allowance: calendar days are whole days."), title=_("Part of a Day"))
	if same_day and doc.pauses_while_waiting:
		frappe.throw(
			_("Pauses While Waiting: what is due on the same business day cannot pause. Clear the mark."),
			title=_("Cannot Pause"),
		)


def _check_step(row):
	if flt(row.share) < 0 or cint(row.after) < 0:
		_refuse_step(row, _("time cannot be negative"))
	# no time, counted on a basis, is at once: for safety (K1)
	at_once = row.after_basis and not flt(row.share)
	if bool(flt(row.share)) == bool(cint(row.after)) and not at_once:
		_refuse_step(row, _("give either a share of the promised time or an amount of time, and not both"))
	if cint(row.after) and not row.after_basis:
		_refuse_step(row, _("say on which basis the amount of time is counted"))
	if row.audience == "Role" and not row.role:
		_refuse_step(row, _("choose the role that hears of it"))
	if row.audience == "User" and not row.user:
		_refuse_step(row, _("choose the user who hears of it"))


def _refuse_step(row, complaint):
	frappe.throw(
		_("Steps, row {0} ({1}): {2}.").format(row.idx, row.step_name or "", complaint),
		title=_("Step Not Clear"),
	)


def _check_names(doc):
	names = [row.step_name for row in doc.steps]
	for row in doc.steps:
		if names.count(row.step_name) > 1:
			_refuse_step(row, _("two steps have this name; give each its own"))
		if row.step_name == domain.BREACH and not is_due_time(row):
			_refuse_step(row, _("this name is kept for the step at 100 %"))
