"""Reviews of missed targets for tests: one per call, each of a month of its own."""

from datetime import date
from itertools import count
from unittest import mock

import frappe
from frappe.utils import now_datetime

from nervion_service.domain import complaint_indicators
from nervion_service.domain.indicators import reading
from nervion_service.services.reviews import asking

_months = count()


def make_review(company, **values):
	"""The stored review of claims that were resolved late, one of two; nobody's, since the letter to its owner would commit."""
	number = next(_months)
	month = date(1990 + number // 12, 1 + number % 12, 1)
	missed = reading(complaint_indicators.BY_CODE["G17-claims"], 1, 2)
	with mock.patch.object(asking.assignment, "choose", return_value=None):
		review = asking.make(missed, company, month, now_datetime())
	if values:
		frappe.db.set_value(review.doctype, review.name, values)
	return frappe.get_doc(review.doctype, review.name)
