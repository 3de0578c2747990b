"""Customer text is never evaluated, never part of a statement, and escaped wherever it is shown (X6).

Every payload enters by every way in: desk, REST, public page, portal, e-mail, import. Then everything that shows a folio is made.
"""

import json

import frappe
import pytest
from frappe import client
from frappe.utils import set_request
from frappe.website.serve import get_response

from nervion_service.domain.taxonomy import Role
from nervion_service.services import (
	access_tokens,
	acknowledgement,
	answers,
	duplicates,
	email_intake,
	folio_view,
	intake,
	monthly_annex,
	monthly_requests,
	notices,
	outside_intake,
	party_search,
)
from nervion_service.services.imports import runner
from tests import engine, factories, payloads
from tests.site import letters, test_import
from tests.site.folio_factories import cast, everybody, new_folio  # noqa: F401

CAST = (Role.EXECUTIVE, Role.COORDINATOR)
TEXTS = ("subject", "description", "customer_reference", "place_of_purchase", "complainant_name")


def by_desk(text):
	with engine.run_as(cast(Role.EXECUTIVE)):
		return new_folio(party_name=text, **dict.fromkeys(TEXTS, text)).insert().name


def by_rest(text):
	values = new_folio(party_name=text, **dict.fromkeys(TEXTS, text)).as_dict(no_nulls=True)
	with engine.run_as(cast(Role.EXECUTIVE)):
		return client.insert(json.loads(frappe.as_json(values)))["name"]


def from_outside(text, channel, **more):
	said = {
		"subject": text,
		"description": f"{text}\n{text}",
		"party_name": text,
		"customer_reference": text,
		"place_of_purchase": text,
		"request_type": "Technical Advice",
		"email": "ana@cliente.test",
		"safety": "No",
	}
	return outside_intake.register(said, channel=channel, **more).name


def by_public_page(text):
	return from_outside(text, "Web Page")


def by_portal(text):
	customer = factories.make_customer()
	user = factories.make_portal_user(customer).name
	return from_outside(text, "Portal", user=user, customer=customer.name)


@pytest.fixture(autouse=True)
def mailbox():
	"""The mailbox by which letters come in and go out."""
	_forget_outgoing()
	yield letters.mailbox()
	_forget_outgoing()


def _forget_outgoing():
	# Frappe keeps the account of a request beside every other cache
	for kept in ("outgoing_email_account", "incoming_email_account"):
		if hasattr(frappe.local, kept):
			setattr(frappe.local, kept, {})


@pytest.fixture
def by_mail(mailbox):
	"""A letter of a customer."""

	def enter(text):
		said = " ".join(text.split())
		sender = f"{json.dumps(said)} <ana@cliente.test>"
		raw = letters.letter(text, html=f"<p>{text}</p>", Subject=said, From=sender)
		return letters.folio_of(letters.post(mailbox, raw)).name

	return enter


@pytest.fixture
def by_import(tmp_path):
	"""An import of one row."""
	desk = test_import.desk.__wrapped__(tmp_path)

	def enter(text):
		row = {"id": factories.unique("fila"), "subject": text, "who": text, "answered": "", "closed": ""}
		summary = runner.run(desk(row))
		assert summary.imported == 1, summary
		return frappe.db.get_value("Service Folio", {"account": desk.account, "external_id": row["id"]})

	return enter


WAYS = ("by_desk", "by_rest", "by_public_page", "by_portal", "by_mail", "by_import")
# the texts that a way in takes together, so that a folio holds several
GROUPS = {"scripts": payloads.SCRIPTS, "templates": payloads.TEMPLATES, "statements": payloads.STATEMENTS}


def entered(way, text, request):
	enter = request.getfixturevalue(way) if way in ("by_import", "by_mail") else globals()[way]
	# beside a word of its own: a text of which nothing is left is refused as missing
	name = enter(f"Color {text}")
	frappe.clear_messages()
	return frappe.get_doc("Service Folio", name)


@pytest.fixture(autouse=True)
def tables_stay():
	"""No statement of a customer's is carried out."""
	before = frappe.db.count("User"), frappe.db.count("ToDo")
	yield
	assert frappe.db.count("User") >= before[0]
	assert frappe.db.table_exists("ToDo")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("group", GROUPS)
def test_what_shows_a_folio_runs_nothing_of_its_texts(way, group, request, size):
	# every text by the desk, and by every way in at full size
	texts = GROUPS[group] if way == "by_desk" else GROUPS[group][: size(2, None)]
	for text in texts:
		folio = entered(way, text, request)
		for place, page in shown(folio).items():
			assert not payloads.dangers(page), (way, text, place, payloads.dangers(page))


def shown(folio) -> dict[str, str]:
	"""Every page and letter that the server makes of a folio."""
	if not folio.routed_at and not folio.is_history:
		intake.follow_up(folio.name)
		folio.reload()
	return {
		"print": frappe.get_print("Service Folio", folio.name),
		"record": frappe.get_print("Service Folio", folio.name, "Service Folio Record"),
		"tracking": page_of(f"/seguimiento/{access_tokens.issue(folio)}"),
		"digest": digest_of(folio),
		"annex": monthly_annex.html(monthly_requests.month({"company": folio.company})),
		**letters_of(folio),
	}


def page_of(path):
	set_request(method="GET", path=path)
	try:
		response = get_response()
	finally:
		engine.set_request(None)
	assert response.status_code == 200, (path, response.status_code)
	return response.get_data(as_text=True)


def digest_of(folio):
	promise = frappe._dict(
		kind="First Answer",
		case_type="Service Folio",
		case_name=folio.name,
		customer=folio.party_name,
		responsible="",
		due_at=folio.effective_at,
	)
	row = frappe._dict(kind="Warning", step=folio.subject, level=1, fell_due_at=folio.effective_at)
	# the line as the outbox writes it, with the folio's own title
	return frappe.render_template(
		"templates/emails/service_digest.html",
		{"subject": folio.subject, "lines": notices._lines([(row, promise)]), "more": 0},
	)


def letters_of(folio) -> dict[str, str]:
	"""The acknowledgement, the bells and the comments that the folio set off."""
	acknowledgement.acknowledge(folio.name)
	about = {"reference_doctype": "Service Folio", "reference_name": folio.name}
	sent = frappe.get_all(
		"Communication", {**about, "sent_or_received": "Sent"}, pluck="content", order_by="name"
	)
	bells = frappe.get_all(
		"Notification Log", {"document_name": folio.name}, ["subject", "email_content"], order_by="name"
	)
	comments = frappe.get_all("Comment", about, pluck="content", order_by="name")
	tasks = frappe.get_all("ToDo", {"reference_name": folio.name}, pluck="description", order_by="name")
	return {
		"letters": "\n".join(map(str, sent)),
		"bells": "\n".join(f"{row.subject}\n{row.email_content}" for row in bells),
		"comments": "\n".join(map(str, comments)),
		"tasks": "\n".join(map(str, tasks)),
	}


@pytest.mark.parametrize("text", payloads.EVERY)
def test_a_search_for_the_text_finds_it_as_it_is_and_nothing_else(text):
	folio = frappe.get_doc("Service Folio", by_desk(f"Color {text}"))
	frappe.get_doc("Service Folio", by_desk("Otra pregunta"))
	found = frappe.get_list("Service Folio", {"subject": folio.subject}, pluck="name", order_by="name")
	assert found == [folio.name]
	with engine.run_as(cast(Role.EXECUTIVE)):
		party_search.find(text)
		similar = duplicates.of_party(text, email="nadie@cliente.test")
	assert all(row.get("email", "nadie@cliente.test") == "nadie@cliente.test" for row in similar)


@pytest.mark.parametrize("text", payloads.EVERY)
def test_filters_of_reports_are_values_and_no_statements(text):
	for report in ("Monthly Requests", "Service Indicators", "Channel Reconciliation"):
		module = frappe.get_module(
			f"nervion_service.nervion_service.report.{frappe.scrub(report)}.{frappe.scrub(report)}"
		)
		answer = module.execute({"company": text, "channel": text, "request_type": text, "department": text})
		counted = [
			row.get("requests") or row.get("denominator") or row.get("folios") or 0 for row in answer[1]
		]
		assert not any(counted), (report, text)


@pytest.mark.parametrize("text", payloads.EVERY)
def test_a_call_and_its_text_are_kept_as_they_are_and_shown_escaped(text):
	folio = by_desk("Pregunta")
	intake.follow_up(folio)
	with engine.run_as(cast(Role.COORDINATOR)):
		name = answers.log_call(folio, "Inbound", text)
		view = folio_view.get_view(folio)
	assert not payloads.dangers(frappe.db.get_value("Communication", name, "content"))
	assert payloads.EVALUATED not in frappe.as_json(view)


def test_a_letter_in_markup_loses_what_would_run(mailbox):
	raw = letters.letter("Hola", html="".join(f"<p>{text}</p>" for text in payloads.SCRIPTS))
	message = email_intake.store(raw, mailbox)
	assert not payloads.dangers(frappe.db.get_value("Communication", message.name, "content"))


@pytest.mark.parametrize(
	"page", ["<script>window.harmed=1</script>", "<img onerror=window.harmed=1 src=x>", "51317"]
)
def test_the_reader_of_pages_sees_what_would_run(page):
	assert payloads.dangers(f"<html><body><p>{page}</p></body></html>")


def test_the_reader_of_pages_lets_escaped_text_be():
	from html import escape

	for text in payloads.EVERY:
		assert not payloads.dangers(f'<p title="{escape(text)}">{escape(text)}</p>')
