"""Whether a complaint may be judged so, by whom, and what is still owed for it (G5, G11, I1, K2, K4).

Nothing here knows a document: evidence and verdicts are plain values, and each refusal is a code with the values that its
sentence in MESSAGES needs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nervion_service.domain.complaint_words import ADMITTED, ComplaintKind, Verdict

MESSAGES = {
	"defect": "Say what the defect is: it decides which evidence is needed.",
	"lines": "Name the product in at least one line.",
	"line_batch": "Line {row}: give the batch, or send a photograph of the label that shows it.",
	"evidence": "{kind}: {given} of {minimum}.",
	"about_himself": "{person} is who the customer complains of, and neither attends nor judges it. Choose somebody else.",
	"same_judge": "{person} gave the first verdict: an appeal is judged by somebody else.",
	"reason": "Give the reasons of the verdict: the customer reads them.",
	"verdict": "Give the verdict first: whether it is admissible, in part or not.",
	"line_verdict": "Line {row}: give its verdict.",
	"line_accepted_without": "Line {row} is not admissible, so nothing of it is accepted.",
	"line_accepted_none": "Line {row} is admissible: say which quantity is accepted.",
	"line_accepted_more": "Line {row}: {accepted} is more than the {claimed} that was claimed.",
	"line_ground": "Line {row}: say on which ground it is accepted.",
	"line_remedy": "Line {row}: say what the customer is given for it, or choose None where nothing is given.",
	"line_unbacked": (
		"Line {row}: no delivery to this customer covers the {accepted} of {what} that are accepted. Name the delivery, or say why it "
		"is accepted all the same, for instance bought in a shop, with its ticket."
	),
	"line_granted": (
		"Line {row}: {accepted} of {what} is accepted, and {granted} of it was granted before without a delivery: with what is claimed "
		"already that is more than this customer was delivered. Say why it is accepted all the same."
	),
	"line_beyond": (
		"Line {row}: {accepted} of {what} is accepted, and of what this customer was delivered only {left} is not claimed yet. Name "
		"the delivery, accept less, or say why it is accepted all the same, for instance bought in a shop, with its ticket."
	),
	"all_admissible": "Every line is admissible, so the complaint is admissible as well.",
	"none_admissible": "No line is admissible, so the complaint is not either.",
	"some_admissible": "Some lines are admissible and some are not: the complaint is admissible in part.",
}


@dataclass(frozen=True)
class Problem:
	"""Something that is missing or wrong: a code of MESSAGES and its values. `kind`: the evidence kind that it is about."""

	code: str
	values: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Evidence:
	"""A piece of evidence: its kind, its file ("" without), or that the kind does not apply to the case."""

	kind: str
	file: str = ""
	not_applicable: bool = False


@dataclass(frozen=True)
class Line:
	"""What a verdict reads of a line; quantities in the stock unit."""

	item: str | None = None
	batch: str | None = None
	claimed: float = 0.0
	accepted: float = 0.0
	verdict: str | None = None
	ground: str | None = None
	remedy: str | None = None


def problem(code: str, **values: Any) -> Problem:
	"""A problem of that code."""
	return Problem(code, tuple(values.items()))


# Priority ----------------------------------------------------------------------------------------------------


def priority(matrix: Mapping[tuple[str, str], str], severity: str | None, urgency: str | None) -> str | None:
	"""What severity and urgency give by the matrix; None while one of them is not known or no cell has them (D10)."""
	return matrix.get((severity, urgency)) if severity and urgency else None


# Evidence ----------------------------------------------------------------------------------------------------


def given(evidence: Iterable[Evidence], kind: str) -> int:
	"""How many different files of a kind there are."""
	return len({one.file for one in evidence if one.kind == kind and one.file})


def evidence_owed(required: Mapping[str, int], evidence: Iterable[Evidence]) -> tuple[Problem, ...]:
	"""The kinds of which less was brought than is required; one that does not apply is owed no more (G5)."""
	evidence = tuple(evidence)
	spared = {one.kind for one in evidence if one.not_applicable}
	return tuple(
		problem("evidence", kind=kind, given=given(evidence, kind), minimum=minimum)
		for kind, minimum in required.items()
		if kind not in spared and given(evidence, kind) < minimum
	)


def missing(
	kind: str,
	has_defect: bool,
	lines: Iterable[Line],
	required: Mapping[str, int],
	evidence: Iterable[Evidence],
	label_kind: str,
) -> tuple[Problem, ...]:
	"""What a complaint lacks to be admitted; nothing but for products.

	label_kind: the kind of evidence that shows the batch, in place of its number.
	"""
	if kind != ComplaintKind.PRODUCT:
		return ()
	lines, evidence = tuple(lines), tuple(evidence)
	found = [] if has_defect else [problem("defect")]
	if not any(line.item for line in lines):
		found.append(problem("lines"))
	seen = given(evidence, label_kind) or any(
		one.kind == label_kind and one.not_applicable for one in evidence
	)
	found += [
		problem("line_batch", row=row)
		for row, line in enumerate(lines, start=1)
		if line.item and not line.batch and not seen
	]
	return (*found, *evidence_owed(required, evidence))


# Impartiality (K4) -------------------------------------------------------------------------------------------


def partiality(
	person: str, about: str | None, first_judge: str | None = None, *, is_appeal: bool = False
) -> Problem | None:
	"""Why a person may not attend or judge a complaint; None when nothing stands against it."""
	if about and person == about:
		return problem("about_himself", person=person)
	if is_appeal and first_judge and person == first_judge:
		return problem("same_judge", person=person)
	return None


# Verdicts ----------------------------------------------------------------------------------------------------


def verdict_of(verdicts: Iterable[str]) -> str | None:
	"""The verdict that a complaint has by those of its lines; None without lines."""
	found = set(verdicts)
	if not found:
		return None
	return found.pop() if len(found) == 1 else Verdict.PARTIAL


def verdict_problems(verdict: str | None, reason: str | None, lines: Iterable[Line]) -> tuple[Problem, ...]:
	"""What is wrong with a verdict and those of the lines; lines that nobody claims anything of are not judged."""
	if not verdict:
		return (problem("verdict"),)
	found = [] if (reason or "").strip() else [problem("reason")]
	claimed = [(row, line) for row, line in enumerate(lines, start=1) if line.claimed or line.verdict]
	for row, line in claimed:
		found += _line_problems(row, line)
	if not found and claimed:
		found += _disagreement(verdict, verdict_of(line.verdict for _row, line in claimed))
	return tuple(found)


def _line_problems(row: int, line: Line) -> list[Problem]:
	if not line.verdict:
		return [problem("line_verdict", row=row)]
	if line.verdict not in ADMITTED:
		return [problem("line_accepted_without", row=row)] if line.accepted else []
	found = []
	if line.claimed and not line.accepted:
		found.append(problem("line_accepted_none", row=row))
	if line.accepted > line.claimed:
		found.append(
			problem("line_accepted_more", row=row, accepted=f"{line.accepted:g}", claimed=f"{line.claimed:g}")
		)
	if not line.ground:
		found.append(problem("line_ground", row=row))
	if not line.remedy:
		found.append(problem("line_remedy", row=row))
	return found


def without_remedy(lines: Iterable[Line]) -> tuple[Problem, ...]:
	"""The lines that were admitted and whose remedy is left blank: that nothing is given is said as well (K3)."""
	return tuple(
		problem("line_remedy", row=row)
		for row, line in enumerate(lines, start=1)
		if line.verdict in ADMITTED and not line.remedy
	)


def _disagreement(verdict: str, by_lines: str) -> list[Problem]:
	if verdict == by_lines:
		return []
	code = {
		Verdict.ADMISSIBLE: "all_admissible",
		Verdict.INADMISSIBLE: "none_admissible",
		Verdict.PARTIAL: "some_admissible",
	}[by_lines]
	return [problem(code)]
