const QUALITY_RECORDS = "nervion_service.services.corrective.quality_records";

// A corrective action: what it still needs is said by the gates; here are the ways to what it is linked with.
frappe.ui.form.on("Service Corrective Action", {
	setup(frm) {
		frm.set_query("root_cause", () => ({ filters: { is_group: 0, disabled: 0 } }));
	},
	refresh(frm) {
		// it is shown beside the title
		frm.toggle_display("workflow_state", false);
		if (frm.is_new()) return;
		if (frm.doc.batch) frm.add_custom_button(__("Open the batch"), () => frappe.set_route("service-batch", frm.doc.batch));
		show_quality_records(frm);
		offer_quality_records(frm);
	},
});

function show_quality_records(frm) {
	const records = { non_conformance: "Non Conformance", quality_action: "Quality Action" };
	for (const [fieldname, doctype] of Object.entries(records)) {
		const name = frm.doc[fieldname];
		if (name) frm.add_custom_button(`${__(doctype)} ${name}`, () => frappe.set_route("Form", doctype, name), __("Quality"));
	}
}

async function offer_quality_records(frm) {
	if (!frm.perm?.[0]?.write) return;
	const offered = await frappe.xcall(`${QUALITY_RECORDS}.offered`, { action: frm.doc.name });
	if (offered.quality_action) {
		frm.add_custom_button(__("Make Quality Action"), () => make(frm, "make_quality_action"), __("Quality"));
	}
	if (offered.non_conformance) {
		frm.add_custom_button(__("Make Non Conformance"), () => ask_procedure(frm), __("Quality"));
	}
}

function ask_procedure(frm) {
	const field = { fieldname: "procedure", fieldtype: "Link", options: "Quality Procedure", label: __("Procedure"), reqd: 1 };
	frappe.prompt([field], (values) => make(frm, "make_non_conformance", values), __("Make Non Conformance"));
}

async function make(frm, method, values = {}) {
	await frappe.xcall(`${QUALITY_RECORDS}.${method}`, { action: frm.doc.name, ...values });
	frm.reload_doc();
}
