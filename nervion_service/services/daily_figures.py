"""The daily roll-up of the indicators: what is over is added up per day, so that millions of rows are read as thousands.

Every row of a source is counted in exactly one place: in the roll-up once its `in_figures` is set, and live until then. Sums
and mark change in one transaction, and sums are only ever added, so what a reader adds up equals the live count at every
moment, whoever else writes. Whoever changes or deletes a row that may be over calls `release` first, in the same transaction.

What is still open is always counted live: it changes with every minute.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import frappe

from nervion_service.services import system, transactions

DOCTYPE = "Service Daily Figures"
SUMS = ("everything", "kept", "seconds", "paused", "late", "late_with_pauses")
# every row of the roll-up says these; a reader may narrow by company and channel, and by one more of DIMENSIONS
KEY = ("kind", "status", "company", "channel", "day")
DIMENSIONS = {"request_type": "Request Type", "department": "Department", "responsible": "User"}
SATISFACTION_KIND = "Satisfaction"
_BATCH = 10_000
_LOCK = "figures"
_LONG_AGO = "1900-01-01"


@dataclass(frozen=True)
class Source:
	"""A table whose rows are counted. `columns`: SQL over c for KEY, DIMENSIONS and SUMS. `over`: which rows change no more.

	`index`: what all rows of the roll-up fulfil, with the values of `kinds`, so that an index finds those of some days.

	%(now)s decides what is late among the open ones; without it (NULL) none is.
	"""

	doctype: str
	moment: str
	over: str
	index: str
	columns: dict[str, str]

	@property
	def table(self) -> str:
		return f"`tab{self.doctype}`"


_OVER = "c.status IN ('Fulfilled', 'Fulfilled Late', 'Cancelled')"
PROMISES = Source(
	doctype="Service Commitment",
	moment="started_at",
	over=_OVER,
	index=f"{_OVER} AND c.kind IN %(kinds)s",
	columns={
		**{name: f"c.{name}" for name in ("kind", "status", "company", "channel", *DIMENSIONS)},
		"day": "DATE(c.started_at)",
		"everything": "1",
		"kept": "IFNULL(c.fulfilled_at <= c.original_due_at, 0)",
		"seconds": "IFNULL(c.elapsed_seconds, 0)",
		"paused": "IFNULL(c.paused_seconds, 0)",
		# what lapsed after its term was over stays broken (D20)
		"late": "IFNULL(IF(c.status = 'Cancelled', c.breached_at IS NOT NULL,"
		" c.paused_at IS NULL AND c.due_at < %(now)s), 0)",
		"late_with_pauses": "IFNULL(c.original_due_at < IF(c.status = 'Cancelled', c.cancelled_at, %(now)s), 0)",
	},
)
WORDS = Source(
	doctype="Service Folio",
	moment="satisfaction_at",
	over=f"c.satisfaction_at >= '{_LONG_AGO}' AND c.satisfaction > '' AND c.stage = 'Closed'",
	index="c.satisfaction > ''",
	columns={
		**{name: f"c.{name}" for name in ("company", "channel", "request_type", "department")},
		"responsible": "c.assigned_to",
		"kind": f"'{SATISFACTION_KIND}'",
		"status": "c.satisfaction",
		"day": "DATE(c.satisfaction_at)",
		**dict.fromkeys(SUMS, "0"),
		"everything": "1",
	},
)
SOURCES = {source.doctype: source for source in (PROMISES, WORDS)}


# Adding up ----------------------------------------------------------------------------------------------------


def add_up(batch_size: int = _BATCH) -> int:
	"""Take what is over into the roll-up, committing batch by batch; returns how many rows.

	Several at once share the work; one that is killed loses its last batch, which the next one does.
	"""
	total = 0
	with transactions.read_committed():
		for source in SOURCES.values():
			while done := transactions.retried(lambda source=source: _batch(source, batch_size)):
				total += done
	return total


def release(doctype: str, names: Iterable[str]) -> None:
	"""Count these rows live again, since they are about to change or to go; the next `add_up` finds them as they are then."""
	source, names = SOURCES[doctype], tuple(names)
	if not names:
		return
	rows = _locked(source, "c.name IN %(names)s AND c.in_figures = 1", names=names)
	_write(rows, -1)
	_mark(source, rows, 0)


def _batch(source: Source, size: int) -> int:
	# what somebody is just writing is left for the next time
	rows = _locked(source, f"c.in_figures = 0 AND {source.over} LIMIT {int(size)}", "SKIP LOCKED")
	_write(rows, 1)
	_mark(source, rows, 1)
	return len(rows)


def _locked(source: Source, where: str, skip: str = "", **values) -> list[dict]:
	columns = ", ".join(f"{sql} AS `{name}`" for name, sql in source.columns.items())
	# SQL: sums of expressions that no query builder writes; figures are counted whoever may see the rows
	return frappe.db.sql(
		f"SELECT c.name, {columns} FROM {source.table} c WHERE {where} FOR UPDATE {skip}",
		{"now": None, **values},
		as_dict=True,
	)


def _mark(source: Source, rows: list[dict], flag: int) -> None:
	if rows:
		names = [row["name"] for row in rows]
		# SQL: a mark of the roll-up alone, on rows that this transaction holds; nobody's document changes by it
		frappe.db.sql(f"UPDATE {source.table} SET in_figures = %s WHERE name IN %s", (flag, names))


def _write(rows: Iterable[dict], sign: int) -> None:
	totals: dict[tuple, list[int]] = defaultdict(lambda: [0] * len(SUMS))
	for row in rows:
		amounts = [sign * int(row[name]) for name in SUMS]
		for key in _slices(row):
			totals[key] = [one + other for one, other in zip(totals[key], amounts, strict=True)]
	_insert(totals)


def _slices(row: dict) -> Iterator[tuple]:
	"""The keys under which a row is counted: among everything, and under its own value of each dimension."""
	key = tuple(row[name] for name in KEY)
	yield (*key, "", "")
	for name, doctype in DIMENSIONS.items():
		if row[name]:
			yield (*key, doctype, row[name])


def _insert(totals: dict[tuple, list[int]]) -> None:
	columns = (*KEY, "dimension", "value", *SUMS)
	rows = ((*key, *sums) for key, sums in totals.items() if any(sums))
	system.insert_rows(DOCTYPE, [dict(zip(columns, row, strict=True)) for row in rows])


# Looking after it ---------------------------------------------------------------------------------------------


def look_after() -> int:
	"""Once a day: bring together what was added apart, and mend what is not equal; returns how many sums were wrong.

	A sum is wrong only where something wrote past the services, as an SQL statement by hand does; that is logged.
	"""
	add_up()
	wrong = mend()
	for day in _days("HAVING COUNT(*) > COUNT(DISTINCT {key})"):
		transactions.retried(lambda day=day: _bring_together(day))
	return wrong


def mend() -> int:
	"""Add what is missing, and take off what is too much, so that each day's sums equal its rows; returns how many did not."""
	frappe.db.commit()
	# one at a time: two would both add what is missing
	if not frappe.db.sql("SELECT GET_LOCK(CONCAT(DATABASE(), %s), 0)", (f".{_LOCK}",))[0][0]:
		return 0
	try:
		wrong = sum(_mend_days(source, *month) for source in SOURCES.values() for month in _months(source))
	finally:
		# the lock belongs to the connection, and holds nothing of anybody
		frappe.db.sql("SELECT RELEASE_LOCK(CONCAT(DATABASE(), %s))", (f".{_LOCK}",))
	if wrong:
		frappe.log_error(title="Service daily figures", message=f"{wrong} sums were not equal to their rows")
		frappe.db.commit()
	return wrong


def _mend_days(source: Source, begin: date, end: date) -> int:
	"""One snapshot of rows and sums gives what is missing; adding it is right whatever was added since."""
	frappe.db.rollback()
	totals: dict[tuple, list[int]] = {}
	for name, doctype in {"": "", **DIMENSIONS}.items():
		for row in _differences(source, name, doctype, begin, end):
			totals[(*row[: len(KEY)], doctype, row[len(KEY)])] = [int(value) for value in row[len(KEY) + 1 :]]
	_insert(totals)
	frappe.db.commit()
	return len(totals)


def _differences(source: Source, name: str, doctype: str, begin: date, end: date):
	value = source.columns[name] if name else "''"
	keys = ", ".join(f"{source.columns[column]} AS `{column}`" for column in KEY)
	rows = ", ".join(f"{source.columns[column]} AS `{column}`" for column in SUMS)
	sums = [f"SUM(`{column}`)" for column in SUMS]
	columns = ", ".join(f"`{column}`" for column in KEY)
	values = {"now": None, "kinds": _kinds(), "dimension": doctype, "begin": begin, "end": end}
	kinds = "=" if source is WORDS else "!="
	# SQL: rows against their sums, whoever may see them
	return frappe.db.sql(
		f"""SELECT {columns}, `value`, {", ".join(sums)} FROM (
			SELECT {keys}, {value} AS `value`, {rows} FROM {source.table} c
			WHERE c.in_figures = 1 AND {source.index} AND c.{source.moment} >= %(begin)s AND c.{source.moment} < %(end)s
				AND IFNULL({value}, '') {"= ''" if not name else "> ''"}
			UNION ALL
			SELECT {columns}, `value`, {", ".join(f"-`{column}`" for column in SUMS)} FROM `tab{DOCTYPE}`
			WHERE dimension = %(dimension)s AND kind {kinds} '{SATISFACTION_KIND}'
				AND `day` >= %(begin)s AND `day` < %(end)s
		) both_sides GROUP BY {columns}, `value`
		HAVING {" OR ".join(f"{one} != 0" for one in sums)}""",
		values,
	)


def _kinds() -> tuple[str, ...]:
	# SQL: the kinds that were ever promised, from the index alone
	found = frappe.db.sql(
		"SELECT kind FROM `tabService Commitment` c WHERE c.in_figures = 1 GROUP BY c.status, kind"
	)
	return tuple({kind for (kind,) in found}) or ("",)


def _months(source: Source) -> Iterator[tuple[date, date]]:
	"""First days of each month, and of the next, from the first day with rows or sums to the last."""
	# SQL: two reads of an index, of dates that belong to nobody
	first, last = frappe.db.sql(
		f"""SELECT MIN(first), MAX(last) FROM (
			SELECT MIN(`day`) AS first, MAX(`day`) AS last FROM `tab{DOCTYPE}`
			UNION ALL SELECT DATE(MIN(c.{source.moment})), DATE(MAX(c.{source.moment})) FROM {source.table} c
			WHERE c.in_figures = 1) known"""
	)[0]
	month = first and first.replace(day=1)
	while month and month <= last:
		following = frappe.utils.add_months(month, 1)
		yield month, following
		month = following


def _days(having: str) -> list[date]:
	key = ", ".join(f"IFNULL(`{column}`, '')" for column in (*KEY, "dimension", "value"))
	# SQL: an aggregate over the roll-up's own rows
	found = frappe.db.sql(f"SELECT `day` FROM `tab{DOCTYPE}` GROUP BY `day` {having.format(key=key)}")
	return [row[0] for row in found]


def _bring_together(day: date) -> None:
	columns = (*KEY, "dimension", "value", *SUMS)
	# the roll-up's own rows; sums of sums are the same sums, whichever of them another one of us has locked
	rows = frappe.db.sql(
		f"SELECT name, {', '.join(f'`{column}`' for column in columns)} FROM `tab{DOCTYPE}`"
		" WHERE `day` = %s FOR UPDATE",
		(day,),
	)
	totals: dict[tuple, list[int]] = defaultdict(lambda: [0] * len(SUMS))
	for _name, *values in rows:
		key = tuple(values[: -len(SUMS)])
		totals[key] = [one + int(other) for one, other in zip(totals[key], values[-len(SUMS) :], strict=True)]
	frappe.db.delete(DOCTYPE, {"name": ("in", [row[0] for row in rows] or [""])})
	_insert(totals)
