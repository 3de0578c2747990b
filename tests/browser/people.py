"""People, and what they do on the desk, for the browser's tests; all in Spanish, as the users have it."""

import csv
import re
from pathlib import Path

import frappe

from nervion_service.services import transactions
from tests import factories

SPANISH = Path(__file__).resolve().parents[2] / "nervion_service" / "translations" / "es.csv"
FOLIO = "Service Folio"
# what hangs on a folio, with the field that names it
HANGING = {
	"Service Commitment": "case_name",
	"Service Event": "case_name",
	"Communication": "reference_name",
	"Comment": "reference_name",
	"ToDo": "reference_name",
	"Notification Log": "document_name",
	"Version": "docname",
}


def person(*roles, **overrides) -> str:
	"""Name of a new user who holds these roles and reads Spanish; committed, since another process signs them in."""
	name = factories.make_user(roles=roles, language="es", **overrides).name
	frappe.db.commit()
	return name


def take_away(folios, people) -> None:
	"""Delete what a test made, folios in the database itself: the app never deletes one."""
	# the site is served while this deletes: the database may choose it as a deadlock's victim
	transactions.retried(lambda: _delete(folios, people))
	for name in people:
		frappe.clear_cache(user=name)


def _delete(folios, people) -> None:
	for folio in folios:
		promises = frappe.get_all("Service Commitment", {"case_name": folio}, pluck="name")
		if promises:
			frappe.db.delete("Service Notice", {"commitment": ("in", promises)})
		for doctype, fieldname in HANGING.items():
			frappe.db.delete(doctype, {fieldname: folio})
		frappe.db.delete(FOLIO, {"name": folio})
	for name in people:
		frappe.db.set_value("User", name, "enabled", 0)
		frappe.db.delete("Has Role", {"parent": name, "parenttype": "User"})


def english_lines(page) -> list[str]:
	"""Lines on the page that stand in English although the app has Spanish for them."""
	with SPANISH.open(encoding="utf-8", newline="") as file:
		sources = {row[0] for row in csv.reader(file) if row and row[0].strip() != row[1].strip()}
	# contents, in the language of the site
	names = {
		*frappe.get_all("Department", pluck="department_name"),
		*frappe.get_all("List Filter", pluck="filter_name"),
		*frappe.get_all("Commitment Step", pluck="step_name"),
		*frappe.get_all("Commitment Policy", pluck="title"),
	}
	lines = {line.strip() for line in re.split(r"[\n\t]+", page.inner_text("body"))}
	return sorted(lines & sources - names)


def overflow(page) -> int:
	"""By how many pixels the page is wider than its window, whose own word a phone makes larger by zooming out."""
	return page.evaluate("document.documentElement.scrollWidth") - page.viewport_size["width"]


def visible_dialog(page):
	return page.locator(".modal.show").last


def fill(scope, fieldname: str, text: str) -> None:
	field = scope.locator(f'[data-fieldname="{fieldname}"]').locator("input, textarea").first
	field.fill(text)
	field.blur()


def choose(page, scope, fieldname: str, text: str) -> None:
	"""Type into a link field and take the first row that has the text."""
	field = scope.locator(f'.frappe-control[data-fieldname="{fieldname}"] input').first
	field.click()
	field.fill(text)
	# the engines differ in what a row of the list is
	rows = f'.frappe-control[data-fieldname="{fieldname}"] :is(.awesomplete li, [role="option"])'
	row = scope.locator(rows, has_text=text).first
	row.wait_for()
	row.click()
	settle(page)


def quiet(page) -> None:
	"""Wait until the desk has everything that it has asked the server for."""
	page.wait_for_function("() => window.frappe?.request && !frappe.request.ajax_count")


def until_work_is_done(page) -> None:
	"""Wait until the worker has done what was asked of it before: a job of the last queue comes after all of them."""
	last = frappe.enqueue("frappe.ping", queue="long")
	for _attempt in range(240):
		if last.get_status(refresh=True) == "finished":
			return
		page.wait_for_timeout(250)
	raise AssertionError(f"the worker still has work after a minute: {last.get_status()}")


def settle(page) -> None:
	"""Wait as long as a quick hand needs to the next field: Frappe takes a value over a moment after it was chosen."""
	page.wait_for_timeout(500)


def press(scope, label: str) -> None:
	scope.get_by_role("button", name=label, exact=True).first.click()


def wait_for_state(page, stage: str) -> None:
	page.wait_for_function(
		"(stage) => window.cur_frm && cur_frm.doc.stage === stage && !cur_frm.is_dirty()",
		arg=stage,
		timeout=60_000,
	)
