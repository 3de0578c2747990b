"""A case as one archive: its pages, its records as data, its files, its chained history, and a manifest with the digest of each (K12)."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe import _

from nervion_service import __version__
from nervion_service.domain import case_chain
from nervion_service.services import clock, pdf
from nervion_service.services.analysis import report_print
from nervion_service.services.case_file import files, gathering, history, pages, plain

MANIFEST, HISTORY, SUMS = "manifest.json", "events.json", "SHA256SUMS"
FORMAT = "nervion-case-file/1"
# the key of the moment from which on the records were read
READ_AT = "read_at"
Progress = Callable[[int], Any]


@dataclass(frozen=True)
class Built:
	"""An archive with its manifest, as the bytes that its digest is of."""

	archive: bytes
	manifest: dict[str, Any]
	manifest_bytes: bytes

	@property
	def digest(self) -> str:
		"""The digest that a receipt stands for: it covers every file and the whole history."""
		return case_chain.digest(self.manifest_bytes)


def build(complaint: str) -> tuple[bytes, dict[str, Any]]:
	"""The archive of a complaint's case and its manifest, for the session's user; PermissionError without the right to read it."""
	built = of(gathering.COMPLAINT, complaint)
	return built.archive, built.manifest


def of(doctype: str, name: str, progress: Progress = lambda percent: None) -> Built:
	"""The archive of a complaint's or a folio's case. progress: told how far it is, in percent."""
	# noted before anything is read: what is written from now on may be missing, and nobody slipped it in
	read_at = clock.now()
	case = gathering.gather(doctype, name)
	progress(10)
	chain = history.chained(history.of_cases(case.names))
	entries, gone = files.of(pages.with_messages(case), case.evidence)
	progress(40)
	records = {path: plain.of_document(doc, pages.levels(case, doc.doctype)) for path, doc in _paths(case)}
	contents = {
		**_printed(case, entries, chain, gone),
		**_reports(case),
		HISTORY: case_chain.canonical(chain),
		**{path: case_chain.canonical(values) for path, values in records.items()},
		**{f"{_folder(_('Files'))}/{entry.path}": entry.content for entry in entries},
	}
	progress(80)
	manifest = _manifest(case, chain, contents, entries, gone) | {READ_AT: read_at.isoformat()}
	written = case_chain.canonical(manifest)
	sums = "".join(
		f"{digest}  {path}\n" for path, digest in _digests({**contents, MANIFEST: written}).items()
	)
	archive = _zip({**contents, MANIFEST: written, SUMS: sums.encode()}, clock.now())
	progress(95)
	return Built(archive, manifest, written)


def _printed(case, entries, chain, gone) -> dict[str, bytes]:
	"""The pages as PDF; where nothing can print, as the page itself, whose pictures are among the files."""
	page, pictures = pages.html(case, entries, chain, gone)
	name = frappe.scrub(_("Case File")).replace("_", "-")
	try:
		return {f"{name}.pdf": pdf.of(page, pictures)}
	except pdf.NoPrinter as error:
		frappe.logger("nervion_service").warning(f"The case file goes as HTML: {error}")
		return {f"{name}.html": page.encode()}


def _reports(case) -> dict[str, bytes]:
	"""Each issued report as the paper that the customer gets; where nothing can print, the pages have what it says."""
	issued = [doc for doc in case.of(gathering.REPORT) if doc.approved_at]
	try:
		return {f"{_name(doc)}.pdf": report_print.content(doc) for doc in issued}
	except pdf.NoPrinter as error:
		frappe.logger("nervion_service").warning(f"The case file goes without its reports on paper: {error}")
		return {}


def _manifest(case, chain, contents, entries, gone) -> dict[str, Any]:
	root = case.root
	owners = {f"{_folder(_('Files'))}/{entry.path}": entry for entry in entries}
	owners |= {path: frappe._dict(doctype=doc.doctype, name=doc.name, title="") for path, doc in _paths(case)}
	return {
		"format": FORMAT,
		"app": f"nervion_service {__version__}",
		"case": {"doctype": root.doctype, "name": root.name, "company": root.company},
		"made_at": clock.now().isoformat(),
		"made_by": frappe.session.user,
		"records": case.names,
		"left_out": case.hidden,
		"missing_files": gone,
		"history": {
			"lines": [{"name": line["name"], "digest": line[history.DIGEST]} for line in chain],
			"head": case_chain.head([line[history.DIGEST] for line in chain]),
		},
		"files": [
			{"path": path, "sha256": digest, "size": len(contents[path]), **_owner(owners.get(path))}
			for path, digest in _digests(contents).items()
		],
	}


def _owner(entry) -> dict[str, str]:
	return {"doctype": entry.doctype, "name": entry.name, "title": entry.title} if entry else {}


def _digests(contents: dict[str, bytes]) -> dict[str, str]:
	return {path: case_chain.digest(content) for path, content in sorted(contents.items())}


def _zip(contents: dict[str, bytes], made_at: datetime) -> bytes:
	made = io.BytesIO()
	with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
		for path, content in sorted(contents.items()):
			entry = zipfile.ZipInfo(path, made_at.timetuple()[:6])
			entry.compress_type = zipfile.ZIP_DEFLATED
			archive.writestr(entry, content)
	return made.getvalue()


def _paths(case) -> list[tuple[str, Any]]:
	"""Where each record of the case stands in the archive as data."""
	return [
		(f"{_folder(_('Data'))}/{frappe.scrub(doc.doctype)}-{_name(doc)}.json", doc) for doc in case.documents
	]


def _name(doc) -> str:
	return doc.name.replace("/", "-")


def _folder(word: str) -> str:
	return frappe.scrub(word).replace("_", "-")
