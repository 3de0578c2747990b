"""Which controlled procedure a record or a paper follows, and how paper names it with its version (S1.16, K12)."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import format_datetime

from nervion_service.domain.taxonomy import ProcedureCode

DOCTYPE = "Service Procedure"
# the procedure that each kind of record follows, where the record itself does not name one
FOLLOWED = {
	"Service Folio": ProcedureCode.INTAKE,
	"Service Complaint": ProcedureCode.COMPLAINTS,
	"Service Technical Visit": ProcedureCode.TECHNICAL,
	"Technical Analysis Report": ProcedureCode.TECHNICAL,
	"Service Sample": ProcedureCode.TECHNICAL,
	"Service Batch Hold": ProcedureCode.COMPLAINTS,
	"Service Corrective Action": ProcedureCode.COMPLAINTS,
	"Complaint Remedy": ProcedureCode.WARRANTY,
	"Complaint Cost": ProcedureCode.WARRANTY,
}


def of_kind(doctype: str) -> str:
	"""Code of the procedure that this kind of record follows; that of the whole process where none is its own."""
	return FOLLOWED.get(doctype, ProcedureCode.PROCESS)


def of_record(doc) -> str:
	"""Code and version of the procedure that a record follows, such as "MPC-SER-002 · version 3"."""
	if doc.get("procedure"):
		return label(doc.procedure, doc.get("procedure_version"))
	return label(of_kind(doc.doctype))


def label(code: str, version: str | None = None) -> str:
	"""A procedure as a foot names it; the version in force, unless the record says under which it was handled."""
	version = version or frappe.db.get_value(DOCTYPE, code, "version")
	return f"{code} · {_('version {0}').format(version)}" if version else code


def footing(now: datetime, code: str) -> str:
	"""Which controlled document a paper is an annex of, and as of when its figures stand."""
	procedure = frappe.get_cached_doc(DOCTYPE, code)
	return _("Annex of {0} {1}, version {2} · figures as of {3}").format(
		procedure.code, procedure.title, procedure.version or "–", format_datetime(now, "d MMM yyyy, HH:mm")
	)
