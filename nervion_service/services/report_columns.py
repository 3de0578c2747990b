"""A column of a script report, as Frappe's query report reads it."""


def column(fieldname: str, label: str, width: int, fieldtype: str = "Data", **more) -> dict:
	"""label: in the reader's language; width in pixels; more: other properties, such as `options` of a link."""
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}
