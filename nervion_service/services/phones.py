"""Telephone numbers: one spelling for what people write in many (E.164), so that a caller is found by any of them.

Mexico dropped the 1 after +52 in 2019, but networks and old address books still bring it: +52 1 and +52 are one number.
The library is imported where it is needed, since a mail that brings no number should not pay for it.
"""

import re

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.services import history, sealing

REGION = "MX"
# by this many last digits two spellings of a number are taken for the same one
TAIL = 10
# fewer typed digits say nothing about a person
FEWEST_DIGITS = 4


def normalise(text: str | None, region: str = REGION) -> str | None:
	"""The number in E.164, such as "+525555550102"; None for what cannot be a number.

	text: as people write it; without a country it is one of `region`. An extension is left out.
	"""
	if not (text or "").strip():
		return None
	import phonenumbers

	try:
		number = phonenumbers.parse(text, region)
	except phonenumbers.NumberParseException:
		return None
	if not phonenumbers.is_possible_number(number):
		return None
	# it takes Mexico's old 1 after +52, and 044 and 045 before a number, away by itself
	return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_answerable(text: str | None, region: str = REGION) -> bool:
	"""Whether somebody could be called at what a person outside typed: 0000000000 has a number's length, and rings nowhere.

	The desk and history are taken at their word, by `normalise`.
	"""
	number = normalise(text, region)
	if not number:
		return False
	import phonenumbers

	return phonenumbers.is_valid_number(phonenumbers.parse(number))


def digits(text: str | None) -> str:
	"""Nothing but the digits of a text."""
	return re.sub(r"\D", "", text or "")


def same(one: str | None, other: str | None) -> bool:
	"""Whether two spellings mean one number: by E.164, else by their last ten digits."""
	first, second = normalise(one), normalise(other)
	if first and second:
		return first == second
	tails = [digits(text)[-TAIL:] for text in (one, other)]
	return len(tails[0]) == TAIL and tails[0] == tails[1]


def pattern(typed: str | None) -> str | None:
	"""A pattern of LIKE that finds every spelling which holds the digits typed so far; None for too few of them.

	Numbers stand in ERPNext as they were typed, so separators may lie anywhere: what it finds is to be confirmed.
	"""
	# of a whole number the last digits, whichever way its country was written
	found = digits(typed)[-TAIL:]
	return f"%{'%'.join(found)}%" if len(found) >= FEWEST_DIGITS else None


def holds(stored: str | None, typed: str) -> bool:
	"""Whether a stored number holds the digits typed so far, one after another."""
	return digits(typed)[-TAIL:] in digits(stored)


def fill(folio) -> None:
	"""Keep the folio's number in its one spelling beside what was typed (`phone_e164`).

	Raises ValidationError that names the field when a person typed what is no number; what a machine brought stays as text.
	"""
	folio.phone = (folio.phone or "").strip() or None
	folio.phone_e164 = normalise(folio.phone)
	if folio.phone and not folio.phone_e164 and _is_typed(folio):
		frappe.throw(
			_(
				"{0}: {1} is no telephone number. Ten digits are expected, or a + with the country for one abroad."
			).format(sealing.bold_label(folio, "phone"), frappe.bold(escape_html(folio.phone))),
			title=_("Wrong Number"),
		)


def refill(folio, before) -> None:
	"""The same for a folio whose number was corrected after it was registered."""
	if before and (folio.phone or None) != (before.phone or None):
		fill(folio)


def _is_typed(folio) -> bool:
	if not folio.is_new():
		return not folio.flags.by_service
	return folio.received_stamp != "Machine" and not folio.flags.by_mail and not history.is_import(folio)
