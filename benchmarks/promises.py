"""Promises by the hundred thousand: a few made by the services themselves, the rest copies of them in one statement."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import frappe

from nervion_service.domain import commitments as domain
from nervion_service.domain.taxonomy import CommitmentKind
from nervion_service.services import calendars, commitment_rows, commitments, new_commitments, system
from tests import factories

DOCTYPE = commitments.DOCTYPE
# a Monday of the shipped calendar, without holidays around it
MONDAY = datetime(2026, 3, 9)
TEMPLATES = 100
# SQL of `copy_rows`: each copy of a promise belongs to a copy of its case
CASE_OF_COPY = "CONCAT(LPAD(seq.seq, 6, '0'), '-', t.case_name)"


def first_answers(company: str, starts: Iterable[datetime]) -> list[dict]:
	"""Rows of the promise to answer first, one a start, as registering makes them."""
	rows = []
	for number, start in enumerate(starts):
		rows += [
			row for row in promises_of(company, start, number) if row["kind"] == CommitmentKind.FIRST_ANSWER
		]
	return rows


def promises_of(company: str, start: datetime, number: int, **facts) -> list[dict]:
	"""Every promise of one general request received at `start`, which lies in working hours."""
	case = frappe._dict(
		doctype="Service Folio",
		name=f"case-{number:04d}",
		company=company,
		request_type="General Information",
		channel="Phone",
		received_at=start,
		effective_at=start,
		registered_at=start,
	)
	case.update(facts)
	return new_commitments.for_new_case(case)


def about_to_break(rows: list[dict]) -> list[dict]:
	"""The same promises as a sweep just before their due time leaves them: the warnings told, the breach still to come."""
	aged = []
	for row in rows:
		promise = commitment_rows.snapshot(frappe._dict(row))
		before = row["due_at"] - timedelta(seconds=1)
		advanced, _fallen = domain.advance(promise, before, calendars.get(row["calendar"]))
		aged.append({**row, **commitment_rows.row_values(advanced)})
	return aged


def minutes_from(start: datetime) -> list[datetime]:
	"""As many starts as there are templates, within the hour."""
	return [start + timedelta(seconds=36 * number) for number in range(TEMPLATES)]


def multiply(rows: list[dict], total: int, prefix: str) -> None:
	"""Store `total` copies of the rows, each of a case of its own; names begin with `prefix`. Commits."""
	copies, rest = divmod(total, len(rows))
	if rest:
		raise SystemExit(f"sizes are multiples of {len(rows)}: {total} is not")
	names = system.insert_rows(DOCTYPE, [{**row, "name": f"{prefix}-{n:04d}"} for n, row in enumerate(rows)])
	copy_rows(DOCTYPE, names, copies, case_name=CASE_OF_COPY)
	frappe.db.commit()


def copy_rows(doctype: str, names: list[str], copies: int, **changed: str) -> None:
	"""Replace each of these rows by `copies` of it; `changed` gives other columns as SQL over t and seq."""
	columns = frappe.db.get_table_columns(doctype)
	# copies lie in the table as they would have come: one after the other
	values = {"name": "CONCAT(LPAD(seq.seq, 6, '0'), '-', t.name)", **changed}
	chosen = ", ".join(values.get(column, f"t.`{column}`") for column in columns)
	into = ", ".join(f"`{column}`" for column in columns)
	table = f"`tab{doctype}`"
	# the benchmark's own rows; no document is read
	frappe.db.sql(
		f"""INSERT INTO {table} ({into}) SELECT {chosen}
		FROM (SELECT seq FROM seq_1_to_{copies}) seq STRAIGHT_JOIN {table} t
		WHERE t.name IN %(names)s ORDER BY seq.seq, t.name""",
		{"names": names},
	)
	frappe.db.delete(doctype, {"name": ("in", names)})


def remove(prefix: str) -> None:
	"""Delete the copies whose names were begun with `prefix`. Commits."""
	frappe.db.delete(DOCTYPE, {"name": ("like", f"%-{prefix}-%")})
	frappe.db.commit()


def analyse(*doctypes: str) -> None:
	"""Let the database look at the tables that were just filled, as it would have by then."""
	for doctype in doctypes:
		frappe.db.sql_ddl(f"ANALYZE TABLE `tab{doctype}`")


def company() -> str:
	"""The site's company, which the promises belong to."""
	return factories.make_company().name
