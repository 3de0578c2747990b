"""Safety first (K1): the question that every way in asks, and the words of a mail that make a person ask it.

A mail cannot be asked. Words such as "intoxicado" or "derrame" never answer the question: they only say that somebody has to.
"""

import re
import unicodedata

YES = "Yes"
NO = "No"
ANSWERS = (NO, YES)

INJURY = "Injury"
EXPOSURE = "Exposure"
FIRE = "Fire"
SPILL = "Spill"
OTHER = "Other"
KINDS = (INJURY, EXPOSURE, FIRE, SPILL, OTHER)

# Stems without accents, as regular expressions that begin at a word. Spanish first, English after it. "Llamas" is left out:
# it is also "you call".
_HINTS = {
	INJURY: (
		"quemadur", "se quemo", "me queme", "nos quemamos", "lesion", "herid[oa]", "lastim", "accident", "hospitaliz",
		"al hospital", "ambulancia", "en urgencias", "murio", "fallecio",
		"burn(s|ed|t)? (my|his|her|their|hand|face|skin|arm)", "got burn", "was burn", "injur", "wounded", "got hurt", "was hurt",
		"ambulance", "emergency room",
	),
	EXPOSURE: (
		"intoxic", "envenen", "inhal", "ingiri", "trago", "bebio", "salpic", "mare(o|os|ado|ada|ados|adas)", "vomit", "nausea",
		"desmay", "asfixi", "respirar", "los ojos", "el ojo", "un ojo", "alergi", "irritacion", "convulsi",
		"poison", "swallow", "faint(ed|ing)", "dizz", "splash", "(my|his|her|their|the) eyes?", "breath", "rash", "allerg",
	),
	FIRE: (
		"incendi", "fuego", "explo(sion|to|ta|tar|siones)", "se prendio", "en llamas", "humo",
		"fire", "caught fire", "explo(ded|sion|des)", "smoke", "flames",
	),
	SPILL: (
		"derram", "se tiro (la|el|toda|todo)", "fuga", "se esta saliendo",
		"spill", "leak",
	),
}  # fmt: skip
# what paints are sold for is no accident
_HARMLESS = re.compile(
	r"\b(contra|retardant\w*|resistent\w*)( de| del| al| el| a)? (fuego|incendios?)|\bfire[- ](retardant|resistant|proof)\w*"
)
_PATTERNS = {kind: re.compile(rf"\b({'|'.join(stems)})") for kind, stems in _HINTS.items()}


def hints(text: str | None) -> tuple[str, ...]:
	"""The kinds of accident that words of a text, in Spanish or English, may speak of; in the order of KINDS.

	Whether there was one, only a person can say: "no hubo derrame" gives Spill as well.
	"""
	plain = _HARMLESS.sub(" ", _folded(text or ""))
	return tuple(kind for kind, pattern in _PATTERNS.items() if pattern.search(plain))


def is_open(answer: str | None, attended_at) -> bool:
	"""Whether somebody may still need help: the answer was Yes, and nobody has attended it."""
	return answer == YES and not attended_at


def _folded(text: str) -> str:
	"""Lower case without accents, runs of white space as one blank."""
	apart = unicodedata.normalize("NFKD", text.lower())
	return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())
