"""Frappe's own Data Import: masters and complaints come in row by row, gates hold, one bad row stops no other (G11, K3)."""

import csv
import io
import json

import frappe
from frappe.core.doctype.data_import.data_import import start_import

from tests import factories
from tests.site import complaint_factories as complaints

INSERT, UPDATE = "Insert New Records", "Update Existing Records"
HEAD = ("folio", "subject", "kind", "defect", "workflow_state", "verdict", "closed_at", "lines.item", "lines.batch", "lines.claimed_qty")  # fmt: skip


def told(text, refusal):
	"""Whether a refusal holds a text of ours, or of Frappe's, in English or in the session's language, spelt as JSON."""
	return any(json.dumps(one.split("{")[0].strip())[1:-1] in refusal for one in (text, frappe._(text)))


def imported(doctype, head, rows, import_type=INSERT):
	"""Import a CSV as the desk does; returns what became of each row: its document's name, or the words of its refusal."""
	text = io.StringIO()
	csv.writer(text).writerows([head, *rows])
	run = factories.insert("Data Import", {"reference_doctype": doctype, "import_type": import_type})
	file = factories.insert(
		"File",
		{
			"file_name": f"{factories.unique('filas', '-')}.csv",
			"attached_to_doctype": run.doctype,
			"attached_to_name": run.name,
			"content": text.getvalue(),
		},
	)
	run.import_file = file.file_url
	run.save()
	# Frappe goes back to the last commit after a row that fails
	frappe.db.commit()
	start_import(run.name)
	assert json.loads(run.db_get("template_warnings") or "[]") == []
	logs = frappe.get_all(
		"Data Import Log",
		{"data_import": run.name},
		["success", "docname", "messages", "row_indexes"],
		order_by="log_index",
	)
	assert len(logs) == len(rows)
	return [log.docname if log.success else f"refused: {log.messages}" for log in logs]


def test_masters_come_in_row_by_row_and_a_bad_one_stops_no_other():
	names = [factories.unique("Defecto") for _number in range(2)]
	found = imported(
		"Service Defect",
		("defect_name", "family", "default_severity"),
		[(name, "Film", "Major") for name in names],
	)
	assert found == names and frappe.db.get_value("Service Defect", names[1], "default_severity") == "Major"

	group, cause = factories.unique("Grupo"), factories.unique("Causa")
	assert imported("Service Root Cause", ("cause_name", "is_group", "area"), [(group, 1, "Production")]) == [
		group
	]
	head = ("cause_name", "parent_service_root_cause", "is_group", "area")
	assert imported("Service Root Cause", head, [(cause, group, 0, "Production")]) == [cause]
	assert frappe.db.get_value("Service Root Cause", cause, "parent_service_root_cause") == group

	item = factories.make_item().name
	head = (
		"item",
		"version",
		"valid_from",
		"valid_to",
		"limits.quantity",
		"limits.minimum",
		"limits.maximum",
	)
	rows = [
		(item, "1", "2024-01-01", "2024-12-31", "Dilution", "5", "10"),
		(item, "2", "2025-01-01", "", "Dilution", "10", "5"),
		(item, "3", "2026-01-01", "", "Dilution", "4", "8"),
	]
	first, upside_down, third = imported("Technical Data Sheet", head, rows)
	assert (first, third) == (f"FT-{item}-1", f"FT-{item}-3")
	assert upside_down.startswith("refused") and told("Dilution", upside_down)
	assert not frappe.db.exists("Technical Data Sheet", f"FT-{item}-2")


def test_an_imported_complaint_begins_as_any_other_and_what_is_forged_is_refused_in_words():
	item, batch = complaints.a_product()
	foreign = complaints.a_product()[1]
	folios = [complaints.a_claim().name for _number in range(5)]

	def row(folio, state="", verdict="", closed="", lot=batch):
		return (folio, "Lata con fuga", "Product", complaints.DEFECT, state, verdict, closed, item, lot, 2)

	good, closed, judged, stamped, wrong, last = imported(
		"Service Complaint",
		HEAD,
		[
			row(folios[0]),
			row(folios[1], state="Closed"),
			row(folios[2], verdict="Admissible"),
			row(folios[2], closed="2026-01-05 10:00:00"),
			row(folios[3], lot=foreign),
			row(folios[4]),
		],
	)
	for name, folio in ((good, folios[0]), (last, folios[4])):
		complaint = complaints.reloaded(name)
		assert (complaint.folio, complaint.stage, complaint.verdict) == (folio, "Received", None)
		assert complaints.promises_of(complaint, "Admissibility")
	assert told("Closed", closed)
	assert told("Verdict", judged) and told("Closed At", stamped)
	assert foreign in wrong and item in wrong
	assert all(one.startswith("refused") for one in (closed, judged, stamped, wrong))
	assert not frappe.db.exists("Service Complaint", {"folio": ("in", folios[1:4])})


def test_an_update_by_import_passes_the_same_gates():
	one, other = complaints.make_complaint(), complaints.make_complaint()
	rows = [
		(one.name, "Closed", "", "Lata con fuga"),
		(one.name, "Received", "Admissible", "Lata con fuga"),
		(other.name, "Received", "", "Lata con fuga en la tapa"),
	]
	closed, judged, renamed = imported(
		"Service Complaint", ("name", "workflow_state", "verdict", "subject"), rows, UPDATE
	)
	assert told("Closed", closed) and closed.startswith("refused")
	assert told("A verdict is given while the admissibility is under review; now it is {0}.", judged)
	assert (complaints.reloaded(one).stage, complaints.reloaded(one).verdict) == ("Received", None)
	assert renamed == other.name and complaints.reloaded(other).subject == "Lata con fuga en la tapa"
