"""The monthly summary of requests: figures equal to a count by hand, seen as permitted, posted once (S1.17, S1.16)."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import frappe
import pytest

from nervion_service.domain.taxonomy import ENDED_STAGES, Role
from nervion_service.nervion_service.report.monthly_requests import monthly_requests as report
from nervion_service.services import calendars, duplicates, monthly_annex, monthly_post, monthly_requests
from tests import engine, factories
from tests.site.folio_factories import cast, close, everybody, make_folio, staff, withdraw  # noqa: F401

CAST = (Role.COORDINATOR, Role.EXECUTIVE, Role.COMMERCIAL_DIRECTOR, Role.AGENCY)
# a month that no other test of the site fills
MARCH = "2031-03"
CHANNELS = ("Phone", "Store", "E-mail")
TYPES = ("General Information", "Claim", "Order")


def received(moment, **values):
	"""A stored folio that was received at that moment."""
	folio = make_folio(routed=values.pop("routed", False), **values)
	# the real time is sealed, and lies in a year of its own
	frappe.db.set_value("Service Folio", folio.name, "received_at", moment, update_modified=False)
	return folio


@pytest.fixture(scope="module")
def requests(module_transaction, everybody):  # noqa: F811
	"""Sixty requests of three months, at random, some ended, some about safety."""
	with engine.working_folder(module_transaction.sites):
		random, company = Random(31), factories.make_company().name
		for _number in range(60):
			moment = datetime(2031, 2, 1) + timedelta(seconds=random.randrange(89 * 86_400))
			folio = received(
				moment, company=company, channel=random.choice(CHANNELS), request_type=random.choice(TYPES)
			)
			stage = random.choice(("Registered", "Routed", "Answered", *ENDED_STAGES))
			frappe.db.set_value(
				"Service Folio",
				folio.name,
				{
					"stage": stage,
					"merged_into": random.choice((None, "FOL-2031-000001")) if stage == "Withdrawn" else None,
					"department": random.choice((folio.department, None)),
					"procedure": random.choice(("MPC-SER-001", "MPC-SER-002")),
					"safety": random.choice(("", "No", "Yes")),
				},
				update_modified=False,
			)
		return company


def by_hand(company, dimension, first, last):
	"""The same counts, from the rows themselves."""
	rows = [
		row
		for row in frappe.get_all("Service Folio", {"company": company}, ["*"], limit_page_length=0)
		if first <= row.received_at.date() <= last
	]
	value = {"day": lambda row: row.received_at.date()}.get(dimension, lambda row: row[dimension] or "")
	counts = {name: Counter() for name in ("requests", "closed", "withdrawn", "merged", "pending", "safety")}
	for row in rows:
		counts["requests"][value(row)] += 1
		counts["closed"][value(row)] += row.stage == "Closed"
		counts["withdrawn"][value(row)] += row.stage == "Withdrawn" and not row.merged_into
		counts["merged"][value(row)] += row.stage == "Withdrawn" and bool(row.merged_into)
		counts["pending"][value(row)] += row.stage not in ("Closed", "Withdrawn")
		counts["safety"][value(row)] += row.safety == "Yes"
	return counts


@pytest.mark.parametrize("dimension", monthly_requests.DIMENSIONS)
def test_each_table_equals_a_count_by_hand(requests, dimension):
	of = monthly_requests.month({"month": MARCH, "company": requests})
	found = monthly_requests.by(of, dimension)
	expected = by_hand(requests, dimension, date(2031, 3, 1), date(2031, 3, 31))
	assert sum(expected["requests"].values()) > 10
	for name, counts in expected.items():
		assert {
			value: getattr(row, name) for value, row in found.items() if getattr(row, name)
		} == +counts, name


def test_the_total_and_the_month_before_equal_a_count_by_hand(requests):
	total = monthly_requests.total(monthly_requests.month({"month": MARCH, "company": requests}))
	march = by_hand(requests, "channel", date(2031, 3, 1), date(2031, 3, 31))
	february = by_hand(requests, "channel", date(2031, 2, 1), date(2031, 2, 28))
	ends = total.closed + total.withdrawn + total.merged + total.pending
	assert total.requests == sum(march["requests"].values()) == ends
	assert total.withdrawn and total.merged
	assert total.before_it == sum(february["requests"].values()) > 0
	assert total.change == total.requests - total.before_it


@pytest.mark.parametrize("narrowing", [{"channel": "Phone"}, {"request_type": "Claim"}])
def test_a_filter_narrows_every_table(requests, narrowing):
	of = monthly_requests.month({"month": MARCH, "company": requests, **narrowing})
	field, value = next(iter(narrowing.items()))
	expected = by_hand(requests, field, date(2031, 3, 1), date(2031, 3, 31))["requests"][value]
	assert 0 < expected == monthly_requests.total(of).requests
	for dimension in monthly_requests.DIMENSIONS:
		assert sum(row.requests for row in monthly_requests.by(of, dimension).values()) == expected


def test_the_first_and_the_last_moment_of_a_month_belong_to_it():
	company = factories.make_company(company_name=factories.unique("Mes")).name
	for moment in (
		datetime(2031, 3, 1),
		datetime(2031, 3, 31, 23, 59, 59, 999999),
		datetime(2031, 2, 28, 23, 59, 59, 999999),
		datetime(2031, 4, 1),
	):
		received(moment, company=company)
	total = monthly_requests.total(monthly_requests.month({"month": MARCH, "company": company}))
	assert (total.requests, total.before_it) == (2, 1)


def test_a_folio_that_another_took_over_is_no_withdrawal_of_its_customer():
	company = factories.make_company(company_name=factories.unique("Doble")).name
	customer = factories.make_customer().name
	first, double, given_up = (
		received(datetime(2031, 3, day), company=company, customer=customer) for day in (10, 11, 12)
	)
	with engine.run_as(cast(Role.COORDINATOR)):
		duplicates.merge(double.name, first.name)
	withdraw(given_up)
	total = monthly_requests.total(monthly_requests.month({"month": MARCH, "company": company}))
	assert (total.requests, total.withdrawn, total.merged, total.pending) == (3, 1, 1, 1)


def test_the_report_says_what_the_tables_say(requests):
	columns, rows, message, chart, summary = report.execute({"month": MARCH, "company": requests})
	assert {"label", "requests", "closed", "pending", "withdrawn", "merged", "safety", "before_it"} <= {
		column["fieldname"] for column in columns
	}
	whole = rows[0]["requests"]
	for dimension in monthly_requests.DIMENSIONS:
		assert sum(row["requests"] for row in rows if row.get("dimension") == dimension) == whole
	assert sum(chart["data"]["datasets"][0]["values"]) == whole == summary[0]["value"]
	assert len(chart["data"]["labels"]) == 31
	assert "MPC-SER-001" in message


def test_a_month_without_requests_draws_no_chart():
	_columns, rows, _message, chart, _summary = report.execute({"month": "2041-01"})
	assert chart is None
	assert rows[0]["requests"] == 0 and rows[0]["share"] == "–"


@pytest.mark.parametrize("month", ["2031-13", "marzo", "2031-3", "<b>x</b>", "2031-03'; DROP"])
def test_a_month_that_is_none_is_refused_with_how_to_write_it(month):
	with pytest.raises(frappe.ValidationError, match="2026-11") as refusal:
		monthly_requests.month({"month": month})
	assert "<b>" not in str(refusal.value)


def test_somebody_who_sees_their_own_folios_only_counts_those_only(requests, run_as):
	agent = cast(Role.AGENCY)
	with run_as(agent):
		of = monthly_requests.month({"month": MARCH})
		assert monthly_requests.total(of).requests == 0
	received(datetime(2031, 3, 10), assigned_to=agent)
	with run_as(agent):
		assert monthly_requests.total(of).requests == 1
	assert monthly_requests.total(of).requests > 1


def test_a_user_kept_to_one_company_counts_no_other(requests, run_as):
	user = staff(Role.EXECUTIVE)
	other = factories.make_company(company_name=factories.unique("Otra")).name
	frappe.permissions.add_user_permission("Company", other, user, ignore_permissions=True)
	received(datetime(2031, 3, 10), company=other)
	with run_as(user):
		assert monthly_requests.total(monthly_requests.month({"month": MARCH})).requests == 1


def test_the_annex_is_refused_to_who_may_not_see_the_report(run_as):
	with run_as(cast(Role.AGENCY)), pytest.raises(frappe.PermissionError, match="may not see this report"):
		monthly_annex.download(month=MARCH)
	assert not frappe.local.response.get("filecontent")


def test_the_annex_names_company_month_procedure_and_its_version(requests):
	frappe.db.set_value("Service Procedure", "MPC-SER-001", "version", "7.3")
	frappe.clear_document_cache("Service Procedure", "MPC-SER-001")
	monthly_annex.download(month=MARCH, company=requests)
	page = frappe.local.response.filecontent
	assert requests in page
	assert "March 2031" in page and "February 2031" in page
	assert "MPC-SER-001" in page and "version 7.3" in page
	assert frappe.local.response.display_content_as == "inline"


def test_the_annex_escapes_every_name():
	company = factories.make_company(company_name=factories.unique("Mala")).name
	folio = received(datetime(2031, 3, 10), company=company)
	department = "<script>alert(1)</script>{{ 7777*7 }}"
	frappe.db.set_value("Service Folio", folio.name, "department", department, update_modified=False)
	page = monthly_annex.html(monthly_requests.month({"month": MARCH, "company": company}))
	assert "<script>" not in page and "54439" not in page
	assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7777*7 }}" in page


def test_the_annex_speaks_spanish(requests):
	frappe.local.lang = "es"
	page = monthly_annex.html(monthly_requests.month({"month": MARCH, "company": requests}))
	assert "Solicitudes del mes: marzo 2031" in page
	for word in ("Por canal", "Por tipo", "Por ruta", "Por área", "Por día", "Teléfono"):
		assert word in page, word
	for word in ("By Channel", "<th>Requests", "Not filled in", "Phone"):
		assert word not in page, word


# The post ------------------------------------------------------------------------------------------------------


@pytest.fixture
def post(monkeypatch):
	"""Letters that would have gone; only the module's people hold the roles that get it."""
	# the names of this module's own holders: others of the site are not looked at
	mine = {cast(role) for role in CAST}
	monkeypatch.setattr(monthly_post.absences, "staff", lambda users: set(users) & (mine | {"Administrator"}))
	monkeypatch.setattr(monthly_post.EmailAccount, "find_outgoing", classmethod(lambda cls: True))
	# whatever the language of the site
	frappe.db.set_value("User", {"name": ("in", list(mine))}, "language", "en")
	letters = []
	monkeypatch.setattr(frappe, "sendmail", lambda **letter: letters.append(letter))
	frappe.db.set_single_value("Service Settings", "send_monthly_report", 1)
	# the other letter of the month has tests of its own
	frappe.db.set_single_value("Service Settings", "send_complaint_analysis", 0)
	# to print takes a second each time
	monkeypatch.setattr(monthly_post.pdf, "of", lambda page: b"%PDF-1.4")
	sent("2031-02")
	return letters


def sent(month):
	frappe.db.set_single_value("Service Settings", "monthly_report_sent_for", month)
	frappe.clear_document_cache("Service Settings", "Service Settings")


def noon(year, month, day):
	return datetime(year, month, day, 12)


def test_it_goes_on_the_first_working_day_and_not_before(post):
	sent("2031-04")
	name, calendar = calendars.for_company(frappe.db.get_single_value("Service Settings", "default_company"))
	# a Sunday
	assert calendar.business_date(datetime(2031, 6, 1)) == date(2031, 6, 2), name
	assert monthly_post.run(noon(2031, 5, 31)) == monthly_post.run(noon(2031, 6, 1)) == 0
	assert not post
	assert monthly_post.run(noon(2031, 6, 2)) == len(post) == 2


def test_a_second_run_sends_nothing(post):
	assert monthly_post.run(noon(2031, 4, 1)) == 2
	assert monthly_post.run(noon(2031, 4, 1)) == monthly_post.run(noon(2031, 4, 2)) == 0
	assert len(post) == 2


def test_a_missed_day_is_made_up_for(post):
	assert monthly_post.run(noon(2031, 4, 17)) == 2
	assert "March 2031" in post[0]["subject"]


def test_missed_months_are_made_up_for_oldest_first(post):
	monthly_post.run(noon(2031, 6, 17))
	assert [letter["subject"].rsplit(" of ")[-1] for letter in post[::2]] == [
		"March 2031",
		"April 2031",
		"May 2031",
	]


def test_a_new_site_begins_with_the_last_month(post):
	sent("")
	assert [month.code for month in monthly_post.due(noon(2031, 4, 2))] == ["2031-03"]


def test_each_reader_gets_what_they_may_see_in_their_language(post, requests):
	director, coordinator = cast(Role.COMMERCIAL_DIRECTOR), cast(Role.COORDINATOR)
	other = factories.make_company(company_name=factories.unique("Aparte")).name
	frappe.permissions.add_user_permission("Company", other, director, ignore_permissions=True)
	frappe.db.set_value("User", director, "language", "es")
	monthly_post.run(noon(2031, 4, 1))
	letters = {letter["recipients"][0]: letter for letter in post}
	assert letters[director]["subject"] == "Solicitudes de marzo 2031"
	assert letters[director]["message"].startswith("Se recibieron 0 solicitudes")
	assert letters[coordinator]["subject"] == "Monthly requests of March 2031"
	assert not letters[coordinator]["message"].startswith("0 requests")
	assert frappe.session.user == "Administrator" and frappe.local.lang == "en"


def test_each_company_of_the_month_has_a_paper_of_its_own(post, monkeypatch):
	frappe.db.delete("Service Folio", {"received_at": ("between", ("2031-03-01", "2031-03-31"))})
	ours, sister = (
		factories.make_company().name,
		factories.make_company(company_name=factories.unique("Hermana")).name,
	)
	for company, number in ((ours, 3), (sister, 1)):
		for _one in range(number):
			folio = make_folio(routed=False, company=company)
			frappe.db.set_value("Service Folio", folio.name, "received_at", datetime(2031, 3, 5, 10))
	monkeypatch.setattr(monthly_post.pdf, "of", lambda page: page)
	monthly_post.run(noon(2031, 4, 1))
	papers = {paper["fname"]: paper["fcontent"] for paper in post[0]["attachments"]}
	assert len(papers) == 2
	for company, other in ((ours, sister), (sister, ours)):
		(page,) = (text for name, text in papers.items() if frappe.scrub(company).replace("_", "-") in name)
		assert company in page and other not in page
	assert f"{sister}: 1 request" in post[0]["message"]


def test_the_settings_say_which_roles_get_it_and_whether_it_goes_at_all(post):
	settings = frappe.get_doc("Service Settings")
	settings.append("monthly_report_readers", {"role": Role.EXECUTIVE})
	# an agency may not see the report, so it gets no letter either
	settings.append("monthly_report_readers", {"role": Role.AGENCY})
	settings.save()
	monthly_post.run(noon(2031, 4, 1))
	assert [letter["recipients"] for letter in post] == [[cast(Role.EXECUTIVE)]]
	sent("2031-02")
	settings.reload()
	settings.send_monthly_report = 0
	settings.save()
	assert monthly_post.run(noon(2031, 4, 1)) == 0


def test_without_outgoing_mail_the_month_waits(post, monkeypatch):
	monkeypatch.setattr(monthly_post.EmailAccount, "find_outgoing", classmethod(lambda cls: None))
	assert monthly_post.run(noon(2031, 4, 1)) == 0
	assert [month.code for month in monthly_post.due(noon(2031, 4, 2))] == ["2031-03"]


def test_the_annex_goes_as_pdf_and_as_a_page_where_no_pdf_can_be_made(post, monkeypatch):
	monthly_post.run(noon(2031, 4, 1))
	assert post[0]["attachments"][0] == {"fname": "monthly-requests-2031-03.pdf", "fcontent": b"%PDF-1.4"}

	def no_program(_page):
		raise monthly_post.pdf.NoPrinter("nothing prints here")

	sent("2031-02")
	monkeypatch.setattr(monthly_post.pdf, "of", no_program)
	monthly_post.run(noon(2031, 4, 1))
	assert post[-1]["attachments"][0]["fname"] == "monthly-requests-2031-03.html"
	assert "<h1>" in post[-1]["attachments"][0]["fcontent"]


def test_the_daily_job_sends_it(background_jobs):
	from nervion_service import scheduler

	scheduler.daily()
	frappe.db.commit()
	assert background_jobs.named("monthly.run")
