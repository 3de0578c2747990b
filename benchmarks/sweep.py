"""What sweeping costs: 200 due among 100,000 open, nothing due at all, everything due at once.

Beside it stands the usual pattern: load every open document, save it, commit it. Its cost for all documents is that of a
sample times their number, since nobody would wait for the whole.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import frappe

from benchmarks import cases, host, promises, sizes
from benchmarks.borrowed import empty_tables, plain_doctype
from benchmarks.rows import AT_MOST, Row, faster, limit
from nervion_service.services import clock, sweep

TABLES = ("Service Commitment", "Service Event", "Service Notice")
OPEN_AGAINST_LOOP, ALL_AGAINST_LOOP, IDLE = 1_000, 50, 1.5
FULL_OPEN = 100_000
PASSES, IDLE_PASSES, IDLE_AT_ONCE = 5, 50, 5
CHECKOUT = Path(__file__).resolve().parent.parent


def measure() -> list[Row]:
	"""The rows of the sweep, on tables of its own."""
	with _plain_documents() as (load_and_save, settle), empty_tables(*TABLES), _settings_kept():
		usual, settling = _per_document(load_and_save), _per_document(settle)
		return [*_few_due(usual), *_all_due(usual, settling)]


# Few due ------------------------------------------------------------------------------------------------------


def _few_due(usual: float) -> list[Row]:
	company = promises.company()
	waiting = promises.first_answers(company, promises.minutes_from(promises.MONDAY + timedelta(hours=12)))
	due = promises.first_answers(company, promises.minutes_from(promises.MONDAY + timedelta(hours=10)))
	now = max(row["next_check_at"] for row in due)
	_require(min(row["next_check_at"] for row in waiting) > now, "those that wait are due")
	promises.multiply(waiting, sizes.FEW_OPEN, "few")
	promises.analyse(TABLES[0])
	with _few_and_many(waiting) as work_on:
		idle_with_few, idle_with_many = _idle(now, work_on)
	took = host.median([_sweep_due(due, now) for _ in range(PASSES)])
	promises.remove("few")
	promises.remove("more")
	return [_row_of_due(took, usual), _row_of_idle(idle_with_many, idle_with_few)]


def _sweep_due(due, now) -> float:
	promises.multiply(due, sizes.DUE, "due")
	result: list[sweep.SweepResult] = []
	took = host.seconds(lambda: result.append(sweep.run(now)))
	_require(result[0].rows == result[0].steps == sizes.DUE, f"swept {result[0]} instead of {sizes.DUE}")
	promises.remove("due")
	_empty("Service Event", "Service Notice")
	return took * 1000


@contextmanager
def _few_and_many(waiting) -> Iterator[Callable[[str], None]]:
	"""Two tables, one with few open promises and one with many; calling what is given puts one in its place."""
	table, few, many = f"tab{TABLES[0]}", "few by the benchmark", "many by the benchmark"
	frappe.db.sql_ddl(f"DROP TABLE IF EXISTS `{few}`, `{many}`")
	frappe.db.sql_ddl(f"CREATE TABLE `{few}` LIKE `{table}`")
	# the benchmark's own rows
	frappe.db.sql(f"INSERT INTO `{few}` SELECT * FROM `{table}`")
	frappe.db.commit()
	frappe.db.sql_ddl(f"ANALYZE TABLE `{few}`")
	promises.multiply(waiting, sizes.OPEN - sizes.FEW_OPEN, "more")
	promises.analyse(TABLES[0])

	def work_on(name: str) -> None:
		away, here = (many, few) if name == "few" else (few, many)
		frappe.db.sql_ddl(f"RENAME TABLE `{table}` TO `{away}`, `{here}` TO `{table}`")

	try:
		yield work_on
	finally:
		frappe.db.sql_ddl(f"DROP TABLE IF EXISTS `{few}`, `{many}`")


def _idle(now, work_on) -> tuple[float, float]:
	"""Milliseconds of a pass without anything due, with few open and with many; they take turns, five passes each.

	The best pass of each: the others tell what else the machine did meanwhile.
	"""
	few, many = [], []
	for _turn in range(IDLE_PASSES // IDLE_AT_ONCE):
		for name, times in (("few", few), ("many", many)):
			work_on(name)
			# the first pass opens the table
			sweep.run(now)
			times += [host.seconds(lambda: sweep.run(now)) * 1000 for _ in range(IDLE_AT_ONCE)]
	return min(few), min(many)


def _row_of_due(took: float, usual: float) -> Row:
	name = "load, save, commit every open one"
	return faster(
		f"sweep, {sizes.OPEN:,} open, {sizes.DUE} due",
		took,
		"ms",
		usual * sizes.OPEN,
		name,
		OPEN_AGAINST_LOOP,
		sized=sizes.too_small(sizes.OPEN, FULL_OPEN),
		note=f"{usual:.1f} ms each, from a sample of {sizes.SAMPLE}",
	)


def _row_of_idle(many: float, few: float) -> Row:
	return Row(
		f"sweep, {sizes.OPEN:,} open, none due",
		many,
		"ms",
		few,
		f"{sizes.FEW_OPEN:,} open",
		many / few,
		AT_MOST,
		IDLE,
		sized=sizes.too_small(sizes.OPEN, FULL_OPEN),
	)


# All due ------------------------------------------------------------------------------------------------------


def _all_due(usual: float, settling: float) -> list[Row]:
	rows, now = _breaking()
	promises.multiply(rows, sizes.OPEN, "all")
	alone = host.seconds(lambda: sweep.run(now)) * 1000
	_require_each_once()
	promises.remove("all")
	_empty("Service Event", "Service Notice")
	promises.multiply(rows, sizes.OPEN, "all")
	together = host.seconds(lambda: _by_workers(now)) * 1000
	_require_each_once()
	count, name = sizes.OPEN, "load, save, commit each"
	told = faster(
		f"sweep, {count:,} all due, one worker",
		alone,
		"ms",
		settling * count,
		"load, change, save, tell, commit each",
		ALL_AGAINST_LOOP,
		sized=sizes.too_small(count, FULL_OPEN),
		note=f"{settling:.1f} ms each, from a sample of {sizes.SAMPLE}; ours {alone / count:.2f} ms each",
	)
	saved = faster(told.name, alone, "ms", usual * count, name, note=f"{usual:.1f} ms each; it tells nobody")
	doubled = f"{count:,} all due, {sizes.WORKERS} workers, steps told twice or never"
	return [
		told,
		saved,
		limit(doubled, _not_once(), "steps", 0, note=f"{together / 1000:.1f} s with their start"),
	]


def _breaking() -> tuple[list[dict], datetime]:
	"""Promises whose breach is the next to come, and the moment by which all of them are broken."""
	starts = promises.minutes_from(promises.MONDAY + timedelta(hours=9))
	rows = promises.first_answers(promises.company(), starts)
	return promises.about_to_break(rows), max(row["due_at"] for row in rows)


def _by_workers(now: datetime) -> None:
	words = (sys.executable, "-m", "benchmarks.sweep_worker", now.isoformat())
	environment = {
		**os.environ,
		"PYTHONPATH": os.pathsep.join([str(CHECKOUT), os.environ.get("PYTHONPATH", "")]),
	}
	workers = [subprocess.Popen(words, cwd=CHECKOUT, env=environment) for _ in range(sizes.WORKERS)]
	codes = [worker.wait() for worker in workers]
	frappe.db.rollback()
	_require(not any(codes), f"a worker failed: {codes}")


def _require_each_once() -> None:
	missed = _not_once()
	_require(missed == 0, f"{missed} steps were told twice or never")


def _not_once() -> int:
	"""Promises whose breach is not in the history exactly once, or not in the outbox exactly once."""
	frappe.db.rollback()
	# counts of the benchmark's own rows
	((wrong,),) = frappe.db.sql(
		"""SELECT COUNT(*) FROM `tabService Commitment` c
		LEFT JOIN (SELECT reference_name, COUNT(*) AS times FROM `tabService Event` GROUP BY reference_name) e
			ON e.reference_name = c.name
		LEFT JOIN (SELECT commitment, COUNT(*) AS times FROM `tabService Notice` GROUP BY commitment) n
			ON n.commitment = c.name
		WHERE IFNULL(e.times, 0) != 1 OR IFNULL(n.times, 0) != 1 OR c.breached_at IS NULL"""
	)
	counts = [frappe.db.count(doctype) for doctype in TABLES]
	return wrong + sum(abs(count - sizes.OPEN) for count in counts)


# What stands beside ---------------------------------------------------------------------------------------------


@contextmanager
def _plain_documents() -> Iterator[tuple]:
	"""What the usual pattern does for one document: load and save; and load, change, save, tell somebody."""
	with plain_doctype("Service Folio", cases.PLAIN):
		with host.undone():
			folio = cases.folio(cases.People()).insert()
			values = cases.plain(folio).as_dict()
		# links to what was rolled back would be refused
		values = {
			key: value for key, value in values.items() if key not in ("name", "customer", "assigned_to")
		}
		names = [frappe.get_doc(values).insert().name for _ in range(sizes.SAMPLE)]
		frappe.db.commit()
		try:
			yield _each(names, _save), _each(names, _settle)
		finally:
			frappe.db.rollback()
			frappe.db.delete("Notification Log", {"document_type": cases.PLAIN})
			frappe.db.commit()


def _each(names, work):
	def run():
		for name in names:
			work(name)
			frappe.db.commit()

	return run


def _save(name: str) -> None:
	frappe.get_doc(cases.PLAIN, name).save()


def _settle(name: str) -> None:
	doc = frappe.get_doc(cases.PLAIN, name)
	doc.subject = f"Vencido {clock.now()}"
	doc.save()
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"subject": doc.subject,
			"for_user": "Guest",
			"type": "Alert",
			"document_type": cases.PLAIN,
			"document_name": name,
		}
	).insert()


def _per_document(work) -> float:
	work()
	return host.seconds(work) * 1000 / sizes.SAMPLE


# Keeping the site as it was ---------------------------------------------------------------------------------------


@contextmanager
def _settings_kept() -> Iterator[None]:
	"""The sweep notes when it last ran: that note is put back."""
	before = sweep.last_run()
	try:
		yield
	finally:
		frappe.db.rollback()
		# as the sweep itself writes it, past the settings' form
		frappe.db.sql(
			"UPDATE `tabSingles` SET `value` = %s WHERE `doctype` = 'Service Settings' AND `field` = 'last_sweep_at'",
			(str(before) if before else None,),
		)
		frappe.db.commit()


def _empty(*doctypes: str) -> None:
	for doctype in doctypes:
		frappe.db.truncate(doctype)


def _require(holds: bool, complaint: str) -> None:
	if not holds:
		raise SystemExit(f"the benchmark of the sweep is wrong: {complaint}")
