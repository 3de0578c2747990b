frappe.listview_settings["Service Complaint"] = {
	add_fields: ["stage", "priority", "safety", "assigned_to", "party_name"],
	hide_name_column: false,
	filters: [["stage", "not in", ["Closed", "Withdrawn"]]],
};
