"""A folio with a complaint takes its stage from it, whichever of the two is moved: one conversation, one closing (G11, D16).

People and customers may act on either. What moves the complaint takes its folios along; what moves a folio is first done to the
complaint, whose gates decide.
"""

from contextlib import nullcontext

import frappe
from frappe import _

from nervion_service.domain.complaint_words import COMPLAINT, COMPLAINT_ENDED
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.domain.taxonomy import ENDED_STAGES
from nervion_service.domain.taxonomy import Stage as FolioStage
from nervion_service.services import routing, stages, system
from nervion_service.services.complaints import gates
from nervion_service.workflows.folio import FOLIO as FOLIO_FLOW

FOLIO = "Service Folio"
# what the customer said goes along, whichever of the two it was written in
WORDS = ("satisfaction", "satisfaction_means", "satisfaction_by")
_ENDED_AS = {Stage.CLOSED: FolioStage.CLOSED, Stage.WITHDRAWN: FolioStage.WITHDRAWN}
_ANSWERED = (Stage.ANSWERED, Stage.REMEDY_DONE)


def folio_stage(complaint) -> str:
	"""The stage of a folio whose complaint stands there."""
	if complaint.stage in _ENDED_AS:
		return _ENDED_AS[complaint.stage]
	if complaint.stage == Stage.WAITING:
		return FolioStage.WAITING
	if complaint.stage in _ANSWERED:
		return FolioStage.ANSWERED
	# an inadmissible complaint is answered once the customer was told the reasons
	if complaint.stage == Stage.INADMISSIBLE and gates.told_since(complaint, complaint.verdict_at):
		return FolioStage.ANSWERED
	return FolioStage.IN_ATTENTION


def sync(complaint, excluded: str | None = None) -> None:
	"""Take the folios of a complaint along to the stage that it gives them; `excluded` is the one that led."""
	for name in gates.folios_of(complaint):
		if name != excluded:
			_take_along(name, complaint)


def lead(folio, before) -> None:
	"""Do to the complaint what is being done to its folio; refuse what only the complaint itself can decide.

	Called before the folio is written, when its stage changes. A person needs the complaint's own roles for that, and does it under
	his name; the system and the customer act as the system. The gates of the complaint hold all the same.
	"""
	if not folio.complaint or folio.flags.by_complaint:
		return
	complaint = frappe.get_doc(COMPLAINT, folio.complaint, for_update=True)
	if folio.stage == folio_stage(complaint) or folio.stage == FolioStage.ROUTED:
		return
	if folio.stage == FolioStage.WITHDRAWN and complaint.folio != folio.name:
		# a second folio about it is let go without the complaint
		return
	if folio.merged_into:
		frappe.throw(
			_("{0} has the complaint {1}: link the two folios instead of merging them.").format(
				folio.name, frappe.bold(complaint.name)
			),
			title=_("Not Now"),
		)
	target = _target(folio, before, complaint)
	if not target:
		_refuse(complaint)
	if not _is_system():
		_check_person(complaint, target)
	_move(complaint, target, folio)


def has_decided(folio) -> bool:
	"""Whether the gates of the complaint stood before this step of its folio, which then needs none of its own."""
	return bool(folio.complaint) and folio.stage == FolioStage.CLOSED


def _is_system() -> bool:
	"""Whether the system acts, for itself or for the customer, whose right to it was asked before."""
	return frappe.session.user == "Administrator"


def _check_person(complaint, target: str) -> None:
	"""Who moves a complaint by way of its folio needs what moving it at the complaint itself takes."""
	state = complaint.workflow_state
	roles = {
		row.allowed
		for row in stages.workflow(COMPLAINT).transitions
		if row.state == state and stages.of_state(row.next_state, COMPLAINT) == target
	}
	system.require_role(
		sorted(roles),
		_("The folio takes its complaint {0} along, which only these roles may do now: {1}.").format(
			frappe.bold(complaint.name), "{0}"
		),
	)
	system.permitted(COMPLAINT, complaint.name, "write")


def take_safety_along(folio, before) -> None:
	"""An accident that is reported on the folio is one of its complaint, at once (K1)."""
	if folio.get("complaint") and folio.safety == "Yes" != before.safety:
		complaint = frappe.get_doc(COMPLAINT, folio.complaint)
		with system.as_system():
			complaint.safety = "Yes"
			complaint.flags.by_service = True
			complaint.save()


def take_word_along(folio, before) -> None:
	"""What the customer said of a folio is written into its complaint in the same save, and counts there (D16)."""
	if not folio.get("complaint") or folio.flags.by_complaint or not _said(folio, before):
		return
	complaint = frappe.get_doc(COMPLAINT, folio.complaint, for_update=True)
	if _word(complaint) != _word(folio):
		with system.as_system():
			complaint.update(_word(folio))
			complaint.flags.by_service = True
			complaint.flags.led_by = folio.name
			complaint.save()


def share_word(complaint, before) -> None:
	"""The same the other way round, for every folio of the complaint that is still open."""
	if not _said(complaint, before):
		return
	for name in gates.folios_of(complaint):
		folio = frappe.get_doc(FOLIO, name, for_update=True) if name != complaint.flags.led_by else None
		if folio and folio.stage not in ENDED_STAGES and _word(folio) != _word(complaint):
			with system.as_system():
				folio.update(_word(complaint))
				folio.flags.by_complaint = folio.flags.by_service = True
				folio.save()


def check_severity(folio, before) -> None:
	"""Refuse to weigh a folio otherwise than its open complaint: the complaint's severity gives the term (D10)."""
	if not folio.complaint or folio.flags.by_complaint or folio.severity == before.severity:
		return
	complaint = frappe.db.get_value(COMPLAINT, folio.complaint, ["severity", "stage"], as_dict=True)
	if complaint.stage not in COMPLAINT_ENDED and folio.severity != complaint.severity:
		frappe.throw(
			_("The severity of this case is that of its complaint {0}: change it there.").format(
				frappe.bold(folio.complaint)
			),
			title=_("Not Now"),
		)


def share_severity(complaint, before) -> None:
	"""A complaint that is weighed anew weighs its open folios with it."""
	if complaint.severity == before.severity:
		return
	for name in gates.folios_of(complaint):
		folio = frappe.get_doc(FOLIO, name, for_update=True)
		if folio.stage not in ENDED_STAGES and folio.severity != complaint.severity:
			with system.as_system():
				folio.severity = complaint.severity
				folio.flags.by_complaint = folio.flags.by_service = True
				folio.save()


def _word(case) -> dict[str, str | None]:
	return {name: case.get(name) or None for name in WORDS}


def _said(case, before) -> bool:
	"""Whether this save writes down a word of the customer's: one that is taken back is no word."""
	return bool(case.satisfaction) and _word(case) != _word(before)


def _target(folio, before, complaint) -> str | None:
	if folio.stage == FolioStage.REOPENED:
		return Stage.REOPENED if complaint.stage in COMPLAINT_ENDED else None
	if complaint.stage in COMPLAINT_ENDED:
		return None
	if folio.stage == FolioStage.WITHDRAWN:
		return Stage.WITHDRAWN
	if folio.stage == FolioStage.CLOSED:
		return Stage.CLOSED if complaint.stage in (*_ANSWERED, Stage.INADMISSIBLE) else None
	if folio.stage == FolioStage.WAITING:
		return Stage.WAITING if complaint.stage in gates.RESUMING else None
	if folio.stage == FolioStage.IN_ATTENTION:
		return _resumed(complaint)
	return None


def _resumed(complaint) -> str | None:
	if complaint.stage == Stage.WAITING:
		return complaint.waited_from
	if complaint.stage in _ANSWERED:
		return Stage.IN_ANALYSIS
	return Stage.UNDER_REVIEW if complaint.stage == Stage.INADMISSIBLE else None


def _move(complaint, target: str, folio) -> None:
	if target not in (Stage.REOPENED, Stage.WITHDRAWN) and folio.satisfaction:
		complaint.update(_word(folio))
	if target == Stage.WITHDRAWN:
		complaint.withdrawal_reason = complaint.withdrawal_reason or folio.withdrawal_reason
	if target == Stage.REOPENED:
		complaint.reopen_reason = folio.reopen_reason
	if complaint.stage == Stage.INADMISSIBLE and target == Stage.UNDER_REVIEW:
		complaint.appeal_reason = _("The customer is not satisfied, as written in {0}.").format(folio.name)
	with system.as_system() if _is_system() else nullcontext():
		complaint.workflow_state = stages.state_of(target, COMPLAINT)
		complaint.flags.led_by = folio.name
		complaint.save()


def _take_along(name: str, complaint) -> None:
	folio = frappe.get_doc(FOLIO, name, for_update=True)
	target = folio_stage(complaint)
	if folio.stage in ENDED_STAGES and target not in ENDED_STAGES:
		if complaint.stage != Stage.REOPENED or name != complaint.folio:
			return
		target = FolioStage.REOPENED
	if folio.stage in ENDED_STAGES and target in ENDED_STAGES:
		return
	with system.as_system():
		if folio.stage == FolioStage.REGISTERED:
			routing.route(name)
			folio.reload()
		for step in FOLIO_FLOW.path(folio.stage, target) or ():
			_step(folio, step.target, complaint)


def _step(folio, stage: str, complaint) -> None:
	if stage == FolioStage.CLOSED and complaint.satisfaction:
		folio.update(_word(complaint))
	if stage == FolioStage.WITHDRAWN:
		folio.withdrawal_reason = complaint.withdrawal_reason
	if stage == FolioStage.REOPENED:
		folio.reopen_reason = complaint.reopen_reason
	folio.workflow_state = stages.state_of(stage)
	folio.flags.by_complaint = folio.flags.by_service = True
	folio.save()


def _refuse(complaint) -> None:
	frappe.throw(
		_("This folio takes its state from the complaint {0}, which is {1}: go on there.").format(
			frappe.bold(complaint.name), frappe.bold(_(complaint.workflow_state))
		),
		title=_("Not Now"),
	)
