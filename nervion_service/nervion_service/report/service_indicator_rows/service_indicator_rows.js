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
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -3),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{ fieldname: "channel", label: __("Channel"), fieldtype: "Link", options: "Service Channel" },
		{ fieldname: "request_type", label: __("Request Type"), fieldtype: "Link", options: "Request Type" },
		{ fieldname: "department", label: __("Department"), fieldtype: "Link", options: "Department" },
		{ fieldname: "responsible", label: __("Person"), fieldtype: "Link", options: "User" },
	],

	formatter(value, row, column, data, default_formatter) {
		if (["kind", "status"].includes(column.fieldname)) return frappe.utils.escape_html(__(value || ""));
		return default_formatter(value, row, column, data);
	},
};
