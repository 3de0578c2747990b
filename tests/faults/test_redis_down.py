"""F4: Redis, cache and queue, is down: a guest and a program still get their folio, and what waited is done afterwards.

A real web server runs whose Redis is an address where nothing listens.
"""

import contextlib
import json
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta

import frappe
import pytest

from embedded.shell import clean_environment
from tests.faults.processes import CHECKOUT

PATIENCE_SECONDS = 90
# nobody waits longer for a receipt
AT_MOST_SECONDS = 20


def closed_address() -> str:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return f"redis://127.0.0.1:{probe.getsockname()[1]}"


@contextlib.contextmanager
def serving(committed, folder, **redis):
	"""The address of the site, served by a process with these addresses of Redis, or the bench's own."""
	port = closed_address().rsplit(":", 1)[1]
	environment = clean_environment({"SERVED_SITE": committed.site, "PYTHONPATH": str(CHECKOUT), **redis})
	words = (str(committed.python), "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4")
	with open(folder / "web.log", "wb") as log:
		process = subprocess.Popen(
			[*words, "--timeout", "120", "embedded.wsgi:application"],
			cwd=committed.sites,
			env=environment,
			stdout=log,
			stderr=log,
		)
	try:
		wait_for(port, process)
		address = f"http://127.0.0.1:{port}"
		# the first request loads the program: no guest waits for that
		post(address, "ping", {})
		yield address
	finally:
		process.terminate()
		process.wait(30)


@pytest.fixture
def served_without_redis(committed, tmp_path):
	"""The address of the site, served by a process that finds no Redis."""
	closed = {"FRAPPE_REDIS_CACHE": closed_address(), "FRAPPE_REDIS_QUEUE": closed_address()}
	with serving(committed, tmp_path, **closed) as address:
		yield address


@pytest.fixture
def served_with_redis(committed, tmp_path):
	"""The address of the site, served as always."""
	with serving(committed, tmp_path) as address:
		yield address


def wait_for(port, process):
	deadline = time.monotonic() + PATIENCE_SECONDS
	while time.monotonic() < deadline:
		assert process.poll() is None, "the web server ended"
		with contextlib.suppress(OSError):
			socket.create_connection(("127.0.0.1", int(port)), timeout=1).close()
			return
		time.sleep(0.2)
	raise AssertionError("the web server does not listen")


def post(address, method, values, headers=None):
	"""(status, content) of a call, and how long it took."""
	body = urllib.parse.urlencode(values).encode()
	request = urllib.request.Request(f"{address}/api/method/{method}", body, headers or {}, method="POST")
	began = time.monotonic()
	try:
		with urllib.request.urlopen(request, timeout=120) as answer:
			status, content = answer.status, answer.read()
	except urllib.error.HTTPError as error:
		status, content = error.code, error.read()
	return status, json.loads(content), time.monotonic() - began


@pytest.fixture
def remember(committed):
	"""Folios and people that the test made, taken away afterwards."""
	from tests.browser.people import take_away

	made = {"folios": [], "people": []}
	yield made
	take_away(made["folios"], made["people"])
	frappe.db.delete("Service Rate Counter")
	frappe.db.commit()


def a_program():
	from nervion_service.domain.taxonomy import Role
	from tests import factories

	user = factories.make_user(roles=[Role.API])
	user.api_key, secret = secrets.token_hex(8), secrets.token_hex(8)
	user.api_secret = secret
	user.save()
	frappe.db.commit()
	return user.name, f"token {user.api_key}:{secret}"


def test_a_guest_and_a_program_get_their_folio_without_redis(served_without_redis, remember):
	from nervion_service.services import clock, safety_nets
	from tests.site import outside

	values = outside.form()
	frappe.db.commit()
	status, content, seconds = post(served_without_redis, "nervion_service.api.public.register", values)
	assert (status, set(content["message"])) == (200, {"folio", "token"}), content
	remember["folios"].append(content["message"]["folio"])
	assert seconds < AT_MOST_SECONDS

	program, token = a_program()
	remember["people"].append(program)
	headers = {"Authorization": token, "Idempotency-Key": "sin-redis"}
	status, content, seconds = post(
		served_without_redis, "nervion_service.api.v1.create_request", outside.said(), headers
	)
	assert status == 201, content
	remember["folios"].append(content["message"]["folio"])
	assert seconds < AT_MOST_SECONDS

	frappe.db.rollback()
	for name in remember["folios"]:
		folio = frappe.get_doc("Service Folio", name)
		assert folio.stage == "Registered" and not folio.routed_at
		assert frappe.db.exists("Service Commitment", {"case_name": name})
	# what the queue would have done is done by the minute job
	with clock.at(clock.now() + timedelta(minutes=2)):
		safety_nets.catch_up()
	frappe.db.commit()
	assert all(frappe.db.get_value("Service Folio", name, "routed_at") for name in remember["folios"])


def test_without_redis_a_guest_is_limited_whatever_the_headers_say(served_without_redis, size):
	"""X9. Seen to fail with the first X-Forwarded-For trusted, and with a count that the refusal's rollback takes back."""
	limited_to_two(served_without_redis, size(20, 1_000))


def test_a_guest_is_limited_whatever_the_headers_say(served_with_redis, size):
	"""X9, where Redis counts. Seen to fail with the address taken from X-Real-IP."""
	limited_to_two(served_with_redis, size(20, 1_000))


def limited_to_two(address, attempts):
	"""A guest who names another address with each attempt gets through twice an hour, where the settings say two."""
	hour = int(time.time() // 3600)
	settings = frappe.get_doc("Service Settings")
	before = settings.guest_requests_per_hour
	frappe.db.set_single_value("Service Settings", "guest_requests_per_hour", 2)
	frappe.db.delete("Service Rate Counter")
	frappe.db.commit()
	frappe.clear_document_cache("Service Settings", "Service Settings")
	frappe.cache.delete_keys("nervion_rate|")
	try:
		answers = [
			post(
				address,
				"nervion_service.api.public.register",
				{"key": "no"},
				{
					"X-Forwarded-For": f"{number % 250}.{number // 250}.1.1",
					"X-Real-IP": f"1.1.1.{number % 250}",
				},
			)[0]
			for number in range(attempts)
		]
	finally:
		frappe.db.set_single_value("Service Settings", "guest_requests_per_hour", before)
		frappe.db.delete("Service Rate Counter")
		frappe.db.commit()
		frappe.clear_document_cache("Service Settings", "Service Settings")
		frappe.cache.delete_keys("nervion_rate|")
	# a run may see the hour turn, and everybody begin anew, with as many attempts as are left
	hours = int(time.time() // 3600) - hour + 1
	assert (answers[:2], set(answers)) == ([417, 417], {417, 429})
	assert 2 <= answers.count(417) <= 2 * hours
