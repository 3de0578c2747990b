"""Work at a request's door that a deadlock undid is done again from the start."""

import frappe
import pytest

from nervion_service.api import portal as api
from nervion_service.services import portal, transactions


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
	monkeypatch.setattr(transactions, "_FIRST_PAUSE_SECONDS", 0)


def beaten(times, calls, answer="sent"):
	"""Work that is a deadlock's victim so many times."""

	def work(*arguments):
		calls.append(arguments)
		if len(calls) <= times:
			raise frappe.QueryDeadlockError
		return answer

	return work


def test_a_reply_that_a_deadlock_undid_is_sent_again_with_its_files(site, monkeypatch):
	calls = []
	monkeypatch.setattr(portal, "reply", beaten(2, calls))
	monkeypatch.setattr("nervion_service.services.uploads.from_request", lambda: [("foto.png", b"x")])
	assert api.reply("FOL-1", "¿Hay noticias?", "clave") == "sent"
	assert calls == [("FOL-1", "¿Hay noticias?", [("foto.png", b"x")], "clave")] * 3


def test_deadlocks_without_end_are_told(site):
	calls = []
	with pytest.raises(frappe.QueryDeadlockError):
		transactions.from_the_start(beaten(99, calls))
	assert len(calls) == transactions.RETRIES + 1


def test_any_other_refusal_is_told_at_once(site):
	calls = []

	def refused():
		calls.append(1)
		frappe.throw("no")

	with pytest.raises(frappe.ValidationError):
		transactions.from_the_start(refused)
	assert calls == [1]
