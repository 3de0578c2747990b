"""Registering: sealed stamps, one number, promises and one event, whichever way a request comes in (G1, S1.1, S1.4, S1.7, D3)."""

import json
from datetime import datetime, timedelta

import frappe
import frappe.client
import pytest
from frappe.utils import now_datetime

from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import intake, system
from tests import factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE,)

SUNDAY_NIGHT = datetime(2026, 3, 1, 21, 30)
MAIL = b"""From: Ana Ruiz <ana@bajio.test>
To: servicio@nervion.test
Subject: Precio del esmalte
Message-ID: <m1@bajio.test>
Date: Mon, 02 Mar 2026 09:40:00 -0600
Content-Type: text/plain; charset=utf-8

Buenos dias, cuanto cuesta la cubeta?
"""


def mail_account():
	values = {
		"doctype": "Email Account",
		"email_account_name": "Servicio",
		"email_id": "servicio@nervion.test",
		"append_to": "Service Folio",
		"enable_incoming": 0,
		"service": "",
	}
	account = frappe.get_doc(values)
	account.flags.ignore_validate = True
	account.db_insert()
	return frappe.get_doc("Email Account", account.name)


def receive():
	"""A mail comes in as Frappe brings it where another app has taken the mailboxes over."""
	from frappe.email.receive import InboundMail

	return InboundMail(MAIL, mail_account(), uid=1).process()


def as_api(values):
	"""Insert as `/api/resource` does: with whatever keys the caller sends."""
	return frappe.get_doc(json.loads(json.dumps(values, default=str))).insert()


def test_a_folio_is_numbered_by_the_year_of_its_registration():
	with folios.at(folios.MONDAY):
		first, second = folios.make_folio(routed=False), folios.make_folio(routed=False)
	assert first.name.startswith("FOL-2026-") and len(first.name) == len("FOL-2026-000001")
	assert int(second.name[-6:]) == int(first.name[-6:]) + 1


def test_a_sunday_request_starts_on_monday_and_keeps_its_real_time():
	with folios.at(folios.MONDAY):
		folio = folios.make_folio(routed=False, received_at=SUNDAY_NIGHT)
	assert folio.received_at == SUNDAY_NIGHT
	assert folio.effective_at == datetime(2026, 3, 2, 9, 0)
	assert folio.registered_at.date() == folios.MONDAY.date()
	registration = folios.promises_of(folio, "Registration")[0]
	assert registration.status == "Fulfilled"
	assert folios.promises_of(folio, "First Answer")[0].due_at == datetime(2026, 3, 2, 13, 0)


def test_a_request_registered_the_day_after_breaks_its_promise_at_birth():
	with folios.at(folios.MONDAY + timedelta(days=1)):
		folio = folios.make_folio(routed=False, received_at=folios.MONDAY)
	assert folios.promises_of(folio, "Registration")[0].status == "Fulfilled Late"


def test_who_gave_the_real_time_is_kept():
	user = folios.cast(Role.EXECUTIVE)
	folio = folios.make_folio(routed=False, by=user, received_stamp="Machine")
	# a person cannot pass for a machine on the telephone
	assert (folio.received_stamp, folio.received_stamp_by) == ("Person", user)
	assert (
		folios.make_folio(routed=False, channel="WhatsApp", received_stamp="Person").received_stamp
		== "Person"
	)
	assert (
		folios.make_folio(routed=False, channel="Web Page", received_stamp="Machine").received_stamp
		== "Machine"
	)


def test_one_event_and_the_promises_are_stored_with_the_folio():
	folio = folios.make_folio(routed=False, request_type="Technical Advice")
	assert [row.event for row in folios.events_of(folio)] == [Events.REGISTERED]
	kinds = {row.kind for row in folios.promises_of(folio)}
	assert {"Registration", "First Answer", "Acceptance"} <= kinds


def test_the_follow_up_is_left_to_a_worker_after_the_commit(background_jobs):
	folio = folios.make_folio(routed=False)
	assert not background_jobs.named("intake.follow_up")
	frappe.db.commit()
	assert [job.arguments for job in background_jobs.named("intake.follow_up")] == [
		{"folio_name": folio.name}
	]
	background_jobs.run()
	assert folios.reloaded(folio).stage == "Routed"


def test_a_rolled_back_folio_leaves_no_job(background_jobs):
	frappe.db.savepoint("sp_before")
	folios.make_folio(routed=False)
	frappe.db.rollback(save_point="sp_before")
	frappe.db.after_commit.reset()
	frappe.db.commit()
	assert not background_jobs.waiting


def test_the_priority_and_the_category_come_from_the_request_type():
	folio = folios.make_folio(routed=False, request_type="Claim")
	assert (folio.priority, folio.sgi_category) == ("High", "Claim")
	assert folios.make_folio(routed=False, request_type="Claim", priority="Urgent").priority == "Urgent"


def test_the_party_is_named_by_the_customer_or_the_lead():
	customer, lead = factories.make_customer(), factories.make_lead()
	assert (
		folios.make_folio(routed=False, customer=customer.name, party_name=None).party_name
		== customer.customer_name
	)
	named = folios.make_folio(routed=False, lead=lead.name, party_name=None).party_name
	assert named in (lead.lead_name, lead.get("company_name"))


def test_a_lead_that_becomes_a_customer_takes_its_folios_along():
	lead = factories.make_lead()
	folio = folios.make_folio(routed=False, lead=lead.name)
	customer = factories.make_customer(lead_name=lead.name)
	assert folios.reloaded(folio).customer == customer.name


def test_forged_results_are_ignored_when_a_request_is_registered():
	forged = {
		"first_answered_at": "2020-01-01 10:00:00",
		"closed_at": "2020-01-01 10:00:00",
		"routed_at": "2020-01-01 10:00:00",
		"reopen_count": 7,
		"is_history": 1,
		"stage": "Closed",
		"registered_at": "2020-01-01 10:00:00",
	}
	folio = folios.reloaded(as_api({**folios.new_folio().as_dict(), **forged}))
	assert folio.stage == "Registered"
	assert not any(
		(folio.first_answered_at, folio.closed_at, folio.routed_at, folio.reopen_count, folio.is_history)
	)
	assert folio.registered_at.year > 2020


@pytest.mark.parametrize(
	("fieldname", "value"),
	[
		("received_at", "2026-02-27 10:00:00"),
		("registered_at", "2026-02-27 10:00:00"),
		("received_stamp", "Machine"),
		("channel", "Store"),
		("external_id", "x-1"),
		("account", "other"),
	],
)
def test_what_was_sealed_does_not_change(fieldname, value):
	folio = folios.make_folio(routed=False)
	before = folio.get(fieldname)
	folio.set(fieldname, value)
	with pytest.raises(frappe.ValidationError, match="sealed when the folio was registered"):
		folio.save()
	assert folios.reloaded(folio).get(fieldname) == before


@pytest.mark.parametrize(
	("fieldname", "value"), [("first_answered_at", "2026-03-02 10:00:00"), ("reopen_count", 3)]
)
def test_what_the_system_fills_cannot_be_typed(fieldname, value):
	folio = folios.make_folio(routed=False)
	with pytest.raises(frappe.ValidationError, match="filled by the system"):
		frappe.client.set_value("Service Folio", folio.name, fieldname, value)
	assert not folios.reloaded(folio).get(fieldname)


def test_what_the_system_filled_meanwhile_survives_the_save_of_who_opened_the_folio_before():
	folio = folios.make_folio(routed=False)
	# as the acknowledgement does, a moment after the registration
	filled = {"acknowledgement": "Sent", "acknowledged_at": folio.received_at}
	frappe.db.set_value("Service Folio", folio.name, filled, update_modified=False)
	folio.remedy_sought = "Explanation"
	folio.save()
	stored = folios.reloaded(folio)
	assert (stored.acknowledgement, stored.remedy_sought) == ("Sent", "Explanation")
	assert folio.acknowledgement == "Sent"


def test_what_a_person_changes_is_locked_from_when_it_was_read(monkeypatch):
	folio = folios.make_folio(routed=False)
	asked = []
	real = frappe.db.sql
	monkeypatch.setattr(
		frappe.db, "sql", lambda query, *a, **k: asked.append(str(query)) or real(query, *a, **k)
	)
	for permission, locks in (("write", True), ("read", False)):
		asked.clear()
		system.permitted("Service Folio", folio.name, permission)
		rows = [query for query in asked if "`tabService Folio`" in query and "SELECT *" in query]
		assert rows and all(("FOR UPDATE" in query) == locks for query in rows)


def test_a_browser_may_send_a_sealed_time_back_without_its_microseconds():
	folio = folios.make_folio(routed=False)
	sealed = folio.received_at
	folio.received_at = str(sealed.replace(microsecond=0))
	folio.remedy_sought = "Explanation"
	folio.save()
	assert folios.reloaded(folio).received_at == sealed


def test_a_folio_is_never_deleted_nor_renamed():
	folio = folios.make_folio(routed=False)
	with pytest.raises(frappe.ValidationError, match="never deleted"):
		frappe.delete_doc("Service Folio", folio.name, force=True)
	with pytest.raises(frappe.ValidationError, match="cannot be renamed|not allowed to be renamed"):
		frappe.rename_doc("Service Folio", folio.name, "FOL-2026-999999", force=True)
	assert frappe.db.exists("Service Folio", folio.name)


@pytest.mark.parametrize("name", ["FOL-2026-999999", "mine"])
def test_nobody_gives_a_folio_its_number(name):
	with pytest.raises(frappe.ValidationError, match="comes from its series"):
		folios.new_folio().insert(set_name=name)
	assert not frappe.db.exists("Service Folio", name)


def test_a_name_in_an_import_file_is_not_taken_either():
	frappe.flags.in_import = True
	try:
		with pytest.raises(frappe.ValidationError, match="comes from its series"):
			folios.new_folio(name="FOL-2026-999999").insert()
	finally:
		frappe.flags.in_import = False


@pytest.mark.parametrize("channel", ["Phone", "Store"])
def test_whoever_speaks_with_the_customer_answers_the_question_of_safety(channel):
	before = frappe.db.count("Service Folio")
	with pytest.raises(frappe.MandatoryError, match="Ask first whether somebody was hurt"):
		as_api(folios.new_folio(channel=channel, safety=None).as_dict())
	assert frappe.db.count("Service Folio") == before
	assert not folios.make_folio(routed=False, channel="WhatsApp").safety


def test_data_import_goes_through_the_same_door(tmp_path, monkeypatch):
	from frappe.core.doctype.data_import import importer
	from frappe.core.doctype.data_import.data_import import import_file

	# as `bench data-import` reads a file from the disk
	monkeypatch.setattr(importer.ImportFile, "console", True, raising=False)
	subject, company = factories.unique("Importado"), factories.make_company().name
	rows = [["subject", "company", "request_type", "channel", "party_name", "received_at"]]
	for name, received_at in ((subject, "2026-03-01 21:30:00"), (f"{subject} b", "2099-03-01 21:30:00")):
		rows.append([name, company, "Claim", "Phone", "Pinturas del Bajío", received_at])
	path = tmp_path / "folios.csv"
	path.write_text("\n".join(",".join(row) for row in rows))
	with folios.at(folios.MONDAY):
		import_file("Service Folio", str(path), "Insert", console=True)
	folio = frappe.get_last_doc("Service Folio", {"subject": subject})
	# a list that was typed when nobody could ask is taken all the same
	assert (folio.stage, folio.priority, folio.safety or "") == ("Registered", "High", "")
	assert folio.effective_at == datetime(2026, 3, 2, 9, 0)
	assert folio.name.startswith("FOL-2026-") and folios.promises_of(folio, "First Answer")
	# the row from the future is refused, and leaves nothing
	assert not frappe.db.exists("Service Folio", {"subject": f"{subject} b"})


def test_the_same_message_of_a_channel_enters_once():
	first = folios.make_folio(routed=False, channel="WhatsApp", account="5215555", external_id="wamid.1")
	with pytest.raises(frappe.UniqueValidationError, match=f"registered already, as folio .*{first.name}"):
		folios.new_folio(channel="WhatsApp", account="5215555", external_id=" wamid.1 ").insert()
	assert intake.find_by_external_id("WhatsApp", "5215555", "wamid.1") == first.name
	# another account, another message; and no id is no message at all
	folios.make_folio(routed=False, channel="WhatsApp", account="5299999", external_id="wamid.1")
	assert folios.make_folio(routed=False, external_id=" ").external_id is None
	assert folios.make_folio(routed=False, external_id="").external_id is None


def test_the_database_itself_refuses_the_second_message(monkeypatch):
	folios.make_folio(routed=False, channel="WhatsApp", external_id="wamid.2")
	monkeypatch.setattr(intake, "find_by_external_id", lambda *_key: None)
	with pytest.raises(frappe.UniqueValidationError):
		folios.new_folio(channel="WhatsApp", external_id="wamid.2").insert()


def test_a_mail_that_reaches_frappes_own_mailbox_is_a_folio_all_the_same():
	with folios.at(folios.MONDAY):
		receive()
		folio = frappe.get_last_doc("Service Folio", {"email": "ana@bajio.test"})
	assert (folio.channel, folio.request_type) == ("E-mail", "General Information")
	assert (folio.received_stamp, folio.party_name) == ("Machine", "ana@bajio.test")
	assert folio.received_at - folios.MONDAY < timedelta(minutes=1)
	assert len(folios.promises_of(folio, "First Answer")) == 1


def test_a_mail_without_words_in_its_subject_is_a_folio_all_the_same():
	mail = folios.new_folio(subject="<urgente>", channel=None)
	mail.flags.ignore_mandatory = True
	mail.insert()
	assert mail.subject in ("(no subject)", "(sin asunto)")
	intake.follow_up(mail.name)
	assert folios.reloaded(mail).stage == "Routed"


def test_a_moment_that_names_its_offset_is_kept_as_the_sites_wall_shows_it():
	with folios.at(folios.MONDAY):
		folio = folios.make_folio(received_at="2026-03-02T15:30:00+00:00")
	assert folio.received_at == datetime(2026, 3, 2, 9, 30)


def test_an_insert_costs_at_most_eight_queries_more_than_the_same_fields_in_a_plain_doctype(monkeypatch):
	monkeypatch.setattr(frappe.flags, "in_test", False, raising=False)
	warm = folios.new_folio(received_at=now_datetime()).insert()
	ours = count_queries(lambda: folios.new_folio().insert())
	plain = count_queries(lambda: plain_insert(folios.new_folio(party_name=warm.party_name)))
	assert len(ours) - len(plain) <= 8, "\n".join(ours)
	assert len(plain) > 2


def plain_insert(folio):
	"""Insert the same values as a DocType without our controller, workflow or rules would."""
	from frappe.model.document import Document

	class Plain(Document):
		"""Frappe's own Document: no controller of ours."""

	doc = Plain(folio.as_dict())
	doc.flags.update(plain=True)
	doc.name = None
	doc.validate_workflow = lambda: None
	hooks = frappe.get_doc_hooks()["*"]
	kept = hooks["on_update"]
	hooks["on_update"] = [h for h in kept if "workflow_action" not in h and "assignment_rule.apply" not in h]
	try:
		doc.insert(set_name=factories.unique("plain", "-"))
	finally:
		hooks["on_update"] = kept


def count_queries(work):
	"""The statements that `work` sends, each with a fresh cache of values as a request has it."""
	frappe.db.value_cache.clear()
	sent, original = [], frappe.db.sql

	def counting(query, *args, **kwargs):
		sent.append(str(query))
		return original(query, *args, **kwargs)

	frappe.db.sql = counting
	try:
		work()
	finally:
		frappe.db.sql = original
	return sent


def test_counting_queries_sees_one_that_is_planted():
	assert len(count_queries(lambda: frappe.db.sql("SELECT 1"))) == 1
