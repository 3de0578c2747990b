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

	formatters: {
		kind: (value) => __(value),
		due_at(value, _field, doc) {
			const due = frappe.utils.escape_html(nervion_service.words.moment(value));
			return `<span class="ellipsis">${nervion_service.time_left.pill(doc.name)} ${due}</span>`;
		},
		case_name(value, _field, doc) {
			const address = frappe.utils.get_form_link(doc.case_type, value);
			return `<a class="ellipsis" href="${address}">${frappe.utils.escape_html(value)}</a>`;
		},
	},

	refresh(listview) {
		nervion_service.time_left.keep(listview, "of_commitments");
	},
};
