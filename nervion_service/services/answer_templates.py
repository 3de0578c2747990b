"""Answer templates: written by anybody who answers, approved by the Coordinador, filled in for one folio (S1.5, S7.10).

An approved version never changes: whoever wants other words makes a new version, which is approved anew and takes its place.
Some of them are published as frequent questions, without a word about any customer.
"""

from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.model.naming import make_autoname
from frappe.utils import escape_html, format_datetime, strip_html

from nervion_service.domain import answer_text as domain
from nervion_service.domain.taxonomy import CommitmentKind, Role
from nervion_service.services import clock, commitments, languages, system, tracking_links

DOCTYPE = "Answer Template"
FOLIO = "Service Folio"
DRAFT, APPROVED, RETIRED = "Draft", "Approved", "Retired"
APPROVERS = (Role.COORDINATOR, Role.COMMERCIAL_DIRECTOR)
# what only the actions below write
_BY_ACTION_ONLY = (
	"status", "version", "template_code", "approved_by", "approved_at",
	"published", "published_at", "public_question", "public_answer",
)  # fmt: skip
_WORDS = ("title", "company", "language", "subject", "body", "tone_notes")
_TABLES = (("request_types", "request_type"), ("channels", "channel"))
# in which a message is marked with the template that it was made of
_JUST_SENT = timedelta(minutes=30)


# The document -------------------------------------------------------------------------------------------------


def number(doc) -> None:
	"""Name a template by its code and version; a new one gets the next code."""
	if not (doc.flags.by_action and doc.template_code):
		doc.template_code, doc.version = make_autoname("TPL-.#####"), 1
	doc.name = f"{doc.template_code}-V{doc.version}"


def validate(doc) -> None:
	"""Refuse unknown placeholders, a change of an approved text, and what only the actions may write."""
	for fieldname in ("subject", "body", "public_answer", "public_question"):
		_check_placeholders(doc, fieldname)
	if doc.flags.by_action:
		return
	before = doc.get_doc_before_save()
	if not before:
		_begin_as_draft(doc)
		return
	if before.status != DRAFT and _said(before) != _said(doc):
		frappe.throw(
			_("{0} is {1} and stays as it is: make a new version to change its words.").format(
				frappe.bold(escape_html(doc.title)), _(before.status)
			),
			title=_("Not Allowed"),
		)
	for fieldname in _BY_ACTION_ONLY:
		doc.set(fieldname, before.get(fieldname))


def _begin_as_draft(doc) -> None:
	doc.update({"status": DRAFT, "approved_by": None, "approved_at": None})
	doc.update({"published": 0, "published_at": None, "public_question": None, "public_answer": None})


def _check_placeholders(doc, fieldname: str) -> None:
	wrong = domain.unknown(doc.get(fieldname) or "")
	if wrong:
		allowed = ", ".join(f"{{{{ {name} }}}}" for name in domain.PLACEHOLDERS)
		frappe.throw(
			_("{0}: {1} is no placeholder. These can be used: {2}.").format(
				frappe.bold(_(doc.meta.get_label(fieldname))),
				", ".join(frappe.bold(escape_html(strip_html(name)[:80])) for name in wrong),
				allowed,
			),
			title=_("Unknown Placeholder"),
		)


def _said(doc) -> tuple:
	tables = [sorted(row.get(column) or "" for row in doc.get(table)) for table, column in _TABLES]
	return tuple(doc.get(name) or "" for name in _WORDS), tables


# Actions ------------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def approve(name: str) -> str:
	"""Put a draft into use; the approved version before it is retired. Returns its name."""
	doc = _for_approver(name)
	if doc.status != DRAFT:
		frappe.throw(_("Only a draft can be approved; {0} is {1}.").format(doc.name, _(doc.status)))
	earlier = {"template_code": doc.template_code, "status": APPROVED, "name": ("!=", doc.name)}
	# versions of the template that this approver has just been allowed to approve
	for older in frappe.get_all(DOCTYPE, earlier, pluck="name"):
		_write(frappe.get_doc(DOCTYPE, older), status=RETIRED, published=0)
	_write(doc, status=APPROVED, approved_by=frappe.session.user, approved_at=clock.now())
	return doc.name


@frappe.whitelist(methods=["POST"])
def retire(name: str) -> str:
	"""Offer an approved template no longer, on the portal neither. Returns its name."""
	doc = _for_approver(name)
	if doc.status != APPROVED:
		frappe.throw(
			_("Only an approved template can be retired; {0} is {1}.").format(doc.name, _(doc.status))
		)
	_write(doc, status=RETIRED, published=0)
	return doc.name


@frappe.whitelist(methods=["POST"])
def new_version(name: str) -> str:
	"""Copy a template to a draft with the next version; returns its name."""
	system.require(DOCTYPE, "create")
	doc = system.permitted(DOCTYPE, name, "read")
	latest = frappe.db.get_value(
		DOCTYPE, {"template_code": doc.template_code}, "version", order_by="version desc"
	)
	draft = frappe.copy_doc(doc)
	_begin_as_draft(draft)
	draft.update({"template_code": doc.template_code, "version": latest + 1})
	draft.flags.by_action = True
	return draft.insert().name


@frappe.whitelist(methods=["POST"])
def publish(name: str, question: str, answer: str) -> str:
	"""Publish an approved template as a frequent question, in words of its own that name no customer. Returns its name."""
	doc = _for_approver(name)
	if doc.status != APPROVED:
		frappe.throw(
			_("Only an approved template can be published; {0} is {1}.").format(doc.name, _(doc.status))
		)
	if not (question or "").strip() or not strip_html(answer or "").strip():
		frappe.throw(_("Write the question and its answer as everybody is to read them."), title=_("Missing"))
	if domain.names(question) or domain.names(answer):
		frappe.throw(
			_("Everybody reads a frequent question: it has no placeholders. Take them out of the text."),
			title=_("Placeholders"),
		)
	said = {"public_question": question.strip()[:140], "public_answer": answer}
	_write(doc, published=1, published_at=clock.now(), **said)
	return doc.name


@frappe.whitelist(methods=["POST"])
def unpublish(name: str) -> str:
	"""Take a frequent question off the portal. Returns its name."""
	doc = _for_approver(name)
	_write(doc, published=0)
	return doc.name


def _for_approver(name: str):
	doc = system.permitted(DOCTYPE, name, "read")
	system.require_role(APPROVERS, _("Answer templates are approved by one of these roles: {0}."))
	return doc


def _write(doc, **values) -> None:
	doc.update(values)
	doc.flags.by_action = True
	# the role that approves was asked; it need not be one that writes
	doc.save(ignore_permissions=True)


# Using them ---------------------------------------------------------------------------------------------------


@frappe.whitelist()
def offered(folio: str) -> list[dict[str, Any]]:
	"""The approved templates for a folio, filled in: [{name, title, subject, html, text, tone_notes, gaps, exact}].

	Those of the customer's language come first, then those that fit its type and channel best. gaps: placeholders without a value.
	"""
	doc = system.permitted(FOLIO, folio, "read")
	system.require(DOCTYPE, "read")
	spoken = languages.of_customer(doc.customer)
	rows = sorted(
		(one for one in _approved(doc) if _fits(one, doc)),
		key=lambda one: ((one.language or spoken) != spoken, -_exact(one), one.title),
	)
	return [_filled(one, doc, facts(doc, one.language or spoken)) for one in rows]


def facts(folio, language: str | None = None) -> dict[str, str]:
	"""What the placeholders stand for in one folio, as plain text and not escaped; days in that language, the site's by default."""
	open_promise = {
		"case_type": folio.doctype,
		"case_name": folio.name,
		"kind": ("in", (CommitmentKind.RESOLUTION, CommitmentKind.FIRST_ANSWER)),
		"status": ("in", commitments.OPEN_STATUSES),
	}
	# of a folio that the caller may read
	due_at = frappe.db.get_value(commitments.DOCTYPE, open_promise, "due_at", order_by="due_at")
	with languages.speaking(language):
		return {
			"folio": folio.name,
			"subject": folio.subject,
			"party_name": folio.party_name,
			"promise": format_datetime(due_at, "EEEE d MMMM, HH:mm") if due_at else "",
			"responsible": frappe.db.get_value("User", folio.assigned_to, "full_name")
			if folio.assigned_to
			else "",
			"company": folio.company,
			"product": folio.product,
			"received": format_datetime(folio.received_at, "EEEE d MMMM, HH:mm"),
			# the place of the link: the key is put behind it in the letter that leaves
			"tracking_url": tracking_links.door(folio.name),
		}


@frappe.whitelist(methods=["POST"])
def mark_sent(communication: str, template: str) -> None:
	"""Note on a message that the user has just sent of which template it was made."""
	system.require(FOLIO, "write")
	message = frappe.db.get_value(
		"Communication",
		communication,
		["reference_doctype", "reference_name", "owner", "creation"],
		as_dict=True,
	)
	# first of all: who asks about a message of somebody else learns not even of which folio it is
	mine = message and message.owner == frappe.session.user
	if not mine or message.creation < clock.now() - _JUST_SENT:
		frappe.throw(_("Only your own message, just sent, can be marked."), frappe.PermissionError)
	if message.reference_doctype != FOLIO:
		frappe.throw(_("Only messages about a folio are made of templates."))
	system.permitted(FOLIO, message.reference_name, "write")
	system.permitted(DOCTYPE, template, "read")
	frappe.db.set_value("Communication", communication, "service_template", template, update_modified=False)


def _approved(folio) -> list:
	# approved templates are for whoever may read one, which the caller has checked
	names = frappe.get_all(
		DOCTYPE,
		{"status": APPROVED, "company": ("in", ("", folio.company))},
		pluck="name",
		order_by="title",
	)
	return [frappe.get_cached_doc(DOCTYPE, name) for name in names]


def _fits(template, folio) -> bool:
	return all(
		not template.get(table) or folio.get(column) in [row.get(column) for row in template.get(table)]
		for table, column in _TABLES
	)


def _filled(template, folio, values) -> dict[str, Any]:
	subject = domain.fill(template.subject, values, str) if template.subject else folio.subject
	html = domain.fill(template.body, values, escape_html)
	return {
		"name": template.name,
		"title": template.title,
		"subject": subject if folio.name in subject else f"{subject} ({folio.name})",
		"html": html,
		"text": strip_html(html.replace("</p>", "</p>\n").replace("<br>", "\n")).strip(),
		"tone_notes": template.tone_notes or "",
		"gaps": list(domain.gaps(f"{template.subject or ''} {template.body}", values)),
		"exact": _exact(template),
	}


def _exact(template) -> int:
	"""By how much it was written for cases like these."""
	return sum(bool(template.get(table)) for table, _column in _TABLES)
