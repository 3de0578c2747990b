"""What every test may use: sizes, the team's data files, and a site when BENCH and SITE name one.

Plain `pytest tests/domain` works without Frappe: nothing here imports it before a fixture asks for a site.
"""

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import engine

# a busy machine is no fault of the code: what is generated and asserted stays the same
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

CHECKOUT = Path(__file__).resolve().parent.parent
MARKERS = (
	"real_commits: the test really commits, and takes away what it made",
	"browser: drives a real browser",
)


def pytest_configure(config):
	take_own_site(os.environ)
	for marker in MARKERS:
		config.addinivalue_line("markers", marker)


def take_own_site(environment) -> None:
	"""Of several test processes each gets one of SITES, and a queue on which no other's worker takes its jobs."""
	sites, worker = environment.get("SITES", "").split(), environment.get("PYTEST_XDIST_WORKER")
	if not (sites and worker):
		return
	number = int(worker.removeprefix("gw"))
	environment["SITE"] = sites[number]
	common = json.loads((Path(environment["BENCH"]) / "sites" / "common_site_config.json").read_text())
	environment["FRAPPE_REDIS_QUEUE"] = f"{common['redis_queue'].rstrip('/')}/{number}"


@pytest.fixture(scope="session")
def full_size() -> bool:
	"""Whether the full sizes were asked for (`make faults`, NERVION_FULL=1)."""
	return os.environ.get("NERVION_FULL") == "1"


@pytest.fixture(scope="session")
def size(full_size):
	"""size(small, full): the number that this run is to use."""
	return lambda small, full: full if full_size else small


@pytest.fixture(scope="session")
def data_folder() -> Path:
	"""The folder of real data files: $NERVION_DATA, or the one beside the checkout; skips where there is none."""
	named = os.environ.get("NERVION_DATA")
	folder = Path(named) if named else CHECKOUT.parent / "shared" / "data"
	if not folder.is_dir():
		pytest.skip(f"no data files: {folder} does not exist (name their folder in NERVION_DATA)")
	return folder


@pytest.fixture(scope="session")
def data_file(data_folder):
	"""data_file(name): the path of one real data file; skips where it is missing."""

	def find(name: str) -> Path:
		path = data_folder / name
		if not path.exists():
			pytest.skip(f"no data file {name} in {data_folder}")
		return path

	return find


@pytest.fixture(scope="session")
def bench() -> engine.Bench:
	"""The bench and site that make names in BENCH and SITE; skips without them."""
	found = engine.bench_from(os.environ)
	if not found:
		pytest.skip("needs a site: run make test, or name one with BENCH and SITE")
	return found


@pytest.fixture(scope="session")
def connected_site(bench):
	"""Frappe connected to the test site for the whole run; yields the bench."""
	with engine.working_folder(bench.sites):
		try:
			engine.connect(bench)
		except engine.Unfit as error:
			pytest.exit(str(error), returncode=2)
	yield bench
	with engine.working_folder(bench.sites):
		engine.disconnect()


@pytest.fixture(scope="module")
def module_transaction(connected_site):
	"""What a module's own fixtures insert lasts for the module; no module sees another's."""
	import frappe

	yield connected_site
	frappe.db.rollback()
	engine.forget_rows()


@pytest.fixture
def background_jobs() -> engine.BackgroundJobs:
	"""What the code under test enqueued: `.waiting`, `.named(ending)`, and `.run()` to let it happen."""
	return engine.BackgroundJobs()


@pytest.fixture
def real_commits():
	"""Ask for it, or mark the test so, and commits are true ones: the test cleans up after itself."""
	return True


def commits_for_real(request) -> bool:
	return (
		"real_commits" in request.fixturenames or request.node.get_closest_marker("real_commits") is not None
	)


@pytest.fixture
def site(request, module_transaction, background_jobs):
	"""The test site as Administrator, everything undone afterwards; yields the Bench.

	With real_commits nothing is undone and jobs reach the real queue.
	"""
	import frappe

	with engine.working_folder(module_transaction.sites):
		engine.reset_request()
		if commits_for_real(request):
			frappe.db.rollback()
			engine.forget_here()
			yield module_transaction
			frappe.db.rollback()
			engine.forget_here()
		else:
			with engine.OneTransaction(background_jobs):
				yield module_transaction
		engine.forget_rows()
		engine.reset_request()


@pytest.fixture
def run_as(site):
	"""`with run_as("user@example.com"):` is that user inside the block."""
	return engine.run_as
