frappe.listview_settings["Commitment Policy"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colour = { Draft: "orange", Approved: "green", Retired: "gray" }[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},
};
