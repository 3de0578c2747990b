"""A person's words in a text: whole addresses, names, numbers, never a part of somebody else's (I3, X12).

"ana@x.mx" does not stand in "mariana@x.mx", nor "Ana López" in "Mariana López". Texts of logs spell characters in several ways:
as they are, as JSON, as HTML, or as an address of the web.
"""

import html
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

# what may stand before a word though it ends like one: "\n" and "\u003c" in JSON, "%3C" in an address of the web
_ESCAPED = r"(?<=\\[nrt])|(?<=\\u00[0-9a-fA-F]{2})|(?<=%[0-9a-fA-F]{2})"
_GAP = r"(?:\s|&nbsp;)+"


def spellings(word: str) -> tuple[str, ...]:
	"""The ways in which a stored text may write the word."""
	return tuple(
		dict.fromkeys((word, json.dumps(word)[1:-1], html.escape(word, quote=False), quote(word, safe="")))
	)


def mentions(text: str | None, words: Iterable[str], strangers: Iterable[str] = ()) -> bool:
	"""Whether one of the words stands in the text, in whichever case; not as part of a longer name among `strangers`."""
	pattern = _pattern(tuple(words))
	return bool(text and pattern and pattern.search(_without(text, tuple(strangers))))


def masked(text: str | None, words: Iterable[str], mask: str, strangers: Iterable[str] = ()) -> str | None:
	"""The text with `mask` in place of each of the words; longer names among `strangers` stay whole. Twice is once."""
	words, strangers = tuple(words), tuple(strangers)
	if not (text and words):
		return text
	kept = {name.lower() for name in strangers}
	# the longest comes first, so that a stranger's name is taken as a whole and put back
	return _pattern((*strangers, *words)).sub(
		lambda found: found[0] if " ".join(found[0].lower().split()) in kept else mask, text
	)


def regular_expression(words: Iterable[str]) -> str:
	"""The same as `mentions` looks for, for a database to look for it."""
	pattern = _pattern(tuple(words))
	return pattern.pattern if pattern else ""


def _without(text: str, strangers: tuple[str, ...]) -> str:
	pattern = _pattern(strangers)
	return pattern.sub(" ", text) if pattern else text


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern | None:
	spelled = sorted(
		{(spelling, "@" in word) for word in words for spelling in spellings(word)},
		key=lambda found: (-len(found[0]), found[0]),
	)
	return re.compile("|".join(map(_bounded, spelled)), re.I) if spelled else None


def _bounded(spelled: tuple[str, bool]) -> str:
	text, is_address = spelled
	before = r"[\w.+-]" if is_address else r"\w"
	after = r"[\w@-]|\.\w" if is_address else r"\w"
	body = _GAP.join(map(re.escape, text.split()))
	return rf"(?:(?<!{before})|{_ESCAPED}){body}(?!{after})"
