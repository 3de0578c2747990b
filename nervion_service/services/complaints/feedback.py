"""What a complaint taught goes to Producción, Control de Calidad and Ventas, and each says that it heard (G11, G18)."""

import frappe
from frappe import _

from nervion_service.domain.complaint_words import COMPLAINT, FEEDBACK_AREAS
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import assignment, bells, clock, events, system
from nervion_service.services.complaints import settings, words

ROLES = {"Production": Role.PRODUCTION, "Quality": Role.QUALITY, "Sales": Role.SALES}


@frappe.whitelist(methods=["POST"])
def send(complaint: str, area: str, message: str, user: str | None = None) -> str:
	"""Tell an area what it has to know; the bell rings for who answers for it, or for `user`. Returns who that is."""
	doc = system.permitted(COMPLAINT, complaint, "write")
	if area not in FEEDBACK_AREAS:
		words.refuse(
			[_("Choose the area: {0}.").format(", ".join(map(_, FEEDBACK_AREAS)))], _("Area Missing")
		)
	if not (message or "").strip():
		words.refuse([_("Write what the area has to know.")], _("Content Missing"))
	person = user or assignment.choose(_role_of(area), doc.company, (), COMPLAINT)
	now = clock.now()
	doc.append("feedback", {"area": area, "user": person, "message": message.strip(), "sent_at": now})
	_save(doc)
	events.record(doc, Events.FEEDBACK_SENT, happened_at=now, details={"area": area})
	if person:
		language = frappe.db.get_value("User", person, "language")
		subject = _("Feedback about {0} for {1}", language).format(doc.name, _(area, language))
		bells.ring(person, subject, COMPLAINT, doc.name)
	return person


@frappe.whitelist(methods=["POST"])
def acknowledge(complaint: str, area: str, note: str | None = None) -> int:
	"""The area heard it: who and when, and what it answers. Returns how many rows were acknowledged.

	Only who was told, or who holds the area's role, speaks for it; who may read the complaint may do so.
	"""
	doc = system.permitted(COMPLAINT, complaint, "read")
	waiting = [row for row in doc.feedback if row.area == area and row.sent_at and not row.acknowledged_at]
	if not waiting:
		words.refuse([_("Nothing waits to be acknowledged by {0}.").format(_(area))], _("Not Needed"))
	if frappe.session.user not in {row.user for row in waiting}:
		system.require_role(
			(_role_of(area), Role.ADMINISTRATOR), _("This area answers through one of these roles: {0}.")
		)
	now = clock.now()
	for row in waiting:
		row.update({"acknowledged_by": frappe.session.user, "acknowledged_at": now, "note": note or row.note})
	_save(doc)
	events.record(doc, Events.FEEDBACK_ACKNOWLEDGED, happened_at=now, details={"area": area})
	return len(waiting)


def _role_of(area: str) -> str:
	own = settings.get().production_role if area == "Production" else None
	return own or ROLES[area]


def _save(doc) -> None:
	doc.flags.by_service = True
	# an area that may only read the complaint says that it heard, which was checked above
	doc.save(ignore_permissions=True)
