from frappe import _


def get_data():
	"""What hangs on a report, as Frappe's Connections show it."""
	return {
		"fieldname": "analysis_report",
		"non_standard_fieldnames": {"Service Event": "case_name"},
		"dynamic_links": {"case_name": ["Technical Analysis Report", "case_type"]},
		"internal_links": {"Service Sample": ["samples", "sample"]},
		"transactions": [
			{"label": _("Analysis"), "items": ["Service Sample", "Service Technical Visit"]},
			{"label": _("Promises and History"), "items": ["Service Event"]},
		],
	}
