"""The pages of a case file: every record, the messages, the promises kept and missed, and the history, as one document to print."""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import cint, flt, fmt_money

from nervion_service.domain.taxonomy import EVENT_LABELS, ProcedureCode
from nervion_service.services import clock, folio_print, procedures, promise_timeline, wording
from nervion_service.services.case_file import files, gathering, sections
from nervion_service.services.case_file.gathering import Case
from nervion_service.services.case_file.sections import Section, Table

MESSAGE = "Communication"
TEMPLATE = "templates/case_file/case_file.html"
# amounts of remedies are of this level; everything else that is kept from some roles stays inside
LEVELS = {gathering.REMEDY: (0, 1)}


def html(
	case: Case, entries: list[files.CaseFileEntry], chain: list[dict], gone: Sequence[str] = ()
) -> tuple[str, dict[str, bytes]]:
	"""The page, and the pictures that it names.

	chain: the lines of the history with their digests. gone: names of files whose content is lost.
	"""
	shown, pictures = _records(case)
	shown += [
		_messages(messages(case)),
		_promises(case),
		_photographs(entries, pictures),
		_history(chain),
	]
	root = case.root
	values = {
		"language": frappe.local.lang,
		"company": _company(root.company),
		"number": root.name,
		"subject": root.get("subject") or root.name,
		"customer": root.get("party_name") or root.get("customer") or "",
		"state": _(root.workflow_state or ""),
		"sections": [section for section in shown if section],
		"gone": gone,
		"hidden": [f"{_(doctype)}: {count}" for doctype, count in case.hidden.items()],
		"procedure": procedures.of_record(root),
		"made_at": folio_print.moment(clock.now()),
		"made_by": wording.person(frappe.session.user),
		"chain_head": chain[-1]["digest"] if chain else "",
	}
	return frappe.render_template(TEMPLATE, values), pictures


def with_messages(case: Case) -> dict[str, list[str]]:
	"""DocType → names of all on which files of the case hang: its records, and what was said with the customer."""
	return {**case.names, MESSAGE: [row.name for row in _messages_of(case, ["name"])]}


def messages(case: Case) -> list:
	"""Everything that was said with the customer about the case, oldest first."""
	return _messages_of(
		case,
		[
			"name",
			"communication_date",
			"sent_or_received",
			"communication_medium",
			"sender_full_name",
			"sender",
			"subject",
			"content",
		],
	)


def _messages_of(case: Case, fields: list[str]) -> list:
	named = [["reference_name", "in", [name for names in case.names.values() for name in names] or [""]]]
	kinds = [["reference_doctype", "in", list(case.names)]]
	spoken = [["communication_type", "in", ("Communication", "Automated Message")]]
	# the messages of a case are read by whoever may read the case
	return frappe.get_all(
		MESSAGE,
		filters=[*kinds, *named, *spoken],
		fields=fields,
		order_by="communication_date, name",
		limit_page_length=0,
	)


def levels(case: Case, doctype: str) -> tuple[int, ...]:
	"""The levels of permission of a kind of record whose fields the reader of the case is shown."""
	sees_costs = gathering.COST not in case.hidden and frappe.has_permission(gathering.COST, "read")
	return LEVELS.get(doctype, (0,)) if sees_costs else (0,)


def _records(case: Case) -> tuple[list[Section], dict[str, bytes]]:
	shown, pictures = [], {}
	for doc in case.documents:
		if doc.doctype != gathering.COST:
			section, signatures = sections.of_record(doc, levels(case, doc.doctype))
			shown.append(section)
			pictures.update(signatures)
	return [*shown, _costs(case.of(gathering.COST))], pictures


def _costs(rows) -> Section | None:
	if not rows:
		return None
	section = Section(_("Costs"), str(len(rows)), procedures.label(ProcedureCode.WARRANTY))
	section.tables.append(sections.table("", rows, ("complaint", "company", "customer")))
	whole = fmt_money(sum(flt(row.amount) for row in rows), currency=rows[0].company_currency)
	section.facts.append((_("Total"), whole))
	return section


def _messages(rows) -> Section | None:
	if not rows:
		return None
	section = Section(_("Messages"), str(len(rows)), procedures.label(ProcedureCode.INTAKE))
	lines = [
		[
			folio_print.moment(row.communication_date),
			_("We said") if row.sent_or_received == "Sent" else _("The customer said"),
			" · ".join(filter(None, (row.sender_full_name or row.sender, _(row.communication_medium or "")))),
			folio_print.plain(row.content),
		]
		for row in sorted(rows, key=lambda row: (row.communication_date, row.name))
	]
	section.tables.append(Table("", [_("When"), "", _("Who"), _("Words")], lines))
	return section


def _promises(case: Case) -> Section | None:
	rows = [
		[
			row["label"],
			doc.name,
			folio_print.moment(row["started_at"]),
			folio_print.moment(row["due_at"]),
			folio_print.moment(row["fulfilled_at"]) or "–",
			_kept(row),
		]
		for doc in case.documents
		for row in promise_timeline.timeline(doc)
	]
	if not rows:
		return None
	section = Section(_("Promises"), str(len(rows)), procedures.label(ProcedureCode.INDICATORS))
	headers = [_("Promise"), _("Case"), _("Started"), _("Due"), _("Kept at"), _("Status")]
	section.tables.append(Table("", headers, rows))
	return section


def _kept(row) -> str:
	broken = (
		_("fell due unkept on {0}").format(folio_print.moment(row["breached_at"]))
		if row["breached_at"]
		else ""
	)
	paused = (
		_("paused {0}").format(wording.duration(row["paused_seconds"])) if cint(row["paused_seconds"]) else ""
	)
	return " · ".join(filter(None, (_(row["status"]), broken, paused)))


def _photographs(entries, pictures: dict[str, bytes]) -> Section | None:
	section = Section(_("Photographs"), "", procedures.label(ProcedureCode.EVIDENCE))
	for number, (entry, content) in enumerate(files.pictures(entries), 1):
		pictures[f"picture:{number}"] = content
		section.figures.append((f"picture:{number}", f"{entry.path} · {entry.name}"))
	section.subtitle = str(len(section.figures))
	return section if section.figures else None


def _history(chain: list[dict]) -> Section | None:
	if not chain:
		return None
	section = Section(_("History"), str(len(chain)), procedures.label(ProcedureCode.EVIDENCE))
	rows = [
		[
			str(number),
			folio_print.moment(line["happened_at"]),
			_what_happened(line),
			line["case_name"] or "",
			wording.person(line["actor"]) if line["actor"] else "",
			line["digest"][:12],
		]
		for number, line in enumerate(chain, 1)
	]
	headers = ["", _("When"), _("What Happened"), _("Case"), _("Who"), _("Digest")]
	section.tables.append(Table("", headers, rows))
	return section


def _what_happened(line) -> str:
	words = (_(EVENT_LABELS.get(line["event"], line["event"])), _(line["to_stage"] or ""))
	return " → ".join(dict.fromkeys(filter(None, words)))


def _company(name: str) -> dict[str, str]:
	# the company's own head, for whoever may read its case
	row = frappe.db.get_value("Company", name, ["company_name", "tax_id", "phone_no", "email"], as_dict=True)
	return {key: value for key, value in (row or {"company_name": name}).items() if value}
