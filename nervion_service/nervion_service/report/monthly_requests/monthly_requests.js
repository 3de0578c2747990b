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
		if (column.fieldname === "requests" && value) {
			return nervion_service.drill.html(shown, { dimension: data.dimension, value: data.value });
		}
		return shown;
	},

	onload(report) {
		nervion_service.drill.to_list(report, "Service Folio", ({ dimension, value }) =>
			this.route_filters(report.get_values(), dimension, value)
		);
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
			received_at: nervion_service.drill.days(first, last),
		};
	},
};
