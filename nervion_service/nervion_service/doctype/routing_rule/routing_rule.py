"""An administrator's rule of routing: facts → procedure, department, role."""

import frappe
from frappe import _
from frappe.model.document import Document


class RoutingRule(Document):
	def validate(self):
		self.text_contains = ", ".join(
			dict.fromkeys(word.strip() for word in (self.text_contains or "").split(",") if word.strip())
		)
		if (self.sequence or 0) < 0:
			frappe.throw(
				_("{0} cannot be negative: the lowest number goes first.").format(
					frappe.bold(_(self.meta.get_label("sequence")))
				),
				title=_("Wrong Order"),
			)


def on_doctype_update():
	"""The rules are read in their order for every case."""
	frappe.db.add_index("Routing Rule", ["disabled", "sequence"])
