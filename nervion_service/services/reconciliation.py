"""The daily reconciliation of each channel: what came in against folios, gaps to be explained (K13).

E-mail is counted from the mailboxes, message by message; what machines register, from its history, with what the server refused or
could not answer; calls and visits, which
leave no trace of their own, from the daily counts that somebody vouches for.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from nervion_service.domain import reconciliation
from nervion_service.domain.reconciliation import Line
from nervion_service.domain.taxonomy import Automatic, Events
from nervion_service.services import arrivals, calendars, clock, visibility

FOLIO, COUNT, EXPLANATION = "Service Folio", "Channel Daily Count", "Channel Gap Explanation"
MAIL, PHONE = "E-mail", "Phone"
DEFAULT_DAYS = 14
# how far back the health check looks
WATCHED_DAYS = 31
# what tells a machine's or a list's mail that nobody has put under a folio, as the list of messages filters it too
KEPT = {
	"communication_type": ("=", "Automated Message"),
	"sent_or_received": ("=", "Received"),
	"service_automatic": ("in", ",".join((Automatic.AUTO_REPLY, Automatic.BULK))),
	"reference_name": ("is", "not set"),
}
NO_REQUEST = ("Spam", "Trash")


def lines(from_date: date, to_date: date, channel: str | None = None) -> list[Line]:
	"""One line per day and channel with anything to say, e-mail by account; newest day first."""
	span = clock.span(from_date, to_date)
	found = [*_mail_lines(span), *_other_lines(span)]
	explained = _explained(from_date, to_date)
	found = [
		Line(**{**vars(line), "explained": explained.get((line.day, line.channel, line.account), 0)})
		for line in found
	]
	chosen = (line for line in found if not channel or line.channel == channel)
	return sorted(chosen, key=lambda line: (-line.day.toordinal(), line.channel, line.account))


def kept(from_date: date, to_date: date) -> int:
	"""How many mails of machines and lists came in that belong to no folio: a customer's request may be among them."""
	begin, end = clock.span(from_date, to_date)
	return frappe.db.count(
		"Communication",
		[
			*([name, *condition] for name, condition in KEPT.items()),
			["email_account", "in", accounts() or [""]],
			["communication_date", ">=", begin],
			["communication_date", "<", end],
		],
	)


def failed(from_date: date, to_date: date) -> int:
	"""How many requests over the web the server could not answer: whoever sent them was told to try again."""
	return sum(
		outcomes.get(arrivals.FAILED, 0)
		for outcomes in arrivals.between(*clock.span(from_date, to_date)).values()
	)


def overdue(now: datetime) -> list[Line]:
	"""The gaps of the last WATCHED_DAYS that nobody explained by the end of the next business day."""
	_name, calendar = calendars.for_company(frappe.db.get_single_value("Service Settings", "default_company"))
	today = now.date()
	watched = lines(today - timedelta(days=WATCHED_DAYS), today - timedelta(days=1))
	return [line for line in watched if reconciliation.overdue(line, today, calendar)]


def validate_count(doc) -> None:
	"""Refuse a count of a day to come, a second one of a day, and one of a channel that counts itself."""
	_refuse_future(doc.day)
	if doc.received is None or int(doc.received) < 0:
		frappe.throw(_("Came In: say how many, zero or more."), title=_("No Such Count"))
	if doc.channel in _counted_by_machines():
		frappe.throw(
			_("{0} is counted by itself: its messages are stored when they arrive.").format(_(doc.channel)),
			title=_("Counted Already"),
		)
	if other := frappe.db.get_value(
		COUNT, {"day": doc.day, "channel": doc.channel, "name": ("!=", doc.name or "")}
	):
		frappe.throw(
			_("{0} has a count for {1} already ({2}). Correct that one.").format(
				_(doc.channel), formatdate(doc.day), other
			),
			title=_("Counted Already"),
		)


def validate_explanation(doc) -> None:
	"""Refuse an explanation without reason, number or day; who explains is who saves it first."""
	_refuse_future(doc.day)
	if (doc.gap or 0) < 1:
		frappe.throw(
			_("Requests Explained: say how many of the gap this explains."), title=_("No Such Count")
		)
	if not (doc.reason or "").strip():
		frappe.throw(_("Say why: the reason is missing."), title=_("Reason Missing"))
	if doc.is_new():
		doc.explained_by = frappe.session.user
	doc.account = doc.account or ""


# E-mail --------------------------------------------------------------------------------------------------------


def _mail_lines(span) -> Iterable[Line]:
	counts: dict[tuple[date, str], Counter] = {}
	for day, account, kind, number in (*_messages(span), *_set_aside(span), *_typed_by_hand(span)):
		counts.setdefault((day, account or ""), Counter())[kind] += int(number)
	for (day, account), kinds in counts.items():
		yield Line(
			day, MAIL, account, sum(kinds.values()), kinds["folios"], kinds["later"], kinds["apart"]
		)  # fmt: skip


def accounts() -> list[str]:
	"""The mailboxes whose mail becomes folios; others are others' business."""
	# configuration, for a report of those who coordinate
	whole = frappe.get_all(
		"Email Account", {"append_to": FOLIO, "use_imap": 0}, pluck="name", order_by="name"
	)
	folders = frappe.get_all("IMAP Folder", {"append_to": FOLIO}, pluck="parent", order_by="parent")
	return sorted({*whole, *folders})


def _messages(span):
	# SQL: every message of the mailboxes, whoever may read the folio it belongs to: only numbers leave here, for the roles
	# of the report, which see every folio
	return frappe.db.sql(
		"""SELECT DATE(c.communication_date) AS day, c.email_account, CASE
			WHEN c.communication_type = 'Automated Message' OR c.email_status IN %(no_request)s THEN 'apart'
			WHEN c.reference_doctype = 'Service Folio' AND f.external_id = c.message_id THEN 'folios'
			WHEN c.reference_doctype = 'Service Folio' THEN 'later'
			WHEN c.reference_name > '' THEN 'apart'
			ELSE 'gap' END AS kind, COUNT(*)
		FROM `tabCommunication` c
		LEFT JOIN `tabService Folio` f ON c.reference_doctype = 'Service Folio' AND f.name = c.reference_name
		WHERE c.communication_medium = 'Email' AND c.sent_or_received = 'Received'
			AND c.email_account IN %(accounts)s
			AND c.communication_date >= %(begin)s AND c.communication_date < %(end)s
		GROUP BY day, c.email_account, kind""",
		{"begin": span[0], "end": span[1], "accounts": accounts() or [""], "no_request": NO_REQUEST},
	)


def _set_aside(span):
	"""Mail that could not be stored: it came in, and nobody sees it unless somebody looks."""
	# SQL: as in `_messages`
	return frappe.db.sql(
		"""SELECT DATE(creation) AS day, email_account, 'gap', COUNT(*) FROM `tabUnhandled Email`
		WHERE creation >= %(begin)s AND creation < %(end)s AND email_account IN %(accounts)s
		GROUP BY day, email_account""",
		{"begin": span[0], "end": span[1], "accounts": accounts() or [""]},
	)


def _typed_by_hand(span):
	"""Folios of e-mail that no mailbox brought: somebody typed in what reached another address."""
	# SQL: as in `_messages`
	return frappe.db.sql(
		f"""SELECT DATE(f.received_at) AS day, '', 'folios', COUNT(*) FROM `tabService Folio` f
		WHERE f.channel = %(channel)s AND f.is_history = 0 AND f.received_at >= %(begin)s AND f.received_at < %(end)s
			AND NOT EXISTS (
				SELECT 1 FROM `tabCommunication` c WHERE c.reference_doctype = 'Service Folio'
					AND c.reference_name = f.name AND c.message_id = f.external_id
			) {visibility.tail(FOLIO, "f")}
		GROUP BY day""",
		{"begin": span[0], "end": span[1], "channel": MAIL},
	)


# Everything else -----------------------------------------------------------------------------------------------


def _other_lines(span) -> Iterable[Line]:
	folios, later, counted = _folios(span), _later(span), _counts(span)
	machines = _counted_by_machines()
	registered, sent = _registered(span), arrivals.between(*span)
	for day, channel in sorted({*folios, *later, *counted, *registered, *sent}):
		if channel == MAIL:
			continue
		key = (day, channel)
		came_in, refused = counted.get(key), 0
		if channel in machines:
			outcomes = sent.get(key, {})
			refused = sum(outcomes.get(told, 0) for told in arrivals.TOLD)
			failed = outcomes.get(arrivals.FAILED, 0)
			came_in = registered.get(key, 0) + later.get(key, 0) + refused + failed
		yield Line(day, channel, "", came_in, folios.get(key, 0), later.get(key, 0), refused=refused)


def _folios(span) -> dict:
	# SQL: sums; visibility.tail keeps the user's permissions. What machines register counts on the day they did.
	rows = frappe.db.sql(
		f"""SELECT DATE(IF(k.is_automatic, f.registered_at, f.received_at)) AS day, f.channel, COUNT(*)
		FROM `tabService Folio` f JOIN `tabService Channel` k ON k.name = f.channel
		WHERE f.is_history = 0 AND IF(k.is_automatic, f.registered_at, f.received_at) >= %(begin)s
			AND IF(k.is_automatic, f.registered_at, f.received_at) < %(end)s {visibility.tail(FOLIO, "f")}
		GROUP BY day, f.channel""",
		{"begin": span[0], "end": span[1]},
	)
	return {(day, channel): number for day, channel, number in rows}


def _registered(span) -> dict:
	"""Registrations by machines, as the history tells them: it outlives a folio that somebody took away."""
	# SQL: as in `_messages`
	rows = frappe.db.sql(
		"""SELECT DATE(e.happened_at) AS day, e.channel, COUNT(*) FROM `tabService Event` e
		WHERE e.case_type = 'Service Folio' AND e.event = %(event)s AND e.channel IN %(channels)s
			AND e.happened_at >= %(begin)s AND e.happened_at < %(end)s
		GROUP BY day, e.channel""",
		{
			"begin": span[0],
			"end": span[1],
			"event": Events.REGISTERED,
			"channels": _counted_by_machines() or [""],
		},
	)
	return {(day, channel): number for day, channel, number in rows}


def _later(span) -> dict:
	"""What customers said about folios that were there: calls under the telephone, the rest under the folio's channel."""
	# SQL: sums; visibility.tail keeps the user's permissions
	rows = frappe.db.sql(
		f"""SELECT DATE(c.communication_date) AS day,
			IF(c.communication_medium = 'Phone', %(phone)s, f.channel) AS channel, COUNT(*)
		FROM `tabCommunication` c JOIN `tabService Folio` f ON f.name = c.reference_name
		WHERE c.reference_doctype = 'Service Folio' AND c.sent_or_received = 'Received'
			AND c.communication_type = 'Communication' AND c.communication_medium != 'Email'
			AND c.communication_date >= %(begin)s AND c.communication_date < %(end)s {visibility.tail(FOLIO, "f")}
		GROUP BY day, channel""",
		{"begin": span[0], "end": span[1], "phone": PHONE},
	)
	return {(day, channel): number for day, channel, number in rows}


def _counts(span) -> dict:
	# the counts belong to the site; the report is for those who coordinate
	rows = frappe.get_all(
		COUNT,
		{"day": ("between", (span[0].date(), span[1].date() - timedelta(days=1)))},
		["day", "channel", "received"],
		order_by="day",
		limit_page_length=0,
	)
	return {(row.day, row.channel): row.received for row in rows}


def _explained(from_date: date, to_date: date) -> Counter:
	# as in `_counts`
	rows = frappe.get_all(
		EXPLANATION,
		{"day": ("between", (from_date, to_date))},
		["day", "channel", "account", "gap"],
		order_by="day",
		limit_page_length=0,
	)
	found = Counter()
	for row in rows:
		found[(row.day, row.channel, row.account or "")] += row.gap
	return found


def _counted_by_machines() -> list[str]:
	# the names of channels, which are no secret
	return frappe.get_all("Service Channel", {"is_automatic": 1}, pluck="name", order_by="name")


def _refuse_future(day) -> None:
	if getdate(day) > clock.now().date():
		frappe.throw(_("{0} has not come yet.").format(formatdate(day)), title=_("No Such Day"))
