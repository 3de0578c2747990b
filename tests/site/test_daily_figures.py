"""The daily roll-up equals the count of every row, at every moment of a life, whoever adds up and whatever is killed (D20)."""

import random
import threading
from datetime import datetime, timedelta
from unittest.mock import patch

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import (
	assignment,
	clock,
	daily_figures,
	indicator_data,
	indicator_rows,
	indicator_sums,
	retention,
	sweep,
	system,
)
from nervion_service.services.indicator_sums import Period
from tests import factories
from tests.site import folio_factories as folios
from tests.site.folio_factories import everybody  # noqa: F401

CAST = (Role.EXECUTIVE, Role.COORDINATOR)
FAR = {"from_date": datetime(2020, 1, 1).date(), "to_date": datetime(2035, 1, 1).date()}
TYPES = ("General Information", "Technical Advice", "Complaint")


def counted(period, now):
	"""All that is read of a period: the readings and their course."""
	return indicator_data.readings(period, now), indicator_data.trend(period, now, "Day")


def counted_live(period, now):
	"""The same with every row counted, the roll-up left aside."""
	with patch.object(indicator_sums, "_slice", lambda _period: None):
		return counted(period, now)


def assert_equal(company, people=()):
	"""By each way of narrowing that the roll-up serves, and by two that it does not."""
	now = clock.now()
	ways = [{}, {"channel": "Phone"}, *({"request_type": name} for name in TYPES)]
	ways += [{"responsible": person} for person in people]
	ways += [{"request_type": TYPES[0], "channel": "Phone"}]
	for way in ways:
		period = Period(**FAR, company=company, **way)
		assert counted(period, now) == counted_live(period, now), way


def by_hand(company, kind, now):
	"""(answered, within, unanswered, overdue) of one kind, counted in Python over the rows themselves."""
	rows = frappe.get_all("Service Commitment", filters={"company": company, "kind": kind}, fields=["*"])
	answered = [row for row in rows if row.status in ("Fulfilled", "Fulfilled Late")]
	lapsed = [row for row in rows if row.status == "Cancelled" and row.breached_at]
	waiting = [row for row in rows if row.status in ("Running", "Paused", "Breached")]
	late = [row for row in waiting if not row.paused_at and row.due_at < now]
	within = [row for row in answered if row.status == "Fulfilled"]
	return len(answered), len(within), len(waiting) + len(lapsed), len(late) + len(lapsed)


@pytest.fixture
def company():
	return factories.make_company().name


@pytest.fixture
def own(company):
	"""Folios of a channel of their own."""
	channel = {"doctype": "Service Channel", "channel_name": factories.unique("Kiosco")}
	return {"company": company, "channel": frappe.get_doc(channel).insert().name}


class Life:
	"""Folios that live at random; the clock goes on by hours."""

	def __init__(self, seed, company):
		self.chance, self.company, self.folios = random.Random(seed), company, []
		self.now = folios.MONDAY

	def step(self):
		self.now += timedelta(minutes=self.chance.randrange(5, 400))
		steps = (self.register, self.register, self.answer, self.close, self.withdraw, self.reopen)
		steps += (
			self.classify,
			self.hand_over,
			self.sweep,
			self.add_up,
			self.add_up,
			self.be_killed,
			self.purge,
		)
		with folios.at(self.now):
			self.chance.choice(steps)()
			assert_equal(self.company, [folios.cast(Role.EXECUTIVE)])
			for kind, code in (("First Answer", "S1.12"), ("Corporate Answer", "G17")):
				found = indicator_data.readings(Period(**FAR, company=self.company), clock.now())
				shown = (
					found[code].denominator,
					found[f"{code}-share"].numerator,
					found[f"{code}-unanswered"].numerator,
					found[f"{code}-overdue"].numerator,
				)
				assert shown == by_hand(self.company, kind, clock.now()), kind

	def register(self):
		kind = self.chance.choice(TYPES)
		self.folios.append(folios.make_folio(company=self.company, request_type=kind).name)

	def one(self, *stages):
		found = [folios.reloaded(name) for name in self.folios]
		found = [folio for folio in found if folio.stage in stages]
		return self.chance.choice(found) if found else None

	def answer(self):
		if folio := self.one("Routed", "In Attention", "Reopened"):
			folios.answer(folio)

	def close(self):
		if folio := self.one("Routed", "In Attention", "Answered"):
			folios.close(folio)

	def withdraw(self):
		if folio := self.one("Routed", "In Attention"):
			folios.withdraw(folio)

	def reopen(self):
		if folio := self.one("Closed"):
			folios.reopen(folio)

	def classify(self):
		if folio := self.one("Routed", "In Attention", "Answered", "Closed"):
			folio.request_type = self.chance.choice(TYPES)
			folio.save()

	def hand_over(self):
		if folio := self.one("Routed", "In Attention", "Closed"):
			frappe.get_doc("Service Folio", folio.name)
			with system.as_system():
				assignment._take_over(folio, folios.cast(Role.EXECUTIVE))

	def sweep(self):
		frappe.db.commit()
		sweep.run(self.now)

	def add_up(self):
		frappe.db.commit()
		daily_figures.add_up(batch_size=self.chance.choice((1, 3, 500)))

	def be_killed(self):
		frappe.db.commit()
		with patch.object(daily_figures, "_mark", side_effect=SystemExit), pytest.raises(SystemExit):
			daily_figures.add_up()
		frappe.db.rollback()

	def purge(self):
		frappe.db.commit()
		with folios.at(self.now + timedelta(days=365 * self.chance.choice((1, 30)))):
			retention.purge()


@pytest.mark.parametrize("seed", range(3))
def test_at_every_moment_of_a_life_the_roll_up_equals_the_count_of_every_row(seed, company, size):
	life = Life(seed, company)
	for _step in range(size(25, 250)):
		life.step()


def test_what_is_over_is_taken_in_once_and_read_from_there(own):
	for _number in range(3):
		folios.close(folios.make_folio(**own))
	frappe.db.commit()
	assert daily_figures.add_up() >= 3
	assert daily_figures.add_up() == 0
	period, now = Period(**FAR, **own), clock.now()
	assert indicator_data.readings(period, now)["S1.12"].denominator == 3
	frappe.db.delete("Service Daily Figures", {"channel": own["channel"]})
	assert indicator_data.readings(period, now)["S1.12"].denominator == 0


def test_a_promise_that_was_broken_before_its_case_was_withdrawn_stays_in_the_share(own):
	"""D20: a breach never un-happens."""
	with folios.at(folios.MONDAY):
		late, early = folios.make_folio(**own), folios.make_folio(**own)
		folios.withdraw(early)
	with folios.at(folios.MONDAY + timedelta(days=2)):
		folios.withdraw(late)
		period, now = Period(**FAR, **own), clock.now()
		found = indicator_data.readings(period, now)
		shares = {
			code: (found[code].numerator, found[code].denominator) for code in found if "S1.12-" in code
		}
		assert shares["S1.12-share"] == shares["S1.12-share-with-pauses"] == (0, 1)
		assert shares["S1.12-unanswered"] == shares["S1.12-overdue"] == (1, 1)
		rows = indicator_rows.rows("S1.12-overdue", "numerator", period, now)
		assert [(row.case_name, row.status) for row in rows] == [(late.name, "Cancelled")]
		for code in ("S1.12-share", "S1.12-share-with-pauses", "S1.12-unanswered", "G17-share"):
			assert len(indicator_rows.rows(code, "denominator", period, now)) == found[code].denominator
		assert list(indicator_data.trend(period, now)) == [f"{folios.MONDAY:%Y-%m}"]


def test_what_was_written_past_the_services_is_mended_and_logged(own):
	folio = folios.close(folios.make_folio(**own))
	frappe.db.commit()
	daily_figures.add_up()
	frappe.db.set_value("Service Commitment", {"case_name": folio.name}, "request_type", "Complaint")
	period = Period(**FAR, **own, request_type="Complaint")
	assert counted(period, clock.now()) != counted_live(period, clock.now())
	assert daily_figures.mend() > 0
	assert counted(period, clock.now()) == counted_live(period, clock.now())
	assert frappe.db.exists("Error Log", {"method": "Service daily figures"})
	assert daily_figures.mend() == 0


def test_sums_that_were_added_apart_are_brought_together(own):
	for _number in range(3):
		folios.close(folios.make_folio(**own))
		frappe.db.commit()
		daily_figures.add_up()
	before = frappe.db.count("Service Daily Figures", {"channel": own["channel"]})
	period, now = Period(**FAR, **own), clock.now()
	found = counted(period, now)
	assert daily_figures.look_after() == 0
	assert frappe.db.count("Service Daily Figures", {"channel": own["channel"]}) < before
	assert counted(period, now) == found == counted_live(period, now)


def test_who_does_not_see_everything_is_counted_row_by_row(own, run_as):
	mine, other = (folios.close(folios.make_folio(**own)) for _number in range(2))
	person = factories.make_user(roles=("Service Technician",)).name
	frappe.db.commit()
	daily_figures.add_up()
	frappe.db.set_value("Service Folio", mine.name, "assigned_to", person)
	with run_as(person):
		found = indicator_data.readings(Period(**FAR, **own), clock.now())
	assert found["S1.13-all"].denominator == 1
	assert other.name


def test_a_save_of_a_folio_leaves_the_mark_of_the_figures_alone(own):
	folio = folios.close(folios.make_folio(**own))
	opened = folios.reloaded(folio)
	frappe.db.commit()
	daily_figures.add_up()
	assert frappe.db.get_value("Service Folio", folio.name, "in_figures") == 1
	# opened before it was taken in, and saved after
	folios.act(opened, "Reopen", folios.cast(Role.COORDINATOR), reopen_reason="Volvió a descascararse")
	assert_equal(own["company"])
	assert indicator_data.readings(Period(**FAR, **own), clock.now())["S1.14"].denominator == 0


@pytest.mark.real_commits
def test_two_who_add_up_at_once_take_every_row_in_once(bench):
	name = factories.unique("CASO", "-")
	row = {
		"kind": "First Answer", "status": "Fulfilled", "case_type": "Service Folio", "case_name": name,
		"started_at": datetime(2019, 3, 4, 10), "due_at": datetime(2019, 3, 4, 14), "elapsed_seconds": 60,
		"original_due_at": datetime(2019, 3, 4, 14), "fulfilled_at": datetime(2019, 3, 4, 11),
	}  # fmt: skip
	names = system.insert_rows("Service Commitment", [row] * 300)
	frappe.db.commit()
	problems = []

	def work():
		try:
			frappe.init(site=bench.site, sites_path=str(bench.sites))
			frappe.connect()
			daily_figures.add_up(batch_size=7)
			frappe.destroy()
		except BaseException as error:
			problems.append(error)

	try:
		workers = [threading.Thread(target=work) for _number in range(3)]
		for worker in workers:
			worker.start()
		for worker in workers:
			worker.join()
		frappe.db.rollback()
		period = Period(datetime(2019, 3, 4).date(), datetime(2019, 3, 4).date())
		assert not problems
		assert indicator_data.readings(period, clock.now())["S1.12"].denominator == 300
		assert counted(period, clock.now()) == counted_live(period, clock.now())
	finally:
		daily_figures.release("Service Commitment", names)
		frappe.db.delete("Service Commitment", {"name": ("in", names)})
		frappe.db.commit()
		daily_figures.look_after()
