"""How much two short texts say the same, as people write the subject of a request: 0 (nothing) to 1 (the same words).

Case, accents, order and the small words do not matter, and a word may be misspelt a little. No meaning is guessed: the number only
orders what is offered to a person, who decides.
"""

import re
import unicodedata
from difflib import SequenceMatcher

# from this likeness on, two words are one word written differently
SAME_WORD = 0.8
SHORTEST_WORD = 3
# words that nearly every request has, in the languages that the customers write
SMALL_WORDS = frozenset(
	"""a al ante con cual de del desde donde el ella en entre es esta este esto fue ha hay la las le les lo los mas me mi muy ni
	no nos o para pero por porque que quiero se si sin sobre son su sus tiene tengo un una uno y ya buen buena buenas buenos
	dia dias favor gracias hola tarde tardes
	about and are for from has have hello is not of on our please thanks that the this to was with your""".split()
)


def similarity(one: str | None, other: str | None) -> float:
	"""The share of words that the texts have in common, of all their words; 0 when one of them has none."""
	first, second = words(one), words(other)
	if not first or not second:
		return 0.0
	shared = sum(_has(second, word) for word in first) + sum(_has(first, word) for word in second)
	return shared / (len(first) + len(second))


def words(text: str | None) -> frozenset[str]:
	"""The words of a text that count, without case and accents; all of them where nothing but small words are left."""
	found = frozenset(re.findall(r"\w+", _plain(text or "")))
	telling = frozenset(word for word in found - SMALL_WORDS if len(word) >= SHORTEST_WORD or word.isdigit())
	return telling or found


def _plain(text: str) -> str:
	parts = unicodedata.normalize("NFKD", text.casefold())
	return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _has(many: frozenset[str], word: str) -> bool:
	return word in many or any(_alike(word, other) for other in many)


def _alike(one: str, other: str) -> bool:
	# another figure is another thing: an order, a colour, a batch
	if one.isdigit() or other.isdigit():
		return one == other
	# in one order always, since the matcher does not look both ways alike
	first, second = sorted((one, other))
	return SequenceMatcher(None, first, second, autojunk=False).ratio() >= SAME_WORD
