"""What must be there before a complaint enters a stage, whichever way it is tried, and who may take it there (G11, K1, K3, K4)."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import cint, format_datetime, get_datetime

from nervion_service.domain import closing, complaint_gates
from nervion_service.domain.complaint_words import COMPLAINT_ENDED, Verdict
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.domain.taxonomy import ENDED_STAGES
from nervion_service.services import answers, clock, safety, visits
from nervion_service.services import gates as folio_gates
from nervion_service.services.analysis import reports
from nervion_service.services.complaints import evidence, said, settings, words
from nervion_service.services.remedies import ledger

REMEDY = "Complaint Remedy"
# from where the customer is asked, and where it goes on afterwards
RESUMING = (Stage.UNDER_REVIEW, Stage.ASSIGNED, Stage.IN_ANALYSIS, Stage.REPORT_ISSUED)


def gate(complaint, before) -> None:
	"""Refuse a transition whose requirements are not met, with all that is missing and what to do."""
	found = problems(complaint, complaint.stage, before)
	if found:
		words.refuse(found, _("Not Yet"))


def problems(complaint, stage: str, before=None) -> list[str]:
	"""What `complaint` still lacks to enter `stage`, a sentence each; empty when nothing does. Only looks."""
	before = before or complaint
	if before.stage == Stage.WAITING and stage in RESUMING:
		# it goes on where it was: nothing new is begun
		if stage == before.waited_from:
			return []
		return [words.gate_sentence("not_where_it_waited", stage=_(before.waited_from or ""))]
	found = _emergencies(complaint) if stage in COMPLAINT_ENDED else []
	check = _GATES.get(stage)
	return found + (check(complaint, before) if check else [])


def needs_help(complaint) -> bool:
	"""Whether somebody may still need help, in whichever folio of the complaint (K1)."""
	return any(map(safety.needs_help_first, folios_of(complaint)))


def is_accident(complaint) -> bool:
	"""Whether somebody was hurt or exposed, or there was fire or a spill: then neither verdict nor evidence holds it up."""
	# whether there was an accident is asked by a gate, for whoever may write the complaint
	answers_given = frappe.get_all("Service Folio", {"name": ("in", folios_of(complaint))}, pluck="safety")
	return "Yes" in answers_given


def folios_of(complaint) -> list[str]:
	"""The folios that the complaint answers: the one it came from, and those that were linked to it."""
	# its own folios, for gates and for taking them along
	linked = frappe.get_all(
		"Service Folio", {"complaint": complaint.name or ""}, pluck="name", order_by="name"
	)
	return list(dict.fromkeys((complaint.folio, *linked)))


def told_since(complaint, since: datetime | None) -> bool:
	"""Whether a person of ours told the customer something at that moment or later: a question for evidence tells nothing."""
	return bool(said.told(complaint.name, folios_of(complaint), since))


def told_rows(complaint) -> list[tuple[datetime, tuple[str, str]]]:
	"""What may have told the customer its answer, as `said.told` gives it: all of ours since it was taken up to be analysed."""
	since = complaint.taken_up_at or complaint.admitted_at
	return said.told(complaint.name, folios_of(complaint), since)


def closing_verdict(complaint) -> closing.Verdict:
	"""Whether the customer's word, or the settled attempts to get it, lets the complaint be closed (D16)."""
	settled = cint(frappe.get_cached_doc("Service Settings").closing_attempts) or 1
	word = {"Satisfied": True, "Not Satisfied": False}.get(word_of(complaint))
	since = complaint.answered_at or complaint.verdict_at
	said_so_far = said.contacts(folios_of(complaint))
	attempts = 0 if word is not None else said_so_far.attempts_since(since, complaint.company)
	return closing.may_close(word, attempts, settled, answers.one_attempt_a_day())


def _emergencies(complaint) -> list[str]:
	"""What an accident in one of its folios still asks for, reported or to be asked about (K1)."""
	found = (folio_gates.emergency(frappe.get_doc("Service Folio", name)) for name in folios_of(complaint))
	return list(dict.fromkeys(filter(None, found)))


def word_of(complaint) -> str | None:
	"""What the customer said of it, written in the complaint or in a folio of it that is still open; a refusal first."""
	if complaint.satisfaction:
		return complaint.satisfaction
	wanted = {"name": ("in", folios_of(complaint)), "stage": ("not in", ENDED_STAGES)}
	# its own folios, as in `is_accident`
	words_said = frappe.get_all("Service Folio", wanted, pluck="satisfaction", order_by="name")
	return min(filter(None, words_said), default=None)


def _assigned(complaint, before) -> list[str]:
	return _sentences(
		complaint_gates.assigned(
			complaint.verdict,
			complaint.assigned_to,
			is_evidence_missing=bool(evidence.owed(complaint)),
			is_reviewed=before.stage != Stage.RECEIVED,
			is_accident=is_accident(complaint),
		)
	)


def _inadmissible(complaint, before) -> list[str]:
	return _sentences(complaint_gates.inadmissible(complaint.verdict))


def may_appeal(complaint) -> bool:
	"""Whether the customer, who was told the verdict, may object to it now: once, in the settled days (K4)."""
	if complaint.stage != Stage.INADMISSIBLE or not told_since(complaint, complaint.verdict_at):
		return False
	told = _told_at(complaint, get_datetime(complaint.verdict_at))
	return not _appeal_codes("any", complaint, told)


def _review(complaint, before) -> list[str]:
	return _appealed(complaint, before, complaint.appeal_reason) if before.stage == Stage.INADMISSIBLE else []


def _appealed(complaint, before, reason: str | None) -> list[str]:
	told = _told_at(complaint, get_datetime(before.verdict_at))
	values = {"days": str(settings.number("appeal_days")), "told": format_datetime(told)}
	return _sentences(_appeal_codes(reason, before, told), **values)


def _appeal_codes(reason: str | None, before, told: datetime) -> tuple[str, ...]:
	days = settings.number("appeal_days")
	return complaint_gates.appealed(reason, bool(cint(before.appeal)), (clock.now() - told).days, days)


def _told_at(complaint, verdict_at: datetime) -> datetime:
	"""When the customer heard of the verdict: the first word of ours since then; now, where nobody has said any yet."""
	return min(
		(at for at, _proof in said.told(complaint.name, folios_of(complaint), verdict_at)),
		default=clock.now(),
	)


def _analysis(complaint, before) -> list[str]:
	return _sentences(complaint_gates.analysis(complaint.verdict, complaint.assigned_to))


def _report_issued(complaint, before) -> list[str]:
	return _sentences(complaint_gates.report_issued(complaint.verdict, reports.issued_for(complaint.name)))


def _waiting(complaint, before) -> list[str]:
	return _sentences(
		complaint_gates.waiting(said.contacts(folios_of(complaint)).question_waits, needs_help(complaint))
	)


def _answered(complaint, before) -> list[str]:
	codes = complaint_gates.answered(
		complaint.kind,
		complaint.verdict,
		proved=_is_proved(complaint),
		has_cause=bool(complaint.root_cause),
		has_answer=bool((complaint.answer or "").strip()),
		was_sent=bool(told_rows(complaint)),
	)
	# an accident is admitted without its evidence: it is owed before the case is answered
	owed = [words.sentence(one) for one in evidence.owed(complaint)] if is_accident(complaint) else []
	return _sentences(codes) + owed


def _is_proved(complaint) -> bool:
	"""Whether a RAT or a finished visit is there; of one that was answered before, since it was taken up again."""
	since = get_datetime(complaint.taken_up_at) if said.was_answered(complaint.name) else None
	if visits.finished_for(complaint.name, since):
		return True
	report = reports.of_complaint(complaint.name)
	if not (report and since):
		return bool(report)
	approved_at = frappe.db.get_value("Technical Analysis Report", report, "approved_at")
	return bool(approved_at) and get_datetime(approved_at) >= since


def _remedy_done(complaint, before) -> list[str]:
	owed = ledger.open_for(complaint.name)
	# how many were promised is no secret of the remedies
	promised = frappe.db.count(REMEDY, {"complaint": complaint.name, "stage": ("!=", "Cancelled")})
	return _sentences(complaint_gates.remedy_done(promised, len(owed)), remedies="; ".join(owed))


def _closed(complaint, before) -> list[str]:
	owed = ledger.open_for(complaint.name)
	told = before.stage != Stage.INADMISSIBLE or told_since(complaint, complaint.verdict_at)
	has_cause = bool(complaint.root_cause or (complaint.no_cause_reason or "").strip())
	codes = complaint_gates.closed(
		complaint.verdict, told, len(owed), kind=complaint.kind, has_cause=has_cause
	)
	found = _sentences(codes, remedies="; ".join(owed))
	verdict = closing_verdict(complaint)
	if before.stage == Stage.INADMISSIBLE and verdict.code == closing.NOT_SATISFIED:
		return found + _closed_against(complaint, before)
	if not verdict:
		found.append(_(closing.MESSAGES[verdict.code]).format(**dict(verdict.values)))
	elif verdict.code == closing.CONFIRMED:
		found += _origin_of_word(complaint)
	return found


def _closed_against(complaint, before) -> list[str]:
	"""An inadmissible complaint ends against the customer's will once nothing more can be objected; the word stays what it is (K4)."""
	told = _told_at(complaint, get_datetime(complaint.verdict_at))
	if _appeal_codes("any", before, told):
		return _origin_of_word(complaint)
	return _sentences(("may_appeal",), days=str(settings.number("appeal_days")))


def _origin_of_word(complaint) -> list[str]:
	if not complaint.satisfaction or (complaint.satisfaction_means and complaint.satisfaction_by):
		return []
	return [_("Say by which means and by whom the customer's word came.")]


def _withdrawn(complaint, before) -> list[str]:
	return [] if (complaint.withdrawal_reason or "").strip() else _sentences(("no_reason_withdrawal",))


def _reopened(complaint, before) -> list[str]:
	window = folio_gates.reopening_verdict(before)
	# the window is for what the customer objects to: what we owe again has none
	found = [] if window or complaint.flags.owed_again else [folio_gates.refusal(window)]
	if not (complaint.reopen_reason or "").strip():
		return found + _sentences(("no_reason_reopening",))
	if before.verdict == Verdict.INADMISSIBLE:
		# taken up again it is judged again, as on any appeal
		found += _appealed(complaint, before, complaint.reopen_reason)
	return found


def _sentences(codes, **values: str) -> list[str]:
	return [words.gate_sentence(code, **values) for code in codes]


_GATES = {
	Stage.UNDER_REVIEW: _review,
	Stage.INADMISSIBLE: _inadmissible,
	Stage.ASSIGNED: _assigned,
	Stage.IN_ANALYSIS: _analysis,
	Stage.REPORT_ISSUED: _report_issued,
	Stage.WAITING: _waiting,
	Stage.ANSWERED: _answered,
	Stage.REMEDY_DONE: _remedy_done,
	Stage.CLOSED: _closed,
	Stage.WITHDRAWN: _withdrawn,
	Stage.REOPENED: _reopened,
}
