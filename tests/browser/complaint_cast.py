"""Whom and what a story of complaints in the browser needs, and how all of it is taken away again."""

from types import SimpleNamespace

import frappe

from nervion_service.domain.taxonomy import Role
from nervion_service.services import transactions
from tests import factories
from tests.browser import people
from tests.site import letters
from tests.site.batch_factories import make_cause
from tests.site.visit_factories import make_sheet

# by the name under which the story knows them
STAFF = {
	"elena": (Role.EXECUTIVE,),
	"quirina": (Role.QUALITY,),
	"tomas": (Role.TECHNICIAN,),
	"ines": (Role.ENGINEER,),
	"pedro": (Role.PRODUCTION,),
	"diana": (Role.COMMERCIAL_DIRECTOR,),
}
DELIVERED, RATE = 40, 90
# records that hang on a complaint or on its folio, by the field that names it
OF_COMPLAINT = (
	"Service Technical Visit",
	"Technical Analysis Report",
	"Service Corrective Action",
	"Complaint Remedy",
	"Complaint Cost",
)
OF_CASE = {
	"Service Commitment": "case_name",
	"Service Event": "case_name",
	"Case File": "case_name",
	"Communication": "reference_name",
	"Comment": "reference_name",
	"ToDo": "reference_name",
	"Notification Log": "document_name",
	"Version": "docname",
	"Record Export": "record",
}


def gather():
	"""A customer with a portal user and a delivery of a batch with a data sheet, and the company's people; committed."""
	customer = factories.make_customer(customer_name=factories.unique("Distribuidora del Bajío")).name
	item = factories.make_item(batched=True).name
	batch = factories.make_batch(item).name
	make_sheet(item, file=f"/files/{factories.unique('ficha', '-')}.pdf")
	row = {"item_code": item, "qty": DELIVERED, "rate": RATE, "batch_no": batch}
	ten_days_ago = frappe.utils.add_days(frappe.utils.now_datetime(), -10)
	story = SimpleNamespace(
		customer=customer,
		item=item,
		batch=batch,
		cause=make_cause(cause_name=factories.unique("Dilución fuera de la ficha")),
		note=factories.make_delivery_note(customer=customer, items=[row], posting_date=ten_days_ago).name,
		portal=factories.make_portal_user(
			customer, first_name="Lucía", last_name="Reyes", language="es"
		).name,
		account=letters.mailbox(
			enable_incoming=0,
			use_imap=0,
			imap_folder=[],
			smtp_port=1,
			email_account_name=factories.unique("Envíos"),
		).name,
	)
	for name, roles in STAFF.items():
		person = people.person(*roles, first_name=name.capitalize(), last_name=factories.unique("Ruiz"))
		setattr(story, name, person)
	frappe.db.commit()
	return story


def take_away(story) -> None:
	"""Remove all of it by SQL, since quality records refuse deletion."""
	frappe.db.rollback()
	folios = frappe.get_all("Service Folio", {"customer": story.customer}, pluck="name")
	books = [
		(doctype, name)
		for doctype in ("Delivery Note", "Sales Invoice")
		for name in frappe.get_all(doctype, {"customer": story.customer}, pluck="name")
	]
	take_away_rows(folios, [story.batch], books)
	frappe.db.delete("Service Root Cause", {"name": story.cause})
	frappe.db.delete("Email Queue", {"email_account": story.account})
	frappe.db.delete("Email Account", {"name": story.account})
	frappe.db.commit()
	frappe.clear_document_cache("Email Account", story.account)
	people.take_away([], [story.portal, *(getattr(story, name) for name in STAFF)])


def take_away_rows(folios, batches, books) -> None:
	"""Everything that hangs on these folios, their complaints and the holds of these batches; books: (DocType, name) pairs."""
	# as in people.take_away
	transactions.retried(lambda: _delete_all(folios, batches, books))


def _delete_all(folios, batches, books) -> None:
	complaints = frappe.get_all("Service Complaint", {"folio": ("in", folios or [""])}, pluck="name")
	holds = frappe.get_all("Service Batch Hold", {"batch": ("in", batches)}, pluck="name")
	found = {"Service Folio": folios, "Service Complaint": complaints, "Service Batch Hold": holds}
	for doctype in OF_COMPLAINT:
		found[doctype] = frappe.get_all(doctype, {"complaint": ("in", complaints or [""])}, pluck="name")
	names = [name for rows in found.values() for name in rows] or [""]
	_forget_promises(names)
	for doctype, field in OF_CASE.items():
		frappe.db.delete(doctype, {field: ("in", names)})
	for doctype, rows in found.items():
		_delete_rows(doctype, rows)
	for doctype, name in books:
		_delete_rows(doctype, [name])
	frappe.db.delete("File", {"attached_to_name": ("in", names)})
	frappe.db.delete("Service Batch Alert", {"batch": ("in", batches)})


def _forget_promises(names) -> None:
	promises = frappe.get_all("Service Commitment", {"case_name": ("in", names)}, pluck="name")
	frappe.db.delete("Service Notice", {"commitment": ("in", promises or [""])})


def _delete_rows(doctype: str, names) -> None:
	for table in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(table.options, {"parenttype": doctype, "parent": ("in", names or [""])})
	frappe.db.delete(doctype, {"name": ("in", names or [""])})
