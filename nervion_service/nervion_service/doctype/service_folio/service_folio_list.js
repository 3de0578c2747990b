frappe.listview_settings["Service Folio"] = {
	add_fields: ["stage", "party_name"],

	onload(listview) {
		nervion_service.folio_list.onload(listview);
		listview.page.add_menu_item(__("Running Promises"), () => frappe.set_route("List", "Service Commitment"));
	},

	refresh(listview) {
		nervion_service.time_left.keep(listview, "of_folios");
	},
};
