"""Who stands in for whom, and who answers for an empty role."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.deputies import (
	FALLBACK_ROLES,
	Absence,
	DeputyError,
	answering_for,
	present,
	stand_in,
	validate,
)
from nervion_service.domain.taxonomy import ROLES

DAY = date(2026, 7, 15)
WEEK = timedelta(days=7)


def away(person, deputy, first=DAY, last=DAY):
	return Absence(person, deputy, first, last)


def test_a_deputy_stands_in_on_the_first_and_the_last_day_and_not_outside():
	absences = [away("ana", "beto", DAY, DAY + WEEK)]
	found = [stand_in("ana", absences, DAY + timedelta(days=shift)) for shift in (-1, 0, 7, 8)]
	assert found == ["ana", "beto", "beto", "ana"]


def test_an_open_ended_absence_lasts():
	assert stand_in("ana", [Absence("ana", "beto", DAY)], DAY + 100 * WEEK) == "beto"


def test_deputies_of_deputies_are_followed():
	assert stand_in("ana", [away("ana", "beto"), away("beto", "caro")], DAY) == "caro"


def test_when_everybody_in_a_circle_is_away_nobody_stands_in():
	assert stand_in("ana", [away("ana", "beto"), away("beto", "ana")], DAY) is None


@pytest.mark.parametrize(
	("code", "new", "others"),
	[
		("deputy_is_self", away("ana", "ana"), ()),
		("deputy_dates", Absence("ana", "beto", DAY, DAY - timedelta(days=1)), ()),
		("deputy_overlap", away("ana", "caro"), [away("ana", "beto", DAY - WEEK, DAY)]),
		("deputy_cycle", away("ana", "beto", DAY - WEEK, DAY + WEEK), [away("beto", "ana")]),
		("deputy_cycle", away("ana", "beto"), [away("beto", "caro"), away("caro", "ana")]),
	],
)
def test_an_absence_that_cannot_stand_is_refused_with_its_code(code, new, others):
	with pytest.raises(DeputyError) as refusal:
		validate(new, others)
	assert refusal.value.code == code


def test_the_same_pair_the_other_way_round_on_other_days_is_fine():
	assert validate(away("ana", "beto"), [away("beto", "ana", DAY + WEEK, DAY + 2 * WEEK)]) is None


def test_people_present_are_named_once_and_in_order():
	assert present(["ana", "beto", "caro"], [away("ana", "caro")], DAY) == ("caro", "beto")


def test_an_empty_role_falls_back_up_the_ladder():
	found = answering_for("Service Technician", {"Commercial Director": ["dora"]}, (), DAY)
	assert (found.role, found.people) == ("Commercial Director", ("dora",))


def test_a_role_whose_only_holder_is_excluded_falls_back():
	holders = {"Service Quality": ["ana"], "Service Coordinator": ["ana", "beto"]}
	found = answering_for("Service Quality", holders, (), DAY, excluded=["ana"])
	assert (found.role, found.people) == ("Service Coordinator", ("beto",))


def test_a_deputy_who_is_excluded_does_not_act_either():
	holders = {"Service Quality": ["ana"], "Service Coordinator": ["caro"]}
	found = answering_for("Service Quality", holders, [away("ana", "beto")], DAY, excluded=["beto"])
	assert found.people == ("caro",)


def test_when_the_whole_ladder_is_empty_nobody_is_named():
	assert answering_for("Service Executive", {}, (), DAY).people == ()


def test_a_circle_of_fallback_roles_ends():
	found = answering_for("a", {}, (), DAY, fallbacks={"a": "b", "b": "a"})
	assert found.people == ()


def test_every_role_but_the_last_falls_back_to_a_known_role_and_reaches_the_administrator():
	# nothing waits for an auditor
	working = set(ROLES) - {"Service Auditor"}
	assert set(FALLBACK_ROLES) == working - {"Service Administrator"}
	for role in working:
		assert answering_for(role, {"Service Administrator": ["root"]}, (), DAY).people == ("root",)


people = st.sampled_from("abcdef")
days = st.integers(0, 20).map(lambda shift: DAY + timedelta(days=shift))
absence_lists = st.lists(
	st.builds(
		lambda person, deputy, first, length: Absence(person, deputy, first, first + timedelta(days=length)),
		people,
		people,
		days,
		st.integers(0, 9),
	),
	max_size=12,
)


@given(absence_lists, people, days)
def test_what_was_accepted_one_by_one_always_names_somebody_who_is_not_away(candidates, person, day):
	accepted = []
	for candidate in candidates:
		try:
			validate(candidate, accepted)
		except DeputyError:
			continue
		accepted.append(candidate)
	found = stand_in(person, accepted, day)
	assert found is not None
	assert not [absence for absence in accepted if absence.person == found and absence.covers(day)]


@given(absence_lists, people, days)
def test_any_rows_at_all_end_with_somebody_present_or_nobody(absences, person, day):
	found = stand_in(person, absences, day)
	gone = {absence.person for absence in absences if absence.covers(day)}
	assert found is None or found not in gone
