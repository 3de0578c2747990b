frappe.query_reports["Channel Reconciliation"] = {
	filters: [
		...nervion_service.date_filters(frappe.datetime.add_days(frappe.datetime.get_today(), -14)),
		nervion_service.channel_filter(),
		{ fieldname: "only_gaps", label: __("Unexplained Gaps Only"), fieldtype: "Check" },
	],

	formatter(value, row, column, data, default_formatter) {
		if (!data) return default_formatter(value, row, column, data);
		if (column.fieldname === "state") return this.state(data);
		// not counted is not zero
		if (value == null) return "";
		return default_formatter(value, row, column, data);
	},

	state(data) {
		const colour = { Matched: "green", Explained: "gray", Unexplained: "red" }[data.state] || "gray";
		const text = frappe.utils.escape_html(__(data.state));
		const pill = `<span class="indicator-pill ${colour}">${text}</span>`;
		const [doctype, title] = {
			Unexplained: ["Channel Gap Explanation", __("Explain the gap")],
			"Not Counted": ["Channel Daily Count", __("Type the day's count")],
		}[data.state] || [null];
		if (!doctype || !frappe.model.can_create(doctype)) return pill;
		const escaped = (name) => frappe.utils.escape_html(String(data[name] ?? ""));
		return `<a href="#" class="nervion-explain" title="${title}" data-doctype="${doctype}" data-day="${escaped("day")}"
			data-channel="${escaped("channel")}" data-account="${escaped("account")}"
			data-gap="${escaped("unexplained")}">${pill}</a>`;
	},

	onload(report) {
		report.page.wrapper.on("click", ".nervion-explain", (event) => {
			event.preventDefault();
			const { doctype, day, channel, account, gap } = event.currentTarget.dataset;
			frappe.new_doc(doctype, { day, channel, account, gap: Number(gap) });
		});
	},
};
