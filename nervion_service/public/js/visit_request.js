// A visit, remote support or a RAT is asked for where the case is read: on the folio and on the complaint.
const CASES = { "Service Folio": ["Closed", "Withdrawn"], "Service Complaint": ["Closed", "Withdrawn", "Inadmissible"] };

for (const [doctype, ended] of Object.entries(CASES)) {
	frappe.ui.form.on(doctype, {
		refresh(frm) {
			if (frm.is_new() || ended.includes(frm.doc.stage)) return;
			if (frappe.model.can_create("Service Technical Visit")) {
				frm.add_custom_button(__("Technical Visit"), () => ask(frm), __("Make"));
			}
			if (doctype === "Service Complaint" && frappe.model.can_create("Technical Analysis Report")) {
				frm.add_custom_button(__("Technical Analysis Report"), () => make_report(frm), __("Make"));
			}
		},
	});
}

function ask(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Ask for a Technical Visit"),
		fields: [
			{ fieldname: "subject", fieldtype: "Data", label: __("Purpose of the Visit"), reqd: 1, default: frm.doc.subject },
			{
				fieldname: "mode",
				fieldtype: "Select",
				label: __("Mode"),
				options: ["Site Visit", "Remote Support"].map((value) => ({ value, label: __(value) })),
				default: "Site Visit",
			},
			{ fieldname: "assigned_to", fieldtype: "Link", options: "User", label: __("Who Goes"), description: __("Empty: whoever of Servicio Técnico has least to do") },
		],
		primary_action_label: __("Ask for the Visit"),
		async primary_action(values) {
			const method = "nervion_service.services.visits.making.request_visit";
			const visit = await frappe.xcall(method, { doctype: frm.doctype, name: frm.doc.name, ...values });
			dialog.hide();
			frappe.set_route("Form", "Service Technical Visit", visit);
		},
	});
	dialog.show();
}

async function make_report(frm) {
	const report = await frappe.xcall("nervion_service.services.analysis.making.from_complaint", { complaint: frm.doc.name });
	frappe.set_route("Form", "Technical Analysis Report", report);
}

frappe.provide("nervion_service");
nervion_service.ask_for_visit = ask;
