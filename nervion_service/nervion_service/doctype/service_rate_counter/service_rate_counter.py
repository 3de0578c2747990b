import frappe
from frappe import _
from frappe.model.document import Document


class ServiceRateCounter(Document):
	"""How often somebody did something in a span of time, while Redis is down; the name is a hash, so nobody is named.

	Its table is not transactional: an attempt counts also where the request that made it is rolled back.
	"""

	def validate(self):
		frappe.throw(
			_("Attempts are counted by the system."), frappe.PermissionError, title=_("Not Editable")
		)


def on_doctype_update():
	frappe.db.add_index("Service Rate Counter", ["ends_at"], "counters_by_age")
