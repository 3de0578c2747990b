"""What a step writes into the complaint itself, before it is saved: who, when, and what an appeal or a reopening takes back (K4, D17)."""

import frappe
from frappe.utils import cint

from nervion_service.domain import admissibility, closing
from nervion_service.domain.complaint_words import ADMITTED, COMPLAINT_ENDED, Verdict
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.services import clock
from nervion_service.services.analysis import reports
from nervion_service.services.complaints import assigning, evidence, gates, settings

_WORD = ("satisfaction", "satisfaction_means", "satisfaction_by")


def priority(complaint) -> None:
	"""The priority that severity and urgency give, the highest after an accident; kept where the matrix says nothing."""
	if complaint.safety == "Yes":
		complaint.priority = "Urgent"
		return
	found = admissibility.priority(settings.matrix(), complaint.severity, complaint.urgency)
	complaint.priority = found or complaint.priority or "Medium"


def verdict(complaint, before) -> None:
	"""Who gave the verdict, now; the first admission is kept (G11), an appeal gets its result (K4)."""
	now = clock.now()
	complaint.verdict_by, complaint.verdict_at = frappe.session.user, now
	if complaint.verdict in ADMITTED:
		complaint.admitted_at = complaint.admitted_at or now
		complaint.for_evidence = 0
	else:
		complaint.admitted_at = None


def appeal_result(complaint) -> None:
	"""What became of an appeal, once the complaint leaves its review; written once, whatever is judged after a reopening (K4)."""
	is_judged = complaint.verdict and complaint.stage != Stage.UNDER_REVIEW
	if cint(complaint.appeal) and is_judged and not complaint.appeal_upheld:
		complaint.appeal_judge = complaint.verdict_by
		complaint.appeal_upheld = "Upheld" if complaint.verdict in ADMITTED else "Rejected"


def take_verdict_back(complaint) -> None:
	"""There is no verdict any more, nor one of its lines: it is judged anew."""
	given = ("verdict", "verdict_reason", "no_delivery_reason", "verdict_by", "verdict_at", "admitted_at")
	complaint.update(dict.fromkeys(given))
	for row in complaint.lines:
		row.update({"verdict": None, "ground": None, "accepted_qty": 0})


def stage(complaint, before) -> None:
	"""Stamp the stage that the complaint has just entered, from that of `before`."""
	if complaint.stage != Stage.WAITING:
		complaint.waiting_since = complaint.waited_from = None
	if complaint.stage not in (*COMPLAINT_ENDED, Stage.REOPENED):
		complaint.attended_at = complaint.attended_at or clock.now()
	_STAMPS.get(complaint.stage, _nothing)(complaint, before)
	if complaint.stage in COMPLAINT_ENDED:
		complaint.for_evidence = 0


def word(complaint, before) -> None:
	"""The customer's word is of the moment in which it is written down."""
	if complaint.satisfaction != before.satisfaction:
		complaint.satisfaction_at = clock.now() if complaint.satisfaction else None


def cause(complaint, before) -> None:
	"""When the root cause was set, or set anew."""
	if (complaint.root_cause or None) != (before.root_cause or None):
		complaint.root_cause_set_at = clock.now() if complaint.root_cause else None


def _nothing(complaint, before) -> None:
	return None


def _review(complaint, before) -> None:
	if before.stage == Stage.INADMISSIBLE:
		_appeal(complaint, before)
		assigning.to_judge(complaint)


def _appeal(complaint, before) -> None:
	complaint.update({"appeal": 1, "appealed_at": clock.now(), "first_judge": before.verdict_by})
	take_verdict_back(complaint)


def _assigned(complaint, before) -> None:
	if complaint.verdict not in ADMITTED and evidence.owed(complaint):
		complaint.for_evidence = 1


def _analysis(complaint, before) -> None:
	complaint.answered_at = None
	complaint.remedy_done_at = None
	if before.stage != Stage.WAITING:
		complaint.taken_up_at = clock.now()


def _report_issued(complaint, before) -> None:
	complaint.analysis_report = reports.of_complaint(complaint.name)
	complaint.report_issued_at = complaint.report_issued_at or clock.now()


def _waiting(complaint, before) -> None:
	complaint.waiting_since, complaint.waited_from = clock.now(), before.stage


def _answered(complaint, before) -> None:
	complaint.answered_at = clock.now()
	# none that was cancelled meanwhile
	complaint.analysis_report = reports.of_complaint(complaint.name)
	# the gate saw that there is one
	if told := [proof for _at, proof in gates.told_rows(complaint)]:
		# the one that was named proves the answer (D18); the latest, where none was
		named = (proof for proof in told if proof[1] == complaint.flags.told_by)
		complaint.answer_evidence_type, complaint.answer_evidence = next(named, told[-1])
	if before.satisfaction == "Not Satisfied" == complaint.satisfaction:
		# that was about the answer before: this one needs its own word
		complaint.update(dict.fromkeys(_WORD))


def _remedy_done(complaint, before) -> None:
	complaint.remedy_done_at = clock.now()


def _closed(complaint, before) -> None:
	complaint.closed_at = clock.now()
	complaint.first_closed_at = complaint.first_closed_at or complaint.closed_at
	complaint.closed_without_word = int(gates.closing_verdict(complaint).code == closing.WITHOUT_WORD)
	# a later reopening has to say its own reason
	complaint.reopen_reason = None


def _withdrawn(complaint, before) -> None:
	complaint.withdrawn_at = clock.now()


def _reopened(complaint, before) -> None:
	complaint.reopen_count = cint(before.reopen_count) + 1
	for fieldname in (
		"closed_at",
		"answered_at",
		"remedy_done_at",
		"withdrawn_at",
		"withdrawal_reason",
		"satisfaction_at",
		*_WORD,
	):
		complaint.set(fieldname, None)
	complaint.closed_without_word = 0
	if before.verdict == Verdict.INADMISSIBLE:
		complaint.appeal_reason = complaint.reopen_reason
		_appeal(complaint, before)
	if complaint.verdict not in ADMITTED:
		assigning.to_judge(complaint)


_STAMPS = {
	Stage.UNDER_REVIEW: _review,
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
