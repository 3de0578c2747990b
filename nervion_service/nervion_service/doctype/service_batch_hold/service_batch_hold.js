// A held batch: its page shows the whole picture, the form keeps the record.
frappe.ui.form.on("Service Batch Hold", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Open the batch"), () => frappe.set_route("service-batch", frm.doc.batch));
		if (frm.doc.stage === "Held") frm.set_intro(__("Nothing of this batch leaves until it is released."), "red");
	},
});
