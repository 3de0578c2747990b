"""What passes between a customer and a person of ours, and what it proves (D18).

A first answer is an outbound message by a person, at the moment it was handed over. Acknowledgements, automatic mails and
changes of status are none. Each message is one event; the gates read the events.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import getaddresses

import frappe
from frappe import _
from frappe.utils import cint, get_datetime

from nervion_service.domain import closing
from nervion_service.domain.taxonomy import ANSWER_KINDS, ENDED_STAGES, Events, Stage
from nervion_service.services import (
	after_end,
	bells,
	calendars,
	clock,
	commitments,
	events,
	our_addresses,
	party,
	settings,
	stages,
	system,
)

DOCTYPE = "Service Folio"
DIRECTIONS = {"Outbound": "Sent", "Inbound": "Received"}
# by its path, since complaints ask what was said
TELL_COMPLAINT = "nervion_service.services.complaints.conversation.told"


@dataclass(frozen=True)
class Contacts:
	"""What was exchanged in one case: moments of what we sent, of what came, of the last reopening (None without)."""

	outbound: tuple[datetime, ...]
	inbound: tuple[datetime, ...]
	reopened_at: datetime | None
	# when it was last attended again after its answer
	resumed_at: datetime | None = None

	@property
	def answered_since_reopening(self) -> bool:
		"""Whether a person has written or called, since the case was reopened if it was."""
		return any(map(self.is_since_reopening, self.outbound))

	@property
	def answered_since_taken_up(self) -> bool:
		"""Whether a person has written or called since the case was last reopened, or attended again after its answer."""
		since = max(self.reopened_at or datetime.min, self.resumed_at or datetime.min)
		return any(at >= since for at in self.outbound)

	def is_since_reopening(self, at: datetime) -> bool:
		"""Whether a moment lies after the last reopening; any does where there was none."""
		return at >= (self.reopened_at or datetime.min)

	@property
	def question_waits(self) -> bool:
		"""Whether the last word is ours, so that there is something to wait for."""
		last = max(self.inbound, default=datetime.min)
		return self.answered_since_reopening and max(self.outbound) > last

	def attempts_since(self, answered_at: datetime | None, company: str | None) -> int:
		"""How many attempts after the answer got no reply; one reply and the count begins anew (D16).

		Those of one working day of the company are one, unless the settings say otherwise.
		"""
		since = max([answered_at or datetime.min, *self.inbound])
		day_of = calendars.for_company(company)[1].business_date if one_attempt_a_day() else None
		return closing.count_attempts(self.outbound, since, day_of)


def one_attempt_a_day() -> bool:
	"""Whether several attempts of one working day to reach a customer count as one."""
	return bool(cint(settings.value("one_attempt_a_day")))


def arrived(rows: list) -> list:
	"""Lines of history without the messages of ours that never arrived; each has event, creation and reference_name.

	One that was sent once more, and arrived then, counts from then on.
	"""
	lost = {}
	for row in rows:
		if row.event == Events.UNDELIVERED:
			lost[row.reference_name] = max(row.creation, lost.get(row.reference_name, row.creation))
	# what the message was taken for goes with it: the answer, the attempt
	ours = (Events.OUTBOUND, Events.FIRST_ANSWER, Events.CLOSING_ATTEMPT)
	return [
		row
		for row in rows
		if row.event not in ours or row.creation > lost.get(row.reference_name, datetime.min)
	]


def contacts(folio_name: str) -> Contacts:
	"""What was exchanged in a case, read from its history."""
	wanted = (Events.OUTBOUND, Events.INBOUND, Events.REOPENED, Events.STAGE_CHANGED, Events.UNDELIVERED)
	# the gates ask on behalf of whoever may write the folio
	rows = frappe.get_all(
		events.DOCTYPE,
		filters={"case_type": DOCTYPE, "case_name": folio_name, "event": ("in", wanted)},
		fields=["event", "happened_at", "from_stage", "creation", "reference_name"],
		order_by="happened_at",
		limit_page_length=0,
	)
	rows = arrived(rows)
	moments = {code: tuple(row.happened_at for row in rows if row.event == code) for code in wanted}
	again = (row.happened_at for row in rows if row.from_stage == Stage.ANSWERED)
	return Contacts(
		moments[Events.OUTBOUND],
		moments[Events.INBOUND],
		max(moments[Events.REOPENED], default=None),
		max(again, default=None),
	)


def last_message(folio_name: str) -> str | None:
	"""The name of the last message or call of ours that reached the customer; None where there is none."""
	# as in `contacts`
	rows = frappe.get_all(
		events.DOCTYPE,
		filters={
			"case_type": DOCTYPE,
			"case_name": folio_name,
			"event": ("in", (Events.OUTBOUND, Events.UNDELIVERED)),
		},
		fields=["event", "creation", "reference_name"],
		order_by="happened_at, creation",
		limit_page_length=0,
	)
	sent = [row.reference_name for row in arrived(rows) if row.event == Events.OUTBOUND]
	return sent[-1] if sent else None


def on_communication(message) -> None:
	"""Read a Communication that was just stored: our answer, the customer's word, or neither."""
	if message.reference_doctype != DOCTYPE or message.communication_type != "Communication":
		return
	if message.sent_or_received == "Received":
		_inbound(message)
	elif is_by_person(message) and not _is_among_us(_readers(message), message.reference_name):
		_outbound(message)


def is_by_person(message) -> bool:
	"""Whether a person of ours sent it: an enabled desk user, and Administrator only from the desk itself."""
	user = message.user or message.owner
	if user == "Administrator":
		return bool(getattr(frappe.local, "request", None))
	state = frappe.db.get_value("User", user, ["enabled", "user_type"], as_dict=True)
	return bool(state and state.enabled and state.user_type == "System User")


def _readers(message) -> str:
	return ", ".join(filter(None, (message.recipients, message.cc, message.bcc)))


def _is_among_us(addresses: str | None, folio_name: str) -> bool:
	"""Whether every address is that of a desk user, and none the customer's own: then nobody outside took part (D18)."""
	said = {address.lower() for _name, address in getaddresses([addresses or ""]) if address}
	if not said or said != our_addresses.of_staff(said):
		return False
	folio = frappe.db.get_value(DOCTYPE, folio_name, party.FIELDS, as_dict=True)
	return not said & party.emails_of(folio)


@frappe.whitelist(methods=["POST"])
def log_call(folio: str, direction: str, content: str, at: str | datetime | None = None) -> str:
	"""Keep a call as a Communication; returns its name. direction: "Outbound" or "Inbound"; at: when it was, now by default."""
	doc = system.permitted(DOCTYPE, folio, "write")
	happened_at = _moment_of_call(doc, direction, content, at)
	call = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Phone",
			"sent_or_received": DIRECTIONS[direction],
			"communication_date": happened_at,
			"reference_doctype": DOCTYPE,
			"reference_name": doc.name,
			"subject": doc.subject,
			"content": content.strip(),
			"sender": frappe.session.user if direction == "Outbound" else doc.email,
			"phone_no": doc.phone,
		}
	)
	# whoever may write the folio may log its calls; Frappe lets only users of an inbox write Communications
	return call.insert(ignore_permissions=True).name


def _moment_of_call(folio, direction: str, content: str, at) -> datetime:
	now = clock.now()
	happened_at = get_datetime(at) if at else now
	if direction not in DIRECTIONS:
		frappe.throw(_("Say who called whom: {0} or {1}.").format(*DIRECTIONS), title=_("Direction Missing"))
	if not (content or "").strip():
		frappe.throw(_("Write what was said: the call has no content."), title=_("Content Missing"))
	if not folio.received_at.replace(microsecond=0) <= happened_at <= now:
		frappe.throw(
			_("The call is to lie between the reception ({0}) and now ({1}).").format(
				frappe.utils.format_datetime(folio.received_at), frappe.utils.format_datetime(now)
			),
			title=_("Wrong Time"),
		)
	return happened_at


def sent_once_more(message, at: datetime) -> None:
	"""A letter that had not arrived went out at `at` after all: from then on it says what it says."""
	_outbound(message, at)


def _outbound(message, at: datetime | None = None) -> None:
	folio = frappe.get_doc(DOCTYPE, message.reference_name)
	at = at or _moment(message, folio)
	evidence = (message.doctype, message.name)
	codes = [Events.OUTBOUND, *([Events.FIRST_ANSWER] if not folio.first_answered_at else [])]
	if folio.stage == Stage.ANSWERED:
		codes.append(Events.CLOSING_ATTEMPT)
	events.record_many([_row(folio, code, at, evidence) for code in codes])
	_write_outbound(folio, at, evidence)
	if contacts(folio.name).is_since_reopening(at):
		commitments.fulfil(folio.doctype, folio.name, ANSWER_KINDS, at, evidence)
	if folio.complaint:
		frappe.get_attr(TELL_COMPLAINT)(folio, at, evidence)


def _write_outbound(folio, at: datetime, evidence: tuple[str, str]) -> None:
	values = {}
	if not folio.first_answered_at:
		values = {"first_answered_at": at, "first_answer_type": evidence[0], "first_answer": evidence[1]}
	if folio.stage == Stage.ANSWERED:
		values["closing_attempts"] = contacts(folio.name).attempts_since(folio.answered_at, folio.company)
	if values:
		# facts that the message itself proves; whoever has the folio open is told that it changed
		folio.db_set(values)


def _inbound(message) -> None:
	if message.flags.opens_folio:
		return
	if _is_among_us(message.sender, message.reference_name):
		return
	folio = frappe.get_doc(DOCTYPE, message.reference_name)
	evidence = (message.doctype, message.name)
	events.record_many([_row(folio, Events.INBOUND, _moment(message, folio), evidence)])
	if folio.stage == Stage.WAITING:
		_apart(_resume, folio)
	after_end.heard(folio)
	taken_down_by = message.owner if message.communication_medium == "Phone" else None
	_apart(lambda case: _ring(case, taken_down_by), folio)


def _apart(act: Callable, folio) -> None:
	"""Do what a message leads to; where that fails, keep the message, and tell the administrators in the Error Log.

	What waits is taken up again by the minute job (`safety_nets`).
	"""
	frappe.db.savepoint("after_message")
	try:
		act(folio)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		# the savepoint is gone with the rest: whoever brings the message brings it again
		raise
	except Exception:
		frappe.db.rollback(save_point="after_message")
		frappe.log_error(
			title="Service folio after a message", message=f"{folio.name}\n{frappe.get_traceback()}"
		)


def _ring(folio, taken_down_by: str | None) -> None:
	"""Tell who has the case, or who answers for it, that its customer wrote; who took the call down knows it already."""
	bells.ring_for_holder(folio, _wrote_again if folio.stage in ENDED_STAGES else _wrote, taken_down_by)


def _wrote(language: str | None) -> str:
	return _("The customer wrote about {0}", language)


def _wrote_again(language: str | None) -> str:
	# only people can tell thanks from a claim
	return _("The customer wrote again about {0}, which has ended", language)


def take_up_again(folio_name: str) -> None:
	"""Resume a folio whose customer wrote while it waited, where doing so failed then: the clocks run since that moment."""
	folio = frappe.get_doc(DOCTYPE, folio_name)
	if folio.stage == Stage.WAITING:
		with clock.at(_reached_us_at(folio)):
			_resume(folio)


def _reached_us_at(folio) -> datetime:
	# the safety net asks on behalf of the system, for the first word since the waiting began
	return frappe.get_all(
		events.DOCTYPE,
		filters={
			"case_type": DOCTYPE,
			"case_name": folio.name,
			"event": Events.INBOUND,
			"creation": (">", folio.waiting_since),
		},
		pluck="creation",
		order_by="creation",
		limit=1,
	)[0]


def _resume(folio) -> None:
	with system.as_system():
		folio.workflow_state = stages.state_of(Stage.IN_ATTENTION)
		folio.save()


def _moment(message, folio) -> datetime:
	# neither a sender's clock that runs ahead nor a wrong date makes an answer earlier than its question
	said = get_datetime(message.communication_date) if message.communication_date else clock.now()
	return max(min(said, clock.now()), folio.received_at)


def _row(folio, code: str, at: datetime, evidence: tuple[str, str]) -> dict:
	return {
		"case_type": folio.doctype,
		"case_name": folio.name,
		"event": code,
		"happened_at": at,
		"channel": folio.channel,
		"reference_type": evidence[0],
		"reference_name": evidence[1],
		"company": folio.company,
	}
