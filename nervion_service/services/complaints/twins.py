"""A second folio about a matter that is being attended already: linked to its complaint, with what it says anew (G11, W8)."""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt, getdate

from nervion_service.domain import complaint_twins
from nervion_service.domain.complaint_twins import Matter
from nervion_service.domain.complaint_words import COMPLAINT, COMPLAINT_ENDED
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.domain.taxonomy import CommitmentKind, Events
from nervion_service.services import clock, commitments, events, stages, system
from nervion_service.services.complaints import evidence, following

FOLIO = "Service Folio"
# what was judged inadmissible is answered: what comes now is another matter, or an appeal
OVER = (*COMPLAINT_ENDED, Stage.INADMISSIBLE)
# a folio that is linked here is answered before anybody has read it
ANSWERED = (Stage.ANSWERED, Stage.REMEDY_DONE)
_LINE = ("item", "batch", "delivery")
_DELIVERY = ("delivery_type", "delivery")


def of(folio, said: Mapping[str, Any], kind: str) -> tuple[str | None, list[str]]:
	"""(the open complaint of the customer that is this matter, or None; those that merely share a batch or a delivery)."""
	lines = [*(said.get("lines") or []), {"item": folio.product, "batch": folio.batch}]
	matter = _matter(kind, said.get("defect"), lines, said.get("deliveries") or [])
	similar = _sharing(folio, matter) if folio.customer else []
	for name in similar:
		complaint = frappe.get_doc(COMPLAINT, name)
		other = _matter(complaint.kind, complaint.defect, complaint.lines, complaint.deliveries)
		if complaint_twins.is_same(matter, other) and not _is_settled(complaint, said):
			return name, []
	return None, similar


def link(folio, twin: str, said: Mapping[str, Any]) -> None:
	"""Bind a folio to a complaint; what is said anew goes there, and a complaint that waited for its customer goes on (D19)."""
	complaint = frappe.get_doc(COMPLAINT, twin, for_update=True)
	# the folio was permitted; the complaint is the same customer's, and takes what came with the folio
	folio.db_set("complaint", twin, notify=True)
	_carry(complaint, folio, said)
	commitments.lapse_kinds(FOLIO, folio.name, (CommitmentKind.RESOLUTION,), clock.now())
	for case, other in ((folio, complaint), (complaint, folio)):
		events.record(case, Events.COMPLAINT_LINKED, reference=(other.doctype, other.name))
	if folio.safety == "Yes":
		following.take_safety_along(folio, frappe._dict(safety=None))
	following.sync(frappe.get_doc(COMPLAINT, twin))
	frappe.msgprint(
		_("{0} is about the same as the complaint {1}, and was linked to it.").format(
			folio.name, frappe.bold(twin)
		),
		title=_("Linked"),
		indicator="blue",
		alert=True,
	)


def tell(similar: Iterable[str]) -> None:
	"""Offer a person the complaints that may be the same matter: only people can tell."""
	if similar:
		frappe.msgprint(
			_(
				"The customer has open complaints about the same batch or delivery: {0}. See whether they belong together."
			).format(", ".join(map(frappe.bold, similar))),
			title=_("Similar Complaints"),
			indicator="blue",
		)


def _is_settled(complaint, said: Mapping[str, Any]) -> bool:
	"""Whether nothing more is added to a complaint: it was answered, or judged and more goods are claimed now.

	What is claimed beside a verdict is judged by itself, or nobody would ever look at it.
	"""
	return complaint.stage in ANSWERED or bool(complaint.verdict and _claims(complaint, said))


def _claims(complaint, said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
	"""The lines that claim something which the complaint does not: other goods, or a quantity more of those that it names."""
	lines = said.get("lines") or []
	new = _new_rows(complaint.lines, lines, _LINE)
	return [row for row in lines if row in new or flt(row.get("claimed_qty")) > 0]


def _carry(complaint, folio, said: Mapping[str, Any]) -> None:
	for row in _claims(complaint, said):
		complaint.append("lines", row)
	evidence.bring_along(complaint, folio)
	for row in _new_rows(complaint.deliveries, said.get("deliveries"), _DELIVERY):
		complaint.append("deliveries", row)
	for name in ("remedy_sought", "customer_reference"):
		complaint.set(name, complaint.get(name) or said.get(name))
	imposed = said.get("imposed_date")
	if imposed and (not complaint.imposed_date or getdate(imposed) < getdate(complaint.imposed_date)):
		complaint.update(
			{"imposed_date": imposed, "imposed_by": said.get("imposed_by") or complaint.imposed_by}
		)
	if complaint.stage == Stage.WAITING:
		# the customer has just spoken
		complaint.workflow_state = stages.state_of(complaint.waited_from, COMPLAINT)
	# what the customer says goes into the complaint, whoever takes it down
	with system.as_system():
		complaint.flags.by_service = True
		complaint.save()


def _new_rows(known, said, columns: tuple[str, ...]) -> list[Mapping[str, Any]]:
	there = {_key(row, columns) for row in known}
	return [row for row in said or [] if any(_key(row, columns)) and _key(row, columns) not in there]


def _key(row, columns: tuple[str, ...]) -> tuple:
	return tuple(row.get(name) or None for name in columns)


def _matter(kind: str, defect: str | None, lines, deliveries) -> Matter:
	def named(rows, column: str) -> frozenset[str]:
		return frozenset(filter(None, (row.get(column) for row in rows)))

	return Matter(
		kind,
		defect or None,
		named(lines, "item"),
		named(lines, "batch"),
		named((*lines, *deliveries), "delivery"),
	)


def _sharing(folio, matter: Matter) -> list[str]:
	if not (matter.batches or matter.deliveries):
		return []
	# the same customer's complaints, which whoever attends the customer's folio has to know of
	rows = frappe.db.sql(
		"""SELECT c.name FROM `tabService Complaint` c LEFT JOIN `tabComplaint Line` l ON l.parent = c.name
		LEFT JOIN `tabComplaint Delivery` d ON d.parent = c.name
		WHERE c.customer = %(customer)s AND c.company = %(company)s AND c.stage NOT IN %(over)s
			AND (l.batch IN %(batches)s OR l.delivery IN %(deliveries)s OR d.delivery IN %(deliveries)s)
		GROUP BY c.name ORDER BY MIN(c.received_at), c.name""",
		{
			"customer": folio.customer,
			"company": folio.company,
			"over": OVER,
			"batches": sorted(matter.batches) or [""],
			"deliveries": sorted(matter.deliveries) or [""],
		},
	)
	return [name for (name,) in rows]
