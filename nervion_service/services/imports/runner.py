"""Rows become folios: batch by batch, each row on its own, nothing twice, and again from where it stopped."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import cstr, strip_html

from nervion_service.services import history, intake
from nervion_service.services.imports import mapping as mappings
from nervion_service.services.imports import reader
from nervion_service.services.imports.masters import make_missing
from nervion_service.services.imports.reader import ImportFileError
from nervion_service.services.imports.rejects import Rejects

BATCH = 100
"""Rows per commit: an interruption loses at most these, and the next run brings them."""


@dataclass
class Summary:
	"""What a run did; `skipped` were in already, `rejected` stand in the file of rejects."""

	dry_run: bool = False
	imported: int = 0
	skipped: int = 0
	rejected: int = 0
	seconds: float = 0.0
	rejects_path: Path | None = None

	def text(self) -> str:
		"""Return the closing sentence for the person at the console."""
		head = _(
			"Dry run, nothing was kept: {0} rows can be imported, {1} are in already, {2} are rejected ({3} s)."
		)
		if not self.dry_run:
			head = _("{0} requests imported, {1} were in already, {2} rejected ({3} s).")
		lines = [head.format(self.imported, self.skipped, self.rejected, round(self.seconds))]
		if self.rejected:
			lines.append(_("The rejected rows and their reasons are in {0}.").format(self.rejects_path))
		return "\n".join(lines)


@dataclass
class Job:
	"""One file with its mapping, checked and counted before anything is written."""

	path: Path
	mapping: mappings.Mapping
	encoding: str
	company: str | None
	rejects_path: Path
	columns: list[str]
	total: int


def prepare(path, mapping: str, *, company=None, encoding="utf-8-sig", rejects=None) -> Job:
	"""Read the file once: ImportFileError for a missing column, an empty file, a wrong encoding."""
	path = Path(path)
	rejects_path = Path(rejects or path.with_name(f"{path.stem}.rejected.csv"))
	if rejects_path.resolve() == path.resolve():
		raise ImportFileError(
			_("The rejected rows cannot go into the file that is read: name another with --rejects.")
		)
	chosen = mappings.load(mapping)
	columns = reader.header(path, encoding)
	chosen.check_header(columns)
	company = company or frappe.db.get_single_value("Service Settings", "default_company")
	return Job(
		path=path,
		mapping=chosen,
		encoding=encoding,
		company=company,
		rejects_path=rejects_path,
		columns=columns,
		total=sum(1 for _row in reader.rows(path, encoding)),
	)


def run(
	job: Job, *, dry_run: bool = False, on_progress: Callable[[int], None] = lambda _rows: None
) -> Summary:
	"""Import every row that can be; commits per batch. A run that is stopped is continued by running again."""
	history.require_importer()
	summary = Summary(dry_run=dry_run, rejects_path=job.rejects_path)
	rejects = Rejects(job.rejects_path, job.columns)
	# what is a folio or came before in the file: a dry run keeps nothing that could be asked
	seen: set[tuple] = set()
	began = time.monotonic()
	try:
		for batch in _batches(reader.rows(job.path, job.encoding)):
			_import_batch(job, batch, seen, rejects, summary)
			frappe.db.rollback() if dry_run else frappe.db.commit()
			on_progress(len(batch))
	finally:
		rejects.close()
	summary.rejected = rejects.count
	summary.seconds = time.monotonic() - began
	return summary


def _batches(rows: Iterator[reader.SourceRow]) -> Iterator[list[reader.SourceRow]]:
	while batch := list(islice(rows, BATCH)):
		yield batch


def _import_batch(
	job: Job, batch: list[reader.SourceRow], seen: set[tuple], rejects: Rejects, summary: Summary
) -> None:
	converted = []
	for row in batch:
		try:
			converted.append((row, job.mapping.convert(row)))
		except mappings.RowError as error:
			rejects.add(row, str(error))
	seen |= _already_in([values for _row, values in converted])
	for row, values in converted:
		key = _key(values)
		if key in seen:
			summary.skipped += 1
		elif _import_row(job, row, values, rejects):
			summary.imported += 1
			seen.add(key)


def _import_row(job: Job, row: reader.SourceRow, values: dict, rejects: Rejects) -> bool:
	savepoint = f"row_{row.number}"
	frappe.db.savepoint(savepoint)
	try:
		values["company"] = values.get("company") or job.company
		make_missing(job.mapping.create_missing, values)
		intake.import_history(values)
	except Exception as error:
		# one bad row never stops the others: its reason goes into the file of rejects
		frappe.db.rollback(save_point=savepoint)
		rejects.add(row, _reason(error))
		return False
	frappe.db.release_savepoint(savepoint)
	return True


def _reason(error: Exception) -> str:
	"""Return the message the person would have seen on a form, as plain text."""
	messages = [cstr(frappe.parse_json(m).get("message")) for m in frappe.local.message_log if m]
	frappe.clear_messages()
	return strip_html(messages[-1] if messages else cstr(error) or type(error).__name__)


def _key(values: dict) -> tuple[str, str, str]:
	return values["channel"], values["account"] or "", values["external_id"]


def _already_in(batch: list[dict]) -> set[tuple]:
	"""Return the keys of the batch that are folios already."""
	# get_all: an administrator's import must see every folio there is, also those outside his own companies
	found = frappe.get_all(
		"Service Folio",
		filters={"external_id": ("in", [values["external_id"] for values in batch] or [""])},
		fields=["channel", "account", "external_id"],
		limit_page_length=0,
	)
	return {(row.channel, row.account or "", row.external_id) for row in found}
