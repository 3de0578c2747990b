const COMPLAINTS_BY = [
	{ value: "Root Cause", label: __("Root Cause") },
	{ value: "Defect", label: __("Defect") },
	{ value: "Item", label: __("Item") },
	{ value: "Batch", label: __("Batch") },
	{ value: "Customer", label: __("Customer") },
	{ value: "Customer Kind", label: __("Customer Kind") },
	{ value: "Kind", label: __("Kind") },
	{ value: "Severity", label: __("Severity") },
	{ value: "Department", label: __("Department") },
	{ value: "Person", label: __("Person") },
	{ value: "Age of Open Complaints", label: __("Age of Open Complaints") },
];

frappe.query_reports["Complaint Analysis"] = {
	filters: [
		{
			fieldname: "by",
			label: __("By"),
			fieldtype: "Select",
			options: COMPLAINTS_BY,
			default: "Root Cause",
			reqd: 1,
		},
		...nervion_service.period_filters(),
	],

	onload(report) {
		report.page.add_inner_button(__("Print the Month"), () => {
			const { company, channel, request_type, department } = report.get_values();
			const print = ({ month }) => {
				const asked = Object.entries({ month, company, channel, request_type, department }).filter(([, value]) => value);
				window.open(`/api/method/nervion_service.services.complaints.monthly_analysis.download?${new URLSearchParams(asked)}`);
			};
			frappe.prompt([nervion_service.month_filter(1)], print, __("Analysis of Frequent Causes"), __("Print"));
		});
	},

	formatter(value, row, column, data, default_formatter) {
		// what nobody has found out yet looks different from a cause
		if (["value", "label"].includes(column.fieldname) && data && !data.value) {
			return `<span class="text-muted">${frappe.utils.escape_html(data.label)}</span>`;
		}
		return default_formatter(value, row, column, data);
	},
};
