frappe.query_reports["Monthly Requests"] = {
	filters: [
		nervion_service.month_filter(),
		...nervion_service
			.period_filters()
			.filter((filter) => ["company", "channel", "request_type", "department"].includes(filter.fieldname)),
	],

	formatter(value, row, column, data, default_formatter) {
		if (data?.is_heading && column.fieldname !== "label") return "";
		const shown = value == null ? "" : default_formatter(value, row, column, data);
		if (data?.bold) return `<b>${shown}</b>`;
		if (column.fieldname === "requests" && value) return this.link(shown, data);
		return shown;
	},

	link(shown, data) {
		const text = $("<div>").html(shown).text().trim();
		return `<a href="#" class="nervion-requests" style="text-align: right; display: block"
			data-dimension="${data.dimension}" data-value="${frappe.utils.escape_html(data.value)}"
			title="${__("Show the rows")}">${frappe.utils.escape_html(text)}</a>`;
	},

	onload(report) {
		report.page.wrapper.on("click", ".nervion-requests", (event) => {
			event.preventDefault();
			const { dimension, value } = event.currentTarget.dataset;
			frappe.set_route("List", "Service Folio", "List", this.route_filters(report.get_values(), dimension, value));
		});
		report.page.add_inner_button(__("Print Annex"), () => {
			const query = new URLSearchParams(
				Object.entries(report.get_values()).filter(([, value]) => value)
			);
			window.open(`/api/method/nervion_service.services.monthly_annex.download?${query}`);
		});
	},

	route_filters({ month, ...narrowed }, dimension, value) {
		const [first, last] =
			dimension === "day"
				? [value, value]
				: [`${month}-01`, moment(`${month}-01`).endOf("month").format("YYYY-MM-DD")];
		const chosen = dimension === "day" ? {} : { [dimension]: value || ["is", "not set"] };
		return {
			...narrowed,
			...chosen,
			received_at: ["between", [`${first} 00:00:00`, `${last} 23:59:59`]],
		};
	},
};
