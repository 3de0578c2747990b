"""A complaint is registered from a folio, whichever way it comes, with the folio's party and times; never twice (G1, G11, I1)."""

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.domain import reception
from nervion_service.domain.complaint_words import COMPLAINT, COMPLAINT_ENDED, ComplaintKind
from nervion_service.domain.taxonomy import ENDED_STAGES, CommitmentKind, Events, Nature
from nervion_service.services import assignment, calendars, clock, commitments, events, system
from nervion_service.services.complaints import (
	assigning,
	effects,
	evidence,
	following,
	gates,
	progress,
	quantities,
	sealing,
	stamps,
	twins,
)
from nervion_service.services.visits import handing_on

FOLIO = "Service Folio"
# by its path, since what watches batches reads complaints
WATCH = "nervion_service.services.batches.watch.complaint_registered"
# what a complaint takes over from its folio where it does not say better
FROM_FOLIO = (
	"subject",
	"customer",
	"lead",
	"party_name",
	"customer_kind",
	"complainant_name",
	"phone",
	"email",
	"place_of_purchase",
	"place_of_purchase_customer",
	"description",
	"remedy_sought",
	"customer_reference",
	"severity",
)
# what whoever registers it may say
SAID = (
	"subject", "kind", "defect", "surface", "severity", "urgency", "description", "remedy_sought", "customer_reference",
	"imposed_date", "imposed_by", "about_user", "complainant_name", "place_of_purchase", "place_of_purchase_customer",
	"lines", "deliveries", "evidence", "visit",
)  # fmt: skip
KIND_OF_TYPOLOGY = {
	"Product": ComplaintKind.PRODUCT,
	"Service": ComplaintKind.ATTENTION,
	"Logistics": ComplaintKind.DELIVERY,
	"Image": ComplaintKind.IMAGE,
}


# What people do ----------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def from_folio(folio: str, values: str | dict | None = None) -> str:
	"""Register the complaint that a folio is about; returns its number.

	A folio has one open complaint: asked again, that one is given. If another folio of the same customer has an open one about the
	same matter, this folio is linked to it; one that only shares a batch or a delivery is told. values: any of SAID. Nothing is demanded but the folio: whoever complains is
	heard, and evidence is asked for afterwards (K1).
	"""
	system.require(COMPLAINT, "create")
	doc = system.permitted(FOLIO, folio, "write")
	said = {name: value for name, value in frappe.parse_json(values or "{}").items() if name in SAID}
	if known := _open_of(doc):
		return known
	twin, similar = twins.of(doc, said, said.get("kind") or _kind_of(doc))
	if twin:
		twins.link(doc, twin, said)
		handing_on.of_folio(doc.name, twin)
		return twin
	complaint = frappe.get_doc({"doctype": COMPLAINT, "folio": doc.name, "company": doc.company, **said})
	complaint.insert()
	handing_on.of_folio(doc.name, complaint.name)
	twins.tell(similar)
	return complaint.name


# What the controller calls -----------------------------------------------------------------------------------


def seal(complaint) -> None:
	"""Fill a new complaint from its folio and seal it: received when, whose, how urgent, who judges it.

	Raises ValidationError without a folio, for one that has ended or has an open complaint already.
	"""
	folio = _folio_of(complaint)
	sealing.forget_computed(complaint)
	_take_from_folio(complaint, folio)
	complaint.kind = complaint.kind or _kind_of(folio)
	if complaint.defect and not complaint.severity:
		complaint.severity = frappe.get_cached_value("Service Defect", complaint.defect, "default_severity")
	complaint.severity, complaint.urgency = complaint.severity or "Minor", complaint.urgency or "Medium"
	_stamp(complaint, folio)
	stamps.priority(complaint)
	assigning.to_judge(complaint)


def check(complaint) -> None:
	"""What holds for every save: lines and deliveries that exist, evidence that says something."""
	quantities.fill(complaint)
	evidence.fill(complaint)
	evidence.check(complaint, gates.folios_of(complaint))
	quantities.check(complaint)


def register(complaint) -> None:
	"""Store the promises and the first event of a complaint that was just inserted, and take its folio along."""
	folio = frappe.get_doc(FOLIO, complaint.folio)
	events.record(
		complaint, Events.COMPLAINT_REGISTERED, to_stage=complaint.stage, reference=(FOLIO, folio.name)
	)
	commitments.start_all(complaint)
	progress.promise(complaint)
	if complaint.imposed_date:
		effects.promise_imposed_date(complaint)
	if complaint.assigned_to:
		assignment.give_todo(complaint)
	_bind(folio, complaint)
	system.after_commit(WATCH, complaint=complaint.name)


# The steps ---------------------------------------------------------------------------------------------------


def _folio_of(complaint):
	if not complaint.folio:
		frappe.throw(
			_("Register the folio first: every complaint belongs to one."),
			frappe.MandatoryError,
			title=_("Folio Missing"),
		)
	# whoever registers a complaint about a folio may change that folio: it takes its state from there
	folio = system.permitted(FOLIO, complaint.folio, "write")
	if folio.stage in ENDED_STAGES:
		frappe.throw(
			_("{0} has ended: reopen it before registering a complaint about it.").format(folio.name),
			title=_("Not Now"),
		)
	if known := _open_of(folio):
		frappe.throw(
			_("{0} has an open complaint already: {1}. Go on there.").format(
				folio.name, frappe.bold(escape_html(known))
			),
			frappe.DuplicateEntryError,
			title=_("Registered Already"),
		)
	return folio


def _open_of(folio) -> str | None:
	# whether it has one is a fact of the folio, which may be read
	return folio.complaint if folio.complaint and _is_open(folio.complaint) else None


def _is_open(complaint: str) -> bool:
	return frappe.db.get_value(COMPLAINT, complaint, "stage") not in COMPLAINT_ENDED


def _take_from_folio(complaint, folio) -> None:
	for name in FROM_FOLIO:
		if not complaint.get(name):
			complaint.set(name, folio.get(name))
	# whose it is decides who sees it, and the folio knows that
	complaint.company, complaint.customer, complaint.lead = folio.company, folio.customer, folio.lead
	complaint.request_type, complaint.department = folio.request_type, folio.department
	complaint.safety = "Yes" if folio.safety == "Yes" else folio.safety
	if not complaint.lines and folio.product:
		complaint.append("lines", {"item": folio.product, "batch": folio.batch})
	evidence.bring_along(complaint, folio)


def _kind_of(folio) -> str:
	if folio.product:
		return ComplaintKind.PRODUCT
	return KIND_OF_TYPOLOGY.get(folio.sgi_typology, ComplaintKind.ATTENTION)


def _stamp(complaint, folio) -> None:
	now = clock.now()
	complaint.registered_at = now
	# a claim was one when it came; what comes up later in another request begins now
	nature = frappe.get_cached_value("Request Type", folio.request_type, "nature")
	complaint.received_at = folio.received_at if nature == Nature.CLAIM else now
	_name, calendar = calendars.for_company(complaint.company)
	complaint.effective_at = reception.effective_at(complaint.received_at, calendar)


def _bind(folio, complaint) -> None:
	"""The folio is this complaint's from now on; its own term to resolve gives way to the complaint's."""
	# the folio was checked by `seal`; whoever has it open is told that it changed
	folio.db_set("complaint", complaint.name, notify=True)
	commitments.lapse_kinds(FOLIO, folio.name, (CommitmentKind.RESOLUTION,), clock.now())
	events.record(folio, Events.COMPLAINT_REGISTERED, reference=(COMPLAINT, complaint.name))
	following.sync(complaint)
