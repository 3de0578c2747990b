"""The audit of the demo: Quality lets an internal auditor look at some cases of the last months."""

from datetime import timedelta

import frappe

from nervion_service.setup.demo import masters, moments

DOCTYPE = "Service Audit"
TITLE = "Auditoría interna de atención a clientes"
LOOKS_BACK = timedelta(days=180)
STAYS_OPEN = timedelta(days=30)


def live(company: str, now) -> None:
	"""Open it once, from yesterday on."""
	if frappe.db.exists(DOCTYPE, {"title": TITLE, "company": company}):
		return
	with moments.by(masters.address("calidad")):
		frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"title": TITLE,
				"company": company,
				"auditor": masters.address("auditoria"),
				"access_from": now - timedelta(days=1),
				"access_until": now + STAYS_OPEN,
				"period_from": (now - LOOKS_BACK).date(),
				"period_to": now.date(),
			}
		).insert()
	# what comes next begins a transaction of its own
	frappe.db.commit()
