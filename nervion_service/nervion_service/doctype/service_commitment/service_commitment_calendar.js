frappe.views.calendar["Service Commitment"] = {
	field_map: { start: "start", end: "end", id: "name", title: "title", allDay: "allDay" },
	get_events_method: "nervion_service.services.workload.due",
	// a promise is nobody's to move: it changes with its case, to which it leads
	options: {
		selectable: false,
		// a moment has no length
		displayEventEnd: false,
		timeFormat: "HH:mm",
		eventRender: ({ tooltip, colour }, $entry) => $entry.attr("title", tooltip).addClass(`nervion-due ${colour}`),
		eventClick: ({ case_type, case_name }) => frappe.set_route("Form", case_type, case_name),
	},
};
