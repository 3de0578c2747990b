"""What of a complaint does not change: what was said when it was registered, and what only the services write (G1)."""

import frappe
from frappe import _

from nervion_service.services import sealing

# what is said once, when it is registered
SEALED = ("company", "folio", "received_at", "effective_at", "registered_at", "request_type")
# what only the services write, each where it happens
COMPUTED = (
	"priority",
	"safety",
	"for_evidence",
	"verdict_by",
	"verdict_at",
	"admitted_at",
	"appeal",
	"appealed_at",
	"first_judge",
	"appeal_judge",
	"appeal_upheld",
	"root_cause_set_at",
	"answer_evidence_type",
	"answer_evidence",
	"analysis_report",
	"recurrence_of",
	"recurrence_action",
	"demanded_action",
	"satisfaction_at",
	"closed_without_word",
	"reopen_count",
	"attended_at",
	"taken_up_at",
	"report_issued_at",
	"answered_at",
	"remedy_done_at",
	"first_closed_at",
	"closed_at",
	"withdrawn_at",
	"waiting_since",
	"waited_from",
	"route_role",
)
# computed, but harmless in a list that somebody exported: they are computed anew
_ALSO_ASKED = ("priority", "safety", "route_role")
_JUDGED = ("verdict", "verdict_reason", "no_delivery_reason")
# of each row of feedback, by the same rule
FEEDBACK = ("sent_at", "acknowledged_by", "acknowledged_at")


def check(complaint) -> None:
	"""Refuse a sealed field that changed and a result that only the services write."""
	complaint.subject = sealing.without_markup(complaint.subject or "")
	before = complaint.get_doc_before_save()
	if before is None:
		return
	for fieldname in SEALED:
		sealing.keep(complaint, before, fieldname, _sealed_message)
	if not complaint.flags.by_service:
		for fieldname in COMPUTED:
			sealing.take_over(complaint, before, fieldname)
			sealing.keep(complaint, before, fieldname, _computed_message)
		_keep_feedback(complaint, before)


def forget_computed(complaint) -> None:
	"""Whatever a request brings in fields that are ours is forged or copied: forget it; of an imported row say so instead."""
	if frappe.flags.in_import:
		_refuse_imported(complaint)
	# a cause is found by looking, and looked at when it is set: a copy brings none along
	for fieldname in (*COMPUTED, *_JUDGED, "stage", "appeal_reason", "root_cause", "no_cause_reason"):
		kind = complaint.meta.get_field(fieldname).fieldtype
		complaint.set(fieldname, 0 if kind in ("Int", "Check") else None)
	for row in complaint.lines:
		row.update({"verdict": None, "ground": None, "accepted_qty": 0, "remedy_amount": 0})
	for row in complaint.feedback:
		row.update(dict.fromkeys(FEEDBACK))
	for row in complaint.evidence:
		row.update({"provided_by": None, "provided_at": None})


def _refuse_imported(complaint) -> None:
	"""Who imports a list of verdicts would believe that they were taken over."""
	for fieldname in (*COMPUTED, "verdict", "root_cause"):
		if complaint.get(fieldname) and fieldname not in _ALSO_ASKED:
			label = frappe.bold(_(complaint.meta.get_label(fieldname)))
			frappe.throw(
				_("{0} is not imported: it is written where it happens. Leave it empty.").format(label),
				title=_("Not Allowed"),
			)


def _keep_feedback(complaint, before) -> None:
	known = {row.name: row for row in before.feedback}
	for row in complaint.feedback:
		was = known.get(row.name)
		# what came with the row is what was there, or nothing yet
		row.update({name: was.get(name) if was else None for name in FEEDBACK})


def _sealed_message() -> str:
	return _(
		"{0} was sealed when the complaint was registered and does not change. If it is wrong, withdraw this complaint with a "
		"reason and register it again."
	)


def _computed_message() -> str:
	return _("{0} is filled by the system and cannot be typed. Reload the complaint and use its actions.")
