"""Mail becomes folios: each letter once, threads whole, machines told apart, files looked at, strangers kept out (S1.6, X3, F7)."""

import email

import frappe
import pytest
from bs4 import BeautifulSoup
from frappe.utils import now_datetime

from nervion_service.domain import mail as domain
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import answers, customer_steps, email_intake, health, mailbox
from nervion_service.services.email_message import NoSender
from nervion_service.workflows.folio import Action
from tests import engine, factories
from tests.site import complaint_factories as complaints
from tests.site import letters
from tests.site import upload_samples as samples
from tests.site.folio_factories import (
	accept,
	act,
	answer,
	close,
	events_of,
	make_mail,
	promises_of,
	reloaded,
	staff,
	write_to_customer,
)
from tests.site.folio_factories import everybody as everybody
from tests.site.letters import folio_of, id_of, letter, post

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def account(site):
	account = letters.mailbox()
	# each letter is a transaction of its own, which begins by undoing what is not stored
	frappe.db.commit()
	return account


def count(doctype="Service Folio", **filters):
	return frappe.db.count(doctype, filters)


# What a mail says --------------------------------------------------------------------------------------------------


def test_a_mail_becomes_a_folio_with_its_own_time_and_sender(account):
	message = post(account, letter(Date="Mon, 02 Mar 2026 10:00:00 +0000", Message_ID="<uno@cliente.test>"))
	folio = folio_of(message)
	assert (folio.channel, folio.account, folio.external_id) == ("E-mail", account.name, "uno@cliente.test")
	assert (folio.party_name, folio.email) == ("Ana Ruiz", "ana@cliente.test")
	assert folio.subject == "Se desprende el esmalte"
	assert folio.received_stamp == "Machine"
	assert "Se desprende el esmalte de la puerta" in folio.description
	# the mail that made it is its registration and no word more
	assert [row.event for row in events_of(folio)][0] == Events.REGISTERED
	assert not events_of(folio, Events.INBOUND)


def test_a_mail_that_was_under_way_keeps_its_time_and_one_of_a_wrong_clock_does_not(account):
	yesterday = frappe.utils.add_days(now_datetime().replace(microsecond=0), -1)
	zone = letters.ZoneInfo(letters.get_system_timezone())
	in_time = post(account, letter(Date=letters.format_datetime(yesterday.replace(tzinfo=zone))))
	assert folio_of(in_time).received_at == yesterday
	wrong = post(account, letter(Date="Mon, 02 Mar 1998 10:00:00 +0000"))
	assert (now_datetime() - folio_of(wrong).received_at).total_seconds() < 60


def test_a_mail_came_when_our_server_took_it_however_wrong_its_senders_clock_is(account):
	"""Seen to fail by the Date header: the promise then began, and broke, twenty days before anybody could know of it."""
	now = now_datetime().replace(microsecond=0)
	zone = letters.ZoneInfo(letters.get_system_timezone())
	told, took = (
		letters.format_datetime(frappe.utils.add_to_date(now, **ago).replace(tzinfo=zone))
		for ago in ({"days": -20}, {"minutes": -7})
	)
	message = post(account, f"Received: by mx.test; {took}\r\n".encode() + letter(Date=told))
	folio = folio_of(message)
	assert folio.received_at == frappe.utils.add_to_date(now, minutes=-7)
	# it counts among what came in on that day, too
	assert frappe.utils.get_datetime(message.communication_date) == folio.received_at
	registered = {"case_name": folio.name, "kind": "Registration"}
	assert frappe.db.get_value("Service Commitment", registered, "status") == "Fulfilled"
	ahead = frappe.utils.add_to_date(now, days=3).replace(tzinfo=zone)
	stamp = f"Received: by mx.test; {letters.format_datetime(ahead)}\r\n".encode()
	assert folio_of(post(account, stamp + letter(Date=told))).received_at <= now_datetime()


def test_the_same_letter_is_one_folio_however_often_it_comes(account):
	raw = letter()
	before = count(), count("Communication")
	assert post(account, raw)
	assert [post(account, raw) for _again in range(5)] == [None] * 5
	assert (count(), count("Communication")) == (before[0] + 1, before[1] + 1)


def test_a_letter_without_an_id_is_known_again_all_the_same(account):
	raw = letter(Message_ID=None)
	assert post(account, raw)
	assert post(account, b"Received: by mx.test\r\n" + raw) is None


def test_the_company_of_a_mailbox_is_that_of_its_folios(account):
	company = factories.make_company(company_name=factories.unique("Otra Pinturera"))
	account.db_set("service_company", company.name)
	assert folio_of(post(account, letter())).company == company.name


# Whose it is -------------------------------------------------------------------------------------------------------


def contact_of(email_id, *links):
	return factories.insert(
		"Contact",
		{
			"first_name": factories.unique("Contacto"),
			"email_ids": [{"email_id": email_id, "is_primary": 1}],
			"links": [{"link_doctype": doctype, "link_name": name} for doctype, name in links],
		},
	)


def test_the_sender_is_found_among_the_contacts_of_customers(account):
	customer = factories.make_customer()
	contact = contact_of("ana@cliente.test", ("Customer", customer.name))
	folio = folio_of(post(account, letter()))
	assert (folio.customer, folio.contact, folio.lead) == (customer.name, contact.name, None)


def test_a_sender_of_several_customers_is_left_to_a_person_with_the_candidates_named(account):
	one, other = factories.make_customer(), factories.make_customer()
	contact_of("ana@cliente.test", ("Customer", one.name))
	contact_of("ana@cliente.test", ("Customer", other.name))
	folio = folio_of(post(account, letter()))
	assert folio.customer is None
	notes = frappe.get_all(
		"Comment", {"reference_name": folio.name, "comment_type": "Comment"}, pluck="content"
	)
	assert len(notes) == 1
	assert one.name in notes[0] and other.name in notes[0]


def test_a_lead_is_found_where_there_is_no_customer(account):
	lead = factories.insert("Lead", {"first_name": "Ana", "lead_name": "Ana", "email_id": "ana@cliente.test"})
	assert folio_of(post(account, letter())).lead == lead.name


# Threads -----------------------------------------------------------------------------------------------------------


def test_a_reply_belongs_to_the_folio_of_the_mail_that_it_answers_whoever_writes(account):
	first = post(account, letter())
	reply = post(account, letter(In_Reply_To=id_of(first), From="colega@otra.test", Subject="otra cosa"))
	assert reply.reference_name == first.reference_name
	assert len(events_of(folio_of(first), Events.INBOUND)) == 1


def test_the_number_in_the_subject_leads_to_the_folio_of_the_sender(account):
	first = post(account, letter())
	reply = post(account, letter(Subject=f"Más fotos, {first.reference_name}"))
	assert reply.reference_name == first.reference_name


def test_a_contact_of_the_customer_may_name_the_folio_too(account):
	customer = factories.make_customer()
	contact_of("ana@cliente.test", ("Customer", customer.name))
	contact_of("luis@cliente.test", ("Customer", customer.name))
	first = post(account, letter())
	reply = post(account, letter(Subject=first.reference_name, From="luis@cliente.test"))
	assert reply.reference_name == first.reference_name


def test_a_stranger_who_names_a_foreign_folio_gets_a_new_one_for_review(account):
	first = post(account, letter())
	before = count("Communication", reference_name=first.reference_name)
	stranger = post(account, letter(Subject=f"Re: {first.reference_name}", From="otro@extrano.test"))
	assert stranger.reference_name != first.reference_name
	assert count("Communication", reference_name=first.reference_name) == before
	notes = frappe.get_all("Comment", {"reference_name": stranger.reference_name}, pluck="content")
	assert any(first.reference_name in note for note in notes)
	assert folio_of(stranger).parent_folio is None


def test_a_contact_that_a_website_user_made_opens_no_foreign_folio(account):
	customer = factories.make_customer()
	contact_of("ana@cliente.test", ("Customer", customer.name))
	first = post(account, letter())
	forged = contact_of("intruso@extrano.test", ("Customer", customer.name))
	forged.db_set("owner", factories.make_user(email=factories.unique("intruso", "") + "@extrano.test").name)
	reply = post(account, letter(Subject=first.reference_name, From="intruso@extrano.test"))
	assert reply.reference_name != first.reference_name
	assert folio_of(reply).customer is None


def test_a_sender_whom_the_server_calls_forged_is_a_stranger(account):
	first = post(account, letter())
	forged = letter(Subject=first.reference_name, Authentication_Results="mx.test; spf=fail; dmarc=fail")
	assert post(account, forged).reference_name != first.reference_name


def test_the_first_id_of_a_mailing_joins_no_two_customers(account):
	mailing = {"In_Reply_To": "<oferta@fuera.test>", "References": "<oferta@fuera.test>"}
	one = post(account, letter(**mailing))
	other = post(account, letter(**mailing, From="luis@otra.test"))
	again = post(account, letter(**mailing, Subject="Otra pregunta"))
	assert one.reference_name != other.reference_name
	assert again.reference_name == one.reference_name


def test_a_thread_that_arrives_backwards_is_one_folio(account):
	ids = [f"<{factories.unique('m', '.')}@cliente.test>" for _one in range(4)]
	thread = [letter(Message_ID=ids[0])] + [
		letter(Message_ID=ids[n], In_Reply_To=ids[n - 1], References=" ".join(ids[:n])) for n in range(1, 4)
	]
	stored = [post(account, raw) for raw in reversed(thread)]
	assert len({message.reference_name for message in stored}) == 1


def test_the_same_subject_again_is_a_new_request(account):
	assert post(account, letter()).reference_name != post(account, letter()).reference_name


def test_a_reply_about_a_merged_folio_goes_where_the_case_goes_on(account):
	first, other = post(account, letter()), post(account, letter())
	folio_of(first).db_set("merged_into", other.reference_name)
	assert post(account, letter(In_Reply_To=id_of(first))).reference_name == other.reference_name


def test_a_reply_about_an_ended_folio_rings_whoever_had_it(account):
	first = post(account, letter())
	frappe.call("nervion_service.services.intake.follow_up", folio_name=first.reference_name)
	person = staff(Role.COORDINATOR)
	closed = close(answer(first.reference_name, by=person), by=person)
	rung = count("Notification Log", document_name=closed.name)
	post(account, letter(In_Reply_To=id_of(first), Subject="Gracias"))
	assert reloaded(closed).stage == "Closed"
	assert count("Notification Log", document_name=closed.name) > rung


# Machines ----------------------------------------------------------------------------------------------------------

MACHINES = {
	"vacation": {"Auto_Submitted": "auto-replied"},
	"header": {"X_Autoreply": "yes"},
	"subject": {"Subject": "Respuesta automática: estoy de viaje"},
	"list": {"Precedence": "bulk", "List_Unsubscribe": "<https://proveedor.test/baja>"},
	"daemon": {"From": "MAILER-DAEMON@mx.test"},
	"ours": {domain.OWN_HEADER: "1"},
}


@pytest.mark.parametrize("headers", MACHINES.values(), ids=MACHINES)
def test_a_machine_registers_nothing(account, headers):
	before = count()
	message = post(account, letter(**headers))
	assert message.communication_type == "Automated Message" and message.service_automatic
	assert count() == before


@pytest.mark.parametrize("headers", MACHINES.values(), ids=MACHINES)
def test_a_machine_that_replies_is_kept_and_counts_as_nothing(account, headers):
	first = post(account, letter())
	frappe.call("nervion_service.services.intake.follow_up", folio_name=first.reference_name)
	waiting = act(spoken_to(first), Action.ASK)
	before = len(events_of(waiting))
	reply = post(account, letter(In_Reply_To=id_of(first), **headers))
	assert reply.reference_name == waiting.name and reply.service_automatic
	assert reloaded(waiting).stage == "Waiting for Customer"
	assert len(events_of(waiting)) == before


def test_a_system_that_orders_by_mail_has_its_folio_where_the_mailbox_names_it(account):
	"""Seen to fail without the names of the account, and with an acknowledgement sent to the machine."""
	order = {
		"From": "SAP <pedidos@cliente.test>",
		"Auto_Submitted": "auto-generated",
		"Subject": "Orden 4711",
	}
	before = count()
	assert post(account, letter(**order)).service_automatic and count() == before
	account.db_set("service_machines", "compras@otro.test\nPedidos@cliente.test")
	message = post(account, letter(**order))
	folio = folio_of(message)
	assert (folio.subject, folio.email) == ("Orden 4711", "pedidos@cliente.test")
	assert message.communication_type == "Communication" and not message.service_automatic
	# machines do not thank each other
	assert (
		frappe.call("nervion_service.services.acknowledgement.acknowledge", folio_name=folio.name)
		== "Not Needed"
	)
	assert not count("Email Queue", reference_name=folio.name)


def test_mail_of_a_group_of_ours_is_the_customers_where_the_mailbox_names_the_group(account):
	"""Seen to fail without the names of the account: every customer's letter was a list's, and nobody was told."""
	known = folio_of(post(account, letter()))
	group = {
		"To": "atencion@grupo.test",
		"Reply_To": "atencion@grupo.test",
		"Precedence": "list",
		"List_Id": "<atencion.grupo.test>",
		"List_Unsubscribe": "<mailto:x@grupo.test>",
	}
	before = count()
	assert post(account, letter(**group)).service_automatic == "Bulk Mail" and count() == before
	# somebody we know wrote it: the report of health says so
	found = {check["code"]: check for check in health.report()["checks"]}["mail_of_customers"]
	assert (found["ok"], found["value"]) == (False, 1)
	account.db_set("service_addresses", "ventas@grupo.test\nAtencion@grupo.test")
	folio = folio_of(post(account, letter(**group)))
	# the group's own address is no customer's
	assert folio.email == "ana@cliente.test" and folio.name != known.name


def spoken_to(message):
	folio = accept(folio_of(message))
	write_to_customer(folio)
	return folio


BOUNCE = """From: Correo <postmaster@mx.test>
To: atencion@pinturas.example
Subject: No se pudo entregar
Message-ID: <informe@mx.test>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B
Content-Type: text/plain

No existe el buzón.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; ana@cliente.test
Action: failed
Status: 5.1.1

--B
Content-Type: text/rfc822-headers

From: servicio@pinturas.example
Message-ID: {answered}
Subject: Re

--B--
"""


def answered_by_mail(account, **values):
	"""A mailed request that a person has answered by mail: the folio as it is now, the answer, the person."""
	person = staff(Role.EXECUTIVE)
	folio = folio_of(post(account, letter()))
	folio.db_set("assigned_to", person)
	sent = make_mail(
		folio,
		person,
		**{"recipients": "ana@cliente.test", "message_id": factories.unique("sent", "."), **values},
	)
	folio = reloaded(folio)
	assert folio.first_answer == sent.name and promise_of(folio).status == "Fulfilled"
	return folio, sent, person


def promise_of(folio):
	return promises_of(folio, "First Answer")[0]


def test_an_answer_that_did_not_arrive_is_none_and_whoever_has_the_folio_hears_of_it(account):
	"""Seen to fail while a bounce only rang: four mails to nobody were an answer and three attempts."""
	folio, sent, person = answered_by_mail(account)
	due = promise_of(folio).due_at
	report = post(account, BOUNCE.format(answered=id_of(sent)).encode())
	assert (report.reference_name, report.service_automatic) == (folio.name, "Bounce")
	assert frappe.db.get_value("Communication", sent.name, "delivery_status") == "Bounced"
	assert count("Notification Log", for_user=person, document_name=folio.name) == 1
	assert not events_of(folio, Events.INBOUND)
	folio, promise = reloaded(folio), promise_of(folio)
	assert (folio.first_answered_at, folio.first_answer) == (None, None)
	assert (promise.status, promise.due_at, promise.evidence) == ("Running", due, None)
	assert promise.next_check_at
	assert not answers.contacts(folio.name).outbound
	# the customer is not told of an answer either
	assert "We answered you" not in [step["title"] for step in customer_steps.steps(folio)]
	# what is said afterwards keeps the promise
	call = write_to_customer(folio, person)
	assert (reloaded(folio).first_answer, promise_of(folio).status) == (call, "Fulfilled")


def test_a_call_after_the_letter_that_did_not_arrive_is_the_first_answer(account):
	folio, sent, person = answered_by_mail(account)
	call = write_to_customer(folio, person)
	post(account, BOUNCE.format(answered=id_of(sent)).encode())
	folio, promise = reloaded(folio), promise_of(folio)
	assert folio.first_answer == call
	assert (promise.status, promise.evidence, promise.fulfilled_at) == (
		"Fulfilled",
		call,
		folio.first_answered_at,
	)


@pytest.mark.parametrize(
	("values", "report"),
	[
		# the customer's server is still trying
		({}, BOUNCE.replace("Action: failed", "Action: delayed")),
		# another reader of theirs has it
		({"cc": "luis@cliente.test"}, BOUNCE),
	],
	ids=["delayed", "another reader"],
)
def test_an_answer_that_may_have_arrived_stays_one(account, values, report):
	folio, sent, _person = answered_by_mail(account, **values)
	post(account, report.format(answered=id_of(sent)).encode())
	assert reloaded(folio).first_answer == sent.name
	assert promise_of(folio).status == "Fulfilled"
	assert not events_of(folio, Events.UNDELIVERED)


DOUBTFUL = {
	# she forwards her mail to a mailbox that is full
	"another address": BOUNCE.replace("ana@cliente.test", "ana.ruiz@otra.test"),
	"no status part": "From: MAILER-DAEMON@mx.test\nTo: atencion@pinturas.example\n"
	"Message-ID: <aviso@mx.test>\nIn-Reply-To: {answered}\n"
	"Action: failed\nFinal-Recipient: rfc822; ana@cliente.test\n\nNo existe",
	"forged": BOUNCE.replace("To: ", "Authentication-Results: mx.test; spf=fail; dmarc=fail\nTo: ", 1),
	"names nobody": "From: MAILER-DAEMON@mx.test\nTo: atencion@pinturas.example\n"
	"Message-ID: <aviso@mx.test>\nIn-Reply-To: {answered}\n\nNo existe",
}


@pytest.mark.parametrize("case", DOUBTFUL)
def test_a_report_that_proves_nothing_rings_and_takes_no_answer_back(account, case):
	"""Seen to fail while a report that named none of the readers spoke of all."""
	folio, sent, person = answered_by_mail(account)
	kept = post(account, DOUBTFUL[case].format(answered=id_of(sent)).encode())
	assert kept.service_automatic == "Bounce"
	assert count("Notification Log", for_user=person, document_name=folio.name) == 1
	assert_is_still_an_answer(folio, sent)


def assert_is_still_an_answer(folio, sent):
	assert reloaded(folio).first_answer == sent.name and promise_of(folio).status == "Fulfilled"
	assert not events_of(folio, Events.UNDELIVERED)
	assert frappe.db.get_value("Communication", sent.name, "delivery_status") != "Bounced"


def test_a_letter_that_was_replied_to_has_arrived_whatever_is_reported(account):
	"""Seen to fail while nobody asked whether she had answered it."""
	folio, sent, _person = answered_by_mail(account)
	post(account, letter("Gracias, ya quedó.", In_Reply_To=id_of(sent)))
	post(account, BOUNCE.format(answered=id_of(sent)).encode())
	assert_is_still_an_answer(folio, sent)


def test_a_machine_that_replies_proves_no_letter_read(account):
	folio, sent, _person = answered_by_mail(account)
	away = {"In_Reply_To": id_of(sent), "Auto_Submitted": "auto-replied"}
	post(account, letter("Estoy fuera de la oficina.", **away))
	post(account, BOUNCE.format(answered=id_of(sent)).encode())
	assert not reloaded(folio).first_answer


@pytest.fixture
def told_by_mail():
	"""A complaint whose customer was told by a letter: it, the letter, and the promise that the letter kept."""
	complaint = complaints.make_complaint()
	said = {"recipients": "ana@cliente.test", "message_id": factories.unique("sent", ".")}
	sent = make_mail(complaints.folio_of(complaint), staff(Role.EXECUTIVE), **said)
	kept = complaints.promises_of(complaint, "Progress Report")[0]
	assert (kept.status, kept.evidence) == ("Fulfilled", sent.name)
	return complaint, sent, kept


def progress_after(told_by_mail):
	"""The promise that the letter had kept, and what became of those that came after it."""
	complaint, _sent, kept = told_by_mail
	rows = {row.name: row for row in complaints.promises_of(complaint, "Progress Report")}
	now = rows.pop(kept.name)
	assert now.due_at == kept.due_at
	return now, sorted(row.status for row in rows.values())


@pytest.mark.parametrize(
	("stage", "status"), [("Under Review", "Running"), ("Waiting for Customer", "Paused"), ("Closed", None)]
)
def test_a_letter_that_did_not_arrive_told_a_complaint_nothing(account, told_by_mail, stage, status):
	"""Seen to fail while the complaint's promise stayed kept, and a new term ran from a letter that nobody read."""
	complaint, sent, _kept = told_by_mail
	complaint.db_set("stage", stage)
	post(account, BOUNCE.format(answered=id_of(sent)).encode())
	now, others = progress_after(told_by_mail)
	if status:
		assert (now.status, now.evidence, others) == (status, None, ["Cancelled"])
	else:
		# what is over owes nobody a word any more
		assert (now.status, now.evidence, others) == ("Fulfilled", sent.name, ["Running"])


def test_a_call_after_the_letter_that_did_not_arrive_told_the_complaint(account, told_by_mail):
	complaint, sent, _kept = told_by_mail
	call = write_to_customer(complaints.folio_of(complaint))
	post(account, BOUNCE.format(answered=id_of(sent)).encode())
	now, others = progress_after(told_by_mail)
	assert (now.status, now.evidence, others) == ("Fulfilled", call, ["Fulfilled", "Running"])


def test_a_letter_that_our_own_server_gave_up_is_no_answer_until_it_goes_out_after_all(account):
	folio, sent, person = answered_by_mail(account)
	queue = frappe.get_doc(
		{
			"doctype": "Email Queue",
			"sender": letters.OURS,
			"communication": sent.name,
			"message": "x",
			"recipients": [{"recipient": "ana@cliente.test", "status": "Not Sent"}],
		}
	).insert(ignore_permissions=True)
	queue.update_status("Error")
	assert not reloaded(folio).first_answer and promise_of(folio).status == "Running"
	assert count("Notification Log", for_user=person, document_name=folio.name) == 1
	queue.update_status("Error")
	assert len(events_of(folio, Events.UNDELIVERED)) == 1
	# somebody mends the server and has it sent again
	queue.update_status("Sent")
	assert reloaded(folio).first_answer == sent.name and promise_of(folio).status == "Fulfilled"
	assert len(answers.contacts(folio.name).outbound) == 1


def test_letters_that_never_arrived_are_no_attempts_to_reach_the_customer(account):
	folio, sent, _person = answered_by_mail(account)
	folio.db_set({"stage": "Answered", "answered_at": frappe.utils.add_days(now_datetime(), -1)})
	assert answers.contacts(folio.name).attempts_since(folio.answered_at, folio.company) == 1
	folio.db_set("closing_attempts", 1)
	post(account, BOUNCE.format(answered=id_of(sent)).encode())
	assert reloaded(folio).closing_attempts == 0


# Colleagues --------------------------------------------------------------------------------------------------------


def test_a_colleagues_reply_from_another_mail_program_is_the_first_answer(account):
	first = post(account, letter())
	person = staff(Role.EXECUTIVE)
	written = {"From": person, "To": "ana@cliente.test", "Cc": letters.OURS, "In_Reply_To": id_of(first)}
	sent = post(account, letter("Le mandamos la ficha técnica.", **written))
	folio = reloaded(folio_of(first))
	assert (sent.sent_or_received, folio.first_answer) == ("Sent", sent.name)
	assert len(events_of(folio, Events.FIRST_ANSWER)) == 1


def test_a_colleague_who_writes_to_our_mailbox_only_has_answered_nobody(account):
	first = post(account, letter())
	post(account, letter(From=staff(Role.EXECUTIVE), In_Reply_To=id_of(first)))
	assert reloaded(folio_of(first)).first_answered_at is None
	assert not events_of(folio_of(first), Events.INBOUND)


def test_a_forged_colleague_answers_nobody(account):
	first = post(account, letter())
	written = {"From": staff(Role.EXECUTIVE), "To": "ana@cliente.test", "In_Reply_To": id_of(first)}
	post(account, letter(**written, Authentication_Results="mx.test; dmarc=fail"))
	assert reloaded(folio_of(first)).first_answered_at is None


# Files and markup --------------------------------------------------------------------------------------------------


def files_of(message):
	return frappe.get_all(
		"File", {"attached_to_name": message.name}, ["file_name", "is_private", "attached_to_doctype"]
	)


def test_a_photograph_is_kept_in_private_and_a_drawing_with_a_program_is_refused_by_name(account):
	svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
	files = [
		("puerta.png", letters.PNG, "image/png"),
		("dibujo.svg", svg, "image/svg+xml"),
		("a.png.exe", b"MZ", "image/png"),
	]
	message = post(account, letter(files=files))
	kept = files_of(message)
	assert [row.is_private for row in kept] == [1]
	assert kept[0].file_name.endswith(".png")
	assert "dibujo.svg" in message.content and "a.png.exe" in message.content
	assert "puerta.png" not in message.content


def test_only_so_many_files_of_a_mail_are_kept_and_it_says_so(account):
	frappe.db.set_single_value("Service Settings", "max_uploads", 2)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	files = [(f"foto{n}.png", letters.PNG + bytes([n]), "image/png") for n in range(4)]
	message = post(account, letter(files=files))
	assert len(files_of(message)) == 2
	assert "foto2.png" in message.content and "foto3.png" in message.content


def test_a_table_of_a_customer_is_kept_and_a_note_on_the_folio_names_what_was_left_out(account):
	files = [
		("pedido.xlsx", samples.office(), "application/octet-stream"),
		("precios.xlsm", samples.office(parts={"xl/vbaProject.bin": "x"}), "application/octet-stream"),
		("fotos <b>.zip", samples.archive(), "application/zip"),
	]
	message = post(account, letter(files=files))
	assert [row.file_name.rpartition(".")[2] for row in files_of(message)] == ["xlsx"]
	notes = frappe.get_all(
		"Comment", {"reference_name": message.reference_name, "comment_type": "Comment"}, pluck="content"
	)
	assert len(notes) == 1
	assert "precios.xlsm" in notes[0] and "fotos &lt;b&gt;.zip" in notes[0] and "pedido.xlsx" not in notes[0]


PAYLOADS = (
	"<script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	"<svg/onload=alert(1)>",
	"<a href='javascript:alert(1)'>x</a>",
	"<iframe src='https://mal.example'></iframe>",
	"<form action='https://mal.example'><input name=a></form>",
	"{{ frappe.db.sql('select 1') }}",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_a_mail_brings_can_run(account, payload):
	message = post(
		account,
		letter(
			text=payload,
			html=f"<p>Hola</p>{payload}",
			Subject=payload,
			From=f'"{payload[:40]}" <ana@cliente.test>',
		),
	)
	message.reload()
	folio = folio_of(message)
	for text in (message.content, folio.description, folio.subject, folio.party_name):
		page = BeautifulSoup(frappe.as_unicode(text), "html.parser")
		assert not page.find(["script", "iframe", "form", "svg", "object"]), text
		for element in page.find_all(True):
			assert not [name for name in element.attrs if name.startswith("on")], text
			assert "javascript:" not in str(element.attrs.get("href")), text
	# the words are kept, so that a person sees what was tried
	assert folio.subject[1:8] in payload


# Bad input ---------------------------------------------------------------------------------------------------------


def test_a_mail_without_a_sender_is_refused_in_words_and_nothing_is_stored(account):
	before = count(), count("Communication")
	with pytest.raises(NoSender, match="no sender"):
		post(account, letter(From=None))
	assert (count(), count("Communication")) == before


def test_a_mail_without_subject_and_text_is_a_folio_all_the_same(account):
	folio = folio_of(post(account, letter(text=None, Subject=None)))
	assert folio.subject == "Mail without a subject"


def test_a_mail_of_files_only_is_a_folio_with_its_files(account):
	message = post(account, letter(text="", files=[("puerta.png", letters.PNG, "image/png")]))
	assert len(files_of(message)) == 1 and folio_of(message)


def test_a_subject_of_two_thousand_characters_is_cut_and_kept_whole_in_the_description(account):
	long = "Se desprende " * 160
	folio = folio_of(post(account, letter(Subject=long)))
	assert len(folio.subject) <= 140 and folio.subject.endswith("…")
	assert long.strip()[:1900] in folio.description


def test_two_hundred_readers_are_no_obstacle_and_nobody_of_them_is_written_to(account):
	many = ", ".join(f"persona{n}@cliente.test" for n in range(200))
	message = post(account, letter(To=f"{letters.OURS}, {many}", Cc=many))
	assert folio_of(message)
	assert len(message.recipients.split(",")) == 50
	message.send_email(is_inbound_mail_communcation=True)
	assert not count("Email Queue", reference_name=message.reference_name)


BROKEN = {
	"unknown charset": b"From: =?x-none?b?AAAA?= <ana@cliente.test>\r\nSubject: =?x-none?q?hola?=\r\n\r\nx",
	"base64 that is none": b"From: ana@cliente.test\r\nSubject: =?utf-8?b?====?=\r\n\r\nx",
	"raw latin": "From: ana@cliente.test\r\nSubject: reclamaci\xf3n\r\n\r\npa\xf1o".encode("latin-1"),
	"unknown body": b"From: ana@cliente.test\r\nContent-Type: text/plain; charset=x-none\r\n\r\nhola",
	"zero bytes": b"From: ana@cliente.test\r\nSubject: a\x00b\r\n\r\nho\x00la",
	"broken parts": b"From: ana@cliente.test\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: image/png\r\n",
	"no date": b"From: ana@cliente.test\r\nDate: ayer\r\n\r\nhola",
	"odd address": b"From: ana@localhost\r\n\r\nhola",
	"nested": b"From: ana@cliente.test\r\nContent-Type: message/rfc822\r\n\r\n",
	"long id": b"From: ana@cliente.test\r\nMessage-ID: <" + b"a" * 400 + b"@x>\r\n\r\nhola",
	"emoji": "From: ana@cliente.test\r\nSubject: \U0001f3a8\r\n\r\n\U0001f3a8".encode(),
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
def test_a_broken_mail_is_registered_as_far_as_it_can_be_read(account, raw):
	folio = folio_of(post(account, raw))
	assert folio.subject and len(folio.subject) <= 140
	assert post(account, raw) is None


class Letters:
	"""Stands where a mail server stands: gives letters and notes which of them it was told are stored."""

	def __init__(self, *raws):
		self.raws, self.done = list(raws), []

	def __call__(self, account):
		for number, raw in enumerate(self.raws):
			if number not in self.done:
				one = mailbox.Letter(raw, "Service Folio", str(number + 1))
				one.done = lambda number=number: self.done.append(number)
				yield one


def test_what_cannot_be_stored_is_set_aside_with_its_reason_and_stops_no_other(account, monkeypatch):
	server = Letters(letter(From=None), letter())
	monkeypatch.setattr(mailbox, "letters", server)
	before = count()
	assert email_intake.receive(account) == {"set aside": 1, "stored": 1}
	assert count() == before + 1 and server.done == [0, 1]
	aside = frappe.get_all("Unhandled Email", {"email_account": account.name}, ["reason"])
	assert [row.reason for row in aside] == ["The mail names no sender, so nobody could be answered."]


def test_a_letter_that_a_lock_stopped_stays_on_the_server_and_comes_again(account, monkeypatch):
	server, store = Letters(letter()), email_intake.store
	monkeypatch.setattr(mailbox, "letters", server)
	monkeypatch.setattr("nervion_service.services.transactions.RETRIES", 0)

	def locked(*_args):
		raise frappe.QueryTimeoutError

	monkeypatch.setattr(email_intake, "store", locked)
	before = count()
	assert email_intake.receive(account) == {"later": 1}
	assert (count(), server.done) == (before, [])
	monkeypatch.setattr(email_intake, "store", store)
	assert email_intake.receive(account) == {"stored": 1}
	assert (count(), server.done) == (before + 1, [0])


def test_a_pull_that_died_before_telling_the_server_makes_no_second_folio(account, monkeypatch):
	server = Letters(letter())
	monkeypatch.setattr(mailbox, "letters", server)
	before = count()
	email_intake.receive(account)
	server.done.clear()
	assert email_intake.receive(account) == {"known": 1}
	assert count() == before + 1


def test_other_mailboxes_stay_frappes(site):
	plain = letters.mailbox(
		email_id="ventas@pinturas.example", imap_folder=[{"folder_name": "INBOX"}], default_outgoing=0
	)
	assert not email_intake.makes_folios(plain)


def test_a_stranger_cannot_reach_the_intake(account):
	with engine.run_as("Guest"), pytest.raises(frappe.PermissionError):
		frappe.handler.execute_cmd("nervion_service.services.email_intake.store")


def test_letters_are_read_by_their_own_parser():
	assert email.message_from_bytes(letter())["To"] == letters.OURS
