"""What the visit of a report came to, as the report's gates and promise ask of it (G10)."""

import frappe

from nervion_service.domain import visits as domain
from nervion_service.domain.complaint_words import VisitStage

VISIT = "Service Technical Visit"


def ended(visit: str | None) -> domain.Visit | None:
	"""Result and deviations of a visit that is finished; None of one that is not, and where there is none."""
	# the visit was named by whoever may write the report; only how it ended is looked at
	row = visit and frappe.db.get_value(VISIT, visit, ["stage", "result"], as_dict=True)
	if not row or row.stage != VisitStage.FINISHED:
		return None
	# as above: which quantities lay outside the limits of the data sheet
	outside = frappe.get_all(
		"Application Deviation", {"parent": visit, "parenttype": VISIT}, pluck="quantity"
	)
	return domain.Visit(result=row.result or "", deviations=tuple(outside))


def found_a_problem(visit: str | None) -> bool:
	"""Whether the visit is finished and found a problem of application or performance, which asks for a report."""
	found = ended(visit)
	return bool(found) and domain.found_a_problem(found)


def looked(visit: str | None) -> bool:
	"""Whether the visit is finished and something was looked at."""
	found = ended(visit)
	return bool(found) and domain.looked(found)


def saw_nothing(visit: str | None) -> bool:
	"""Whether the visit is over and nobody looked at anything: it proves nothing."""
	found = ended(visit)
	return bool(found) and not domain.looked(found)
