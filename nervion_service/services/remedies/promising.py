"""What may be promised as a remedy: within what was accepted, worth so much, and for a complaint that was admitted (K3, K4)."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint, flt, fmt_money

from nervion_service.domain import remedies as domain
from nervion_service.domain import remedy_approval
from nervion_service.domain.complaint_words import ADMITTED, COMPLAINT_ENDED
from nervion_service.domain.costs import MissingRate, in_company_currency
from nervion_service.domain.remedies import GOODS, MONEY, RemedyStage
from nervion_service.services import clock
from nervion_service.services.remedies import owing, proofs, words, worth

DOCTYPE, COMPLAINT = owing.DOCTYPE, owing.COMPLAINT
# what a person promises; closed once it is approved
PROMISED_FIELDS = (
	"kind", "line_no", "item", "batch", "qty", "uom", "amount", "currency", "conversion_rate", "due_date",
)  # fmt: skip
# of that, what it is worth: whoever changes it is who promises it
VALUE_FIELDS = ("kind", "line_no", "item", "qty", "uom", "amount", "currency", "conversion_rate")
# what follows from what is promised
DERIVED_FIELDS = ("company", "customer", "company_currency", "stock_qty", "base_amount", "above_limit")
# what only the actions write
SEALED_FIELDS = (
	"complaint", "stage", "promised_by", "promised_at", "approved_by", "approved_at", "done_at", "cancelled_by", "cancelled_at",
	"cancel_reason", "problem",
)  # fmt: skip


def check(remedy) -> None:
	"""Fill what follows from the complaint, refuse what may not be promised, approve what one person may; before every save."""
	before = remedy.get_doc_before_save()
	complaint = frappe.get_doc(COMPLAINT, remedy.complaint)
	if before is None:
		_begin(remedy, complaint)
	elif not remedy.flags.by_service:
		_check_edit(remedy, before)
	if remedy.stage == RemedyStage.PROMISED:
		# two who promise at once are asked one after the other, each with what the other promised
		frappe.db.get_value(COMPLAINT, complaint.name, "name", for_update=True)
		_fill(remedy, complaint)
		_check_promise(remedy, complaint)
	if before is None and not approval_problem(remedy, complaint):
		approve(remedy)


def approve(remedy) -> None:
	"""Stamp who approves a remedy; the caller has asked `approval_problem`, and saves."""
	remedy.update(
		{
			"stage": RemedyStage.APPROVED,
			"approved_by": frappe.session.user,
			"approved_at": clock.now(),
		}
	)


def approval_problem(remedy, complaint) -> str | None:
	"""Why the session's user may not approve that remedy, in words; None when they may."""
	user = frappe.session.user
	if complaint.get("about_user") == user:
		return _("The complaint is about you: somebody else approves its remedies.")
	code = remedy_approval.approval_problem(
		_value(remedy),
		limit(),
		remedy.promised_by,
		user,
		frappe.get_roles(user),
		is_worth_known=remedy.kind not in GOODS or _worth(remedy, complaint) is not None,
	)
	return words.of(code) if code else None


def limit() -> Decimal:
	"""The amount, in company currency, above which a second person approves."""
	return proofs.money(frappe.db.get_single_value("Complaint Settings", "remedy_approval_limit"))


# The rest ----------------------------------------------------------------------------------------------------


def _begin(remedy, complaint) -> None:
	remedy.update(dict.fromkeys(SEALED_FIELDS[4:]))
	remedy.stage = RemedyStage.PROMISED
	_stamp(remedy)
	if not complaint.has_permission("read"):
		frappe.throw(
			_("There is no {0} {1} that you may do this with.").format(_(COMPLAINT), complaint.name),
			frappe.PermissionError,
		)
	if complaint.stage in COMPLAINT_ENDED:
		frappe.throw(_("The complaint is over: reopen it before promising anything."), title=_("Not Now"))
	if complaint.verdict not in ADMITTED:
		frappe.throw(
			_(
				"A remedy is promised once the complaint was admitted: its verdict is still missing, or it is inadmissible."
			),
			title=_("Not Yet"),
		)


def _stamp(remedy) -> None:
	remedy.update({"promised_by": frappe.session.user, "promised_at": clock.now()})


def _check_edit(remedy, before) -> None:
	if changed := [name for name in (*SEALED_FIELDS, *DERIVED_FIELDS) if _differs(remedy, before, name)]:
		frappe.throw(
			_("{0} is written by the actions of the remedy, not by hand.").format(_label(remedy, changed[0])),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)
	if before.stage not in domain.OPEN_STAGES and not _same(remedy, before, ("reference_type", "reference")):
		frappe.throw(
			_("This remedy is {0}: its document stays.").format(_(before.stage)), title=_("Not Allowed")
		)
	if before.stage != RemedyStage.PROMISED and not _same(remedy, before, PROMISED_FIELDS):
		frappe.throw(
			_("What was approved is not changed: cancel this remedy with a reason and promise another."),
			title=_("Not Allowed"),
		)
	if not _same(remedy, before, VALUE_FIELDS):
		# whoever raises it promises it, and does not approve it himself
		_stamp(remedy)


def _fill(remedy, complaint) -> None:
	remedy.company, remedy.customer = complaint.company, complaint.customer
	remedy.company_currency = frappe.get_cached_value("Company", complaint.company, "default_currency")
	remedy.currency = remedy.currency or remedy.company_currency
	line = _line(remedy, complaint)
	if line:
		remedy.update({"line_no": line.idx, "item": line.item, "batch": remedy.batch or line.batch})
		remedy.uom = remedy.uom or line.uom
	counted = remedy.item and flt(remedy.qty)
	remedy.stock_qty = flt(remedy.qty) * worth.stock_factor(remedy.item, remedy.uom) if counted else 0
	if remedy.kind in GOODS and remedy.item:
		_fill_worth(remedy, line, complaint)
	remedy.base_amount = flt(_in_company_currency(remedy))
	remedy.above_limit = int(_value(remedy) > limit())


def _worth(remedy, complaint) -> Decimal | None:
	"""What the books say that the goods are worth: as they were delivered, else as the product is sold; None where they say nothing."""
	quantity = proofs.quantity(remedy.stock_qty)
	by_delivery = worth.of_quantity(_line(remedy, complaint), quantity)
	return worth.as_sold(remedy.item, quantity, remedy.company) if by_delivery is None else by_delivery


def _fill_worth(remedy, line, complaint) -> None:
	"""Goods are worth what the books say, or more where somebody says so: the approval goes by it."""
	known = _worth(remedy, complaint)
	if known is None and not flt(remedy.amount):
		frappe.throw(
			_("Say what the goods are worth, since the approval goes by it: fill in {0}.").format(
				_label(remedy, "amount")
			)
		)
	if known is not None and (not flt(remedy.amount) or _in_company_currency(remedy) < known):
		if flt(remedy.amount):
			frappe.msgprint(
				_("The value was raised to what the goods were delivered for.")
				if worth.delivered(line)
				else _("The value was raised to what the goods are sold for."),
				alert=True,
			)
		remedy.update({"amount": flt(known), "currency": remedy.company_currency, "conversion_rate": None})


def _value(remedy) -> Decimal:
	"""What the approval goes by, in company currency: with all else that is given for the complaint."""
	others = [(row.kind, proofs.money(row.base_amount)) for row in _others(remedy)]
	return remedy_approval.approval_value(remedy.kind, proofs.money(remedy.base_amount), others)


def _check_promise(remedy, complaint) -> None:
	for name in ("qty", "amount", "conversion_rate"):
		if flt(remedy.get(name)) < 0:
			frappe.throw(_("{0} cannot be less than nothing.").format(_label(remedy, name)))
	if not remedy.customer:
		frappe.throw(
			_("A remedy needs a customer of the books: fill in the customer of the complaint first."),
			title=_("Customer Missing"),
		)
	if remedy.kind in GOODS:
		_check_goods(remedy, complaint)
	elif remedy.kind in MONEY:
		_check_money(remedy, complaint)


def _check_goods(remedy, complaint) -> None:
	line = _line(remedy, complaint)
	if not line:
		frappe.throw(
			_("Goods are given for a product of the complaint: choose one of its lines."),
			title=_("Line Missing"),
		)
	if not flt(remedy.qty):
		frappe.throw(_("Say how much is given: fill in {0}.").format(_label(remedy, "qty")))
	if remedy.kind == domain.Kind.RETURN and line.batch and remedy.batch != line.batch:
		frappe.throw(_("The batch of line {0} is {1}.").format(line.idx, line.batch))
	accepted = proofs.quantity(flt(line.accepted_qty) * worth.stock_factor(line.item, line.uom))
	promised = [(row.kind, proofs.quantity(row.stock_qty)) for row in _others(remedy, line)]
	if domain.exceeds(accepted, [*promised, (remedy.kind, proofs.quantity(remedy.stock_qty))]):
		frappe.throw(
			_("Of line {0} only {1} {2} was accepted: more cannot be promised.").format(
				line.idx, f"{flt(line.accepted_qty):g}", line.uom or ""
			),
			title=_("More Than Was Accepted"),
		)


def _check_money(remedy, complaint) -> None:
	if not flt(remedy.base_amount):
		frappe.throw(_("Say how much money is given: fill in {0}.").format(_label(remedy, "amount")))
	line = _line(remedy, complaint)
	known = worth.delivered(line)
	money = [row.base_amount for row in _others(remedy, line) if row.kind in MONEY] if line else []
	if known and sum(map(proofs.money, [*money, remedy.base_amount])) > known[0]:
		frappe.throw(
			_(
				"Line {0} was delivered for {1}: more money cannot be given for it. What goes beyond the product is promised "
				"without a line."
			).format(line.idx, fmt_money(flt(known[0]), currency=remedy.company_currency)),
			title=_("More Than It Was Sold For"),
		)


def _others(remedy, line=None) -> list:
	"""The other remedies of the complaint, or of one line of it, that are not cancelled."""
	# what others promised counts, whoever may see it; locked, so that what was stored while this one waited is seen
	rows = frappe.db.sql(
		"""SELECT kind, line_no, stock_qty, base_amount FROM `tabComplaint Remedy`
		WHERE complaint = %s AND stage != %s AND name != %s FOR UPDATE""",
		(remedy.complaint, RemedyStage.CANCELLED, remedy.name or ""),
		as_dict=True,
	)
	return [row for row in rows if not line or row.line_no == line.idx]


def _line(remedy, complaint):
	"""The line of the complaint that a remedy is for: by its number, else the only one of its item and batch."""
	if cint(remedy.line_no):
		found = [row for row in complaint.lines if row.idx == cint(remedy.line_no)]
		if not found or (remedy.item and found[0].item != remedy.item):
			frappe.throw(_("The complaint has no line {0} of that product.").format(remedy.line_no))
		return found[0]
	found = [
		row
		for row in complaint.lines
		if remedy.item and row.item == remedy.item and (not remedy.batch or row.batch == remedy.batch)
	]
	if len(found) > 1:
		frappe.throw(_("The product is in several lines of the complaint: say which line it is for."))
	return found[0] if found else None


def _in_company_currency(remedy) -> Decimal:
	rate = Decimal(str(flt(remedy.conversion_rate))) if flt(remedy.conversion_rate) else None
	try:
		return in_company_currency(
			proofs.money(remedy.amount), remedy.currency, remedy.company_currency, rate
		)
	except MissingRate:
		return frappe.throw(
			_("Say what one {0} is in {1}: fill in {2}.").format(
				remedy.currency, remedy.company_currency, _label(remedy, "conversion_rate")
			),
			title=_("Exchange Rate Missing"),
		)


def _same(remedy, before, names) -> bool:
	return not any(_differs(remedy, before, name) for name in names)


def _differs(remedy, before, name: str) -> bool:
	field = remedy.meta.get_field(name)
	if field and field.fieldtype in ("Float", "Currency", "Int"):
		return flt(remedy.get(name), 6) != flt(before.get(name), 6)
	return str(remedy.get(name) or "") != str(before.get(name) or "")


def _label(remedy, fieldname: str) -> str:
	return frappe.bold(_(remedy.meta.get_label(fieldname)))
