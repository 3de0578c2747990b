"""A request about personal data that came as a message of a folio: whoever attends the folio opens it from there (I3)."""

import frappe
from frappe import _

from nervion_service.domain.taxonomy import Role
from nervion_service.services import assignment, bells, system
from nervion_service.services.personal_data_checks import OVER
from nervion_service.services.personal_data_scope import FOLIO, REQUEST

# how it reached the company → as a request says it; anything else is a message
_MEANS = {"E-mail": "E-mail", "Phone": "Phone", "Store": "In Person", "Portal": "Portal"}


@frappe.whitelist(methods=["POST"])
def open_from(folio: str, right: str, asked: str) -> str:
	"""Open the request that a folio's customer makes, given to a Coordinador, who is told; returns its name.

	The legal term runs from the folio's reception. One that is open already for the folio and the right is given back.
	"""
	doc = system.permitted(FOLIO, folio, "write")
	if not (asked or "").strip():
		frappe.throw(_("Write what the person asks for."), title=_("Missing"))
	known = {"folio": doc.name, "right": right, "status": ("not in", OVER)}
	return frappe.db.get_value(REQUEST, known) or _opened(doc, right, asked.strip())


def _opened(folio, right: str, asked: str) -> str:
	request = frappe.get_doc(
		{
			"doctype": REQUEST,
			"right": right,
			"company": folio.company,
			"folio": folio.name,
			"assigned_to": assignment.choose(Role.COORDINATOR, folio.company),
			"received_at": folio.received_at,
			"means": _MEANS.get(folio.channel, "Message"),
			"person_name": folio.complainant_name or folio.party_name,
			"email": folio.email,
			"phone": folio.phone,
			"correction": asked,
		}
	)
	# whoever may write the folio passes on what its customer asks; what is done about it is the Coordinador's
	request.insert(ignore_permissions=True)
	_ring(request)
	return request.name


def _ring(request) -> None:
	user = request.assigned_to
	if user and user != frappe.session.user:
		language = frappe.db.get_value("User", user, "language")
		words = _("A person asks about their data: {0}", language)
		bells.ring(user, words.format(request.name), request.doctype, request.name)
