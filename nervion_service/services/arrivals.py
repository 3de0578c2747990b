"""What was sent to the ways in over the web, counted as the server answered it (K13).

A request that is refused or fails leaves no folio and no event: without a count of its own nobody would know that it came. One row
per day, channel and outcome, stored by itself after the answer is settled, so that no rollback takes it along.
"""

from datetime import date, datetime

import frappe

from nervion_service.services import clock

DOCTYPE = "Channel Request Count"
ANSWERED, REFUSED, TOO_MANY, FAILED = "Answered", "Refused", "Too Many", "Failed"
# told to whoever sent it, who can send it anew
TOLD = (REFUSED, TOO_MANY)
# where each way in registers, below PREFIX
PREFIX = "nervion_service.api."
ENDPOINTS = {"public.register": "Web Page", "portal.create": "Portal", "v1.create_request": "API"}


def count(response=None, request=None) -> None:
	"""Count a request that was sent to one of ENDPOINTS, by how it was answered; for every other nothing happens."""
	channel = _channel(request) if request and request.method == "POST" else None
	# there is no database where the site itself was not reached
	if not channel or not frappe.db:
		return
	_add(clock.now().date(), channel, _outcome(getattr(response, "status_code", 500)))


def between(begin: datetime, end: datetime) -> dict[tuple[date, str], dict[str, int]]:
	"""By day and channel, how many requests had each outcome in the half-open interval of whole days."""
	# counts of the site, for a report of those who coordinate
	rows = frappe.get_all(
		DOCTYPE,
		[["day", ">=", begin.date()], ["day", "<", end.date()]],
		["day", "channel", "outcome", "hits"],
		order_by="day",
		limit_page_length=0,
	)
	found: dict[tuple[date, str], dict[str, int]] = {}
	for row in rows:
		found.setdefault((row.day, row.channel), {})[row.outcome] = row.hits
	return found


def _channel(request) -> str | None:
	asked = f"{request.path} {frappe.form_dict.get('cmd') or ''}" if frappe.local.form_dict else request.path
	words = asked.replace("/", " ").split()
	return next((channel for endpoint, channel in ENDPOINTS.items() if f"{PREFIX}{endpoint}" in words), None)


def _outcome(status: int) -> str:
	if status < 400:
		return ANSWERED
	if status == 429:
		return TOO_MANY
	return REFUSED if status < 500 else FAILED


def _add(day: date, channel: str, outcome: str) -> None:
	now = clock.now()
	values = {
		"name": f"{day}-{channel}-{outcome}",
		"now": now,
		"day": day,
		"channel": channel,
		"outcome": outcome,
	}
	# SQL: one statement, so that two at the same moment are two; a counter that no person writes
	frappe.db.sql(
		f"""INSERT INTO `tab{DOCTYPE}`
			(name, creation, modified, modified_by, owner, day, channel, outcome, hits)
		VALUES (%(name)s, %(now)s, %(now)s, 'Administrator', 'Administrator', %(day)s, %(channel)s, %(outcome)s, 1)
		ON DUPLICATE KEY UPDATE hits = hits + 1, modified = VALUES(modified)""",
		values,
	)
	# what the request did is stored or undone by now
	frappe.db.commit()
