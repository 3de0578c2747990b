// What a case's form offers besides its workflow: its file for an auditor, and of a complaint what it makes good.

["Service Complaint", "Service Folio"].forEach((doctype) =>
	frappe.ui.form.on(doctype, {
		refresh(frm) {
			if (frm.is_new() || !frappe.model.can_read("Case File")) return;
			frm.add_custom_button(__("Make the Case File"), () => make_case_file(frm), __("Case File"));
			frm.add_custom_button(
				__("Files Handed Out"),
				() => frappe.set_route("List", "Case File", { case_type: doctype, case_name: frm.doc.name }),
				__("Case File")
			);
		},
	})
);

frappe.ui.form.on("Service Complaint", {
	refresh(frm) {
		if (frm.is_new() || !frappe.model.can_read("Complaint Remedy")) return;
		const list = (name) => () => frappe.set_route("List", name, { complaint: frm.doc.name });
		frm.add_custom_button(__("Show Remedies"), list("Complaint Remedy"), __("Remedy"));
		if (frappe.model.can_create("Complaint Remedy")) {
			frm.add_custom_button(__("Promise What the Verdict Gave"), () => promise_lines(frm), __("Remedy"));
		}
		if (frappe.model.can_read("Complaint Cost")) {
			frm.add_custom_button(__("Costs"), list("Complaint Cost"), __("Remedy"));
		}
	},
});

function make_case_file(frm) {
	frappe
		.xcall("nervion_service.services.case_file.keeping.ask", { doctype: frm.doctype, name: frm.doc.name })
		.then((name) => frappe.set_route("Form", "Case File", name));
}

function promise_lines(frm) {
	frappe.prompt(
		{ fieldname: "due_date", fieldtype: "Date", label: __("Due Date") },
		({ due_date }) =>
			frappe
				.xcall("nervion_service.services.remedies.ledger.promise_lines", {
					complaint: frm.doc.name,
					due_date,
				})
				.then((names) => {
					frappe.show_alert({
						message: names.length ? names.join(", ") : __("There is nothing left to promise."),
						indicator: names.length ? "green" : "blue",
					});
					frm.reload_doc();
				}),
		__("Promise What the Verdict Gave"),
		__("Promise It")
	);
}
