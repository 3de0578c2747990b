"""What a laboratory's results say: a verdict per test, for the report, and against the retained sample (G11, K4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nervion_service.domain.measures import Limits, Unfit, number, typed_limits

MESSAGES = {
	"calibration_expired": (
		"The calibration of {instrument} ended on {until}, before the test {method} of {tested}: "
		"repeat the test with a calibrated instrument."
	),
	"calibration_unknown": "Say until when {instrument} is calibrated: without it the test {method} proves nothing.",
	"tested_later": "The test {method} cannot be dated {tested}: that day has not come.",
	"same_person": (
		"{person} is the {first} of this report: the {second} has to be somebody else, so that nobody judges the own work."
	),
}


class Verdict:
	"""What a result comes to."""

	PASS = "Pass"
	FAIL = "Fail"
	INCONCLUSIVE = "Inconclusive"


VERDICTS = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE)


class Comparison:
	"""What the claimed sample and the one that was retained when the batch was made say together."""

	NONE = "Not Compared"
	BOTH_WITHIN = "Both Within Limits"
	ONLY_CLAIMED = "Only the Claimed Sample Outside Limits"
	ONLY_RETAINED = "Only the Retained Sample Outside Limits"
	BOTH_OUTSIDE = "Both Samples Outside Limits"


# from the least to the most serious for the batch: the worst test speaks for the report
COMPARISONS = (
	Comparison.NONE,
	Comparison.BOTH_WITHIN,
	Comparison.ONLY_CLAIMED,
	Comparison.ONLY_RETAINED,
	Comparison.BOTH_OUTSIDE,
)
_COMPARED = {
	(Verdict.PASS, Verdict.PASS): Comparison.BOTH_WITHIN,
	(Verdict.FAIL, Verdict.PASS): Comparison.ONLY_CLAIMED,
	(Verdict.PASS, Verdict.FAIL): Comparison.ONLY_RETAINED,
	(Verdict.FAIL, Verdict.FAIL): Comparison.BOTH_OUTSIDE,
}


@dataclass(frozen=True)
class Test:
	"""One test as it was typed and read: numbers, limits, instrument and the day; see `typed_test`."""

	# pytest would take the name for a class of tests
	__test__ = False

	method: str
	limits: Limits = Limits()
	result: float | None = None
	retained: float | None = None
	instrument: str = ""
	calibrated_until: date | None = None
	tested_on: date | None = None

	@property
	def verdict(self) -> str:
		"""Pass, Fail, or Inconclusive without a result or without limits."""
		return _verdict(self.result, self.limits)

	@property
	def retained_verdict(self) -> str:
		"""The same for the retained sample."""
		return _verdict(self.retained, self.limits)

	@property
	def comparison(self) -> str:
		"""What both samples say together; Not Compared unless both have a verdict."""
		return _COMPARED.get((self.verdict, self.retained_verdict), Comparison.NONE)


def typed_test(method: str, minimum, maximum, result, retained=None, **more) -> Test:
	"""A test out of what was typed; Unfit for limits upside down and for what is no number."""
	return Test(
		method,
		typed_limits(minimum, maximum, method),
		number(result, method),
		number(retained, method),
		**more,
	)


def check_instrument(test: Test, today: date) -> None:
	"""Unfit for a test on a day to come, or with an instrument whose calibration is unknown or was over by then."""
	day = test.tested_on or today
	if day > today:
		raise Unfit("tested_later", method=test.method, tested=day.isoformat())
	if not test.instrument:
		return
	if test.calibrated_until is None:
		raise Unfit("calibration_unknown", instrument=test.instrument, method=test.method)
	if test.calibrated_until < day:
		raise Unfit(
			"calibration_expired",
			instrument=test.instrument,
			method=test.method,
			until=test.calibrated_until.isoformat(),
			tested=day.isoformat(),
		)


def report_verdict(verdicts: Iterable[str]) -> str:
	"""Fail as soon as one test fails; Inconclusive with an open one or none at all; else Pass."""
	found = list(verdicts)
	if Verdict.FAIL in found:
		return Verdict.FAIL
	return Verdict.PASS if found and set(found) == {Verdict.PASS} else Verdict.INCONCLUSIVE


def report_comparison(comparisons: Iterable[str]) -> str:
	"""The most serious comparison of a report's tests."""
	return max(comparisons, key=COMPARISONS.index, default=Comparison.NONE)


def check_hands(author: str | None, reviewer: str | None, approver: str | None) -> None:
	"""Unfit unless author, reviewer and approver, as far as they are known, are different people (K4)."""
	hands = (("author", author), ("reviewer", reviewer), ("approver", approver))
	known = [(role, person) for role, person in hands if person]
	for index, (second, person) in enumerate(known):
		for first, other in known[:index]:
			if person == other:
				raise Unfit("same_person", person=person, first=first, second=second)


def _verdict(value: float | None, limits: Limits) -> str:
	if value is None or limits.is_open:
		return Verdict.INCONCLUSIVE
	return Verdict.PASS if limits.excess(value) == 0 else Verdict.FAIL
