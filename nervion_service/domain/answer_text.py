"""Placeholders of answer templates: plain names out of a fixed list, filled in and escaped; nothing is ever evaluated (S1.5, X6)."""

import re
from collections.abc import Callable, Mapping

PLACEHOLDERS = (
	"folio", "subject", "party_name", "promise", "responsible", "company", "product", "received", "tracking_url",
)  # fmt: skip

# stands where a folio has no value for a placeholder, so that whoever writes the letter sees the gap
GAP = "____"

_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_OTHER = re.compile(r"\{%|%\}|\{#|#\}")
_BLANKS = re.compile(r"(?:\s|&nbsp;|\u00a0)+")


def names(text: str) -> tuple[str, ...]:
	"""The placeholders of a text, each once, as they are written between the braces."""
	return tuple(dict.fromkeys(_name(inside) for inside in _PLACE.findall(text or "")))


def unknown(text: str) -> tuple[str, ...]:
	"""What stands in braces and is no placeholder; marks of programs count, and so do braces that nothing closes."""
	left = _PLACE.sub("", text or "")
	stray = [*_OTHER.findall(text or ""), *(brace for brace in ("{{", "}}") if brace in left)]
	return (*(name for name in names(text) if name not in PLACEHOLDERS), *dict.fromkeys(stray))


def gaps(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
	"""The placeholders of a text for which there is no value."""
	return tuple(name for name in names(text) if not values.get(name))


def fill(text: str, values: Mapping[str, str], escape: Callable[[str], str]) -> str:
	"""The text with its placeholders replaced by escaped values, GAP for a value that is missing.

	What a value says is never read again: a customer called "{{ folio }}" stays so.
	"""

	def value(place: re.Match) -> str:
		return escape(str(values.get(_name(place.group(1))) or GAP))

	return _PLACE.sub(value, text or "")


def _name(inside: str) -> str:
	return _BLANKS.sub(" ", inside).strip()
