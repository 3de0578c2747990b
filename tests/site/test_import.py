"""Requests come in from a file: each on its own, nothing twice, history apart, and again from where it stopped."""

import csv
import subprocess
from datetime import timedelta

import frappe
import pytest

from nervion_service.services import clock, intake
from nervion_service.services.imports import reader, runner
from tests import factories

MAPPING = """{"title": "Old desk", "account": "%s", "fields": {
	"external_id": {"column": "id"}, "channel": {"column": "way"}, "request_type": {"value": "General Information"},
	"subject": {"column": "subject"}, "party_name": {"column": "who"}, "customer": {"column": "customer"},
	"received_at": {"column": "received", "type": "datetime"}, "answered_at": {"column": "answered", "type": "datetime"},
	"closed_at": {"column": "closed", "type": "datetime"}}}"""
ROW = {
	"id": "1",
	"way": "Phone",
	"subject": "¿Qué rendimiento tiene?",
	"who": "Ferretería La Luz",
	"customer": "",
	"received": "2026-03-02 10:00:00",
	"answered": "2026-03-02 11:30:00",
	"closed": "2026-03-03 09:00:00",
}


@pytest.fixture
def desk(tmp_path):
	"""A folder with a mapping of its own account; `desk(rows)` writes the file and prepares the job."""
	account = factories.unique("desk")
	mapping = tmp_path / "mapping.json"
	mapping.write_text(MAPPING % account, encoding="utf-8")

	def prepare(*changes, name="requests.csv"):
		rows = [{**ROW, "id": str(number), **change} for number, change in enumerate(changes, start=1)]
		path = tmp_path / name
		with path.open("w", encoding="utf-8", newline="") as file:
			writer = csv.DictWriter(file, list(ROW))
			writer.writeheader()
			writer.writerows(rows)
		return runner.prepare(path, str(mapping), company=factories.make_company().name)

	prepare.account = account
	prepare.mapping = mapping
	return prepare


def folios(desk):
	return frappe.get_all(
		"Service Folio",
		filters={"account": desk.account},
		fields=["name", "external_id", "stage", "is_history", "first_answered_at", "routed_at"],
		order_by="external_id",
	)


def reasons(job):
	return [row.cells["import_reason"] for row in reader.rows(job.rejects_path)]


def test_a_closed_case_is_history_with_its_own_times(desk):
	summary = runner.run(desk({}))
	assert (summary.imported, summary.rejected) == (1, 0)
	(folio,) = folios(desk)
	assert (folio.stage, folio.is_history, str(folio.first_answered_at)) == (
		"Closed",
		1,
		"2026-03-02 11:30:00",
	)
	answer = frappe.get_doc("Service Commitment", {"case_name": folio.name, "kind": "First Answer"})
	assert (answer.status, answer.elapsed_seconds, answer.evidence_type) == (
		"Fulfilled",
		90 * 60,
		"Service Event",
	)


def test_an_open_case_goes_on_like_any_other(desk, background_jobs):
	received = clock.now() - timedelta(minutes=5)
	runner.run(desk({"received": received.isoformat(sep=" "), "answered": "", "closed": ""}))
	background_jobs.run()
	(folio,) = folios(desk)
	assert (folio.stage, folio.is_history) == ("Routed", 0)


def test_an_open_case_that_was_answered_is_given_to_a_person_and_owes_no_first_answer(desk, background_jobs):
	runner.run(desk({"closed": ""}))
	background_jobs.run()
	(folio,) = folios(desk)
	assert (folio.stage, str(folio.first_answered_at)) == ("Routed", "2026-03-02 11:30:00")
	status = frappe.db.get_value(
		"Service Commitment", {"case_name": folio.name, "kind": "First Answer"}, "status"
	)
	assert status == "Fulfilled"


def test_one_bad_row_never_stops_the_others_and_keeps_nothing(desk):
	job = desk(
		{},
		{"customer": "Nadie SA"},
		{"way": "Paloma"},
		{"received": "2999-01-01 10:00:00", "closed": "", "answered": ""},
		{"received": "ayer"},
		{},
	)
	before = frappe.db.count("Service Commitment")
	summary = runner.run(job)
	assert (summary.imported, summary.rejected) == (2, 4)
	assert [folio.external_id for folio in folios(desk)] == ["1", "6"]
	assert frappe.db.count("Service Commitment") == before + 2 * 3
	by_row = {row.cells["id"]: row.cells["import_reason"] for row in reader.rows(job.rejects_path)}
	for number, word in {"2": "Nadie SA", "3": "Paloma", "4": "2999", "5": "ayer"}.items():
		assert word in by_row[number]
		assert "<" not in by_row[number]


def test_a_rejected_row_is_corrected_and_brought_in_alone(desk):
	job = desk({}, {"received": "ayer"})
	runner.run(job)
	text = job.rejects_path.read_text(encoding="utf-8-sig").replace("ayer", "2026-03-02 10:00:00")
	job.rejects_path.write_text(text, encoding="utf-8-sig")
	again = runner.prepare(job.rejects_path, str(desk.mapping), company=job.company)
	assert runner.run(again).imported == 1
	assert len(folios(desk)) == 2


def test_a_dry_run_tries_every_row_and_keeps_nothing(desk):
	job = desk({}, {"way": "Paloma"}, {"id": "1"})
	summary = runner.run(job, dry_run=True)
	assert (summary.imported, summary.skipped, summary.rejected) == (1, 1, 1)
	assert folios(desk) == []
	assert "nothing was kept" in summary.text()


def test_a_dry_run_finds_the_same_row_in_a_later_batch_and_leaves_the_real_run_everything(desk, monkeypatch):
	monkeypatch.setattr(runner, "BATCH", 2)
	job = desk({}, {}, {"id": "1"})
	for dry_run in (True, False):
		summary = runner.run(job, dry_run=dry_run)
		assert (summary.imported, summary.skipped) == (2, 1)
	assert len(folios(desk)) == 2


def test_the_same_row_twice_in_a_file_comes_in_once(desk):
	summary = runner.run(desk({}, {"id": "1"}))
	assert (summary.imported, summary.skipped) == (1, 1)


def test_an_interrupted_run_is_continued_by_running_again(desk, monkeypatch):
	monkeypatch.setattr(runner, "BATCH", 2)
	job = desk(*[{}] * 5)
	real, seen = intake.import_history, []

	def interrupted(values):
		seen.append(values)
		if len(seen) == 4:
			raise KeyboardInterrupt
		return real(values)

	monkeypatch.setattr(intake, "import_history", interrupted)
	with pytest.raises(KeyboardInterrupt):
		runner.run(job)
	frappe.db.rollback()
	assert len(folios(desk)) == 2
	monkeypatch.setattr(intake, "import_history", real)
	summary = runner.run(desk(*[{}] * 5))
	assert (summary.imported, summary.skipped) == (3, 2)
	assert [folio.external_id for folio in folios(desk)] == ["1", "2", "3", "4", "5"]


def test_progress_counts_every_row(desk):
	steps = []
	job = desk(*[{}] * 3)
	runner.run(job, on_progress=steps.append)
	assert sum(steps) == job.total == 3


def test_the_rejected_rows_never_take_the_place_of_the_file_that_is_read(desk):
	job = desk({}, {"received": "ayer"})
	before = job.path.read_bytes()
	with pytest.raises(reader.ImportFileError, match="--rejects"):
		runner.prepare(job.path, str(desk.mapping), company=job.company, rejects=job.path)
	assert job.path.read_bytes() == before


def test_only_administrators_import(desk, run_as):
	job = desk({})
	person = factories.make_user(roles=("Service Coordinator",)).name
	with run_as(person), pytest.raises(frappe.PermissionError):
		runner.run(job)
	assert folios(desk) == []


def test_nobody_else_passes_the_workflow_by_claiming_to_import(run_as):
	person = factories.make_user(roles=("Service Executive",)).name
	values = {
		"company": factories.make_company().name,
		"channel": "Phone",
		"request_type": "Other",
		"subject": "x",
	}
	with run_as(person), pytest.raises(frappe.PermissionError):
		intake.import_history(
			{**values, "party_name": "x", "received_at": ROW["received"], "closed_at": ROW["closed"]}
		)


@pytest.mark.real_commits
def test_the_command_says_what_is_wrong_with_the_file_and_ends_with_one(desk, bench, tmp_path):
	bad = tmp_path / "bad.csv"
	bad.write_text("id,name\n1,x\n", encoding="utf-8")
	command = [str(bench.python), "-m", "frappe.utils.bench_helper", "frappe", "--site", bench.site]
	done = subprocess.run(
		[*command, "nervion-import", str(bad), "--mapping", str(desk.mapping)],
		cwd=bench.sites,
		capture_output=True,
		text=True,
		timeout=120,
	)
	assert done.returncode == 1
	assert "received" in done.stderr
	assert "Traceback" not in done.stderr
