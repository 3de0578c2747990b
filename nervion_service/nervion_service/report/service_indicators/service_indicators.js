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
		const text = $("<div>").html(shown).text().trim();
		return `<a href="#" class="nervion-drill" style="text-align: right; display: block"
			data-code="${frappe.utils.escape_html(data.code)}" data-part="${part}"
			title="${__("Show the rows")}">${frappe.utils.escape_html(text)}</a>`;
	},

	onload(report) {
		report.page.wrapper.on("click", ".nervion-drill", (event) => {
			event.preventDefault();
			const { code, part } = event.currentTarget.dataset;
			frappe.set_route("query-report", "Service Indicator Rows", { ...report.get_values(), code, part });
		});
	},
};
