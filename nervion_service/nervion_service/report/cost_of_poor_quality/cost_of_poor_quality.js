const COSTS_BY = [
	{ value: "Root Cause", label: __("Root Cause") },
	{ value: "Item", label: __("Item") },
	{ value: "Plant", label: __("Plant") },
	{ value: "Customer", label: __("Customer") },
	{ value: "Kind of Cost", label: __("Kind of Cost") },
];

frappe.query_reports["Cost of Poor Quality"] = {
	filters: [
		{
			fieldname: "by",
			label: __("By"),
			fieldtype: "Select",
			options: COSTS_BY,
			default: "Root Cause",
			reqd: 1,
		},
		...nervion_service.date_filters(frappe.datetime.add_months(frappe.datetime.get_today(), -3)),
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
	],

	onload(report) {
		nervion_service.drill.to_list(report, "Complaint Cost", ({ names }) => ({ name: ["in", names.split(",")] }));
	},

	formatter(value, row, column, data, default_formatter) {
		if (["value", "label"].includes(column.fieldname) && data && !data.value) {
			return `<span class="text-muted">${frappe.utils.escape_html(data.label)}</span>`;
		}
		const shown = default_formatter(value, row, column, data);
		if (column.fieldname !== "rows" || !data?.names) return shown;
		return nervion_service.drill.html(shown, { names: data.names });
	},
};
