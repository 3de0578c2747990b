"""The files of a drawn case, for the auditor who may open no record: listed, and opened one by one (K12)."""

from typing import Any

import frappe
from frappe import _

from nervion_service.services import file_response
from nervion_service.services.auditing import access, facts, seeing


@frappe.whitelist()
def get(audit: str, case_type: str, case_name: str) -> list[dict[str, Any]]:
	"""Every file of a drawn case: {"file", "title", "of": its record in words, "is_gone": nobody has its content any more}."""
	doc = access.for_reading(audit)
	row = access.drawn(doc, case_type, case_name)
	return [
		{
			"file": one.file and one.file.name,
			"title": one.title,
			"of": _("Message") if one.doctype == "Communication" else f"{_(one.doctype)} {one.name}",
			"is_gone": one.is_gone,
		}
		for one in facts.files_of(facts.gather(doc, row))
	]


@frappe.whitelist()
def download(audit: str, case_type: str, case_name: str, file: str):
	"""One file of a drawn case; what is not of the case is refused in the same words as what does not exist (X1)."""
	doc, row = seeing.case_for(audit, case_type, case_name)
	listed = facts.files_of(facts.gather(doc, row))
	found = next((one.file for one in listed if one.file and one.file.name == file and not one.is_gone), None)
	if not found:
		frappe.throw(_("This file is not of the case."), frappe.PermissionError, title=_("Not Permitted"))
	return file_response.of(found)
