"""A record as plain values, for whoever reads it by machine: all its fields and rows, which no page has the width for (K12, D13)."""

from typing import Any

from nervion_service.services.case_file.sections import LAYOUT

# what a record carries besides its own fields
_KEPT = (
	"name",
	"owner",
	"creation",
	"modified",
	"modified_by",
	"docstatus",
	"doctype",
	"idx",
	"parent",
	"parentfield",
)


def of_document(doc, levels: tuple[int, ...] = (0,)) -> dict[str, Any]:
	"""The record and its rows, without what is kept from some roles, or hidden from all. levels: of permission whose fields are told."""
	values = {name: _plain(doc.get(name)) for name in _KEPT if doc.get(name) is not None}
	for df in doc.meta.fields:
		value = doc.get(df.fieldname)
		if df.permlevel not in levels or df.fieldtype in (*LAYOUT, "Password") or value in (None, ""):
			continue
		values[df.fieldname] = (
			[of_document(row, levels) for row in value] if df.fieldtype == "Table" else _plain(value)
		)
	return values


def _plain(value: Any) -> Any:
	if hasattr(value, "isoformat"):
		return value.isoformat()
	return value if isinstance(value, int | float) else str(value)
