"""Tests of the embedded bench's own tools: files and processes of a temporary folder, no network, no site."""

import sys

import pytest

# the embedded bench runs on Python 3.11 only; a real bench may have another
collect_ignore_glob = [] if sys.version_info[:2] == (3, 11) else ["test_*.py"]


@pytest.fixture
def layout(tmp_path):
	"""The layout of an empty checkout."""
	from embedded.layout import Layout

	layout = Layout(tmp_path / "checkout")
	layout.make_folders()
	return layout


@pytest.fixture
def said():
	"""What was told to the person, line by line; pass `said.append` as `say`."""
	return []
