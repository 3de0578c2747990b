"""Installing is complete, may run again without changing anything, and uninstalling takes away what is ours alone."""

import frappe
import pytest

from nervion_service.domain.complaint_words import EVERY_STAGE
from nervion_service.domain.taxonomy import ROLES
from nervion_service.services import clock, series
from nervion_service.setup import (
	created,
	custom_fields,
	defaults,
	indexes,
	install,
	masters,
	roles,
	traces,
	workflows,
)
from tests import factories

SETTLED = (
	"Assignment Rule",
	"Commitment Policy",
	"Commitment Step",
	"Custom DocPerm",
	"Custom Field",
	"DefaultValue",
	"Department",
	"Holiday",
	"Holiday List",
	"Property Setter",
	"Request Type",
	"Role",
	"Service Calendar",
	"Service Channel",
	"Service Procedure",
	"Service Shift",
	"Workflow",
	"Workflow Action Master",
	"Workflow Document State",
	"Workflow State",
	"Workflow Transition",
)


def picture():
	"""Every settled row with the time of its last change, the settings, and the series."""
	rows = {
		doctype: sorted(
			frappe.get_all(doctype, fields=["name", "modified"], as_list=True, limit_page_length=0)
		)
		for doctype in SETTLED
	}
	rows["Service Settings"] = frappe.db.get_singles_dict("Service Settings")
	rows["series"] = frappe.db.sql("SELECT name, current FROM tabSeries ORDER BY name")
	return rows


def our_doctypes():
	return frappe.get_all("DocType", {"module": custom_fields.MODULE}, pluck="name")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_there_and_works_on_the_desk(role):
	assert frappe.db.get_value("Role", role, "desk_access") == 1


def test_a_workflow_state_can_say_its_stage():
	field = frappe.get_meta("Workflow Document State").get_field("service_stage")
	assert field.options.split("\n") == ["", *EVERY_STAGE]


@pytest.mark.parametrize(("doctype", "fieldname"), indexes.INDEXES)
def test_what_every_page_of_the_portal_asks_is_found_by_an_index(doctype, fieldname):
	plan = frappe.db.sql(f"EXPLAIN SELECT name FROM `tab{doctype}` WHERE `{fieldname}` = 'a'", as_dict=True)
	assert plan[0].key
	assert frappe.get_meta(doctype).get_field(fieldname).search_index


def test_the_series_of_this_year_and_the_next_are_ready():
	year = clock.now().year
	assert series.prepared(year)
	assert series.prepared(year + 1)


def test_setting_up_again_changes_nothing():
	install.after_sync()
	before = picture()
	install.after_sync()
	after = picture()
	for part in before:
		assert after[part] == before[part], part


@pytest.mark.real_commits
def test_a_custom_field_that_was_bent_is_put_right():
	# a changed field changes its table, which commits by itself
	name = frappe.db.get_value(
		"Custom Field", {"dt": "Workflow Document State", "fieldname": "service_stage"}
	)
	frappe.db.set_value("Custom Field", name, "options", "Nowhere")
	custom_fields.install()
	assert "Nowhere" not in frappe.db.get_value("Custom Field", name, "options")


def test_a_role_that_the_site_had_already_is_left_alone_and_not_remembered_as_ours():
	factories.insert("Role", {"role_name": "Papelero", "desk_access": 0})
	assert not created.create_missing("Role", "Papelero", {"role_name": "Papelero", "desk_access": 1})
	assert frappe.db.get_value("Role", "Papelero", "desk_access") == 0
	assert "Papelero" not in created.names("Role")


def test_uninstalling_takes_our_roles_from_everybody_and_deletes_them():
	created.remember("Role", "Service Sales")
	user = factories.make_user(roles=["Service Sales"])
	workflows.uninstall()
	masters.uninstall()
	roles.uninstall(our_doctypes())
	assert not frappe.db.exists("Role", "Service Sales")
	assert not frappe.db.exists("Has Role", {"parent": user.name, "role": "Service Sales"})


def test_uninstalling_keeps_a_role_that_a_permission_of_others_names():
	created.remember("Role", "Service Sales")
	factories.insert("Custom DocPerm", {"parent": "Note", "role": "Service Sales", "read": 1})
	workflows.uninstall()
	masters.uninstall()
	roles.uninstall(our_doctypes())
	assert frappe.db.exists("Role", "Service Sales")


def test_uninstalling_keeps_a_workflow_state_that_a_workflow_of_others_names():
	for doctype, name in (("Workflow State", "Closed"), ("Workflow State", "Routed")):
		created.remember(doctype, name)
	states = [{"state": "Closed", "doc_status": "0", "allow_edit": "System Manager"}]
	factories.insert(
		"Workflow",
		{
			"workflow_name": "Notas",
			"document_type": "Note",
			"is_active": 0,
			"workflow_state_field": "title",
			"states": states,
		},
	)
	workflows.uninstall()
	assert frappe.db.exists("Workflow State", "Closed")
	assert not frappe.db.exists("Workflow State", "Routed")
	assert not frappe.db.exists("Workflow", {"document_type": "Service Folio"})


def test_uninstalling_keeps_the_holiday_list_that_the_company_uses():
	shared = factories.make_holiday_list(["2026-05-05"])
	lonely = factories.make_holiday_list(["2026-05-05"])
	for holiday_list in (shared, lonely):
		created.remember("Holiday List", holiday_list.name)
	frappe.db.set_value("Company", factories.make_company().name, "default_holiday_list", shared.name)
	frappe.db.set_value("Service Calendar", "Standard Hours", "holiday_list", lonely.name)
	defaults.uninstall(our_doctypes())
	assert frappe.db.exists("Holiday List", shared.name)
	assert not frappe.db.exists("Holiday List", lonely.name)


def test_uninstalling_keeps_correspondence_without_its_link_and_drops_what_only_we_need():
	about = {"reference_doctype": "Service Folio", "reference_name": "FOL-1999-000001"}
	letter = frappe.get_doc({"doctype": "Communication", "subject": "Queja", "content": "…", **about})
	letter.flags.ignore_links = True
	letter.db_insert()
	comment = frappe.get_doc({"doctype": "Comment", "comment_type": "Info", "content": "…", **about})
	comment.db_insert()
	traces.remove(our_doctypes())
	assert frappe.db.get_value("Communication", letter.name, ["subject", "reference_doctype"]) == (
		"Queja",
		None,
	)
	assert not frappe.db.exists("Comment", comment.name)
	assert not frappe.db.exists("Scheduled Job Type", {"method": ("like", "nervion_service.%")})
	assert not frappe.db.get_singles_dict("Service Settings")


def test_uninstalling_keeps_the_counters_so_that_no_folio_number_is_given_twice():
	year = clock.now().year
	traces.remove(our_doctypes())
	assert series.prepared(year)


@pytest.mark.parametrize("role", ["Service Executive", "Service Quality", "Service Sales"])
def test_who_registers_and_attends_may_choose_what_a_folio_links_to(role, run_as):
	customer, batch = factories.make_customer(), factories.make_batch()
	user = factories.make_user(roles=[role])
	with run_as(user.name):
		assert frappe.has_permission("Customer", "read", doc=customer.name)
		assert frappe.has_permission("Batch", "select")
		assert frappe.has_permission("Company", "select")
		assert not frappe.has_permission("Customer", "write", doc=customer.name)
		assert not frappe.has_permission("Batch", "write", doc=batch.name)


def test_who_sets_up_may_choose_the_roles_and_holidays_that_rules_promises_and_calendars_name(run_as):
	with run_as(factories.make_user(roles=["Service Administrator"]).name):
		assert frappe.has_permission("Role", "select") and frappe.has_permission("Holiday List", "select")
		assert not frappe.has_permission("Role", "write") and not frappe.has_permission(
			"Holiday List", "write"
		)
	with run_as(factories.make_user(roles=["Service Technician"]).name):
		assert not frappe.has_permission("Role", "select")


def test_an_outside_agency_may_not_look_through_the_customers(run_as):
	customer = factories.make_customer()
	user = factories.make_user(roles=["Service Agency"])
	with run_as(user.name):
		assert not frappe.has_permission("Customer", "select")
		assert not frappe.has_permission("Customer", "read", doc=customer.name)


def test_erpnexts_own_roles_keep_their_rights_on_the_masters(run_as):
	customer = factories.make_customer()
	user = factories.make_user(roles=["Sales User"])
	with run_as(user.name):
		assert frappe.has_permission("Customer", "write", doc=customer.name)


def test_a_right_that_an_administrator_took_back_stays_taken():
	frappe.db.delete("Custom DocPerm", {"parent": "Customer", "role": "Service Systems"})
	masters.install()
	assert not frappe.db.exists("Custom DocPerm", {"parent": "Customer", "role": "Service Systems"})


def test_uninstalling_gives_erpnexts_own_permissions_back():
	masters.uninstall()
	assert not frappe.db.exists("Custom DocPerm", {"parent": ("in", list(masters.GRANTS))})


def test_uninstalling_keeps_permissions_that_the_customer_changed():
	frappe.db.set_value("Custom DocPerm", {"parent": "Customer", "role": "Sales User"}, "export", 0)
	frappe.db.set_value("Custom DocPerm", {"parent": "Customer", "role": "Sales User"}, "import", 1)
	masters.uninstall()
	assert frappe.db.exists("Custom DocPerm", {"parent": "Customer", "role": "Sales User"})
	assert not frappe.db.exists("Custom DocPerm", {"parent": "Customer", "role": "Service Executive"})
