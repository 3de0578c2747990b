"""Words of an accident in Spanish and English, and what is none (K1)."""

import pytest

from nervion_service.domain import safety


@pytest.mark.parametrize(
	("text", "kind"),
	[
		("Un pintor se QUEMÓ la mano con el catalizador", safety.INJURY),
		("hay dos personas intoxicadas en la bodega", safety.EXPOSURE),
		("le salpicó en los ojos el solvente", safety.EXPOSURE),
		("tiene mareos desde que abrió la cubeta", safety.EXPOSURE),
		("hubo un incendio junto al tambor", safety.FIRE),
		("se derramó un tambo completo en el patio", safety.SPILL),
		("My worker got burned", safety.INJURY),
		("thinner splashed into her eyes", safety.EXPOSURE),
		("the drum is leaking", safety.SPILL),
		("it caught fire", safety.FIRE),
		("explosión en el taller", safety.FIRE),
	],
)
def test_words_of_an_accident_are_found_with_and_without_accents(text, kind):
	assert kind in safety.hints(text)


@pytest.mark.parametrize(
	"text",
	[
		"",
		None,
		"¿A qué hora me llamas para el pedido?",
		"Necesito pintura resistente al fuego y contra incendios para un hospital",
		"Do you sell a fire-retardant coating?",
		"El rendimiento del esmalte es de 10 m² por litro",
	],
)
def test_ordinary_questions_alarm_nobody(text):
	assert safety.hints(text) == ()


def test_help_is_owed_from_a_yes_until_somebody_helped():
	assert safety.is_open("Yes", None)
	assert not safety.is_open("Yes", "2026-03-02 10:00:00")
	assert not safety.is_open("No", None)
	assert not safety.is_open(None, None)
