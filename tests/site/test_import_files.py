"""Import files: what is read, what is refused, and with which words (bulk import, issue of bad input)."""

from datetime import datetime, time, timedelta

import pytest
from openpyxl import Workbook

from nervion_service.services.imports import mapping as mappings
from nervion_service.services.imports import reader
from nervion_service.services.imports.reader import ImportFileError, SourceRow
from nervion_service.services.imports.rejects import Rejects

FIELDS = {
	"external_id": {"column": "id"},
	"channel": {"column": "origin", "values": {"Phone": "Phone", "": "Store", "*": "Web Page"}},
	"request_type": {"value": "Other"},
	"subject": {"column": ["title", "Subject"]},
	"party_name": {"value": "Cliente del sistema anterior"},
	"received_at": {"columns": ["day", "hour"], "type": "datetime", "format": "%d/%m/%Y %H:%M"},
	"closed_at": {"column": "closed", "type": "datetime"},
}
CELLS = {
	"id": "7",
	"origin": "Phone",
	"title": "Tono distinto",
	"day": "03/04/2026",
	"hour": "09:30",
	"closed": "",
}


def mapping(**changes):
	return mappings.parse({"title": "Old CRM", "account": "old-crm", "fields": FIELDS, **changes})


def convert(**cells):
	return mapping().convert(SourceRow(2, {**CELLS, **cells}))


def written(path, text, encoding="utf-8"):
	path.write_bytes(text.encode(encoding))
	return path


def test_a_csv_gives_numbered_rows_and_passes_over_blank_ones(tmp_path):
	path = written(tmp_path / "a.csv", "id,name\n1,Peña\n\n2,Núñez\n", "utf-8-sig")
	assert reader.header(path) == ["id", "name"]
	assert [(row.number, row.cells) for row in reader.rows(path)] == [
		(2, {"id": "1", "name": "Peña"}),
		(4, {"id": "2", "name": "Núñez"}),
	]


def test_a_description_over_several_lines_stays_one_row(tmp_path):
	path = written(tmp_path / "a.csv", 'id,text\n1,"uno\ndos"\n2,tres\n')
	assert [row.cells["text"] for row in reader.rows(path)] == ["uno\ndos", "tres"]


def test_a_short_row_has_empty_cells_at_its_end(tmp_path):
	path = written(tmp_path / "a.csv", "id,name,phone\n1,Peña\n")
	assert next(reader.rows(path)).cells == {"id": "1", "name": "Peña", "phone": ""}


def test_a_spreadsheet_reads_like_the_same_csv(tmp_path):
	book = Workbook()
	for cells in (["id", "when", "amount"], [1, datetime(2026, 3, 31, 16, 45), 2.5]):
		book.active.append(cells)
	book.save(tmp_path / "a.xlsx")
	assert [row.cells for row in reader.rows(tmp_path / "a.xlsx")] == [
		{"id": "1", "when": "2026-03-31 16:45:00", "amount": "2.5"}
	]


def test_cells_of_a_date_and_an_hour_stand_side_by_side_whichever_way_the_sheet_holds_them(tmp_path):
	book = Workbook()
	hours = ("opening_time", time(9, 5), timedelta(hours=9, minutes=5), "9:05:00")
	for number, hour in enumerate(hours):
		day = datetime(2026, 3, 2) if number else "opening_date"
		book.active.append(["name" if not number else f"ISS-{number}", day, hour])
	book.save(tmp_path / "issues.xlsx")
	issues = mappings.load("erpnext_issue")
	found = [issues.convert(row)["received_at"] for row in reader.rows(tmp_path / "issues.xlsx")]
	assert found == [datetime(2026, 3, 2, 9, 5)] * 3


def test_a_wrong_encoding_is_named_with_the_way_out(tmp_path):
	path = written(tmp_path / "a.csv", "id,name\n1,Peña\n", "latin-1")
	with pytest.raises(ImportFileError, match=r"a\.csv.*utf-8-sig.*--encoding"):
		list(reader.rows(path))
	assert next(reader.rows(path, "latin-1")).cells["name"] == "Peña"


@pytest.mark.parametrize(
	("name", "content", "says"),
	[
		("empty.csv", "", r"empty\.csv"),
		("broken.xlsx", "no spreadsheet", r"broken\.xlsx"),
		("quote.csv", 'id,name\n1,"open', r"quote\.csv"),
	],
)
def test_an_unreadable_file_is_refused_by_name(tmp_path, name, content, says):
	path = written(tmp_path / name, content)
	with pytest.raises(ImportFileError, match=says):
		reader.header(path)
		list(reader.rows(path))


def test_a_missing_file_is_refused_by_name(tmp_path):
	with pytest.raises(ImportFileError, match="nowhere"):
		reader.header(tmp_path / "nowhere.csv")


def test_missing_columns_are_all_named_at_once():
	with pytest.raises(ImportFileError, match=r"closed, day, hour.*id, origin, title"):
		mapping().check_header(["id", "origin", "title"])


def test_the_first_of_several_column_names_that_the_file_has_is_taken():
	mapping().check_header(["id", "origin", "Subject", "day", "hour", "closed"])
	cells = {name: text for name, text in CELLS.items() if name != "title"}
	assert mapping().convert(SourceRow(2, {**cells, "Subject": "Otro"}))["subject"] == "Otro"


def test_a_row_becomes_a_folios_values():
	assert convert() == {
		"external_id": "7",
		"account": "old-crm",
		"channel": "Phone",
		"request_type": "Other",
		"subject": "Tono distinto",
		"party_name": "Cliente del sistema anterior",
		"received_at": datetime(2026, 4, 3, 9, 30),
		"closed_at": None,
	}


@pytest.mark.parametrize(("origin", "channel"), [("Phone", "Phone"), ("", "Store"), ("Twitter", "Web Page")])
def test_values_are_translated_with_a_star_for_the_rest(origin, channel):
	assert convert(origin=origin)["channel"] == channel


def test_a_date_that_is_none_names_the_field_the_text_and_the_form_expected():
	with pytest.raises(mappings.RowError, match=r"received_at.*31/02/2026 09:30.*%d/%m/%Y %H:%M") as refusal:
		convert(day="31/02/2026")
	assert refusal.value.field == "received_at"


def test_an_ambiguous_date_without_a_format_is_refused_rather_than_guessed():
	with pytest.raises(mappings.RowError, match=r"closed_at.*04/05/2026"):
		convert(closed="04/05/2026")


def test_an_offset_is_dropped_because_stamps_are_the_sites_own_wall_time():
	assert convert(closed="2026-04-04 10:00:00+00:00")["closed_at"] == datetime(2026, 4, 4, 10)


def test_a_row_that_closes_before_it_begins_is_refused():
	with pytest.raises(mappings.RowError, match="closed_at.*before the reception"):
		convert(closed="2026-04-03 09:29:59")


def test_a_row_without_its_id_is_refused():
	with pytest.raises(mappings.RowError, match="external_id"):
		convert(id="")


def test_a_subject_that_is_too_long_is_cut_and_stays_whole_in_the_description():
	long = "á" * 300
	values = convert(title=long)
	assert len(values["subject"]) == mappings.SUBJECT_LENGTH
	assert values["description"] == long


@pytest.mark.parametrize(
	("change", "says"),
	[
		({"fields": {**FIELDS, "owner": {"value": "x"}}}, "owner"),
		({"fields": {k: v for k, v in FIELDS.items() if k != "subject"}}, "subject"),
		({"fields": {**FIELDS, "subject": {"colunm": "x"}}}, "subject.*colunm"),
		({"fields": {**FIELDS, "subject": {"column": "x", "type": "date"}}}, "subject.*date"),
		({"create_missing": ["customer"]}, "customer"),
	],
)
def test_a_mapping_with_a_mistake_is_refused_by_its_name(change, says):
	with pytest.raises(ImportFileError, match=says):
		mapping(**change)


@pytest.mark.parametrize("name", ["erpnext_issue", "erpnext_warranty_claim"])
def test_the_shipped_mappings_are_sound(name):
	assert mappings.load(name).account


def test_an_unknown_mapping_names_those_that_are_shipped():
	with pytest.raises(ImportFileError, match="zendesk.*erpnext_issue, erpnext_warranty_claim"):
		mappings.load("zendesk")


def test_a_warranty_claim_as_erpnext_exports_it_keeps_its_text_without_markup():
	cells = {
		"ID": "SER-1",
		"Issue": "<p>Se <b>descascara</b></p>",
		"Issue Date": "2026-01-31",
		"Customer": "Prosa",
	}
	values = mappings.load("erpnext_warranty_claim").convert(SourceRow(2, cells))
	assert (values["subject"], values["received_at"], values["customer"]) == (
		"Se descascara",
		datetime(2026, 1, 31),
		"Prosa",
	)


def test_rejected_rows_can_be_corrected_and_read_again(tmp_path):
	path = tmp_path / "r.csv"
	rejects = Rejects(path, ["id", "name"])
	rejects.add(SourceRow(9, {"id": "1", "name": "Peña"}), "no date")
	rejects.close()
	assert [row.cells for row in reader.rows(path)] == [
		{"import_row": "9", "import_reason": "no date", "id": "1", "name": "Peña"}
	]


def test_without_rejected_rows_no_file_is_left_behind(tmp_path):
	path = written(tmp_path / "r.csv", "from an earlier run")
	Rejects(path, ["id"]).close()
	assert not path.exists()
