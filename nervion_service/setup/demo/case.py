"""One case of the demo on its way through the house: its folio, its moment, the words that are said."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import ClassVar

import frappe

from nervion_service.services import answers, calendars, clock, stages
from nervion_service.setup.demo import masters, moments

FOLIO = "Service Folio"
MESSAGE_MEDIA = {
	"E-mail": "Email",
	"Web Page": "Email",
	"Portal": "Email",
	"Phone": "Phone",
	"Store": "Phone",
}


Steps = Sequence[tuple[str, float]]


class Case:
	"""A case that walks its course: steps of `actions`, each so many working hours after the one before."""

	courses: ClassVar[Mapping[str, Steps]]
	actions: ClassVar[Mapping[str, Callable]]

	def __init__(self, folio: str, case: dict, content: dict, company: str, moment: datetime):
		self.folio, self.case, self.content, self.moment = folio, case, content, moment
		self.calendar = calendars.for_company(company)[1]
		self.company, self.said = company, 0
		# what Frappe's stamps are dated back of
		self.documents = [(FOLIO, folio)]

	def walk(self, now: datetime) -> None:
		"""Take the steps of the course as far as they lie before now."""
		self.today = now
		for step, (action, hours) in enumerate(self.courses[self.case["course"]]):
			self.moment = self.calendar.add(self.moment, timedelta(hours=hours * self.pace(step)))
			if self.moment >= now:
				return
			with moments.at(self.moment, self.documents):
				self.actions[action](self)

	def pace(self, step: int) -> float:
		"""From 0.5 to 1.5 and the same in every demo: people are not equally fast every time."""
		return 0.5 + (7 * int(self.case["number"][-3:]) + 3 * step) % 11 / 10

	def document(self):
		"""The folio as it stands."""
		return frappe.get_doc(FOLIO, self.folio)

	@contextmanager
	def by(self, user: str | None = None) -> Iterator:
		"""The folio in the hands of the person who attends it, or of `user`."""
		responsible = frappe.db.get_value(FOLIO, self.folio, "assigned_to")
		with moments.by(user or responsible or masters.address("coordinacion")):
			yield self.document()

	def move(self, stage: str, **values) -> None:
		"""Take the folio to a stage, with what is written on the way."""
		with self.by() as folio:
			folio.update(values)
			folio.workflow_state = stages.state_of(stage)
			folio.save()

	def say(self, words: list[str]) -> None:
		"""A message or a call of ours to the customer, by the channel the customer came by."""
		with self.by() as folio:
			text = words[self.said % len(words)]
			self.said += 1
			if MESSAGE_MEDIA.get(folio.channel) == "Phone":
				answers.log_call(folio.name, "Outbound", text)
			else:
				self.message(folio, "Sent", text)

	def message(self, folio, direction: str, text: str) -> None:
		"""A message in the folio, "Sent" by the session's user or "Received" from the customer."""
		sent = direction == "Sent"
		frappe.get_doc(
			{
				"doctype": "Communication",
				"communication_type": "Communication",
				"communication_medium": MESSAGE_MEDIA.get(folio.channel, "Chat"),
				"sent_or_received": direction,
				"communication_date": clock.now(),
				"reference_doctype": folio.doctype,
				"reference_name": folio.name,
				"subject": folio.subject,
				"content": text,
				"sender": frappe.session.user if sent else folio.email,
				"recipients": folio.email if sent else None,
			}
			# the demo plays both the mailbox and the customer
		).insert(ignore_permissions=True)
