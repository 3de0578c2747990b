"""What is one person's, as it was found: the list that exporting and erasing go by (I3, X12)."""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

import frappe

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
	# letters that are the person's alone, or ours about their case; of those of others as well only the person's words go
	messages: tuple[str, ...] = ()
	shared: tuple[str, ...] = ()
	# those of either kind that the person neither wrote nor got
	unread: tuple[str, ...] = ()
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
	# longer names of others in which one of the person's stands
	strangers: tuple[str, ...] = ()
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


def pluck(doctype: str, filters: Any = None, or_filters: Any = None, field: str = "name") -> tuple[str, ...]:
	# whoever runs this was asked for the right by `personal_data_requests`; a person's data may stand in rows of anybody
	found = frappe.get_all(
		doctype, filters=filters, or_filters=or_filters, pluck=field, order_by="name", limit_page_length=0
	)
	return tuple(dict.fromkeys(value for value in found if value))


def escaped(word: str) -> str:
	"""The word as LIKE takes it for itself."""
	return re.sub(r"([\\%_])", r"\\\1", word)
