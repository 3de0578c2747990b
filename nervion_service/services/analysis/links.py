"""What a RAT names: one case, samples and a batch of its product, and further complaints of the same matter (G10, K5)."""

import frappe
from frappe import _

COMPLAINT, VISIT, FOLIO, SAMPLE = (
	"Service Complaint",
	"Service Technical Visit",
	"Service Folio",
	"Service Sample",
)


def check_links(report) -> None:
	"""Refuse a complaint, sample or visit that is of another company, item or case than the report."""
	if not (report.complaint or report.folio or report.visit):
		frappe.throw(
			_("A report is about a complaint, a folio or a visit: choose one of them."),
			title=_("Case Missing"),
		)
	for doctype, name in ((COMPLAINT, report.complaint), (VISIT, report.visit), (FOLIO, report.folio)):
		if name:
			_check_company(report, doctype, name)
	_check_one_case(report)
	for row in report.complaints:
		_check_company(report, COMPLAINT, row.complaint)
		_check_kin(report, row.complaint)
	for row in report.samples:
		_check_sample(report, row.sample)
	if report.batch:
		_check_batch(report)


def _check_one_case(report) -> None:
	"""Complaint, visit and folio of a report are of one case."""
	for doctype, name in ((VISIT, report.visit), (COMPLAINT, report.complaint)):
		# what the user named is compared, nothing of it is shown but its numbers
		case = name and frappe.db.get_value(
			doctype, name, ["folio", *(["complaint"] if doctype == VISIT else [])], as_dict=True
		)
		for field, value in (case or {}).items():
			if value and report.get(field) and report.get(field) != value and not _is_linked(report, name):
				frappe.throw(
					_("{0} is of {1}, not of {2}: a report is about one case.").format(
						frappe.bold(name), frappe.bold(value), frappe.bold(report.get(field))
					),
					title=_("Not Accepted"),
				)


def _is_linked(report, complaint: str) -> bool:
	"""Whether the report's folio was linked to that complaint: a customer's second folio about one matter is of its case."""
	# only whether the two belong together is looked at, of a folio that the user named
	return bool(report.folio) and frappe.db.get_value(FOLIO, report.folio, "complaint") == complaint


def _check_kin(report, complaint: str) -> None:
	"""One report answers several complaints of one cause: of the same incident, batch or item (K6)."""
	if complaint == report.complaint or _incident(complaint) == _incident(report.complaint):
		return
	ours = _goods(report.complaint) | {one for one in (report.batch, report.item) if one}
	if not ours & _goods(complaint):
		frappe.throw(
			_(
				"{0} shares neither incident nor batch nor item with this report: it needs a report of its own."
			).format(frappe.bold(complaint)),
			title=_("Not Accepted"),
		)


def _incident(complaint: str | None) -> str | None:
	"""The complaint that gathers those of one incident; the complaint itself where none does."""
	# only the number of its parent is read, of a complaint that the user named
	return complaint and (frappe.db.get_value(COMPLAINT, complaint, "parent_complaint") or complaint)


def _goods(complaint: str | None) -> set[str]:
	# items and batches of a complaint that the user named, to be compared
	rows = (
		frappe.get_all("Complaint Line", {"parent": complaint, "parenttype": COMPLAINT}, ["item", "batch"])
		if complaint
		else []
	)
	return {one for row in rows for one in (row.item, row.batch) if one}


def _check_company(report, doctype: str, name: str) -> None:
	# only the company is looked at, which the user named already
	if frappe.db.get_value(doctype, name, "company") != report.company:
		frappe.throw(
			_("{0} belongs to another company than this report.").format(frappe.bold(name)),
			title=_("Not Accepted"),
		)


def _check_sample(report, name: str) -> None:
	# the row was chosen by somebody who may see samples
	sample = frappe.db.get_value(SAMPLE, name, ["company", "item", "batch"], as_dict=True) or {}
	for field in ("company", "item", "batch"):
		if report.get(field) and sample.get(field) and report.get(field) != sample.get(field):
			frappe.throw(
				_("The sample {0} is of another {1} than this report: {2}.").format(
					frappe.bold(name), _(report.meta.get_label(field)), frappe.bold(sample.get(field))
				),
				title=_("Not Accepted"),
			)


def _check_batch(report) -> None:
	# the batch was named by the user; only its item is looked at
	item = frappe.db.get_value("Batch", report.batch, "item")
	if report.item and item and item != report.item:
		frappe.throw(
			_("The batch {0} is of the item {1}, not of {2}.").format(
				frappe.bold(report.batch), frappe.bold(item), frappe.bold(report.item)
			),
			title=_("Not Accepted"),
		)
