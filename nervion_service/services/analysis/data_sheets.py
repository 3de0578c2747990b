"""Technical data sheets: kept free of overlaps, and the one in force when a batch was made (G5, K7)."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate

from nervion_service.domain import application, data_sheets, measures
from nervion_service.domain.application import UNITS
from nervion_service.domain.data_sheets import Sheet
from nervion_service.domain.measures import Limits, typed_limits
from nervion_service.services import clock, refusals

DOCTYPE = "Technical Data Sheet"


def check(sheet) -> None:
	"""Fill units and refuse limits that are no numbers, upside down, empty or given twice, and days that another version has."""
	for row in sheet.limits:
		with refusals.explained(measures.MESSAGES):
			_check_limit(row)
	if twice := application.repeated(row.quantity for row in sheet.limits):
		frappe.throw(
			_("{0} is limited twice: keep one row.").format(frappe.bold(_(twice))), title=_("Not Accepted")
		)
	_check_days(sheet)


def in_force(item: str | None, batch: str | None = None, day: date | None = None) -> str | None:
	"""The data sheet by which an item is judged: the one of the day its batch was made, else of `day`, else of today.

	None without an item, or where no version covers that day.
	"""
	if not item:
		return None
	made = frappe.db.get_value("Batch", batch, "manufacturing_date") if batch else None
	found = data_sheets.in_force(_sheets(item), getdate(made or day or clock.now()))
	return found.name if found else None


def limits(sheet: str | None) -> dict[str, Limits]:
	"""The limits of a data sheet by quantity; empty without one."""
	if not sheet:
		return {}
	# what a product may be applied with is no secret, and the document that shows it was asked for
	rows = frappe.get_all(
		"Data Sheet Limit",
		{"parent": sheet, "parenttype": DOCTYPE},
		["quantity", "minimum", "maximum"],
		order_by="idx",
	)
	return {row.quantity: typed_limits(row.minimum, row.maximum, row.quantity) for row in rows}


def _check_limit(row) -> None:
	found = typed_limits(row.minimum, row.maximum, _(row.quantity))
	if found.is_open:
		raise measures.Unfit("no_limit", what=_(row.quantity))
	for bound in (found.minimum, found.maximum):
		application.check_possible(row.quantity, bound, _(row.quantity))
	row.minimum, row.maximum = measures.shown(found.minimum), measures.shown(found.maximum)
	row.uom = UNITS[row.quantity]


def _check_days(sheet) -> None:
	own = Sheet(sheet.name or "", getdate(sheet.valid_from), sheet.valid_to and getdate(sheet.valid_to))
	others = [other for other in _sheets(sheet.item) if other.name != sheet.name]
	if problem := data_sheets.problem(own, others):
		code, values = problem
		frappe.throw(refusals.sentence(data_sheets.MESSAGES, code, values), title=_("Not Accepted"))


def _sheets(item: str) -> list[Sheet]:
	# which version was in force is asked for by whoever records an application; the sheet itself has its own permission
	rows = frappe.get_all(
		DOCTYPE, {"item": item}, ["name", "valid_from", "valid_to"], order_by="valid_from, name"
	)
	return [Sheet(row.name, row.valid_from, row.valid_to) for row in rows]
