"""The permission matrix of docs/administration.md, written from the DocTypes' own files: `python -m tests.role_table`.

Reads no site, so that the handbook can be checked anywhere; tests/site/test_roles.py holds every cell against a real site.
"""

import json
from pathlib import Path

from nervion_service.domain.taxonomy import ACTION_LETTERS, ROLES

ROOT = Path(__file__).resolve().parents[1]
DOCTYPES = ROOT / "nervion_service" / "nervion_service" / "doctype"
HANDBOOK = ROOT / "docs" / "administration.md"
BEGIN, END = "<!-- permission matrix: python -m tests.role_table -->", "<!-- end of permission matrix -->"


def shipped() -> dict[str, dict[str, str]]:
	"""DocType → role → letters, from the files."""
	found = {}
	for path in sorted(DOCTYPES.glob("*/*.json")):
		doctype = json.loads(path.read_text(encoding="utf-8"))
		if doctype.get("doctype") == "DocType" and not doctype.get("istable"):
			found[doctype["name"]] = _cells(doctype)
	return dict(sorted(found.items()))


def written() -> dict[str, dict[str, str]]:
	"""The same as the handbook has it; sights of roles stand in `written_sights`."""
	rows = _rows("| DocType |")
	roles = rows[0][1:]
	return {
		row[0]: {role: cell for role, cell in zip(roles, row[1:], strict=True) if cell != "–"}
		for row in rows[2:]
	}


def written_sights() -> dict[str, str]:
	"""Role → which folios it sees, as the handbook has it."""
	return {row[0]: row[1] for row in _rows("| Role | Sees |")[2:]}


def table() -> str:
	"""The matrix as Markdown."""
	roles = [*ROLES, "System Manager"]
	extra = sorted({role for cells in shipped().values() for role in cells} - set(roles))
	roles += extra
	lines = [f"| DocType | {' | '.join(roles)} |", "|---" * (len(roles) + 1) + "|"]
	for doctype, cells in shipped().items():
		lines.append(f"| {doctype} | {' | '.join(cells.get(role) or '–' for role in roles)} |")
	return "\n".join(lines)


def rewrite() -> None:
	"""Put the matrix as it is now into the handbook."""
	text = HANDBOOK.read_text(encoding="utf-8")
	head, rest = text.split(BEGIN)
	_old, tail = rest.split(END)
	HANDBOOK.write_text(f"{head}{BEGIN}\n{table()}\n{END}{tail}", encoding="utf-8")


def _cells(doctype) -> dict[str, str]:
	cells = {}
	for row in doctype.get("permissions") or []:
		if not row.get("permlevel"):
			had = cells.get(row["role"], "")
			cells[row["role"]] = "".join(
				letter for action, letter in ACTION_LETTERS.items() if row.get(action) or letter in had
			)
	return cells


def _rows(beginning: str) -> list[list[str]]:
	lines = HANDBOOK.read_text(encoding="utf-8").splitlines()
	first = next(number for number, line in enumerate(lines) if line.startswith(beginning))
	rows = []
	for line in lines[first:]:
		if not line.startswith("|"):
			break
		rows.append([cell.strip() for cell in line.strip("|").split("|")])
	return rows


if __name__ == "__main__":
	rewrite()
