"""The review of a missed target: wiring only. What it does stands in `services/reviews`."""

import frappe
from frappe.model.document import Document

from nervion_service.domain.naming import INDICATOR_REVIEW
from nervion_service.services.complaints import records
from nervion_service.services.reviews import lifecycle


class ServiceIndicatorReview(Document):
	def autoname(self):
		records.number(self, INDICATOR_REVIEW)

	def _validate(self):
		# called by Frappe on every save, also where validation is skipped
		super()._validate()
		lifecycle.check(self)

	def on_update(self):
		lifecycle.follow(self)

	def before_rename(self, *_args, **_kwargs):
		records.refuse_rename(self)

	def on_trash(self):
		records.refuse_deletion(self)


def on_doctype_update():
	"""One review per indicator, company and month, however many runs ask at once."""
	frappe.db.add_unique("Service Indicator Review", ["company", "month", "indicator"], "one_a_month")
