frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Answered in Time per Week"] = {
	method: "nervion_service.services.desk_figures.answered_in_time_per_week",
	filters: [],
};
