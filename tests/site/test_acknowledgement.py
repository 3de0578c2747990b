"""The customer is told at once, once, by when, and never by a machine to a machine (I1, D18)."""

from datetime import datetime, timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import acknowledgement, answers, intake, languages
from nervion_service.services import acknowledgement_text as text
from tests import factories
from tests.site import letters
from tests.site.folio_factories import MONDAY, at, events_of, make_folio, reloaded, staff, write_to_customer
from tests.site.folio_factories import everybody as everybody

pytestmark = pytest.mark.usefixtures("site")
SUNDAY = datetime(2026, 3, 1, 12, 0)


@pytest.fixture
def account(site):
	account = letters.mailbox()
	frappe.db.commit()
	return account


def queued(folio):
	names = frappe.get_all("Email Queue", {"reference_name": folio.name}, pluck="name")
	return [
		frappe.get_doc("Email Queue", name)
		for name in names
		if "Auto-Submitted" in frappe.db.get_value("Email Queue", name, "message")
	]


def kept(folio):
	return frappe.get_all(
		"Communication",
		{"reference_name": folio.name, "service_automatic": "Own Mail"},
		["name", "communication_type", "content", "subject", "recipients"],
	)


def test_a_request_by_mail_is_acknowledged_in_its_thread_once(account):
	message = letters.post(account, letters.letter())
	folio = letters.folio_of(message)
	assert [acknowledgement.acknowledge(folio.name) for _again in range(3)] == ["Sent"] * 3
	(sent,) = queued(folio)
	assert "Auto-Submitted: auto-replied" in sent.message
	assert f"In-Reply-To: <{message.message_id}>" in sent.message.replace("\n ", " ")
	assert f"Reply-To: {letters.OURS}" in sent.message
	assert [row.recipient for row in sent.recipients] == ["ana@cliente.test"]
	assert len(events_of(folio, Events.ACKNOWLEDGED)) == 1
	assert reloaded(folio).acknowledged_at


def test_it_is_no_answer_and_pauses_and_resumes_nothing(account):
	folio = letters.folio_of(letters.post(account, letters.letter()))
	acknowledgement.acknowledge(folio.name)
	now = reloaded(folio)
	assert now.first_answered_at is None and now.stage == "Registered"
	assert not events_of(folio, Events.OUTBOUND)
	assert answers.contacts(folio.name).outbound == ()
	assert [row.communication_type for row in kept(folio)] == ["Automated Message"]


def test_it_says_the_folio_and_the_promise_in_words(account):
	with at(MONDAY):
		folio = make_folio(channel="Web Page", email="ana@cliente.test")
		facts = text.facts(folio)
	assert facts["folio"] == folio.name
	# four working hours after ten in the morning
	assert "14:00" in facts["promise"]
	assert facts["opens"] == ""
	assert "/seguimiento/" in facts["tracking_url"]
	assert facts["emergency"] is None


def test_out_of_hours_it_says_when_we_open(account):
	with at(SUNDAY):
		folio = make_folio(channel="Web Page", email="ana@cliente.test")
		assert "09:00" in text.facts(folio)["opens"]


def test_after_an_accident_the_help_comes_first(account):
	folio = make_folio(channel="Web Page", email="ana@cliente.test", safety="Yes", safety_kind="Exposure")
	acknowledgement.acknowledge(folio.name)
	content = kept(folio)[0].content
	with languages.speaking():
		help_first = text.facts(folio)["emergency"]
	assert content.index(help_first[:20]) < content.index(folio.name)


def test_after_an_accident_line_and_sheet_stand_beside_the_companys_own_words(account):
	folio = make_folio(channel="Web Page", email="ana@cliente.test", safety="Yes", safety_kind="Exposure")
	item = factories.make_item().name
	frappe.db.set_value("Item", item, "safety_data_sheet", "/files/hds.pdf")
	folio.product = item
	for fieldname, value in {
		"emergency_line": "800 111 2222",
		"emergency_instructions": "Ventile <ya>",
	}.items():
		frappe.db.set_single_value("Service Settings", fieldname, value)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	told = text.facts(folio)["emergency"]
	assert "800 111 2222" in told and "Ventile &lt;ya&gt;" in told and "/files/hds.pdf" in told


def test_the_link_goes_to_the_customer_and_is_kept_nowhere_on_the_desk(account):
	folio = make_folio(channel="Web Page", email="ana@cliente.test")
	acknowledgement.acknowledge(folio.name)
	assert "seguimiento" in queued(folio)[0].message
	assert "seguimiento" not in kept(folio)[0].content


@pytest.mark.parametrize("address", ["", "noreply@cliente.test", "no-responder@cliente.test", letters.OURS])
def test_nobody_is_written_to_who_cannot_read_it(account, address):
	folio = make_folio(channel="E-mail", email=address)
	assert acknowledgement.acknowledge(folio.name) == "Not Needed"
	assert not queued(folio) and not events_of(folio, Events.ACKNOWLEDGED)


def test_a_colleague_who_forwards_a_request_gets_none(account):
	folio = make_folio(channel="E-mail", email=staff(Role.EXECUTIVE))
	assert acknowledgement.acknowledge(folio.name) == "Not Needed"


def test_networks_are_not_answered_by_mail(account):
	assert (
		acknowledgement.acknowledge(make_folio(channel="Facebook", email="ana@cliente.test").name)
		== "Not Needed"
	)


def test_whoever_has_been_answered_needs_none(account):
	folio = make_folio(channel="Phone", email="ana@cliente.test")
	write_to_customer(folio)
	assert acknowledgement.acknowledge(folio.name) == "Not Needed"


def test_one_address_gets_so_many_an_hour(account):
	frappe.db.set_single_value("Service Settings", "acknowledgements_per_hour", 2)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	made = [make_folio(channel="Web Page", email="robot@maquinas.test") for _one in range(4)]
	assert [acknowledgement.acknowledge(folio.name) for folio in made] == [
		"Sent",
		"Sent",
		"Not Needed",
		"Not Needed",
	]
	assert (
		acknowledgement.acknowledge(make_folio(channel="Web Page", email="ana@cliente.test").name) == "Sent"
	)


def test_whoever_signed_in_is_told_however_often_they_ask_and_spares_the_strangers_share(account):
	frappe.db.set_single_value("Service Settings", "acknowledgements_per_hour", 1)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	ways = ("Portal", "API", "Portal", "Web Page", "API", "Web Page")
	made = [make_folio(channel=way, email="compras@cliente.test") for way in ways]
	told = [acknowledgement.acknowledge(folio.name) for folio in made]
	assert told == ["Sent", "Sent", "Sent", "Sent", "Sent", "Not Needed"]


def test_what_was_missed_is_sent_within_a_day_and_nothing_older(account):
	missed = make_folio(channel="Web Page", email="ana@cliente.test")
	old = make_folio(channel="Web Page", email="luis@cliente.test")
	new = make_folio(channel="Web Page", email="eva@cliente.test")
	now = missed.registered_at
	missed.db_set("registered_at", now - timedelta(hours=2))
	old.db_set("registered_at", now - timedelta(days=2))
	frappe.db.commit()
	acknowledgement.catch_up()
	assert queued(missed) and not queued(old)
	# what has just come is on its way
	assert not queued(new)


def test_one_that_cannot_be_sent_stops_no_other(account, monkeypatch):
	bad = make_folio(channel="Web Page", email="mal@cliente.test")
	good = make_folio(channel="Web Page", email="bien@cliente.test")
	for folio, hours in ((bad, 3), (good, 2)):
		folio.db_set("registered_at", folio.registered_at - timedelta(hours=hours))
	frappe.db.commit()
	send = acknowledgement._send
	monkeypatch.setattr(
		acknowledgement, "_send", lambda folio: 1 / 0 if folio.name == bad.name else send(folio)
	)
	acknowledgement.catch_up()
	assert not queued(bad) and queued(good)
	assert not reloaded(bad).acknowledgement


def test_registering_asks_for_it_after_the_commit(account, background_jobs):
	folio = make_folio(routed=False, channel="Web Page", email="ana@cliente.test")
	background_jobs.run()
	assert reloaded(folio).acknowledgement == "Sent"
	assert len(queued(folio)) == 1


def test_without_a_mail_account_it_waits(account, monkeypatch):
	folio = make_folio(channel="Web Page", email="ana@cliente.test")
	with monkeypatch.context() as broken:
		broken.setattr(acknowledgement.EmailAccount, "find_outgoing", lambda **_match: None)
		assert acknowledgement.acknowledge(folio.name) is None
	assert not reloaded(folio).acknowledgement
	assert acknowledgement.acknowledge(folio.name) == "Sent"


def test_the_administrators_words_are_used_and_broken_ones_never_stop_it(account):
	template = frappe.get_doc("Email Template", text.TEMPLATE)
	template.db_set({"subject": "Acuse {{ folio }}", "response_html": "<p>Hola {{ party_name }}</p>"})
	one = make_folio(channel="Web Page", email="ana@cliente.test", party_name="Ana <b>Ruiz</b>")
	acknowledgement.acknowledge(one.name)
	assert kept(one)[0].subject == f"Acuse {one.name}"
	template.db_set({"response_html": "{{ nada.de.nada() }}"})
	other = make_folio(channel="Web Page", email="ana@cliente.test")
	assert acknowledgement.acknowledge(other.name) == "Sent"
	assert other.name in kept(other)[0].content


@pytest.mark.parametrize(
	"name", ["Compre en www.mal.example", "http://mal.example", "x" * 200, "<a href=//mal>"]
)
def test_a_name_that_is_an_advertisement_is_not_sent_on(account, name):
	folio = make_folio(channel="Web Page", email="ana@cliente.test")
	folio.party_name = name
	assert text.facts(folio)["party_name"] == ""


def test_a_customers_name_is_never_evaluated(account):
	folio = make_folio(channel="Web Page", email="ana@cliente.test", party_name="{{ 7 * 7 }} {% raise %}")
	acknowledgement.acknowledge(folio.name)
	assert "49" not in kept(folio)[0].content.replace(folio.name, "")


def test_what_people_write_from_the_desk_carries_no_mark_of_a_machine(account):
	folio = make_folio(channel="E-mail", email="ana@cliente.test")
	frappe.call(
		"frappe.core.doctype.communication.email.make",
		doctype="Service Folio", name=folio.name, subject="Re", content="Hola", recipients="ana@cliente.test", send_email=1,
	)  # fmt: skip
	assert not queued(folio)
	intake.follow_up(folio.name)
