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
NO_TOUR = "frappe.ui.init_onboarding_tour = () => {};"
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


def without_tour(route) -> None:
	"""Give an empty tour instead: as an answer of Frappe's method for scripts, or as the script itself."""
	if "get_js" in route.request.url:
		route.fulfill(json={"message": [NO_TOUR]})
	else:
		route.fulfill(body=NO_TOUR, content_type="text/javascript")


@dataclass
class Windows:
	"""The windows that one test opens, and what their pages complained of."""

	chromium: object
	address: str
	open: list = field(default_factory=list)
	complaints: list[str] = field(default_factory=list)

	def new(self, width: str = "desktop", **options):
		"""An empty page that is nobody's yet; `width` is desktop or phone."""
		context = self.chromium.new_context(base_url=self.address, **WIDTHS[width], **options)
		context.set_default_timeout(20_000)
		# Frappe's tour of the desk would lie over what the tests click
		context.route(re.compile("onboarding_tours"), without_tour)
		page = context.new_page()
		page.on("pageerror", lambda error: self.complaints.append(f"error: {error.stack or error}"))
		page.on("console", self._note)
		self.open.append(page)
		return page

	def _note(self, message) -> None:
		if message.type == "error":
			self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

	def keep_evidence(self, name: str) -> None:
		folder = ARTEFACTS / re.sub(r"[^\w-]+", "-", name)
		folder.mkdir(parents=True, exist_ok=True)
		(folder / "complaints.txt").write_text("\n".join((*self.complaints, "")))
		for number, page in enumerate(self.open, 1):
			page.screenshot(path=folder / f"{number}.png", full_page=True)
		print(f"screenshots: {folder}")

	def close(self) -> None:
		for page in self.open:
			page.context.close()


@pytest.fixture
def windows(request, site, served, chromium):
	"""`windows.new("phone")`: a page on the served site; kept as a screenshot when the test fails."""
	windows = Windows(chromium, served)
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


@pytest.fixture
def signed_in(windows):
	"""`signed_in(user, width="phone")`: a page of that user's, nothing opened yet."""

	def enter(user: str = "Administrator", width: str = "desktop", **options):
		page = windows.new(width, **options)
		answer = page.context.request.post("/api/method/login", form={"usr": user, "pwd": password_of(user)})
		assert answer.ok, f"{user} could not sign in: {answer.status} {answer.text()[:300]}"
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
