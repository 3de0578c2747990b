"""Placeholders are filled in once, escaped, and out of a fixed list."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import answer_text


@pytest.mark.parametrize(
	("text", "wrong"),
	[
		("Hola {{ party_name }}, su folio {{folio}}", ()),
		("{{&nbsp;folio&nbsp;}}", ()),
		("{{ nombre }} y {{ folio }}", ("nombre",)),
		("{{ frappe.db.sql('x') }}", ("frappe.db.sql('x')",)),
		("{{ folio.__class__ }}", ("folio.__class__",)),
		("{% for x in y %}{{ folio }}{% endfor %}", ("{%", "%}")),
		("{{ folio", ("{{",)),
		("{{ <b>folio</b> }}", ("<b>folio</b>",)),
		("", ()),
	],
)
def test_only_the_placeholders_of_the_list_are_known(text, wrong):
	assert answer_text.unknown(text) == wrong


def test_a_value_is_escaped_and_never_read_again():
	values = {"party_name": "<b>{{ folio }}</b>", "folio": "FOL-2026-000001"}
	filled = answer_text.fill("{{ party_name }}: {{ folio }}", values, escape)
	assert filled == "&lt;b&gt;{{ folio }}&lt;/b&gt;: FOL-2026-000001"


def test_a_missing_value_leaves_a_gap_that_is_named():
	text, values = "{{ folio }}: antes del {{ promise }}.", {"promise": None, "folio": "FOL-2026-000001"}
	assert answer_text.fill(text, values, escape) == "FOL-2026-000001: antes del ____."
	assert answer_text.gaps(text, values) == ("promise",)


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_a_customer_is_called_no_markup_comes_out(before, name):
	text = before.replace("{", "(").replace("<", "(") + "{{ party_name }}"
	assert "<" not in answer_text.fill(text, {"party_name": name}, escape)
