"""The outbox: step rows that the sweep wrote become rows per person, and those become one digest per person.

A step's row has recipient '' and goes Pending → Addressed; a person's row goes Ready → Sent. Either may end Dropped (kept
or cancelled meanwhile) or Failed (nobody to tell, or the mail could not be queued). Each person is one transaction: the
digest and the marks are stored together or not at all.
"""

from collections import Counter
from datetime import datetime

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import format_datetime, get_url_to_form

from nervion_service.domain.taxonomy import SAFETY_KINDS
from nervion_service.services import assignment, bells, clock, languages, safety_message, system, transactions

DOCTYPE = "Service Notice"
MAX_ATTEMPTS = 5
_BATCH = 500
# a digest that nobody can read to its end helps nobody; the rest is counted
_LINES = 100
# what was kept or cancelled needs no word any more
_SETTLED = ("Fulfilled", "Fulfilled Late", "Cancelled")
_KINDS = ("Breach", "Escalation", "Warning")  # in the order in which they are read
_COLUMNS = (
	"name", "commitment", "step", "kind", "level", "fell_due_at", "announce_at", "audience", "audience_name", "attempts",
)  # fmt: skip
_OF_COMMITMENT = (
	"name", "kind", "status", "due_at", "responsible", "department", "company", "case_type", "case_name", "customer",
)  # fmt: skip


def run() -> Counter:
	"""The job of every minute: address what may be told by now, then tell it; the counts of both."""
	now = clock.now()
	return address(now) + deliver(now)


def address(now: datetime) -> Counter:
	"""Turn due step rows into one row per person of their audience, deputies standing in; commits batch by batch.

	Returns rows counted as addressed, dropped (settled meanwhile) and failed (nobody to tell).
	"""
	total = Counter()
	with transactions.read_committed():
		while batch := transactions.retried(lambda: _address_batch(now)):
			total += batch
	return total


def deliver(now: datetime) -> Counter:
	"""Tell each person what waits for them in one digest: a bell in the desk and one e-mail, in their language.

	A person whose digest fails is tried again by later passes, MAX_ATTEMPTS times, and then shows in the health check;
	the others are told all the same. Returns rows told and dropped, digests sent, and people who failed.
	"""
	total = Counter()
	with transactions.read_committed():
		for recipient in _people_waiting(now):
			total += _deliver_to(recipient, now)
	return total


def _address_batch(now) -> Counter:
	rows = _locked(now, "Pending", "", _BATCH)
	promises, people, done = _promises(rows), {}, Counter()
	for row in rows:
		promise = promises.get(row.commitment)
		if not promise or promise.status in _SETTLED:
			_mark([row.name], "Dropped", now)
			done["dropped"] += 1
		else:
			done[_address_one(row, promise, people, now)] += 1
	return done


def _address_one(row, promise, people, now) -> str:
	key = (row.audience, row.audience_name, promise.responsible, promise.department, promise.company)
	if key not in people:
		people[key] = assignment.audience(row.audience, row.audience_name, promise)
	if not people[key]:
		_mark(
			[row.name],
			"Failed",
			now,
			last_error=_("Nobody holds the role, stands in or is the fall-back user."),
		)
		return "failed"
	# the unique index decides when two passes address the same step
	system.insert_rows(DOCTYPE, [_row_for(row, user) for user in people[key]], ignore_duplicates=True)
	_mark([row.name], "Addressed", now)
	return "addressed"


def _row_for(row, user):
	kept = {column: row[column] for column in _COLUMNS if column not in ("name", "attempts")}
	return {**kept, "recipient": user, "status": "Ready", "attempts": 0}


def _people_waiting(now) -> list[str]:
	# the outbox belongs to nobody who could be asked for permission: this is the system's own post
	return frappe.get_all(
		DOCTYPE,
		filters={"status": "Ready", "announce_at": ("<=", now), "recipient": ("!=", "")},
		pluck="recipient",
		distinct=True,
		order_by="recipient",
	)


def _deliver_to(recipient, now) -> Counter:
	try:
		return transactions.retried(lambda: _tell(recipient, now))
	except Exception as error:
		# any failure concerns this person only; it is counted on the rows and shown by the health check
		frappe.db.rollback()
		_count_failure(recipient, now, error)
		return Counter(failed=1)


def _tell(recipient, now) -> Counter:
	"""Lock what waits for one person, drop what is settled, send the rest as one digest."""
	rows = _locked(now, "Ready", recipient, None)
	promises = _promises(rows)
	live = [
		row for row in rows if row.commitment in promises and promises[row.commitment].status not in _SETTLED
	]
	names = {row.name for row in live}
	_mark([row.name for row in rows if row.name not in names], "Dropped", now)
	if live:
		_send(recipient, sorted(((row, promises[row.commitment]) for row in live), key=_urgency))
		_mark(list(names), "Sent", now, sent_at=now)
	return Counter(told=len(live), dropped=len(rows) - len(live), digests=bool(live))


def _count_failure(recipient, now, error):
	frappe.log_error(title="Service notices", message=frappe.get_traceback(with_context=False))
	for row in _locked(now, "Ready", recipient, None):
		attempts = (row.attempts or 0) + 1
		status = "Failed" if attempts >= MAX_ATTEMPTS else "Ready"
		_mark([row.name], status, now, attempts=attempts, last_error=system.reason(error))
	frappe.db.commit()


def _send(recipient, entries):
	"""Each accident in a message of its own, everything else in one digest."""
	user = frappe.db.get_value("User", recipient, ["enabled", "email", "language"], as_dict=True)
	if not user or not user.enabled:
		raise frappe.ValidationError("the recipient is disabled")
	has_post = bool(user.email and EmailAccount.find_outgoing())
	alarms = [entry for entry in entries if entry[1].kind in SAFETY_KINDS]
	with languages.speaking(user.language):
		for row, promise in alarms:
			safety_message.tell(recipient, user.email if has_post else None, row, promise)
		_send_usual(
			recipient, user.email if has_post else None, [entry for entry in entries if entry not in alarms]
		)


def _send_usual(recipient, email, entries):
	if entries:
		digest = {
			"subject": _subject(entries),
			"lines": _lines(entries[:_LINES]),
			"more": max(len(entries) - _LINES, 0),
		}
		_ring(recipient, digest, entries[0][1])
		if email:
			_post(email, digest, entries[0][0].name)


def _ring(recipient, digest, promise):
	# the most urgent promise's case is what a click opens
	bells.ring(
		recipient,
		frappe.utils.escape_html(digest["subject"]),
		promise.case_type,
		promise.case_name,
		email_content=frappe.render_template("templates/emails/service_digest.html", digest),
	)


def _post(email, digest, notice):
	frappe.sendmail(
		recipients=[email],
		subject=digest["subject"],
		template="service_digest",
		args=digest,
		# by which a letter left half sent is known as ours
		reference_doctype=DOCTYPE,
		reference_name=notice,
		add_unsubscribe_link=0,
	)


def _subject(entries) -> str:
	counts = {kind: sum(row.kind == kind for row, _promise in entries) for kind in _KINDS}
	words = {
		"Breach": _("{0} broken"),
		"Escalation": _("{0} escalated"),
		"Warning": _("{0} about to fall due"),
	}
	parts = [words[kind].format(count) for kind, count in counts.items() if count]
	return _("Promises to customers: {0}").format(", ".join(parts))


def _lines(entries) -> list[dict]:
	titles = _titles([promise for _row, promise in entries])
	return [_line(row, promise, titles) for row, promise in entries]


def _line(row, promise, titles) -> dict:
	"""One line of the digest, in the reader's language; the template escapes every value."""
	return {
		"kind_label": _(row.kind),
		"promise": _(promise.kind),
		"step": _(row.step),
		"case": promise.case_name,
		"title": titles.get((promise.case_type, promise.case_name)) or "",
		"url": get_url_to_form(promise.case_type, promise.case_name),
		"customer": promise.customer or "",
		"responsible": promise.responsible or "",
		"due_at": format_datetime(promise.due_at),
		"fell_due_at": format_datetime(row.fell_due_at),
	}


def _titles(promises) -> dict[tuple[str, str], str]:
	by_type = {}
	for promise in promises:
		by_type.setdefault(promise.case_type, set()).add(promise.case_name)
	found = {}
	for case_type, names in by_type.items():
		field = frappe.get_meta(case_type).get_title_field()
		# the audience of a promise may read its case
		rows = frappe.get_all(
			case_type, filters={"name": ("in", names)}, fields=["name", f"{field} as title"]
		)
		found.update({(case_type, row.name): row.title for row in rows})
	return found


def _urgency(entry):
	row, promise = entry
	return _KINDS.index(row.kind), -(row.level or 0), promise.due_at, row.name


def _locked(now, status, recipient, limit):
	"""Rows of that status whose hour has come, locked; what another process holds is its to tell."""
	table = frappe.qb.DocType(DOCTYPE)
	# the system's own outbox: no permission applies
	query = (
		frappe.qb.from_(table)
		.select(*(table[column] for column in _COLUMNS))
		.where((table.status == status) & (table.announce_at <= now) & (table.recipient == recipient))
		.orderby(table.announce_at, table.name)
		.for_update(skip_locked=True)
	)
	if limit:
		query = query.limit(limit)
	return query.run(as_dict=True)


def _promises(rows) -> dict:
	names = {row.commitment for row in rows}
	if not names:
		return {}
	# status and responsible of every commitment, whoever may read it: only its audience hears of it
	found = frappe.get_all(
		"Service Commitment", filters={"name": ("in", names)}, fields=list(_OF_COMMITMENT), order_by="name"
	)
	return {row.name: row for row in found}


def _mark(names, status, now, **values):
	if not names:
		return
	table = frappe.qb.DocType(DOCTYPE)
	# the system's own outbox: no permission applies
	query = frappe.qb.update(table).set(table.status, status).set(table.modified, now)
	for column, value in values.items():
		query = query.set(table[column], value)
	query.where(table.name.isin(names)).run()
