from frappe import _


def get_data():
	"""What hangs on a folio, as Frappe's Connections show it."""
	return {
		"fieldname": "parent_folio",
		"non_standard_fieldnames": {
			"Service Commitment": "case_name",
			"Service Event": "case_name",
			"Service Complaint": "folio",
			"Service Technical Visit": "folio",
			"Technical Analysis Report": "folio",
		},
		"dynamic_links": {"case_name": ["Service Folio", "case_type"]},
		"transactions": [
			{"label": _("Linked"), "items": ["Service Folio", "Service Complaint"]},
			{"label": _("Analysis"), "items": ["Service Technical Visit", "Technical Analysis Report"]},
			{"label": _("Promises and History"), "items": ["Service Commitment", "Service Event"]},
		],
	}
