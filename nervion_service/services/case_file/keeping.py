"""Case files that were handed out: asked for, made by a worker while the form shows how far it is, kept with their receipt (K12)."""

from contextlib import contextmanager
from datetime import timedelta

import frappe
from frappe import _

from nervion_service.domain import case_chain
from nervion_service.domain.taxonomy import Events
from nervion_service.services import clock, events, languages, system
from nervion_service.services.case_file import build, gathering

DOCTYPE = "Case File"
WAITING, READY, FAILED = "Waiting", "Ready", "Failed"
_JOB = "nervion_service.services.case_file.keeping.make"
# a worker that was killed leaves a file that nobody makes any more
_LOST_AFTER = timedelta(minutes=15)
_TIMEOUT_SECONDS = 1500


@frappe.whitelist(methods=["POST"])
def ask(doctype: str, name: str) -> str:
	"""Have the file of a complaint or a folio made, with what the session's user may read; returns the Case File's name."""
	system.require(DOCTYPE, "read")
	if doctype not in gathering.CASES:
		frappe.throw(_("Files are made of complaints and folios."), title=_("Not Allowed"))
	case = system.permitted(doctype, name, "read")
	file = _written(
		frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"case_type": case.doctype,
				"case_name": case.name,
				"company": case.company,
				"state": WAITING,
				"made_by": frappe.session.user,
			}
		)
	)
	system.after_commit(_JOB, queue="long", timeout=_TIMEOUT_SECONDS, name=file.name)
	return file.name


def make(name: str) -> None:
	"""Make a file that waits, as the person who asked for it; what goes wrong is said on it."""
	file = frappe.get_doc(DOCTYPE, name)
	if file.state != WAITING:
		return
	try:
		with _as_asked(file):
			_make(file)
	except Exception as error:
		# one case that cannot be printed must neither vanish nor stop the worker
		frappe.db.rollback()
		frappe.log_error(title=f"Case file {name}", message=frappe.get_traceback())
		file.reload()
		file.update({"state": FAILED, "problem": _problem(file, error)})
		_written(file)
	frappe.db.commit()


def catch_up() -> None:
	"""Make what waits although its worker or the queue died."""
	lost = clock.now() - _LOST_AFTER
	# the system's own work, whoever asked for it
	for name in frappe.get_all(DOCTYPE, filters={"state": WAITING, "creation": ("<", lost)}, pluck="name"):
		make(name)


def latest(doctype: str, name: str) -> list[frappe._dict]:
	"""The files of a case, the newest first, for whoever may read Case Files."""
	return frappe.get_list(
		DOCTYPE,
		filters={"case_type": doctype, "case_name": name},
		fields=["name", "state", "made_at", "made_by", "receipt_code", "file"],
		order_by="creation desc",
	)


@contextmanager
def _as_asked(file):
	language = frappe.db.get_value("User", file.made_by, "language")
	with system.as_user(file.made_by), languages.speaking(language):
		yield


def _problem(file, error: Exception) -> str:
	"""What went wrong, for whoever asked for it: a refusal in its own words, and where the rest is written down."""
	if isinstance(error, frappe.ValidationError | frappe.PermissionError):
		return str(error)[:500]
	with _as_asked(file):
		return _(
			"It could not be made. Ask for it again; if that fails too, Systems finds the cause in the Error Log, under {0}."
		).format(f"Case file {file.name}")


def _make(file) -> None:
	built = build.of(file.case_type, file.case_name, lambda percent: _tell(file, percent))
	stored = _store(file, built.archive)
	root = frappe.get_doc(file.case_type, file.case_name)
	file.update(
		{
			"state": READY,
			"problem": None,
			"made_at": clock.now(),
			"with_costs": int(gathering.COST in built.manifest["records"]),
			"digest": built.digest,
			"receipt_code": case_chain.receipt_code(built.digest),
			"chain_head": built.manifest["history"]["head"],
			"manifest": built.manifest_bytes.decode(),
			"file": stored.file_url,
			"file_digest": case_chain.digest(built.archive),
			"file_size": len(built.archive),
		}
	)
	_written(file)
	events.record(
		root, Events.CASE_FILE_MADE, reference=(DOCTYPE, file.name), details={"digest": built.digest}
	)
	_tell(file, 100)


def _store(file, archive: bytes):
	stored = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{file.case_name}-{file.name[:6]}.zip",
			"attached_to_doctype": DOCTYPE,
			"attached_to_name": file.name,
			"is_private": 1,
			"content": archive,
		}
	)
	# the largest size is for what people upload; this is what they uploaded before, together
	stored.check_max_file_size = lambda: len(archive)
	# who asked may read the case; Frappe asks for the right to write it
	return stored.insert(ignore_permissions=True)


def _written(file):
	file.flags.by_service = True
	# Case Files are written by nobody but this module
	return file.save(ignore_permissions=True)


def _tell(file, percent: int) -> None:
	frappe.publish_progress(percent, title=_("Case File"), doctype=DOCTYPE, docname=file.name)
