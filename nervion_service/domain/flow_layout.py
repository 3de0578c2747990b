"""Where the states and transitions of a workflow stand in a diagram (K14): one column, read from above as time passes.

States stand below each other in the order in which they are given, so that the drawing is as narrow as a phone. What goes
one state down is an arrow between two boxes. Every other transition leaves its box by the side, runs along a lane beside
the column (right when it goes down, left when it goes back) and enters its target from there; transitions of one direction
with one target share a lane. Lanes are coloured like intervals, so that no two lines ever lie on each other, and ports are
ordered so that lines do not cross at a box.

Units are those of the drawing, from the upper left corner.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

BOX_WIDTH, BOX_HEIGHT, GAP = 184.0, 66.0, 44.0
# a port is as high as the number that stands at it
PORT_PITCH, PORT_MARGIN = 21.0, 6.0
# from the box to the first lane, where the numbers stand, and from lane to lane
FIRST_LANE, LANE_PITCH, MARGIN = 34.0, 13.0, 8.0
# above the first box there is room for a remark, as there is in every gap; arrows leave the gap's right side to labels
HEADROOM, ARROW = 20.0, 34.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
	"""The place of a state."""

	state: str
	x: float
	y: float
	width: float
	height: float

	def overlaps(self, other: "Box") -> bool:
		apart = self.x + self.width <= other.x or other.x + other.width <= self.x
		return not (apart or self.y + self.height <= other.y or other.y + other.height <= self.y)


@dataclass(frozen=True)
class Line:
	"""The way from one state to another, as corners, and its number; `badge` is the middle of where the number stands.

	Lines that share a lane end at the same point, in one arrow head.
	"""

	number: int
	source: str
	target: str
	points: tuple[Point, ...]
	badge: Point


@dataclass(frozen=True)
class Drawing:
	"""The whole: its size, its boxes in the order of the states, its lines in the order of the transitions."""

	width: float
	height: float
	boxes: tuple[Box, ...]
	lines: tuple[Line, ...]


class UnknownState(ValueError):
	"""A transition names a state that the workflow lacks."""


@dataclass
class _Bus:
	"""The lines of one direction that enter one state."""

	side: int  # 1 right of the column, going down; -1 left of it, going up or back to the same box
	target: int
	sources: list[int] = field(default_factory=list)
	lane: int = 0

	@property
	def key(self) -> tuple[int, int]:
		return self.side, self.target

	@property
	def span(self) -> tuple[int, int]:
		"""The first and the last box that it touches."""
		touched = [self.target, *self.sources]
		return min(touched), max(touched)


def draw(states: Sequence[str], transitions: Iterable[tuple[str, str]]) -> Drawing:
	"""The drawing of these states, in this order, and these (source, target) pairs; repeated pairs are one line.

	Raises UnknownState, and ValueError for a state given twice.
	"""
	places = {state: place for place, state in enumerate(states)}
	if len(places) != len(states):
		raise ValueError("a state is given twice")
	pairs = list(dict.fromkeys(transitions))
	if unknown := {name for pair in pairs for name in pair if name not in places}:
		raise UnknownState(f"transitions name unknown states: {', '.join(sorted(unknown))}")
	numbered = [(places[source], places[target]) for source, target in pairs]
	buses = _lanes(_buses(numbered))
	ports = _ports(buses)
	left = MARGIN + _reach(buses, -1)
	boxes = _boxes(states, ports, left)
	lines = tuple(
		_line(number, states, pair, boxes, buses, ports) for number, pair in enumerate(numbered, start=1)
	)
	bottom = boxes[-1].y + boxes[-1].height if boxes else 0.0
	return Drawing(left + BOX_WIDTH + _reach(buses, 1) + MARGIN, bottom + MARGIN, boxes, lines)


def _is_straight(pair: tuple[int, int]) -> bool:
	return pair[1] == pair[0] + 1


def _buses(pairs) -> dict[tuple[int, int], _Bus]:
	buses: dict[tuple[int, int], _Bus] = {}
	for source, target in pairs:
		if _is_straight((source, target)):
			continue
		side = 1 if target > source else -1
		buses.setdefault((side, target), _Bus(side, target)).sources.append(source)
	return buses


def _lanes(buses: dict) -> dict:
	"""Give every bus the innermost lane of its side that is free where it runs; short ones choose first."""
	taken: dict[tuple[int, int], list[tuple[int, int]]] = {}
	for bus in sorted(buses.values(), key=lambda bus: (bus.span[1] - bus.span[0], bus.key)):
		first, last = bus.span
		while any(
			first <= other_last and other_first <= last
			for other_first, other_last in taken.get((bus.side, bus.lane), ())
		):
			bus.lane += 1
		taken.setdefault((bus.side, bus.lane), []).append(bus.span)
	return buses


def _ports(buses: dict) -> dict[tuple[int, int], list[tuple[tuple[int, int], str]]]:
	"""Per box and side, from above, who uses each port: the bus, and whether it leaves or enters there.

	Right: what comes from above enters first, inner lanes above; what leaves downwards follows, outer lanes above. Left, where
	everything goes up, the other way round. So lines do not cross where they leave or enter a box.
	"""
	found: dict[tuple[int, int], list] = {}
	for bus in buses.values():
		found.setdefault((bus.target, bus.side), []).append((bus.key, "enters"))
		for source in bus.sources:
			found.setdefault((source, bus.side), []).append((bus.key, "leaves"))

	def order(entry):
		key, end = entry
		right, leaves = key[0] == 1, end == "leaves"
		inner_first = leaves != right
		return leaves == right, buses[key].lane if inner_first else -buses[key].lane

	return {place: sorted(entries, key=order) for place, entries in found.items()}


def _boxes(states, ports, left: float) -> tuple[Box, ...]:
	boxes, y = [], HEADROOM
	for place, state in enumerate(states):
		most = max(len(ports.get((place, side), ())) for side in (1, -1))
		height = max(BOX_HEIGHT, most * PORT_PITCH + 2 * PORT_MARGIN)
		boxes.append(Box(state, left, y, BOX_WIDTH, height))
		y += height + GAP
	return tuple(boxes)


def _line(number, states, pair, boxes, buses, ports) -> Line:
	source, target = pair
	if _is_straight(pair):
		middle = boxes[source].x + ARROW
		start, end = boxes[source].y + boxes[source].height, boxes[target].y
		points = ((middle, start), (middle, end))
		return Line(number, states[source], states[target], points, (middle, (start + end) / 2 - 3))
	bus = buses[(1 if target > source else -1, target)]
	leaves = _port(boxes[source], ports[(source, bus.side)], (bus.key, "leaves"), bus.side)
	enters = _port(boxes[target], ports[(target, bus.side)], (bus.key, "enters"), bus.side)
	lane = leaves[0] + bus.side * (FIRST_LANE + bus.lane * LANE_PITCH)
	points = (leaves, (lane, leaves[1]), (lane, enters[1]), enters)
	return Line(number, states[source], states[target], points, (leaves[0] + bus.side * 13, leaves[1]))


def _port(box: Box, entries: list, entry, side: int) -> Point:
	step = box.height / (len(entries) + 1)
	return box.x + (BOX_WIDTH if side == 1 else 0.0), box.y + step * (entries.index(entry) + 1)


def _reach(buses: dict, side: int) -> float:
	lanes = [bus.lane for bus in buses.values() if bus.side == side]
	return FIRST_LANE + max(lanes) * LANE_PITCH if lanes else 0.0
