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

	formatter(value, row, column, data, default_formatter) {
		if (["value", "label"].includes(column.fieldname) && data && !data.value) {
			return `<span class="text-muted">${frappe.utils.escape_html(data.label)}</span>`;
		}
		return default_formatter(value, row, column, data);
	},
};
