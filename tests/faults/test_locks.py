"""F12 and F10: changing the promises of one case makes nobody wait who registers or changes another."""

import frappe
import pytest

from nervion_service.services import commitments, system
from tests.faults.conftest import MONDAY
from tests.site import spine

PATIENCE_SECONDS = 3


@pytest.fixture
def insert_elsewhere(committed):
	"""insert_elsewhere(row): insert it over another connection, and count it; raises when it has to wait for a lock."""
	from frappe.database import get_db

	conf = frappe.conf
	options = {"user": conf.db_name, "password": conf.db_password}
	other = get_db(host=conf.db_host, port=conf.db_port, **options)
	other.connect()
	# one engine opens the site's database by itself, the other none
	other.use(conf.db_name)
	other.sql(f"SET SESSION innodb_lock_wait_timeout = {PATIENCE_SECONDS}")

	def insert(row):
		row = {"name": system.new_name(), **row}
		names = ", ".join(f"`{column}`" for column in row)
		marks = ", ".join(["%s"] * len(row))
		other.sql(f"INSERT INTO `tabService Commitment` ({names}) VALUES ({marks})", list(row.values()))
		return other.sql("SELECT COUNT(*) FROM `tabService Commitment` WHERE `name` = %s", row["name"])[0][0]

	yield insert
	other.sql("rollback")
	other.close()


@pytest.mark.parametrize(
	"change",
	[
		lambda case: commitments.fulfil(*case, ("First Answer",), MONDAY.replace(hour=11)),
		lambda case: commitments.pause(*case, MONDAY.replace(hour=11)),
		lambda case: commitments.cancel_open(*case, MONDAY.replace(hour=11)),
		lambda case: commitments.reassign(*case, "Guest", None),
	],
)
def test_promises_of_the_next_case_are_inserted_while_those_of_the_last_one_change(
	stored, insert_elsewhere, change
):
	promises = stored(3)
	change(("Service Folio", f"{promises.prefix}-2"))
	row = spine.promise_rows(1, promises.calendar, prefix=promises.prefix)[0]
	assert insert_elsewhere({**row, "case_name": f"{promises.prefix}-2x"}) == 1
	frappe.db.rollback()


def test_a_lock_on_the_index_of_cases_would_be_caught(stored, insert_elsewhere):
	# planted: the promises of the case are locked by the case and not by their names
	promises = stored(3)
	frappe.db.sql(
		"""SELECT `name` FROM `tabService Commitment` WHERE `case_type` = 'Service Folio' AND `case_name` = %s
		FOR UPDATE""",
		(f"{promises.prefix}-2",),
	)
	row = spine.promise_rows(1, promises.calendar, prefix=promises.prefix)[0]
	with pytest.raises(frappe.QueryTimeoutError):
		insert_elsewhere({**row, "case_name": f"{promises.prefix}-2x"})
	frappe.db.rollback()
