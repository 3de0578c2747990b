"""The site that is measured: a throwaway one, as Administrator; stop-watches, counters, and undoing what was done."""

import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time

import frappe


def bench_and_site() -> tuple[Path, str]:
	"""The bench and site that BENCH and SITE name; SystemExit says how to name them."""
	path, name = os.environ.get("BENCH"), os.environ.get("SITE")
	if not path or not name:
		raise SystemExit("name a bench and a throwaway site on it: make bench, or BENCH=… SITE=… make bench")
	return Path(path).resolve(), name


@contextmanager
def connected() -> Iterator[None]:
	"""Connected to the site as Administrator; SystemExit where the site does not allow tests."""
	before, (bench, name) = Path.cwd(), bench_and_site()
	# Frappe writes its logs relative to the sites folder
	os.chdir(bench / "sites")
	try:
		connect(name)
		yield
	finally:
		frappe.destroy()
		os.chdir(before)


def connect(name: str) -> None:
	frappe.init(site=name, sites_path=".")
	if not frappe.conf.get("allow_tests"):
		raise SystemExit(f"{name} has no allow_tests: benchmarks fill tables and run on throwaway sites only")
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.mute_emails = True
	# somebody else's open transaction must not hang the run for a day
	frappe.db.sql("SET SESSION lock_wait_timeout = 60, SESSION innodb_lock_wait_timeout = 60")
	frappe.db.commit()


@contextmanager
def undone() -> Iterator[None]:
	"""What happens inside is rolled back, and what waits for its commit never runs."""
	frappe.db.commit()
	try:
		yield
	finally:
		forget_callbacks()
		frappe.db.rollback()
		frappe.set_user("Administrator")
		frappe.clear_cache()
		frappe.local.document_cache = {}


def forget_callbacks() -> None:
	"""Drop what waits for a commit: jobs, pushes to browsers."""
	for moment in ("before_commit", "after_commit", "before_rollback", "after_rollback"):
		getattr(frappe.db, moment).reset()


def has_issue() -> bool:
	"""Whether this bench has the real ERPNext, whose Issue stands beside the folio."""
	return bool(frappe.db.exists("DocType", "Issue"))


def seconds(work: Callable) -> float:
	"""How long one call takes."""
	begin = perf_counter()
	work()
	return perf_counter() - begin


@dataclass
class Times:
	"""Milliseconds of several calls of one work, by the clock and by this process's processor."""

	clock: list[float] = field(default_factory=list)
	processor: list[float] = field(default_factory=list)

	def add(self, *works: Callable) -> None:
		"""One measurement: the works one after the other, on the mean."""
		begin, used = perf_counter(), process_time()
		for work in works:
			work()
		self.clock.append((perf_counter() - begin) * 1000 / len(works))
		self.processor.append((process_time() - used) * 1000 / len(works))

	def beside(self, other: "Times") -> str:
		"""How the processor's time compares, which a busy machine disturbs less; the database's is not in it."""
		ours, theirs = median(self.processor), median(other.processor)
		return f"of it on this processor {ours:.1f} ms beside {theirs:.1f} ms, {ours / theirs:.2f} ×"


def in_turns(rounds: int, *works: Callable) -> list[Times]:
	"""The times of each work. They take turns, so that a busy machine slows all of them."""
	found = [Times() for _ in works]
	for _ in range(rounds):
		for times, work in zip(found, works, strict=True):
			times.add(work)
	return found


median = statistics.median


@contextmanager
def counted() -> Iterator[list[str]]:
	"""The statements that reach the database inside the block."""
	statements: list[str] = []
	real = frappe.db.sql

	def sql(query, *args, **kwargs):
		statements.append(str(query))
		return real(query, *args, **kwargs)

	frappe.db.sql = sql
	try:
		yield statements
	finally:
		del frappe.db.sql


def queries(work: Callable) -> int:
	"""How many statements one call sends."""
	with counted() as statements:
		work()
	return len(statements)


def extra_megabytes(work: Callable) -> float:
	"""By how much the process's memory rises at its peak while `work` runs (Linux: the peak is reset before)."""
	Path("/proc/self/clear_refs").write_text("5")
	before = _status("VmRSS")
	work()
	return max(_status("VmHWM") - before, 0) / 1024


def _status(field: str) -> int:
	lines = Path("/proc/self/status").read_text().splitlines()
	return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))
