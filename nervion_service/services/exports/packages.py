"""One record as a folder: what it says, its files, and a signed manifest with the digest of each (D13)."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint
from frappe.utils.password import get_decrypted_password, set_encrypted_password

from nervion_service.domain import case_chain
from nervion_service.services import clock, procedures
from nervion_service.services.case_file import files, gathering, plain

SETTINGS, SECRET = "Complaint Settings", "export_secret"
SWITCHES = ("export_to_wekeep", "export_to_sion")
_SECRET_LENGTH = 64
DEFAULT_FOLDER = "service-exports"
FORMAT = "nervion-record/1"
RECORD, MANIFEST, SIGNATURE = "record.json", "manifest.json", "manifest.sig"
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Package:
	"""Where a record was written, below the export folder, and the digest of its manifest."""

	folder: str
	digest: str


def write(doc, system: str, version: int) -> Package:
	"""Write the folder of a record, whole or not at all: what is half written stands under another name and is swept away."""
	contents, gone = _contents(doc)
	manifest = case_chain.canonical(_manifest(doc, system, version, contents, gone))
	contents[MANIFEST] = manifest
	contents[SIGNATURE] = case_chain.signature(manifest, secret()).encode()
	folder = Path(
		_safe(system),
		str(doc.creation.year),
		_safe(frappe.scrub(doc.doctype)),
		_safe(doc.name),
		f"v{version}",
	)
	_place(root() / folder, contents)
	return Package(str(folder), case_chain.digest(manifest))


def remove(folder: str | None) -> None:
	"""Remove every version of a record whose last one stands in `folder`, as `write` gave it."""
	if folder:
		shutil.rmtree((root() / folder).parent, ignore_errors=True)


def root() -> Path:
	"""The export folder: below the site's private files, or where the server's own configuration puts it."""
	if configured := frappe.conf.get("service_export_folder"):
		# only who has the server may name any place on it
		return Path(configured)
	below = frappe.db.get_single_value(SETTINGS, "export_folder") or DEFAULT_FOLDER
	parts = [_safe(part) for part in Path(below).parts if part not in ("/", "..", ".")]
	return Path(os.path.abspath(frappe.get_site_path("private", "files", *parts)))


def secret() -> str:
	"""The secret of the site that signs manifests; made when it is first needed. Receivers are given it by an administrator."""
	known = _known_secret()
	if not known:
		known = frappe.generate_hash(length=_SECRET_LENGTH)
		set_encrypted_password(SETTINGS, SETTINGS, known, SECRET)
		# without it the field is empty, and the next save of the settings would take the secret away
		frappe.db.set_single_value(SETTINGS, SECRET, _as_stars(known))
	return known


def keep_secret(settings) -> None:
	"""Before the settings are saved: the secret that receivers hold stays, and there is one as soon as anything is handed over.

	Another secret may be typed; ValidationError for taking it away, since all that was signed could not be checked any more.
	"""
	if settings.get(SECRET):
		return
	before = settings.get_doc_before_save()
	if before and before.get(SECRET):
		frappe.throw(
			_(
				"The secret that signs manifests is not taken away: what was signed is checked with it. Type another to replace it."
			),
			title=_("Not Possible"),
		)
	if known := _known_secret():
		# it was made before the field showed that there is one
		settings.set(SECRET, _as_stars(known))
	elif any(cint(settings.get(switch)) for switch in SWITCHES):
		settings.set(SECRET, frappe.generate_hash(length=_SECRET_LENGTH))


def _known_secret() -> str | None:
	return get_decrypted_password(SETTINGS, SETTINGS, SECRET, raise_exception=False)


def _as_stars(known: str) -> str:
	"""How Frappe writes in the document that its field of kind Password holds something."""
	return "*" * len(known)


def _contents(doc) -> tuple[dict[str, bytes], list[str]]:
	"""What goes into the folder, and the names of files whose bytes are gone."""
	evidence = gathering.evidence_of(doc) if doc.doctype == gathering.COMPLAINT else ()
	entries, gone = files.of({doc.doctype: [doc.name]}, dict.fromkeys(evidence, doc.name))
	contents = {f"files/{entry.path}": entry.content for entry in entries}
	contents[RECORD] = case_chain.canonical(plain.of_document(doc))
	return contents, gone


def _manifest(doc, system: str, version: int, contents: dict[str, bytes], gone: list[str]) -> dict[str, Any]:
	return {
		"format": FORMAT,
		"system": system,
		"record": {"doctype": doc.doctype, "name": doc.name, "company": doc.get("company")},
		"procedure": procedures.of_record(doc) if doc.doctype in procedures.FOLLOWED else None,
		"version": version,
		"exported_at": clock.now().isoformat(),
		"files": [
			{"path": path, "sha256": case_chain.digest(content), "size": len(content)}
			for path, content in sorted(contents.items())
		],
		# said, since a receiver would take a record without its photograph for whole
		"missing_files": gone,
	}


def _place(target: Path, contents: dict[str, bytes]) -> None:
	half = target.with_name(f".{target.name}-{frappe.generate_hash(length=8)}")
	try:
		for path, content in contents.items():
			place = half / path
			place.parent.mkdir(parents=True, exist_ok=True)
			place.write_bytes(content)
		# a version that was written and not noted, since the worker died in between, is written anew
		shutil.rmtree(target, ignore_errors=True)
		half.rename(target)
	finally:
		shutil.rmtree(half, ignore_errors=True)


def _safe(name: str) -> str:
	return _UNSAFE.sub("-", name).strip(".-") or "record"
