// who may ask for the analysis of missed targets before the daily work does
const ASK_FOR_ANALYSES = [
	"Service Coordinator",
	"Commercial Director",
	"Service Quality",
	"Service Management",
	"Service Administrator",
	"System Manager",
];

frappe.query_reports["Service Indicators"] = {
	filters: [
		...nervion_service.period_filters(),
		{
			fieldname: "bucket",
			label: __("Trend by"),
			fieldtype: "Select",
			options: [
				{ value: "Month", label: __("Month") },
				{ value: "Week", label: __("Week") },
				{ value: "Day", label: __("Day") },
			],
			default: "Month",
		},
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (["numerator", "denominator"].includes(column.fieldname) && value != null) {
			return this.drill_link(shown, column.fieldname, data);
		}
		if (column.fieldname === "result" && value) return this.pill(value, data);
		if (column.fieldname === "value") {
			return data.raw_value == null ? `<span class="text-muted">${shown}</span>` : `<b>${shown}</b>`;
		}
		return shown;
	},

	pill(value, data) {
		const colour = data.raw_value == null ? "gray" : data.meets_target ? "green" : "red";
		return `<span class="indicator-pill ${colour}">${frappe.utils.escape_html(value)}</span>`;
	},

	drill_link(shown, part, data) {
		return nervion_service.drill.html(shown, { code: data.code, part });
	},

	onload(report) {
		nervion_service.drill.listen(report, ({ code, part }) =>
			frappe.set_route("query-report", "Service Indicator Rows", { ...report.get_values(), code, part })
		);
		if (ASK_FOR_ANALYSES.some((role) => frappe.user.has_role(role))) {
			report.page.add_inner_button(__("Ask for Analyses"), () => this.ask_for_analyses(report));
		}
	},

	// of a month that is over: each target that it missed is asked about once
	ask_for_analyses(report) {
		const company = {
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: report.get_values().company || frappe.defaults.get_user_default("Company"),
			reqd: 1,
		};
		const ask = async (values) => {
			const made = await frappe.xcall("nervion_service.services.reviews.asking.ask_now", values);
			const said = made.length
				? __("{0} analyses were asked for.", [made.length])
				: __("Every missed target of that month was asked about already, or none was missed.");
			frappe.show_alert({ message: said, indicator: made.length ? "green" : "blue" });
			frappe.set_route("List", "Service Indicator Review", "List", values);
		};
		frappe.prompt([nervion_service.month_filter(1), company], ask, __("Ask for Analyses"), __("Ask"));
	},
};
