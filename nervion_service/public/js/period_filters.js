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

// A month by its name, from the one that began `newest` months ago back to the last two years.
nervion_service.month_filter = (newest = 0) => {
	const named = { month: "long", year: "numeric", timeZone: "UTC" };
	const in_words = new Intl.DateTimeFormat((frappe.boot.lang || "en").replace("_", "-"), named);
	const options = Array.from({ length: 24 }, (_none, ago) => {
		const month = moment(frappe.datetime.get_today()).startOf("month").subtract(ago + newest, "months");
		return { value: month.format("YYYY-MM"), label: in_words.format(new Date(Date.UTC(month.year(), month.month(), 1))) };
	});
	return { fieldname: "month", label: __("Month"), fieldtype: "Select", options, default: options[0].value, reqd: 1 };
};

// What the service reports ask for alike: a period, and what narrows it.
nervion_service.period_filters = () => [
	...nervion_service.date_filters(frappe.datetime.add_months(frappe.datetime.get_today(), -3)),
	{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
	nervion_service.channel_filter(),
	{ fieldname: "request_type", label: __("Request Type"), fieldtype: "Link", options: "Request Type" },
	{ fieldname: "department", label: __("Department"), fieldtype: "Link", options: "Department" },
	{ fieldname: "responsible", label: __("Person"), fieldtype: "Link", options: "User" },
];
