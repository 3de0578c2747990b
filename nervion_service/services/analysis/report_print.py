"""The RAT on paper: a version for the customer and an internal one, from one template (G11, G19).

What is internal is not hidden by the template but never handed to it: the customer's version gets no formula, no diagnosis and
no instrument. Texts are plain, and the template escapes them.
"""

import base64
from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, format_date

from nervion_service.domain.analysis import Comparison, Verdict
from nervion_service.domain.complaint_words import ReportStage
from nervion_service.domain.taxonomy import TECHNICAL_ROLES, Role
from nervion_service.services import clock, file_inspection, folio_print, pdf, system, wording
from nervion_service.services.analysis import reports, samples

DOCTYPE = reports.DOCTYPE
BODY, PAGE = "templates/annexes/analysis_report.html", "templates/annexes/analysis_report_page.html"
INSIDERS = (*TECHNICAL_ROLES, Role.QUALITY, Role.ADMINISTRATOR, "System Manager")
INTERNAL_FIELDS = ("diagnosis", "conclusion", "internal_notes", "return_reason", "cancel_reason", "writers")
INTERNAL_OF_TESTS = ("instrument", "calibrated_until")
MOST_PICTURES = 6
PICTURES = ("image/jpeg", "image/png", "image/webp")


@frappe.whitelist()
def download(report: str, internal: int = 0) -> None:
	"""Answer with the PDF of a report: the customer's version, or the internal one for who may see formulas."""
	doc = system.permitted(DOCTYPE, report, "print")
	name = f"{doc.name}-interno" if cint(internal) else doc.name
	frappe.local.response.filename = f"{name}.pdf"
	frappe.local.response.filecontent = content(doc, bool(cint(internal)))
	frappe.local.response.type = "pdf"


def content(doc, internal: bool = False, reader=None) -> bytes:
	"""The PDF of a report, a document whose reader was asked for the right to it. Raises pdf.NoPrinter where nothing prints.

	reader: the complaint whose customer reads it. One report may answer complaints of several customers: each is told the own.
	"""
	shown = pictures(doc) if is_of(doc, reader) else {}
	page = frappe.render_template(
		PAGE,
		{
			"language": frappe.local.lang,
			"title": f"{_(DOCTYPE)} {doc.name}",
			"foot": _foot(doc),
			"body": _body(doc, internal, list(shown), reader),
		},
	)
	return pdf.of(page, shown)


def hide_internal(doc) -> None:
	"""Leave out of Frappe's own print what stays in the laboratory, for who does not work there: such a print may go to a customer."""
	if {*INSIDERS, "Administrator"}.intersection((frappe.session.user, *frappe.get_roles())):
		return
	doc.update(dict.fromkeys(INTERNAL_FIELDS))
	for row in doc.tests:
		row.update(dict.fromkeys(INTERNAL_OF_TESTS))


def service_analysis_report(report: str, internal: bool = False) -> str:
	"""The body of a report for a print format, in the language of the session; asks for the right to read it."""
	doc = system.permitted(DOCTYPE, report, "read")
	addresses = [
		f"data:{kind};base64,{base64.b64encode(data).decode()}" for kind, data in _pictures(doc).values()
	]
	return _body(doc, internal, addresses)


def pictures(doc) -> dict[str, bytes]:
	"""The photographs attached to a report, by the address that its page names them with."""
	return {address: data for address, (_kind, data) in _pictures(doc).items()}


def is_of(doc, reader) -> bool:
	"""Whether a report was made about the reader's own complaint, or for who sees all it is about."""
	if reader is None or reader.name == doc.complaint:
		return True
	return bool(reader.customer) and reader.customer == doc.customer


def facts(doc, internal: bool, reader=None) -> dict[str, Any]:
	"""What the template shows. PermissionError for the internal version without a role that may see formulas."""
	shared = {
		"number": doc.name,
		"subject": doc.subject,
		"company": _company(doc.company),
		"state": _notice(doc),
		"is_short": cint(doc.is_short),
		"rows": [(label, value) for label, value in _heading(doc, reader) if value],
		"samples": [_sample(row.sample, internal) for row in doc.samples],
		"tests": [_test(row, internal) for row in doc.tests],
		"has_retained": any(row.retained_result for row in doc.tests),
		"comparison": _(doc.comparison) if doc.comparison not in (None, "", Comparison.NONE) else "",
		"deviations": [_deviation(row) for row in doc.deviations],
		"conclusion": doc.customer_conclusion or "",
		"recommendation": doc.recommendation or "",
		"hands": _hands(doc),
		"internal": None,
		"foot": _foot(doc),
		"printed_at": folio_print.moment(clock.now()),
	}
	return {**shared, "internal": _internal(doc)} if internal else shared


def _body(doc, internal: bool, addresses: list[str], reader=None) -> str:
	return frappe.render_template(BODY, {"report": facts(doc, internal, reader), "pictures": addresses})


def _internal(doc) -> dict[str, Any]:
	system.require_role(INSIDERS, _("The internal version is for these roles: {0}."))
	return {
		"diagnosis": doc.diagnosis or "",
		"conclusion": doc.conclusion or "",
		"notes": doc.internal_notes or "",
		"cancel_reason": doc.cancel_reason or "",
	}


def _company(name: str) -> dict[str, str]:
	# the company's own head, for whoever may read its report
	fields = ["company_name", "tax_id", "phone_no", "email", "website"]
	row = frappe.db.get_value("Company", name, fields, as_dict=True) or {"company_name": name}
	rest = (row.get("tax_id"), row.get("phone_no"), row.get("email"), row.get("website"))
	return {"name": row["company_name"], "details": " · ".join(filter(None, rest))}


def _notice(doc) -> str:
	"""What is said in large letters of a report that is not in force; empty for an approved one."""
	if doc.stage == ReportStage.APPROVED:
		return ""
	return _("Cancelled report") if doc.stage == ReportStage.CANCELLED else _("Draft: not approved")


def _heading(doc, reader=None) -> list[tuple[str, str]]:
	about, complaints = doc, reports.complaints_of(doc)
	if reader is not None:
		complaints = [reader.name]
		# of another customer nothing is told, neither the name nor that there was a visit
		about = doc if is_of(doc, reader) else frappe._dict(customer=reader.customer, folio=reader.folio)
	# names of what the report is about, for whoever may read it
	item = doc.item and frappe.db.get_value("Item", doc.item, "item_name")
	made = doc.batch and frappe.db.get_value("Batch", doc.batch, "manufacturing_date")
	customer = about.customer and frappe.db.get_value("Customer", about.customer, "customer_name")
	sheet = doc.data_sheet and frappe.db.get_value("Technical Data Sheet", doc.data_sheet, "version")
	return [
		(_("Customer"), customer or ""),
		(_("Issued On"), format_date(doc.approved_at) if doc.approved_at else ""),
		(_("Complaint"), ", ".join(complaints)),
		(_("Folio"), about.folio or ""),
		(_("Product"), " · ".join(filter(None, (item, doc.item)))),
		(_("Batch"), doc.batch or ""),
		(_("Manufactured On"), format_date(made) if made else ""),
		(_("Data Sheet in Force"), _("version {0}").format(sheet) if sheet else ""),
		(_("Visit"), about.visit or ""),
		(_("Replaces"), doc.amended_from or ""),
	]


def _sample(name: str, internal: bool) -> dict[str, Any]:
	# the samples of a report are read by whoever may read the report
	doc = frappe.get_doc(samples.DOCTYPE, name)
	shown = {
		"number": doc.name,
		"kind": _("Retained Sample") if cint(doc.is_retained) else _("Sample of the customer"),
		"batch": doc.batch or "–",
		"taken": folio_print.moment(doc.taken_at),
		"quantity": doc.quantity or "–",
		"seal": doc.seal_number or "–",
		"chain": [],
	}
	return {**shown, "chain": [_custody(row) for row in doc.custody]} if internal else shown


def _custody(row) -> dict[str, str]:
	return {
		"at": folio_print.moment(row.at),
		"action": _(row.action),
		"who": " → ".join(wording.person(one) for one in (row.from_person, row.to_person) if one),
		"condition": " · ".join(
			filter(None, ("" if cint(row.seal_intact) else _("Seal broken"), row.condition, row.place))
		),
	}


def _test(row, internal: bool) -> dict[str, str]:
	instrument = ""
	if internal and row.instrument:
		until = format_date(row.calibrated_until) if row.calibrated_until else "–"
		instrument = _("{0}, calibrated until {1}").format(row.instrument, until)
	return {
		"method": row.method,
		"property": row.property_name or "",
		"instrument": instrument,
		"tested": format_date(row.tested_on) if row.tested_on else "",
		"unit": row.uom or "",
		"limits": _limits(row),
		"result": row.result or "–",
		"retained": row.retained_result or "–",
		"verdict": _(row.verdict or Verdict.INCONCLUSIVE),
		"mark": {Verdict.PASS: "good", Verdict.FAIL: "bad"}.get(row.verdict, "open"),
	}


def _limits(row) -> str:
	if row.minimum and row.maximum:
		return f"{row.minimum} – {row.maximum}"
	if row.minimum:
		return f"≥ {row.minimum}"
	return f"≤ {row.maximum}" if row.maximum else "–"


def _deviation(row) -> dict[str, str]:
	side = _("at least") if row.side == "Below" else _("at most")
	return {
		"quantity": _(row.quantity),
		"value": f"{row.value} {row.uom}",
		"limit": f"{side} {row.limit_value} {row.uom}",
		"amount": f"{row.amount} {row.uom}",
	}


def _hands(doc) -> list[dict[str, str]]:
	hands = (
		(_("Author"), doc.author, doc.creation),
		(_("Reviewer"), doc.reviewer, doc.reviewed_at),
		(_("Approver"), doc.approver, doc.approved_at),
	)
	return [
		{
			"role": role,
			"name": wording.person(person) if person else _("pending"),
			"at": folio_print.moment(at) if person else "",
		}
		for role, person, at in hands
	]


def _foot(doc) -> str:
	version = _("version {0}").format(doc.procedure_version) if doc.procedure_version else ""
	return " · ".join(filter(None, (doc.procedure, version, doc.name)))


def _pictures(doc) -> Mapping[str, tuple[str, bytes]]:
	# photographs that hang on the report are read by whoever may read it
	names = frappe.get_all(
		"File",
		{"attached_to_doctype": doc.doctype, "attached_to_name": doc.name, "is_folder": 0},
		pluck="name",
		order_by="creation, name",
	)
	found = {}
	for name in names:
		picture = _picture(frappe.get_doc("File", name))
		if picture and len(found) < MOST_PICTURES:
			found[f"picture:{len(found) + 1}"] = picture
	return found


def _picture(file) -> tuple[str, bytes] | None:
	if not file.exists_on_disk():
		return None
	data = file.get_content()
	if isinstance(data, str):
		return None
	try:
		kind = file_inspection.kind_of(data)
	except file_inspection.Refused:
		return None
	return (kind, data) if kind in PICTURES else None
