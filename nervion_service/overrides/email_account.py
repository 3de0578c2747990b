"""Frappe's Email Account, for mailboxes whose letters become folios."""

from frappe.email.doctype.email_account.email_account import EmailAccount

from nervion_service.services import email_intake


class ServiceEmailAccount(EmailAccount):
	"""Fetches letters of such a mailbox by our own intake; every other mailbox is Frappe's."""

	def receive(self):
		if not self.enable_incoming or not email_intake.makes_folios(self):
			return super().receive()
		return email_intake.receive(self)
