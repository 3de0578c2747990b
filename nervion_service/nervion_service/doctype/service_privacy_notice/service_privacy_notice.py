import frappe
from frappe import _
from frappe.model.document import Document

from nervion_service.services import consent


class ServicePrivacyNotice(Document):
	"""A version of what people are told about their data (I3); once published it stays as it was consented to."""

	def autoname(self):
		self.name = consent.notice_name(self.company, self.version)

	def validate(self):
		consent.check_frozen(self)

	def on_trash(self):
		if self.published:
			frappe.throw(
				_("A published privacy notice is kept: people have consented to it. Publish a new version."),
				title=_("Not Allowed"),
			)


def on_doctype_update():
	frappe.db.add_index(
		"Service Privacy Notice", ["company", "published", "effective_from"], "notice_in_force"
	)
