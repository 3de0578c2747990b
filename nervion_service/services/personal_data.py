"""Find everything that is one person's, whether they have a user or not (I3, X12).

A person is known by an e-mail, a telephone number or the customer that they are, and where nothing else is known by a name; from
there on by their contacts and leads. Others have the same name, and colleagues share a number: such a record is the person's only
if something else says so too, or a person has decided so (`personal_data_doubts`), otherwise it is left out. What is then exported or erased stands in
`personal_data_rows` and `personal_data_erasure`.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import frappe

from nervion_service.services.personal_data_crowd import Crowd, Known

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
	# folios and contacts that were left out: of somebody of the same name, or behind a number that several people share
	namesakes: tuple[str, ...] = ()
	sharers: tuple[str, ...] = ()

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


def find(
	*,
	person_name: str = "",
	email: str = "",
	phone: str = "",
	customer: str = "",
	included: Iterable[tuple[str, str]] = (),
	left_out: Iterable[tuple[str, str]] = (),
) -> Scope:
	"""Everything of a person who is known by any of these. A name is matched whole, and finds something alone only where it is all
	that is given. included and left_out: records, (DocType, name) each, of which somebody knows whose they are.
	"""
	emails, numbers, names = _given(email.lower()), _given(phone), _given(person_name)
	by_name = () if (emails or numbers or customer) else names
	known = Known(tuple(included), tuple(left_out))
	emails, numbers = known.details(emails, numbers)
	crowd = Crowd(emails, names)
	contacts = known.apply("Contact", _contacts(emails, numbers, by_name, customer, crowd))
	emails, numbers = _with_details_of(contacts, emails, numbers)
	crowd.learn(emails, pluck("Contact", {"name": ("in", contacts or [""])}, field="full_name"))
	leads = known.apply("Lead", _leads(emails, numbers, crowd))
	folios = known.apply(FOLIO, _folios(emails, numbers, by_name, customer, contacts, leads, crowd))
	names = tuple(dict.fromkeys((*names, *_names_in(folios, contacts, leads))))
	namesakes = {name: _namesakes(name, folios, contacts) for name in names}
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
		requests=known.apply(REQUEST, _requests(emails, numbers, by_name, customer, crowd)),
		emails=emails,
		# a switchboard's number says nothing about who of them a line is about
		phones=tuple(number for number in numbers if not crowd.shares(number)),
		# nor does a name that others have
		names=tuple(name for name in names if not namesakes[name]),
		customer=customer,
		namesakes=tuple(sorted({other for found in namesakes.values() for other in found})),
		sharers=crowd.left_out((*folios, *contacts, *leads)),
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


def _contacts(emails, numbers, names, customer, crowd) -> tuple[str, ...]:
	found = []
	if emails:
		found += pluck("Contact Email", {"email_id": ("in", emails)}, field="parent")
		found += pluck("Contact", {"email_id": ("in", emails)})
	found += crowd.mine("Contact", numbers)
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


def _leads(emails, numbers, crowd) -> tuple[str, ...]:
	found = pluck("Lead", {"email_id": ("in", emails)}) if emails else ()
	return tuple(dict.fromkeys((*found, *crowd.mine("Lead", numbers))))


def _folios(emails, numbers, names, customer, contacts, leads, crowd) -> tuple[str, ...]:
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
	return tuple(sorted({*found, *crowd.mine(FOLIO, numbers)}))


def _names_in(folios, contacts, leads) -> tuple[str, ...]:
	"""What the person's own records call them: a log may name them where their address does not stand."""
	mine = {"name": ("in", folios or [""])}
	companies = pluck(
		"Customer",
		{"name": ("in", pluck(FOLIO, mine, field="customer") or [""]), "customer_type": "Company"},
		field="customer_name",
	)
	found = (
		*pluck("Contact", {"name": ("in", contacts or [""])}, field="full_name"),
		*pluck("Lead", {"name": ("in", leads or [""])}, field="lead_name"),
		*pluck(FOLIO, mine, field="complainant_name"),
		*pluck(FOLIO, mine, field="party_name"),
	)
	return tuple(name for name in dict.fromkeys(found) if name not in companies)


def _namesakes(name: str, folios, contacts) -> tuple[str, ...]:
	"""Folios and contacts of that name that nothing else ties to the person."""
	others = pluck(FOLIO, or_filters={"party_name": name, "complainant_name": name})
	others += pluck("Contact", {"full_name": name})
	return tuple(other for other in others if other not in {*folios, *contacts})


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


def _requests(emails, numbers, names, customer, crowd) -> tuple[str, ...]:
	wanted = {"email": emails, "person_name": names, "customer": _given(customer)}
	found = [
		name for field, values in wanted.items() if values for name in pluck(REQUEST, {field: ("in", values)})
	]
	return tuple(sorted({*found, *crowd.mine(REQUEST, numbers)}))
