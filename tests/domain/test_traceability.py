"""The map from requirements to code and tests names only what exists, and leaves no requirement out."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COUNTS = {"G": 19, "S1.": 17, "S4.": 16, "S7.": 17, "W": 8, "I": 3, "K": 14, "D": 20}
ROW = re.compile(r"^\| ([A-Z]\d[\d.]*|[A-Z]\d+) \| (.+?) \| (.*?) \| (.*?) \|$", re.MULTILINE)


def rows():
	return ROW.findall((ROOT / "docs" / "traceability.md").read_text(encoding="utf-8"))


def named(cell):
	return re.findall(r"`([^`]+)`", cell)


def existing_tests():
	texts = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
	return {name for text in texts for name in re.findall(r"def (test_\w+)", text)}


def problems(table, tests, exists):
	"""What is wrong with the rows: code that is not there, tests that are not, a claim without a proof."""
	for identifier, what, code, proof in table:
		if what == "not built yet":
			continue
		yield from (f"{identifier}: no {path}" for path in named(code) if not exists(path))
		yield from (f"{identifier}: no {name}" for name in named(proof) if name not in tests)
		if not (named(code) and named(proof)):
			yield f"{identifier}: a claim without code or proof"


def test_every_requirement_has_a_row():
	expected = {f"{prefix}{number}" for prefix, count in COUNTS.items() for number in range(1, count + 1)}
	assert expected <= {row[0] for row in rows()}


def test_every_name_exists():
	app = ROOT / "nervion_service"
	assert not list(problems(rows(), existing_tests(), lambda path: (app / path).exists()))


def test_a_name_that_does_not_exist_is_found():
	table = [("G1", "done", "`services/nowhere.py`", "`test_nothing`"), ("G2", "done", "", "")]
	assert list(problems(table, {"test_something"}, lambda path: False)) == [
		"G1: no services/nowhere.py",
		"G1: no test_nothing",
		"G2: a claim without code or proof",
	]
