"""CSV and XLSX files as numbered rows of text."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from frappe import _
from openpyxl import load_workbook

# A description pasted from an e-mail may be long; Python's own limit is 128 KiB a cell.
csv.field_size_limit(16 * 1024 * 1024)


class ImportFileError(ValueError):
	"""The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class SourceRow:
	"""One row of the file: its number as a spreadsheet shows it (the header is row 1) and its cells."""

	number: int
	cells: dict[str, str]


def header(path: Path, encoding: str = "utf-8-sig") -> list[str]:
	"""Return the column names; ImportFileError when the file is empty, unreadable or of another kind."""
	for cells in _table(Path(path), encoding):
		names = [name.strip() for name in cells]
		if any(names):
			return names
	raise ImportFileError(_("The file {0} is empty.").format(Path(path).name))


def rows(path: Path, encoding: str = "utf-8-sig") -> Iterator[SourceRow]:
	"""Yield the rows below the header; blank rows are passed over and keep their numbers."""
	names = None
	for number, cells in enumerate(_table(Path(path), encoding), start=1):
		if names is None:
			names = [name.strip() for name in cells]
		elif any(cell.strip() for cell in cells):
			yield SourceRow(number, dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=False)))


def _table(path: Path, encoding: str) -> Iterator[list[str]]:
	if not path.is_file():
		raise ImportFileError(_("There is no file {0}.").format(path))
	if path.suffix.lower() in (".xlsx", ".xlsm"):
		yield from _spreadsheet(path)
	else:
		yield from _csv(path, encoding)


def _csv(path: Path, encoding: str) -> Iterator[list[str]]:
	try:
		with path.open(encoding=encoding, newline="") as file:
			yield from csv.reader(file, strict=True)
	except UnicodeError:
		raise ImportFileError(
			_(
				"The file {0} is not in {1}. Save it as CSV UTF-8, or name its encoding with --encoding."
			).format(path.name, encoding)
		) from None
	except LookupError:
		raise ImportFileError(_("There is no encoding called {0}.").format(encoding)) from None
	except csv.Error as error:
		raise ImportFileError(_("The file {0} is not a valid CSV: {1}").format(path.name, error)) from None


def _spreadsheet(path: Path) -> Iterator[list[str]]:
	try:
		book = load_workbook(path, read_only=True, data_only=True)
	except Exception as error:  # openpyxl raises what the zip and XML layers below it raise
		raise ImportFileError(
			_("The file {0} cannot be read as a spreadsheet: {1}").format(path.name, error)
		) from error
	try:
		for cells in book.active.iter_rows(values_only=True):
			yield [_text(cell) for cell in cells]
	finally:
		book.close()


def _text(cell) -> str:
	if cell is None:
		return ""
	if isinstance(cell, datetime):
		# a cell that holds a date comes as its midnight; as a date it can stand beside a cell with the hour
		return str(cell.date()) if cell.time() == time.min else cell.isoformat(sep=" ", timespec="seconds")
	if isinstance(cell, timedelta):
		cell = (datetime.min + cell).time()
	if isinstance(cell, time):
		return cell.isoformat(timespec="seconds")
	if isinstance(cell, float) and cell.is_integer():
		return str(int(cell))
	return str(cell)
