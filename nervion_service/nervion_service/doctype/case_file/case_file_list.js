frappe.listview_settings["Case File"] = {
	add_fields: ["state"],
	hide_name_column: true,

	get_indicator(doc) {
		const colour = { Waiting: "orange", Ready: "green", Failed: "red" }[doc.state];
		return [__(doc.state), colour, `state,=,${doc.state}`];
	},

	onload(listview) {
		listview.page.add_inner_button(__("Verify a Copy"), () => nervion_service.verify_copy());
	},
};
