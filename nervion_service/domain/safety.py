"""Safety first (K1): the question that every way in asks, and the words of a mail that make a person ask it.

A mail cannot be asked. Words such as "intoxicado" or "derrame" never answer the question: they only say that somebody has to.
"""

import re
import unicodedata
from collections.abc import Iterable

from nervion_service.domain.safety_words import EXPOSURE, FIRE, HARMLESS, HINTS, INJURY, SPILL

YES = "Yes"
NO = "No"
ANSWERS = (NO, YES)

OTHER = "Other"
KINDS = (INJURY, EXPOSURE, FIRE, SPILL, OTHER)
# where whoever registers has the customer before him, and can ask
SPOKEN_CHANNELS = ("Phone", "Store")

_HARMLESS = re.compile(rf"\b({'|'.join(HARMLESS)})")
_PATTERNS = {kind: re.compile(rf"\b({'|'.join(stems)})") for kind, stems in HINTS.items()}


def hints(text: str | None, names: Iterable[str] = ()) -> tuple[str, ...]:
	"""The kinds of accident that words of a text, in Spanish or English, may speak of; in the order of KINDS.

	names: of products, as "Rojo Fuego 300", which are no words of the customer's. Whether there was an accident, only a person can
	say: "no hubo derrame" gives Spill as well.
	"""
	plain = _folded(text or "")
	for name in names:
		plain = plain.replace(_folded(name), " ")
	plain = _HARMLESS.sub(" ", plain)
	return tuple(kind for kind, pattern in _PATTERNS.items() if pattern.search(plain))


def is_open(answer: str | None, attended_at) -> bool:
	"""Whether somebody may still need help: the answer was Yes, and nobody has attended it."""
	return answer == YES and not attended_at


def _folded(text: str) -> str:
	"""Lower case without accents, runs of white space as one blank."""
	apart = unicodedata.normalize("NFKD", text.lower())
	return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())
