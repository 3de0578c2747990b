"""Promises that are really told: a mail server, people with addresses, and processes whose clock is moved.

Everything here is truly committed, since other processes must see it: what a test made is taken away again by SQL, for
folios and their history refuse deletion. The days lie over a year back, where no other record of the site is due.
"""

import contextlib
import importlib.util
import json
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from embedded.shell import clean_environment
from tests import engine

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0  # seconds for one moment of the office
MANAGER = "sistemas@nervion.test"  # whom the factories of tests add to a site without one
HOURS = (timedelta(hours=9), timedelta(hours=18))  # of the shipped calendar, Monday to Friday

_needed = ("frappe", "aiosmtpd", "time_machine")
collect_ignore_glob = [] if all(map(importlib.util.find_spec, _needed)) else ["test_*.py"]

if not collect_ignore_glob:
	from tests.live import cleaning
	from tests.live.mail_account import account as account
	from tests.live.mail_account import fetch as fetch
	from tests.live.mail_account import imap as imap


def pytest_collection_modifyitems(items):
	here = Path(__file__).parent
	for item in items:
		if here in item.path.parents:
			item.add_marker("real_commits")


# The queue and the processes ------------------------------------------------------------------------------------


@pytest.fixture(scope="package")
def queue_address(connected_site):
	"""A database of its own on the bench's queue server: no other worker takes these jobs, and ours takes no others."""
	import frappe
	from redis import Redis

	server = re.sub(r"(/\d*)?$", "", frappe.conf.redis_queue)
	number = next(n for n in range(15, 0, -1) if not Redis.from_url(f"{server}/{n}").dbsize())
	address = f"{server}/{number}"
	connection = Redis.from_url(address)
	connection.set("taken-by-tests", os.getpid(), ex=3600)
	yield address
	connection.flushdb()


class Office:
	"""Asks the processes of `tests.live.office` to do something at a moment; see there for the words."""

	def __init__(self, bench, queue_address: str, log: Path, cache_address: str | None = None):
		self.site = bench.site
		reading, writing = os.pipe()
		with open(log, "wb") as output:
			self.process = subprocess.Popen(
				[str(bench.python), "-m", "tests.live.office", str(writing)],
				cwd=bench.sites,
				env=environment(queue_address, cache_address),
				stdin=subprocess.PIPE,
				stdout=output,
				stderr=output,
				pass_fds=[writing],
				text=True,
			)
		os.close(writing)
		self.answers = os.fdopen(reading)
		self.log = log

	def at(self, moment: datetime | None, word: str, **arguments):
		"""Let it be `moment` (now, when None) and do that one thing; returns what it gave."""
		import frappe

		request = {"site": self.site, "at": moment and str(moment), "word": word, "arguments": arguments}
		self.process.stdin.write(json.dumps(request, default=str) + "\n")
		self.process.stdin.flush()
		answer = json.loads(self.answers.readline() or '{"error": "the office is closed"}')
		assert "error" not in answer, f"{answer['error']}\nsee {self.log}"
		# what is read from here on is what is stored now
		frappe.db.rollback()
		return answer["value"]

	def close(self) -> None:
		self.process.stdin.close()
		self.process.wait(PATIENCE)
		self.answers.close()


def environment(queue_address: str, cache_address: str | None = None) -> dict[str, str]:
	"""A process's environment as in production, with the tests' own queue, and cache where one is named."""
	path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
	ours = {"PYTHONPATH": path, "FRAPPE_REDIS_QUEUE": queue_address}
	return clean_environment({**ours, **({"FRAPPE_REDIS_CACHE": cache_address} if cache_address else {})})


@pytest.fixture
def burst(bench, queue_address):
	"""burst(): Frappe's worker, started by its command line, works until nothing waits."""

	def work() -> None:
		words = ("worker", "--burst", "--quiet", "--queue", "short,default,long")
		done = subprocess.run(
			[str(bench.python), "-m", "frappe.utils.bench_helper", "frappe", *words],
			cwd=bench.sites,
			env=environment(queue_address),
			capture_output=True,
			text=True,
			timeout=PATIENCE,
		)
		assert done.returncode == 0, done.stdout + done.stderr

	return work


@pytest.fixture(scope="package")
def office(connected_site, queue_address, tmp_path_factory):
	office = Office(connected_site, queue_address, tmp_path_factory.mktemp("office") / "office.log")
	yield office
	office.close()


# The post ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="package")
def server(connected_site):
	"""A mail server that receives, and the site told to send through it; as it was before afterwards."""
	from tests.live.mailbox import Mailbox

	mailbox = Mailbox()
	mailbox.open()
	with engine.working_folder(connected_site.sites), _outgoing_account(mailbox.port), _older_post_waits():
		yield mailbox
	mailbox.close()


@pytest.fixture
def mailbox(site, server):
	"""The server with an empty box and in good health; letters still queued after the test go with it."""
	import frappe

	server.taken()
	server.be_well()
	yield server
	frappe.db.rollback()
	cleaning.forget_post(server.port)
	frappe.db.commit()


@contextlib.contextmanager
def _outgoing_account(port: int):
	import frappe

	from tests import factories

	defaults = frappe.get_all("Email Account", {"default_outgoing": 1}, pluck="name", order_by="name")
	values = {
		"email_account_name": factories.unique("Correo de prueba"),
		"email_id": "servicio@pinturas.example",
		"smtp_server": "127.0.0.1",
		"smtp_port": port,
		"no_smtp_authentication": 1,
		"enable_outgoing": 1,
		"default_outgoing": 1,
	}
	account = factories.insert("Email Account", values)
	frappe.db.commit()
	try:
		yield account
	finally:
		frappe.db.rollback()
		frappe.db.delete("Email Account", {"name": account.name})
		for name in defaults:
			frappe.db.set_value("Email Account", name, "default_outgoing", 1)
		frappe.db.commit()
		frappe.clear_document_cache("Email Account", account.name)


@contextlib.contextmanager
def _older_post_waits():
	"""Letters that lie in the site's queue already stay there: they are not this test's."""
	import frappe

	waiting = frappe.get_all(
		"Email Queue",
		{"status": ("in", ("Not Sent", "Partially Sent"))},
		["name", "send_after"],
		order_by="name",
	)
	for row in waiting:
		frappe.db.set_value("Email Queue", row.name, "send_after", "2999-12-31", update_modified=False)
	frappe.db.commit()
	try:
		yield
	finally:
		frappe.db.rollback()
		for row in waiting:
			frappe.db.set_value("Email Queue", row.name, "send_after", row.send_after, update_modified=False)
		frappe.db.commit()


# People and days --------------------------------------------------------------------------------------------------


@dataclass
class Staff:
	"""Addresses of the people of a test; equal loads go by name, so theirs come first. `outsiders`: who else is told."""

	technician: str
	executive: str
	coordinator: str
	director: str
	outsiders: frozenset[str] = frozenset()

	@property
	def names(self) -> list[str]:
		return [self.technician, self.executive, self.coordinator, self.director]


@pytest.fixture(scope="package")
def people(connected_site):
	"""One person a role; the director reads English, the others Spanish."""
	import frappe

	from nervion_service.domain.taxonomy import Role
	from tests import factories

	roles = {
		"technician": (Role.TECHNICIAN, "es"),
		"executive": (Role.EXECUTIVE, "es"),
		"coordinator": (Role.COORDINATOR, "es"),
		"director": (Role.COMMERCIAL_DIRECTOR, "en"),
	}
	had_manager = frappe.db.exists("User", MANAGER)
	told_anyway = frappe.get_all(
		"Has Role",
		{"parenttype": "User", "role": ("in", (Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR))},
		pluck="parent",
	)
	with engine.working_folder(connected_site.sites):
		made = {
			who: factories.make_user(
				email=f"{factories.unique(f'0.{who}', '.')}@nervion.test", roles=[role], language=language
			).name
			for who, (role, language) in roles.items()
		}
		frappe.db.commit()
		people = Staff(**made, outsiders=frozenset(told_anyway))
		yield people
		frappe.db.rollback()
		cleaning.forget_people(people.names if had_manager else [*people.names, MANAGER])
		frappe.db.commit()


@pytest.fixture
def staff(site, people, monday):
	"""The people of the tests; what they registered in a test goes with it."""
	import frappe

	yield people
	frappe.db.rollback()
	cleaning.forget_folios(people.names)
	cleaning.forget_week(monday)
	frappe.db.commit()


def request(**changes) -> dict:
	"""What is said when a technical request is registered by phone."""
	from tests import factories

	values = {
		"company": factories.make_company().name,
		"request_type": "Technical Request",
		"channel": "Phone",
		"safety": "No",
		"subject": "Se desprende el esmalte",
		"party_name": "Pinturas del Bajío",
		"phone": "+52 55 5555 0102",
	}
	return {**values, **changes}


def readers(letters) -> Counter:
	"""How many of the letters each person got."""
	return Counter(letter.to for letter in letters)


def the_one(letters, person):
	"""The only letter, which must be to that person."""
	assert readers(letters) == {person: 1}
	return letters[0]


@pytest.fixture
def monday(site) -> date:
	"""A Monday over a year ago whose week has the shipped hours from Monday to Thursday, by the site's own calendar."""
	import frappe

	from nervion_service.services import calendars
	from tests import factories

	_name, calendar = calendars.for_company(factories.make_company().name)
	today = frappe.utils.now_datetime().date()
	first = today - timedelta(days=today.weekday(), weeks=60)
	for monday in (first - timedelta(weeks=week) for week in range(52)):
		if all(_has_usual_hours(calendar, monday + timedelta(days=day)) for day in range(4)):
			return monday
	pytest.skip("the site's calendar has no week that is open from 9 to 18 from Monday to Thursday")


def _has_usual_hours(calendar, day: date) -> bool:
	midnight = datetime.combine(day, datetime.min.time())
	opening, closing = (midnight + hour for hour in HOURS)
	whole_day = calendar.elapsed(midnight, midnight + timedelta(days=1))
	return whole_day == calendar.elapsed(opening, closing) == closing - opening


@pytest.fixture
def clock(monday):
	"""clock("Tue 09:30"): that moment of the test's week."""
	days = ("Sun", "Mon", "Tue", "Wed", "Thu")

	def moment(words: str) -> datetime:
		day, hour = words.split()
		return datetime.combine(
			monday + timedelta(days=days.index(day) - 1), datetime.strptime(hour, "%H:%M").time()
		)

	return moment


@pytest.fixture
def register(office, clock, staff):
	"""register("Mon 09:30", subject=...): the executive registers a technical request then; returns the folio's number."""

	def at(words: str, **changes) -> str:
		return office.at(clock(words), "register", by=staff.executive, folios=[request(**changes)])[0]

	return at


@pytest.fixture
def passes(office, mailbox, clock, monday, staff):
	"""passes("Tue 09:30"): let that minute pass (`times` over); returns the letters that it brought to the test's people.

	No job may fail, and nobody else be told who does not hold a role that is.
	"""

	def pass_minute(words: str, times: int = 1, word: str = "minute", **arguments):
		if word == "minute":
			arguments["times"] = times
		office.at(clock(words), word, **arguments)
		if mailbox.was_well:
			failures = cleaning.failures_in_week(monday)
			assert not failures, f"at {words}: {failures[0]}"
		letters = mailbox.taken()
		strangers = {letter.to for letter in letters} - set(staff.names) - staff.outsiders
		assert not strangers, f"at {words} letters went to {strangers}"
		return [letter for letter in letters if letter.to in staff.names]

	return pass_minute


# Leaving the site as it was -----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def marks_as_they_were(site):
	"""Put back the counters of folios that began here, the log of jobs, and when the last sweep was."""
	import frappe

	series, jobs = set(_series()), set(cleaning.names("Scheduled Job Log", {}))
	mark = _last_sweep()
	yield
	frappe.db.rollback()
	cleaning.delete(
		("Scheduled Job Log", "name", sorted(set(cleaning.names("Scheduled Job Log", {})) - jobs))
	)
	for name in set(_series()) - series:
		frappe.db.sql("DELETE FROM `tabSeries` WHERE `name` = %s", name)
	frappe.db.sql(
		"UPDATE `tabSingles` SET `value` = %s WHERE `doctype` = 'Service Settings' AND `field` = 'last_sweep_at'",
		mark,
	)
	frappe.db.commit()


def _series() -> list[str]:
	import frappe

	return frappe.db.sql("SELECT `name` FROM `tabSeries`", pluck=True)


def _last_sweep() -> str | None:
	import frappe

	found = frappe.db.sql(
		"SELECT `value` FROM `tabSingles` WHERE `doctype` = 'Service Settings' AND `field` = 'last_sweep_at'"
	)
	return found[0][0] if found else None
