"""Requests of people outside: portal, public page, programs and mail come in by this one door (X4, X8).

Only known keys are taken; everything is checked before anything is stored, and a refusal names its field. The same message
again, by channel, account and external id, gives the folio that it made the first time.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, validate_email_address

from nervion_service.services import clock, phones, system, uploads
from nervion_service.services import consent as consents

DOCTYPE = "Service Folio"
SAVEPOINT = "outside_intake"

# what people outside may say, and how many characters of it; every other key is somebody's try (X4)
LONGEST = {
	"subject": 140,
	"description": 20_000,
	"request_type": 140,
	"party_name": 140,
	"email": 140,
	"phone": 40,
	"product": 140,
	"batch": 140,
	"customer_kind": 140,
	"remedy_sought": 140,
	"place_of_purchase": 140,
	"customer_reference": 140,
	"safety": 140,
	"safety_kind": 140,
	"safety_details": 2_000,
}
_SUBJECT_LENGTH = 100
_LONGEST_ID = 140
# tab, new line and return are writing; the others are none, and some databases stop at them
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# by which way consent came, by channel
_MEANS = {
	"Web Page": consents.Means.WEB_PAGE,
	"Portal": consents.Means.PORTAL,
	"API": consents.Means.PROGRAM,
	"E-mail": consents.Means.E_MAIL,
}


class Refused(frappe.ValidationError):
	"""What was sent cannot be registered; `field` names the key that is wrong, `code` says how."""

	code = "invalid"
	field = None


class Conflict(Refused):
	"""The external id was used before, for another message: that of `folio`."""

	code = "conflict"
	folio = None
	http_status_code = 409


def register(
	values: Mapping[str, Any],
	*,
	channel: str,
	account: str = "",
	external_id: str | None = None,
	files: Iterable[tuple[str, bytes]] = (),
	consent: str | None = None,
	user: str | None = None,
	customer: str | None = None,
	contact: str | None = None,
):
	"""Register a request of somebody outside and return its folio; the same message again returns the same folio.

	values: keys of LONGEST, all texts; others are ignored. account and external_id: who brought the message and what they
	call it. files: (name, content) pairs. consent: the Service Privacy Notice that the person agreed to. user: the person whose
	account it came by, if any; customer and contact: theirs, found out by the caller. `folio.flags.repeated` tells a
	repetition. Raises Refused before anything is stored; Conflict when the id stands for other content.
	"""
	values, files = _readable(values), list(files)
	digest = _digest(values, files, consent)
	known = _known(channel, account, external_id, digest)
	if known:
		return known
	if user:
		_fill_from_account(values, user)
	_check(values, is_known=bool(customer))
	_check_files(files)
	if consent:
		_check_notice(consent)
	message = {"channel": channel, "account": account, "external_id": external_id}
	message["external_digest"] = digest if external_id else None
	folio = _folio({**values, **message, "customer": customer, "contact": contact})
	return _store(folio, files, consent)


def company() -> str:
	"""The company that people outside write to."""
	name = frappe.get_cached_doc("Service Settings").default_company
	if not name:
		refuse(None, _("Requests cannot be received yet: the service is being set up. Please call us."))
	return name


def refuse(field: str | None, message: str, kind: type[Refused] = Refused, **more: Any) -> None:
	"""Raise a refusal that says which field is wrong, for whatever shows it: a page, a program, a mail."""
	error = kind(message)
	vars(error).update(field=field, **more)
	# what Frappe shows for a refusal of any kind
	frappe.msgprint(message, title=_("Please Check"), indicator="red")
	raise error


# What was said ------------------------------------------------------------------------------------------------


def _readable(values: Mapping[str, Any]) -> dict[str, str]:
	"""The known keys with their texts, tidied; refuses what is no text."""
	found = {}
	for fieldname, longest in LONGEST.items():
		value = values.get(fieldname)
		if value is None or value == "":
			continue
		if not isinstance(value, str):
			refuse(fieldname, _("{0}: a text is expected.").format(_label(fieldname)))
		text = _tidy(fieldname, value)
		if len(text) > longest:
			refuse(
				fieldname,
				_("{0} is too long: {1} characters at most.").format(_label(fieldname), longest),
			)
		if text:
			found[fieldname] = text
	return found


def _fill_from_account(values: dict[str, str], user: str) -> None:
	account = frappe.get_cached_doc("User", user)
	values.setdefault("email", account.email)
	# a company's account is used by several people
	values["complainant_name"] = account.full_name


def _tidy(fieldname: str, value: str) -> str:
	try:
		value.encode("utf-8")
	except UnicodeEncodeError:
		refuse(fieldname, _("{0} holds characters that cannot be read.").format(_label(fieldname)))
	return _UNWRITABLE.sub("", value).strip()


def _digest(values: Mapping[str, str], files: list, consented: str | None) -> str:
	"""What tells one message from another: everything that was said, and nothing of when or how often."""
	told = [
		sorted(values.items()),
		[[name, hashlib.sha256(content).hexdigest()] for name, content in files],
		consented,
	]
	return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _subject(values: Mapping[str, str]) -> str:
	first_line = values.get("description", "").splitlines()[0].strip() if values.get("description") else ""
	if len(first_line) <= _SUBJECT_LENGTH:
		return first_line
	return first_line[:_SUBJECT_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


# Checks -------------------------------------------------------------------------------------------------------


def asked_for_safety(values: Mapping[str, Any]) -> None:
	"""K1: refuse a request whose sender was not asked whether somebody was hurt, or has not answered."""
	if not values.get("safety"):
		refuse("safety", _("Please tell us first whether somebody was hurt."))


def _check(values: dict[str, str], is_known: bool) -> None:
	asked_for_safety(values)
	_check_somebody(values, is_known)
	if not (values.get("description") or values.get("subject")):
		refuse("description", _("Please tell us what you need: {0} is empty.").format(_label("description")))
	values.setdefault("request_type", "Other")
	_check_request_type(values["request_type"])
	_check_options(values)
	for fieldname in ("product", "batch"):
		_check_link(values, fieldname)


def _check_somebody(values: Mapping[str, str], is_known: bool) -> None:
	if not is_known and not values.get("party_name"):
		refuse("party_name", _("Please tell us your name: {0} is empty.").format(_label("party_name")))
	if not is_known and not (values.get("email") or values.get("phone")):
		refuse("email", _("Please leave an e-mail address or a telephone number, so that we can answer you."))
	if values.get("email") and not _is_address(values["email"]):
		refuse(
			"email",
			_("{0}: this is no e-mail address. One looks like name@company.com.").format(_label("email")),
		)
	if values.get("phone") and not phones.is_answerable(values["phone"]):
		refuse(
			"phone",
			_(
				"{0}: nobody can be called at this number. Check its ten digits, or write + and the country for one abroad."
			).format(_label("phone")),
		)


def _is_address(text: str) -> bool:
	# Frappe takes several in one text: an answer to them would go to people whom nobody asked
	return bool(validate_email_address(text)) and not re.search(r"[\s,;<>]", text)


def _check_request_type(name: str) -> None:
	# the catalogue is public: the page offers it
	found = frappe.db.get_value("Request Type", name, ["name", "disabled"], as_dict=True)
	if not found or found.disabled:
		refuse("request_type", _("{0}: please choose one of the list.").format(_label("request_type")))


def _check_options(values: Mapping[str, str]) -> None:
	meta = frappe.get_meta(DOCTYPE)
	for fieldname in ("customer_kind", "remedy_sought", "safety", "safety_kind"):
		field = meta.get_field(fieldname)
		if values.get(fieldname) and values[fieldname] not in (field.options or "").split("\n"):
			refuse(fieldname, _("{0}: please choose one of the list.").format(_label(fieldname)))


def _check_link(values: Mapping[str, str], fieldname: str) -> None:
	doctype = frappe.get_meta(DOCTYPE).get_field(fieldname).options
	if values.get(fieldname) and not frappe.db.exists(doctype, values[fieldname]):
		refuse(
			fieldname,
			_("{0}: we do not know {1}. Leave it empty and write it in the description.").format(
				_label(fieldname), frappe.bold(escape_html(values[fieldname]))
			),
		)


def _check_files(files: list) -> None:
	try:
		uploads.check_all(files)
	except frappe.ValidationError as error:
		refused = Refused(str(error))
		refused.field = "files"
		raise refused from error


def _check_notice(notice: str) -> None:
	try:
		consents.check_published(notice, company())
	except frappe.ValidationError as error:
		refused = Refused(str(error))
		refused.field = "privacy_notice"
		raise refused from error


def _label(fieldname: str) -> str:
	return frappe.bold(_(frappe.get_meta(DOCTYPE).get_label(fieldname)))


# Storing ------------------------------------------------------------------------------------------------------


def _folio(values: Mapping[str, Any]):
	return frappe.get_doc(
		{
			"doctype": DOCTYPE,
			**values,
			"subject": values.get("subject") or _subject(values),
			"company": company(),
			"received_at": clock.now(),
			"received_stamp": "Machine",
		}
	)


def _known(channel: str, account: str, external_id: str | None, digest: str, latest: bool = False):
	"""The folio that this message made before, or None; Conflict if the id stands for another message."""
	if not external_id:
		return None
	if len(external_id) > _LONGEST_ID:
		refuse(
			"external_id", _("The id of the message is too long: {0} characters at most.").format(_LONGEST_ID)
		)
	# A locking read, of the document too, sees what was committed since this transaction began. It is asked only where a row is known to exist: on
	# an absent one it would lock the gap, and two newcomers would wait for each other.
	lock = "LOCK IN SHARE MODE" if latest else ""
	# by its own id, for whoever brings the message again
	found = frappe.db.sql(
		f"""SELECT name, external_digest FROM `tabService Folio`
		WHERE channel = %s AND account = %s AND external_id = %s LIMIT 1 {lock}""",
		(channel, account, external_id),
	)
	if not found:
		return None
	name, known_digest = found[0]
	# mail is known by its Message-ID alone
	if known_digest and known_digest != digest:
		refuse("external_id", _("This id was used before, for another request."), Conflict, folio=name)
	folio = frappe.get_doc(DOCTYPE, name, for_update=latest)
	folio.flags.repeated = True
	return folio


def _store(folio, files: list, consented: str | None):
	with system.as_system():
		frappe.db.savepoint(SAVEPOINT)
		try:
			folio.insert()
		except frappe.UniqueValidationError as error:
			return _told_at_once(folio, error)
		for name, content in files:
			uploads.attach(folio, name, content)
		if consented:
			_record_consent(folio, consented)
	return folio


def _told_at_once(folio, error: Exception):
	"""Somebody else stored the same message in this very moment: theirs is the folio."""
	frappe.db.rollback(save_point=SAVEPOINT)
	frappe.clear_last_message()
	known = _known(folio.channel, folio.account, folio.external_id, folio.external_digest, latest=True)
	if not known:
		raise error
	return known


def _record_consent(folio, notice: str) -> None:
	consents.record(folio, notice, _MEANS.get(folio.channel, consents.Means.IN_PERSON))
