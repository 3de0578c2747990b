"""A plausible year of complaints, seeded: causes, batches, terms kept and broken, appeals, reopenings, with recurrences and a bad batch planted.

Rows go straight into the tables, as after a year of work; every one is also kept as a plain dict, from which tests count by themselves.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import frappe

from nervion_service.services import system
from tests import factories

YEAR = 2025
BEGIN, NOW = datetime(YEAR, 1, 2, 9), datetime(YEAR + 1, 1, 10, 12)
DEFECTS = ("Leaking Can", "Colour Difference", "Peeling", "Blisters")
KINDS = ("Distributor", "Contractor", "Industry", "End User")
SEVERITIES = ("Minor", "Minor", "Minor", "Major")
# a cause whose action did not hold: complaints of it within the window after the action are planted, all others keep away
WINDOW = timedelta(days=90)


@dataclass
class Year:
	company: str
	complaints: list[dict]
	batches: list[str]
	bad_batch: str
	actions: list[dict]
	planted: set[str] = field(default_factory=set)


def make(number: int, batches: int, planted: int, seed: int = 2025) -> Year:
	"""`number` complaints on that many batches; `planted` of them recur, and one batch has five times its share."""
	chance = random.Random(seed)
	company = factories.make_company().name
	prefix = factories.unique("year", "-")
	names = _batches(prefix, batches)
	causes = _causes(prefix)
	year = Year(company, [], names, chance.choice(names), _actions(prefix, company, causes, chance))
	for index in range(number):
		year.complaints.append(_complaint(year, f"{prefix}-{index:05d}", causes, chance, index < planted))
	year.planted = {row["name"] for row in year.complaints if row["planted"]}
	_store(year)
	return year


def _batches(prefix: str, number: int) -> list[str]:
	item = factories.make_item(has_batch_no=1).name
	rows = [{"name": f"{prefix}-L{index:03d}", "item": item} for index in range(number)]
	system.insert_rows("Batch", [{**row, "batch_id": row["name"]} for row in rows])
	return [row["name"] for row in rows]


def _causes(prefix: str) -> list[str]:
	causes = [f"{prefix} causa {index}" for index in range(12)]
	system.insert_rows(
		"Service Root Cause", [{"name": cause, "cause_name": cause, "is_group": 0} for cause in causes]
	)
	return causes


def _actions(prefix, company, causes, chance) -> list[dict]:
	return [
		{
			"name": f"{prefix}-AC{index}",
			"subject": "Acción",
			"company": company,
			"root_cause": cause,
			"stage": "Implemented",
			"workflow_state": "Implemented",
			"implemented_at": BEGIN + timedelta(days=chance.randint(60, 200), hours=3),
		}
		for index, cause in enumerate(causes[:4])
	]


def _complaint(year: Year, name: str, causes, chance, planted: bool) -> dict:
	row = {
		"name": name,
		"planted": planted,
		"company": year.company,
		"received_at": BEGIN + timedelta(minutes=chance.randint(0, 360 * 1440)),
		"batch": year.bad_batch if chance.random() < 5 / len(year.batches) else chance.choice(year.batches),
		"defect": chance.choice(DEFECTS),
		"customer_kind": chance.choice(KINDS),
		"severity": chance.choice(SEVERITIES),
		"root_cause": None,
	}
	if planted:
		action = chance.choice(year.actions)
		row["root_cause"] = action["root_cause"]
		row["received_at"] = action["implemented_at"] + timedelta(minutes=chance.randint(1, 90 * 1440))
	elif chance.random() < 0.9:
		row["root_cause"] = chance.choice([cause for cause in causes if not _recurs(row, cause, year)])
	row.update(_judged(chance, planted))
	row.update(_lived(row, chance))
	# as while the policy of resolutions was switched off
	row["unpromised"] = chance.random() < 0.05
	return row


def _recurs(row, cause, year: Year) -> bool:
	return any(
		action["root_cause"] == cause
		and action["implemented_at"] < row["received_at"] <= action["implemented_at"] + WINDOW
		for action in year.actions
	)


def _judged(chance, planted: bool) -> dict:
	draw = 0 if planted else chance.random()
	verdict = "Admissible" if draw < 0.7 else "Partially Admissible" if draw < 0.8 else "Inadmissible"
	verdict = verdict if draw < 0.95 else None
	appeal = None
	if draw >= 0.75 and verdict and chance.random() < 0.3:
		appeal = "Upheld" if verdict != "Inadmissible" else "Rejected"
	return {"verdict": verdict, "appeal_upheld": appeal}


def _lived(row, chance) -> dict:
	"""How it went on: taken up early or late, closed early or late, reopened, withdrawn, or open still."""
	received = row["received_at"]
	attended = received + timedelta(hours=chance.randint(1, 40))
	closed = received + timedelta(hours=chance.randint(10, 240))
	fate = chance.random()
	over = fate < 0.9 and closed < NOW
	withdrawn = fate >= 0.97 and closed < NOW
	return {
		"attended_at": attended if attended < NOW else None,
		"first_closed_at": closed if over else None,
		"withdrawn_at": closed if withdrawn else None,
		"reopen_count": int(over and chance.random() < 0.05),
		"seconds": chance.randint(600, 400_000),
		"paused": chance.choice((0, 0, 3600, 86_400)),
		"stage": "Closed" if over else "Withdrawn" if withdrawn else "In Analysis",
	}


# Storing ------------------------------------------------------------------------------------------------------

RESOLUTION = "Claim Resolution"
TERMS = {"Claim Attention": timedelta(hours=24), RESOLUTION: timedelta(days=5)}


def promise(row: dict, kind: str) -> dict | None:
	"""The promise of that kind as the complaint left it; none of a resolution where none was made."""
	if kind == RESOLUTION and row["unpromised"]:
		return None
	done = row["attended_at" if kind == "Claim Attention" else "first_closed_at"]
	due = row["received_at"] + TERMS[kind]
	late = (done or row["withdrawn_at"] or NOW) > due
	status = "Running" if not done else "Fulfilled Late" if late else "Fulfilled"
	if not done:
		status = "Cancelled" if row["withdrawn_at"] else "Breached" if late else "Running"
	return {"status": status, "due_at": due, "fulfilled_at": done, "breached_at": due if late else None}


def _store(year: Year) -> None:
	kept = ("name", "company", "received_at", "defect", "customer_kind", "severity", "root_cause", "verdict", "appeal_upheld",
		"attended_at", "first_closed_at", "withdrawn_at", "reopen_count", "stage")  # fmt: skip
	system.insert_rows(
		"Service Complaint",
		[
			{**{name: row[name] for name in kept}, "subject": "Queja", "workflow_state": row["stage"]}
			for row in year.complaints
		],
	)
	system.insert_rows("Complaint Line", [_line(row, idx) for row in year.complaints for idx in (1, 2)])
	promised = [(row, kind) for row in year.complaints for kind in TERMS if promise(row, kind)]
	system.insert_rows("Service Commitment", [_promise_row(*one) for one in promised])
	system.insert_rows("Service Corrective Action", year.actions)
	frappe.clear_document_cache("Complaint Settings")


def _line(row, idx) -> dict:
	"""Two lines of one batch: the complaint still counts once."""
	parent = {"parent": row["name"], "parenttype": "Service Complaint", "parentfield": "lines"}
	return {"name": f"{row['name']}-{idx}", **parent, "idx": idx, "batch": row["batch"], "claimed_qty": 1}


def _promise_row(row, kind) -> dict:
	of_resolution = kind == RESOLUTION
	return {
		"name": f"{row['name']}-{kind[6:9]}",
		"case_type": "Service Complaint",
		"case_name": row["name"],
		"company": row["company"],
		"kind": kind,
		"started_at": row["received_at"],
		"original_due_at": row["received_at"] + TERMS[kind],
		"elapsed_seconds": row["seconds"] if of_resolution else 60,
		"paused_seconds": row["paused"] if of_resolution else 0,
		**promise(row, kind),
	}
