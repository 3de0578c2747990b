// Frappe opens a list from a number card of a DocType, but nothing from one whose number comes from a method.
const REPORT_OF_CARD = { "Answered in Time": "Service Indicators" };

function report_of(element) {
	const widget = element.closest(".number-widget-box");
	return REPORT_OF_CARD[widget?.dataset.widgetName];
}

$(document).on("click", ".number-widget-box .widget-body", ({ currentTarget }) => {
	const report = report_of(currentTarget);
	if (report) frappe.set_route("query-report", report);
});
