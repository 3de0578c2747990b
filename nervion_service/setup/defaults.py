"""The records a new site is offered: created once, the customer's afterwards.

Names are English identifiers; titles, notes and names of steps are contents, so they are written in the language of the
site. A site that is installed before its set-up wizard was answered gets them in English first; when the wizard ends,
what still reads as shipped is put into the language that was chosen.
"""

from collections.abc import Iterator
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_years, getdate
from frappe.utils.nestedset import rebuild_tree

from nervion_service.domain.taxonomy import CHANNELS, DEPARTMENTS, PROCEDURES, REQUEST_TYPES
from nervion_service.services import calendars, clock, consent
from nervion_service.setup import catalogue, complaint_catalogue, created, privacy_notice
from nervion_service.setup.catalogue import WORKING_HOURS

# where contents stand that are written in the site's language
CONTENTS = {
	"Service Calendar": ("notes",),
	"Service Procedure": ("title",),
	"Request Type": ("notes",),
	"Commitment Policy": ("title", "notes"),
	"Commitment Step": ("step_name",),
	"Assignment Rule": ("description",),
	"Evidence Kind": ("hint",),
	"Service Defect": ("family",),
}


def install() -> None:
	"""Offer everything that needs no company."""
	_offer_calendar()
	_offer_procedures()
	_offer_channels()
	_offer_request_types()
	_offer_policies()
	_offer_assignment_rule()
	_fill_settings()


def install_for_companies() -> None:
	"""Offer what needs a company: the departments that routes name, and the company that is taken when none is given."""
	# every company gets its departments, whoever runs the migration
	for company in frappe.get_all("Company", {"is_group": 0}, pluck="name", order_by="creation"):
		_offer_departments(company)
		_offer_privacy_notice(company)
		_set_if_empty(
			"default_company", frappe.db.get_single_value("Global Defaults", "default_company") or company
		)


def speak_the_language_of_the_site() -> None:
	"""Put shipped contents that nobody has changed into the site's language."""
	for doctype, source in _shipped_contents():
		wanted = _in_site_language(source)
		if wanted == source:
			continue
		for field in CONTENTS[doctype]:
			# a direct write: the promise and its version stay the same, only the words change
			frappe.db.set_value(doctype, {field: source}, field, wanted, update_modified=False)
	for doctype in CONTENTS:
		frappe.clear_document_cache(doctype)


def uninstall(our_doctypes: list[str]) -> None:
	"""Remove the shipped records in DocTypes of others that nobody but our own documents links to."""
	for doctype in ("Assignment Rule", "Holiday List", "Department"):
		for name in reversed(created.names(doctype)):
			_clear_our_links(doctype, name, our_doctypes)
			_delete_unless_used(doctype, name)


def _offer_calendar() -> None:
	year = clock.now().year
	span = {"from_date": date(year, 1, 1), "to_date": date(year + 1, 12, 31)}
	days = {**calendars.official_holidays(year), **calendars.official_holidays(year + 1)}
	created.offer_once(
		"Holiday List",
		catalogue.HOLIDAY_LIST,
		{
			"holiday_list_name": catalogue.HOLIDAY_LIST,
			**span,
			"holidays": [{"holiday_date": day, "description": name} for day, name in days.items()],
		},
	)
	created.offer_once(
		"Service Calendar",
		catalogue.CALENDAR,
		{
			"calendar_name": catalogue.CALENDAR,
			"is_default": 0 if _has_default_calendar() else 1,
			"holiday_list": catalogue.HOLIDAY_LIST
			if _exists("Holiday List", catalogue.HOLIDAY_LIST)
			else None,
			"shifts": [
				dict(zip(("weekday", "start_time", "end_time"), row, strict=True)) for row in WORKING_HOURS
			],
			"notes": _in_site_language(catalogue.CALENDAR_NOTES),
		},
	)


def _offer_procedures() -> None:
	today = getdate(clock.now())
	for procedure in PROCEDURES:
		created.offer_once(
			"Service Procedure",
			procedure.code,
			{
				"code": procedure.code,
				"title": _in_site_language(procedure.title),
				"version": "1",
				"owner_role": procedure.owner_role,
				# G16: reviewed every year
				"next_review": add_years(today, 1),
				"is_assumption": int(procedure.is_assumption),
			},
		)


def _offer_channels() -> None:
	for channel in CHANNELS:
		created.offer_once(
			"Service Channel",
			channel.name,
			{
				"channel_name": channel.name,
				"is_digital": int(channel.digital),
				"is_automatic": int(channel.automatic),
			},
		)


def _offer_request_types() -> None:
	for position, kind in enumerate(REQUEST_TYPES, start=1):
		created.offer_once(
			"Request Type",
			kind.name,
			{
				"request_type_name": kind.name,
				"nature": kind.nature,
				"default_priority": kind.priority,
				"sgi_category": kind.sgi_category,
				"sequence": position * 10,
				"procedure": kind.procedure,
				"department_name": kind.department,
				"role": kind.role,
				"notes": _in_site_language(catalogue.ROUTE_NOTES) if kind.is_assumption else None,
			},
		)


def _policies() -> tuple:
	return (*catalogue.POLICIES, *complaint_catalogue.POLICIES)


def _offer_policies() -> None:
	for policy in _policies():
		created.offer_once(
			"Commitment Policy",
			f"{policy['policy_code']}-V1",
			{
				"document_type": "Service Folio",
				**policy,
				"title": _in_site_language(policy["title"]),
				"notes": _in_site_language(policy["notes"]),
				"steps": [
					{**step, "step_name": _in_site_language(step["step_name"])} for step in policy["steps"]
				],
				"version": 1,
				"status": "Approved",
				"approved_by": "Administrator",
				"approved_at": clock.now(),
			},
		)


def _offer_assignment_rule() -> None:
	created.offer_once(
		"Assignment Rule",
		catalogue.ASSIGNMENT_RULE,
		{
			"__newname": catalogue.ASSIGNMENT_RULE,
			"document_type": "Service Folio",
			"description": _in_site_language(catalogue.ASSIGNMENT_TEXT),
			"rule": "Based on Field",
			"field": "assigned_to",
			"assign_condition": "routed_at and assigned_to and not is_history",
			# a change of person moves the ToDo itself (services.assignment), so nothing is unassigned here
			# not by the stage: that changes with every step, and rules are asked only when a field that they name changes
			"close_condition": "closed_at or withdrawn_at",
			# a folio that arrives on a Sunday has somebody too; working hours are the calendar's matter
			"assignment_days": [{"day": day} for day in calendars.WEEKDAYS],
		},
	)


def _fill_settings() -> None:
	"""Give every setting that has no value yet its default, those that came with an update included."""
	present = frappe.db.get_singles_dict("Service Settings")
	for field in frappe.get_meta("Service Settings").fields:
		if field.default and present.get(field.fieldname) is None:
			frappe.db.set_single_value("Service Settings", field.fieldname, field.default)
	if _exists("Service Calendar", catalogue.CALENDAR):
		_set_if_empty("default_calendar", catalogue.CALENDAR)
	_set_if_empty("fallback_user", "Administrator")
	calendars.forget()


def _offer_departments(company: str) -> None:
	offered = [_offer_department(company, name) for name in DEPARTMENTS]
	if any(offered) and frappe.flags.in_setup_wizard:
		# ERPNext leaves the tree alone during the wizard
		rebuild_tree("Department", "parent_department")


def _offer_department(company: str, source: str) -> bool:
	name = _in_site_language(source)
	if any(_exists("Department", {"department_name": known, "company": company}) for known in (source, name)):
		return False
	abbreviation = frappe.get_cached_value("Company", company, "abbr")
	values = {"department_name": name, "company": company}
	return created.offer_once("Department", f"{name} - {abbreviation}", values)


def _offer_privacy_notice(company: str) -> None:
	"""The public page asks for consent to a notice, so a company that has none is offered an example to confirm."""
	if _exists("Service Privacy Notice", {"company": company}):
		return
	parts = [f"# {_in_site_language(privacy_notice.TITLE)}"]
	for heading, paragraph in privacy_notice.SECTIONS:
		parts += [f"## {_in_site_language(heading)}", _in_site_language(paragraph)]
	values = {
		"company": company,
		"version": privacy_notice.VERSION,
		"text": "\n\n".join(parts).replace("{0}", company),
		"effective_from": clock.now(),
		"published": 1,
		"is_assumption": 1,
	}
	name = consent.notice_name(company, privacy_notice.VERSION)
	created.offer_once("Service Privacy Notice", name, values)


def _set_if_empty(field: str, value: str) -> None:
	if value and not frappe.db.get_single_value("Service Settings", field):
		frappe.db.set_single_value("Service Settings", field, value)


def _has_default_calendar() -> bool:
	return _exists("Service Calendar", {"is_default": 1, "company": ["is", "not set"]})


def _exists(doctype: str, filters: str | dict) -> bool:
	return bool(frappe.db.exists(doctype, filters))


def _in_site_language(source: str) -> str:
	return _(source, lang=frappe.db.get_single_value("System Settings", "language") or "en")


def _shipped_contents() -> Iterator[tuple[str, str]]:
	yield "Service Calendar", catalogue.CALENDAR_NOTES
	yield "Request Type", catalogue.ROUTE_NOTES
	yield "Assignment Rule", catalogue.ASSIGNMENT_TEXT
	yield from (("Evidence Kind", hint) for _name, _own, hint in complaint_catalogue.EVIDENCE_KINDS if hint)
	yield from (("Service Defect", family) for _name, family, *_rest in complaint_catalogue.DEFECTS)
	yield from (("Service Procedure", procedure.title) for procedure in PROCEDURES)
	for policy in _policies():
		yield "Commitment Policy", policy["title"]
		yield "Commitment Policy", policy["notes"]
		yield from (("Commitment Step", step["step_name"]) for step in policy["steps"])


def _clear_our_links(doctype: str, name: str, our_doctypes: list[str]) -> None:
	# our own documents are about to go, so what they link to is not in use
	fields = {"parent": ["in", our_doctypes], "fieldtype": "Link", "options": doctype}
	# definitions of our own fields, no data of anybody
	for link in frappe.get_all("DocField", fields, ["parent", "fieldname"]):
		frappe.db.set_value(link.parent, {link.fieldname: name}, link.fieldname, None, update_modified=False)


def _delete_unless_used(doctype: str, name: str) -> None:
	try:
		# uninstalling runs as the site's administrator; links are checked all the same
		frappe.delete_doc(doctype, name, ignore_permissions=True)
	except frappe.LinkExistsError:
		# somebody else builds on it by now: it is theirs
		frappe.clear_last_message()
