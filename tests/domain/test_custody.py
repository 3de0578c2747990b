"""A sample's chain of custody has no gap (K5)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.custody import (
	ACTIONS,
	NEXT,
	Action,
	Handover,
	holder,
	next_actions,
	problem,
	rewritten,
	state,
)

START = datetime(2026, 3, 2, 9, 0)
NOW = START + timedelta(days=30)
PEOPLE = ("ana", "beto", "caro")


@st.composite
def sound_chains(draw, least=1):
	"""Chains that a careful company writes."""
	chain = [Handover(START, Action.TAKEN, draw(st.sampled_from(PEOPLE)))]
	for step in range(draw(st.integers(least - 1, 6))):
		possible = next_actions(state(chain))
		if not possible:
			break
		action = draw(st.sampled_from(possible))
		giver = holder(chain)
		takers = [one for one in PEOPLE if one != giver] if action == Action.RECEIVED else PEOPLE
		sealed = chain[-1].seal_intact and draw(st.booleans())
		at = START + timedelta(hours=step + 1)
		taker = draw(st.sampled_from(takers))
		chain.append(Handover(at, action, taker, giver, "" if sealed else "Abierta", sealed, "Estante 4"))
	return chain


@given(sound_chains())
def test_a_careful_chain_has_no_problem(chain):
	assert problem(chain, NOW) is None
	assert state(chain) == chain[-1].action
	assert holder(chain) == chain[-1].taker


@given(sound_chains(least=2), st.data())
def test_a_line_that_is_left_out_or_given_by_another_is_found(chain, data):
	if len(chain) < 2:
		return
	index = data.draw(st.integers(1, len(chain) - 1))
	stranger = [*chain[:index], replace(chain[index], giver="zoe"), *chain[index + 1 :]]
	found = problem(stranger, NOW)
	assert (found.index, found.code) == (index, "gap")
	assert dict(found.values)["holder"] == chain[index - 1].taker


@given(sound_chains(), st.sampled_from(ACTIONS))
def test_only_allowed_steps_follow(chain, action):
	# an intact seal after a broken one would be another problem
	line = Handover(NOW, action, "zoe", holder(chain), "Abierta", False, "Estante 4")
	found = problem([*chain, line], NOW)
	if action in NEXT[state(chain)]:
		assert found is None
	else:
		assert found.code == "not_from_here"


def test_nothing_follows_a_disposal():
	assert next_actions(Action.DISPOSED) == ()


@pytest.mark.parametrize(
	("changes", "code"),
	[
		({"taker": ""}, "nobody"),
		({"giver": ""}, "gap"),
		({"taker": "ana"}, "same_hands"),
		({"at": START - timedelta(1)}, "backwards"),
		({"at": NOW + timedelta(seconds=1)}, "ahead"),
		({"seal_intact": False}, "no_condition"),
		({"action": Action.STORED, "place": " "}, "no_place"),
		({"action": Action.TAKEN}, "not_from_here"),
		({"action": Action.IN_TEST}, "not_from_here"),
	],
)
def test_each_flaw_of_a_hand_over_is_told(changes, code):
	first = Handover(START, Action.TAKEN, "ana")
	good = Handover(START + timedelta(1), Action.RECEIVED, "beto", "ana")
	assert problem([first, good], NOW) is None
	assert problem([first, replace(good, **changes)], NOW).code == code


def test_a_chain_begins_with_the_taking():
	assert (
		problem([Handover(START, Action.STORED, "ana", place="Estante 4")], NOW).code == "begins_with_taking"
	)


def test_a_broken_seal_never_heals():
	chain = [
		Handover(START, Action.TAKEN, "ana", seal_intact=False, condition="Tapa floja"),
		Handover(START, Action.RECEIVED, "beto", "ana"),
	]
	assert problem(chain, NOW).code == "sealed_again"


@given(sound_chains(), sound_chains())
def test_only_what_is_added_at_the_end_leaves_history_alone(chain, other):
	assert not rewritten(chain, [*chain, *other])
	assert rewritten(chain, chain[:-1])
	assert rewritten(chain, [replace(chain[0], taker="zoe"), *chain[1:]])
