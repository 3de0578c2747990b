"""The story of the promises, told to people by mail: who hears what, when, once, and in which words."""

from datetime import timedelta

import frappe
from frappe.utils import format_datetime, get_url_to_form

from nervion_service.workflows.folio import Action
from tests.live.conftest import readers, request, the_one
from tests.live.mailbox import links_in

# what somebody might type to be read by our people as something else than words
FORGED = "Se cae <script>alert(1)</script> el <b>esmalte</b> <a href='http://mal.example'>aquí</a> <img src=x onerror=y>"
EIGHTY = 80


def notices(folio: str, recipient: str) -> list:
	"""The outbox of a folio's promises for one reader ('' for the steps themselves), in order of time."""
	promises = frappe.get_all("Service Commitment", {"case_name": folio}, pluck="name")
	return frappe.get_all(
		"Service Notice",
		{"commitment": ("in", promises), "recipient": recipient},
		["step", "kind", "fell_due_at", "announce_at", "status", "sent_at"],
		order_by="fell_due_at, kind, name",
	)


def check_words(letter, folio: str, *expected: str) -> None:
	"""The letter names the folio, leads to it and nowhere else, says what is expected, and has no page of others in it."""
	assert folio in letter.text
	footer = links_in("".join(frappe.get_hooks("default_mail_footer")))
	assert set(letter.links) - set(footer) == {get_url_to_form("Service Folio", folio)}
	for words in expected:
		assert words in letter.text
	assert not {"script", "img", "iframe", "form"} & set(letter.elements)
	assert "mal.example" not in " ".join(letter.links)


def test_each_step_is_told_once_to_its_reader_and_in_working_hours(register, passes, staff, clock):
	folio = register("Mon 09:30", subject=FORGED)

	# the person in charge hears at once
	alert = the_one(passes("Mon 09:31", times=2), staff.technician)
	check_words(alert, folio, "el esmalte")
	assert frappe.db.get_value("Service Folio", folio, "assigned_to") == staff.technician

	# half and four fifths of 4 working hours
	assert passes("Mon 11:29") == []
	half = the_one(passes("Mon 11:30", times=2), staff.technician)
	assert half.subject.startswith("Compromisos con clientes: ")
	check_words(half, folio, "Aviso", "Primera respuesta", "el esmalte", format_datetime(clock("Mon 13:30")))
	check_words(the_one(passes("Mon 12:42", times=2), staff.technician), folio, "Aviso", "Primera respuesta")

	# broken
	breach = the_one(passes("Mon 13:30", times=2), staff.coordinator)
	check_words(breach, folio, "Incumplimiento", "Primera respuesta", staff.technician)

	# half and four fifths of a business day pass at night: known then, told at nine, in one digest with the true times
	assert passes("Mon 21:31") == []
	assert passes("Tue 04:43") == []
	assert [row.fell_due_at for row in notices(folio, "")][-2:] == [clock("Mon 21:30"), clock("Tue 04:42")]
	assert passes("Tue 08:59") == []
	morning = the_one(passes("Tue 09:00", times=2), staff.technician)
	true_times = (format_datetime(clock("Mon 21:30")), format_datetime(clock("Tue 04:42")))
	check_words(morning, folio, "Aceptación", *true_times)

	# a business day: the technical area has not accepted, and the director hears that nobody answered
	letters = passes("Tue 09:30", times=2)
	assert readers(letters) == {staff.coordinator: 1, staff.director: 1}
	to = {letter.to: letter for letter in letters}
	check_words(to[staff.coordinator], folio, "Incumplimiento", "Aceptación")
	assert to[staff.director].subject.startswith("Promises to customers: ")
	check_words(to[staff.director], folio, "Escalation", "First Answer", format_datetime(clock("Mon 13:30")))

	# two business days: the director hears of the acceptance; after that there is nothing left to say
	check_words(the_one(passes("Wed 09:30", times=2), staff.director), folio, "Escalation", "Acceptance")
	assert passes("Thu 09:30") == []


def test_the_record_says_when_each_step_fell_due_and_when_it_was_told(register, passes, staff, clock):
	folio = register("Mon 09:30")
	# nobody swept before the afternoon of the next day: nothing is lost, and nothing is dated by the late pass
	passes("Tue 14:00", times=2)
	times = {
		staff.technician: ("Mon 11:30", "Mon 12:42", "Mon 21:30", "Tue 04:42"),
		staff.coordinator: ("Mon 13:30", "Tue 09:30"),
		staff.director: ("Tue 09:30",),
	}
	for person, expected in times.items():
		told = notices(folio, person)
		assert [row.fell_due_at for row in told] == [clock(words) for words in expected]
		assert {row.status for row in told} == {"Sent"}
		assert all(timedelta(0) <= row.sent_at - clock("Tue 14:00") < timedelta(minutes=5) for row in told)
	history = frappe.get_all(
		"Service Event",
		{"case_name": folio, "reference_type": "Service Commitment"},
		["event", "happened_at"],
		order_by="happened_at, event",
	)
	fell_due = sorted(clock(words) for expected in times.values() for words in expected)
	# the corporate answer, which tells nobody, is broken at the same moment as the acceptance
	assert [row.happened_at for row in history] == sorted([*fell_due, clock("Tue 09:30")])


def test_an_answer_drops_the_notice_that_waits_and_every_later_step(register, office, passes, staff, clock):
	folio = register("Mon 17:00")
	the_one(passes("Mon 17:01"), staff.technician)
	# half of the business day for accepting falls due at five in the morning
	assert passes("Tue 05:01") == []
	assert [row.status for row in notices(folio, "")] == ["Pending"]

	office.at(clock("Tue 08:30"), "act", folio=folio, action=Action.ACCEPT, by=staff.technician)
	office.at(clock("Tue 08:40"), "call_customer", folio=folio, by=staff.technician)

	for words in ("Tue 09:00", "Tue 10:00", "Tue 12:00", "Tue 17:00", "Wed 17:00", "Thu 17:00"):
		assert passes(words) == []
	assert [(row.fell_due_at, row.status) for row in notices(folio, "")] == [(clock("Tue 05:00"), "Dropped")]
	kept = frappe.get_all("Service Commitment", {"case_name": folio}, ["kind", "status"], order_by="kind")
	assert {row.status for row in kept} == {"Fulfilled"}


def test_eighty_breaches_and_eighty_escalations_are_one_letter_each(office, passes, staff, clock):
	rows = [
		request(request_type="General Information", assigned_to=staff.executive) for _one in range(EIGHTY)
	]
	# on Sunday evening: the clocks start on Monday at nine
	folios = office.at(clock("Sun 20:00"), "register", by=staff.executive, folios=rows)
	office.at(clock("Sun 20:01"), "lose_queue")

	letters = passes("Mon 13:00", word="sweep_and_tell")
	assert readers(letters) == {staff.executive: 1, staff.coordinator: 1}
	breaches = next(letter for letter in letters if letter.to == staff.coordinator)
	assert all(folio in breaches.text for folio in folios)
	assert sum("/service-folio/" in link for link in breaches.links) == EIGHTY
	assert str(EIGHTY) in breaches.subject

	escalations = the_one(passes("Tue 09:00", word="sweep_and_tell"), staff.director)
	assert all(folio in escalations.text for folio in folios)
	assert escalations.subject == f"Promises to customers: {EIGHTY} escalated"
	assert passes("Tue 09:01", word="sweep_and_tell") == []
