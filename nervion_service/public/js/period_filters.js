frappe.provide("nervion_service");

// What the service reports ask for alike: a period, and what narrows it.
nervion_service.period_filters = () => [
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
];
