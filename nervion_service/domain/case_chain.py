"""The history of a case as a chain (K12): every line's digest covers its own content and the digest before it.

Whoever holds the last digest of a chain, or the receipt of a file that contains it, can tell whether any line was changed,
taken out, put in or moved since. SHA-256 over canonical JSON; nothing here is secret, so anybody can check it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

# what comes before the first line
BEGINNING = "0" * 64
# Crockford's letters: none that is read as another
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")
_GROUPS, _GROUP = 4, 4


@dataclass(frozen=True)
class Difference:
	"""The first place where two chains part: its line, counted from 1, and how ("changed", "missing" or "added")."""

	line: int
	how: str


CHANGED, MISSING, ADDED = "changed", "missing", "added"


def canonical(content: Any) -> bytes:
	"""The one spelling of a value: JSON with sorted keys, no spaces, UTF-8; moments and dates in ISO form, decimals as text.

	Raises ValueError for NaN and infinity, and TypeError for what JSON has no word for.
	"""
	return json.dumps(
		content,
		ensure_ascii=False,
		sort_keys=True,
		separators=(",", ":"),
		allow_nan=False,
		default=_spelt,
	).encode("utf-8")


def digest(content: bytes) -> str:
	"""SHA-256 in hexadecimal."""
	return hashlib.sha256(content).hexdigest()


def chain(lines: Iterable[Mapping[str, Any]], beginning: str = BEGINNING) -> list[str]:
	"""The digest of every line, in order: each is of its canonical JSON and the digest before it."""
	digests, previous = [], beginning
	for line in lines:
		previous = link(line, previous)
		digests.append(previous)
	return digests


def link(line: Mapping[str, Any], previous: str) -> str:
	"""The digest of one line that follows `previous`."""
	return digest(canonical(line) + previous.encode("ascii"))


def head(digests: Sequence[str]) -> str:
	"""The digest that stands for the whole chain."""
	return digests[-1] if digests else BEGINNING


def first_difference(lines: Sequence[Mapping[str, Any]], digests: Sequence[str]) -> Difference | None:
	"""Where these lines part from the chain that was kept; None when they are the same, line for line."""
	for number, (found, kept) in enumerate(zip(chain(lines), digests, strict=False), 1):
		if found != kept:
			return Difference(number, CHANGED)
	if len(lines) < len(digests):
		return Difference(len(lines) + 1, MISSING)
	return Difference(len(digests) + 1, ADDED) if len(lines) > len(digests) else None


def continues(lines: Sequence[Mapping[str, Any]], digests: Sequence[str]) -> Difference | None:
	"""The same for a history that may have gone on: lines after the chain's end are no difference."""
	return first_difference(lines[: len(digests)], digests)


def receipt_code(file_digest: str) -> str:
	"""A short code of a digest that a person can read out, such as "7K2M-0QXT-4B9C-W1ZD": its first 80 bits."""
	bits = int(file_digest, 16) >> (256 - 5 * _GROUPS * _GROUP)
	letters = ""
	for _position in range(_GROUPS * _GROUP):
		bits, letter = divmod(bits, len(_LETTERS))
		letters = _LETTERS[letter] + letters
	return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def same_code(given: str, code: str) -> bool:
	"""Whether a code that somebody typed is that one: case, spaces and dashes do not matter, nor O for 0 and I or L for 1."""
	return hmac.compare_digest(plain_code(given).encode(), plain_code(code).encode())


def plain_code(code: str) -> str:
	"""A code that somebody typed without spaces and dashes, in its own letters."""
	kept = (letter for letter in code.upper() if not (letter.isspace() or letter == "-"))
	return "".join(kept).translate(_READ_AS)


def signature(content: bytes, secret: str) -> str:
	"""HMAC-SHA256 of the content in hexadecimal, for who shares the secret. An empty secret raises ValueError."""
	if not secret:
		raise ValueError("nothing is signed without a secret")
	return hmac.new(secret.encode("utf-8"), content, hashlib.sha256).hexdigest()


def is_signed(content: bytes, secret: str, signed: str) -> bool:
	"""Whether `signed` is the signature of that content."""
	return hmac.compare_digest(signature(content, secret).encode(), signed.encode("utf-8"))


def _spelt(value: Any) -> str:
	if isinstance(value, datetime | date):
		return value.isoformat()
	if isinstance(value, timedelta):
		return str(value.total_seconds())
	if isinstance(value, Decimal):
		return format(value, "f")
	raise TypeError(f"{type(value).__name__} has no canonical spelling")
