"""The layout of flow diagrams: whatever the workflow, no box lies on another, every transition is drawn and readable (K14)."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain import flow_layout
from nervion_service.domain.flow_layout import UnknownState, draw
from nervion_service.workflows.folio import FOLIO


@st.composite
def workflows(draw_from):
	"""Some states, and any pairs of them."""
	states = [f"S{number}" for number in range(draw_from(st.integers(1, 12)))]
	state = st.sampled_from(states)
	return states, draw_from(st.lists(st.tuples(state, state), max_size=40))


def segments(line):
	return [(min(a, b), max(a, b)) for a, b in pairwise(line.points) if a != b]


def lie_on_each_other(one, other):
	"""Whether two axis-parallel segments share more than a point."""
	for axis in (0, 1):
		along = 1 - axis
		same_line = one[0][axis] == one[1][axis] == other[0][axis] == other[1][axis]
		if same_line and min(one[1][along], other[1][along]) > max(one[0][along], other[0][along]):
			return True
	return False


def runs_through(segment, box):
	"""Whether a segment enters the inside of a box."""
	(x1, y1), (x2, y2) = segment
	if x1 == x2:
		return box.x < x1 < box.x + box.width and max(y1, box.y) < min(y2, box.y + box.height)
	return box.y < y1 < box.y + box.height and max(x1, box.x) < min(x2, box.x + box.width)


@given(workflows())
def test_no_box_lies_on_another(workflow):
	boxes = draw(*workflow).boxes
	assert [box.state for box in boxes] == workflow[0]
	assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


@given(workflows())
def test_every_transition_is_drawn_once_from_its_source_to_its_target(workflow):
	states, transitions = workflow
	drawing = draw(states, transitions)
	places = {box.state: box for box in drawing.boxes}
	assert [(line.source, line.target) for line in drawing.lines] == list(dict.fromkeys(transitions))
	for line in drawing.lines:
		for point, state in ((line.points[0], line.source), (line.points[-1], line.target)):
			box = places[state]
			on_side = point[0] in (box.x, box.x + box.width) and box.y < point[1] < box.y + box.height
			on_edge = point[1] in (box.y, box.y + box.height) and box.x < point[0] < box.x + box.width
			assert on_side or on_edge, (line, box)


@given(workflows())
def test_lines_run_along_the_axes_and_through_no_box(workflow):
	drawing = draw(*workflow)
	for line in drawing.lines:
		for one, other in pairwise(line.points):
			assert one[0] == other[0] or one[1] == other[1]
		for segment in segments(line):
			assert not any(runs_through(segment, box) for box in drawing.boxes), line


@given(workflows())
def test_lines_with_different_targets_never_lie_on_each_other(workflow):
	lines = draw(*workflow).lines
	for one, other in combinations(lines, 2):
		if one.target != other.target:
			for first in segments(one):
				assert not any(lie_on_each_other(first, second) for second in segments(other)), (one, other)


@given(workflows())
def test_no_two_numbers_touch_and_none_stands_on_a_box(workflow):
	drawing = draw(*workflow)
	for one, other in combinations(drawing.lines, 2):
		x, y = one.badge[0] - other.badge[0], one.badge[1] - other.badge[1]
		assert (x * x + y * y) ** 0.5 >= 16, (one, other)
	for line in drawing.lines:
		for box in drawing.boxes:
			x = max(box.x - line.badge[0], line.badge[0] - box.x - box.width, 0)
			y = max(box.y - line.badge[1], line.badge[1] - box.y - box.height, 0)
			assert x >= 9 or y >= 9, (line, box)


@given(workflows())
def test_everything_lies_inside_the_drawing(workflow):
	drawing = draw(*workflow)
	points = [point for line in drawing.lines for point in (*line.points, line.badge)]
	points += [(box.x, box.y) for box in drawing.boxes]
	points += [(box.x + box.width, box.y + box.height) for box in drawing.boxes]
	assert all(0 < x < drawing.width and 0 < y < drawing.height for x, y in points)


@given(workflows())
def test_the_same_workflow_is_drawn_the_same(workflow):
	assert draw(*workflow) == draw(*workflow)


def test_the_folio_fits_a_phone():
	states = [state.name for state in FOLIO.states]
	drawing = draw(states, [(step.source, step.target) for step in FOLIO.transitions])
	assert drawing.width <= 340
	assert len(drawing.lines) == len({(step.source, step.target) for step in FOLIO.transitions})


def test_a_transition_to_itself_leaves_and_comes_back():
	(line,) = draw(["Alone"], [("Alone", "Alone")]).lines
	assert line.points[0] != line.points[-1]
	assert len(line.points) == 4


def test_what_goes_back_runs_on_the_left_and_what_jumps_ahead_on_the_right():
	ahead, back = draw(["A", "B", "C"], [("A", "C"), ("C", "A")]).lines
	column = draw(["A"], []).boxes[0].width
	assert all(x >= ahead.points[0][0] for x, _y in ahead.points)
	assert all(x <= back.points[0][0] for x, _y in back.points)
	assert ahead.points[0][0] - back.points[0][0] == column == flow_layout.BOX_WIDTH


def test_lines_do_not_cross_where_they_leave_a_box_or_enter_it():
	near, far = draw(["A", "B", "C", "D"], [("A", "C"), ("A", "D")]).lines
	assert far.points[1][0] > near.points[1][0]
	assert far.points[0][1] < near.points[0][1]
	near, far = draw(["A", "B", "C", "D"], [("D", "B"), ("D", "A")]).lines
	assert far.points[1][0] < near.points[1][0]
	assert far.points[0][1] > near.points[0][1]
	inner, outer = draw(["A", "B", "C", "D"], [("A", "C"), ("A", "D"), ("C", "A"), ("D", "A")]).lines[2:]
	assert inner.points[-1] == outer.points[-1]


def test_an_unknown_state_is_refused():
	with pytest.raises(UnknownState, match="Nowhere"):
		draw(["A"], [("A", "Nowhere")])


def test_a_state_given_twice_is_refused():
	with pytest.raises(ValueError, match="twice"):
		draw(["A", "A"], [])
