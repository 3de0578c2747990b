// Frappe opens a list from a number card of a DocType, but nothing from one whose number comes from a method.
const REPORT_OF_CARD = { "Answered in Time": "Service Indicators" };

$(document).on("click", "[number_card_name] .number-widget-box .widget-body", ({ currentTarget }) => {
	const report = REPORT_OF_CARD[currentTarget.closest("[number_card_name]").getAttribute("number_card_name")];
	if (report) frappe.set_route("query-report", report);
});
