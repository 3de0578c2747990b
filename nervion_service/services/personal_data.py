"""Find everything that is one person's, whether they have a user or not (I3, X12).

A person is known by an e-mail, a telephone number, a name or the customer that they are; from there on by their contacts and
leads. What is then exported or erased stands in `personal_data_rows` and `personal_data_erasure`.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import frappe

from nervion_service.services import phones

FOLIO = "Service Folio"
COMPLAINT = "Service Complaint"
VISIT, REPORT = "Service Technical Visit", "Technical Analysis Report"
REQUEST = "Personal Data Request"
CASE_FILE = "Case File"
# shorter words are found in everything
_SHORTEST_WORD = 6


@dataclass(frozen=True)
class Scope:
	"""Everything that is one person's: documents by name, and the words by which the person is known."""

	folios: tuple[str, ...] = ()
	complaints: tuple[str, ...] = ()
	visits: tuple[str, ...] = ()
	reports: tuple[str, ...] = ()
	case_files: tuple[str, ...] = ()
	messages: tuple[str, ...] = ()
	contacts: tuple[str, ...] = ()
	leads: tuple[str, ...] = ()
	requests: tuple[str, ...] = ()
	emails: tuple[str, ...] = ()
	phones: tuple[str, ...] = ()
	names: tuple[str, ...] = ()
	# the customer that is the person itself; empty for somebody who works for one
	customer: str = ""

	@property
	def words(self) -> tuple[str, ...]:
		"""What a log is searched for: addresses, numbers as they were written, full names, and numbers of folios."""
		found = (*self.emails, *self.phones, *self.names, *self.folios)
		return tuple(word for word in dict.fromkeys(found) if len(word) >= _SHORTEST_WORD)

	@property
	def documents(self) -> dict[str, tuple[str, ...]]:
		"""What rows of others may hang on, by DocType."""
		return {
			FOLIO: self.folios,
			COMPLAINT: self.complaints,
			VISIT: self.visits,
			REPORT: self.reports,
			CASE_FILE: self.case_files,
			"Communication": self.messages,
			"Contact": self.contacts,
			"Lead": self.leads,
			REQUEST: self.requests,
		}

	def dump(self) -> str:
		return json.dumps(asdict(self), ensure_ascii=False)

	@classmethod
	def load(cls, text: str) -> "Scope":
		return cls(
			**{key: value if key == "customer" else tuple(value) for key, value in json.loads(text).items()}
		)


# Finding -----------------------------------------------------------------------------------------------------


def find(*, person_name: str = "", email: str = "", phone: str = "", customer: str = "") -> Scope:
	"""Everything of a person who is known by any of these. A name is matched whole, never in part."""
	emails, numbers, names = _given(email.lower()), _given(phone), _given(person_name)
	contacts = _contacts(emails, numbers, names, customer)
	emails, numbers = _with_details_of(contacts, emails, numbers)
	leads = _leads(emails, numbers)
	folios = _folios(emails, numbers, names, customer, contacts, leads)
	numbers = tuple(dict.fromkeys((*numbers, *_spellings(folios, numbers))))
	complaints = pluck(COMPLAINT, {"folio": ("in", folios)}) if folios else ()
	return Scope(
		folios=folios,
		complaints=complaints,
		visits=_about(VISIT, folios, complaints),
		reports=_about(REPORT, folios, complaints),
		case_files=pluck(CASE_FILE, {"case_name": ("in", (*folios, *complaints) or ("",))}),
		messages=_messages(folios, emails),
		contacts=contacts,
		leads=leads,
		requests=_requests(emails, numbers, names, customer),
		emails=emails,
		phones=numbers,
		names=names,
		customer=customer,
	)


def _about(doctype: str, folios: tuple[str, ...], complaints: tuple[str, ...]) -> tuple[str, ...]:
	"""The documents that name one of these folios or complaints."""
	names = {"folio": ("in", folios or [""]), "complaint": ("in", complaints or [""])}
	return pluck(doctype, or_filters=names) if folios else ()


def _given(value: str) -> tuple[str, ...]:
	value = (value or "").strip()
	return (value,) if value else ()


def pluck(doctype: str, filters: Any = None, or_filters: Any = None, field: str = "name") -> tuple[str, ...]:
	# whoever runs this was asked for the right by `personal_data_requests`; a person's data may stand in rows of anybody
	found = frappe.get_all(
		doctype, filters=filters, or_filters=or_filters, pluck=field, order_by="name", limit_page_length=0
	)
	return tuple(dict.fromkeys(value for value in found if value))


def _same_number(
	doctype: str, columns: Iterable[str], numbers: tuple[str, ...], field: str = "name"
) -> tuple[str, ...]:
	"""Rows with one of the numbers, in whichever spelling."""
	present, found = set(frappe.db.get_table_columns(doctype)), []
	for number in numbers:
		pattern = phones.pattern(number)
		for column in (name for name in columns if name in present and pattern):
			# as in `pluck`; what the pattern finds is confirmed
			rows = frappe.get_all(
				doctype, {column: ("like", pattern)}, [f"{field} as found", f"{column} as number"]
			)
			found += [row.found for row in rows if phones.same(row.number, number)]
	return tuple(dict.fromkeys(found))


def _contacts(emails, numbers, names, customer) -> tuple[str, ...]:
	found = []
	if emails:
		found += pluck("Contact Email", {"email_id": ("in", emails)}, field="parent")
		found += pluck("Contact", {"email_id": ("in", emails)})
	found += _same_number("Contact Phone", ("phone",), numbers, "parent")
	found += _same_number("Contact", ("phone", "mobile_no"), numbers)
	if names:
		found += pluck("Contact", {"full_name": ("in", names)})
	if customer:
		linked = {"link_doctype": "Customer", "link_name": customer, "parenttype": "Contact"}
		found += pluck("Dynamic Link", linked, field="parent")
	return tuple(dict.fromkeys(found))


def _with_details_of(contacts, emails, numbers):
	"""The addresses and numbers that the person's own contacts name besides."""
	if not contacts:
		return emails, numbers
	mine = {"parent": ("in", contacts)}
	emails = (*emails, *(found.lower() for found in pluck("Contact Email", mine, field="email_id")))
	numbers = (*numbers, *pluck("Contact Phone", mine, field="phone"))
	return tuple(dict.fromkeys(emails)), tuple(dict.fromkeys(numbers))


def _leads(emails, numbers) -> tuple[str, ...]:
	found = pluck("Lead", {"email_id": ("in", emails)}) if emails else ()
	return tuple(
		dict.fromkeys((*found, *_same_number("Lead", ("phone", "mobile_no", "whatsapp_no"), numbers)))
	)


def _folios(emails, numbers, names, customer, contacts, leads) -> tuple[str, ...]:
	wanted = {
		"email": emails,
		"party_name": names,
		"complainant_name": names,
		"contact": contacts,
		"lead": leads,
		"customer": _given(customer),
	}
	found = [
		name for field, values in wanted.items() if values for name in pluck(FOLIO, {field: ("in", values)})
	]
	return tuple(sorted({*found, *_same_number(FOLIO, ("phone", "phone_e164"), numbers)}))


def _spellings(folios, numbers) -> tuple[str, ...]:
	if not (folios and numbers):
		return ()
	return (
		*pluck(FOLIO, {"name": ("in", folios)}, field="phone"),
		*pluck(FOLIO, {"name": ("in", folios)}, field="phone_e164"),
	)


def _messages(folios, emails) -> tuple[str, ...]:
	found = []
	if folios:
		found += pluck("Communication", {"reference_doctype": FOLIO, "reference_name": ("in", folios)})
	for email in emails:
		found += pluck("Communication", or_filters={"sender": email, "recipients": ("like", f"%{email}%")})
	return tuple(dict.fromkeys(found))


def _requests(emails, numbers, names, customer) -> tuple[str, ...]:
	wanted = {"email": emails, "person_name": names, "customer": _given(customer)}
	found = [
		name for field, values in wanted.items() if values for name in pluck(REQUEST, {field: ("in", values)})
	]
	return tuple(sorted({*found, *_same_number(REQUEST, ("phone",), numbers)}))
