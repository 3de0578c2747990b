// The living flow diagram (K14): the workflow as it is configured here, with its counts and median times.
frappe.pages["service-flow"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Flow Diagram"), single_column: true });
	const $drawn = $('<div class="nervion-flow-page" aria-live="polite"></div>').appendTo(page.main);
	const today = frappe.datetime.get_today();
	const fields = {
		doctype: { label: __("Case"), fieldtype: "Select", options: [] },
		from_date: { label: __("From Date"), fieldtype: "Date", default: frappe.datetime.add_months(today, -3) },
		to_date: { label: __("To Date"), fieldtype: "Date", default: today },
		company: { label: __("Company"), fieldtype: "Link", options: "Company" },
	};
	for (const [fieldname, field] of Object.entries(fields)) {
		wrapper[fieldname] = page.add_field({ fieldname, ...field, change: () => show() });
	}
	const asked = () =>
		Object.fromEntries(
			Object.keys(fields)
				.map((name) => [name, wrapper[name].get_value()])
				.filter(([, value]) => value)
		);

	let latest = 0;
	async function show() {
		const values = asked();
		if (!values.doctype) return;
		const mine = ++latest;
		const { html } = await frappe.xcall("nervion_service.services.flow_diagram.get", values);
		// a slow answer to an older question is not shown over a newer one
		if (mine === latest) $drawn.html(html);
	}

	page.set_primary_action(__("Refresh"), show, "refresh");
	page.add_inner_button(__("Print"), () => {
		window.open(`/api/method/nervion_service.services.flow_diagram.download?${new URLSearchParams(asked())}`);
	});

	frappe.xcall("nervion_service.services.flow_diagram.choices").then((choices) => {
		if (!choices.length) {
			$drawn.html(`<p class="text-muted">${__("There is no workflow that you may see.")}</p>`);
			return;
		}
		wrapper.doctype.df.options = choices;
		wrapper.doctype.refresh();
		const named = choices.find(({ value }) => value === frappe.get_route()[1]);
		wrapper.doctype.set_value((named || choices[0]).value).then(show);
	});
};
