frappe.listview_settings["Service Retry"] = {
	add_fields: ["given_up", "attempts"],
	hide_name_column: true,

	get_indicator(doc) {
		return doc.given_up
			? [__("Given Up"), "red", "given_up,=,1"]
			: [__("Is Tried Again"), "orange", "given_up,=,0"];
	},

	onload(listview) {
		listview.page.add_inner_button(__("Try Again"), () => {
			const names = listview.get_checked_items(true);
			frappe.xcall("nervion_service.services.retries.try_again", { names }).then((count) => {
				frappe.show_alert({ message: __("{0} are tried again within a minute", [count]), indicator: "green" });
				listview.refresh();
			});
		});
	},
};
