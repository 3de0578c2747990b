"""Notices to whoever received a held batch: prepared from the deliveries, sent with a link, acknowledged by it or by telephone (K6).

The link opens one customer's notice and nothing else. Sending is a person's act: the words are read before they go out.
"""

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import escape_html, flt, get_url, validate_email_address

from nervion_service.domain import batches as domain
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import access_tokens, clock, events, languages, rate_limit, system
from nervion_service.services.batches import reading

DOCTYPE, HELD = "Service Batch Hold", "Held"
PURPOSE = "batch notice"
PATH = "aviso-lote"
SENDERS = (Role.QUALITY, Role.ADMINISTRATOR)
LINK_DAYS = 180
LONGEST_NAME, LONGEST_TEXT = 140, 4000
# more than anybody has of one batch
LARGEST = 1e9


# Who is told --------------------------------------------------------------------------------------------------


def add_customers(hold) -> int:
	"""Note every customer who still has some of the batch, the latest delivery and the address of the contact; returns how many.

	Who stands in the notices already is not added again; who has more than was noted, since a return was cancelled, has that noted.
	"""
	trace = domain.trace(reading.movements(hold.batch), counted=False)
	known = {row.customer: row for row in hold.notices}
	holders = [one for one in trace.customers if one.customer and one.kept]
	added = [one for one in holders if one.customer not in known]
	grown = [
		one for one in holders if one not in added and one.kept > flt(known[one.customer].qty) + domain.TINY
	]
	addresses, deliveries = _addresses(added), _deliveries(added)
	for one in added:
		row = {"customer": one.customer, "qty": one.kept, "email": addresses.get(one.customer)}
		hold.append("notices", {**row, **deliveries.get(one.customer, {})})
	for one in grown:
		known[one.customer].qty = one.kept
	if added or grown:
		# what the deliveries say, noted for whoever may see the hold
		store(hold)
	return len(added)


@frappe.whitelist(methods=["POST"])
def refresh(hold: str) -> int:
	"""Look once more who received the batch; returns how many customers were added."""
	return add_customers(_held(hold))


@frappe.whitelist()
def draft(hold: str) -> str:
	"""The words that are offered for the notice, in the language of the site; the link is added below them for each customer."""
	doc = system.permitted(DOCTYPE, hold, "read")
	item = (reading.batch_facts(doc.batch) or {}).get("item_name") or doc.item or ""
	with languages.speaking():
		return _(
			"We are reviewing batch {0} of {1}, of which you received some from us. Please do not use or sell what you still have of "
			"it, keep it apart, and confirm below that you read this, with the quantity that you still have. We will tell you how "
			"we go on with it. We are sorry for the inconvenience."
		).format(doc.batch, item)


# Sending and acknowledging ------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def send(hold: str, message: str, again: bool = False) -> dict[str, Any]:
	"""Send the notice to every customer who was not told yet; {"sent": number, "without_address": customers}.

	Who received some of the batch is looked up once more before. again: also to those who were told and have not acknowledged.
	Raises ValidationError for empty words.
	"""
	doc = _held(hold)
	if not (message or "").strip():
		frappe.throw(_("Write what the customers are to know."), title=_("Message Missing"))
	message = message.strip()[:LONGEST_TEXT]
	add_customers(doc)
	waiting = [row for row in doc.notices if not row.acknowledged_at and (again or not row.sent_at)]
	told = reachable(waiting)
	for row in told:
		write_to(doc, row, message, lambda: _("Confirm that you read this"))
		row.update({"sent_at": clock.now(), "message": message})
		events.record(doc, Events.BATCH_NOTICE_SENT, reference=("Customer", row.customer))
	if told:
		store(doc)
	return {"sent": len(told), "without_address": [row.customer for row in waiting if row not in told]}


@frappe.whitelist(methods=["POST"])
def log_acknowledgement(hold: str, customer: str, by: str, kept_qty: float = 0) -> None:
	"""Write down that a customer was told by telephone or in person and confirmed it; by: who said so."""
	doc = _permitted(hold)
	if not _asks(doc):
		_refuse_ended(doc)
	rows = [row for row in doc.notices if row.customer == customer and not row.acknowledged_at]
	if not rows:
		frappe.throw(
			_("No notice of {0} waits for {1}.").format(doc.name, escape_html(customer)),
			title=_("Not Needed"),
		)
	for row in rows:
		row.sent_at = row.sent_at or clock.now()
		_acknowledge(row, by, kept_qty)
	store(doc)
	events.record(doc, Events.BATCH_NOTICE_ACKNOWLEDGED, reference=("Customer", customer))


def notice(token: str) -> dict[str, Any] | None:
	"""What the page behind a link shows; None for any other token, whatever is wrong with it."""
	rate_limit.guests("batch notice")
	row = access_tokens.resolve(token, PURPOSE)
	if not row:
		return None
	# the token is the permission: it opens this one customer's notice
	hold = frappe.get_doc(DOCTYPE, row.parent)
	facts = reading.batch_facts(hold.batch) or frappe._dict()
	return {
		"batch": hold.batch,
		"item": facts.get("item_name") or hold.item or "",
		"uom": facts.get("stock_uom") or "",
		"company": hold.company,
		# of who bought it from somebody else nobody knows how much that was
		"qty": domain.plain(flt(row.qty)) if flt(row.qty) else "",
		"message": row.message or "",
		"sent_at": row.sent_at,
		"ended": hold.stage != HELD,
		"outcome": hold.outcome or "",
		"outcome_words": hold.outcome_words or "",
		"withdrawn": hold.outcome in domain.WITHDRAWN,
		"asks": _asks(hold) and not row.acknowledged_at,
		"acknowledged_at": row.acknowledged_at,
		"acknowledged_by": row.acknowledged_by or "",
		"kept_qty": domain.plain(flt(row.kept_qty)),
	}


def acknowledge(token: str, by: str, kept_qty: Any) -> None:
	"""The customer confirms the notice behind a link; once is enough, a second time changes nothing.

	Raises ValidationError for a name that is missing or a quantity that is no number, not known or more than was delivered.
	"""
	rate_limit.guests("batch notice")
	row = access_tokens.resolve(token, PURPOSE)
	if not row:
		frappe.throw(_("This link does not open any notice."), title=_("Not Found"))
	# the token is the permission; locked, so that a double click does it once
	hold = frappe.get_doc(DOCTYPE, row.parent, for_update=True)
	mine = next(one for one in hold.notices if one.name == row.name)
	if mine.acknowledged_at:
		return
	_acknowledge(mine, by, kept_qty)
	store(hold)
	events.record(hold, Events.BATCH_NOTICE_ACKNOWLEDGED, reference=("Customer", mine.customer))


def address(token: str) -> str:
	"""The absolute address of the page where a notice is read and acknowledged."""
	return get_url(f"/{PATH}/{token}")


def reachable(rows) -> list:
	"""Those of these notices that can go by mail; ValidationError where there are some and no account to send them from."""
	found = [row for row in rows if validate_email_address(row.email or "")]
	if found and not EmailAccount.find_outgoing():
		frappe.throw(
			_("There is no outgoing e-mail account: tell the customers by telephone."), title=_("No Mail")
		)
	return found


def write_to(hold, row, message: str, label: Callable[[], str]) -> None:
	"""Send one customer these words, and the link to their notice under `label`; an earlier letter's link goes on opening the same one."""
	token = access_tokens.issue(row, PURPOSE, LINK_DAYS)
	with languages.speaking():
		subject = _("Notice about batch {0}").format(hold.batch)
		link = f'<p><a href="{escape_html(address(token))}">{escape_html(label())}</a></p>'
	words = escape_html(message).replace("\n", "<br>")
	frappe.sendmail(
		recipients=[row.email],
		subject=subject,
		content=f"<p>{words}</p>{link}<p>{escape_html(hold.company)}</p>",
		reference_doctype=hold.doctype,
		reference_name=hold.name,
		add_unsubscribe_link=0,
	)


def _permitted(name: str):
	doc = system.permitted(DOCTYPE, name, "write")
	system.require_role(SENDERS, _("Customers are told of a batch by one of these roles: {0}."))
	return doc


def _held(name: str):
	doc = _permitted(name)
	if doc.stage != HELD:
		_refuse_ended(doc)
	return doc


def _refuse_ended(doc) -> None:
	frappe.throw(_("{0} was released: there is nothing to tell.").format(doc.name), title=_("Not Needed"))


def _asks(hold) -> bool:
	"""Whether it matters what a customer still has: while the batch is held, and of what must not be used after that."""
	return hold.stage == HELD or hold.outcome in domain.WITHDRAWN


def _deliveries(shares: list[domain.Customer]) -> dict[str, dict[str, str]]:
	"""{customer: the latest delivery, its DocType and number}."""
	vouchers = sorted({name for one in shares for name in one.vouchers})
	found: dict[str, str] = {}
	for doctype in reading.SALES[1::-1] if vouchers else ():
		# what the batch's own movements name
		names = frappe.get_all(doctype, filters={"name": ("in", vouchers)}, pluck="name", order_by="name")
		found |= dict.fromkeys(names, doctype)
	latest = {one.customer: next((n for n in reversed(one.vouchers) if n in found), None) for one in shares}
	return {
		customer: {"delivery_type": found[name], "delivery": name}
		for customer, name in latest.items()
		if name
	}


def _addresses(shares: list[domain.Customer]) -> dict[str, str]:
	"""{customer: the address of the primary contact, or of another}, as far as there is one."""
	names = tuple(one.customer for one in shares)
	if not names:
		return {}
	# an address to write to about their own delivery
	rows = frappe.db.sql(
		"""SELECT l.link_name, c.email_id FROM `tabDynamic Link` l JOIN `tabContact` c ON c.name = l.parent
		WHERE l.parenttype = 'Contact' AND l.link_doctype = 'Customer' AND l.link_name IN %s AND IFNULL(c.email_id, '') != ''
		ORDER BY c.is_primary_contact, c.creation DESC""",
		(names,),
	)
	return dict(rows)


def _acknowledge(row, by: str, kept_qty: Any) -> None:
	by = (by or "").strip()[:LONGEST_NAME]
	if not by:
		frappe.throw(_("Write your name, so that we know who read it."), title=_("Name Missing"))
	row.update(
		{"acknowledged_at": clock.now(), "acknowledged_by": by, "kept_qty": _quantity(kept_qty, row.qty)}
	)


def _quantity(value: Any, known: float) -> float:
	"""What a customer says to have still; no more than was delivered, where that is known."""
	try:
		qty = float(str(value if value not in (None, "") else 0).replace(",", "."))
	except ValueError:
		qty = -1.0
	most = flt(known) or LARGEST
	# written so that it refuses what is no number at all as well
	if not 0 <= qty <= most + domain.TINY:
		frappe.throw(
			_("Write the quantity that you still have as a number from 0 to {0}.").format(domain.plain(most))
			if flt(known)
			else _("Write the quantity that you still have as a number."),
			title=_("Quantity"),
		)
	return qty


def store(doc) -> None:
	doc.flags.by_service = True
	# who may do this was asked before: by role, or by the token of the very notice
	doc.save(ignore_permissions=True)
