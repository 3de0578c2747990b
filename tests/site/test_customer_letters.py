"""What the system writes to a customer by itself: asked for, once, in time, marked as a machine's, and counted as nothing (K11, X5)."""

import email as mail_format
import email.policy
import re
from contextlib import contextmanager
from datetime import timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import (
	access_tokens,
	acknowledgement,
	answer_templates,
	answers,
	delay_letter,
	languages,
	safety_nets,
	solved_letter,
	sweep,
	tracking_links,
)
from nervion_service.services import clock as services_clock
from nervion_service.workflows.folio import Action
from tests import engine
from tests.site import folio_factories as folios
from tests.site import letters
from tests.site.folio_factories import everybody as everybody

CAST = (Role.EXECUTIVE, Role.AGENCY, Role.COORDINATOR)
ANA = "ana@cliente.test"
IS_IT_SOLVED, WE_ARE_LATE = "{0}: is it solved?", "{0}: our answer is late"
THE_LINK = "{0}: the link to your request"
LINK = re.compile(r"/seguimiento/([A-Za-z0-9_-]{43})")


@pytest.fixture
def account(site):
	account = letters.mailbox()
	frappe.db.commit()
	return account


def asked(**values):
	"""A folio of the web page whose receipt was acknowledged."""
	folio = folios.make_folio(**{"channel": "Web Page", "email": ANA, **values})
	acknowledgement.acknowledge(folio.name)
	return folios.reloaded(folio)


def answered(**values):
	return folios.answer(asked(**values))


def sent(folio, about: str) -> list:
	"""The mails about a folio with that subject, in the site's language, as they leave: (message, what it says)."""
	subject = frappe._(about, languages.of_site()).format(folio.name)
	rows = frappe.get_all("Email Queue", {"reference_name": folio.name}, ["message"], order_by="creation")
	mails = [mail_format.message_from_string(row.message, policy=email.policy.default) for row in rows]
	return [(mail, mail.get_body(("html",)).get_content()) for mail in mails if mail["Subject"] == subject]


def token_in(page: str) -> str:
	return LINK.search(page).group(1)


def set_setting(name, value):
	frappe.db.set_single_value("Service Settings", name, value)
	frappe.clear_document_cache("Service Settings", "Service Settings")


@contextmanager
def undone():
	"""What happens inside the block has not happened after it: one folio serves many cases."""
	frappe.db.savepoint("one_case")
	yield
	frappe.db.rollback(save_point="one_case")
	frappe.clear_document_cache("Service Settings", "Service Settings")


def oppose(address):
	frappe.get_attr("nervion_service.services.oppositions.note")([address], "PD-1")


# The link -------------------------------------------------------------------------------------------------------


def test_a_link_is_sent_by_a_press_and_stays_in_no_copy(account):
	folio = asked()
	with engine.run_as(folios.cast(Role.EXECUTIVE)):
		assert tracking_links.send(folio.name) == ANA
	((mail, page),) = sent(folio, THE_LINK)
	assert access_tokens.resolve(token_in(page)).name == folio.name
	assert mail["Auto-Submitted"] and mail["Reply-To"] == letters.OURS
	assert not [row for row in kept(folio) if LINK.search(row.content)]
	# it answers nothing
	assert not folios.reloaded(folio).first_answered_at
	assert folios.events_of(folio, Events.TRACKING_LINK_SENT)[0].actor == folios.cast(Role.EXECUTIVE)


def kept(folio):
	return frappe.get_all("Communication", {"reference_name": folio.name}, ["name", "content"])


@pytest.mark.parametrize("address", [None, "no-reply@cliente.test", letters.OURS])
def test_no_link_goes_to_an_address_that_is_no_customers(account, address):
	folio = folios.make_folio(channel="Phone", email=address)
	folio.db_set("email", address)
	with pytest.raises(frappe.ValidationError, match="no e-mail address of the customer"):
		tracking_links.send(folio.name)
	assert not folios.events_of(folio, Events.TRACKING_LINK_SENT)


def test_who_may_not_write_the_folio_sends_no_link(account):
	folio = asked()
	with engine.run_as(folios.cast(Role.AGENCY)), pytest.raises(frappe.PermissionError):
		tracking_links.send(folio.name)


def leave(folio, by, content, **readers):
	"""A mail of a person from the form, as it leaves; returns what it says."""
	with engine.run_as(by):
		frappe.sendmail(
			**{"recipients": [ANA], **readers},
			subject="La respuesta",
			message=content,
			reference_doctype=folio.doctype,
			reference_name=folio.name,
		)
	mail, page = sent(folio, "La respuesta")[-1]
	return page, mail.get_body(("plain",)).get_content()


def test_the_place_of_a_link_in_an_answer_becomes_the_link_when_it_leaves(account):
	folio, person = asked(), folios.cast(Role.EXECUTIVE)
	place = answer_templates.facts(folio)["tracking_url"]
	assert folio.name in place and not LINK.search(place)
	page, text = leave(
		folio, person, f"<p>Señora, díganos aquí: {place}</p><p><a href='{place}'>Aquí</a></p>"
	)
	assert access_tokens.resolve(token_in(page)).name == folio.name
	assert set(LINK.findall(page)) == {token_in(page)} == set(LINK.findall(text))
	assert place not in page and "Señora" in page and "Señora" in text


@pytest.mark.parametrize("case", ["a colleague reads it", "another customer's", "no right to the folio"])
def test_the_place_of_a_link_stays_a_place_where_somebody_else_would_get_it(account, case):
	folio, person = asked(), folios.cast(Role.EXECUTIVE)
	place, readers = tracking_links.door(folio.name), {}
	if case == "a colleague reads it":
		readers = {"cc": [folios.cast(Role.COORDINATOR)], "expose_recipients": "header"}
	elif case == "another customer's":
		place = tracking_links.door(asked(email="luis@otra.test").name)
	else:
		person = folios.cast(Role.AGENCY)
	page, text = leave(folio, person, f"<p>Aquí: {place}</p>", **readers)
	assert place in page and not LINK.search(page + text)


# Is it solved? ----------------------------------------------------------------------------------------------------


def test_a_customer_who_was_answered_is_asked_once_whether_it_is_solved(account, background_jobs):
	"""Seen to fail without the letter: the page said that we had asked, and nobody had."""
	folio = asked()
	folios.answer(folio)
	background_jobs.run()
	assert [solved_letter.ask(folio.name) for _again in range(2)] == ["Sent", "Sent"]
	((mail, page),) = sent(folio, IS_IT_SOLVED)
	assert mail["Auto-Submitted"] and mail["X-Nervion-Automatic"]
	assert access_tokens.resolve(token_in(page)).name == folio.name
	# it is neither an answer nor an attempt to reach the customer
	now = folios.reloaded(folio)
	assert len(answers.contacts(folio.name).outbound) == 1 and now.closing_attempts == 0
	assert len(folios.events_of(folio, Events.SOLVED_ASKED)) == 1


def test_attended_again_and_answered_again_is_not_asked_again_and_reopened_is(account):
	folio = answered()
	assert solved_letter.ask(folio.name) == "Sent"
	folios.act(folio, Action.ATTEND_AGAIN)
	folios.answer(folio)
	assert solved_letter.ask(folio.name) == "Sent" and len(sent(folio, IS_IT_SOLVED)) == 1
	folios.answer(folios.reopen(folios.close(folio)))
	assert solved_letter.ask(folio.name) == "Sent" and len(sent(folio, IS_IT_SOLVED)) == 2


def by_the_answer(folio):
	place = tracking_links.door(folio.name)
	folios.make_mail(folio, folios.cast(Role.EXECUTIVE), recipients=ANA, content=f"<p>¿Quedó? {place}</p>")


def test_a_customer_whose_answer_lost_its_link_for_a_reader_in_copy_is_asked(account):
	"""Seen to fail while the kept copy alone was read: it names the place of the link, whoever reads it."""
	folio = answered()
	place = tracking_links.door(folio.name)
	written = {"recipients": ANA, "cc": "compras@otra.test", "content": f"<p>¿Quedó? {place}</p>"}
	folios.make_mail(folio, folios.cast(Role.EXECUTIVE), **written)
	assert solved_letter.ask(folio.name) == "Sent"
	assert len(sent(folio, IS_IT_SOLVED)) == 1


UNASKED = {
	"the answer asked": by_the_answer,
	"the customer has said": lambda folio: folio.db_set("satisfaction", "Satisfied"),
	"opposed": lambda folio: oppose(ANA),
	"switched off": lambda folio: set_setting("solved_letters", 0),
	"long ago": lambda folio: folio.db_set("answered_at", folio.answered_at - timedelta(days=2)),
	"a record of another system": lambda folio: folio.db_set("is_history", 1),
	"no reader": lambda folio: folio.db_set("email", "noreply@cliente.test"),
	"somebody is hurt": lambda folio: folio.db_set("safety", "Yes"),
	"never acknowledged": lambda folio: folio.db_set("acknowledgement", "Not Needed"),
}


def test_nobody_is_asked_who_was_asked_or_should_not_be(account):
	folio = answered()
	for case, happen in UNASKED.items():
		with undone():
			happen(folio)
			assert solved_letter.ask(folio.name) == "Not Needed", case
			assert not sent(folio, IS_IT_SOLVED), case
			assert not folios.events_of(folio, Events.SOLVED_ASKED), case
	assert solved_letter.ask(folio.name) == "Sent"


def test_a_machine_that_ordered_is_not_asked(account):
	account.db_set("service_machines", "@cliente.test")
	order = letters.letter(From=ANA, Auto_Submitted="auto-generated", Subject="Orden 4711")
	folio = letters.folio_of(letters.post(account, order))
	frappe.call("nervion_service.services.intake.follow_up", folio_name=folio.name)
	folio.db_set("acknowledgement", "Sent")
	assert solved_letter.ask(folios.answer(folio).name) == "Not Needed"


# We are late ------------------------------------------------------------------------------------------------------


def late(clock, **values):
	"""A folio whose promise to answer was broken an hour ago, as the sweep has found."""
	folio = asked(**values)
	clock.shift(timedelta(hours=5))
	# the sweep's transactions are its own
	frappe.db.commit()
	sweep.run(services_clock.now())
	assert folios.promises_of(folio, "First Answer")[0].status == "Breached"
	return folio


@pytest.fixture
def monday(account):
	with folios.at(folios.MONDAY) as clock:
		yield clock


def test_a_customer_hears_once_that_the_answer_is_late_and_when_it_comes(monday):
	"""Seen to fail without the letter: only who opened the page read the admission."""
	folio = late(monday)
	assert delay_letter.tell(folio.name) == "Sent"
	assert delay_letter.tell(folio.name) is None
	((mail, page),) = sent(folio, WE_ARE_LATE)
	words = frappe.utils.strip_html(page)
	# promised by two in the afternoon, and by the corporate term now
	assert "14:00" in words and "10:00" in words
	assert mail["Auto-Submitted"] and access_tokens.resolve(token_in(page)).name == folio.name
	assert len(folios.events_of(folio, Events.DELAY_TOLD)) == 1
	assert not folios.reloaded(folio).first_answered_at


UNTOLD = {
	"opposed": lambda folio: oppose(ANA),
	"switched off": lambda folio: set_setting("delay_letters", 0),
	"a record of another system": lambda folio: folio.db_set("is_history", 1),
	"merged": lambda folio: folio.db_set({"merged_into": folio.name, "stage": "Withdrawn"}),
	"somebody is hurt": lambda folio: folio.db_set("safety", "Yes"),
}


def test_nobody_is_told_of_a_delay_who_should_not_be(monday):
	folio = late(monday)
	for case, happen in UNTOLD.items():
		with undone():
			happen(folio)
			assert delay_letter.tell(folio.name) == "Not Needed", case
			assert not sent(folio, WE_ARE_LATE), case
			assert not folios.events_of(folio, Events.DELAY_TOLD), case
	assert delay_letter.tell(folio.name) == "Sent"


def test_who_has_been_answered_late_hears_of_no_delay(monday):
	folio = late(monday)
	folios.write_to_customer(folios.accept(folio))
	assert delay_letter.tell(folio.name) is None
	assert not sent(folio, WE_ARE_LATE)


def test_the_job_of_the_minute_sends_what_nobody_has_decided_about(monday):
	one, other = late(monday, email="luis@otra.test"), answered()
	monday.shift(timedelta(minutes=5))
	frappe.db.commit()
	for _pass in range(2):
		safety_nets.catch_up()
	assert len(sent(one, WE_ARE_LATE)) == 1
	assert len(sent(other, IS_IT_SOLVED)) == 1
	assert not frappe.db.exists("Service Retry", {"document_name": ("in", (one.name, other.name))})
