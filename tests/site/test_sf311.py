"""Real requests, eight thousand at full size, come in by the import command, and every figure equals one counted without our code."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import frappe
import numpy
import pandas
import pytest
from frappe.utils import getdate, to_timedelta

from nervion_service.domain.business_calendar import WEEKDAYS
from nervion_service.services import calendars, clock, indicator_data, indicator_rows, monthly_requests
from nervion_service.services.imports import reader, runner
from tests import engine, factories

MAPPING = Path(__file__).parent / "mappings" / "sf311.json"
CHANNELS = {"Phone": "Phone", "Email": "E-mail", "Twitter": "Facebook"}
HOUR = 3600
ORIGIN = numpy.datetime64("2008-01-01T00:00:00", "s")


class MinuteByMinute:
	"""Working time counted over an array of every minute of the years, from the calendar's own rows."""

	def __init__(self, calendar_name: str, last_year: int):
		doc = frappe.get_doc("Service Calendar", calendar_name)
		minutes = int((numpy.datetime64(f"{last_year + 1}-01-01", "s") - ORIGIN).astype(int)) // 60
		self.open = numpy.zeros(minutes, dtype=bool)
		first_weekday = datetime(2008, 1, 1).weekday()
		for day in range(minutes // 1440):
			for row in doc.shifts:
				if WEEKDAYS.index(row.weekday) == (first_weekday + day) % 7:
					end = to_timedelta(row.end_time) or timedelta(hours=24)
					begin = day * 1440 + int(to_timedelta(row.start_time).total_seconds()) // 60
					self.open[begin : day * 1440 + int(end.total_seconds()) // 60] = True
		for row in frappe.get_doc("Holiday List", doc.holiday_list).holidays if doc.holiday_list else ():
			day = (numpy.datetime64(getdate(row.holiday_date)) - ORIGIN.astype("datetime64[D]")).astype(int)
			if 0 <= day < minutes // 1440:
				self.open[day * 1440 : (day + 1) * 1440] = False
		self.before = numpy.concatenate([[0], numpy.cumsum(self.open, dtype=numpy.int64)]) * 60
		self.opens_at = numpy.flatnonzero(self.open)

	def worked(self, seconds):
		"""Open seconds from the origin to each moment (seconds since the origin)."""
		minute = seconds // 60
		return self.before[minute] + numpy.where(self.open[minute], seconds % 60, 0)

	def next_open(self, seconds):
		minute = seconds // 60
		following = self.opens_at[numpy.searchsorted(self.opens_at, minute)]
		return numpy.where(self.open[minute], seconds, following * 60)


@pytest.fixture(scope="module")
def requests(data_file, full_size, tmp_path_factory):
	"""The whole file with NERVION_FULL=1, else every fifth of its rows, and all that close before they begin."""
	path = data_file("sf311.csv")
	if full_size:
		return path
	table = pandas.read_csv(path, dtype=str, keep_default_na=False)
	backwards = (table.closed_date != "") & (table.closed_date < table.created_date)
	sample = tmp_path_factory.mktemp("sf311") / "sample.csv"
	table[(table.index % 5 == 0) | backwards].to_csv(sample, index=False)
	return sample


@pytest.fixture(scope="module")
def imported(module_transaction, requests, tmp_path_factory):
	"""The file as the command imports it, and as pandas reads it."""
	with engine.working_folder(module_transaction.sites):
		engine.reset_request()
		company = factories.make_company().name
		rejects = tmp_path_factory.mktemp("rejects") / "rejected.csv"
		job = runner.prepare(requests, str(MAPPING), company=company, rejects=rejects)
		# what a module's fixture inserts is undone after the module
		with patch.object(frappe.db, "commit"):
			summary = runner.run(job)
		calendar_name, _calendar = calendars.for_company(company)
	return frappe._dict(summary=summary, company=company, table=independent(requests, calendar_name), job=job)


def independent(path, calendar_name):
	table = pandas.read_csv(path, dtype=str, keep_default_na=False)
	hours = MinuteByMinute(calendar_name, 2018)
	begin = seconds_of(table.created_date)
	table["begin"] = begin
	table["answered"] = table.closed_date != ""
	table["end"] = numpy.where(
		table.answered, seconds_of(table.closed_date.where(table.answered, table.created_date)), -1
	)
	table = table[~table.answered | (table.end >= table.begin)].copy()
	table["effective"] = hours.next_open(table.begin.to_numpy())
	end = numpy.maximum(table.end.to_numpy(), table.effective.to_numpy())
	target = hours.worked(table.effective.to_numpy())
	table["elapsed"] = hours.worked(end) - target
	# due is the earliest moment by which four hours have passed: not later than it means less than that a second before
	table["within"] = table.answered & (hours.worked(numpy.maximum(end - 1, 0)) - target < 4 * HOUR)
	moments = ORIGIN + table.effective.to_numpy().astype("timedelta64[s]")
	table["month"] = pandas.Series(moments, index=table.index).dt.strftime("%Y-%m")
	table["channel"] = table.source.map(lambda source: CHANNELS.get(source, "Web Page"))
	return table


def seconds_of(column):
	stamps = pandas.to_datetime(column.str.slice(0, 19)).to_numpy().astype("datetime64[s]")
	return (stamps - ORIGIN).astype(numpy.int64)


def figures(imported, begin, end, channel=None):
	period = indicator_data.Period(begin, end, company=imported.company, channel=channel)
	found = indicator_data.readings(period, clock.now())
	return found["S1.12"], found["S1.12-share"], found["S1.13-all"]


def assert_equal_to(table, found):
	mean, share, same_day = found
	assert (mean.numerator or 0, mean.denominator) == (
		table.elapsed[table.answered].sum(),
		table.answered.sum(),
	)
	# every request that is still open here has been so for years: all of them count as outside
	assert (share.numerator, share.denominator) == (table.within.sum(), len(table))
	assert (same_day.numerator, same_day.denominator) == (len(table), len(table))


def test_every_row_is_in_except_those_that_close_before_they_begin(imported):
	assert imported.summary.imported == len(imported.table)
	rejected = list(reader.rows(imported.job.rejects_path))
	assert len(rejected) == imported.summary.rejected == imported.job.total - len(imported.table)
	for row in rejected:
		assert row.cells["closed_date"] < row.cells["created_date"]
		assert row.cells["import_reason"]


def test_the_whole_set_equals_the_independent_count(imported):
	found = figures(imported, datetime(2008, 1, 1).date(), datetime(2018, 12, 31).date())
	assert_equal_to(imported.table, found)
	assert found[0].value == pytest.approx(imported.table.elapsed[imported.table.answered].mean())


def test_twenty_random_months_and_channels_equal_the_independent_count(imported):
	pairs = sorted(set(zip(imported.table.month, imported.table.channel, strict=True)))
	for month, channel in random.Random(311).sample(pairs, 20):
		begin = datetime.strptime(month, "%Y-%m").date()
		end = (begin + timedelta(days=32)).replace(day=1) - timedelta(days=1)
		table = imported.table[(imported.table.month == month) & (imported.table.channel == channel)]
		assert_equal_to(table, figures(imported, begin, end, channel))


def test_the_monthly_summary_equals_the_independent_count_by_every_dimension(imported):
	"""S1.17. Seen to fail with the month taken from `effective_at`, and with the first day of the next month counted in."""
	table = imported.table.assign(
		received=imported.table.created_date.str[:7], day=imported.table.created_date.str[:10]
	)
	per_month = table.groupby("received").size()
	# the three fullest, a turn of the year, and the first month that has any
	months = {*per_month.nlargest(3).index, "2014-12", "2015-01", per_month.index.min()}
	for month in months:
		of = monthly_requests.month({"month": month, "company": imported.company})
		now, before = table[table.received == month], (table.received == f"{of.previous:%Y-%m}").sum()
		total = monthly_requests.total(of)
		assert (total.requests, total.closed, total.pending, total.before_it) == (
			len(now), now.answered.sum(), (~now.answered).sum(), before,
		)  # fmt: skip
		assert (total.withdrawn, total.merged, total.safety) == (0, 0, 0)
		for dimension, column in (("channel", "channel"), ("request_type", "category"), ("day", "day")):
			assert told(of, dimension) == counted(now, column), (month, dimension)
		assert told(of, "department") == counted(now, "agency_name"), month


def told(of, dimension) -> dict:
	"""What the summary says of a month: value → (requests, closed), departments by the name that people read."""
	found = {}
	for value, counts in monthly_requests.by(of, dimension).items():
		name = (
			frappe.db.get_value("Department", value, "department_name")
			if dimension == "department"
			else value
		)
		if counts.requests:
			found[str(name)] = (counts.requests, counts.closed)
	return found


def counted(table, column) -> dict:
	"""The same from the file."""
	sums = table.groupby(column).answered.agg(["size", "sum"])
	return {name: (int(row["size"]), int(row["sum"])) for name, row in sums.iterrows()}


def test_the_rows_behind_a_figure_are_as_many_as_the_figure(imported):
	period = indicator_data.Period(
		datetime(2012, 1, 1).date(), datetime(2013, 12, 31).date(), imported.company
	)
	now = clock.now()
	for code, reading in indicator_data.readings(period, now).items():
		if code.startswith(("S1.12-", "G17-", "S1.13")) and reading.denominator:
			assert len(indicator_rows.rows(code, "denominator", period, now)) == reading.denominator, code
			if not code.endswith("with-pauses") or "share" in code:
				assert len(indicator_rows.rows(code, "numerator", period, now)) == reading.numerator, code


def test_the_trend_adds_up_to_the_whole(imported):
	period = indicator_data.Period(
		datetime(2010, 1, 1).date(), datetime(2011, 12, 31).date(), imported.company
	)
	now = clock.now()
	whole = indicator_data.readings(period, now)["S1.12"]
	months = [found["S1.12"] for found in indicator_data.trend(period, now).values()]
	assert sum(month.numerator for month in months) == whole.numerator
	assert sum(month.denominator for month in months) == whole.denominator


def test_history_keeps_its_own_times_and_alerts_nobody(imported):
	row = imported.table[imported.table.answered].iloc[0]
	folio = frappe.get_doc("Service Folio", {"external_id": row.unique_key, "account": "sf311"})
	assert str(folio.received_at) == str(folio.registered_at) == row.created_date[:19]
	assert str(folio.first_answered_at) == str(folio.first_closed_at) == row.closed_date[:19]
	assert (folio.stage, folio.is_history, folio.routed_at) == ("Closed", 1, None)
	history = frappe.get_all("Service Folio", filters={"account": "sf311", "is_history": 1}, pluck="name")
	commitments = frappe.get_all("Service Commitment", filters={"case_name": ("in", history)}, pluck="name")
	assert not frappe.db.count(
		"Service Commitment", {"name": ("in", commitments), "next_check_at": ("is", "set")}
	)
	assert not frappe.db.count("Service Notice", {"commitment": ("in", commitments)})


def test_a_second_run_brings_nothing_twice(imported):
	before = frappe.db.count("Service Folio")
	again = runner.run(imported.job)
	assert (again.imported, again.rejected) == (0, imported.summary.rejected)
	assert again.skipped == imported.summary.imported
	assert frappe.db.count("Service Folio") == before
