from frappe import _


def get_data():
	"""What hangs on a visit, as Frappe's Connections show it."""
	return {
		"fieldname": "visit",
		"non_standard_fieldnames": {"Service Commitment": "case_name", "Service Event": "case_name"},
		"dynamic_links": {"case_name": ["Service Technical Visit", "case_type"]},
		"transactions": [
			{"label": _("Analysis"), "items": ["Technical Analysis Report", "Service Sample"]},
			{"label": _("Promises and History"), "items": ["Service Commitment", "Service Event"]},
		],
	}
