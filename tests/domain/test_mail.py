"""A machine's mail is told from a person's, and nothing in a mail can stop the reading of it."""

import email
from datetime import datetime
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import mail
from nervion_service.domain.taxonomy import Automatic

OURS = ("servicio@pinturas.example",)


def letter(body: str = "Hola", **headers: str) -> Message:
	lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
	return email.message_from_string("\n".join([*lines, "", body]))


@pytest.mark.parametrize(
	("headers", "kind"),
	[
		({"From": "ana@cliente.test", "Subject": "Pedido"}, None),
		({"Auto_Submitted": "no"}, None),
		({"Auto_Submitted": "auto-replied"}, Automatic.AUTO_REPLY),
		({"Auto_Submitted": "auto-generated; type=x"}, Automatic.AUTO_REPLY),
		({"X_Autoreply": "yes"}, Automatic.AUTO_REPLY),
		({"X_Autorespond": "Re"}, Automatic.AUTO_REPLY),
		({"Precedence": "auto_reply"}, Automatic.AUTO_REPLY),
		({"Return_Path": "<>"}, Automatic.AUTO_REPLY),
		({"Subject": "Respuesta automática: Pedido"}, Automatic.AUTO_REPLY),
		({"Subject": "Re: Fuera de la oficina hasta el lunes"}, Automatic.AUTO_REPLY),
		({"Subject": "=?utf-8?q?Respuesta_autom=C3=A1tica=3A?= Pedido"}, Automatic.AUTO_REPLY),
		({"Subject": "Su respuesta automática no me sirve"}, None),
		({"Precedence": "bulk"}, Automatic.BULK),
		({"Precedence": "list"}, Automatic.BULK),
		({"List_Id": "<ofertas.proveedor.test>"}, Automatic.BULK),
		({"From": "MAILER-DAEMON@mx.test"}, Automatic.BOUNCE),
		({"X_Failed_Recipients": "ana@cliente.test"}, Automatic.BOUNCE),
		({mail.OWN_HEADER: "1", "Auto_Submitted": "auto-replied"}, Automatic.OWN),
	],
)
def test_a_machine_is_known_by_its_headers(headers, kind):
	assert mail.automatic(letter(**headers), OURS) == kind


MACHINES = ("pedidos@cliente.test", "@erp.test")


@pytest.mark.parametrize(
	("sender", "headers", "kind"),
	[
		("pedidos@cliente.test", {"Auto_Submitted": "auto-generated"}, None),
		("SAP <Compras@ERP.test>", {"Auto_Submitted": "auto-generated"}, None),
		("pedidos@cliente.test", {"Precedence": "bulk"}, None),
		("pedidos@cliente.test", {"Return_Path": "<>"}, None),
		# what a machine says by itself to our own mail is no request
		("pedidos@cliente.test", {"Auto_Submitted": "auto-replied"}, Automatic.AUTO_REPLY),
		("pedidos@cliente.test", {"Subject": "Fuera de la oficina"}, Automatic.AUTO_REPLY),
		("pedidos@cliente.test", {mail.OWN_HEADER: "1"}, Automatic.OWN),
		("MAILER-DAEMON@erp.test", {}, Automatic.BOUNCE),
		# nobody that was named
		("otro@cliente.test", {"Auto_Submitted": "auto-generated"}, Automatic.AUTO_REPLY),
		("x@sub.erp.test", {"Auto_Submitted": "auto-generated"}, Automatic.AUTO_REPLY),
		("x@mierp.test", {"Auto_Submitted": "auto-generated"}, Automatic.AUTO_REPLY),
		(
			"pedidos@cliente.test",
			{"Auto_Submitted": "auto-generated", "Authentication_Results": "mx; dmarc=fail"},
			Automatic.AUTO_REPLY,
		),
	],
)
def test_a_system_that_orders_is_heard_where_it_was_named(sender, headers, kind):
	assert mail.automatic(letter(From=sender, **headers), OURS, MACHINES) == kind


def test_a_mail_came_when_the_last_server_of_its_way_says_whatever_its_sender_wrote():
	written = (
		"Received: from mx.nervion.test by imap.nervion.test\n\twith LMTP id 1; Sun, 22 Nov 2026 08:30:00 -0600 (CST)\n"
		"Received: from mal.test by mx.nervion.test; Mon, 2 Nov 2026 09:00:00 +0000\n"
		"Date: Mon, 2 Nov 2026 09:00:00 +0000\n\nHola"
	)
	assert mail.reached_at(email.message_from_string(written)) == datetime(2026, 11, 22, 14, 30)


@pytest.mark.parametrize(
	("stamp", "at"),
	[
		("by mx; Sun, 22 Nov 2026 08:30:00 -0000", datetime(2026, 11, 22, 8, 30)),
		("by mx; ayer", None),
		("by mx", None),
		("", None),
		("by mx; Mon, 99 Jan 2026 00:00:00 +0000", None),
	],
)
def test_a_server_that_leaves_no_readable_time_is_not_guessed_at(stamp, at):
	lower = {"received": "by mx; Mon, 2 Nov 2026 09:00:00 +0000"}
	assert mail.reached_at(letter(Received=stamp, **lower)) == at
	assert mail.reached_at(letter(Date="Mon, 2 Nov 2026 09:00:00 +0000")) is None


GROUP = {
	"Precedence": "list",
	"List_Id": "Clientes <servicio.pinturas.example>",
	"List_Unsubscribe": "<mailto:x@g>",
}


@pytest.mark.parametrize(
	("ours", "kind"),
	[
		(OURS, None),
		# the account that the group delivers into, at our own domain
		(("crm@pinturas.example",), None),
		# elsewhere, and named by nobody
		(("pinturas@correo.test",), Automatic.BULK),
		# a domain that only ends like ours
		(("crm@as.example",), Automatic.BULK),
	],
)
def test_a_mailbox_fed_by_a_group_of_ours_still_hears_its_customers(ours, kind):
	assert mail.automatic(letter(To="servicio@pinturas.example", **GROUP), ours) == kind
	assert mail.automatic(letter(**GROUP), ours) == kind


@pytest.mark.parametrize(
	("headers", "kind"),
	[
		({"Precedence": "list", "List_Id": "<compras.cliente.test>"}, None),
		(
			{
				"List_Id": "<x.cliente.test>",
				"List_Post": "<mailto:x@cliente.test>",
				"List_Unsubscribe": "<mailto:y@z>",
			},
			None,
		),
		({"Precedence": "bulk"}, None),
		# sent to thousands, each named
		(
			{"List_Id": "<ofertas.proveedor.test>", "List_Unsubscribe": "<https://x.test/baja>"},
			Automatic.BULK,
		),
		(
			{"List_Id": "<o.p.test>", "List_Post": "NO", "List_Unsubscribe": "<https://x.test/baja>"},
			Automatic.BULK,
		),
		({"Precedence": "junk"}, Automatic.BULK),
		# an old program that says that its master is away
		({"Precedence": "bulk", "In_Reply_To": "<nuestra@pinturas.example>"}, Automatic.BULK),
	],
)
def test_a_customer_who_writes_to_us_through_a_list_of_theirs_is_heard(headers, kind):
	assert mail.automatic(letter(To="Servicio <SERVICIO@pinturas.example>", **headers), OURS) == kind
	assert mail.automatic(letter(To="todos@cliente.test", **headers), OURS) == Automatic.BULK


REPORT = """From: Correo <postmaster@mx.test>
Content-Type: multipart/report; report-type={kind}; boundary=B

--B
Content-Type: text/plain

Informe
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; ana@cliente.test
Action: {action}

--B--
"""


@pytest.mark.parametrize(
	("kind", "action", "expected"),
	[
		("delivery-status", "failed", Automatic.BOUNCE),
		("delivery-status", "delayed", Automatic.BOUNCE),
		("delivery-status", "delivered", Automatic.RECEIPT),
		("disposition-notification", "", Automatic.RECEIPT),
	],
)
def test_a_report_is_a_bounce_unless_it_says_that_the_letter_came(kind, action, expected):
	assert mail.automatic(email.message_from_string(REPORT.format(kind=kind, action=action))) == expected


@pytest.mark.parametrize(
	("report", "failed"),
	[
		(REPORT.format(kind="delivery-status", action="failed"), ("ana@cliente.test",)),
		# the server tries again: nothing has failed
		(REPORT.format(kind="delivery-status", action="delayed"), None),
		(REPORT.format(kind="delivery-status", action="delivered"), None),
		(
			"X-Failed-Recipients: Ana@Cliente.test, luis@cliente.test\n\nx",
			("ana@cliente.test", "luis@cliente.test"),
		),
		("From: MAILER-DAEMON@mx.test\n\nNo existe", ()),
	],
)
def test_a_report_names_whom_a_letter_did_not_reach(report, failed):
	assert mail.not_delivered(email.message_from_string(report)) == failed


@pytest.mark.parametrize(
	("subject", "clean"),
	[
		("RE: Se cae el esmalte", "Se cae el esmalte"),
		("Rv: RE[2]: Fwd:  Pedido  4512", "Pedido 4512"),
		("[EXTERNAL] Re: Pedido", "Pedido"),
		("Reclamo: pintura", "Reclamo: pintura"),
		("Re:", ""),
		("Pe\u200bdido\x00\r\nBcc: x", "Pedido Bcc: x"),
	],
)
def test_a_subject_loses_the_marks_of_replying_and_nothing_else(subject, clean):
	assert mail.clean_subject(subject) == clean


def test_a_subject_of_two_thousand_characters_is_cut_with_a_sign():
	cut = mail.clean_subject("ñ" * 2000)
	assert len(cut) == mail.SUBJECT_LENGTH and cut.endswith("ñ…")


def test_folio_numbers_are_found_anywhere_in_a_subject_and_nowhere_inside_other_words():
	assert mail.folio_numbers("Re: (fol-2026-000012) y FOL-2026-1234567, FOL-2026-000012") == (
		"FOL-2026-000012",
		"FOL-2026-1234567",
	)
	assert mail.folio_numbers("XFOL-2026-000012 FOL-26-000012 FOL-2026-00001") == ()


def test_a_thread_is_known_by_its_first_mail_and_answers_the_nearest():
	reply = letter(References="<a@x> <b@x> <c@x>", In_Reply_To="<c@x>", Message_ID="<d@x>")
	assert mail.thread_root(reply) == "a@x"
	assert mail.answered_ids(reply) == ("c@x", "b@x", "a@x")
	assert mail.thread_root(letter(Message_ID="<a@x>")) == "a@x"


def test_a_mail_without_an_id_has_the_same_one_each_time_it_comes():
	one, other = ({"From": "a@x.test", "Date": day} for day in ("Mon, 2 Mar 2026", "Tue, 3 Mar 2026"))
	assert mail.message_id(letter(**one)) == mail.message_id(letter(Received="by mx", **one))
	assert mail.message_id(letter(**one)) != mail.message_id(letter(**other))
	assert mail.message_id(letter(**one)) != mail.message_id(letter("Otra cosa", **one))


def test_a_sender_whose_address_is_forged_is_known_by_the_servers_own_checks():
	assert mail.failed_checks(letter(Authentication_Results="mx.test; spf=fail smtp.mailfrom=x"))
	assert not mail.failed_checks(letter(Authentication_Results="mx.test; spf=softfail; dmarc=pass"))
	assert not mail.failed_checks(letter())


@given(st.binary(max_size=400))
def test_no_header_stops_the_reading(noise):
	message = email.message_from_bytes(
		b"Subject: " + noise + b"\nFrom: " + noise + b"\nReferences: <" + noise + b">\n\nx"
	)
	assert len(mail.clean_subject(mail.plain_header(message["Subject"]))) <= mail.SUBJECT_LENGTH
	mail.automatic(message, OURS)
	mail.reached_at(email.message_from_bytes(b"Received: " + noise + b"\n\nx"))
	assert all(
		0 < len(name) <= mail.ID_LENGTH for name in (*mail.answered_ids(message), mail.message_id(message))
	)


@given(st.text(max_size=300), st.integers(2, 50))
def test_a_text_is_tidied_once_and_for_all(text, longest):
	tidy = mail.tidy_text(text, longest)
	assert len(tidy) <= longest
	assert mail.tidy_text(tidy, longest) == tidy
