"""The bell of another person at the desk: nobody but the system may ring it."""

from collections.abc import Callable
from typing import Any

import frappe

from nervion_service.services import assignment


def ring(user: str, subject: str, doctype: str, name: str, **more: Any) -> None:
	"""Ring for `user`: a click on the entry opens that document. more: other fields of Frappe's Notification Log."""
	bell = frappe.new_doc(
		"Notification Log",
		subject=subject,
		for_user=user,
		from_user="Administrator",
		type="Alert",
		# no `link`: the older engine has none
		document_type=doctype,
		document_name=name,
		**more,
	)
	# see above: people may not write into the list of somebody else
	bell.insert(ignore_permissions=True)


def ring_for_holder(folio, words: Callable[[str | None], str], excluded: str | None = None) -> None:
	"""Ring for who has a folio, or answers for it, except `excluded`; words: the sentence in a language."""
	holder = {"responsible": folio.assigned_to, "company": folio.company}
	for user in assignment.audience("Responsible", None, holder):
		if user != excluded:
			language = frappe.db.get_value("User", user, "language")
			ring(user, words(language).format(folio.name), folio.doctype, folio.name)
