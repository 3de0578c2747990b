"""Visits on a calendar, and the ones that somebody in the field takes along (G3, G10)."""

from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.utils import add_to_date, cint, get_datetime

from nervion_service.domain.application import UNITS
from nervion_service.domain.complaint_words import VisitStage
from nervion_service.domain.visits import ENDED
from nervion_service.services import clock, system, wording
from nervion_service.services.analysis import data_sheets
from nervion_service.services.visits import application, records

DOCTYPE = records.DOCTYPE
COLOURS = {
	# Frappe's own; its calendar knows them by their numbers only
	VisitStage.SCHEDULED: "#2490EF",
	VisitStage.IN_PROGRESS: "#ECAC4B",
	VisitStage.FINISHED: "#29CD42",
	VisitStage.CANCELLED: "#A6B1B9",
}
# more than this nobody reads on one page
MOST = 500
# what a technician takes along: this many days ahead
DAYS_AHEAD = 7
TAKEN_ALONG = (
	"name", "subject", "stage", "mode", "party_name", "contact_name", "phone", "site", "address", "scheduled_from",
	"scheduled_to", "item", "batch", "surface", "surface_preparation", "coats", "result", "diagnosis", "recommendation",
	"signed_by", "unsigned_reason", "complaint", "folio", *application.FIELDS.values(),
)  # fmt: skip


@frappe.whitelist()
def get_events(
	start: str | datetime, end: str | datetime, filters: str | list | None = None
) -> list[dict[str, Any]]:
	"""The visits of a page of Frappe's calendar that the user may see: {name, title, start, end, color}."""
	system.require(DOCTYPE, "read")
	wanted = frappe.parse_json(filters) or []
	# get_list: only what the user may see
	rows = frappe.get_list(
		DOCTYPE,
		filters=[
			*wanted,
			[DOCTYPE, "scheduled_from", "<=", get_datetime(end)],
			[DOCTYPE, "scheduled_to", ">=", get_datetime(start)],
		],
		fields=["name", "subject", "party_name", "assigned_to", "scheduled_from", "scheduled_to", "stage"],
		order_by="scheduled_from",
		limit_page_length=MOST,
	)
	return [_event(row) for row in rows]


@frappe.whitelist()
def mine() -> list[dict[str, Any]]:
	"""The user's visits of the coming days and those that are overdue, in order, with all that the form needs without a signal."""
	system.require(DOCTYPE, "read")
	until = add_to_date(clock.now(), days=DAYS_AHEAD)
	names = frappe.get_list(
		DOCTYPE,
		filters={
			"assigned_to": frappe.session.user,
			"stage": ("in", (VisitStage.SCHEDULED, VisitStage.IN_PROGRESS)),
			"scheduled_from": ("<=", until),
		},
		pluck="name",
		order_by="scheduled_from, name",
		limit_page_length=50,
	)
	return [taken_along(frappe.get_doc(DOCTYPE, name)) for name in names]


def taken_along(visit) -> dict[str, Any]:
	"""A visit as the phone shows it: its fields, checklist, limits and deviations."""
	return {
		**{field: visit.get(field) for field in TAKEN_ALONG},
		"ended": visit.stage in ENDED,
		"signed": bool(visit.signature),
		"checklist": [
			{"point": row.point, "result": row.result, "note": row.note} for row in visit.checklist
		],
		"limits": _limits(visit.data_sheet),
		"deviations": [application.in_words(row) for row in visit.deviations],
		"photographs": cint(len(visit.evidence)),
		"analysis_report": visit.analysis_report,
	}


def _limits(sheet: str | None) -> dict[str, dict[str, Any]]:
	return {
		application.FIELDS.get(quantity, "dew_point_margin"): {
			"minimum": limits.minimum,
			"maximum": limits.maximum,
			"uom": UNITS[quantity],
		}
		for quantity, limits in data_sheets.limits(sheet).items()
	}


def _event(row) -> dict[str, Any]:
	who = wording.person(row.assigned_to) if row.assigned_to else None
	return {
		"name": row.name,
		"title": " · ".join(filter(None, (row.party_name, who, row.subject))),
		"start": row.scheduled_from,
		"end": max(row.scheduled_to, row.scheduled_from + timedelta(minutes=30)),
		"color": COLOURS.get(row.stage, COLOURS[VisitStage.SCHEDULED]),
	}
