"""Demo data: the last months of a Mexican paint maker's customer service, lived through the real services.

Every case walks its course as the people of the house would: registered, routed, accepted, asked, answered, closed. The
services' clock is moved to each step, so promises are kept and broken at plausible moments inside working hours. What
lies ahead of now has not happened yet: those cases are still open when the demo starts.
"""

import json
from pathlib import Path

import frappe

from nervion_service.services import clock, sweep, system
from nervion_service.setup.demo import audits, complaints, folios, masters, portal

DATA = Path(__file__).parent.parent / "demo_data"


def make(password: str = "nervion") -> dict:
	"""Fill the site once; a second call mends what is missing. Returns company, users and counts; prints nothing.

	password: of every demo user. Needs Administrator. Refuses nothing: use it on a site that may be thrown away.
	"""
	content, quality = read("demo"), read("complaints")
	with system.as_system():
		company = masters.company()
		users = [masters.user(person, password) for person in content["people"]]
		customers = {row["key"]: masters.customer(row) for row in content["customers"]}
		users += portal.users(list(customers.values()), password)
		for row in content["items"]:
			masters.item(row)
		masters.mail_account()
		# Frappe's English tour would lie over the first screen of everybody who looks
		frappe.db.set_single_value("System Settings", "enable_onboarding", 0)
		frappe.db.commit()
		now = clock.now()
		complaints.live(quality, customers, content["items"], company, now)
		folios.live(content, customers, company, now)
		audits.live(company, now)
		# what fell due and was not answered until now
		sweep.run(now=now)
	return {"company": company, "users": users, **_counts()}


def read(name: str) -> dict:
	"""The content of that name."""
	return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def _counts() -> dict:
	# a summary for whoever runs the demo as Administrator
	rows = frappe.get_all(
		"Service Folio",
		filters={"account": folios.SOURCE},
		fields=["stage", "count(name) as folios"],
		group_by="stage",
		order_by="stage",
	)
	by_stage = {row.stage: row.folios for row in rows}
	breached = frappe.db.count("Service Commitment", {"status": "Breached", "case_type": "Service Folio"})
	return {
		"folios": sum(by_stage.values()),
		"by_stage": by_stage,
		"breached": breached,
		"complaints": frappe.db.count("Service Complaint"),
	}
