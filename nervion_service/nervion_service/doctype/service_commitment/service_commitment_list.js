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

	refresh(listview) {
		nervion_service.time_left.keep(listview, "of_commitments");
	},
};
