"""Masters that a mapping lets the import make: departments and request types that the source has and we lack."""

import frappe

MAKERS = {}


def make_missing(allowed: frozenset[str], values: dict) -> None:
	"""Make what `values` names and the site lacks, for the allowed fields; `values` then holds the document's name."""
	for fieldname in allowed:
		if values.get(fieldname):
			values[fieldname] = MAKERS[fieldname](values[fieldname], values.get("company"))


def _department(title: str, company: str) -> str:
	found = frappe.db.get_value("Department", {"department_name": title, "company": company})
	if found:
		return found
	department = frappe.get_doc({"doctype": "Department", "department_name": title, "company": company})
	return department.insert().name


def _request_type(title: str, _company: str) -> str:
	if not frappe.db.exists("Request Type", title):
		frappe.get_doc(
			{
				"doctype": "Request Type",
				"request_type_name": title,
				"nature": "Other",
				"role": "Service Executive",
			}
		).insert()
	return title


MAKERS.update(department=_department, request_type=_request_type)
