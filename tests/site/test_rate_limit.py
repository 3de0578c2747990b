"""The one limiter (X9): who is counted, how often, and without Redis too."""

import time
from types import SimpleNamespace

import frappe
import pytest
from redis.exceptions import ConnectionError as RedisDown

from nervion_service.services import rate_limit
from tests import factories
from tests.site.outside import asked


@pytest.fixture(autouse=True)
def half_past(monkeypatch):
	"""It is half past, so that no window ends in the middle of a test."""
	moment = time.time() // 3600 * 3600 + 1830
	monkeypatch.setattr(rate_limit, "time", SimpleNamespace(time=lambda: moment))


@pytest.fixture
def action():
	"""A name of an action that nothing else counts."""
	return factories.unique("probar")


@pytest.fixture
def proxies():
	"""proxies(2): that many reverse proxies are trusted."""

	def trust(count):
		frappe.db.set_single_value("Service Settings", "trusted_proxies", count)
		frappe.clear_document_cache("Service Settings", "Service Settings")

	trust(0)
	return trust


@pytest.fixture
def redis_down(monkeypatch):
	"""Redis refuses every connection; the table's rows, which no rollback takes back, are taken away."""

	def refuse(*_args, **_kwargs):
		raise RedisDown("refused")

	monkeypatch.setattr(frappe.cache, "pipeline", refuse, raising=False)
	yield
	frappe.db.delete("Service Rate Counter")


def attempts(action, times, limit=5, seconds=3600, identity=None):
	"""How many of so many attempts were let through."""
	let_through = 0
	for _attempt in range(times):
		try:
			rate_limit.check(action, limit, seconds, identity)
			let_through += 1
		except frappe.TooManyRequestsError:
			frappe.clear_messages()
	return let_through


def test_the_limit_lets_through_as_many_as_it_says(action):
	with asked():
		assert attempts(action, 8) == 5


def test_the_refusal_says_when_to_try_again(action):
	with asked(), pytest.raises(frappe.TooManyRequestsError, match="too many attempts") as refused:
		for _attempt in range(6):
			rate_limit.check(action, 5, 3600)
	assert refused.value.http_status_code == 429
	assert 0 < refused.value.retry_after <= 3600


def test_actions_and_people_are_counted_apart(action):
	with asked(remote="203.0.113.8"):
		assert attempts(action, 9) == 5
		assert attempts(f"{action} otra", 1) == 1
	with asked(remote="203.0.113.9"):
		assert attempts(action, 1) == 1


def test_a_new_window_begins_anew(action, monkeypatch):
	with asked():
		assert attempts(action, 9, seconds=60) == 5
		now = rate_limit.time.time()
		monkeypatch.setattr(rate_limit.time, "time", lambda: now + 60)
		assert attempts(action, 9, seconds=60) == 5


def test_rotating_headers_get_no_further_than_one_address(action, proxies, size):
	"""X9. Seen to fail with the first X-Forwarded-For trusted."""
	let_through = 0
	for number in range(size(200, 1000)):
		forged = f"{number % 250}.{number // 250}.1.1"
		headers = [
			("X-Forwarded-For", forged),
			("X-Real-IP", forged),
			("Forwarded", f"for={forged}"),
			("Client-IP", forged),
		]
		with asked(headers=headers):
			let_through += attempts(action, 1)
	assert let_through == 5


def test_rotating_headers_behind_a_proxy_get_no_further_either(action, proxies):
	proxies(1)
	let_through = 0
	for number in range(100):
		# the proxy adds what it saw at the right end
		with asked(remote="10.0.0.1", headers=[("X-Forwarded-For", f"1.1.1.{number}, 198.51.100.4")]):
			let_through += attempts(action, 1)
	assert let_through == 5


@pytest.mark.parametrize(
	("trusted", "forwarded", "address"),
	[
		(0, ["198.51.100.4"], "10.0.0.1"),
		(1, ["1.1.1.1, 198.51.100.4"], "198.51.100.4"),
		(2, ["1.1.1.1, 198.51.100.4, 10.0.0.2"], "198.51.100.4"),
		(2, ["1.1.1.1, 198.51.100.4", "10.0.0.2"], "198.51.100.4"),
		(2, ["198.51.100.4"], "10.0.0.1"),
		(1, [], "10.0.0.1"),
		(1, ["not an address"], "10.0.0.1"),
		(1, ["' OR 1=1 --"], "10.0.0.1"),
		(1, ["::ffff:198.51.100.4"], "198.51.100.4"),
		(1, ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
		(1, ["2001:db8:1:2:ffff::9"], "2001:db8:1:2::/64"),
	],
)
def test_the_client_is_who_the_trusted_proxies_saw(proxies, trusted, forwarded, address):
	proxies(trusted)
	with asked(remote="10.0.0.1", headers=[("X-Forwarded-For", line) for line in forwarded]):
		assert rate_limit.client_address() == address


def test_without_redis_the_limit_holds(action, redis_down):
	with asked():
		assert attempts(action, 12) == 5


def test_without_redis_an_attempt_counts_though_its_request_is_rolled_back(action, redis_down):
	"""X9. Seen to fail with a table of counters that takes part in transactions."""
	with asked():
		for _attempt in range(5):
			assert attempts(action, 1) == 1
			frappe.db.rollback()
		assert attempts(action, 1) == 0


def test_the_database_names_nobody(action, redis_down):
	with asked(remote="198.51.100.77"):
		attempts(action, 1)
	rows = frappe.get_all("Service Rate Counter", fields=["*"])
	assert rows and not any("198.51.100.77" in str(value) for row in rows for value in row.values())


def test_old_counters_are_forgotten(action, redis_down):
	with asked():
		attempts(action, 1)
	frappe.db.set_value("Service Rate Counter", {}, "ends_at", "2001-01-01 00:00:00", update_modified=False)
	rate_limit.forget_old()
	assert not frappe.db.count("Service Rate Counter")


def test_guests_and_programs_have_the_limits_of_the_settings(proxies):
	frappe.db.set_single_value("Service Settings", "guest_requests_per_hour", 2)
	frappe.db.set_single_value("Service Settings", "program_calls_per_minute", 2)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	program = factories.unique("programa")
	with asked(remote="203.0.113.200"):
		for call in (lambda: rate_limit.guests("request"), lambda: rate_limit.programs(program)):
			call()
			call()
			with pytest.raises(frappe.TooManyRequestsError):
				call()


def test_a_proxy_that_nobody_told_us_of_is_told_to_administrators_once_and_to_the_log(
	action, proxies, background_jobs, monkeypatch
):
	administrator = factories.make_user(roles=("System Manager",)).name
	lines = []
	monkeypatch.setattr(rate_limit.frappe, "logger", lambda *_name: SimpleNamespace(warning=lines.append))
	frappe.db.set_global("nervion_untrusted_proxy_told", "")
	frappe.cache.delete_value("nervion_untrusted_proxy")
	refused = 0
	for times in (1, 8):
		with asked(remote="10.0.0.9", headers=[("X-Forwarded-For", "198.51.100.4")]):
			refused += times - attempts(action, times)
			# what is remembered for ever clears Frappe's cache on some engines, and these counters with it
			background_jobs.run()
		# as when what was remembered has expired
		frappe.cache.delete_value("nervion_untrusted_proxy")
	bells = {
		"for_user": administrator,
		"document_name": "Service Settings",
		"subject": ("like", "%10.0.0.9%"),
	}
	assert frappe.db.count("Notification Log", bells) == 1
	assert len(lines) == refused >= 3 and "all guests share one limit" in lines[0]
