"""Safety first: a Saturday at half past ten at night, the ladder hears at once and each step at its time (K1)."""

from datetime import datetime, timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import CommitmentKind, Role
from nervion_service.services import notices, safety, safety_alarm, safety_reading, sweep
from tests import factories
from tests.site.folio_factories import (
	act,
	answer,
	at,
	cast,
	events_of,
	everybody,  # noqa: F401
	make_folio,
	new_folio,
	promises_of,
	reloaded,
	staff,
)
from tests.site.test_notices import an_empty_outbox_and_a_mail_account  # noqa: F401

CAST = (Role.COORDINATOR, Role.QUALITY, Role.COMMERCIAL_DIRECTOR, Role.EXECUTIVE, Role.MANAGEMENT)
SATURDAY_NIGHT = datetime(2026, 3, 7, 22, 30)
ACCIDENT = {
	"safety": "Yes",
	"safety_kind": "Exposure",
	"safety_details": "Un pintor, solvente en los ojos",
	"subject": "Accidente con el solvente",
}


@pytest.fixture(autouse=True)
def only_our_people_on_the_ladder():
	"""Nobody but the module's own people holds the roles of the ladder."""
	frappe.db.delete("Has Role", {"role": ("in", CAST), "parent": ("not in", [cast(role) for role in CAST])})
	frappe.clear_cache()


def heard(user, kind=CommitmentKind.SAFETY):
	"""The steps that rang at a person, in order."""
	return frappe.get_all(
		"Service Notice", {"recipient": user, "status": "Sent"}, pluck="step", order_by="fell_due_at, level"
	)


def bells(user):
	return frappe.get_all(
		"Notification Log",
		{"for_user": user},
		["subject", "email_content", "document_name"],
		order_by="creation",
	)


def pass_the_minute(moment):
	with at(moment):
		sweep.run()
		notices.run()


def test_on_a_saturday_night_the_ladder_hears_at_once_and_each_step_at_its_time(background_jobs):
	with at(SATURDAY_NIGHT):
		folio = make_folio(routed=False, **ACCIDENT)
		background_jobs.run()
	on_call, quality, director = (cast(r) for r in (Role.COORDINATOR, Role.QUALITY, Role.COMMERCIAL_DIRECTOR))
	assert len(heard(on_call)) == 1
	assert heard(quality) == heard(director) == []
	assert bells(on_call)[0].document_name == folio.name
	pass_the_minute(SATURDAY_NIGHT + timedelta(minutes=14))
	assert heard(quality) == []
	pass_the_minute(SATURDAY_NIGHT + timedelta(minutes=16))
	assert len(heard(on_call)) == 2
	assert len(heard(quality)) == 1
	assert heard(director) == []
	pass_the_minute(SATURDAY_NIGHT + timedelta(minutes=31))
	assert len(heard(director)) == 1
	pass_the_minute(SATURDAY_NIGHT + timedelta(minutes=61))
	assert len(heard(cast(Role.MANAGEMENT))) == 1
	# nobody hears twice
	pass_the_minute(SATURDAY_NIGHT + timedelta(minutes=90))
	assert (len(heard(on_call)), len(heard(quality)), len(heard(director))) == (2, 1, 1)


def test_the_alarm_is_a_message_of_its_own_that_says_whom_to_call_and_what_to_read(
	background_jobs, monkeypatch
):
	flushed = []
	monkeypatch.setattr("frappe.email.queue.flush", lambda *args: flushed.append(True))
	frappe.db.set_single_value("Service Settings", "emergency_line", "800 00 214 00")
	item = factories.make_item().name
	frappe.db.set_value("Item", item, "safety_data_sheet", "/files/hds-solvente.pdf")
	with at(SATURDAY_NIGHT):
		make_folio(routed=False, product=item, party_name="<b>Talleres</b>", **ACCIDENT)
		background_jobs.run()
	(bell,) = bells(cast(Role.COORDINATOR))
	assert "800 00 214 00" in bell.email_content
	assert "/files/hds-solvente.pdf" in bell.email_content
	assert "Un pintor, solvente en los ojos" in bell.email_content
	assert "<b>Talleres</b>" not in bell.email_content
	mails = frappe.get_all("Email Queue Recipient", {"recipient": cast(Role.COORDINATOR)}, pluck="parent")
	assert len(mails) == 1
	assert frappe.db.get_value("Email Queue", mails[0], "priority") == 10
	assert flushed


def test_the_deputy_of_who_is_away_hears_it(background_jobs):
	deputy = staff(Role.EXECUTIVE)
	with at(SATURDAY_NIGHT):
		factories.insert(
			"Service Deputy",
			{
				"person": cast(Role.COORDINATOR),
				"deputy": deputy,
				"from_date": "2026-03-01",
				"to_date": "2026-03-31",
			},
		)
		make_folio(routed=False, **ACCIDENT)
		background_jobs.run()
	assert len(heard(deputy)) == 1
	assert heard(cast(Role.COORDINATOR)) == []


def test_a_role_of_the_sites_own_is_on_call_and_falls_back_to_the_coordinator(background_jobs):
	role = factories.insert("Role", {"role_name": factories.unique("Guardia"), "desk_access": 1}).name
	frappe.db.set_single_value("Service Settings", "on_call_role", role)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	with at(SATURDAY_NIGHT):
		make_folio(routed=False, **ACCIDENT)
		background_jobs.run()
	assert len(heard(cast(Role.COORDINATOR))) == 1
	guard = staff(role)
	with at(SATURDAY_NIGHT + timedelta(hours=2)):
		make_folio(routed=False, **ACCIDENT)
		background_jobs.run()
	assert len(heard(guard)) == 1


def test_an_accident_makes_the_folio_urgent_whatever_its_type_says():
	assert make_folio(routed=False, priority="Low", **ACCIDENT).priority == "Urgent"
	assert make_folio(routed=False, priority="Low", safety="No").priority == "Low"


def test_help_is_kept_with_the_call_that_proves_it(background_jobs):
	folio = make_folio(**ACCIDENT)
	assert safety.needs_help_first(folio) and safety.needs_help_first(folio.name)
	call = safety.attend(folio.name, "Lavado de ojos, va camino al hospital con su esposa")
	folio = reloaded(folio)
	(promise,) = promises_of(folio, CommitmentKind.SAFETY)
	assert promise.status == "Fulfilled"
	assert (promise.evidence_type, promise.evidence) == ("Communication", call)
	assert folio.safety_attended_by == "Administrator"
	assert not safety.needs_help_first(folio)
	assert len(events_of(folio, "safety_attended")) == 1
	with pytest.raises(frappe.ValidationError, match="Nobody waits for help"):
		safety.attend(folio.name, "Otra vez")
	assert len(events_of(folio, "safety_attended")) == 1


def test_help_without_a_word_is_no_help():
	folio = make_folio(**ACCIDENT)
	with pytest.raises(frappe.ValidationError, match="no content"):
		safety.attend(folio.name, "  ")
	assert promises_of(folio, CommitmentKind.SAFETY)[0].status == "Running"
	assert not reloaded(folio).safety_attended_at


def test_only_who_may_write_the_folio_attends_it(run_as):
	folio = make_folio(**ACCIDENT)
	with run_as(cast(Role.MANAGEMENT)), pytest.raises(frappe.PermissionError):
		safety.attend(folio.name, "Ya llamé")
	assert not reloaded(folio).safety_attended_at


def test_a_folio_does_not_end_while_somebody_may_need_help():
	folio = answer(make_folio(**ACCIDENT))
	word = {"satisfaction": "Satisfied", "satisfaction_means": "Phone", "satisfaction_by": "Ana"}
	with pytest.raises(frappe.ValidationError, match="Somebody may need help"):
		act(folio, "Close", **word)
	with pytest.raises(frappe.ValidationError, match="Somebody may need help"):
		act(folio, "Withdraw", withdrawal_reason="No contesta")
	assert reloaded(folio).stage == "Answered"
	safety.attend(folio.name, "Está bien")
	assert act(folio, "Close", **word).stage == "Closed"


def test_a_reported_accident_cannot_be_taken_back_nor_its_help_typed():
	folio = make_folio(**ACCIDENT)
	folio.safety = "No"
	with pytest.raises(frappe.ValidationError, match="stays reported"):
		folio.save()
	folio = reloaded(folio)
	folio.safety_attended_at = "2026-03-02 10:00:00"
	with pytest.raises(frappe.ValidationError, match="filled by the system"):
		folio.save()
	assert safety.needs_help_first(folio.name)


def test_an_accident_that_is_told_later_counts_from_then():
	with at(SATURDAY_NIGHT - timedelta(days=3)):
		folio = make_folio(safety="No")
	assert promises_of(folio, CommitmentKind.SAFETY) == []
	with at(SATURDAY_NIGHT):
		folio.safety = "Yes"
		folio.save()
	(promise,) = promises_of(folio, CommitmentKind.SAFETY)
	assert SATURDAY_NIGHT <= promise.started_at < SATURDAY_NIGHT + timedelta(minutes=1)
	assert reloaded(folio).priority == "Urgent"


def test_one_that_was_typed_in_late_counts_from_the_call(background_jobs):
	with at(SATURDAY_NIGHT):
		folio = make_folio(routed=False, received_at=SATURDAY_NIGHT - timedelta(minutes=20), **ACCIDENT)
		background_jobs.run()
	assert promises_of(folio, CommitmentKind.SAFETY)[0].status == "Breached"
	assert len(heard(cast(Role.QUALITY))) == 1


def test_words_of_a_mail_make_a_person_ask_and_never_answer_for_the_customer(background_jobs):
	with at(SATURDAY_NIGHT):
		folio = mail(make_folio(safety="No"), "Mi ayudante quedó intoxicado con el thinner")
		background_jobs.run()
	assert (folio.safety, folio.safety_suspected) == ("No", 1)
	assert promises_of(folio, CommitmentKind.SAFETY) == []
	(check,) = promises_of(folio, CommitmentKind.SAFETY_CHECK)
	assert check.status == "Running"
	assert len(heard(cast(Role.COORDINATOR))) == 1
	safety.clear(folio.name)
	folio = reloaded(folio)
	assert (folio.safety, folio.safety_suspected) == ("No", 0)
	assert promises_of(folio, CommitmentKind.SAFETY_CHECK)[0].status.startswith("Fulfilled")
	assert len(events_of(folio, "safety_cleared")) == 1


def test_a_yes_after_such_a_mail_starts_the_ladder():
	folio = mail(make_folio(), "Hubo un derrame en la bodega")
	folio.safety, folio.safety_kind = "Yes", "Spill"
	folio.save()
	assert promises_of(folio, CommitmentKind.SAFETY_CHECK)[0].status == "Fulfilled"
	assert promises_of(folio, CommitmentKind.SAFETY)[0].status == "Running"
	assert reloaded(folio).safety_suspected == 0


def test_what_a_reply_quotes_of_ours_is_not_read():
	folio = make_folio(safety="No")
	quoted = "<div>Gracias, quedó claro.</div><blockquote>¿Hubo fuego o derrame?</blockquote>"
	assert mail(folio, quoted).safety_suspected == 0
	plain = "Gracias.\n\nEl lun, 2 mar 2026 a las 10:00, Servicio escribió:\n> ¿Hubo fuego o derrame?\n"
	assert "derrame" not in safety_reading.own_words(plain)


def test_a_request_that_was_not_asked_is_read_for_the_same_words():
	folio = make_folio(routed=False, subject="Se derramó el tambor", channel="E-mail")
	assert folio.safety_suspected == 1
	assert make_folio(routed=False, subject="Se derramó el tambor", safety="No").safety_suspected == 0


def test_the_name_of_a_product_rings_nobody_and_what_is_said_of_it_does():
	name = factories.unique("Esmalte Fuego Azteca")
	factories.make_item(item_name=name)
	for subject, suspected in ((f"Dos cubetas de {name.upper()}", 0), (f"Se incendió una cubeta de {name}", 1)):
		folio = make_folio(routed=False, channel="E-mail", subject=subject)
		assert folio.safety_suspected == suspected


def test_plain_words_of_an_accident_make_somebody_ask(background_jobs):
	with at(SATURDAY_NIGHT):
		folio = make_folio(
			routed=False, channel="E-mail", subject="Mi hijo tomó thinner y lo llevaron a urgencias"
		)
		background_jobs.run()
	assert folio.safety_suspected == 1
	assert len(promises_of(folio, CommitmentKind.SAFETY_CHECK)) == 1
	assert len(heard(cast(Role.COORDINATOR))) == 1


def test_a_folio_that_is_to_be_checked_does_not_end():
	folio = answer(make_folio(subject="Se derramó el tambor", channel="E-mail"))
	with pytest.raises(frappe.ValidationError, match="Ask first"):
		act(folio, "Withdraw", withdrawal_reason="No contesta")
	assert reloaded(folio).stage == "Answered"


def test_reclassifying_neither_stops_nor_repeats_the_ladder():
	folio = make_folio(**ACCIDENT)
	folio.request_type = "Claim"
	folio.save()
	assert [row.status for row in promises_of(folio, CommitmentKind.SAFETY)] == ["Running"]


def test_a_dead_queue_still_rings_at_once(monkeypatch):
	rung = []
	monkeypatch.setattr("nervion_service.services.system.enqueue", lambda *args, **kwargs: False)
	monkeypatch.setattr(safety_alarm, "ring", lambda: rung.append(True))
	new_folio(**ACCIDENT).insert()
	frappe.db.commit()
	assert rung == [True]


def test_guests_are_shown_public_data_sheets_only(run_as):
	item = factories.make_item().name
	frappe.db.set_value("Item", item, "safety_data_sheet", "/private/files/hds.pdf")
	with run_as("Guest"):
		assert safety.instructions(product=item)["data_sheets"] == []
	assert [row["item"] for row in safety.instructions(product=item)["data_sheets"]] == [item]


def mail(folio, content):
	"""The customer writes about a folio; returns it as it then is."""
	frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Email",
			"sent_or_received": "Received",
			"sender": "compras@bajio.test",
			"subject": f"Re: {folio.name}",
			"content": content,
			"reference_doctype": "Service Folio",
			"reference_name": folio.name,
		}
	).insert(ignore_permissions=True)
	return reloaded(folio)
