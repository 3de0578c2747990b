"""Redis, cache and queue, is killed while mails come in: each becomes one folio, and what waited is done soon after (F4)."""

import time
from collections import Counter
from datetime import timedelta
from importlib.util import find_spec

import frappe
import pytest

from tests.live.conftest import Office
from tests.site.letters import letter

if not find_spec("pymap"):
	pytest.skip("needs pymap (Python 3.11 or later)", allow_module_level=True)

from tests.live.mail_account import folios_of, to_customers
from tests.live.redis_server import RedisServer

DRAINED_WITHIN = 120  # seconds
# what the minute job leaves to a worker first, which may just be at it
UNDER_WAY = 61
PULL = "frappe.email.doctype.email_account.email_account.pull"


@pytest.fixture
def redis(tmp_path):
	server = RedisServer(tmp_path / "redis.log")
	server.start()
	yield server
	server.kill()


@pytest.fixture
def office_of_redis(bench, redis, tmp_path):
	"""Processes as in production whose only cache and queue is `redis`."""
	queue, cache = redis.addresses
	office = Office(bench, queue, tmp_path / "office.log", cache)
	yield office
	office.close()


def test_redis_dies_while_mails_come_in_and_nothing_is_lost_or_doubled(
	account, imap, mailbox, redis, office_of_redis, size
):
	"""F4. Seen to fail where a mailbox is not opened without Frappe's own count of failures, which it keeps in Redis."""
	third = size(2, 20)
	senders = [f"cliente{number}@clientes.test" for number in range(3 * third)]
	mails = [letter(f"Solicitud de {sender}", From=sender) for sender in senders]

	def fetch(**more):
		return office_of_redis.at(None, "fetch", account=account.name, **more)

	# it dies under the hands of whoever fetches
	imap.deliver(*mails[:third])
	assert fetch(killing=redis.process.pid) == {"stored": third}
	redis.kill()
	# a worker that has just begun finds none
	imap.deliver(*mails[third : 2 * third])
	assert fetch(without_queue=True) == {"stored": third}
	assert senders_of(account) == Counter(senders[: 2 * third])
	assert to_customers(mailbox) == []
	# while it is down nobody is told to fetch: these wait on the server
	imap.deliver(*mails[2 * third :], *mails[:third])

	redis.start()
	returned = time.monotonic()
	office_of_redis.at(None, "start_scheduled", method=PULL)
	office_of_redis.at(None, "work")
	soon = frappe.utils.now_datetime() + timedelta(seconds=UNDER_WAY)
	office_of_redis.at(soon, "minute", times=2)
	assert time.monotonic() - returned + UNDER_WAY < DRAINED_WITHIN

	assert imap.unread() == 0
	assert senders_of(account) == Counter(senders)
	assert not frappe.db.count("Service Folio", {"account": account.name, "routed_at": ("is", "not set")})
	assert Counter(one.to for one in to_customers(mailbox)) == Counter(senders)


def senders_of(account) -> Counter:
	"""How many folios each customer of the mailbox has, with their promises."""
	frappe.db.rollback()
	for name in folios_of(account):
		assert frappe.db.exists("Service Commitment", {"case_name": name})
	return Counter(
		frappe.get_all("Service Folio", {"account": account.name}, pluck="email", limit_page_length=0)
	)
