"""A measured row beside what a user would pick instead, and the table that shows them."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

AT_LEAST, AT_MOST = "≥", "≤"
HEAD = ("row", "ours", "beside", "what stands beside", "ratio", "to reach", "reached")


@dataclass(frozen=True)
class Row:
	"""One figure. `ours` and `beside` are in `unit`; None where there is nothing to stand beside it.

	`ratio` is what the mark judges: how many times faster (AT_LEAST), or what share or surplus of the other (AT_MOST).
	`mark` None: the figure is only shown. `sized` says what keeps the mark from being judged at this run's sizes.
	"""

	name: str
	ours: float
	unit: str
	beside: float | None = None
	beside_name: str = ""
	ratio: float | None = None
	comparison: str = AT_LEAST
	mark: float | None = None
	mark_unit: str = "×"
	sized: str = ""
	note: str = ""

	@property
	def reached(self) -> bool | None:
		"""Whether the mark is reached; None when there is none, or when the run was too small to tell."""
		if self.mark is None or self.ratio is None or self.sized:
			return None
		return self.ratio >= self.mark if self.comparison == AT_LEAST else self.ratio <= self.mark

	def cells(self) -> tuple[str, ...]:
		"""The row as the table shows it, in the order of HEAD."""
		return (
			self.name,
			f"{number(self.ours)} {self.unit}",
			"–" if self.beside is None else f"{number(self.beside)} {self.unit}",
			self.beside_name or "–",
			"–" if self.ratio is None else f"{number(self.ratio)} {self.mark_unit}",
			"–" if self.mark is None else f"{self.comparison} {number(self.mark)} {self.mark_unit}",
			self.verdict(),
		)

	def verdict(self) -> str:
		if self.reached is None:
			return self.sized or "–"
		return "yes" if self.reached else "NO"


def faster(name: str, ours: float, unit: str, beside: float, beside_name: str, mark=None, **more) -> Row:
	"""A row whose mark is how many times faster ours is."""
	return Row(name, ours, unit, beside, beside_name, beside / ours, AT_LEAST, mark, **more)


def share(name: str, ours: float, unit: str, beside: float, beside_name: str, mark=None, **more) -> Row:
	"""A row whose mark is how much of the other's cost ours may be."""
	return Row(name, ours, unit, beside, beside_name, ours / beside, AT_MOST, mark, **more)


def surplus(name: str, ours: float, unit: str, beside: float, beside_name: str, mark=None, **more) -> Row:
	"""A row whose mark is how much more than the other ours may cost, in its own unit."""
	return Row(
		name, ours, unit, beside, beside_name, ours - beside, AT_MOST, mark, **{"mark_unit": "more", **more}
	)


def limit(name: str, ours: float, unit: str, mark: float, **more) -> Row:
	"""A row that stands beside nothing but its own limit."""
	return Row(name, ours, unit, ratio=ours, comparison=AT_MOST, mark=mark, **{"mark_unit": unit, **more})


def number(value: float) -> str:
	"""Three figures that matter, thousands grouped."""
	if value == 0 or abs(value) >= 100:
		return f"{value:,.0f}"
	return f"{value:.{1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3}f}"


def table(rows: Iterable[Row]) -> str:
	"""The rows under one another, with their notes below."""
	rows = list(rows)
	lines = [HEAD, *(row.cells() for row in rows)]
	widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
	text = [
		"  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
		for line in lines
	]
	notes = [f"  {row.name}: {row.note}" for row in rows if row.note]
	return "\n".join([text[0], "  ".join("-" * width for width in widths), *text[1:], *notes])


def write_json(rows: Iterable[Row], about: dict, path: Path) -> None:
	"""The rows and what is known of the run, for a later comparison."""
	content = {**about, "rows": [{**asdict(row), "reached": row.reached} for row in rows]}
	path.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n", "utf-8")
