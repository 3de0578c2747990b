frappe.ui.form.on("Complaint Cost", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.disable_save();
		if (frm.doc.reversal_of || frm.doc.reference) return;
		frm.add_custom_button(__("Take Back"), () => {
			frappe.prompt(
				{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
				({ note }) =>
					frappe
						.xcall("nervion_service.services.remedies.costs.take_back", { cost: frm.doc.name, note })
						.then((name) => frappe.set_route("Form", "Complaint Cost", name)),
				__("Take Back"),
				__("Take Back")
			);
		});
	},
});
