"""Shared by transactions: the moment they are posted at, and units that cannot be split."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, now_datetime


class UOMMustBeIntegerError(frappe.ValidationError):
	"""A fraction of a unit that exists whole only."""


class TransactionBase(Document):
	def validate_posting_time(self):
		"""Posted now, unless someone chose to edit date and time (or imports history)."""
		if frappe.flags.in_import and self.posting_date:
			self.set_posting_time = 1
		if not self.set_posting_time:
			now = now_datetime()
			self.posting_date = now.strftime("%Y-%m-%d")
			self.posting_time = now.strftime("%H:%M:%S.%f")
		elif not self.posting_time:
			self.posting_time = "00:00:00"

	def validate_uom_is_integer(self, uom_field, qty_field):
		"""Throw UOMMustBeIntegerError on a fraction of a unit that is counted, not measured."""
		for row in self.items:
			whole = frappe.db.get_value("UOM", row.get(uom_field), "must_be_whole_number", cache=True)
			if whole and flt(row.get(qty_field)) != int(flt(row.get(qty_field))):
				frappe.throw(
					_("Row {0}: {1} cannot be split, so {2} is not a quantity of it.").format(
						row.idx, row.get(uom_field), row.get(qty_field)
					),
					UOMMustBeIntegerError,
				)
