const OPEN = ["Running", "Paused", "Breached"];
const COLOUR = {
	Running: "blue",
	Paused: "gray",
	Breached: "red",
	Fulfilled: "green",
	"Fulfilled Late": "red",
	Cancelled: "gray",
};

frappe.listview_settings["Service Commitment"] = {
	add_fields: ["kind", "status", "due_at", "case_type", "case_name", "responsible"],
	filters: [["status", "in", OPEN.join(",")]],
	hide_name_column: true,

	get_indicator(doc) {
		return [__(doc.status), COLOUR[doc.status], `status,=,${doc.status}`];
	},

	// a promise is kept in its case: a row leads there
	get_form_link: (doc) => frappe.utils.get_form_link(doc.case_type, doc.case_name),

	formatters: {
		due_at: (value) => `<span class="ellipsis">${frappe.utils.escape_html(nervion_service.words.moment(value))}</span>`,
	},

	onload(listview) {
		listview.page.add_inner_button(__("By Person"), () => frappe.set_route("service-workload"));
		if (!frappe.model.can_write("Service Folio")) return;
		listview.page.add_action_item(__("Hand Over"), async () => {
			const chosen = listview.get_checked_items().filter((row) => row.case_type === "Service Folio");
			const folios = [...new Set(chosen.map((row) => row.case_name))];
			if (folios.length && (await nervion_service.hand_over.ask({ folios }))) listview.clear_checked_items();
			listview.refresh();
		});
	},

	refresh(listview) {
		nervion_service.time_left.keep(listview, "of_commitments");
	},
};
