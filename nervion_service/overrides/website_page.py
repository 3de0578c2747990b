"""Frappe's pages of the website: ours are rendered without asking first who else might have such a page.

For every page Frappe asks the published web forms and the web pages with routes of their own, out of a cache that each sign-in of
anybody empties; where that happens between two of its looks, the visitor gets an error. Our addresses are our own.
"""

import frappe
from frappe.website.page_renderers.template_page import TemplatePage

from nervion_service.services import compiled_templates, page_token

PAGES = frozenset(
	(
		"service",
		"service/new",
		"service/folio",
		"service_questions",
		"service_request",
		"service_tracking",
		"service_batch_notice",
		"service_evidence",
	)
)


class CustomerPage(TemplatePage):
	"""A page for customers and guests, of those in PAGES."""

	def set_template_path(self) -> None:
		# the files of anybody else's page are looked for by Frappe, in its turn
		if self.path in PAGES:
			super().set_template_path()

	def can_render(self) -> bool:
		return self.path in PAGES and bool(super().can_render())

	def render(self):
		compiled_templates.use()
		page_token.make()
		return super().render()

	def add_csrf_token(self, html):
		# Frappe writes "None" where a session has none, which forms would send as theirs
		return html if frappe.session.user == "Guest" else super().add_csrf_token(html)
