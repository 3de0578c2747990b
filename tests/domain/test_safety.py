"""Words of an accident in Spanish and English, and what is none (K1)."""

import re

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
		("Mi hijo tomó thinner, lo llevaron a urgencias", safety.INJURY),
		("Mi hijo tomó thinner", safety.EXPOSURE),
		("El niño se tomó un poco de pintura", safety.EXPOSURE),
		("bebieron del bote de solvente", safety.EXPOSURE),
		("se me quemó la piel", safety.INJURY),
		("me estoy quemando con el removedor", safety.INJURY),
		("tuvo un accidente en la obra", safety.INJURY),
		("se cayó del andamio por los vapores", safety.INJURY),
		("me arden las manos", safety.EXPOSURE),
		("siento ardor en la garganta", safety.EXPOSURE),
		("tengo ronchas desde ayer", safety.EXPOSURE),
		("se le hinchó la cara", safety.EXPOSURE),
		("me salieron ampollas en las manos", safety.EXPOSURE),
		("está en el hospital", safety.INJURY),
		("sigue internado en el hospital general", safety.INJURY),
		("lo mandaron al hospital", safety.INJURY),
		("Tengo un pedido y mi hijo fue al hospital", safety.INJURY),
		("la llevamos con el doctor", safety.INJURY),
		("perdió la vista de un ojo", safety.INJURY),
		("mi ayudante no puede ver", safety.EXPOSURE),
		("no puedo ver bien desde que me cayó el catalizador", safety.EXPOSURE),
		("le falta el aire", safety.EXPOSURE),
		("siente falta de aire", safety.EXPOSURE),
		("le dio un ataque de asma", safety.EXPOSURE),
		("pintamos la pared y no puedo respirar", safety.EXPOSURE),
		("respiró el vapor del tambo", safety.EXPOSURE),
		("pintando la pared respiró thinner y se siente muy mal", safety.EXPOSURE),
		("pintando paredes respiraron solvente dos trabajadores", safety.EXPOSURE),
		("se nos volcó la cubeta y corre al drenaje", safety.SPILL),
		("corre al drenaje", safety.SPILL),
		("se regó la pintura", safety.SPILL),
		("se nos tiró medio tambo", safety.SPILL),
		("no para la fuga de solvente", safety.SPILL),
		("sale humo del tambo gris", safety.FIRE),
		("se está quemando la bodega", safety.FIRE),
		("he drank some thinner", safety.EXPOSURE),
		("she cannot see after the splash", safety.EXPOSURE),
		("the bucket was knocked over", safety.SPILL),
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
		"Quiero 3 cubetas de gris humo",
		"El rojo fuego no cubre a dos manos",
		"color Humo 204, acabado mate",
		"Busco una pintura que deja respirar el muro",
		"un recubrimiento con el que la pared puede respirar",
		"accidentalmente pedí de más",
		"por accidente hice dos veces el pedido",
		"Qué lástima que no tengan ese tono",
		"La capa quedó con ojo de pescado y ampollas en la pared",
		"se hinchó la madera de la puerta",
		"la pintura se cayó del techo a las dos semanas",
		"no puedo ver mi pedido en la página",
		"no puedo ver el folio",
		"tomamos la muestra de pintura y dos fotos del solvente",
		"rodillo que no salpique",
		"impermeabilizante contra fugas y goteras de agua",
		"¿Qué impermeabilizante sirve para una fuga de agua?",
		"suministramos esmalte al hospital general",
		"pintar la tubería de la red de incendio y un muro a prueba de explosión",
		"un detector de humo manchado",
		"con urgencia necesito el pedido",
		"the paint fell off the wall after the roof leaks",
		"I ordered it by accident; I can't see my order",
		"fire door in smoke grey",
		"a coating that lets the wall breathe",
	],
)
def test_ordinary_questions_alarm_nobody(text):
	assert safety.hints(text) == ()


def test_names_of_products_are_no_words_of_the_customers():
	names = ["Esmalte Fuego Azteca"]
	assert safety.hints("Dos litros de ESMALTE  FUEGO AZTÉCA", names) == ()
	assert safety.hints("El esmalte fuego azteca se prendió", names) == (safety.FIRE,)


def test_every_pattern_is_written_as_texts_are_read():
	stems = [stem for stems in safety.HINTS.values() for stem in stems]
	assert [stem for stem in (*stems, *safety.HARMLESS) if re.search("[áéíóúñüA-Z]", stem)] == []


def test_help_is_owed_from_a_yes_until_somebody_helped():
	assert safety.is_open("Yes", None)
	assert not safety.is_open("Yes", "2026-03-02 10:00:00")
	assert not safety.is_open("No", None)
	assert not safety.is_open(None, None)
