"""Documents for tests of a site: each factory inserts one with sensible values and returns it.

They give the same documents on the embedded bench's stand-in and on the real ERPNext. Every factory takes the
document's own fields as keywords, which win over the defaults. Names never repeat, within a run or between runs.
Whatever user a test has set, a factory works as Administrator and puts that user back.
"""

import functools
import itertools
import os
from contextlib import contextmanager
from unittest import mock

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, flt, getdate, now_datetime
from frappe.utils.nestedset import get_root_of

from tests import engine

COMPANY_NAME = "Pinturas Nervión de Prueba"
COMPANY_ABBR = "PNP"
PASSWORD = "Nervion-2026-prueba"

_run = f"{os.getpid():x}{os.urandom(3).hex()}"
_counter = itertools.count(1)


def unique(prefix, separator=" "):
	"""`prefix` with an ending that no earlier call, in this process or another, gave."""
	return f"{prefix}{separator}{_run}-{next(_counter)}"


def as_administrator(factory):
	"""Run a factory as Administrator and put the session's user back."""

	@functools.wraps(factory)
	def wrapper(*args, **kwargs):
		user = frappe.session.user
		if user == "Administrator":
			return factory(*args, **kwargs)
		with engine.run_as("Administrator"):
			return factory(*args, **kwargs)

	return wrapper


def insert(doctype, values, **overrides):
	"""Insert a document of these values, those of `overrides` winning; returns it."""
	return frappe.get_doc({"doctype": doctype, **values, **overrides}).insert()


def name_of(value):
	"""The name of a document; anything else as it is."""
	return value.name if isinstance(value, Document) else value


@contextmanager
def site_language():
	"""Translate into the language of the site's settings: ERPNext names a company's first rows in it."""
	before = frappe.local.lang
	frappe.local.lang = frappe.db.get_single_value("System Settings", "language") or "en"
	try:
		yield frappe.local.lang
	finally:
		frappe.local.lang = before


def is_stand_in():
	"""True on the embedded bench's stand-in, where nothing is kept of stock or accounts."""
	return not frappe.db.exists("DocType", "Stock Entry")


# Company and people -------------------------------------------------------------------------------


@as_administrator
def make_company(**overrides):
	"""The site's company: with no overrides the default one, or the first, made only if there is none."""
	if not overrides and (name := existing_company()):
		return frappe.get_doc("Company", name)
	name = overrides.get("company_name") or COMPANY_NAME
	if frappe.db.exists("Company", name):
		return frappe.get_doc("Company", name)
	values = {"company_name": name, "default_currency": "MXN", "country": "Mexico"}
	values["abbr"] = COMPANY_ABBR if name == COMPANY_NAME else f"P{next(_counter)}{_run[-4:]}".upper()
	with site_language():
		company = insert("Company", values, **overrides)
	if not frappe.defaults.get_global_default("company"):
		make_default_company(company)
	return company


def existing_company():
	"""Name of the company that tests share; None on a site without companies."""
	if frappe.db.exists("Company", COMPANY_NAME):
		return COMPANY_NAME
	return frappe.defaults.get_global_default("company") or frappe.db.get_value(
		"Company", {}, "name", order_by="creation asc"
	)


def make_default_company(company):
	"""Make a company the one that new documents of the site belong to."""
	defaults = frappe.get_doc("Global Defaults")
	defaults.update(
		{
			"default_company": company.name,
			"default_currency": company.default_currency,
			"country": company.country,
		}
	)
	defaults.save()


@as_administrator
def make_department(**overrides):
	"""A department of the company, below the root."""
	values = {"department_name": unique("Departamento"), "company": make_company().name}
	return insert("Department", values, **overrides)


@as_administrator
def make_branch(**overrides):
	"""A branch."""
	return insert("Branch", {"branch": unique("Sucursal")}, **overrides)


@as_administrator
def make_user(email=None, roles=(), enabled=1, password=None, **overrides):
	"""A user with these roles; with desk roles a System User, with none or portal roles a Website User."""
	email = (email or f"{unique('persona', '.')}@nervion.test").lower()
	values = {"email": email, "first_name": email.split("@")[0], "enabled": enabled, "send_welcome_email": 0}
	if password:
		values["new_password"] = password
	values["roles"] = [{"role": role} for role in roles]
	# Frappe turns this into a System User when a role has the desk
	values["user_type"] = "Website User"
	if "System Manager" not in roles:
		ensure_system_manager()
	with users_by_the_dozen():
		return insert("User", values, **overrides)


@contextmanager
def users_by_the_dozen():
	"""Let a suite of tests make users: Frappe refuses more than sixty an hour, and forgets all it knows at each.

	It does so by setting anew, whoever the user is, the default that lists whose mailbox lacks its password; users who
	come by a factory have no mailbox.
	"""
	limit = frappe.local.conf.get("throttle_user_limit")
	frappe.local.conf.throttle_user_limit = 100_000
	try:
		with mock.patch("frappe.core.doctype.user.user.ask_pass_update"):
			yield
	finally:
		frappe.local.conf.throttle_user_limit = limit or 60


def ensure_system_manager():
	"""Make a System Manager if the site has none: Frappe would give that role to the next desk user it saves."""
	holders = frappe.get_all(
		"Has Role",
		filters={"role": "System Manager", "parenttype": "User", "parent": ("!=", "Administrator")},
		pluck="parent",
		order_by="parent asc",
	)
	if not frappe.db.exists("User", {"name": ("in", holders), "enabled": 1}):
		make_user(email="sistemas@nervion.test", roles=["System Manager"])


@as_administrator
def make_employee(user=None, department=None, **overrides):
	"""An active employee; without `create_user_permission` the user is not limited to the own record."""
	values = {
		"first_name": unique("Empleado"),
		"company": make_company().name,
		"gender": "Female",
		"date_of_birth": "1990-05-05",
		"date_of_joining": "2020-01-06",
		"user_id": name_of(user),
		"department": name_of(department),
		"create_user_permission": 0,
	}
	return insert("Employee", values, **overrides)


# Customers ----------------------------------------------------------------------------------------


@as_administrator
def make_customer(**overrides):
	"""A customer that is a company, in some group and territory."""
	values = {
		"customer_name": unique("Cliente"),
		"customer_type": "Company",
		"customer_group": leaf_of("Customer Group"),
		"territory": leaf_of("Territory"),
	}
	return insert("Customer", values, **overrides)


def leaf_of(doctype):
	"""A node of a tree that is not a group, whatever language the site's set-up named it in."""
	leaf = frappe.db.get_value(doctype, {"is_group": 0}, "name", order_by="lft asc")
	return leaf or make_leaf(doctype)


def make_leaf(doctype, label=None, **overrides):
	"""Insert a node below the root of a tree (Customer Group, Territory, Item Group); returns its name."""
	slug = frappe.scrub(doctype)
	values = {f"{slug}_name": label or unique(doctype), f"parent_{slug}": get_root_of(doctype)}
	return insert(doctype, values, **overrides).name


@as_administrator
def make_lead(**overrides):
	"""A lead: a person with an e-mail address and a mobile number."""
	values = {
		"first_name": unique("Prospecto"),
		"email_id": f"{unique('prospecto', '.')}@cliente.test",
		"mobile_no": "+52 55 5555 0101",
		"company": make_company().name,
	}
	return insert("Lead", values, **overrides)


@as_administrator
def make_contact(customer=None, lead=None, email=None, phone=None, user=None, **overrides):
	"""A contact, linked to the customer and the lead if given (documents or names)."""
	links = [
		{"link_doctype": doctype, "link_name": name_of(party)}
		for doctype, party in (("Customer", customer), ("Lead", lead))
		if party
	]
	email = email or f"{unique('contacto', '.')}@cliente.test"
	values = {
		"first_name": unique("Contacto"),
		"user": name_of(user),
		"email_ids": [{"email_id": email, "is_primary": 1}],
		"phone_nos": [{"phone": phone, "is_primary_mobile_no": 1}] if phone else [],
		"links": links,
	}
	return insert("Contact", values, **overrides)


@as_administrator
def make_portal_user(customer, email=None, password=None, **overrides):
	"""A website user with the role Customer, listed on the customer and linked to it by a contact."""
	customer = frappe.get_doc("Customer", name_of(customer))
	user = make_user(email=email, roles=["Customer"], password=password, **overrides)
	link_contact(user, customer)
	customer.append("portal_users", {"user": user.name})
	customer.save()
	return frappe.get_doc("User", user.name)


def link_contact(user, customer):
	"""Link the user's contact, which Frappe may have made with the user, to the customer."""
	name = frappe.db.get_value("Contact", {"user": user.name}, "name") or frappe.db.get_value(
		"Contact", {"email_id": user.name}, "name"
	)
	if not name:
		return make_contact(customer=customer, email=user.name, user=user, first_name=user.first_name)
	contact = frappe.get_doc("Contact", name)
	contact.user = user.name
	contact.append("links", {"link_doctype": "Customer", "link_name": customer.name})
	return contact.save()


# Items --------------------------------------------------------------------------------------------


@as_administrator
def make_item(batched=False, **overrides):
	"""An item kept in stock and counted in litres; with `batched`, in batches whose numbers people type."""
	code = unique("PINTURA", "-").upper()
	values = {
		"item_code": code,
		"item_name": f"Pintura {code}",
		"item_group": leaf_of("Item Group"),
		"stock_uom": make_uom().name,
		"is_stock_item": 1,
		"has_batch_no": int(batched),
	}
	return insert("Item", values, **overrides)


@as_administrator
def make_uom(name="Litre", **overrides):
	"""The unit of this name, made if there is none."""
	if frappe.db.exists("UOM", name):
		return frappe.get_doc("UOM", name)
	return insert("UOM", {"uom_name": name}, **overrides)


@as_administrator
def make_whole_unit(**overrides):
	"""A unit that is counted, whatever language the site's set-up named it in."""
	if name := frappe.db.get_value("UOM", {"must_be_whole_number": 1}, "name", order_by="name asc"):
		return frappe.get_doc("UOM", name)
	return insert("UOM", {"uom_name": unique("Pieza"), "must_be_whole_number": 1}, **overrides)


@as_administrator
def make_brand(**overrides):
	"""A brand."""
	return insert("Brand", {"brand": unique("Marca")}, **overrides)


@as_administrator
def make_batch(item=None, **overrides):
	"""A batch of an item (document or code), of a new batched item if none is given."""
	item = item or make_item(batched=True)
	values = {"batch_id": unique("LOTE", "-").upper(), "item": name_of(item)}
	return insert("Batch", values, **overrides)


@as_administrator
def make_product_bundle(components, item=None, **overrides):
	"""An item sold as one and delivered as several; `components` is {item: quantity}."""
	item = item or make_item(is_stock_item=0)
	rows = [{"item_code": name_of(part), "qty": qty} for part, qty in components.items()]
	return insert("Product Bundle", {"new_item_code": name_of(item), "items": rows}, **overrides)


@as_administrator
def make_warehouse(**overrides):
	"""A warehouse of the company."""
	values = {"warehouse_name": unique("Almacén"), "company": make_company().name}
	return insert("Warehouse", values, **overrides)


def usual_warehouse(company):
	"""The company's first warehouse that holds stock."""
	return frappe.db.get_value(
		"Warehouse", {"company": company, "is_group": 0, "disabled": 0}, "name", order_by="lft asc"
	)


# Transactions -------------------------------------------------------------------------------------


@as_administrator
def make_delivery_note(customer=None, items=None, submit=True, packed_batches=None, **overrides):
	"""A delivery to a customer (document or name), submitted unless told otherwise.

	`items` are rows of the delivery note, or items, or item codes; a row may hold `batches` ({batch: quantity})
	in place of `batch_no` and `qty`. `packed_batches` ({component: batch}) names the batches of what travels in
	product bundles. On the real ERPNext everything is put in stock first. `posting_date` may lie in the past.
	"""
	note = new_transaction("Delivery Note", customer, items, overrides)
	put_everything_in_stock(note, packed_batches or {})
	insert_transaction(note, packed_batches)
	return submitted(note) if submit else note


@as_administrator
def make_sales_invoice(customer=None, items=None, submit=True, delivery_note=None, **overrides):
	"""An invoice, submitted unless told otherwise; of a delivery note's lines if one is given.

	With `is_pos` it is paid in cash at the counter; with `update_stock` it also delivers.
	"""
	if delivery_note:
		invoice = invoice_of(delivery_note, overrides)
	else:
		invoice = new_transaction("Sales Invoice", customer, items, overrides)
	if invoice.update_stock:
		put_everything_in_stock(invoice, {})
	if invoice.is_pos and invoice.meta.has_field("payments"):
		pay_in_cash(invoice)
	insert_transaction(invoice)
	return submitted(invoice) if submit else invoice


@as_administrator
def make_return(original, quantities=None, submit=True, **overrides):
	"""A return of a submitted delivery note or invoice: of everything, or of {item code: quantity}."""
	path = {"Delivery Note": "stock.doctype.delivery_note", "Sales Invoice": "accounts.doctype.sales_invoice"}
	module = frappe.scrub(original.doctype)
	make = frappe.get_attr(f"erpnext.{path[original.doctype]}.{module}.make_sales_return")
	doc = make(original.name)
	if quantities is not None:
		doc.set("items", [row for row in doc.items if row.item_code in quantities])
		for row in doc.items:
			row.qty = -abs(quantities[row.item_code])
	doc.update(dated(overrides))
	doc.insert()
	return submitted(doc) if submit else doc


def submitted(doc):
	"""Submit a document; returns it as it stands in the database afterwards."""
	# read again first, as a form does: ERPNext settles while loading what a return will update
	doc = frappe.get_doc(doc.doctype, doc.name)
	doc.submit()
	doc.reload()
	return doc


def dated(values):
	"""The values, with ERPNext's switch for a posting date that is not today's."""
	if "posting_date" in values:
		return {"set_posting_time": 1, "posting_time": "12:00:00", **values}
	return values


def new_transaction(doctype, customer, items, overrides):
	"""An unsaved delivery note or invoice with its rows filled; `flags.batches` holds what a row spreads over."""
	overrides = dated(overrides)
	company = overrides.get("company") or make_company().name
	ensure_books(company, overrides.get("posting_date"))
	customer = customer or make_customer()
	rows, spread = transaction_rows(items or [make_item()], company)
	values = {"customer": name_of(customer), "company": company, "items": rows}
	doc = frappe.get_doc({"doctype": doctype, **values, **overrides})
	doc.flags.batches = spread
	return doc


def transaction_rows(items, company):
	"""Rows of a transaction from dicts, items or item codes; and {index: {batch: quantity}} of those with several."""
	rows, spread = [], {}
	for index, row in enumerate(items):
		row = row if isinstance(row, dict) else {"item_code": name_of(row)}
		row = {"qty": 1, "rate": 100, "warehouse": usual_warehouse(company), **row}
		if batches := row.pop("batches", None):
			spread[index] = {name_of(batch): qty for batch, qty in batches.items()}
			row["qty"] = sum(batches.values())
		if row.get("batch_no"):
			row["use_serial_batch_fields"] = 1
		rows.append({key: name_of(value) for key, value in row.items()})
	return rows, spread


def insert_transaction(doc, packed_batches=None):
	"""Insert a delivery note or invoice, then name the batches that it could not carry before."""
	for index, batches in doc.flags.batches.items():
		doc.items[index].serial_and_batch_bundle = make_batch_bundle(doc, doc.items[index], batches).name
	doc.insert()
	if packed_batches:
		name_packed_batches(doc, packed_batches)


def name_packed_batches(doc, packed_batches):
	"""Name the batches of packed items, whose rows exist after the first save only."""
	codes = {name_of(item): name_of(batch) for item, batch in packed_batches.items()}
	for row in doc.packed_items:
		if row.item_code in codes:
			row.batch_no = codes[row.item_code]
			row.use_serial_batch_fields = 1
	doc.save()


@as_administrator
def make_batch_bundle(doc, row, batches, **overrides):
	"""The bundle of a line that leaves in several batches: {batch: quantity}."""
	values = {
		"company": doc.company,
		"item_code": row.item_code,
		"warehouse": row.warehouse,
		"type_of_transaction": "Outward",
		"voucher_type": doc.doctype,
		"posting_date": doc.posting_date or getdate(),
		"posting_time": doc.posting_time or now_datetime().strftime("%H:%M:%S"),
		"entries": [
			{"batch_no": batch, "qty": qty, "warehouse": row.warehouse} for batch, qty in batches.items()
		],
	}
	return insert("Serial and Batch Bundle", values, **overrides)


def invoice_of(delivery_note, overrides):
	"""An unsaved invoice of a delivery note's lines."""
	make = frappe.get_attr("erpnext.stock.doctype.delivery_note.delivery_note.make_sales_invoice")
	invoice = make(name_of(delivery_note))
	invoice.flags.batches = {}
	invoice.update(dated(overrides))
	ensure_books(invoice.company, overrides.get("posting_date"))
	return invoice


# What the real ERPNext wants before it lets goods out ---------------------------------------------


def put_everything_in_stock(doc, packed_batches):
	"""Receive what a transaction is about to deliver; the stand-in keeps no stock."""
	if is_stand_in():
		return
	packed = {name_of(item): name_of(batch) for item, batch in packed_batches.items()}
	for index, row in enumerate(doc.items):
		for item, qty, batch in stock_needed(row, doc.flags.batches.get(index), packed):
			receive(item, qty, batch, row.warehouse, doc)


def stock_needed(row, batches, packed):
	"""(item, quantity, batch) of all that a row takes from the warehouse; `packed` is {component: batch}."""
	if batches:
		return [(row.item_code, qty, batch) for batch, qty in batches.items()]
	if not frappe.db.exists("Product Bundle", row.item_code):
		return [(row.item_code, flt(row.qty), row.batch_no)]
	parts = frappe.get_doc("Product Bundle", row.item_code).items
	return [(part.item_code, flt(part.qty) * flt(row.qty), packed.get(part.item_code)) for part in parts]


def receive(item, qty, batch, warehouse, doc):
	"""Submit a Material Receipt dated the day before the transaction."""
	if not frappe.db.get_value("Item", item, "is_stock_item"):
		return
	day = add_days(doc.posting_date or getdate(), -1)
	ensure_books(doc.company, day)
	row = {"item_code": item, "qty": qty, "t_warehouse": warehouse, "basic_rate": 10, "conversion_factor": 1}
	if batch:
		row.update({"batch_no": batch, "use_serial_batch_fields": 1})
	values = {
		"stock_entry_type": "Material Receipt",
		"purpose": "Material Receipt",
		"company": doc.company,
		"set_posting_time": 1,
		"posting_date": day,
		"posting_time": "08:00:00",
		"items": [row],
	}
	insert("Stock Entry", values).submit()


def ensure_books(company, day=None):
	"""Make the fiscal year and the price list that ERPNext asks a sale for, where they are missing."""
	if is_stand_in():
		return
	day = getdate(day)
	year = {"year_start_date": ("<=", day), "year_end_date": (">=", day)}
	if not frappe.db.exists("Fiscal Year", year):
		values = {
			"year": str(day.year),
			"year_start_date": f"{day.year}-01-01",
			"year_end_date": f"{day.year}-12-31",
		}
		insert("Fiscal Year", values)
	if not frappe.db.exists("Price List", {"selling": 1, "enabled": 1}):
		currency = frappe.db.get_value("Company", company, "default_currency")
		insert("Price List", {"price_list_name": "Standard Selling", "selling": 1, "currency": currency})


def pay_in_cash(invoice):
	"""Add the payment of a counter sale, from the company's cash account."""
	mode = frappe.db.get_value("Mode of Payment", {"type": "Cash"}, "name")
	account = frappe.db.get_value(
		"Account", {"company": invoice.company, "account_type": "Cash", "is_group": 0}, "name"
	)
	invoice.append("payments", {"mode_of_payment": mode, "account": account, "amount": row_total(invoice)})


def row_total(doc):
	"""What the rows of a transaction come to, before any tax."""
	return sum(flt(row.qty) * flt(row.rate) for row in doc.items)


# Calendars ----------------------------------------------------------------------------------------


@as_administrator
def make_holiday_list(days=(), **overrides):
	"""A holiday list of these dates, over the years from the first to the last of them."""
	days = sorted(map(getdate, days))
	first, last = (days[0].year, days[-1].year) if days else (getdate().year, getdate().year)
	values = {
		"holiday_list_name": unique("Días festivos"),
		"from_date": f"{first}-01-01",
		"to_date": f"{last}-12-31",
		"holidays": [{"holiday_date": day, "description": f"Festivo {day}"} for day in days],
	}
	return insert("Holiday List", values, **overrides)
