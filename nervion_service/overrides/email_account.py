"""Frappe's Email Account, for mailboxes whose letters become folios."""

from contextlib import suppress

from frappe.email.doctype.email_account.email_account import EmailAccount
from redis.exceptions import RedisError

from nervion_service.services import email_intake


class ServiceEmailAccount(EmailAccount):
	"""Fetches letters of such a mailbox by our own intake; every other mailbox is Frappe's."""

	def receive(self):
		if not self.enable_incoming or not email_intake.makes_folios(self):
			return super().receive()
		return email_intake.receive(self)

	def set_failed_attempts_count(self, value):
		# a counter that one of the engines keeps in Redis and insists on: mail comes in without it (F4)
		with suppress(RedisError):
			super().set_failed_attempts_count(value)

	def get_failed_attempts_count(self):
		with suppress(RedisError):
			return super().get_failed_attempts_count()
		return 0
