"""Customer text is never evaluated, never part of a statement, and escaped wherever it is shown (X6).

Every payload enters by every way in: desk, REST, public page, portal, e-mail, import. Then everything that shows a folio is made.
"""

import frappe
import pytest
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
	party_search,
)
from tests import engine, payloads
from tests.site import letters, ways_in
from tests.site.folio_factories import cast, everybody  # noqa: F401

CAST = (Role.EXECUTIVE, Role.COORDINATOR)


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
def door(mailbox, tmp_path):
	"""door(way): the function that brings texts in by that way."""
	return ways_in.doors(cast(Role.EXECUTIVE), mailbox, tmp_path).__getitem__


@pytest.fixture(autouse=True)
def tables_stay():
	"""No statement of a customer's is carried out."""
	before = frappe.db.count("User"), frappe.db.count("ToDo")
	yield
	assert frappe.db.count("User") >= before[0]
	assert frappe.db.table_exists("ToDo")


@pytest.mark.parametrize("way", ways_in.WAYS)
def test_what_shows_a_folio_runs_nothing_of_its_texts(way, door, size):
	"""X6. Seen to fail with the name of the customer unescaped in the record's print."""
	# ways that take few texts at a time take every other one at the small size
	step = size(1 if len(ways_in.FIELDS[way]) > 3 else 2, 1)
	for said in ways_in.spread(way, payloads.EVERY[::step]):
		folio = frappe.get_doc("Service Folio", door(way)(said))
		frappe.clear_messages()
		for place, page in shown(folio).items():
			assert not payloads.dangers(page), (way, said, place, payloads.dangers(page))


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
def test_a_search_for_the_text_finds_it_as_it_is_and_nothing_else(text, door):
	by_desk = door("desk")
	folio = frappe.get_doc("Service Folio", by_desk(f"Color {text}"))
	by_desk("Otra pregunta")
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
def test_a_call_and_its_text_are_kept_as_they_are_and_shown_escaped(text, door):
	folio = door("desk")("Pregunta")
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
