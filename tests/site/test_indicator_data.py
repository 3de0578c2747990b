"""The figures of the report: what is counted, who sees it, what is said without data (S1.12-S1.14, D12, D14, D19, X2)."""

from datetime import date, datetime, timedelta

import frappe
import pytest

from nervion_service.domain.indicators import CATALOGUE
from nervion_service.nervion_service.report.service_indicator_rows import service_indicator_rows
from nervion_service.nervion_service.report.service_indicators import service_indicators
from nervion_service.services import clock, indicator_data, indicator_rows
from tests import factories
from tests.site.folio_factories import make_folio


def today_only(**narrowed):
	today = clock.now().date()
	# a request of tonight starts on the next working day, of a long weekend some days later
	return indicator_data.Period(today - timedelta(days=1), today + timedelta(days=14), **narrowed)


def readings(**narrowed):
	return indicator_data.readings(today_only(**narrowed), clock.now())


def settle(folio, kind, **values):
	"""Write facts of a promise as the services would, to count known figures."""
	frappe.db.set_value("Service Commitment", {"case_name": folio.name, "kind": kind}, values)


@pytest.fixture
def company():
	return factories.make_company().name


def test_a_period_without_rows_has_no_data(company):
	period = indicator_data.Period(date(1999, 1, 1), date(1999, 1, 31), company)
	found = indicator_data.readings(period, clock.now())
	assert list(found) == [indicator.code for indicator in CATALOGUE]
	assert {(reading.value, reading.meets_target) for reading in found.values()} == {(None, None)}
	assert indicator_data.trend(period, clock.now()) == {}


def test_the_report_says_no_data_and_draws_no_empty_chart(company):
	filters = {"from_date": "1999-01-01", "to_date": "1999-01-31", "company": company}
	_columns, rows, _message, chart = service_indicators.execute(filters)
	assert {row["value"] for row in rows} == {"No data"}
	assert chart is None


def test_the_mean_is_over_the_answered_and_the_overdue_count_as_outside(company):
	channel = (
		frappe.get_doc({"doctype": "Service Channel", "channel_name": factories.unique("Kiosk")})
		.insert()
		.name
	)
	folios = [make_folio(company=company, channel=channel) for _number in range(4)]
	now, hour = clock.now(), 3600
	settle(
		folios[0],
		"First Answer",
		fulfilled_at=now,
		status="Fulfilled",
		elapsed_seconds=hour,
		paused_seconds=hour,
	)
	settle(folios[1], "First Answer", fulfilled_at=now, status="Fulfilled Late", elapsed_seconds=6 * hour)
	settle(folios[2], "First Answer", due_at=now - timedelta(hours=1))
	settle(folios[3], "First Answer", due_at=now + timedelta(hours=1))
	found = readings(channel=channel)
	figures = {
		code: (found[code].numerator, found[code].denominator) for code in found if code.startswith("S1.12")
	}
	assert figures["S1.12"] == (7 * hour, 2)
	assert figures["S1.12-with-pauses"] == (8 * hour, 2)
	assert figures["S1.12-share"] == (1, 3)
	assert figures["S1.12-unanswered"] == (2, 4)
	assert figures["S1.12-overdue"] == (1, 4)
	assert (found["S1.12"].value, found["S1.12"].meets_target) == (3.5 * hour, True)


def test_channels_that_enter_by_themselves_are_shown_apart(company):
	typed, automatic = (
		frappe.get_doc(
			{"doctype": "Service Channel", "channel_name": factories.unique("Way"), "is_automatic": flag}
		).insert()
		for flag in (0, 1)
	)
	kind = factories.unique("Type")
	frappe.get_doc(
		{"doctype": "Request Type", "request_type_name": kind, "nature": "Other", "role": "Service Executive"}
	).insert()
	late = make_folio(company=company, channel=typed.name, request_type=kind)
	make_folio(company=company, channel=automatic.name, request_type=kind)
	settle(late, "Registration", status="Fulfilled Late")
	found = readings(request_type=kind)
	counted = {
		code: (found[code].numerator, found[code].denominator) for code in found if code.startswith("S1.13")
	}
	assert counted == {"S1.13": (0, 1), "S1.13-automatic": (1, 1), "S1.13-all": (1, 2)}


def test_satisfaction_counts_the_customers_who_gave_their_word(company):
	channel = (
		frappe.get_doc({"doctype": "Service Channel", "channel_name": factories.unique("Kiosk")})
		.insert()
		.name
	)
	for word in ("Satisfied", "Satisfied", "Not Satisfied", None):
		folio = make_folio(company=company, channel=channel)
		frappe.db.set_value(
			"Service Folio", folio.name, {"satisfaction": word, "satisfaction_at": clock.now()}
		)
	reading = readings(channel=channel)["S1.14"]
	assert (reading.numerator, reading.denominator, reading.meets_target) == (2, 3, False)
	period = today_only(channel=channel)
	assert len(indicator_rows.rows("S1.14", "numerator", period, clock.now())) == 2
	assert len(indicator_rows.rows("S1.14", "denominator", period, clock.now())) == 3


def test_a_report_counts_only_what_the_person_may_see(company, run_as):
	channel = (
		frappe.get_doc({"doctype": "Service Channel", "channel_name": factories.unique("Kiosk")})
		.insert()
		.name
	)
	technician = factories.make_user(roles=("Service Technician",)).name
	mine, _other = (make_folio(company=company, channel=channel) for _number in range(2))
	frappe.db.set_value("Service Folio", mine.name, "assigned_to", technician)
	period = today_only(channel=channel)
	assert indicator_data.readings(period, clock.now())["S1.13-all"].denominator == 2
	with run_as(technician):
		assert indicator_data.readings(period, clock.now())["S1.13-all"].denominator == 1
		rows = indicator_rows.rows("S1.13-all", "denominator", period, clock.now())
	assert [row.case_name for row in rows] == [mine.name]


def test_somebody_without_a_role_is_counted_nothing(company, run_as):
	make_folio(company=company)
	stranger = factories.make_user(roles=()).name
	with run_as(stranger), pytest.raises(frappe.PermissionError):
		indicator_data.readings(today_only(company=company), clock.now())


def test_the_rows_report_names_its_figure_and_refuses_none(company):
	_columns, rows, message = service_indicator_rows.execute({"code": "no-such", "part": "numerator"})
	assert (rows, message) == ([], "Choose an indicator, and its numerator or its denominator.")
	folio = make_folio(company=company)
	period = today_only()
	filters = {
		"code": "S1.13-all",
		"part": "denominator",
		"from_date": period.from_date,
		"to_date": period.to_date,
	}
	_columns, rows, message = service_indicator_rows.execute({**filters, "company": company})
	assert folio.name in [row.case_name for row in rows]
	assert "all channels" in message


def test_a_period_upside_down_is_refused_with_both_dates():
	with pytest.raises(frappe.ValidationError, match="change one of its dates"):
		indicator_data.period({"from_date": "2026-02-01", "to_date": "2026-01-01"})


def test_a_percent_sign_in_a_permission_condition_does_no_harm(company, run_as):
	person = factories.make_user(
		email=f"{factories.unique('a')}%s@example.com".replace(" ", "").lower(), roles=("Service Agency",)
	)
	with run_as(person.name):
		found = indicator_data.readings(today_only(company=company), datetime.now())
	assert found["S1.12"].value is None
