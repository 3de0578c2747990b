"""What two subjects have in common, whatever their spelling (duplicates of issue 3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.similarity import similarity, words

TEXTS = st.text(max_size=60)
SAYINGS = st.lists(
	st.sampled_from("esmalte acrílico descascara barda lote 2231 rendimiento pedido 88".split()), min_size=1
)


@given(TEXTS, TEXTS)
def test_it_lies_between_nothing_and_all_and_looks_both_ways_alike(one, other):
	found = similarity(one, other)
	assert 0 <= found <= 1
	assert found == similarity(other, one)


@given(TEXTS)
def test_a_text_with_words_says_the_same_as_itself(text):
	assert similarity(text, text) == (1.0 if words(text) else 0.0)


@given(SAYINGS, st.randoms(use_true_random=False))
def test_order_case_and_small_words_do_not_matter(said, random):
	mixed = random.sample(said, len(said))
	assert similarity(" ".join(said), "Hola, " + " de la ".join(mixed).upper()) == 1.0


@given(SAYINGS, SAYINGS)
def test_a_word_in_common_never_makes_texts_less_alike(one, other):
	before = similarity(" ".join(one), " ".join(other))
	assert (
		similarity(" ".join([*one, "impermeabilizante"]), " ".join([*other, "impermeabilizante"])) >= before
	)


@pytest.mark.parametrize(
	("one", "other"),
	[
		("El esmalte se descascara", "Se está descascarando el esmalte"),
		("Pedido 4471 no ha llegado", "No llegó el pedido 4471"),
		("¿Qué rendimiento tiene el esmalte?", "RENDIMIENTO DEL ESMALTE"),
		("Factura equivocada del lote 2231", "factura equibocada lote 2231"),
	],
)
def test_what_a_person_takes_for_the_same_matter_passes_the_shipped_threshold(one, other):
	assert similarity(one, other) >= 0.5


@pytest.mark.parametrize(
	("one", "other"),
	[
		("El esmalte se descascara", "Factura del pedido 4471"),
		("Pedido 4471 no ha llegado", "Pedido 4472 no ha llegado"),
		("Buenas tardes, una pregunta", "Buenas tardes, una queja"),
		("", "Esmalte"),
	],
)
def test_what_a_person_takes_for_another_matter_stays_below_all_of_it(one, other):
	assert similarity(one, other) < 0.75


def test_another_figure_is_another_thing():
	assert similarity("lote 2231", "lote 2232") == 0.5
	assert similarity("2231", "2232") == 0.0
