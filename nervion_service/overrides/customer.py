"""ERPNext's Customer, listened to."""

from nervion_service.services import party


def after_insert(doc, method=None):
	"""A lead that became a customer takes its folios along."""
	party.follow_lead(doc)
