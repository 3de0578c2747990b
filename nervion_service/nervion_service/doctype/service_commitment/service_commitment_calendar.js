frappe.views.calendar["Service Commitment"] = {
	field_map: { start: "start", end: "end", id: "name", title: "title", allDay: "allDay", colour: "colour" },
	get_events_method: "nervion_service.services.workload.due",
	color_map: { blue: "blue", orange: "orange", red: "red", gray: "gray" },
	get_css_class: ({ colour }) => colour,
	// a promise is nobody's to move: it changes with its case, to which it leads
	options: {
		selectable: false,
		eventClick: ({ case_type, case_name }) => frappe.set_route("Form", case_type, case_name),
	},
};
