// A sample changes hands by one dialog that offers only what may happen next.
frappe.ui.form.on("Service Sample", {
	setup(frm) {
		frm.set_query("batch", () => ({ filters: frm.doc.item ? { item: frm.doc.item } : {} }));
	},

	refresh(frm) {
		if (frm.is_new()) {
			if (!frm.doc.taken_by) frm.set_value("taken_by", frappe.session.user);
			return;
		}
		frm.set_df_property("custody", "cannot_add_rows", true);
		frm.set_df_property("custody", "cannot_delete_rows", true);
		frm.add_custom_button(__("Label"), () =>
			window.open(`/printview?doctype=Service%20Sample&name=${encodeURIComponent(frm.doc.name)}&format=Sample%20Label&no_letterhead=1&trigger_print=1`)
		);
		if (frm.doc.state !== "Disposed" && frm.has_perm("write")) {
			frm.add_custom_button(__("Hand Over the Sample"), () => hand_over(frm)).addClass("btn-primary");
		}
	},
});

async function hand_over(frm) {
	const possible = await frappe.xcall("nervion_service.services.analysis.samples.next_steps", { sample: frm.doc.name });
	const dialog = new frappe.ui.Dialog({
		title: __("Hand Over Sample {0}", [frm.doc.name]),
		fields: [
			{
				fieldname: "action",
				fieldtype: "Select",
				label: __("Action"),
				reqd: 1,
				options: possible.map((value) => ({ value, label: __(value) })),
				default: possible[0],
			},
			{ fieldname: "to_person", fieldtype: "Link", options: "User", label: __("To Person"), description: __("Empty: whoever has it keeps it") },
			{ fieldname: "place", fieldtype: "Data", label: __("Place") },
			{ fieldname: "seal_intact", fieldtype: "Check", label: __("Seal Intact"), default: 1 },
			{ fieldname: "condition", fieldtype: "Data", label: __("Condition") },
		],
		primary_action_label: __("Hand Over the Sample"),
		async primary_action(values) {
			await frappe.xcall("nervion_service.services.analysis.samples.hand_over", { sample: frm.doc.name, ...values });
			dialog.hide();
			frm.reload_doc();
		},
	});
	dialog.show();
}
