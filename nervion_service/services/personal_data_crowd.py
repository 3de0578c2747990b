"""Who else has a person's number or name, so that nobody's data goes along with another's (I3, X12).

Colleagues share a switchboard. What stands under a number that several people use is the person's only if an address or a name
says so too.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import frappe

from nervion_service.services import phones


@dataclass(frozen=True)
class Book:
	"""Where a DocType keeps numbers, the address and the names of people."""

	numbers: tuple[str, ...]
	email: str
	names: tuple[str, ...]


BOOKS = {
	"Contact": Book(("phone", "mobile_no"), "email_id", ("full_name",)),
	"Lead": Book(("phone", "mobile_no", "whatsapp_no"), "email_id", ("lead_name",)),
	"Service Folio": Book(("phone", "phone_e164"), "email", ("party_name", "complainant_name")),
	"Personal Data Request": Book(("phone",), "email", ("person_name",)),
}


@dataclass(frozen=True)
class Known:
	"""Records of which a person has decided whose they are, (DocType, name) each."""

	included: tuple[tuple[str, str], ...] = ()
	left_out: tuple[tuple[str, str], ...] = ()

	def apply(self, doctype: str, found: Iterable[str]) -> tuple[str, ...]:
		"""What was found of a DocType, with the included ones and without those left out."""
		mine = (*found, *(name for kind, name in self.included if kind == doctype))
		return tuple(name for name in dict.fromkeys(mine) if (doctype, name) not in self.left_out)

	def details(
		self, emails: Iterable[str], numbers: Iterable[str]
	) -> tuple[tuple[str, ...], tuple[str, ...]]:
		"""(addresses, numbers) with those that the included records give: they are the person's, too."""
		emails, numbers = list(emails), list(numbers)
		for doctype, name in self.included:
			book = BOOKS[doctype]
			columns = [column for column in book.numbers if frappe.db.has_column(doctype, column)]
			row = frappe.db.get_value(doctype, name, [book.email, *columns], as_dict=True) or {}
			emails += [row[book.email].lower()] if row.get(book.email) else []
			numbers += [row[column] for column in columns if row.get(column)]
		return tuple(dict.fromkeys(emails)), tuple(dict.fromkeys(numbers))


class Crowd:
	"""Everybody behind the person's numbers; the person is known by addresses and names, which may be learned on the way."""

	def __init__(self, emails: Iterable[str], names: Iterable[str]):
		self.emails, self.names = set(), set()
		self._rows: dict[str, list] = {}
		self._left: set[str] = set()
		self.learn(emails, names)

	def learn(self, emails: Iterable[str], names: Iterable[str]) -> None:
		self.emails |= {email.lower() for email in emails}
		self.names |= {name.lower() for name in names}

	def mine(self, doctype: str, numbers: Iterable[str]) -> tuple[str, ...]:
		"""Names of the rows of `doctype` with one of the numbers, in whichever spelling, that are the person's."""
		found = []
		for number in numbers:
			shared = self.shares(number)
			for row in (row for row in self._behind(number) if row.doctype == doctype):
				if not shared or row.email in self.emails or row.names & self.names:
					found.append(row.name)
				else:
					self._left.add(row.name)
		return tuple(dict.fromkeys(found))

	def shares(self, number: str) -> bool:
		"""Whether several people use the number: it stands beside several addresses, or in contacts of several names."""
		rows = self._behind(number)
		others = {row.email for row in rows if row.email} - self.emails
		people = {frozenset(row.names) for row in rows if row.doctype == "Contact"}
		return len(others) + bool(self.emails) > 1 or len(people) > 1

	def left_out(self, included: Iterable[str]) -> tuple[str, ...]:
		"""What stands under a shared number and was not taken for the person's."""
		return tuple(sorted(self._left - set(included)))

	def _behind(self, number: str) -> list:
		if number not in self._rows:
			self._rows[number] = [row for doctype in BOOKS for row in _rows_with(doctype, number)]
		return self._rows[number]


def _rows_with(doctype: str, number: str) -> list:
	book, pattern = BOOKS[doctype], phones.pattern(number)
	present = set(frappe.db.get_table_columns(doctype))
	numbers = [column for column in book.numbers if column in present]
	names = set(_parents(number, pattern)) if doctype == "Contact" else set()
	for column in numbers if pattern else ():
		# whoever runs this was asked for the right by `personal_data_requests`; what the pattern finds is confirmed
		rows = frappe.get_all(
			doctype, {column: ("like", pattern)}, ["name", f"{column} as number"], limit_page_length=0
		)
		names |= {row.name for row in rows if phones.same(row.number, number)}
	# as above: the rows whose number was confirmed
	rows = frappe.get_all(
		doctype,
		{"name": ("in", list(names) or [""])},
		["name", book.email, *book.names],
		order_by="name",
		limit_page_length=0,
	)
	return [_row(doctype, book, row) for row in rows]


def _parents(number: str, pattern: str | None) -> list[str]:
	if not pattern:
		return []
	# as in `_rows_with`
	rows = frappe.get_all(
		"Contact Phone", {"phone": ("like", pattern)}, ["parent", "phone"], limit_page_length=0
	)
	return [row.parent for row in rows if phones.same(row.phone, number)]


def _row(doctype: str, book: Book, row):
	return frappe._dict(
		doctype=doctype,
		name=row.name,
		email=(row[book.email] or "").lower(),
		names={row[name].strip().lower() for name in book.names if row[name]},
	)
