"""The file of rejected rows: the source's own columns, with the row's number and the reason before them."""

import csv
from pathlib import Path

from nervion_service.services.imports.reader import SourceRow

ROW, REASON = "import_row", "import_reason"


class Rejects:
	"""Writes rejected rows as they come, so that an interrupted run leaves them readable.

	The file is made at the first rejected row and can be corrected and imported again: a mapping passes over
	its two extra columns.
	"""

	def __init__(self, path: Path, columns: list[str]):
		self.path = Path(path)
		self.columns = [c for c in columns if c not in (ROW, REASON)]
		self.count = 0
		self._file = None
		self.path.unlink(missing_ok=True)

	def add(self, row: SourceRow, reason: str) -> None:
		"""Write one row with its reason."""
		if self._file is None:
			self._file = self.path.open("w", encoding="utf-8-sig", newline="")
			self._writer = csv.DictWriter(self._file, [ROW, REASON, *self.columns], extrasaction="ignore")
			self._writer.writeheader()
		self._writer.writerow({**row.cells, ROW: row.number, REASON: reason})
		self._file.flush()
		self.count += 1

	def close(self) -> None:
		"""Close the file, if there is one."""
		if self._file is not None:
			self._file.close()
			self._file = None
