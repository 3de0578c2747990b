// The RAT on the desk: both versions as PDF, and the release to the customer as the next step of an approved one.
frappe.ui.form.on("Technical Analysis Report", {
	setup(frm) {
		frm.set_query("batch", () => ({ filters: frm.doc.item ? { item: frm.doc.item } : {} }));
		frm.set_query("sample", "samples", () => ({ filters: frm.doc.batch ? { batch: frm.doc.batch } : {} }));
	},

	refresh(frm) {
		// the mark beside the title says it in the reader's language
		frm.toggle_display("workflow_state", false);
		if (frm.is_new()) return;
		const open = (internal) =>
			window.open(
				`/api/method/nervion_service.services.analysis.report_print.download?report=${encodeURIComponent(frm.doc.name)}&internal=${internal}`
			);
		frm.add_custom_button(__("Version for the customer"), () => open(0), __("PDF"));
		// who may not see formulas has no such field
		if (frm.fields_dict.internal_notes && frm.get_perm(1, "read")) {
			frm.add_custom_button(__("Internal version"), () => open(1), __("PDF"));
		}
		const { stage, released_to_customer: released } = frm.doc;
		if (stage === "Approved" && !released && frm.has_perm("submit")) {
			frm.add_custom_button(__("Release to the Customer"), async () => {
				await frappe.xcall("nervion_service.services.analysis.reports.release", { report: frm.doc.name });
				frm.reload_doc();
			}).addClass("btn-primary");
		}
		if (released) frm.set_intro(__("Released to the customer."), "green");
	},
});
