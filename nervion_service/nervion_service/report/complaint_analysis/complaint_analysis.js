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

// where a complaint says what it belongs to
const FIELDS = {
	"Root Cause": "root_cause",
	Defect: "defect",
	Item: "Complaint Line.item",
	Batch: "Complaint Line.batch",
	Customer: "customer",
	"Customer Kind": "customer_kind",
	Kind: "kind",
	Severity: "severity",
	Department: "department",
	Person: "assigned_to",
};
// which of the complaints a column counts
const COUNTED = {
	complaints: {},
	still_open: { stage: ["not in", ["Closed", "Withdrawn"]] },
	admitted: { verdict: ["in", ["Admissible", "Partially Admissible"]] },
	recurring: { verdict: ["in", ["Admissible", "Partially Admissible"]], recurrence_action: ["is", "set"] },
};

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
		nervion_service.drill.to_list(report, "Service Complaint", ({ part, value }) => this.route_filters(report.get_values(), part, value));
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
		const shown = default_formatter(value, row, column, data);
		// a list of complaints can be asked neither for the channel of their folios nor for their age
		const { by, channel } = frappe.query_report.get_values();
		if (!value || !COUNTED[column.fieldname] || !FIELDS[by] || channel) return shown;
		return nervion_service.drill.html(shown, { part: column.fieldname, value: data.value });
	},

	route_filters({ by, from_date, to_date, responsible, company, request_type, department }, part, value) {
		const asked = Object.entries({ company, request_type, department, assigned_to: responsible }).filter(([, name]) => name);
		return {
			...Object.fromEntries(asked),
			...COUNTED[part],
			received_at: nervion_service.drill.days(from_date, to_date),
			[FIELDS[by]]: value || ["is", "not set"],
		};
	},
};
