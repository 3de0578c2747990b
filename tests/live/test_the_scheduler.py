"""The whole chain without help, at the hour of this machine: scheduler → queue → worker → mail."""

from collections import Counter
from datetime import datetime, timedelta

import frappe
from frappe.utils import format_datetime

from nervion_service.services import calendars
from tests import factories
from tests.live.conftest import readers, request


def a_week_ago() -> tuple[datetime, object]:
	"""The first opening hour a week back, by when everything promised that day has long been broken; and the calendar."""
	_name, calendar = calendars.for_company(factories.make_company().name)
	midnight = datetime.combine(frappe.utils.now_datetime().date(), datetime.min.time())
	return calendar.next_open(midnight - timedelta(days=7)), calendar


def let_the_morning_come(folio: str) -> None:
	"""What the sweep found out of hours is told when the office opens; here it opens at once, at whatever hour this runs."""
	frappe.db.rollback()
	now = frappe.utils.now_datetime()
	frappe.db.sql(
		"""UPDATE `tabService Notice` SET announce_at = %(now)s WHERE announce_at > %(now)s
		AND commitment IN (SELECT name FROM `tabService Commitment` WHERE case_name = %(folio)s)""",
		{"now": now, "folio": folio},
	)
	frappe.db.commit()


def test_the_scheduler_and_a_worker_of_the_command_line_tell_what_fell_due(office, mailbox, staff, burst):
	received_at, calendar = a_week_ago()
	rows = [request(received_at=received_at)]
	folio = office.at(None, "register", by=staff.executive, folios=rows)[0]
	office.at(None, "start_scheduled", method="nervion_service.scheduler.every_minute")
	burst()
	let_the_morning_come(folio)
	office.at(None, "start_scheduled", method="nervion_service.scheduler.every_minute")
	burst()
	office.at(None, "start_scheduled", method="frappe.email.queue.flush")
	burst()
	frappe.db.rollback()

	letters = [letter for letter in mailbox.taken() if letter.to in staff.names]
	# the alert of assignment and one digest; one digest each
	assert readers(letters) == Counter({staff.technician: 2, staff.coordinator: 1, staff.director: 1})
	assert all(folio in letter.text for letter in letters)
	breach = next(letter for letter in letters if letter.to == staff.coordinator)
	assert format_datetime(calendar.add(received_at, timedelta(hours=4))) in breach.text
