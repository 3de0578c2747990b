"""What is still owed for a complaint: remedies that no document proves, and what the verdict gave and nobody has promised (K3)."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from nervion_service.domain import remedies as domain
from nervion_service.domain.complaint_words import ADMITTED, Verdict
from nervion_service.domain.remedies import GOODS, MONEY, RemedyStage
from nervion_service.services.remedies import proofs, words, worth

DOCTYPE, COMPLAINT = "Complaint Remedy", "Service Complaint"
NO_REMEDY = ("", "None")


@dataclass(frozen=True)
class Unpromised:
	"""What the verdict gave a line and nobody has promised: `rest` in what its kind counts, of goods in the stock unit.

	rest is 0 where the verdict does not say how much; is_whole: nothing of it was promised.
	"""

	row: Any
	rest: Decimal
	is_whole: bool

	@property
	def qty(self) -> float:
		"""Of goods the quantity in the line's own unit, else 0."""
		factor = worth.known_factor(self.row.item, self.row.uom) or 1
		return flt(float(self.rest) / factor, 6) if self.row.remedy in GOODS else 0.0

	@property
	def amount(self) -> float:
		"""Of money the amount in company currency, else what the verdict says while nothing was promised."""
		if self.row.remedy in MONEY:
			return flt(self.rest)
		return flt(self.row.remedy_amount) if self.is_whole else 0.0


def of(complaint) -> list[str]:
	"""Each thing that is still owed, in words; `complaint` is the document. The caller has checked permission to read it."""
	# all that is owed counts, whoever may see the single remedy
	rows = frappe.get_all(
		DOCTYPE,
		filters={"complaint": complaint.name, "stage": ("in", domain.OPEN_STAGES)},
		fields=["name", "kind", "stage", "item", "problem"],
		order_by="creation, name",
	)
	return [_in_words(row) for row in rows] + [_of_line(one, complaint) for one in unpromised(complaint)]


def unpromised(complaint) -> list[Unpromised]:
	"""What an admitted complaint's verdict gave each line that no remedy of that kind covers: whole, or what is left of it."""
	if complaint.verdict not in ADMITTED:
		return []
	given = _given(complaint)
	found = []
	for row in complaint.lines:
		if (row.remedy or "") in NO_REMEDY or row.verdict == Verdict.INADMISSIBLE:
			continue
		rest = domain.uncovered(row.remedy, wanted(row), given[row.idx])
		if rest is not None:
			is_whole = row.remedy not in [kind for kind, _size in given[row.idx]]
			found.append(Unpromised(row, rest, is_whole))
	return found


def wanted(row) -> Decimal:
	"""What the verdict gave a line, in what its remedy's kind counts; 0 where it does not say how much.

	A credit note without an amount is for what the accepted quantity was delivered for.
	"""
	factor = worth.known_factor(row.item, row.uom)
	accepted = proofs.quantity(flt(row.accepted_qty) * factor) if factor else Decimal(0)
	if row.remedy in GOODS:
		return accepted
	if row.remedy not in MONEY:
		return Decimal(0)
	by_price = worth.of_quantity(row, accepted) if row.remedy == domain.Kind.CREDIT_NOTE else None
	return proofs.money(row.remedy_amount) or by_price or Decimal(0)


def _given(complaint) -> dict[int, list[tuple[str, Decimal]]]:
	# as above: what is owed counts, whoever looks
	rows = frappe.get_all(
		DOCTYPE,
		filters={"complaint": complaint.name, "stage": ("!=", RemedyStage.CANCELLED)},
		fields=["line_no", "kind", "stock_qty", "base_amount"],
		order_by="creation, name",
	)
	found = defaultdict(list)
	for row in rows:
		size = proofs.money(row.base_amount) if row.kind in MONEY else proofs.quantity(row.stock_qty)
		found[row.line_no].append((row.kind, size))
	return found


def _in_words(row) -> str:
	what = " ".join(filter(None, (_(row.kind), row.item)))
	return f"{row.name} ({what}): {words.of(row.problem) if row.problem else _(row.stage)}"


def _of_line(one: Unpromised, complaint) -> str:
	if one.is_whole:
		return _("line {0}: {1} not promised yet").format(one.row.idx, _(one.row.remedy))
	rest = f"{one.qty:g} {one.row.uom or ''}".strip() if one.row.remedy in GOODS else _money(one, complaint)
	if not rest:
		return _("line {0}: {1} promised only in part").format(one.row.idx, _(one.row.remedy))
	return _("line {0}: {1} promised only in part, {2} is still to be promised").format(
		one.row.idx, _(one.row.remedy), rest
	)


def _money(one: Unpromised, complaint) -> str:
	"""What money is missing, for who may see what remedies are worth; "" for everybody else."""
	if 1 not in frappe.get_meta(DOCTYPE).get_permlevel_access("read"):
		return ""
	currency = frappe.get_cached_value("Company", complaint.company, "default_currency")
	return fmt_money(flt(one.rest), currency=currency)
