frappe.views.calendar["Service Technical Visit"] = {
	field_map: { start: "start", end: "end", id: "name", title: "title", color: "color" },
	get_events_method: "nervion_service.services.visits.schedule.get_events",
	options: { editable: false, selectable: false },
};
