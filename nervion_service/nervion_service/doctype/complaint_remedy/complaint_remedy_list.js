frappe.listview_settings["Complaint Remedy"] = {
	add_fields: ["stage"],

	get_indicator(doc) {
		const colour = { Promised: "orange", Approved: "blue", Done: "green", Cancelled: "gray" }[doc.stage];
		return [__(doc.stage), colour, `stage,=,${doc.stage}`];
	},
};
