"""Wiring: every path in hooks.py leads to a function of ours."""

import frappe
import pytest

from nervion_service import hooks


def paths(value):
	"""Every dotted path of ours in a hook, however deep it lies."""
	if isinstance(value, str):
		return [value] if value.startswith("nervion_service.") and not value.endswith((".js", ".css")) else []
	children = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
	return [path for child in children for path in paths(child)]


def every_path():
	named = {name: value for name, value in vars(hooks).items() if not name.startswith("_")}
	return sorted({path for value in named.values() for path in paths(value)})


def test_there_are_paths_to_follow():
	assert len(every_path()) > 10
	assert paths({"a": ["nervion_service.x.y", "frappe.z"]}) == ["nervion_service.x.y"]


@pytest.mark.parametrize("path", every_path())
def test_a_hook_leads_to_a_function(path):
	assert callable(frappe.get_attr(path))


def test_deleting_a_companys_transactions_never_takes_quality_records_along():
	ours = frappe.get_all("DocType", {"module": "Nervion Service", "istable": 0, "issingle": 0}, pluck="name")
	with_company = {name for name in ours if frappe.get_meta(name).has_field("company")}
	assert with_company <= set(hooks.company_data_to_be_ignored)
