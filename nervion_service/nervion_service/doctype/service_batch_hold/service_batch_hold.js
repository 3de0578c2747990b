// A held batch: its page shows the whole picture, the form keeps the record.
const HOLD_RELEASING = "nervion_service.services.batches.releasing";

frappe.ui.form.on("Service Batch Hold", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Open the batch"), () => frappe.set_route("service-batch", frm.doc.batch));
		if (frm.doc.stage === "Held") frm.set_intro(__("Nothing of this batch leaves until it is released."), "red");
		else if (["Bring Back", "Withdrawn and Destroyed"].includes(frm.doc.outcome)) {
			frm.set_intro(__("This batch was withdrawn: nothing of it leaves any more."), "red");
		}
		offer_to_tell_outcome(frm);
	},
});

// who has not heard how it ended is told by mail, or by telephone
async function offer_to_tell_outcome(frm) {
	if (frm.doc.stage === "Held" || !frappe.model.can_write(frm.doctype)) return;
	const customers = await frappe.xcall(`${HOLD_RELEASING}.untold`, { hold: frm.doc.name });
	if (!customers.length) return;
	frm.add_custom_button(__("Write to the Customers"), () => tell_outcome_of_hold(frm), __("Tell the Outcome"));
	frm.add_custom_button(__("Told by Telephone"), () => log_outcome_told(frm, customers), __("Tell the Outcome"));
}

async function tell_outcome_of_hold(frm) {
	const { sent, without_address } = await frappe.xcall(`${HOLD_RELEASING}.tell_outcome`, { hold: frm.doc.name });
	const missing = without_address.length ? "<br>" + frappe.utils.escape_html(__("Without e-mail, tell them by telephone: {0}", [without_address.join(", ")])) : "";
	frappe.msgprint({ title: __("Notify Customers"), message: __("{0} notices are on their way.", [sent]) + missing });
	frm.reload_doc();
}

function log_outcome_told(frm, customers) {
	frappe.prompt(
		{ fieldname: "customer", fieldtype: "Select", label: __("Customer"), options: customers, reqd: 1 },
		({ customer }) => frappe.xcall(`${HOLD_RELEASING}.log_told`, { hold: frm.doc.name, customer }).then(() => frm.reload_doc()),
		__("Told by Telephone"),
		__("Save")
	);
}
