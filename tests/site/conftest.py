"""Tests on a site: each sees the site as it was, and leaves it so (tests/engine.py says how)."""

import importlib.util

import pytest

# without Frappe these files cannot even be imported; with it but without BENCH and SITE each test is skipped
collect_ignore_glob = [] if importlib.util.find_spec("frappe") else ["test_*.py"]


@pytest.fixture(autouse=True)
def every_test_on_the_site(site):
	"""No test of this folder runs outside the guarded site."""
	return site
