frappe.provide("nervion_service");

// The period of a report, from a day to today.
nervion_service.date_filters = (from_date) => [
	{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date", default: from_date, reqd: 1 },
	{
		fieldname: "to_date",
		label: __("To Date"),
		fieldtype: "Date",
		default: frappe.datetime.get_today(),
		reqd: 1,
	},
];

nervion_service.channel_filter = () => ({
	fieldname: "channel",
	label: __("Channel"),
	fieldtype: "Link",
	options: "Service Channel",
});

// What the service reports ask for alike: a period, and what narrows it.
nervion_service.period_filters = () => [
	...nervion_service.date_filters(frappe.datetime.add_months(frappe.datetime.get_today(), -3)),
	{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
	nervion_service.channel_filter(),
	{ fieldname: "request_type", label: __("Request Type"), fieldtype: "Link", options: "Request Type" },
	{ fieldname: "department", label: __("Department"), fieldtype: "Link", options: "Department" },
	{ fieldname: "responsible", label: __("Person"), fieldtype: "Link", options: "User" },
];
