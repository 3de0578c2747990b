from frappe import _


def get_data():
	"""What hangs on a folio, as Frappe's Connections show it."""
	return {
		"fieldname": "parent_folio",
		"non_standard_fieldnames": {"Service Commitment": "case_name", "Service Event": "case_name"},
		"dynamic_links": {"case_name": ["Service Folio", "case_type"]},
		"transactions": [
			{"label": _("Linked"), "items": ["Service Folio"]},
			{"label": _("Promises and History"), "items": ["Service Commitment", "Service Event"]},
		],
	}
