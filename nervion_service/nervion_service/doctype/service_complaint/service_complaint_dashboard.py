from frappe import _


def get_data():
	"""What hangs on a complaint, as Frappe's Connections show it."""
	return {
		"fieldname": "complaint",
		"non_standard_fieldnames": {
			"Case File": "case_name",
			"Service Commitment": "case_name",
			"Service Event": "case_name",
		},
		"dynamic_links": {"case_name": ["Service Complaint", "case_type"]},
		"transactions": [
			{
				"label": _("Analysis"),
				"items": ["Service Technical Visit", "Technical Analysis Report", "Service Sample"],
			},
			{"label": _("Remedies"), "items": ["Complaint Remedy", "Complaint Cost"]},
			{"label": _("Quality"), "items": ["Service Corrective Action", "Service Batch Hold"]},
			{
				"label": _("Promises and History"),
				"items": ["Service Commitment", "Service Event", "Case File"],
			},
		],
	}
