"""Several complaints about one batch ring the alarm once; an accident holds the batch at the first case (K1, K6)."""

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import cint, escape_html, get_url

from nervion_service.domain import batches as domain
from nervion_service.domain import safety
from nervion_service.domain.complaint_words import ComplaintStage
from nervion_service.domain.taxonomy import Events, Role
from nervion_service.services import assignment, bells, clock, events, languages, retries, system
from nervion_service.services.batches import holds

ALERT = "Service Batch Alert"
COMPLAINT, LINE, FOLIO = "Service Complaint", "Complaint Line", "Service Folio"
DEFAULT_COUNT = 3
# what turned out to be none says nothing about the batch
_LOOKED_BACK, _UNDER_WAY = timedelta(days=2), timedelta(minutes=1)
NOT_COUNTED = (ComplaintStage.INADMISSIBLE, ComplaintStage.WITHDRAWN)


def complaint_registered(complaint) -> list[str]:
	"""Look at the batches of a complaint that was stored, a document or its name; returns the batches that were alerted.

	Called again, by a retry or a change of lines, it does nothing twice.
	"""
	doc = frappe.get_doc(COMPLAINT, complaint) if isinstance(complaint, str) else complaint
	batches = list(dict.fromkeys(row.batch for row in doc.lines if row.batch))
	if doc.safety == safety.YES:
		for batch in batches:
			# the folio's own accident is the same one
			if not holds.is_noted(FOLIO, (doc.folio,), batch):
				_contain(batch, doc.company, COMPLAINT, doc.name)
	return [batch for batch in batches if _look(batch, doc)]


def accident_reported(folio: str) -> str | None:
	"""Hold the batch that an accident's folio names; returns the hold, None where no batch is named."""
	# the system's own act, for a folio that was just stored
	row = frappe.db.get_value(FOLIO, folio, ["batch", "company", "safety"], as_dict=True)
	if not row or not row.batch or row.safety != safety.YES:
		return None
	return _contain(row.batch, row.company, FOLIO, folio)


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


def catch_up(now: datetime) -> None:
	"""Hold what an accident of the last days should have held, where the job died; each that fails is tried again later."""
	for doctype, work in ((FOLIO, accident_reported), (COMPLAINT, complaint_registered)):
		waiting = _uncontained(doctype, now)
		resting = retries.resting(retries.CONTAIN, doctype, now) if waiting else ()
		for name in waiting:
			if name not in resting:
				retries.attempt(retries.CONTAIN, doctype, name, work)


def _uncontained(doctype: str, now: datetime) -> list[str]:
	"""Cases with an accident whose history does not say that they had their batch held."""
	rows = {
		FOLIO: "SELECT name, batch, name AS folio FROM `tabService Folio` c WHERE is_history = 0 AND",
		COMPLAINT: """SELECT c.name, l.batch, c.folio FROM `tabService Complaint` c
			JOIN `tabComplaint Line` l ON l.parent = c.name AND l.parenttype = 'Service Complaint' WHERE""",
	}[doctype]
	# the system's own work list, whoever may see those cases; every piece of the statement is a literal of this module
	return frappe.db.sql_list(
		f"""SELECT DISTINCT one.name FROM (
			{rows} c.safety = %(yes)s AND c.modified BETWEEN %(since)s AND %(until)s) one
		WHERE IFNULL(one.batch, '') != '' AND NOT EXISTS (
			SELECT 1 FROM `tabService Event` e WHERE e.case_type IN (%(folio)s, %(complaint)s)
			AND e.case_name IN (one.name, one.folio) AND e.event = %(held)s AND e.reference_name = one.batch)
		ORDER BY one.name""",
		{
			"yes": safety.YES,
			"since": now - _LOOKED_BACK,
			"until": now - _UNDER_WAY,
			"folio": FOLIO,
			"complaint": COMPLAINT,
			"held": Events.BATCH_HELD,
		},
	)


def _contain(batch: str, company: str, doctype: str, name: str) -> str | None:
	"""Hold the batch for that case, once: what Quality released since is not held again by the same accident."""
	if holds.is_noted(doctype, (name,), batch):
		return None
	with system.as_system():
		source = {holds.SOURCES[doctype]: name}
		hold = holds.hold_at_once(batch, company, _("An accident was reported with this batch."), **source)
		holds.note(doctype, name, frappe._dict(name=hold, batch=batch, company=company))
	return hold


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
