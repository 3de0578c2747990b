"""The one place where the tests touch Frappe's inner workings, so that they run unchanged on both engines.

Frappe is imported inside the functions: plain tests must work where it is not installed.
"""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import caches


class Unfit(Exception):
	"""The site named for the tests cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Bench:
	"""A bench folder and the site on it that the tests use, as make hands them over."""

	path: Path
	site: str

	@property
	def sites(self) -> Path:
		return self.path / "sites"

	@property
	def python(self) -> Path:
		return self.path / "env" / "bin" / "python"


def bench_from(environment) -> Bench | None:
	"""The bench that BENCH and SITE name; None when either is missing."""
	path, site = environment.get("BENCH"), environment.get("SITE")
	return Bench(Path(path).resolve(), site) if path and site else None


def connect(bench: Bench) -> None:
	"""Open the site for tests; raises Unfit when it is not a throwaway site with the app installed."""
	import frappe

	frappe.init(site=bench.site, sites_path=str(bench.sites), force=True)
	if not frappe.conf.get("allow_tests"):
		raise Unfit(
			f"{bench.site} has no allow_tests in its site_config.json; records made there cannot be deleted"
		)
	frappe.connect()
	caches.learn_by_heart()
	# a connection that a test leaves in a lock must not hang the whole run
	frappe.db.sql("SET SESSION innodb_lock_wait_timeout = 20")
	frappe.db.commit()
	if "nervion_service" not in frappe.get_installed_apps():
		raise Unfit(
			f"nervion_service is not installed on {bench.site}: bench --site {bench.site} install-app nervion_service"
		)
	frappe.local.flags.in_test = True


def disconnect() -> None:
	import frappe

	frappe.db.rollback()
	frappe.destroy()


def reset_request() -> None:
	"""Make Administrator the user of a request that has just begun: nothing said, nothing asked."""
	import frappe

	flags = {name: False for name in frappe.local.flags if name.startswith("in_") and name != "in_test"}
	frappe.local.flags.update(flags | {"in_test": True, "mute_emails": False, "mute_messages": False})
	frappe.set_user("Administrator")
	frappe.local.lang = "en"
	frappe.local.message_log = []
	frappe.local.error_log = []
	frappe.local.form_dict = frappe._dict()
	frappe.local.response = frappe._dict({"docs": []})
	frappe.local.request_ip = None
	set_request(None)


def set_request(request) -> None:
	"""The web request that is being answered; None for none, which Frappe tells from one that is empty."""
	import frappe

	if request is not None:
		frappe.local.request = request
		return
	with contextlib.suppress(AttributeError):
		del frappe.local.request


def told() -> str:
	"""What the user was told so far, without the number that Frappe gives each telling."""
	import frappe

	return re.sub(r"[\"']__frappe_exc_id[\"']: [\"']\w+[\"']", "", str(frappe.local.message_log))


def forget_rows() -> None:
	"""Drop from every cache what may describe rows that are rolled back."""
	import frappe

	kept = caches.keys_kept()
	prefix = frappe.cache.make_key("").decode()
	stale = [key for key in frappe.cache.scan_iter(match=f"{prefix}*", count=5000) if key not in kept]
	if stale:
		frappe.cache.delete(*stale)
	_forget_rows_here()


def forget_here() -> None:
	"""Drop what this process itself remembers and another may have changed: rows, and the schema."""
	caches.forget_schema()
	_forget_rows_here()


def _forget_rows_here() -> None:
	import frappe

	frappe.local.cache = {}
	frappe.local.document_cache = {}
	# through which account mail goes out: Frappe asks once a request
	frappe.local.outgoing_email_account = {}
	frappe.local.role_permissions = {}
	frappe.local.user_perms = None
	frappe.local.locked_documents = []
	frappe.db.value_cache = {}


@contextlib.contextmanager
def run_as(user: str) -> Iterator[str]:
	"""Be another user for a while."""
	import frappe

	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield user
	finally:
		frappe.set_user(before)


@dataclass
class Job:
	"""One call that the code under test left to a worker."""

	method: str | Callable
	arguments: dict
	queue: str
	job_id: str | None
	user: str

	@property
	def name(self) -> str:
		method = self.method
		return method if isinstance(method, str) else f"{method.__module__}.{method.__qualname__}"


@dataclass
class BackgroundJobs:
	"""What the test's code enqueued; nothing reaches a real queue, and nothing runs before the test says so."""

	waiting: list[Job] = field(default_factory=list)

	def named(self, ending: str) -> list[Job]:
		return [job for job in self.waiting if job.name.endswith(ending)]

	def run(self) -> int:
		"""Commit as far as the test goes, then work as workers do until nothing waits; returns how many jobs ran."""
		import frappe

		done = 0
		frappe.db.commit()
		while self.waiting:
			job = self.waiting.pop(0)
			with run_as(job.user):
				frappe.call(job.method, **job.arguments)
			frappe.db.commit()
			done += 1
		return done

	def enqueue(
		self,
		method,
		queue="default",
		timeout=None,
		event=None,
		is_async=True,
		job_name=None,
		now=False,
		enqueue_after_commit=False,
		*,
		on_success=None,
		on_failure=None,
		at_front=False,
		job_id=None,
		deduplicate=False,
		**arguments,
	):
		"""Stands where Frappe's own `enqueue` stands, with its signature on both engines."""
		import frappe

		if now:
			return frappe.call(method, **arguments)
		if deduplicate and any(job.job_id == job_id for job in self.waiting):
			return None
		job = Job(method, arguments, queue, job_id, frappe.session.user)
		if enqueue_after_commit:
			frappe.db.after_commit.add(lambda: self.waiting.append(job))
		else:
			self.waiting.append(job)
		return None


class OneTransaction:
	"""Keeps everything a test does inside one transaction that ends as if it had never been.

	`frappe.db.commit()` runs what waits for a commit and moves the point that `frappe.db.rollback()` goes back to;
	neither ends the transaction. Statements that commit by themselves (a changed table) are for real_commits.
	"""

	def __init__(self, jobs: BackgroundJobs):
		self.jobs = jobs
		self.points = 0

	def __enter__(self) -> "OneTransaction":
		import frappe
		import frappe.utils.background_jobs as background_jobs

		self.db = frappe.local.db
		self.background_jobs = background_jobs
		self.enqueue = background_jobs.enqueue
		self._forget_callbacks()
		self.db.sql("savepoint test_began")
		self._mark()
		self.db.commit, self.db.rollback = self._commit, self._rollback
		background_jobs.enqueue = self.jobs.enqueue
		self.schema = caches.SchemaKept().__enter__()
		return self

	def __exit__(self, *error) -> None:
		del self.db.commit, self.db.rollback
		self.background_jobs.enqueue = self.enqueue
		self._forget_callbacks()
		self.db.sql("rollback to savepoint test_began")
		self.db.transaction_writes = 0
		self.schema.__exit__()

	def _mark(self) -> None:
		self.points += 1
		self.db.sql(f"savepoint test_point_{self.points}")

	def _commit(self) -> None:
		self.db.before_rollback.reset()
		self.db.after_rollback.reset()
		self.db.before_commit.run()
		self._mark()
		self.db.transaction_writes = 0
		self.db.after_commit.run()

	def _rollback(self, *, save_point: str | None = None) -> None:
		if save_point:
			self.db.sql(f"rollback to savepoint {save_point}")
			return
		self.db.before_commit.reset()
		self.db.after_commit.reset()
		self.db.before_rollback.run()
		self.db.sql(f"rollback to savepoint test_point_{self.points}")
		self.db.after_rollback.run()

	def _forget_callbacks(self) -> None:
		for moment in ("before_commit", "after_commit", "before_rollback", "after_rollback"):
			getattr(self.db, moment).reset()


@contextlib.contextmanager
def working_folder(path: Path) -> Iterator[None]:
	"""Frappe writes its logs relative to the sites folder."""
	before = Path.cwd()
	os.chdir(path)
	try:
		yield
	finally:
		os.chdir(before)
