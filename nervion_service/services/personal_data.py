"""Find everything that is one person's, whether they have a user or not (I3, X12).

A person is known by an e-mail, a telephone number or the customer that they are, and where nothing else is known by a name; from
there on by their contacts and leads. Others have the same name, and colleagues share a number: such a record is the person's only
if something else says so too, or a person has decided so (`personal_data_doubts`), otherwise it is left out. What is then exported or erased stands in
`personal_data_export` and `personal_data_erasure`.
"""

from collections.abc import Iterable
from dataclasses import replace

from nervion_service.domain.personal_words import mentions
from nervion_service.services import personal_data_letters
from nervion_service.services.personal_data_crowd import Crowd, Known
from nervion_service.services.personal_data_scope import (
	CASE_FILE,
	COMPLAINT,
	FOLIO,
	REPORT,
	REQUEST,
	VISIT,
	Scope,
	escaped,
	pluck,
)

# where people's names stand
_NAMED = {
	FOLIO: ("party_name", "complainant_name"),
	"Contact": ("full_name",),
	"Lead": ("lead_name",),
	"Customer": ("customer_name",),
}


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
	known = Known(tuple(included), tuple(left_out))
	names = _given(person_name)
	by_name = () if (email or phone or customer) else names
	emails, numbers = known.details(_given(email.lower()), _given(phone))
	crowd = Crowd(emails, names)
	found = _records(known, crowd, emails, numbers, by_name, customer)
	named = replace(
		found, names=tuple(dict.fromkeys((*names, *_names_in(found.folios, found.contacts, found.leads))))
	)
	return _with_letters(_without_others(_with_cases(named), crowd))


def _records(known: Known, crowd: Crowd, emails, numbers, by_name, customer: str) -> Scope:
	"""The person's contacts, leads, folios and requests, and what else these tell to know them by."""
	contacts = known.apply("Contact", _contacts(emails, numbers, by_name, customer, crowd))
	emails, numbers = _with_details_of(contacts, emails, numbers)
	crowd.learn(emails, pluck("Contact", {"name": ("in", contacts or [""])}, field="full_name"))
	leads = known.apply("Lead", _leads(emails, numbers, crowd))
	folios = known.apply(FOLIO, _folios(emails, numbers, by_name, customer, contacts, leads, crowd))
	return Scope(
		folios=folios,
		contacts=contacts,
		leads=leads,
		requests=known.apply(REQUEST, _requests(emails, numbers, by_name, customer, crowd)),
		emails=emails,
		phones=tuple(dict.fromkeys((*numbers, *_spellings(folios, numbers)))),
		customer=customer,
		sharers=crowd.left_out((*folios, *contacts, *leads)),
	)


def _with_cases(found: Scope) -> Scope:
	"""With what hangs on the folios."""
	complaints = pluck(COMPLAINT, {"folio": ("in", found.folios)}) if found.folios else ()
	return replace(
		found,
		complaints=complaints,
		visits=_about(VISIT, found.folios, complaints),
		reports=_about(REPORT, found.folios, complaints),
		case_files=_case_files((*found.folios, *complaints)),
	)


def _case_files(cases: tuple[str, ...]) -> tuple[str, ...]:
	"""Files that were handed out in which one of these cases stands, as the case itself or as a part of another's."""
	if not cases:
		return ()
	listed = (["manifest", "like", f'%"{escaped(one)}"%'] for one in cases)
	return pluck(CASE_FILE, or_filters=[["case_name", "in", cases], *listed])


def _without_others(found: Scope, crowd: Crowd) -> Scope:
	"""Without the names and numbers that others have too: they say nothing about who of them a line is about."""
	namesakes = {name: _namesakes(name, found.folios, found.contacts) for name in found.names}
	names = tuple(name for name in found.names if not namesakes[name])
	return replace(
		found,
		# a switchboard's number
		phones=tuple(number for number in found.phones if not crowd.shares(number)),
		names=names,
		strangers=_longer_names(names),
		namesakes=tuple(sorted({other for others in namesakes.values() for other in others})),
	)


def _with_letters(found: Scope) -> Scope:
	letters = personal_data_letters.letters_of(found)
	return replace(found, messages=letters.own, shared=letters.shared, unread=letters.unread)


def _about(doctype: str, folios: tuple[str, ...], complaints: tuple[str, ...]) -> tuple[str, ...]:
	"""The documents that name one of these folios or complaints."""
	# a column is asked for names only: Frappe reads an empty one among them as every row that names nothing
	wanted = [
		[column, "in", names] for column, names in (("folio", folios), ("complaint", complaints)) if names
	]
	return pluck(doctype, or_filters=wanted) if wanted else ()


def _given(value: str) -> tuple[str, ...]:
	value = (value or "").strip()
	return (value,) if value else ()


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


def _longer_names(names) -> tuple[str, ...]:
	"""Names of others in which one of these stands whole: Ana López is not Ana López García."""
	known = {name.lower() for name in names}
	found = [
		other
		for name in names
		for doctype, columns in _NAMED.items()
		for column in columns
		for other in pluck(doctype, {column: ("like", f"%{escaped(name)}%")}, field=column)
	]
	return tuple(
		other for other in dict.fromkeys(found) if other.lower() not in known and mentions(other, names)
	)


def _spellings(folios, numbers) -> tuple[str, ...]:
	if not (folios and numbers):
		return ()
	return (
		*pluck(FOLIO, {"name": ("in", folios)}, field="phone"),
		*pluck(FOLIO, {"name": ("in", folios)}, field="phone_e164"),
	)


def _requests(emails, numbers, names, customer, crowd) -> tuple[str, ...]:
	wanted = {"email": emails, "person_name": names, "customer": _given(customer)}
	found = [
		name for field, values in wanted.items() if values for name in pluck(REQUEST, {field: ("in", values)})
	]
	return tuple(sorted({*found, *crowd.mine(REQUEST, numbers)}))
