// From a number of a report to the rows behind it, in the list of their DocType.
frappe.provide("nervion_service.drill");

// values: what the click needs to know, as data attributes
nervion_service.drill.html = (shown, values) => {
	const text = $("<div>").html(shown).text().trim();
	const data = Object.entries(values).map(([name, value]) => `data-${name}="${frappe.utils.escape_html(String(value ?? ""))}"`);
	return `<a href="#" class="nervion-drill" style="text-align: end; display: block; text-decoration: underline" ${data.join(" ")}
		title="${__("Show the rows")}">${frappe.utils.escape_html(text)}</a>`;
};

// open(values): goes to where the rows are
nervion_service.drill.listen = (report, open) => {
	// Frappe shows every report on one page: what the report before listened to is none of this one's
	report.page.wrapper.off("click.nervion_drill").on("click.nervion_drill", ".nervion-drill", (event) => {
		event.preventDefault();
		open({ ...event.currentTarget.dataset });
	});
};

// filters(values): of the list of `doctype` that holds the rows
nervion_service.drill.to_list = (report, doctype, filters) =>
	nervion_service.drill.listen(report, (values) => frappe.set_route("List", doctype, "List", filters(values)));

// the whole of these days, for a field that holds moments
nervion_service.drill.days = (first, last) => ["between", [`${first} 00:00:00`, `${last} 23:59:59`]];
