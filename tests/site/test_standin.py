"""What the embedded bench's stand-in promises about ERPNext, and the factories about both.

Every test here passes on the real ERPNext too: where it fails there, the stand-in tells a lie.
"""

import re

import frappe
import pytest
from frappe.utils import add_days, getdate, now_datetime
from frappe.utils.nestedset import get_root_of

from tests import factories

TREES = ("Customer Group", "Territory", "Item Group", "Department")
LINKED = (
	"Batch",
	"Branch",
	"Brand",
	"Company",
	"Customer",
	"Delivery Note",
	"Delivery Note Item",
	"Employee",
	"Holiday",
	"Holiday List",
	"Lead",
	"Packed Item",
	"Portal User",
	"Product Bundle",
	"Sales Invoice",
	"Sales Invoice Item",
	"Serial and Batch Bundle",
	"Serial and Batch Entry",
	"UOM",
	"Warehouse",
	*TREES,
)
DEPARTMENTS = {
	"Accounts",
	"Marketing",
	"Sales",
	"Purchase",
	"Operations",
	"Production",
	"Dispatch",
	"Customer Service",
	"Human Resources",
	"Management",
	"Quality Management",
	"Research & Development",
	"Legal",
}
ROLES = {
	"Sales User": 1,
	"Sales Manager": 1,
	"Stock User": 1,
	"Accounts User": 1,
	"Quality Manager": 1,
	"Employee": 1,
	"Customer": 0,
}


def batches_of(bundle):
	"""{batch: quantity} of a Serial and Batch Bundle."""
	return {row.batch_no: row.qty for row in frappe.get_doc("Serial and Batch Bundle", bundle).entries}


# What a site holds


@pytest.mark.parametrize("doctype", LINKED)
def test_the_doctypes_that_the_app_links_to_are_there(doctype):
	assert frappe.db.exists("DocType", doctype)
	assert frappe.get_meta(doctype).module != "Core"


@pytest.mark.parametrize("doctype", TREES)
def test_every_tree_has_one_root_that_is_a_group(doctype):
	root = frappe.get_doc(doctype, get_root_of(doctype))
	assert root.is_group
	assert not root.get(frappe.get_meta(doctype).nsm_parent_field)


@pytest.mark.parametrize("role", ROLES)
def test_roles_of_the_team_have_the_desk_and_the_customer_has_not(role):
	assert frappe.db.get_value("Role", role, "desk_access") == ROLES[role]


@pytest.mark.parametrize("unit", ["Litre", "Kg"])
def test_the_units_of_a_paint_maker_are_there(unit):
	assert not frappe.db.get_value("UOM", unit, "must_be_whole_number")


def test_some_units_are_counted_only():
	assert frappe.db.exists("UOM", {"must_be_whole_number": 1})


# Company


def test_the_company_is_made_once():
	assert factories.make_company().name == factories.make_company().name


def test_a_new_company_gets_departments_and_warehouses_named_with_its_abbreviation():
	abbr = "ZQ" + frappe.generate_hash(length=4).upper()
	company = factories.make_company(company_name=factories.unique("Empresa"), abbr=abbr)
	departments = frappe.get_all("Department", filters={"company": company.name}, pluck="name")
	with factories.site_language():
		assert set(departments) == {f"{frappe._(name)} - {abbr}" for name in DEPARTMENTS}
		stores = frappe.get_doc("Warehouse", f"{frappe._('Stores')} - {abbr}")
		assert stores.parent_warehouse == f"{frappe._('All Warehouses')} - {abbr}"
	assert stores.lft > frappe.db.get_value("Warehouse", stores.parent_warehouse, "lft")
	assert factories.usual_warehouse(company.name) == stores.name


def test_two_companies_cannot_share_an_abbreviation():
	abbr = factories.make_company().abbr
	before = frappe.db.count("Company")
	with pytest.raises(frappe.ValidationError, match="(?i)abbreviation|abreviatura"):
		factories.make_company(company_name=factories.unique("Empresa"), abbr=abbr)
	assert frappe.db.count("Company") == before


def test_a_department_is_named_after_its_company_and_hangs_from_the_root():
	company = factories.make_company()
	department = factories.make_department(department_name=factories.unique("Tintas"))
	assert department.name == f"{department.department_name} - {company.abbr}"
	assert department.parent_department == get_root_of("Department")


def test_a_warehouse_is_named_after_its_company():
	warehouse = factories.make_warehouse()
	assert warehouse.name == f"{warehouse.warehouse_name} - {factories.make_company().abbr}"


# People and parties


def test_a_user_has_the_roles_asked_for_and_desk_roles_make_a_system_user():
	user = factories.make_user(roles=["Sales User"])
	assert {row.role for row in user.roles} == {"Sales User"}
	assert (user.user_type, user.enabled) == ("System User", 1)
	assert factories.make_user(enabled=0).enabled == 0


def test_a_customer_is_named_by_its_name_and_the_second_of_that_name_is_numbered():
	first = factories.make_customer()
	second = factories.make_customer(customer_name=first.customer_name)
	assert first.name == first.customer_name
	assert second.name == f"{first.customer_name} - 1"


def test_a_customer_has_group_territory_and_kind():
	customer = factories.make_customer(customer_type="Individual")
	assert customer.customer_type == "Individual"
	assert frappe.db.exists("Customer Group", customer.customer_group)
	assert frappe.db.exists("Territory", customer.territory)


def test_e_mail_and_mobile_of_a_new_customer_become_its_primary_contact():
	email = f"{factories.unique('compras', '.')}@cliente.test"
	customer = factories.make_customer(email_id=email, mobile_no="+52 55 5555 0202")
	contact = frappe.get_doc("Contact", customer.customer_primary_contact)
	assert (contact.email_id, contact.mobile_no) == (email, "+52 55 5555 0202")
	assert contact.company_name == customer.customer_name
	assert contact.has_link("Customer", customer.name)


def test_a_person_as_a_customer_is_a_contact_by_first_and_last_name():
	email = f"{factories.unique('rosa', '.')}@cliente.test"
	customer = factories.make_customer(
		customer_name=f"Rosa Elena Díaz{factories.unique('', '')}", customer_type="Individual", email_id=email
	)
	contact = frappe.get_doc("Contact", customer.customer_primary_contact)
	assert (contact.first_name, contact.middle_name) == ("Rosa", "Elena")
	assert contact.last_name == customer.customer_name.split()[-1]


def test_a_portal_user_is_listed_on_the_customer_holds_its_role_and_is_its_contact():
	customer = factories.make_customer()
	user = factories.make_portal_user(customer)
	listed = frappe.get_all("Portal User", filters={"parent": customer.name}, pluck="user")
	assert listed == [user.name]
	assert user.user_type == "Website User"
	assert "Customer" in frappe.get_roles(user.name)
	contact = frappe.get_doc("Contact", {"user": user.name})
	assert contact.has_link("Customer", customer.name)


def test_a_lead_is_a_person_with_its_own_series():
	lead = factories.make_lead(first_name="Ana", last_name="Cruz")
	assert lead.name.startswith(f"CRM-LEAD-{now_datetime().year}-")
	assert (lead.lead_name, lead.title, lead.status) == ("Ana Cruz", "Ana Cruz", "Lead")
	assert lead.email_id
	assert lead.mobile_no


def test_a_lead_is_a_contact_too():
	lead = factories.make_lead()
	contact = frappe.get_doc("Contact", {"email_id": lead.email_id})
	assert contact.has_link("Lead", lead.name)
	assert contact.mobile_no == lead.mobile_no


def test_an_organization_as_a_lead_is_called_by_its_name():
	lead = factories.make_lead(first_name=None, company_name="Recubrimientos del Golfo")
	assert lead.lead_name == lead.title == "Recubrimientos del Golfo"


def test_two_leads_cannot_share_an_e_mail_address():
	lead = factories.make_lead()
	before = frappe.db.count("Lead")
	with pytest.raises(frappe.DuplicateEntryError):
		factories.make_lead(email_id=lead.email_id)
	assert frappe.db.count("Lead") == before


def test_a_customer_made_from_a_lead_converts_it_and_takes_its_contacts():
	lead = factories.make_lead()
	contact = factories.make_contact(lead=lead)
	customer = factories.make_customer(lead_name=lead.name)
	assert frappe.db.get_value("Lead", lead.name, "status") == "Converted"
	assert frappe.get_doc("Contact", contact.name).has_link("Customer", customer.name)


def test_an_employee_stands_for_a_user_who_becomes_one():
	user, department = factories.make_user(roles=["Sales User"]), factories.make_department()
	employee = factories.make_employee(user, department)
	assert (employee.user_id, employee.department) == (user.name, department.name)
	assert (employee.employee_name, employee.status) == (employee.first_name, "Active")
	assert "Employee" in frappe.get_roles(user.name)


def test_a_user_is_one_active_employee_only():
	user = factories.make_user(roles=["Sales User"])
	factories.make_employee(user)
	with pytest.raises(frappe.DuplicateEntryError):
		factories.make_employee(user)
	assert frappe.db.count("Employee", {"user_id": user.name}) == 1


# Items and batches


def test_an_item_is_named_by_its_code():
	item = factories.make_item(brand=factories.make_brand().name)
	assert item.name == item.item_code
	assert (item.stock_uom, item.has_batch_no, item.disabled) == ("Litre", 0, 0)
	assert item.description
	assert item.brand


def test_a_batch_belongs_to_an_item_that_is_kept_in_batches():
	batch = factories.make_batch()
	assert batch.name == batch.batch_id
	assert batch.item_name == frappe.db.get_value("Item", batch.item, "item_name")


def test_an_item_without_batches_gets_none():
	item = factories.make_item()
	with pytest.raises(frappe.ValidationError):
		factories.make_batch(item)
	assert not frappe.db.exists("Batch", {"item": item.name})


def test_the_expiry_date_follows_from_the_shelf_life():
	item = factories.make_item(batched=True, has_expiry_date=1, shelf_life_in_days=365)
	batch = factories.make_batch(item, manufacturing_date="2026-01-01")
	assert getdate(batch.expiry_date) == getdate("2027-01-01")


def test_a_holiday_list_counts_and_sorts_its_days():
	holidays = factories.make_holiday_list(["2026-12-25", "2026-01-01"])
	assert holidays.total_holidays == 2
	assert [str(row.holiday_date) for row in holidays.holidays] == ["2026-01-01", "2026-12-25"]


def test_a_holiday_is_listed_once_and_inside_the_period():
	for days in (["2026-01-01", "2026-01-01"], ["2025-01-01"]):
		rows = [{"holiday_date": day, "description": "x"} for day in days]
		name = factories.unique("Lista")
		with pytest.raises(frappe.ValidationError):
			factories.make_holiday_list(["2026-05-01"], holiday_list_name=name, holidays=rows)
		assert not frappe.db.exists("Holiday List", name)


# Deliveries


def test_a_delivery_note_has_its_series_its_totals_and_waits_for_the_bill():
	customer, item = factories.make_customer(), factories.make_item()
	note = factories.make_delivery_note(customer, [{"item_code": item.name, "qty": 3, "rate": 120}])
	assert note.name.startswith(f"MAT-DN-{now_datetime().year}-")
	assert (note.docstatus, note.status) == (1, "To Bill")
	assert (note.customer, note.customer_name) == (customer.name, customer.customer_name)
	assert (note.total_qty, note.net_total, note.items[0].amount) == (3, 360, 360)
	assert (note.items[0].uom, note.items[0].stock_qty) == ("Litre", 3)
	assert getdate(note.posting_date) == getdate()


def test_a_draft_stays_a_draft():
	note = factories.make_delivery_note(submit=False)
	assert (note.docstatus, note.status) == (0, "Draft")


def test_a_delivery_may_be_dated_in_the_past():
	day = add_days(getdate(), -9)
	assert getdate(factories.make_delivery_note(posting_date=day).posting_date) == day


def test_a_delivery_note_carries_the_contact_of_its_customer():
	customer = factories.make_customer()
	contact = factories.make_contact(customer=customer, is_primary_contact=1)
	note = factories.make_delivery_note(customer)
	assert (note.contact_person, note.contact_email) == (contact.name, contact.email_id)


def test_one_batch_stands_on_the_row_and_in_its_bundle():
	batch = factories.make_batch()
	note = factories.make_delivery_note(items=[{"item_code": batch.item, "qty": 2, "batch_no": batch.name}])
	row = note.items[0]
	assert row.batch_no == batch.name
	bundle = frappe.get_doc("Serial and Batch Bundle", row.serial_and_batch_bundle)
	assert (bundle.voucher_type, bundle.voucher_no) == ("Delivery Note", note.name)
	assert (bundle.docstatus, bundle.voucher_detail_no, bundle.type_of_transaction) == (
		1,
		row.name,
		"Outward",
	)
	assert batches_of(bundle.name) == {batch.name: -2}


def test_several_batches_stand_in_the_bundle_only():
	item = factories.make_item(batched=True)
	first, second = factories.make_batch(item), factories.make_batch(item)
	row = {"item_code": item.name, "batches": {first.name: 2, second.name: 3}}
	note = factories.make_delivery_note(items=[row])
	assert note.items[0].qty == 5
	assert not note.items[0].batch_no
	assert batches_of(note.items[0].serial_and_batch_bundle) == {first.name: -2, second.name: -3}
	bundle = frappe.get_doc("Serial and Batch Bundle", note.items[0].serial_and_batch_bundle)
	assert (bundle.docstatus, bundle.voucher_no) == (1, note.name)


def test_what_travels_in_a_product_bundle_stands_among_the_packed_items_with_its_batch():
	primer, catalyst = factories.make_item(batched=True), factories.make_item()
	batch = factories.make_batch(primer)
	system = factories.make_product_bundle({primer.name: 2, catalyst.name: 1})
	rows = [{"item_code": system.new_item_code, "qty": 3}]
	note = factories.make_delivery_note(items=rows, packed_batches={primer.name: batch.name})
	packed = {row.item_code: row for row in note.packed_items}
	assert {code: row.qty for code, row in packed.items()} == {primer.name: 6, catalyst.name: 3}
	assert {row.parent_item for row in packed.values()} == {system.new_item_code}
	assert packed[primer.name].batch_no == batch.name
	assert batches_of(packed[primer.name].serial_and_batch_bundle) == {batch.name: -6}


def test_the_batch_of_another_item_is_refused():
	batch, other = factories.make_batch(), factories.make_item(batched=True)
	with pytest.raises(frappe.ValidationError):
		note = factories.make_delivery_note(items=[{"item_code": other.name}], submit=False)
		note.items[0].batch_no, note.items[0].use_serial_batch_fields = batch.name, 1
		note.submit()
	assert not frappe.db.exists("Serial and Batch Entry", {"batch_no": batch.name, "is_outward": 1})


def test_half_a_piece_is_refused():
	unit = factories.make_whole_unit().name
	item = factories.make_item(stock_uom=unit)
	with pytest.raises(frappe.ValidationError, match=re.escape(unit)):
		factories.make_delivery_note(items=[{"item_code": item.name, "qty": 1.5}], submit=False)
	assert not frappe.db.exists("Delivery Note Item", {"item_code": item.name})


# Returns and invoices


def test_a_return_is_negative_and_names_what_it_returns():
	note = factories.make_delivery_note(items=[{"item_code": factories.make_item().name, "qty": 4}])
	back = factories.make_return(note, {note.items[0].item_code: 1})
	assert (back.is_return, back.return_against, back.docstatus) == (1, note.name, 1)
	assert (back.items[0].qty, back.items[0].dn_detail) == (-1, note.items[0].name)
	assert (back.total_qty, back.net_total) == (-1, -100)
	note.reload()
	assert (note.status, note.items[0].returned_qty) == ("To Bill", 1)
	assert note.per_returned == 25


def test_a_delivery_that_came_back_whole_says_so():
	note = factories.make_delivery_note()
	factories.make_return(note)
	note.reload()
	assert (note.status, note.per_returned) == ("Return Issued", 100)


def test_more_cannot_come_back_than_went_out():
	from erpnext.controllers.sales_and_purchase_return import StockOverReturnError

	note = factories.make_delivery_note(items=[{"item_code": factories.make_item().name, "qty": 2}])
	with pytest.raises(StockOverReturnError):
		factories.make_return(note, {note.items[0].item_code: 3})
	assert not frappe.db.exists("Delivery Note", {"return_against": note.name, "docstatus": 1})


def test_what_was_not_delivered_cannot_come_back():
	note = factories.make_delivery_note()
	back = factories.make_return(note, submit=False)
	back.items[0].item_code = factories.make_item().name
	with pytest.raises(frappe.ValidationError, match=back.items[0].item_code):
		back.save()
	assert (
		frappe.db.get_value("Delivery Note Item", back.items[0].name, "item_code") == note.items[0].item_code
	)


def test_a_returned_batch_is_counted_inward():
	batch = factories.make_batch()
	note = factories.make_delivery_note(items=[{"item_code": batch.item, "qty": 2, "batch_no": batch.name}])
	back = factories.make_return(note)
	bundle = back.items[0].serial_and_batch_bundle
	assert frappe.db.get_value("Serial and Batch Bundle", bundle, "type_of_transaction") == "Inward"
	assert batches_of(bundle) == {batch.name: 2}


def test_several_returned_batches_are_counted_inward():
	item = factories.make_item(batched=True)
	first, second = factories.make_batch(item), factories.make_batch(item)
	row = {"item_code": item.name, "batches": {first.name: 2, second.name: 3}}
	back = factories.make_return(factories.make_delivery_note(items=[row]))
	assert batches_of(back.items[0].serial_and_batch_bundle) == {first.name: 2, second.name: 3}


def test_a_cancelled_delivery_takes_its_bundles_along():
	batch = factories.make_batch()
	note = factories.make_delivery_note(items=[{"item_code": batch.item, "qty": 2, "batch_no": batch.name}])
	bundle = note.items[0].serial_and_batch_bundle
	note.cancel()
	assert frappe.db.get_value("Delivery Note", note.name, "status") == "Cancelled"
	assert frappe.db.get_value("Serial and Batch Bundle", bundle, "is_cancelled") == 1


def test_an_invoice_has_its_series_and_is_unpaid():
	customer, item = factories.make_customer(), factories.make_item()
	invoice = factories.make_sales_invoice(customer, [{"item_code": item.name, "qty": 2, "rate": 50}])
	assert invoice.name.startswith(f"ACC-SINV-{now_datetime().year}-")
	assert (invoice.docstatus, invoice.status) == (1, "Unpaid")
	assert (invoice.net_total, invoice.base_net_total) == (100, 100)
	assert invoice.outstanding_amount >= 100
	assert invoice.base_grand_total == invoice.grand_total


def test_a_counter_sale_is_paid():
	invoice = factories.make_sales_invoice(is_pos=1)
	assert (invoice.is_pos, invoice.status, invoice.outstanding_amount) == (1, "Paid", 0)


def test_a_billed_delivery_is_completed():
	note = factories.make_delivery_note()
	invoice = factories.make_sales_invoice(delivery_note=note)
	assert (invoice.items[0].delivery_note, invoice.items[0].dn_detail) == (note.name, note.items[0].name)
	note.reload()
	assert (note.status, note.per_billed) == ("Completed", 100)


def test_a_delivery_billed_in_part_still_waits():
	note = factories.make_delivery_note(items=[{"item_code": factories.make_item().name, "qty": 4}])
	invoice = factories.make_sales_invoice(delivery_note=note, submit=False)
	invoice.items[0].qty = 1
	invoice.save()
	factories.submitted(invoice)
	note.reload()
	assert (note.status, note.per_billed, note.items[0].billed_amt) == ("To Bill", 25, 100)


def test_a_return_posted_before_its_delivery_is_refused():
	note = factories.make_delivery_note()
	with pytest.raises(frappe.ValidationError):
		factories.make_return(note, posting_date=add_days(getdate(), -3))
	assert not frappe.db.exists("Delivery Note", {"return_against": note.name, "docstatus": 1})


def test_a_batched_item_does_not_leave_without_its_batch():
	item = factories.make_item(batched=True)
	with pytest.raises(frappe.ValidationError, match=item.name):
		factories.make_delivery_note(items=[item])
	assert not frappe.db.exists("Delivery Note Item", {"item_code": item.name, "docstatus": 1})


def test_an_invoice_that_moves_stock_carries_its_batch():
	batch = factories.make_batch()
	rows = [{"item_code": batch.item, "qty": 2, "batch_no": batch.name}]
	invoice = factories.make_sales_invoice(items=rows, update_stock=1)
	assert batches_of(invoice.items[0].serial_and_batch_bundle) == {batch.name: -2}


def test_a_credit_note_is_a_negative_invoice():
	invoice = factories.make_sales_invoice()
	credit = factories.make_return(invoice)
	assert (credit.is_return, credit.return_against) == (1, invoice.name)
	assert (credit.items[0].qty, credit.net_total, credit.status) == (-1, -100, "Return")
	assert credit.items[0].sales_invoice_item == invoice.items[0].name


# The factories themselves


def test_a_factory_works_as_administrator_and_puts_the_user_back(run_as):
	user = factories.make_user()
	with run_as(user.name):
		customer = factories.make_customer()
		assert frappe.session.user == user.name
	assert customer.owner == "Administrator"


def test_names_never_repeat():
	assert len({factories.unique("Cliente") for _ in range(100)}) == 100
