"""A controlled procedure with its version, owner and next yearly review (G16)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate


class ServiceProcedure(Document):
	def validate(self):
		if (
			self.effective_from
			and self.next_review
			and getdate(self.next_review) <= getdate(self.effective_from)
		):
			frappe.throw(
				_("{0} must lie after {1}: a procedure is reviewed after it took effect.").format(
					frappe.bold(_(self.meta.get_label("next_review"))),
					frappe.bold(_(self.meta.get_label("effective_from"))),
				),
				title=_("Wrong Date"),
			)
