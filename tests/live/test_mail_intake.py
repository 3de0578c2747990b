"""Real mail by real servers: IMAP in, SMTP out, and in between processes as in production (F4, F7, F11; S1.6, I1).

Threads of customers and a service are mails, replies and machines' replies; each thread is one folio, whole, acknowledged once.
"""

import csv
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from importlib.util import find_spec

import frappe
import pytest

from tests import factories
from tests.live.cleaning import names
from tests.site.letters import letter

if not find_spec("pymap"):
	pytest.skip("needs pymap (Python 3.11 or later)", allow_module_level=True)

from tests.live.imap_server import SilentServer
from tests.live.mail_account import OURS, folios_of, to_customers

LONGEST_THREAD = 6
ROBOT_ROUNDS = 4


@dataclass
class Talk:
	"""One conversation: what the customer says, and what we answer in between (in order; True: the customer)."""

	customer: str
	turns: list[tuple[bool, str]] = field(default_factory=list)
	folio: str | None = None
	ids: list[str] = field(default_factory=list)


def talks(path, wanted: int) -> list[Talk]:
	"""The first conversations of the file that go to and fro at least twice."""
	with open(path, encoding="utf-8", newline="") as lines:
		rows = {row["tweet_id"]: row for row in csv.DictReader(lines)}
	found = []
	for row in rows.values():
		if row["inbound"] == "True" and not row["in_response_to_tweet_id"]:
			talk = _talk(row, rows)
			if sum(is_customer for is_customer, _text in talk.turns) >= 2:
				found.append(talk)
		if len(found) == wanted:
			return found
	return found


def _talk(row, rows) -> Talk:
	talk = Talk(customer=f"cliente.{row['tweet_id']}@clientes.test")
	while row and len(talk.turns) < LONGEST_THREAD:
		talk.turns.append((row["inbound"] == "True", row["text"]))
		row = rows.get(row["response_tweet_id"].split(",")[0])
	return talk


def mail_of(talk: Talk, text: str, **headers) -> bytes:
	"""What the customer's mail program sends; it knows the thread by the letters that it got."""
	own = f"{factories.unique('m', '.')}@clientes.test"
	known = talk.ids
	thread = (
		{"In_Reply_To": f"<{known[-1]}>", "References": " ".join(f"<{one}>" for one in known)}
		if known
		else {}
	)
	subject = " ".join(text.split())[:60] or "Consulta"
	said = {
		"To": OURS,
		"From": f"Cliente <{talk.customer}>",
		"Subject": f"Re: {subject}" if known else subject,
		**thread,
		**headers,
	}
	talk.ids.append(own)
	return letter(text, Message_ID=f"<{own}>", **said)


def messages(folio: str, **filters) -> list:
	filters = {"reference_doctype": "Service Folio", "reference_name": folio, **filters}
	fields = ["name", "communication_type", "sent_or_received", "message_id", "service_automatic"]
	return frappe.get_all("Communication", filters, fields, order_by="creation")


def test_fifty_threads_stay_whole_and_each_is_acknowledged_once(
	account, fetch, imap, mailbox, office, staff, data_file, size
):
	"""S1.6, F7. Seen to fail on Frappe 15.44 while a folder that is new was read whole and nothing in it marked as read, and with
	letters stored again that were here before."""
	chance = random.Random(7)
	threads = talks(data_file("customer-support-tweets.csv"), size(10, 50))
	assert len(threads) == size(10, 50)
	roots = [mail_of(talk, talk.turns[0][1]) for talk in threads]
	# servers bring some letters twice, and in any order
	delivered = roots + chance.sample(roots, len(roots) // 2)
	chance.shuffle(delivered)
	imap.deliver(*delivered)
	assert fetch() == {"stored": len(roots), "known": len(delivered) - len(roots)}
	assert imap.unread() == 0

	for talk in threads:
		talk.folio = frappe.db.get_value("Service Folio", {"account": account.name, "email": talk.customer})
	assert len(folios_of(account)) == len({talk.folio for talk in threads}) == len(threads)
	letters = to_customers(mailbox)
	acknowledged = {one.to: one for one in letters}
	assert len(letters) == len(threads)
	assert set(acknowledged) == {talk.customer for talk in threads}
	for talk in threads:
		letter_to = acknowledged[talk.customer]
		assert talk.folio in letter_to.subject and letter_to.automatic == "auto-replied"
		assert letter_to.answers == f"<{talk.ids[0]}>"
		assert any("/seguimiento/" in link for link in letter_to.links)
		talk.ids.append(letter_to.message_id.strip("<>"))

	spoken, machines = _go_on(threads, fetch, imap, mailbox, office, staff, chance)

	assert len(folios_of(account)) == len(threads)
	for talk in threads:
		rows = messages(talk.folio)
		received = [row for row in rows if row.sent_or_received == "Received" and not row.service_automatic]
		ours = [
			row
			for row in rows
			if row.communication_type == "Communication" and row.sent_or_received == "Sent"
		]
		assert len(received) == 1 + spoken[talk.customer], talk
		assert len(ours) == sum(not is_customer for is_customer, _text in talk.turns)
		automatic = [row for row in rows if row.service_automatic and row.sent_or_received == "Received"]
		assert len(automatic) == machines[talk.customer]
		assert len([row for row in rows if row.service_automatic == "Own Mail"]) == 1
		assert {row.communication_type for row in rows if row.service_automatic} == {"Automated Message"}
	first = frappe.get_all(
		"Service Folio", {"account": account.name}, ["name", "first_answer_type", "first_answer"]
	)
	answers = set(names("Communication", {"sent_or_received": "Sent", "communication_type": "Communication"}))
	assert all(row.first_answer in answers for row in first if row.first_answer)
	assert to_customers(mailbox) == []


def _go_on(threads, fetch, imap, mailbox, office, staff, chance):
	"""The conversations turn by turn: staff answer from the desk, machines of some customers answer ours, customers reply."""
	spoken, machines = Counter(), Counter()
	for turn in range(1, LONGEST_THREAD):
		batch, answered = [], []
		for talk in threads:
			if turn >= len(talk.turns):
				continue
			is_customer, text = talk.turns[turn]
			if not is_customer:
				sent = office.at(None, "reply", folio=talk.folio, by=staff.executive, content=text or "…")
				talk.ids.append(frappe.db.get_value("Communication", sent, "message_id"))
				answered.append(talk.customer)
				if chance.random() < 0.4:
					batch.append(_machines_reply(talk, chance))
					machines[talk.customer] += 1
				continue
			spoken[talk.customer] += 1
			batch.append(_customers_reply(talk, text, chance))
		chance.shuffle(batch)
		imap.deliver(*batch, *batch[: len(batch) // 3])
		fetch()
		assert Counter(one.to for one in to_customers(mailbox)) == Counter(answered)
	return spoken, machines


def _customers_reply(talk: Talk, text: str, chance) -> bytes:
	way = chance.choice(("both", "answered", "number"))
	if way == "number":
		# a mail program that forgets the thread; the number that we wrote into the subject is left
		return mail_of(talk, text, Subject=f"RE: seguimiento {talk.folio}", In_Reply_To=None, References=None)
	return mail_of(talk, text, **({"References": None} if way == "answered" else {}))


def _machines_reply(talk: Talk, chance) -> bytes:
	marks = ({"Auto_Submitted": "auto-replied"}, {"Precedence": "auto_reply"}, {"X_Autoreply": "yes"})
	raw = mail_of(talk, "Estoy de vacaciones.", **chance.choice(marks))
	# nobody answers a machine, so the thread goes on without it
	talk.ids.pop()
	return raw


def test_a_machine_that_answers_everything_without_saying_so_stops_getting_letters(
	account, fetch, imap, mailbox
):
	frappe.db.set_single_value("Service Settings", "acknowledgements_per_hour", 3)
	frappe.db.commit()
	frappe.clear_document_cache("Service Settings", "Service Settings")
	try:
		got = []
		for _round in range(ROBOT_ROUNDS + 1):
			# each time something new to it, without a thread: the worst kind
			imap.deliver(
				letter(
					"Gracias por su mensaje.", From="robot@maquinas.test", Subject=factories.unique("Ticket")
				)
			)
			fetch()
			got += [one for one in mailbox.taken() if one.to == "robot@maquinas.test"]
	finally:
		frappe.db.set_single_value("Service Settings", "acknowledgements_per_hour", 10)
		frappe.db.commit()
		frappe.clear_document_cache("Service Settings", "Service Settings")
	assert len(folios_of(account)) == ROBOT_ROUNDS + 1
	assert len(got) == 3


def test_a_letter_that_a_colleague_read_first_is_fetched_all_the_same(account, fetch, imap, mailbox):
	"""K13. Seen to fail while only unread letters were asked for."""
	imap.deliver(letter(From="antes@clientes.test"))
	imap.read_by_a_colleague()
	# what was read before the mailbox was ours is no request
	assert fetch() == {}
	imap.deliver(letter(From="ana@clientes.test"), letter(From="luis@clientes.test"))
	imap.read_by_a_colleague()
	imap.deliver(letter(From="eva@clientes.test"))
	assert fetch() == {"stored": 3}
	assert fetch() == {}
	assert len(folios_of(account)) == 3


def test_whoever_fetches_is_killed_and_nothing_is_lost_or_doubled(account, fetch, imap, mailbox, size):
	"""F7. Seen to fail with the server told of a letter before it is stored, as Frappe does."""
	letters = [letter(f"Solicitud {n}", From=f"cliente{n}@clientes.test") for n in range(size(6, 40))]
	imap.deliver(*letters)
	for death in ({"dying_at": 2}, {"dying_at": 2, "unstored": True}, {"dying_at": 1}):
		with pytest.raises(AssertionError, match="the process ended"):
			fetch(**death)
	fetch()
	assert len(folios_of(account)) == len(letters)
	assert imap.unread() == 0
	assert Counter(one.to for one in to_customers(mailbox)) == Counter(
		f"cliente{n}@clientes.test" for n in range(len(letters))
	)


def test_a_server_that_refuses_or_says_nothing_holds_nobody_up(account, fetch, imap, mailbox, monkeypatch):
	imap.deliver(letter(From="ana@clientes.test"))
	for port in (1, None):
		with SilentServer() as silent:
			frappe.db.set_value("Email Account", account.name, "incoming_port", str(port or silent))
			frappe.db.commit()
			fetch_quickly(account, fetch)
		assert folios_of(account) == []
	frappe.cache.delete_value("workers:no-internet")
	frappe.db.set_value(
		"Email Account", account.name, {"incoming_port": str(imap.port), "enable_incoming": 1}
	)
	frappe.db.commit()
	assert fetch() == {"stored": 1}
	assert [one.to for one in to_customers(mailbox)] == ["ana@clientes.test"]


def fetch_quickly(account, fetch):
	import time

	began = time.monotonic()
	assert fetch(patience=2) == {}
	assert time.monotonic() - began < 40
	frappe.cache.delete_value("workers:no-internet")


def test_an_acknowledgement_that_the_mail_server_refused_comes_later_and_once(account, fetch, imap, mailbox):
	"""F11. Seen to fail, with four letters, where it is not written down that the acknowledgement was sent."""
	imap.deliver(letter(From="ana@clientes.test"))
	with mailbox.closed():
		assert fetch() == {"stored": 1}
	assert to_customers(mailbox) == []
	fetch(), fetch()
	letters = [one for one in mailbox.taken() if one.to == "ana@clientes.test"]
	assert len(letters) == 1
	folio = folios_of(account)[0]
	assert re.search(folio, letters[0].subject)


def test_a_mail_server_that_dies_after_accepting_makes_one_duplicate_at_most(account, fetch, imap, mailbox):
	"""F11. Seen to fail, with four letters, where it is not written down that the acknowledgement was sent."""
	imap.deliver(letter(From="ana@clientes.test"))
	mailbox.keep_next_letter_and_die()
	fetch(), fetch(), fetch()
	letters = [one for one in mailbox.taken() if one.to == "ana@clientes.test"]
	assert 1 <= len(letters) <= 2
	assert len({one.message_id for one in letters}) == 1


def test_mail_comes_in_while_the_queue_is_down_and_the_rest_follows(account, office, fetch, imap, mailbox):
	imap.deliver(letter(From="ana@clientes.test"))
	assert fetch(without_queue=True) == {"stored": 1}
	folio = folios_of(account)[0]
	assert frappe.db.get_value("Service Folio", folio, "stage") == "Registered"
	assert to_customers(mailbox) == []
	frappe.db.sql(
		"UPDATE `tabService Folio` SET registered_at = registered_at - INTERVAL 5 MINUTE WHERE name = %s",
		folio,
	)
	frappe.db.commit()
	office.at(None, "minute", times=2)
	assert frappe.db.get_value("Service Folio", folio, "routed_at")
	assert [one.to for one in mailbox.taken() if one.to == "ana@clientes.test"] == ["ana@clientes.test"]
