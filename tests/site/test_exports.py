"""Records go over to We-Keep and SION as signed folders; a state each, tried again, and nothing here waits for them (D13)."""

import json
import os

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime
from frappe.utils.password import remove_encrypted_password

from nervion_service.domain import case_chain
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.integrations import sion, wekeep
from nervion_service.services.exports import handing_over, packages
from tests.engine import run_as
from tests.site import folio_factories as folios
from tests.site.folio_factories import cast, everybody  # noqa: F401 (a fixture)

CAST = (Role.SYSTEMS, Role.SALES)


@pytest.fixture(autouse=True)
def switched_on(tmp_path, monkeypatch):
	"""Both systems switched on since a minute ago, and a folder of the test's own."""
	for field in ("export_to_wekeep", "export_to_sion"):
		frappe.db.set_single_value("Complaint Settings", field, 1)
	frappe.db.set_single_value("Complaint Settings", "export_since", add_to_date(now_datetime(), minutes=-1))
	monkeypatch.setitem(frappe.conf, "service_export_folder", str(tmp_path))
	return tmp_path


def export_of(record, system="We-Keep"):
	wanted = {"record_type": record.doctype, "record": record.name, "system": system}
	return frappe.get_doc("Record Export", wanted)


def test_a_closed_folio_goes_over_once_whole_and_signed_and_again_when_it_changed(switched_on):
	folio = folios.close(folios.make_folio())
	assert wekeep.export() >= 1
	export = export_of(folio)
	assert (export.state, export.version) == ("Exported", 1)
	folder = switched_on / export.folder
	manifest = (folder / "manifest.json").read_bytes()
	assert case_chain.is_signed(manifest, packages.secret(), (folder / "manifest.sig").read_text())
	assert case_chain.digest(manifest) == export.digest
	for file in json.loads(manifest)["files"]:
		assert case_chain.digest((folder / file["path"]).read_bytes()) == file["sha256"]
	record = json.loads((folder / "record.json").read_text())
	assert (record["name"], record["satisfaction"]) == (folio.name, "Satisfied")
	assert json.loads(manifest)["procedure"].startswith("MPC-SER-001")
	assert [row.details for row in folios.events_of(folio, Events.RECORD_EXPORTED)] == [
		'{"system": "We-Keep"}'
	]
	assert wekeep.export() == 0, "it went over already"
	frappe.db.set_value(
		"Service Folio", folio.name, "modified", add_to_date(now_datetime(), seconds=5), update_modified=False
	)
	wekeep.export()
	assert (export_of(folio).version, export_of(folio).folder[-2:]) == (2, "v2")
	assert list(switched_on.rglob(".*")) == []


def test_what_went_over_goes_again_when_it_is_taken_up_or_gets_a_file():
	folio = folios.close(folios.make_folio())
	wekeep.export()
	# a file touches no date of its document
	frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "nota.txt",
			"content": "Se agregó después",
			"attached_to_doctype": folio.doctype,
			"attached_to_name": folio.name,
			"is_private": 1,
		}
	).insert()
	frappe.db.set_value(
		"File", {"attached_to_name": folio.name}, "creation", add_to_date(now_datetime(), seconds=1)
	)
	wekeep.export()
	assert export_of(folio).version == 2
	frappe.db.set_value(
		"Service Folio",
		folio.name,
		{"stage": "Reopened", "modified": add_to_date(now_datetime(), seconds=2)},
		update_modified=False,
	)
	wekeep.export()
	export = export_of(folio)
	record = json.loads((packages.root() / export.folder / packages.RECORD).read_text())
	assert (export.version, record["stage"]) == (3, "Reopened")


def test_a_file_whose_bytes_are_gone_is_said_to_be_missing():
	folio = folios.close(folios.make_folio())
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "perdida.txt",
			"content": "Algo",
			"attached_to_doctype": folio.doctype,
			"attached_to_name": folio.name,
			"is_private": 1,
		}
	).insert()
	os.unlink(file.get_full_path())
	wekeep.export()
	manifest = json.loads((packages.root() / export_of(folio).folder / packages.MANIFEST).read_text())
	assert manifest["missing_files"] == [file.file_name]


def test_erased_records_are_taken_back_and_go_over_anew():
	folio = folios.close(folios.make_folio())
	wekeep.export()
	first = packages.root() / export_of(folio).folder
	assert first.is_dir()
	assert handing_over.forget(folio.doctype, [folio.name]) == 1
	assert first.is_dir()
	frappe.db.commit()
	assert not first.exists() and export_of(folio).state == "Pending"
	wekeep.export()
	assert (export_of(folio).state, export_of(folio).version) == ("Exported", 2)


def test_what_is_open_is_older_or_of_another_system_stays_here():
	folio = folios.make_folio()
	old = folios.close(folios.make_folio())
	frappe.db.set_value(
		"Service Folio", old.name, "modified", add_to_date(now_datetime(), days=-3), update_modified=False
	)
	wekeep.export()
	sion.export()
	for record in (folio, old):
		assert not frappe.db.exists("Record Export", {"record": record.name})


def test_nothing_goes_over_while_it_is_switched_off(switched_on):
	frappe.db.set_single_value("Complaint Settings", "export_to_wekeep", 0)
	folios.close(folios.make_folio())
	assert wekeep.export() == 0
	assert list(switched_on.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_tried_again_later_given_up_in_the_open_and_mended(
	monkeypatch, switched_on
):
	folio = folios.close(folios.make_folio())
	place = packages._place

	def full(*_arguments):
		raise OSError(28, "No space left on device")

	monkeypatch.setattr(packages, "_place", full)
	assert wekeep.export() == 0
	export = export_of(folio)
	assert (export.state, export.attempts) == ("Pending", 1) and "No space left" in export.last_error
	assert wekeep.export() == 0 and export_of(folio).attempts == 1, "its turn has not come"
	for _attempt in range(9):
		frappe.db.set_value("Service Retry", {"document_name": export.name}, "next_at", now_datetime())
		wekeep.export()
	assert (export_of(folio).state, export_of(folio).attempts) == ("Failed", 10)
	assert list(switched_on.iterdir()) == []
	monkeypatch.setattr(packages, "_place", place)
	assert wekeep.export() == 0, "a person has to look first"
	with run_as(cast(Role.SALES)), pytest.raises(frappe.PermissionError):
		handing_over.try_again()
	with run_as(cast(Role.SYSTEMS)):
		assert handing_over.try_again(json.dumps([export.name])) == 1
	wekeep.export()
	assert export_of(folio).state == "Exported"
	assert not frappe.db.exists("Service Retry", {"document_name": export.name})


def test_the_folder_stays_below_the_private_files_whatever_the_settings_say(monkeypatch):
	monkeypatch.delitem(frappe.conf, "service_export_folder")
	private = frappe.get_site_path("private", "files")
	for named in ("../../../etc", "/etc/cron.d", "a/../../b", "expedientes/2026"):
		frappe.db.set_single_value("Complaint Settings", "export_folder", named)
		assert str(packages.root()).startswith(f"{os.path.abspath(private)}/"), named


def test_nobody_writes_the_state_of_a_hand_over_by_hand():
	folio = folios.close(folios.make_folio())
	wekeep.export()
	export = export_of(folio)
	with pytest.raises(frappe.PermissionError, match="written by the system"):
		export.update({"state": "Pending"}).save()
	with pytest.raises(frappe.ValidationError, match="never deleted"):
		export.delete()
	assert export_of(folio).state == "Exported"


def test_the_secret_that_receivers_hold_outlives_every_save_of_the_settings():
	given = packages.secret()
	for change in ({"recurrence_days": 91}, {"export_folder": "otra"}):
		settings = frappe.get_doc("Complaint Settings")
		settings.update(change)
		settings.save()
		assert packages.secret() == given, change
	# as on a site where it was made before the field showed that there is one
	frappe.db.set_single_value("Complaint Settings", "export_secret", "")
	frappe.get_doc("Complaint Settings").save()
	assert packages.secret() == given
	settings = frappe.get_doc("Complaint Settings")
	settings.export_secret = ""
	with pytest.raises(frappe.ValidationError, match="is not taken away"):
		settings.save()
	assert packages.secret() == given
	settings = frappe.get_doc("Complaint Settings")
	settings.export_secret = "otra llave, escrita por quien la administra"
	settings.save()
	assert packages.secret() == "otra llave, escrita por quien la administra"


def test_a_secret_is_there_as_soon_as_something_is_handed_over():
	remove_encrypted_password("Complaint Settings", "Complaint Settings", "export_secret")
	frappe.db.set_single_value("Complaint Settings", "export_secret", "")
	settings = frappe.get_doc("Complaint Settings")
	settings.save()
	made = settings.get_password("export_secret")
	assert len(made) == 64 and packages.secret() == made
