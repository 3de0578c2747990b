"""What must be there before a complaint enters a stage: an order of help, verdict, proof, answer, remedy and the customer's word.

Pure: each gate takes what is known and gives the codes of what is missing, whose sentences stand in MESSAGES (G10, G11, D16,
K1, K3).
"""

from nervion_service.domain.complaint_words import ADMITTED, ComplaintKind, Verdict

MESSAGES = {
	"inadmissible": "It was judged inadmissible: it goes on to Inadmissible, or the verdict is changed first.",
	"not_inadmissible": "Only a complaint that was judged inadmissible goes to Inadmissible. Give the verdict first.",
	"not_admitted": "It is not admitted yet: give the verdict first.",
	"not_reviewed": "Review its admissibility first: only an accident is assigned at once.",
	"nobody": "Assign it to a technician or to the laboratory first.",
	"no_report": "Issue the technical analysis report (RAT) first: none is approved for this complaint.",
	"no_proof": "A complaint about a product is answered with an approved RAT or a finished visit: neither is there.",
	"no_cause": "Say what caused it: choose the root cause.",
	"cause_open": "Say what caused it: choose the root cause, or Quality says why it could not be determined.",
	"no_answer": "Write the answer to the customer first.",
	"not_sent": "Send the answer to the customer, or log the call in the folio: nobody has told the customer yet.",
	"no_remedy": "Nothing was promised that could be done: close it instead.",
	"open_remedy": "Not done yet: {remedies}. A remedy is done when its document is submitted.",
	"not_asked": "Ask the customer first, by e-mail or in a logged call: only an unanswered question lets it wait.",
	"help_first": "Somebody may need help: attend the accident on the folio first, and ask for evidence afterwards.",
	"no_reason_withdrawal": "Say why the customer desists.",
	"no_reason_reopening": "Say why it is taken up again.",
	"no_reason_appeal": "Say what the customer objects to.",
	"appeal_late": "The customer had {days} days to appeal, since {told}: register a new folio instead.",
	"appealed_already": "It was judged on appeal already: a second appeal is not foreseen.",
	"may_appeal": (
		"The customer is not satisfied and may still appeal: write down what is objected to, or close it once the {days} days "
		"to appeal are over."
	),
	"not_where_it_waited": "It waited in the stage {stage}: it goes on from there.",
}


def inadmissible(verdict: str | None) -> tuple[str, ...]:
	"""Only the verdict leads there."""
	return () if verdict == Verdict.INADMISSIBLE else ("not_inadmissible",)


def assigned(
	verdict: str | None,
	assigned_to: str | None,
	*,
	is_evidence_missing: bool,
	is_reviewed: bool = True,
	is_accident: bool = False,
) -> tuple[str, ...]:
	"""Admitted, or without a verdict so that its evidence is gathered; an accident waits for neither (K1).

	is_reviewed: whether it comes from the review of its admissibility.
	"""
	if verdict == Verdict.INADMISSIBLE:
		return ("inadmissible",)
	found = () if assigned_to else ("nobody",)
	if verdict in ADMITTED or is_accident:
		return found
	if not is_reviewed:
		return (*found, "not_reviewed")
	return found if is_evidence_missing else (*found, "not_admitted")


def analysis(verdict: str | None, assigned_to: str | None) -> tuple[str, ...]:
	"""Analysed is what was admitted and somebody has."""
	return tuple(
		code
		for code, is_missing in (("not_admitted", verdict not in ADMITTED), ("nobody", not assigned_to))
		if is_missing
	)


def report_issued(verdict: str | None, report_released: bool) -> tuple[str, ...]:
	"""The report is there, approved."""
	return (
		*analysis(verdict, "somebody"),
		*(() if report_released else ("no_report",)),
	)


def answered(
	kind: str,
	verdict: str | None,
	*,
	proved: bool,
	has_cause: bool,
	has_answer: bool,
	was_sent: bool,
) -> tuple[str, ...]:
	"""A product needs proof (a report or a finished visit), every other kind its own answer and cause; all are told.

	proved: a RAT is approved for it or a visit about it is finished.
	"""
	wanted = [("not_admitted", verdict not in ADMITTED)]
	if kind == ComplaintKind.PRODUCT:
		wanted.append(("no_proof", not proved))
	else:
		wanted.append(("no_cause", not has_cause))
	wanted += [("no_answer", not has_answer), ("not_sent", not was_sent)]
	return tuple(code for code, is_missing in wanted if is_missing)


def remedy_done(remedies: int, open_remedies: int) -> tuple[str, ...]:
	"""Something was promised, and all of it is done (K3)."""
	if open_remedies:
		return ("open_remedy",)
	return () if remedies else ("no_remedy",)


def closed(
	verdict: str | None, was_sent: bool, open_remedies: int, *, kind: str = "", has_cause: bool = False
) -> tuple[str, ...]:
	"""Told, nothing promised is left undone, and what caused it is known; the customer's word is asked for beside this (D16).

	has_cause: a root cause, or why none could be determined. Of a product that was admitted it is asked here: it was answered without.
	"""
	is_open = kind == ComplaintKind.PRODUCT and verdict in ADMITTED and not has_cause
	wanted = (("not_sent", not was_sent), ("open_remedy", bool(open_remedies)), ("cause_open", is_open))
	return tuple(code for code, is_missing in wanted if is_missing)


def waiting(question_waits: bool, help_first: bool) -> tuple[str, ...]:
	"""A question of ours waits; nobody waits for evidence while somebody needs help (K1)."""
	if help_first:
		return ("help_first",)
	return () if question_waits else ("not_asked",)


def appealed(reason: str | None, was_appealed: bool, days_since_told: int, days: int) -> tuple[str, ...]:
	"""Once, with reasons, in the settled days after the customer was told (K4)."""
	if was_appealed:
		return ("appealed_already",)
	if days and days_since_told > days:
		return ("appeal_late",)
	return () if (reason or "").strip() else ("no_reason_appeal",)
