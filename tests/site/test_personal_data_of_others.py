"""Whoever asks for their data or its erasure neither gets nor destroys a word of anybody else (I3, X12)."""

import json

import frappe
import pytest

from nervion_service.domain.personal_data import REMOVED
from nervion_service.domain.personal_letters import addresses
from nervion_service.domain.taxonomy import Role
from nervion_service.services import personal_data as people
from nervion_service.services import personal_data_requests, personal_data_runs
from nervion_service.services.personal_data_export import COUNTED, export
from tests import factories
from tests.site.folio_factories import everybody, make_folio, make_mail, reloaded, withdraw  # noqa: F401
from tests.site.test_personal_data import attach, files, mailbox, row  # noqa: F401

CAST = (Role.EXECUTIVE,)
ANA, MARIANA, COMPANY = "ana@marcaz.test", "mariana@marcaz.test", "soto@otra.test"
NAME, OTHER_NAME, LONGER_NAME = "Ana Marcaz", "Mariana Marcaz", "Ana Marcaz Soto"
TEXT = "Estimada: la ficha de su esmalte va anexa."
MARIANA_ALONE = "Solo a ti, Mariana"
SHARED = f"Estimadas {NAME} y {OTHER_NAME} ({ANA}): la visita es el lunes."


@pytest.fixture
def two(files):  # noqa: F811
	"""Ana's ended folio and Mariana's open one, whose address and name hold Ana's, with a letter each and one to both."""
	mine = withdraw(make_folio(email=ANA, phone="", party_name=NAME))
	theirs = make_folio(email=MARIANA, phone="", party_name=OTHER_NAME)
	found = frappe._dict(mine=mine, theirs=theirs)
	found.to_ana = make_mail(mine, content=TEXT, recipients=ANA).name
	found.to_mariana = make_mail(
		theirs, content=f"{MARIANA_ALONE}: {TEXT}", recipients=f"Mariana <{MARIANA}>"
	).name
	found.to_both = make_mail(mine, content=SHARED, recipients=f'"{NAME}" <{ANA}>', cc=MARIANA).name
	found.copied = make_mail(theirs, content=SHARED, recipients=MARIANA, cc=ANA).name
	for name in (found.to_ana, found.to_mariana, found.to_both):
		attach(f"{name}.txt", f"anexo de {name}", "Communication", name)
	found.queued = {
		"hers": queued([ANA], f"Estimada {NAME}", communication=found.to_ana),
		"other": queued([MARIANA], f"Estimada {OTHER_NAME}", communication=found.to_mariana),
		"about her": queued([MARIANA], f"Se lo dijimos a {NAME}", status="Sent"),
		"on her folio": queued([MARIANA], "Vea el folio", folio=mine.name),
		"both": queued([ANA, MARIANA], SHARED, communication=found.to_both),
		"digest": queued(["Administrator@marcaz.test"], f"{NAME}: roto; Otro Cliente: fuga", to_us=True),
	}
	return found


def queued(readers, text, communication=None, folio=None, status="Not Sent", to_us=False):
	if to_us:
		readers = [factories.make_user(roles=[Role.EXECUTIVE]).email]
	message = f"To: {', '.join(readers)}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
	about = {"reference_doctype": "Service Folio", "reference_name": folio} if folio else {}
	name = row(
		"Email Queue",
		message=message,
		sender="servicio@nervion.test",
		status=status,
		communication=communication,
		**about,
	)
	for reader in readers:
		row(
			"Email Queue Recipient",
			parent=name,
			parenttype="Email Queue",
			parentfield="recipients",
			recipient=reader,
			status=status,
		)
	return name


def request_of(right, **person):
	values = {"right": right, "company": factories.make_company().name, "means": "E-mail", **person}
	doc = frappe.get_doc({"doctype": "Personal Data Request", **values}).insert()
	personal_data_requests.verify(doc.name, "INE vista en videollamada")
	return doc.name


def erase(**person):
	name = request_of("Erasure", **person)
	personal_data_requests.approve(name)
	assert personal_data_runs.run(name)
	return name


def letter(name):
	fields = ["sender", "recipients", "cc", "subject", "content"]
	return frappe.db.get_value("Communication", name, fields, as_dict=True)


def readers_of(name):
	rows = frappe.get_all("Email Queue Recipient", {"parent": name}, pluck="recipient", order_by="recipient")
	return rows if frappe.db.exists("Email Queue", name) else None


def test_an_erasure_leaves_the_letters_files_and_waiting_mail_of_somebody_whose_address_holds_the_persons(
	two,
):
	before = letter(two.to_mariana)
	name = erase(email=ANA)
	assert letter(two.to_mariana) == before
	assert frappe.db.exists("File", {"attached_to_name": two.to_mariana})
	assert readers_of(two.queued["other"]) == [MARIANA]
	assert reloaded(two.theirs).email == MARIANA and reloaded(two.theirs).party_name == OTHER_NAME
	# nor is what is hers told as what was kept of the other
	assert "Service Folio" not in frappe.db.get_value("Personal Data Request", name, "outcome")
	# and her own are gone
	assert letter(two.to_ana).content is None and letter(two.to_ana).recipients is None
	assert not frappe.db.exists("File", {"attached_to_name": two.to_ana})
	assert readers_of(two.queued["hers"]) is None


def test_a_letter_to_two_people_loses_the_one_persons_address_and_name_and_stays_for_the_other(two):
	erase(email=ANA)
	for name in (two.to_both, two.copied):
		kept = letter(name)
		assert addresses(kept.recipients, kept.cc) == {MARIANA}
		assert kept.content == SHARED.replace(f"{NAME} y", f"{REMOVED} y").replace(ANA, REMOVED)
	assert frappe.db.exists("File", {"attached_to_name": two.to_both})
	assert readers_of(two.queued["both"]) == [MARIANA]
	assert ANA not in frappe.db.get_value("Email Queue", two.queued["both"], "message").replace(MARIANA, "")


def test_mail_that_waits_for_others_goes_out_though_it_names_the_person_or_is_about_their_folio(two):
	erase(email=ANA)
	for name in ("about her", "on her folio"):
		assert readers_of(two.queued[name]) == [MARIANA]
	assert len(readers_of(two.queued["digest"])) == 1


def test_what_a_letter_of_others_in_the_persons_folio_says_stays_without_naming_the_person(two):
	answered = make_mail(
		two.mine,
		content=f"De parte de {NAME}",
		sent_or_received="Received",
		sender=MARIANA,
		recipients="x@y.test",
	).name
	written = make_mail(
		two.mine, content="Soy yo", sent_or_received="Received", sender=ANA, recipients="x@y.test", cc=MARIANA
	).name
	erase(email=ANA)
	kept = letter(answered)
	assert (kept.sender, kept.content) == (MARIANA, f"De parte de {REMOVED}")
	# what she wrote herself in her own case is hers, whoever got a copy
	assert letter(written).content is None


@pytest.mark.parametrize(
	("mine", "other"), [("ana_b@marcaz.test", "anaXb@marcaz.test"), ("a%a@marcaz.test", "a1a@marcaz.test")]
)
def test_characters_that_stand_for_others_in_a_search_find_nobody_else(site, mine, other):
	folio = make_folio(email=mine, phone="", party_name="Uno")
	ours, theirs = (make_mail(folio, recipients=address).name for address in (mine, other))
	foreign = make_mail(make_folio(email=other, phone="", party_name="Dos"), recipients=other).name
	scope = people.find(email=mine)
	assert ours in scope.messages and theirs not in scope.messages
	assert foreign not in {*scope.messages, *scope.shared}


def test_lines_of_logs_and_notices_are_the_persons_only_where_the_name_stands_alone(two):
	make_folio(email="otra@marcaz.test", phone="", party_name=LONGER_NAME)
	kept = [row("Activity Log", subject=f"{name} entró") for name in (OTHER_NAME, MARIANA, LONGER_NAME)]
	gone = row("Activity Log", subject=f"{NAME} y {OTHER_NAME} entraron")
	notice = row("Batch Notice", email=MARIANA, acknowledged_by=OTHER_NAME, message=f"Avise a {NAME}")
	mine = row("Batch Notice", email=ANA, acknowledged_by=NAME, message="Deje de usarlo")
	raws = [
		row("Unhandled Email", raw=f"From: {sender}\nTo: servicio@nervion.test\n\n{NAME}", reason="x")
		for sender in (MARIANA, ANA)
	]
	erase(email=ANA)
	assert [frappe.db.exists("Activity Log", name) for name in kept] == kept
	assert not frappe.db.exists("Activity Log", gone)
	facts = ["email", "acknowledged_by", "message"]
	assert frappe.db.get_value("Batch Notice", notice, facts) == (MARIANA, OTHER_NAME, f"Avise a {REMOVED}")
	assert frappe.db.get_value("Batch Notice", mine, facts) == (None, None, None)
	assert [bool(frappe.db.exists("Unhandled Email", name)) for name in raws] == [True, False]


def test_whoever_approves_is_told_how_many_letters_belong_to_others_as_well(two):
	name = request_of("Erasure", email=ANA)
	found = personal_data_requests.preview(name)
	assert found["Communication"] == len(people.find(email=ANA).messages)
	assert found["Letters of others as well: only the person's name, address and number are taken out"] == 2


def test_an_export_hands_over_what_the_person_wrote_or_got_and_counts_what_we_wrote_to_each_other(two):
	digest = f"{NAME}: promesa rota\nOtro Cliente SA: fuga de solvente"
	row("Notification Log", subject="Promesas", email_content=digest, for_user="Administrator")
	among_us = make_mail(
		two.mine, content="No le ofrezcas nada", recipients=factories.make_user(roles=[Role.EXECUTIVE]).email
	)
	laboratory = make_mail(
		two.mine, content=f"Muestra de {NAME}", recipients="laboratorio@otra.test", bcc=ANA
	)
	hidden = make_mail(two.mine, content="Le saludamos", recipients=ANA, bcc=COMPANY)
	contents, found = export(people.find(email=ANA))
	text = json.dumps(contents, ensure_ascii=False, default=str)
	assert {row["name"] for row in contents["Communication"]} == {
		two.to_ana, two.to_both, two.copied, hidden.name, laboratory.name,
	}  # fmt: skip
	for kept in (MARIANA_ALONE, "fuga de solvente", "No le ofrezcas nada", COMPANY):
		assert kept not in text.replace(SHARED, ""), kept
	assert contents[COUNTED]["Notification Log"] >= 1
	assert {name.split("-", 1)[1] for name, _content in found} == {f"{two.to_ana}.txt", f"{two.to_both}.txt"}
	assert among_us.name in people.find(email=ANA).messages
