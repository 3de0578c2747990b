// Each folio on the day when something of it falls due, else on the day when it came.
frappe.views.calendar["Service Folio"] = {
	field_map: { start: "start", end: "end", id: "name", title: "title", color: "color" },
	get_events_method: "nervion_service.services.folio_calendar.get_events",
	options: { editable: false, selectable: false },
};
