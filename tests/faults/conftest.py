"""Faults: real processes and real commits on the throwaway site; what a test stores is taken away by SQL."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from tests.faults.processes import Workers

# Long before anything else on the site, so that nothing else is due: a Monday.
MONDAY = datetime(2001, 1, 8)


def pytest_collection_modifyitems(items):
	for item in items:
		if item.path.is_relative_to(__file__.rsplit("/", 1)[0]):
			item.add_marker(pytest.mark.faults)


@pytest.fixture
def committed(site, real_commits):
	"""The site with true commits."""
	return site


@pytest.fixture
def workers(committed, tmp_path):
	"""Real processes that sweep and recompute."""
	with Workers(committed, tmp_path) as running:
		yield running


@dataclass
class Promises:
	"""Promises that a fault test stored, and what became of them, counted in the database."""

	prefix: str
	calendar: str
	count: int

	def _count(self, sql: str) -> int:
		import frappe

		# what another process committed is seen by a new transaction only
		frappe.db.rollback()
		return frappe.db.sql(sql, {"cases": f"{self.prefix}-%"})[0][0]

	def events(self) -> int:
		return self._count("SELECT COUNT(*) FROM `tabService Event` WHERE `case_name` LIKE %(cases)s")

	def distinct_events(self) -> int:
		return self._count(
			"""SELECT COUNT(DISTINCT `reference_name`, `event`, `happened_at`, `details`)
			FROM `tabService Event` WHERE `case_name` LIKE %(cases)s"""
		)

	def notices(self) -> int:
		return self._count(
			"""SELECT COUNT(*) FROM `tabService Notice` WHERE `commitment` IN
			(SELECT `name` FROM `tabService Commitment` WHERE `case_name` LIKE %(cases)s)"""
		)

	def with_status(self, status: str) -> int:
		assert status.isalpha()
		return self._count(
			f"SELECT COUNT(*) FROM `tabService Commitment` WHERE `case_name` LIKE %(cases)s AND `status` = '{status}'"
		)

	def failed(self) -> int:
		return self._count(
			"SELECT COUNT(*) FROM `tabService Commitment` WHERE `case_name` LIKE %(cases)s AND `attempts` > 0"
		)

	def announced_exactly_once(self, steps: int) -> bool:
		"""Whether each of `steps` steps of every promise has one event and one notice, and no row failed."""
		expected = self.count * steps
		return (self.events(), self.distinct_events(), self.notices(), self.failed()) == (
			expected,
			expected,
			expected,
			0,
		)

	def remove(self) -> None:
		import frappe

		frappe.db.rollback()
		frappe.db.sql(
			"""DELETE FROM `tabService Notice` WHERE `commitment` IN
			(SELECT `name` FROM `tabService Commitment` WHERE `case_name` LIKE %s)""",
			(f"{self.prefix}-%",),
		)
		for table in ("tabService Commitment", "tabService Event"):
			frappe.db.sql(f"DELETE FROM `{table}` WHERE `case_name` LIKE %s", (f"{self.prefix}-%",))
		frappe.delete_doc("Service Calendar", self.calendar, force=True)
		frappe.db.commit()


@pytest.fixture
def stored(committed):
	"""stored(count, **what spine.promise_rows takes): that many promises, committed; taken away afterwards."""
	import frappe

	from nervion_service.services import system
	from tests import factories
	from tests.site import spine

	made = []

	def store(count, holiday_list=None, **kwargs) -> Promises:
		calendar = spine.make_calendar(holiday_list=holiday_list).name
		promises = Promises(factories.unique("FALLO", "-"), calendar, count)
		made.append(promises)
		kwargs.setdefault("started_at", MONDAY.replace(hour=10))
		rows = spine.promise_rows(count, calendar, prefix=promises.prefix, **kwargs)
		system.insert_rows("Service Commitment", rows)
		frappe.db.commit()
		return promises

	yield store
	for promises in made:
		promises.remove()
