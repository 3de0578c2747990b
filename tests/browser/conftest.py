"""A real browser before a really served site: the system's Chromium, driven by Playwright.

What these tests make is really committed, since another process serves it: they take away what they made.
"""

import contextlib
import importlib.util
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from embedded.shell import clean_environment
from tests import engine

CHECKOUT = Path(__file__).resolve().parents[2]
ARTEFACTS = CHECKOUT / ".bench" / "browser"
CHROMIUM_WORDS = (
	"--headless",
	"--no-sandbox",
	"--disable-gpu",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--no-first-run",
)
WIDTHS = {
	"desktop": {"viewport": {"width": 1366, "height": 900}},
	"phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
# Frappe's tour of the desk would lie over what the tests click. Said before the desk starts, and not by a route, which would have the
# browser load every script anew for every page.
NO_TOUR = """document.addEventListener("DOMContentLoaded", () => {
	if (window.frappe && frappe.boot) frappe.boot.onboarding_tours = [];
});"""
LEFT_BEHIND = "local_storage,indexeddb,cache_storage,service_workers"
# Frappe selects, a tenth of a second after a field for numbers was entered, whatever has the focus by then, a button too
FAULTS_OF_FRAPPE = ("document.activeElement.select is not a function",)
PATIENCE = 90.0  # seconds for the site to answer its first request

collect_ignore_glob = (
	[] if importlib.util.find_spec("frappe") and importlib.util.find_spec("playwright") else ["test_*.py"]
)


def pytest_collection_modifyitems(items):
	here = Path(__file__).parent
	for item in items:
		if here in item.path.parents:
			item.add_marker("browser")
			item.add_marker("real_commits")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
	report = yield
	if report.failed:
		item.has_failed = True
	return report


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


def log_of(bench, name: str) -> Path:
	return ARTEFACTS / f"{bench.site}-{name}.log"


def start(bench, name: str, *words: str) -> subprocess.Popen:
	"""A process of the bench as in production: without what would make Frappe think of a test."""
	ARTEFACTS.mkdir(parents=True, exist_ok=True)
	environment = clean_environment({"SERVED_SITE": bench.site, "PYTHONPATH": str(CHECKOUT)})
	with open(log_of(bench, name), "wb") as log:
		return subprocess.Popen(
			[str(bench.python), "-m", *words], cwd=bench.sites, env=environment, stdout=log, stderr=log
		)


def stop(process: subprocess.Popen) -> None:
	process.terminate()
	try:
		process.wait(20)
	except subprocess.TimeoutExpired:
		process.kill()
		process.wait()


def wait_until_served(address: str, process: subprocess.Popen) -> None:
	deadline = time.monotonic() + PATIENCE
	while time.monotonic() < deadline:
		with contextlib.suppress(urllib.error.URLError, OSError):
			urllib.request.urlopen(f"{address}/api/method/ping", timeout=PATIENCE).close()
			return
		assert process.poll() is None, f"the web server ended: see {ARTEFACTS}"
		time.sleep(0.2)
	raise AssertionError(f"{address} did not answer within {PATIENCE:.0f} s: see {ARTEFACTS}")


@pytest.fixture(scope="package")
def served(bench):
	"""The address at which the test site answers, with a worker behind it; SERVED_AT names one that runs already."""
	if address := os.environ.get("SERVED_AT"):
		yield address.rstrip("/")
		return
	port = free_port()
	gunicorn = (
		"gunicorn",
		"--bind",
		f"127.0.0.1:{port}",
		"--threads",
		"8",
		"--timeout",
		"120",
		"embedded.wsgi:application",
	)
	worker = ("frappe.utils.bench_helper", "frappe", "worker", "--queue", "short,default,long", "--quiet")
	processes = [start(bench, "web", *gunicorn), start(bench, "worker", *worker)]
	try:
		wait_until_served(f"http://127.0.0.1:{port}", processes[0])
		yield f"http://127.0.0.1:{port}"
	finally:
		for process in processes:
			stop(process)


@pytest.fixture(scope="package")
def chromium():
	"""One browser for the package; each test has windows of its own."""
	from playwright.sync_api import sync_playwright

	program = shutil.which("chromium") or shutil.which("chromium-browser")
	if not program:
		pytest.skip("no system Chromium: make test installs it")
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_WORDS))
		yield browser
		browser.close()


@dataclass
class Shelf:
	"""Browser windows that go from test to test with the scripts they have loaded and with nothing that anybody left in them."""

	chromium: object
	address: str
	free: dict[str, list] = field(default_factory=dict)

	def take(self, kind: str, options: dict):
		waiting = self.free.setdefault(kind, [])
		if not waiting:
			return self._made(options)
		context = waiting.pop()
		# an answer that was still under way when it was put back may have signed somebody in again
		context.clear_cookies()
		return context

	def put_back(self, kind: str, context) -> None:
		for page in context.pages:
			page.close()
		context.clear_cookies()
		page = context.new_page()
		context.new_cdp_session(page).send(
			"Storage.clearDataForOrigin", {"origin": self.address, "storageTypes": LEFT_BEHIND}
		)
		page.close()
		self.free[kind].append(context)

	def _made(self, options: dict):
		context = self.chromium.new_context(base_url=self.address, **options)
		context.set_default_timeout(20_000)
		context.add_init_script(NO_TOUR)
		return context


@pytest.fixture(scope="package")
def shelf(chromium, served):
	return Shelf(chromium, served)


@dataclass
class Windows:
	"""The windows that one test opens, and what their pages complained of."""

	shelf: Shelf
	open: list = field(default_factory=list)
	complaints: list[str] = field(default_factory=list)

	def new(self, width: str = "desktop", **options):
		"""An empty page that is nobody's yet; `width` is desktop or phone."""
		kind = f"{width} {sorted(options.items())}"
		page = self.shelf.take(kind, {**WIDTHS[width], **options}).new_page()
		page.on("pageerror", lambda error: self.complaints.append(f"error: {error.stack or error}"))
		page.on("console", self._note)
		self.open.append((kind, page))
		return page

	def _note(self, message) -> None:
		if message.type == "error":
			self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

	@property
	def errors(self) -> list[str]:
		"""What ran into an error on the pages, but for the known faults of Frappe itself."""
		lines = [line for line in self.complaints if line.startswith("error:")]
		return [line for line in lines if not any(fault in line for fault in FAULTS_OF_FRAPPE)]

	def keep_evidence(self, name: str) -> None:
		folder = ARTEFACTS / re.sub(r"[^\w-]+", "-", name)
		folder.mkdir(parents=True, exist_ok=True)
		(folder / "complaints.txt").write_text("\n".join((*self.complaints, "")))
		for number, (_kind, page) in enumerate(self.open, 1):
			page.screenshot(path=folder / f"{number}.png", full_page=True)
		print(f"screenshots: {folder}")

	def close(self) -> None:
		for kind, page in self.open:
			self.shelf.put_back(kind, page.context)


@pytest.fixture
def site(module_transaction):
	"""The test site as Administrator.

	Unlike in other folders, what Frappe keeps at hand stays there: what is made here is really committed, Frappe hears of it, and a
	desk that had to be put together anew for every test would be most of the test.
	"""
	import frappe

	with engine.working_folder(module_transaction.sites):
		engine.reset_request()
		engine.forget_here()
		frappe.db.rollback()
		yield module_transaction
		frappe.db.rollback()
		engine.reset_request()


@pytest.fixture(scope="module")
def staff(module_transaction):
	"""`staff(Role.EXECUTIVE)`: who holds these roles and reads Spanish, the same person for all tests of the module.

	`called` tells people of the same role apart; it is their first name.
	"""
	from tests import factories
	from tests.browser import people

	hired = {}

	def hire(*roles, called=None):
		if (roles, called) not in hired:
			names = {"first_name": called, "last_name": factories.unique("Ruiz")} if called else {}
			hired[roles, called] = people.person(*roles, **names)
		return hired[roles, called]

	yield hire
	with engine.working_folder(module_transaction.sites):
		engine.reset_request()
		people.take_away([], hired.values())


@pytest.fixture
def windows(request, site, shelf):
	"""`windows.new("phone")`: a page on the served site; kept as a screenshot when the test fails."""
	windows = Windows(shelf)
	yield windows
	if getattr(request.node, "has_failed", False):
		windows.keep_evidence(request.node.name)
	windows.close()


def password_of(user: str) -> str:
	"""A password that lets the user in: Administrator's own (ADMIN_PASSWORD, else admin), a fresh one for others."""
	if user == "Administrator":
		return os.environ.get("ADMIN_PASSWORD", "admin")
	import frappe
	from frappe.utils.password import update_password

	password = secrets.token_urlsafe(18)
	update_password(user, password)
	frappe.db.commit()
	return password


def sign_in(context, user: str) -> None:
	"""Begin a session of the user's in a window."""
	answer = context.request.post("/api/method/login", form={"usr": user, "pwd": password_of(user)})
	assert answer.ok, f"{user} could not sign in: {answer.status} {answer.text()[:300]}"


@pytest.fixture(scope="package")
def sessions():
	"""The cookies of whoever has signed in, by user."""
	return {}


@pytest.fixture
def signed_in(windows, sessions):
	"""`signed_in(user, width="phone")`: a page of that user's, nothing opened yet."""

	def enter(user: str = "Administrator", width: str = "desktop", **options):
		page = windows.new(width, **options)
		if user not in sessions:
			sign_in(page.context, user)
			sessions[user] = page.context.cookies()
		page.context.add_cookies(sessions[user])
		return page

	return enter


@pytest.fixture
def desk_page(signed_in):
	"""`desk_page(user, route="service-folio", width="phone")`: the desk of that user, ready to be used."""

	def open_desk(user: str = "Administrator", route: str = "", width: str = "desktop", **options):
		page = signed_in(user, width, **options)
		page.goto(f"/app/{route}")
		page.wait_for_function(
			"() => window.frappe && frappe.boot && frappe.container && frappe.container.page"
		)
		return page

	return open_desk
