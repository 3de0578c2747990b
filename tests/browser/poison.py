"""A site full of texts that would run (X6): the whole corpus in folios by every way in, in messages, and in what complaints lead to.

Everything is really committed, and everything that was made since is taken away.
"""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from nervion_service.domain.taxonomy import ROLES
from nervion_service.services import access_tokens, customer_actions, intake, portal
from tests import engine, factories, payloads
from tests.browser import people
from tests.browser.people import FOLIO
from tests.site import batch_factories as batches
from tests.site import letters, outside, ways_in
from tests.site import remedy_factories as remedies
from tests.site import visit_factories as visits

CORPUS = (*payloads.SCRIPTS, *payloads.TEMPLATES)
# fields of words, whatever their names, and the short ones that are words too
WORDS = ("Small Text", "Text", "Long Text", "Text Editor")
SHORT = {
	"subject",
	"party_name",
	"complainant_name",
	"customer_reference",
	"place_of_purchase",
	"contact_name",
	"site",
}
SHORT |= {
	"signed_by",
	"consent_by",
	"quantity",
	"person_name",
	"acknowledged_by",
	"customer_conclusion",
	"place",
}
# words that programs wrote for themselves
OURS = ("manifest", "error", "waited_from", "terms")
MADE = (
	"Service Folio", "Service Complaint", "Complaint Line", "Service Evidence", "Complaint Feedback", "Service Technical Visit",
	"Technical Analysis Report", "Analysis Test", "Service Sample", "Service Corrective Action", "Service Batch Hold",
	"Batch Notice", "Complaint Remedy", "Complaint Cost", "Case File", "Service Access Token", "Service Commitment",
	"Service Event", "Service Notice", "Communication", "Communication Link", "Comment", "ToDo", "Notification Log", "Version",
	"Email Queue", "Email Queue Recipient", "Contact", "Contact Email", "Contact Phone", "Dynamic Link", "Portal User",
	"Customer", "Email Account", "IMAP Folder", "Visit Check", "Corrective Why", "Corrective Task", "Similar Case", "File",
)  # fmt: skip


@contextmanager
def spread(site, folder) -> Iterator:
	"""{"person", "user", "names", "mine", "documents", "batch", "token"}: everything planted, and who sees it.

	person: of all our roles; user: of the portal; names: every folio; mine: the user's; documents: (doctype, name) of what is
	no folio; token: opens the tracking page of a folio of the public page.
	"""
	begun, names = frappe.utils.now_datetime(), []
	outside.the_company()
	person = people.person("System Manager", *ROLES)
	customer = factories.make_customer(
		customer_name=f"{factories.unique('Cliente')} {payloads.TEMPLATES[0]}"
	).name
	user = factories.make_portal_user(customer, language="es").name
	try:
		folios = _folios(person, customer, user, folder, names)
		token = _said_afterwards(folios, user)
		documents, batch = _documents(folios["desk"][0], person)
		mine = [*folios["portal"], _filed(user, names)]
		frappe.db.commit()
		yield frappe._dict(
			person=person, user=user, names=names, mine=mine, documents=documents, batch=batch, token=token
		)
	finally:
		_take_away(begun, [person, user])


def _folios(person, customer, user, folder, names) -> dict[str, list[str]]:
	"""The corpus by every way in; the names by way."""
	doors = ways_in.doors(person, letters.mailbox(), folder)
	doors["portal"] = lambda said: ways_in.by_portal(said, customer, user)
	found = {}
	for way in ways_in.WAYS:
		# those that take few texts at a time take every other one
		step = 1 if len(ways_in.FIELDS[way]) > 3 else 2
		found[way] = [doors[way](said) for said in ways_in.spread(way, CORPUS[::step])]
		names += found[way]
	frappe.db.commit()
	for name in itertools.chain(*found.values()):
		intake.follow_up(name)
		frappe.db.set_value(FOLIO, name, "assigned_to", person)
	frappe.db.commit()
	return found


def _said_afterwards(folios, user) -> str:
	"""What customers write later on, and what is noted about them; a token for the tracking page."""
	texts = itertools.cycle(CORPUS)
	for name in (*folios["portal"], *folios["page"]):
		for text in itertools.islice(texts, 3):
			customer_actions.reply(
				name, f"Color {text}", [], f"Color {text}"[:140], key=factories.unique("k", "-")
			)
		frappe.get_doc(FOLIO, name).add_comment("Comment", frappe.utils.escape_html(next(texts)))
	return access_tokens.issue(frappe.get_doc(FOLIO, folios["page"][0]))


def _filed(user, names) -> str:
	"""A complaint that the customer files, with products nobody knows."""
	texts = itertools.cycle(CORPUS)
	lines = [
		{"product": f"Color {next(texts)}"[:140], "batch": next(texts)[:140], "qty": 1} for _line in range(9)
	]
	said = {"subject": f"Color {next(texts)}", "description": f"Color {next(texts)}", "surface": next(texts)}
	kind = {"request_type": "Claim", "complaint_kind": "Product", "safety": "No", "lines": json.dumps(lines)}
	with engine.run_as(user):
		name = portal.register({**said, **kind}, [], factories.unique("queja", "-"))
	names.append(name)
	return name


def _documents(folio, person) -> tuple[list[tuple[str, str]], str]:
	"""A complaint and all that hangs on one, every word of theirs a text of the corpus; with the batch it is about."""
	folio, batch = frappe.get_doc(FOLIO, folio), factories.make_batch()
	common = {"company": folio.company, "customer": folio.customer}
	complaint = batches.make_complaint([batch], folio=folio.name, assigned_to=person, **common)
	hold = {"batch": batch.name, "company": folio.company, "reason": "x", "complaint": complaint.name}
	action = batches.make_action(company=folio.company, batch=batch.name)
	action.append("why", {"question": "x", "answer": "x"})
	action.append("tasks", {"task": "x", "responsible": person, "due_date": frappe.utils.today()})
	action.save()
	found = [("Service Complaint", complaint.name), ("Service Corrective Action", action.name)]
	found.append(("Service Batch Hold", factories.insert("Service Batch Hold", hold).name))
	of_folio = visits.of_folio(folio, "Color")
	found += zip((visits.VISIT, visits.REPORT, visits.SAMPLE), of_folio.values(), strict=True)
	of_complaint = remedies.of_complaint(complaint.name, "Color")
	found += [("Complaint Remedy", of_complaint["remedy"]), ("Complaint Cost", of_complaint["cost"])]
	texts = itertools.cycle(CORPUS)
	for doctype, name in found:
		fill(frappe.get_doc(doctype, name), texts)
	return found, batch.name


def fill(doc, texts) -> None:
	"""Write a text of the corpus into every word of the document and of its rows, as Frappe would store what was typed."""
	for one in (doc, *doc.get_all_children()):
		for field in one.meta.fields:
			if field.fieldname not in OURS and (field.fieldtype in WORDS or field.fieldname in SHORT):
				one.set(field.fieldname, f"Color {next(texts)}")
		one.docstatus, before = 0, one.docstatus
		one._sanitize_content()
		one.docstatus = before
		one.db_update()


def past_the_cleaning(names) -> None:
	"""Write the texts into these folios as they are, as if Frappe had let them: only our own pages stand before them."""
	texts = itertools.cycle(CORPUS)
	for name in names:
		raw = {field: f"Color {next(texts)}" for field in ways_in.TEXTS}
		frappe.db.set_value(FOLIO, name, raw, update_modified=False)
		frappe.clear_document_cache(FOLIO, name)
	frappe.db.commit()


def _take_away(begun, users) -> None:
	frappe.db.rollback()
	# what a site was born with bears the hour of another time zone, which may lie ahead of now
	since = ("between", (begun, frappe.utils.now_datetime()))
	# rows as they are: the app never deletes a case
	for doctype in MADE:
		if frappe.db.table_exists(doctype):
			frappe.db.delete(doctype, {"creation": since})
	frappe.db.commit()
	people.take_away([], users)
	letters.forget_accounts()
