"""Several complaints about one batch ring the alarm once; an accident holds the batch at the first case (K1, K6)."""

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import cint, escape_html, get_url

from nervion_service.domain import batches as domain
from nervion_service.domain import safety
from nervion_service.domain.complaint_words import ComplaintStage
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import assignment, bells, clock, events, languages, system
from nervion_service.services.batches import holds

ALERT = "Service Batch Alert"
COMPLAINT, LINE, FOLIO = "Service Complaint", "Complaint Line", "Service Folio"
DEFAULT_COUNT = 3
# what turned out to be none says nothing about the batch
NOT_COUNTED = (ComplaintStage.INADMISSIBLE, ComplaintStage.WITHDRAWN)


def complaint_registered(complaint) -> list[str]:
	"""Look at the batches of a complaint that was just stored, a document or its name; returns the batches that were alerted.

	Called again, by a retry or a change of lines, it does nothing twice.
	"""
	doc = frappe.get_doc(COMPLAINT, complaint) if isinstance(complaint, str) else complaint
	batches = list(dict.fromkeys(row.batch for row in doc.lines if row.batch))
	if doc.safety == safety.YES:
		for batch in batches:
			_contain(batch, doc.company, complaint=doc.name)
	return [batch for batch in batches if _look(batch, doc)]


def accident_reported(folio: str) -> str | None:
	"""Hold the batch that an accident's folio names; returns the hold, None where no batch is named."""
	# the system's own act, for a folio that was just stored
	row = frappe.db.get_value(FOLIO, folio, ["batch", "company", "safety"], as_dict=True)
	if not row or not row.batch or row.safety != safety.YES:
		return None
	return _contain(row.batch, row.company, folio=folio)


def count(batch: str) -> int:
	"""How many complaints count on a batch: those withdrawn or found inadmissible do not."""
	# all of them, whoever may see them: it is the number of the alarm
	return frappe.db.sql(
		"""SELECT COUNT(DISTINCT c.name) FROM `tabComplaint Line` l JOIN `tabService Complaint` c ON c.name = l.parent
		WHERE l.parenttype = 'Service Complaint' AND l.batch = %s AND IFNULL(c.stage, '') NOT IN %s""",
		(batch, NOT_COUNTED),
	)[0][0]


def threshold() -> int:
	"""From how many complaints on the alarm rings."""
	return max(cint(frappe.get_cached_doc("Complaint Settings").get("batch_alert_count")) or DEFAULT_COUNT, 1)


def _contain(batch: str, company: str, **source: str | None) -> str:
	with system.as_system():
		return holds.hold_at_once(batch, company, _("An accident was reported with this batch."), **source)


def _look(batch: str, complaint) -> bool:
	complaints = count(batch)
	if not domain.rings(complaints, threshold(), bool(frappe.db.exists(ALERT, batch))):
		return False
	return _alert(batch, complaint, complaints)


def _alert(batch: str, complaint, complaints: int) -> bool:
	item = frappe.db.get_value("Batch", batch, "item")
	row = {
		"name": batch,
		"batch": batch,
		"item": item,
		"company": complaint.company,
		"complaint": complaint.name,
		"complaints": complaints,
		"alerted_at": clock.now(),
	}
	# the name is unique: of two complaints at once, one rings
	system.insert_rows(ALERT, [row], ignore_duplicates=True)
	if frappe.db.get_value(ALERT, batch, "complaint") != complaint.name:
		return False
	events.record(
		complaint, Events.BATCH_ALERTED, reference=("Batch", batch), details={"complaints": complaints}
	)
	for role in (Role.QUALITY, production_role()):
		for user in assignment.answering_for(role, complaint.company):
			_tell(user, batch, complaints)
	return True


def production_role() -> str:
	"""The role that answers for the plant, as Complaint Settings say."""
	return frappe.get_cached_doc("Complaint Settings").get("production_role") or Role.PRODUCTION


def _tell(user: str, batch: str, complaints: int) -> None:
	person = frappe.db.get_value("User", user, ["language", "email"], as_dict=True)
	with languages.speaking(person.language):
		subject = _("Batch {0} has {1} complaints: look at it").format(batch, complaints)
		link = _("Open the batch")
	bells.ring(user, escape_html(subject), ALERT, batch)
	if person.email and EmailAccount.find_outgoing():
		page = get_url(f"/app/service-batch/{frappe.utils.quote(batch)}")
		frappe.sendmail(
			recipients=[person.email],
			subject=subject,
			content=f'<p>{escape_html(subject)}</p><p><a href="{escape_html(page)}">{escape_html(link)}</a></p>',
			reference_doctype=ALERT,
			reference_name=batch,
			add_unsubscribe_link=0,
		)
