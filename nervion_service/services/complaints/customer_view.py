"""A complaint as its customer follows it: lines, what was decided and why, what is missing, the answer, the report, what can be done (K2, K11).

Nothing internal: no cause, no severity, no names but those of products. A verdict that is against the customer is shown once a person
of ours told it. Whoever calls has made sure that the reader may follow the folio.
"""

from typing import Any

import frappe
from frappe import _
from frappe.utils import flt

from nervion_service.domain.complaint_words import (
	ADMITTED,
	COMPLAINT,
	COMPLAINT_ENDED,
	ComplaintKind,
	Verdict,
)
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.domain.taxonomy import CommitmentKind
from nervion_service.services import commitments, customer_messages, uploads
from nervion_service.services.analysis import reports
from nervion_service.services.complaints import customer_evidence, customer_terms, gates

REMEDY = "Complaint Remedy"
# what of a complaint's promises a customer hears of, the nearest first
PROMISED = (
	CommitmentKind.ADMISSIBILITY,
	CommitmentKind.REMEDY,
	CommitmentKind.CLAIM_RESOLUTION,
	CommitmentKind.IMPOSED_DATE,
)
# where the customer was given the answer
_ANSWERED = (Stage.ANSWERED, Stage.REMEDY_DONE, Stage.CLOSED)


def complaint_of(folio):
	"""The complaint of a folio, a document or a row with name, customer and complaint; None where there is none of this customer's."""
	if not folio.get("complaint"):
		return None
	# whoever may follow the folio may follow its complaint, unless it is another customer's incident that the folio was put to
	doc = frappe.get_doc(COMPLAINT, folio.get("complaint"))
	own = doc.folio == folio.get("name") or (doc.customer and doc.customer == folio.get("customer"))
	return doc if own else None


def panel(complaint) -> dict[str, Any]:
	"""Everything that the page shows of a complaint, a document of `complaint_of`.

	{"number", "about", "defect", "lines", "files", "verdict", "reason", "ask", "missing", "answer", "report", "remedies", "appeal",
	"can"}. files: what the customer sent as evidence, as `customer_messages` lists it.
	ask: as `customer_evidence.of_complaint` gives it, where evidence is welcome. report: its number and since when. can: send, appeal.
	"""
	is_known = is_verdict_known(complaint)
	# K1: help comes before evidence
	is_asked = asks_for_evidence(complaint) and not gates.needs_help(complaint)
	ask = customer_evidence.of_complaint(complaint) if is_asked else []
	report = reports.of_complaint(complaint.name, released=True)
	return {
		"number": complaint.name,
		"about": customer_terms.kind(complaint.kind),
		"defect": _(complaint.defect) if complaint.defect else "",
		"lines": [_line(row, is_known) for row in complaint.lines],
		"files": [customer_messages.as_listed(row) for row in _sent(complaint)],
		"verdict": customer_terms.verdict(complaint.verdict) if is_known else "",
		"reason": (complaint.verdict_reason or "") if is_known else "",
		"ask": ask,
		"missing": missing(complaint),
		"answer": (complaint.answer or "") if complaint.stage in _ANSWERED else "",
		"report": report and _report(report),
		"remedies": _remedies(complaint.name),
		"appeal": _appeal(complaint, is_known),
		"can": {"send": bool(ask), "appeal": gates.may_appeal(complaint)},
	}


def missing(complaint) -> list[str]:
	"""What the customer is still to bring, a sentence each; nothing while somebody may need help (K1)."""
	if not asks_for_evidence(complaint) or gates.needs_help(complaint):
		return []
	return customer_evidence.missing(complaint)


def asks_for_evidence(complaint) -> bool:
	"""Whether evidence is welcome: of a product until it is judged, and whenever we asked for something."""
	if complaint.stage == Stage.WAITING:
		return True
	is_judged = complaint.verdict in (*ADMITTED, Verdict.INADMISSIBLE) or complaint.stage in COMPLAINT_ENDED
	return complaint.kind == ComplaintKind.PRODUCT and not is_judged


def is_verdict_known(complaint) -> bool:
	"""Whether the customer may read the verdict: at once what is for them, and what is against them once a person told it."""
	if complaint.verdict == Verdict.INADMISSIBLE:
		return gates.told_since(complaint, complaint.verdict_at)
	return complaint.verdict in ADMITTED


def state(complaint) -> str | None:
	"""Where it stands in the customer's words; None where the folio's own words say it."""
	if open_remedies(complaint):
		return _("Answered; what we promised you is under way")
	return customer_terms.state(complaint.stage, is_verdict_known(complaint), bool(complaint.for_evidence))


def promises_of(folios: list[str]) -> dict[str, list]:
	"""By folio, the open promises of its complaint that a customer hears of, by due time."""
	case, folio = frappe.qb.DocType(commitments.DOCTYPE), frappe.qb.DocType("Service Folio")
	complaint = frappe.qb.DocType(COMPLAINT)
	rows = (
		# promises of folios that the reader may follow, which the caller made sure; of another customer's complaint none
		frappe.qb.from_(folio)
		.join(complaint)
		.on(complaint.name == folio.complaint)
		.join(case)
		.on((case.case_type == COMPLAINT) & (case.case_name == complaint.name))
		.select(folio.name.as_("folio"), case.kind, case.status, case.due_at, complaint.assigned_to)
		.where(folio.name.isin(folios or [""]))
		.where(
			(complaint.folio == folio.name)
			| ((complaint.customer == folio.customer) & (folio.customer != ""))
		)
		.where(case.kind.isin(list(PROMISED)) & case.status.isin(list(commitments.OPEN_STATUSES)))
		.orderby(case.due_at, case.name)
		.run(as_dict=True)
	)
	found: dict[str, list] = {}
	for row in rows:
		found.setdefault(row.folio, []).append(row)
	return found


def readable_file(complaint, name: str):
	"""The File of that name if the customer sent it to the complaint, a document of `complaint_of`; None otherwise."""
	return frappe.get_doc("File", name) if name in {row.name for row in _sent(complaint)} else None


def _sent(complaint) -> list:
	# of the customer's own complaint, and only what customers brought
	return frappe.get_all(
		"File",
		filters={
			"attached_to_doctype": COMPLAINT,
			"attached_to_name": complaint.name,
			"is_folder": 0,
			uploads.FROM_CUSTOMER: 1,
		},
		fields=["name", "file_name", "file_size"],
		order_by="creation, name",
	)


def open_remedies(complaint) -> list[dict[str, Any]]:
	"""What an answered complaint's customer was promised and has not got yet (K3): {"what", "product", "done", "done_at", "due"}."""
	if complaint.stage not in (Stage.ANSWERED, Stage.REMEDY_DONE):
		return []
	return [row for row in _remedies(complaint.name) if not row["done"]]


def _line(row, is_known: bool) -> dict[str, Any]:
	told = is_known and row.verdict
	return {
		"product": (row.item and frappe.get_cached_value("Item", row.item, "item_name")) or row.item or "",
		"batch": row.batch or "",
		"delivery": row.delivery or "",
		"claimed": _amount(row.claimed_qty, row.uom),
		"accepted": _amount(row.accepted_qty, row.uom) if told and row.verdict in ADMITTED else "",
		"verdict": customer_terms.verdict(row.verdict) if told else "",
		"ground": customer_terms.ground(row.ground) if told and row.verdict in ADMITTED else "",
	}


def _amount(quantity, unit: str | None) -> str:
	return f"{flt(quantity):g} {_(unit or '')}".strip() if flt(quantity) else ""


def _report(name: str) -> dict[str, Any]:
	# the customer's own report, which was released to them
	return {"number": name, "at": frappe.db.get_value(reports.DOCTYPE, name, "released_at")}


def _remedies(complaint: str) -> list[dict[str, Any]]:
	# of the customer's own complaint; what waits for its approval is not promised yet
	rows = frappe.get_all(
		REMEDY,
		filters={"complaint": complaint, "stage": ("in", ("Promised", "Approved", "Done"))},
		fields=["kind", "item", "qty", "uom", "stage", "above_limit", "due_date", "done_at"],
		order_by="creation, name",
		limit_page_length=0,
	)
	return [
		{
			"what": ", ".join(filter(None, (_(row.kind), _amount(row.qty, row.uom)))),
			"product": (row.item and frappe.get_cached_value("Item", row.item, "item_name")) or "",
			"done": row.stage == "Done",
			"done_at": row.done_at,
			"due": row.due_date,
		}
		for row in rows
		if row.stage != "Promised" or not row.above_limit
	]


def _appeal(complaint, is_known: bool) -> str:
	if not complaint.appeal:
		return ""
	if not complaint.verdict or not is_known:
		return _("You objected to our decision: somebody else judges it again.")
	if complaint.appeal_upheld == "Upheld":
		return _("You objected, and were right.")
	return _("You objected, and our decision was confirmed.")
