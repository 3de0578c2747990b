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
		if (frappe.model.can_create("Service Folio")) {
			report.page.add_inner_button(__("Mail Without a Folio"), () => show_kept_mail(report.get_values()));
		}
		// every report is shown on one page, where the one before left its own
		report.page.wrapper.off("click.nervion_explain").on("click.nervion_explain", ".nervion-explain", (event) => {
			event.preventDefault();
			const { doctype, day, channel, account, gap } = event.currentTarget.dataset;
			frappe.new_doc(doctype, { day, channel, account, gap: Number(gap) });
		});
	},
};

/** Mails of the report's days that made no folio, each with the button that makes one. */
async function show_kept_mail({ from_date, to_date }) {
	const mails = await frappe.xcall("nervion_service.services.email_kept.waiting", { from_date, to_date });
	const dialog = new frappe.ui.Dialog({ title: __("Mail Without a Folio"), size: "large" });
	const empty = `<p class="text-muted">${__("Every mail of these days belongs to a folio.")}</p>`;
	dialog.$body.html(mails.map(kept_mail_html).join("") || empty);
	dialog.$body.on("click", "[data-mail]", async ({ currentTarget }) => {
		const button = $(currentTarget).prop("disabled", true);
		try {
			const folio = await frappe.xcall("nervion_service.services.email_kept.make_folio", { message: button.attr("data-mail") });
			button.replaceWith(`<a href="${frappe.utils.get_form_link("Service Folio", folio)}">${frappe.utils.escape_html(folio)}</a>`);
		} catch {
			// the refusal is told by Frappe; the button may be pressed again
			button.prop("disabled", false);
		}
	});
	dialog.show();
}

function kept_mail_html({ name, at, sender, subject, excerpt, kind }) {
	const { escape_html } = frappe.utils;
	const about = [nervion_service.words.moment(at), sender, kind && __(kind)].filter(Boolean).join(" · ");
	return `<div class="border-bottom pb-3 mb-3">
		<div class="text-muted small">${escape_html(about)}</div>
		<div class="bold">${escape_html(subject || "")}</div>
		<p>${escape_html(excerpt || "")}</p>
		<button type="button" class="btn btn-default btn-sm" data-mail="${escape_html(name)}">${__("Make a Folio")}</button>
	</div>`;
}
