frappe.listview_settings["Service Folio"] = {
	add_fields: ["stage", "party_name"],
	hide_name_column: false,

	onload(listview) {
		listview.page.add_menu_item(__("Running Promises"), () => frappe.set_route("List", "Service Commitment"));
	},

	refresh(listview) {
		mark_rows(listview);
		nervion_service.time_left.keep(listview, "of_folios");
	},
};

// the time left stands beside the subject, where it is seen on a phone as well
function mark_rows(listview) {
	listview.$result.find(".list-row .list-subject").each((_index, cell) => {
		const name = unescape($(cell).find(".list-row-checkbox").attr("data-name") || "");
		if (name && !$(cell).find("[data-promise-of]").length) $(cell).append(nervion_service.time_left.pill(name));
	});
}
