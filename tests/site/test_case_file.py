"""The file of a case: everything in it, each part with its digest, its history chained, its receipt good for any copy (K12)."""

import hashlib
import io
import json
import zipfile
from base64 import b64encode
from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime
from PIL import Image
from pypdf import PdfReader

from nervion_service.domain import case_chain
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import events, languages, pdf, personal_data
from nervion_service.services.case_file import build, gathering, keeping, sections, verification
from tests import engine, factories
from tests.engine import run_as
from tests.site import folio_factories as folios
from tests.site import outside
from tests.site import remedy_factories as remedies
from tests.site.folio_factories import cast, everybody  # noqa: F401 (a fixture)

CAST = (Role.QUALITY, Role.EXECUTIVE, Role.SALES, Role.TECHNICIAN)
HARMFUL = "<script>alert(1)</script> {{ 7*7 }} <img src=http://127.0.0.1:1/x>"


def photograph(colour=120):
	content = io.BytesIO()
	Image.new("RGB", (1600, 1200), (colour, 60, 40)).save(content, "JPEG")
	return content.getvalue()


def attach(doc, name, content):
	values = {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name, "is_private": 1}
	return frappe.get_doc({"doctype": "File", "file_name": name, "content": content, **values}).insert()


@pytest.fixture(scope="module")
def case(module_transaction):
	"""A complaint with its folio, a call, a photograph, a remedy that was done and what it cost, for all tests of the module."""
	with engine.working_folder(module_transaction.sites):
		complaint, _delivery = remedies.delivered_complaint()
		folios.write_to_customer(complaint.folio)
		complaint.db_set({"description": HARMFUL, "complainant_name": HARMFUL})
		remedy = remedies.promise(complaint)
		remedies.name_document(remedy, remedies.replacement(complaint))
		return frappe.get_doc("Service Complaint", complaint.name)


def opened(archive):
	with zipfile.ZipFile(io.BytesIO(archive)) as file:
		return {name: file.read(name) for name in file.namelist()}


def made(case, user="Administrator"):
	with run_as(user):
		name = keeping.ask("Service Complaint", case.name)
	frappe.db.commit()
	keeping.make(name)
	return frappe.get_doc("Case File", name)


def test_the_archive_holds_the_case_and_every_file_has_its_digest(case):
	attach(case, "falla.jpg", photograph())
	archive, manifest = build.build(case.name)
	contents = opened(archive)
	listed = {entry["path"]: entry for entry in manifest["files"]}
	assert set(contents) == {*listed, "manifest.json", "SHA256SUMS"}
	for path, entry in listed.items():
		assert hashlib.sha256(contents[path]).hexdigest() == entry["sha256"], path
	sums = dict(reversed(line.split("  ", 1)) for line in contents["SHA256SUMS"].decode().splitlines())
	assert sums == {
		path: hashlib.sha256(content).hexdigest()
		for path, content in contents.items()
		if path != "SHA256SUMS"
	}
	assert json.loads(contents["manifest.json"]) == manifest
	assert set(manifest["records"]) >= {
		"Service Folio",
		"Service Complaint",
		"Complaint Remedy",
		"Complaint Cost",
	}
	[photo] = [entry for entry in manifest["files"] if entry.get("title", "").startswith("falla")]
	assert (photo["doctype"], photo["name"]) == ("Service Complaint", case.name)
	chain = json.loads(contents["events.json"])
	told = {line["event"] for line in chain}
	assert told >= {"complaint_registered", "remedy_promised", "remedy_done"} and told & {
		"outbound",
		"first_answer",
	}
	assert manifest["history"]["head"] == chain[-1]["digest"]


def test_the_pages_tell_the_case_in_spanish_name_the_procedure_and_run_nothing(case):
	attach(case, "pared.jpg", photograph(90))
	frappe.local.lang = "es"
	archive, _manifest = build.build(case.name)
	printed = PdfReader(io.BytesIO(opened(archive)["expediente.pdf"]))
	pages = [" ".join(page.extract_text().split()) for page in printed.pages]
	text = " ".join(pages)
	for words in (
		case.name,
		case.folio,
		"Le explicamos el rendimiento",
		"Reparación cumplida",
		"Primera respuesta",
		"{{ 7*7 }}",
	):
		assert words in text, words
	assert "<script>alert(1)</script>" in text
	for number, page in enumerate(pages, 1):
		assert f"Página {number} de {len(pages)}" in page
		assert "MPC-" in page and "versión 1" in page, number


def test_a_file_with_costs_in_it_is_read_by_who_may_read_costs_and_by_who_made_it(case):
	both = {role: made(case, cast(role)).name for role in (Role.QUALITY, Role.EXECUTIVE)}
	zips = {role: frappe.get_doc("File", {"attached_to_name": name}) for role, name in both.items()}
	assert frappe.db.get_value("Case File", both[Role.QUALITY], "with_costs") == 1

	def read_by(role):
		with run_as(cast(role)):
			listed = frappe.get_list("Case File", {"name": ("in", list(both.values()))}, pluck="name")
			opened = [name for name in both.values() if frappe.has_permission("Case File", "read", doc=name)]
			files = [both[its] for its, file in zips.items() if file.has_permission("read")]
		assert set(listed) == set(opened) == set(files)
		return set(listed)

	assert read_by(Role.QUALITY) == set(both.values())
	assert read_by(Role.EXECUTIVE) == {both[Role.EXECUTIVE]}
	with run_as(cast(Role.EXECUTIVE)), pytest.raises(frappe.PermissionError):
		verification.verify(both[Role.QUALITY])
	frappe.db.set_value("Case File", both[Role.QUALITY], "made_by", cast(Role.EXECUTIVE))
	assert read_by(Role.EXECUTIVE) == set(both.values())


def test_without_a_printer_the_page_goes_itself(case, monkeypatch):
	def no_printer(*_arguments):
		raise pdf.NoPrinter

	monkeypatch.setattr(pdf, "of", no_printer)
	page = opened(build.build(case.name)[0])["case-file.html"].decode()
	assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_what_the_reader_may_not_see_is_left_out_and_said(case):
	with run_as(cast(Role.EXECUTIVE)):
		archive, manifest = build.build(case.name)
	assert manifest["left_out"] == {"Complaint Cost": 1}
	assert "Complaint Cost" not in manifest["records"]
	text = " ".join(
		page.extract_text() for page in PdfReader(io.BytesIO(opened(archive)["case-file.pdf"])).pages
	)
	assert "Complaint Cost: 1" in text
	assert "Value in Company Currency" not in text


def test_a_worker_makes_it_tells_how_far_it_is_and_keeps_the_receipt(case, monkeypatch, background_jobs):
	told = []
	monkeypatch.setattr(frappe, "publish_progress", lambda percent, **more: told.append(percent))
	with run_as(cast(Role.QUALITY)):
		name = keeping.ask("Service Complaint", case.name)
		assert frappe.db.get_value("Case File", name, "state") == "Waiting"
		background_jobs.run()
	file = frappe.get_doc("Case File", name)
	assert (file.state, file.made_by, told[-1]) == ("Ready", cast(Role.QUALITY), 100)
	assert file.receipt_code == case_chain.receipt_code(file.digest)
	stored = frappe.get_doc("File", {"attached_to_doctype": "Case File", "attached_to_name": name})
	assert stored.is_private and hashlib.sha256(stored.get_content()).hexdigest() == file.file_digest
	assert verification.verify(name)["ok"]
	with pytest.raises(frappe.PermissionError):
		file.update({"receipt_code": "0000-0000-0000-0000"}).save()


def test_what_goes_wrong_is_said_on_the_file(case, monkeypatch):
	def broken(*_arguments):
		raise RuntimeError("no paper")

	monkeypatch.setattr(build, "_printed", broken)
	file = made(case)
	assert (file.state, file.receipt_code) == ("Failed", None)
	# no words of a program, but where they are
	assert "no paper" not in file.problem and f"Case file {file.name}" in file.problem
	with pytest.raises(frappe.ValidationError, match="not ready"):
		verification.verify(file.name)


def test_a_line_that_was_changed_or_taken_out_is_named_and_later_ones_are_no_difference(case):
	file = made(case)
	lines = json.loads(file.manifest)["history"]["lines"]
	events.record(case, Events.CAUSE_SET)
	found = verification.verify(file.name)
	# the making of the file is a line itself
	assert (found["ok"], found["lines"], found["later"]) == (True, len(lines), 2)
	second = lines[1]["name"]
	frappe.db.set_value("Service Event", second, "actor", "Guest", update_modified=False)
	found = verification.verify(file.name)
	assert (found["ok"], found["difference"]) == (False, {"line": 2, "how": "changed"})
	assert "Line 2" in found["sentence"]
	frappe.db.delete("Service Event", {"name": second})
	assert verification.verify(file.name)["difference"] == {"line": 2, "how": "missing"}


def test_a_line_that_was_slipped_into_the_past_is_named(case):
	file = made(case)
	line = events.record(case, Events.ANSWERED, happened_at=file.made_at - timedelta(days=1))
	assert verification.verify(file.name)["ok"]
	frappe.db.set_value(
		"Service Event", line, "creation", file.made_at - timedelta(hours=1), update_modified=False
	)
	found = verification.verify(file.name)
	assert not found["ok"] and found["difference"]["how"] == "added"
	told = frappe._(
		"Line {0} of the history was slipped in: it claims to be older than the file, which does not have it."
	)
	assert found["sentence"] == told.format(found["difference"]["line"])


def test_what_is_written_while_a_file_is_made_was_not_slipped_in(case, monkeypatch):
	lines, printed = [], build._printed

	def slowly(*arguments):
		# the sweep, a mail or a colleague, while the pages are printed; and one whose transaction was under way before
		lines.extend(events.record(case, Events.CAUSE_SET) for _one in range(2))
		before = now_datetime() - timedelta(minutes=5)
		frappe.db.set_value("Service Event", lines[1], "creation", before, update_modified=False)
		return printed(*arguments)

	monkeypatch.setattr(build, "_printed", slowly)
	file = made(case)
	found = verification.verify(file.name)
	# the making of the file is a line itself
	assert (found["ok"], found["later"]) == (True, len(lines) + 1)
	before = now_datetime() - timedelta(minutes=30)
	frappe.db.set_value("Service Event", lines[0], "creation", before, update_modified=False)
	assert verification.verify(file.name)["difference"]["how"] == "added"


def test_a_manifest_that_was_changed_here_is_noticed(case):
	file = made(case)
	kept = json.loads(file.manifest)
	kept["made_by"] = "otra@persona.test"
	file.db_set("manifest", case_chain.canonical(kept).decode())
	found = verification.verify(file.name)
	assert (found["ok"], found["difference"]["how"]) == (False, "manifest")


def test_a_copy_is_known_by_its_receipt_and_by_its_manifest_and_a_forged_one_is_not(case):
	file = made(case)
	manifest = opened(frappe.get_doc("File", {"file_url": file.file}).get_content())["manifest.json"].decode()
	typed = file.receipt_code.lower().replace("-", " ")
	for arguments in ({"receipt": typed}, {"manifest": manifest}, {"receipt": typed, "manifest": manifest}):
		found = verification.check_copy(**arguments)
		assert (found["found"], found["case"], found["case_file"]) == (True, case.name, file.name)
	forged = manifest.replace(case.name, "QR-1999-00001")
	for arguments in (
		{"manifest": forged},
		{"receipt": typed, "manifest": forged},
		{"receipt": "7K2M-0QXT-4B9C-W1ZD"},
	):
		assert verification.check_copy(**arguments)["found"] is False
	with pytest.raises(frappe.ValidationError, match="Give the receipt"):
		verification.check_copy()


@pytest.mark.parametrize("role", [Role.SALES, Role.TECHNICIAN])
def test_who_may_not_read_case_files_neither_makes_nor_checks_one(case, role):
	file = made(case)
	with run_as(cast(role)):
		for call in (
			lambda: keeping.ask("Service Complaint", case.name),
			lambda: verification.verify(file.name),
			lambda: verification.check_copy(file.receipt_code),
		):
			with pytest.raises(frappe.PermissionError):
				call()
	assert frappe.db.count("Case File", {"case_name": case.name}) == 1


def test_files_are_made_of_cases_only(case):
	with pytest.raises(frappe.ValidationError, match="complaints and folios"):
		keeping.ask("User", "Administrator")


def test_a_file_whose_worker_died_is_made_by_the_next_hour(case):
	name = keeping.ask("Service Complaint", case.name)
	keeping.catch_up()
	assert frappe.db.get_value("Case File", name, "state") == "Waiting", "a worker may be at it"
	frappe.db.set_value("Case File", name, "creation", frappe.utils.add_to_date(now_datetime(), hours=-1))
	keeping.catch_up()
	assert frappe.db.get_value("Case File", name, "state") == "Ready"


def test_a_signature_is_printed_and_our_own_words_are_read_in_the_readers_language():
	visit = frappe.new_doc("Service Technical Visit")
	visit.update({"name": "VT-1", "signature": "data:image/png;base64," + b64encode(outside.PNG).decode()})
	section, pictures = sections.of_record(visit)
	((address, _label),) = section.figures
	assert pictures == {address: outside.PNG}
	assert b"/Image" in pdf.of(f'<img src="{address}">', pictures)
	assert b"/Image" not in pdf.of(f'<img src="{address}">', {})
	complaint = frappe.new_doc("Service Complaint")
	complaint.defect = "Leaking Can"
	with languages.speaking("es"):
		facts = dict(sections.of_record(complaint)[0].facts)
	assert "Leaking Can" not in facts.values() and len(facts["Defecto"]) > 3


def noted(doctype, **values):
	"""A document as it stands in the database; its controller is not asked."""
	doc = frappe.get_doc({"doctype": doctype, "name": factories.unique("X", "-"), **values})
	doc.db_insert()
	return doc.name


def test_what_hangs_on_a_second_folio_a_visit_or_a_batch_is_of_the_case_too(case):
	second = folios.make_folio(customer=case.customer)
	second.db_set("complaint", case.name)
	taken_over = folios.make_folio(customer=case.customer)
	taken_over.db_set("merged_into", second.name)
	batch = factories.make_batch().name
	case.lines[0].db_set("batch", batch)
	visit = noted("Service Technical Visit", folio=second.name)
	reports = [
		noted("Technical Analysis Report", **about) for about in ({"folio": second.name}, {"visit": visit})
	]
	sample = noted("Service Sample", visit=visit)
	before = case.received_at - timedelta(days=1)
	holds = [
		noted("Service Batch Hold", folio=second.name, held_at=now_datetime()),
		noted("Service Batch Hold", batch=batch, held_at=before, complaint="QR-OF-ANOTHER"),
	]
	released = noted(
		"Service Batch Hold", batch=batch, held_at=before - timedelta(days=9), released_at=before
	)
	action = noted("Service Corrective Action", complaint="QR-OF-ANOTHER")
	case.db_set("demanded_action", action)
	for root in (case, second):
		found = gathering.gather(root.doctype, root.name).names
		assert set(found["Service Folio"]) == {case.folio, second.name, taken_over.name}
		assert found["Service Complaint"] == [case.name]
		assert found["Service Technical Visit"] == [visit] and found["Service Sample"] == [sample]
		assert set(found["Technical Analysis Report"]) == set(reports)
		assert set(found["Service Batch Hold"]) == set(holds) and released not in holds
		assert found["Service Corrective Action"] == [action]


TEST_ROW = {
	"method": "ASTM D3359",
	"property_name": "Adherencia",
	"instrument": "Cortador 07",
	"calibrated_until": "2027-01-31",
	"tested_on": "2026-11-02",
	"uom": "grado",
	"minimum": "4",
	"maximum": "5",
	"result": "2",
	"verdict": "Fail",
	"retained_result": "5",
	"retained_verdict": "Pass",
}


def test_a_row_with_more_than_a_page_is_wide_is_shown_whole():
	report = frappe.new_doc("Technical Analysis Report")
	report.append("tests", TEST_ROW)
	report.append("tests", {**TEST_ROW, "instrument": None})
	[table] = [one for one in sections.of_record(report)[0].tables if one.more]
	assert len(table.headers) == sections.MOST_COLUMNS == len(table.rows[0])
	for row, more, values in zip(table.rows, table.more, report.tests, strict=True):
		said = " ".join([*row, more])
		for df in values.meta.fields:
			if values.get(df.fieldname):
				assert sections.in_words(df, values.get(df.fieldname), values) in said, df.fieldname
	instrument = frappe.get_meta("Analysis Test").get_label("instrument")
	assert f"{frappe._(instrument)}: " not in table.more[1]


def test_the_archive_has_every_record_as_data_and_the_report_on_paper(case):
	report = noted("Technical Analysis Report", complaint=case.name, approved_at=now_datetime(), docstatus=1)
	archive, manifest = build.build(case.name)
	contents = opened(archive)
	for doctype, names in manifest["records"].items():
		for name in names:
			data = json.loads(contents[f"data/{frappe.scrub(doctype)}-{name}.json"])
			assert (data["doctype"], data["name"]) == (doctype, name)
	[line] = json.loads(contents[f"data/service_complaint-{case.name}.json"])["lines"]
	assert (line["remedy"], line["ground"], line["delivered_qty"]) == ("Replacement", "Warranty", 40)
	assert contents[f"{report}.pdf"].startswith(b"%PDF")
	listed = {entry["path"]: entry for entry in manifest["files"]}
	assert listed[f"data/service_complaint-{case.name}.json"]["name"] == case.name
	with run_as(cast(Role.EXECUTIVE)):
		remedies_told = [
			json.loads(content)
			for path, content in opened(build.build(case.name)[0]).items()
			if path.startswith("data/complaint_remedy")
		]
	assert remedies_told and all("amount" not in one for one in remedies_told)


def test_the_data_sheet_that_evidence_names_is_in_the_file_and_what_is_lost_is_said(case):
	sheet = {"attached_to_doctype": "Technical Data Sheet", "attached_to_name": "FT-1", "is_private": 1}
	stored = frappe.get_doc(
		{"doctype": "File", "file_name": "ficha.txt", "content": "Ficha", **sheet}
	).insert()
	for url in (stored.file_url, "/private/files/se-perdio.pdf"):
		row = case.append("evidence", {"evidence_kind": "Photographs", "file": url})
		row.db_insert()
	archive, manifest = build.build(case.name)
	assert manifest["missing_files"] == ["se-perdio.pdf"]
	[entry] = [one for one in manifest["files"] if one.get("title") == stored.file_name]
	assert (entry["doctype"], entry["name"]) == ("Service Complaint", case.name)
	assert opened(archive)[entry["path"]] == b"Ficha"
	[pages] = [content for path, content in opened(archive).items() if path == "case-file.pdf"]
	assert "se-perdio.pdf" in " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pages)).pages)


def test_a_file_in_which_a_persons_folio_stands_is_that_persons_whoever_complained():
	address = f"{factories.unique('persona', '-').lower()}@ejemplo.test"
	folio = folios.make_folio(email=address)
	kept = {"records": {"Service Folio": [folio.name], "Service Complaint": ["QR-OF-ANOTHER"]}}
	files = [
		noted(
			"Case File",
			case_type="Service Complaint",
			case_name="QR-OF-ANOTHER",
			manifest=json.dumps(manifest),
		)
		for manifest in (kept, {"records": {"Service Folio": [f"{folio.name}9"]}})
	]
	assert personal_data.find(email=address).case_files == (files[0],)
