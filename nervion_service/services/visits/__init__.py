"""Technical visits and remote support: agreed with the customer, made, and proved (G3, G10)."""

from datetime import datetime

import frappe

from nervion_service.domain.complaint_words import VisitStage
from nervion_service.domain.visits import Result

DOCTYPE = "Service Technical Visit"


def finished_for(complaint: str, since: datetime | None = None) -> bool:
	"""Whether a visit about this complaint was really made and is finished, since that moment if one is given.

	One that could not be done proves nothing.
	"""
	# a gate of the complaint, whose permission was checked
	made = frappe.get_all(
		DOCTYPE,
		{
			"complaint": complaint,
			"stage": VisitStage.FINISHED,
			"result": ("in", (Result.RESOLVED, Result.PROBLEM)),
			**({"finished_at": (">=", since)} if since else {}),
		},
		pluck="assigned_to",
		order_by="name",
	)
	# nobody proves by himself what the customer complains of him (K4)
	about = frappe.db.get_value("Service Complaint", complaint, "about_user")
	return any(not about or person != about for person in made)


def asked_for(complaint: str) -> bool:
	"""Whether a visit about this complaint was asked for and not called off."""
	# shown to who may read the complaint
	return bool(frappe.db.exists(DOCTYPE, {"complaint": complaint, "stage": ("!=", VisitStage.CANCELLED)}))
