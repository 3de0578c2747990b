frappe.listview_settings["Record Export"] = {
	add_fields: ["state", "attempts"],
	hide_name_column: true,

	get_indicator(doc) {
		const colour = { Pending: "orange", Exported: "green", Failed: "red" }[doc.state];
		return [__(doc.state), colour, `state,=,${doc.state}`];
	},

	onload(listview) {
		listview.page.add_inner_button(__("Try Again"), () => {
			const names = listview.get_checked_items(true);
			frappe
				.xcall("nervion_service.services.exports.handing_over.try_again", { names })
				.then((count) => {
					frappe.show_alert({ message: __("{0} are handed over within the hour", [count]), indicator: "green" });
					listview.refresh();
				});
		});
	},
};
