"""One complaint of the demo on its way: its documents, whose hands it is in, what was found about its cause."""

from collections.abc import Mapping
from typing import Any

import frappe

from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.services import folio_actions
from nervion_service.setup.demo import masters, moments
from nervion_service.setup.demo.case import Case

CAUSE = "Service Root Cause"
# steps that take the days that they take, whoever does them
STEADY = ("implement", "verify", "verify_failed")


class Complaint(Case):
	"""A folio that has a complaint, and all that comes of it."""

	customer: Mapping[str, Any]

	def __init__(self, *args):
		super().__init__(*args)
		self.made: dict[str, str] = {}

	@property
	def name(self) -> str:
		"""The complaint's number."""
		return self.made[COMPLAINT]

	def adopt(self, doctype: str, name: str) -> str:
		"""Take a document along that was made on the way; returns its number."""
		self.made[doctype] = name
		self.documents.append((doctype, name))
		return name

	def complaint(self):
		"""The complaint as it stands."""
		return self.get(COMPLAINT)

	def get(self, doctype: str):
		"""The document of that kind that was made last on the way, as it stands."""
		return frappe.get_doc(doctype, self.made[doctype])

	def judge(self) -> str:
		"""Whoever has it to judge, else Quality."""
		return self.complaint().assigned_to or masters.address("calidad")

	def worker(self) -> str:
		"""Whoever works on it, else the technician."""
		return self.complaint().assigned_to or masters.address("tecnico")

	def finding(self, name: str):
		"""What was found about the complaint's cause: a text, or the rows of its tests."""
		return self.content["findings"][self.case["cause"]][name]

	def cause(self) -> str:
		"""The root cause in the words of the site; any that can be chosen where the site has its own tree."""
		named = frappe._(self.case["cause"], frappe.db.get_default("lang"))
		wanted = {"is_group": 0, "disabled": 0}
		return frappe.db.get_value(CAUSE, {"name": named, **wanted}) or frappe.db.get_value(
			CAUSE, wanted, "name", order_by="name"
		)

	def pace(self, step: int) -> float:
		"""As for every case, but for what takes the days that it takes."""
		return 1 if self.courses[self.case["course"]][step][0] in STEADY else super().pace(step)


def take(doc, action: str, user: str, **values) -> None:
	"""Take an action of a document's workflow as that person, with what is written on the way."""
	with moments.by(user):
		doc = frappe.get_doc(doc.doctype, doc.name)
		step = folio_actions.transition(doc, action)
		doc.update(values)
		doc.workflow_state = step["next_state"]
		if frappe.db.get_value(
			"Workflow Document State",
			{"parent": _workflow(doc.doctype), "state": doc.workflow_state, "doc_status": "1"},
		):
			doc.submit()
		else:
			doc.save()


def _workflow(doctype: str) -> str:
	return frappe.db.get_value("Workflow", {"document_type": doctype, "is_active": 1})
