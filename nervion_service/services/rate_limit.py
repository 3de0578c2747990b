"""The one limiter of what people outside may do, and how often (X9).

Fixed windows: an attempt counts where it happens, a refused one too, and everything starts anew when the window ends.
Redis counts; where it is down, a table of the database that no rollback touches. Who it is comes from the network and never from
what a caller writes: see `client_address`.
"""

import hashlib
import ipaddress
import time
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import cint
from redis.exceptions import RedisError

from nervion_service.services import clock, settings, system

DOCTYPE = "Service Rate Counter"
# a household or an office gets one such block of IPv6 addresses, and its owner can use any of them
_IPV6_BLOCK = 64
MINUTE, HOUR = 60, 3600
# how long it is remembered that requests came through a proxy that is not trusted
_REMEMBERED = 7 * 24 * HOUR
_UNTRUSTED_PROXY = "nervion_untrusted_proxy"
# by its path, since what it calls needs much of the app
TELL = "nervion_service.services.proxy_notice.tell"
# where the settings were never saved
GUEST_REQUESTS, GUEST_ACTIONS, PROGRAM_CALLS = 10, 120, 120


def check(action: str, limit: int, seconds: int, identity: str | None = None) -> None:
	"""Count one attempt of `action`; raises frappe.TooManyRequestsError (429) beyond `limit` in `seconds`.

	identity: who is counted, by default the client's address (`client_address`).
	"""
	window, waited = divmod(int(time.time()), seconds)
	key = _key(action, identity or client_address(), seconds, window)
	if _count(key, seconds - waited) > limit:
		if not identity:
			_log_shared_limit(action)
		_refuse(seconds - waited)


def guests(action: str) -> None:
	"""Count an attempt of a guest; `action` is "request" for a new request, anything else for the rest they may do."""
	if action == "request":
		limit = settings.number("guest_requests_per_hour", GUEST_REQUESTS)
	else:
		limit = settings.number("guest_actions_per_hour", GUEST_ACTIONS)
	check(f"guest {action}", limit, HOUR)


def programs(user: str) -> None:
	"""Count a call of a program's account."""
	limit = settings.number("program_calls_per_minute", PROGRAM_CALLS)
	check("program", limit, MINUTE, identity=user)


def client_address() -> str:
	"""The address that the request comes from, as far as it can be trusted; "local" outside of a request.

	Each trusted proxy (Service Settings' `trusted_proxies`) adds the address it saw at the right end of X-Forwarded-For; what
	stands further left is the caller's own writing. Without proxies it is the socket's address.
	"""
	request = getattr(frappe.local, "request", None)
	if not request:
		return "local"
	socket = request.environ.get("REMOTE_ADDR") or "unknown"
	proxies = _trusted_proxies()
	forwarded = ",".join(request.headers.getlist("X-Forwarded-For")).split(",")
	if not proxies and forwarded[0]:
		_remember_proxy(socket)
	# fewer entries than proxies: it did not come through them, so nothing of it is known
	told = forwarded[-proxies].strip() if proxies and len(forwarded) >= proxies else ""
	return _block(told) or _block(socket) or socket


def untrusted_proxy() -> str | None:
	"""The address of a proxy of ours that guests came through lately although no proxy is trusted; None when all is well.

	All of them are then counted as one client, and a few busy ones shut the door for everybody.
	"""
	return None if _trusted_proxies() else frappe.cache.get_value(_UNTRUSTED_PROXY, expires=True)


def forget_old() -> None:
	"""Delete the counters whose window is over."""
	frappe.db.delete(DOCTYPE, {"ends_at": ("<", clock.now())})


def _trusted_proxies() -> int:
	return settings.number("trusted_proxies", 0)


def _remember_proxy(socket: str) -> None:
	# a caller from outside may write the header; who writes it from an address of our own network is a proxy
	if not _is_private(socket):
		return
	if not frappe.cache.get_value(_UNTRUSTED_PROXY, expires=True):
		# a job, since what a guest reads, or is refused, stores nothing
		system.enqueue(TELL, queue="short", address=socket)
	frappe.cache.set_value(_UNTRUSTED_PROXY, socket, expires_in_sec=_REMEMBERED)


def _is_private(address: str) -> bool:
	try:
		return ipaddress.ip_address(address).is_private
	except ValueError:
		return False


def _block(address: str) -> str:
	try:
		parsed = ipaddress.ip_address(address)
	except ValueError:
		return ""
	mapped = getattr(parsed, "ipv4_mapped", None)
	if mapped or parsed.version == 4:
		return str(mapped or parsed)
	return str(ipaddress.ip_network((parsed, _IPV6_BLOCK), strict=False))


def _key(action: str, identity: str, seconds: int, window: int) -> str:
	# addresses are personal data: only a hash is kept, and it changes with every window
	text = "|".join((frappe.local.site, action, identity, str(seconds), str(window)))
	return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]


def _count(key: str, seconds_left: int) -> int:
	try:
		return _count_in_redis(key, seconds_left)
	except (RedisError, OSError) as error:
		frappe.logger("nervion_service").error(f"Redis is down, the database counts attempts: {error}")
		return _count_in_database(key, clock.now() + timedelta(seconds=seconds_left))


def _count_in_redis(key: str, seconds_left: int) -> int:
	name = frappe.cache.make_key(f"nervion_rate|{key}")
	pipeline = frappe.cache.pipeline()
	pipeline.incr(name)
	pipeline.expire(name, seconds_left + 1)
	return int(pipeline.execute()[0])


def _count_in_database(key: str, ends_at: datetime) -> int:
	# the counter itself, of whoever comes: one statement that makes it or raises it
	frappe.db.sql(
		f"""INSERT INTO `tab{DOCTYPE}` (`name`, `creation`, `modified`, `owner`, `modified_by`, `hits`, `ends_at`)
		VALUES (%(key)s, %(now)s, %(now)s, 'Administrator', 'Administrator', 1, %(ends_at)s)
		ON DUPLICATE KEY UPDATE `hits` = `hits` + 1""",
		{"key": key, "now": clock.now(), "ends_at": ends_at},
	)
	return cint(frappe.db.get_value(DOCTYPE, key, "hits", cache=False))


def _log_shared_limit(action: str) -> None:
	"""Say in the log why guests may be refused who did nothing."""
	if proxy := untrusted_proxy():
		frappe.logger("nervion_service").warning(
			f"Refused an attempt of {action!r}: all guests share one limit, since they come through a proxy at {proxy} and "
			"Trusted Proxies in Service Settings is 0. Set how many proxies there are."
		)


def _refuse(seconds_left: int) -> None:
	minutes = max(1, -(-seconds_left // 60))
	message = _("There were too many attempts from your network. Please try again in {0} min.").format(
		minutes
	)
	error = frappe.TooManyRequestsError(message)
	error.retry_after = seconds_left
	# what Frappe shows for a refusal of any kind
	frappe.msgprint(message, title=_("Please Wait"), indicator="orange")
	raise error
