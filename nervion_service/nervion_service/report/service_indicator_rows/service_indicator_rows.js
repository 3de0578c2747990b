frappe.query_reports["Service Indicator Rows"] = {
	filters: [
		{ fieldname: "code", label: __("Indicator"), fieldtype: "Data", reqd: 1 },
		{
			fieldname: "part",
			label: __("Part"),
			fieldtype: "Select",
			options: [
				{ value: "numerator", label: __("Numerator") },
				{ value: "denominator", label: __("Denominator") },
			],
			default: "denominator",
			reqd: 1,
		},
		...nervion_service.period_filters(),
	],

	formatter(value, row, column, data, default_formatter) {
		if (["kind", "status", "case_type"].includes(column.fieldname)) return frappe.utils.escape_html(__(value || ""));
		// in hours, since a working day has no fixed length
		if (column.fieldtype === "Duration") return value == null ? "" : nervion_service.words.working(value);
		return default_formatter(value, row, column, data);
	},
};
