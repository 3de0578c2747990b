"""The guard around site tests itself: nothing stays, commits do not escape, jobs wait."""

import os

import frappe
import pytest

NOTE = {"doctype": "ToDo", "description": "isolation-of-site-tests"}


def rows() -> int:
	return frappe.db.count("ToDo", {"description": NOTE["description"]})


def rows_seen_by_others() -> int:
	"""What another connection sees: only what was really committed."""
	from frappe.database import get_db

	conf = frappe.conf
	other = get_db(host=conf.db_host, port=conf.db_port, user=conf.db_name, password=conf.db_password)
	# the database is named in the statement: Frappe 15 selects none unless it is told, 2023 cannot be told
	counted = f"select count(*) from `{conf.db_name}`.`tabToDo` where description = %s"
	try:
		return other.sql(counted, NOTE["description"])[0][0]
	finally:
		other.close()


@pytest.mark.parametrize("turn", [1, 2])
def test_an_inserted_row_is_gone_in_the_next_test(turn):
	assert rows() == 0
	frappe.get_doc(NOTE).insert()
	assert rows() == 1


def test_a_commit_inside_a_test_is_not_seen_by_another_connection():
	frappe.get_doc(NOTE).insert()
	frappe.db.commit()
	assert rows() == 1
	assert rows_seen_by_others() == 0


def test_a_rollback_goes_back_to_the_last_commit_of_the_test():
	frappe.get_doc(NOTE).insert()
	frappe.db.commit()
	frappe.get_doc(NOTE).insert()
	frappe.db.rollback()
	assert rows() == 1


def test_what_waits_for_a_commit_runs_at_the_commit_only():
	said = []
	frappe.db.after_commit.add(lambda: said.append("committed"))
	assert said == []
	frappe.db.commit()
	assert said == ["committed"]


def test_a_job_waits_until_the_test_runs_it(background_jobs):
	frappe.enqueue(
		"frappe.defaults.set_global_default", key="isolation", value="ran", enqueue_after_commit=True
	)
	assert background_jobs.waiting == []
	frappe.db.commit()
	assert [job.name for job in background_jobs.waiting] == ["frappe.defaults.set_global_default"]
	assert frappe.db.get_default("isolation") is None
	assert background_jobs.run() == 1
	assert frappe.db.get_default("isolation") == "ran"


def test_a_cached_document_does_not_outlive_its_test_first():
	frappe.db.set_single_value("System Settings", "app_name", "isolation")
	frappe.clear_document_cache("System Settings", "System Settings")
	assert frappe.get_cached_doc("System Settings").app_name == "isolation"


def test_a_cached_document_does_not_outlive_its_test_second():
	assert frappe.get_cached_doc("System Settings").app_name != "isolation"


def test_the_user_is_the_administrator_whatever_the_last_test_did_first(run_as):
	with run_as("Guest"):
		assert frappe.session.user == "Guest"
	assert frappe.session.user == "Administrator"
	frappe.set_user("Guest")


def test_the_user_is_the_administrator_whatever_the_last_test_did_second():
	assert frappe.session.user == "Administrator"


def test_the_working_folder_is_the_sites_folder(bench):
	assert os.path.samefile(os.getcwd(), bench.sites)


def test_a_real_commit_is_seen_by_another_connection(real_commits):
	document = frappe.get_doc(NOTE).insert()
	frappe.db.commit()
	try:
		assert rows_seen_by_others() == 1
	finally:
		document.delete()
		frappe.db.commit()
	assert rows_seen_by_others() == 0
