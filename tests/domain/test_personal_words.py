"""Nobody's words are taken for another's, whichever way a text spells them (I3, X12)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.personal_letters import Part, addresses, part_in, without
from nervion_service.domain.personal_words import masked, mentions

ANA, NAME = "ana@x.mx", "Ana López"


@pytest.mark.parametrize(
	"text",
	[
		"mariana@x.mx", "a.ana@x.mx", "contacto-ana@x.mx", "ana@x.mx.org", "ana@x.mx-2.com", "ana@x", "ANA+1@x.mx", "anaXx.mx",
	],
)  # fmt: skip
def test_an_address_is_no_part_of_another_one(text):
	assert not mentions(f"De: <{text}>, ayer", [ANA])
	assert masked(text, [ANA], "·") == text


@pytest.mark.parametrize(
	"text",
	[
		"Ana@X.mx", "<ana@x.mx>", "Escribió ana@x.mx.", "mailto:ana@x.mx?subject=1", '{"email":"ana@x.mx"}', "'ana@x.mx',",
		json.dumps("Hola\nana@x.mx\n"), "email=ana%40x.mx&a=1", "to=%3Cana%40x.mx%3E",
	],
)  # fmt: skip
def test_an_address_is_found_wherever_it_stands_alone(text):
	assert mentions(text, [ANA])
	assert not mentions(masked(text, [ANA], "·"), [ANA])


def test_a_name_is_found_whole_in_every_spelling_and_never_in_a_longer_one():
	for text in ("Mariana López", "Ana Lópezgalván", "Juana López"):
		assert not mentions(text, [NAME])
	for text in (
		"ANA LÓPEZ",
		"Ana  López llamó",
		"Ana&nbsp;López",
		json.dumps({"de": NAME}),
		"Sra. Ana López.",
	):
		assert mentions(text, [NAME])
	longer = "Ana López García"
	assert mentions(f"{longer} y Ana López", [NAME], [longer]) and not mentions(longer, [NAME], [longer])
	assert masked(f"{longer} y Ana López", [NAME], "·", [longer]) == f"{longer} y ·"


def test_underscores_and_percents_are_letters_like_others():
	assert not mentions("anaXb@x.mx", ["ana_b@x.mx"]) and not mentions("an9a@x.mx", ["an%a@x.mx"])


@given(st.text(alphabet="abc @.-_%\\n", max_size=30), st.sampled_from(["a@b.c", "a b", "ab"]))
def test_what_was_masked_is_named_no_more_and_twice_is_once(text, word):
	once = masked(text, [word], "#")
	assert not mentions(once, [word])
	assert masked(once, [word], "#") == once


def test_readers_are_compared_as_whole_addresses_and_taken_out_one_by_one():
	both = 'Ana López <ANA@x.mx>, "Soto, María" <mariana@x.mx>'
	assert addresses(both) == {ANA, "mariana@x.mx"}
	# somebody else whose name is written as an address
	assert addresses(f'"{ANA}" <mariana@x.mx>') == {"mariana@x.mx"}
	assert addresses("López, Ana <ana@x.mx>") == {ANA}
	assert addresses(without(both, {ANA})) == {"mariana@x.mx"} and without(ANA, {ANA}) == ""
	assert without("mariana@x.mx", {ANA}) == "mariana@x.mx"
	assert without("López, Ana <ana@x.mx>; <mariana@x.mx", {ANA}) == "mariana@x.mx"


def test_a_letter_belongs_to_everybody_outside_who_took_part():
	mine, other, ours = {ANA}, {"mariana@x.mx"}, {"servicio@n.mx"}
	assert part_in(mine | ours, mine, ours) == Part.OWN
	assert part_in(mine | other | ours, mine, ours) == Part.SHARED
	assert part_in(other | ours, mine, ours) == Part.FOREIGN
	assert part_in(ours, mine, ours) == part_in(set(), mine, ours) == Part.AMONG_US
