// From a number of a report to the rows behind it, in the list of their DocType.
frappe.provide("nervion_service.drill");

// values: what the click needs to know, as data attributes
nervion_service.drill.html = (shown, values) => {
	const text = $("<div>").html(shown).text().trim();
	const data = Object.entries(values).map(([name, value]) => `data-${name}="${frappe.utils.escape_html(String(value ?? ""))}"`);
	return `<a href="#" class="nervion-drill" style="text-align: end; display: block; text-decoration: underline" ${data.join(" ")}
		title="${__("Show the rows")}">${frappe.utils.escape_html(text)}</a>`;
};

// filters(values): of the list of `doctype` that holds the rows
nervion_service.drill.listen = (report, doctype, filters) => {
	report.page.wrapper.on("click", ".nervion-drill", (event) => {
		event.preventDefault();
		frappe.set_route("List", doctype, "List", filters({ ...event.currentTarget.dataset }));
	});
};

// the whole of these days, for a field that holds moments
nervion_service.drill.days = (first, last) => ["between", [`${first} 00:00:00`, `${last} 23:59:59`]];
