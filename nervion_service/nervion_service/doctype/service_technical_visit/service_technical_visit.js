// The visit on the desk: what is missing is said by the server; here are the next steps and what lies outside the limits.
frappe.ui.form.on("Service Technical Visit", {
	setup(frm) {
		frm.set_query("batch", () => ({ filters: frm.doc.item ? { item: frm.doc.item } : {} }));
	},

	refresh(frm) {
		// the mark beside the title says it in the reader's language
		frm.toggle_display("workflow_state", false);
		if (frm.is_new()) return;
		const { stage, analysis_report: report } = frm.doc;
		frm.toggle_display("deviations_section", (frm.doc.deviations || []).length > 0);
		if (report) {
			frm.add_custom_button(__("Open the RAT"), () => frappe.set_route("Form", "Technical Analysis Report", report));
		} else if (["In Progress", "Finished"].includes(stage) && frappe.model.can_create("Technical Analysis Report")) {
			frm.add_custom_button(__("Make the RAT"), async () => {
				if (frm.is_dirty()) await frm.save();
				const made = await frappe.xcall("nervion_service.services.visits.making.make_report", { visit: frm.doc.name });
				frappe.set_route("Form", "Technical Analysis Report", made);
			});
		}
		if (["In Progress", "Finished"].includes(stage) && !frm.doc.complaint && frappe.model.can_create("Service Complaint")) {
			frm.add_custom_button(__("Make a Complaint"), async () => {
				if (frm.is_dirty()) await frm.save();
				const made = await frappe.xcall("nervion_service.services.visits.making.make_complaint", { visit: frm.doc.name });
				frappe.set_route("Form", "Service Complaint", made);
			});
		}
		if (["Requested", "Consented"].includes(stage) && frm.has_perm("write")) {
			frm.add_custom_button(__("Agree on a Date"), () => arrange(frm)).addClass("btn-primary");
		}
		if (stage === "Scheduled" && frm.has_perm("write")) {
			frm.add_custom_button(__("Agree on Another Date"), () => arrange(frm));
		}
		if (["Scheduled", "In Progress"].includes(stage) && frm.doc.assigned_to === frappe.session.user) {
			frm.add_custom_button(__("On the Phone"), () => frappe.set_route("service-visit-form"));
		}
	},

	consent(frm) {
		if (frm.doc.consent && !frm.doc.consent_at) frm.set_value("consent_at", frappe.datetime.now_datetime());
	},

	scheduled_from(frm) {
		if (!frm.doc.scheduled_from || frm.doc.scheduled_to) return;
		const end = moment(frm.doc.scheduled_from).add(2, "hours").format("YYYY-MM-DD HH:mm:ss");
		frm.set_value("scheduled_to", end);
	},
});

// consent and date are one telephone call
function arrange(frm) {
	const { doc } = frm;
	const again = doc.stage === "Scheduled";
	const means = ["Phone", "E-mail", "Message", "In Person", "Portal"].map((value) => ({ value, label: __(value) }));
	const asked = [
		{ fieldname: "consent_by", fieldtype: "Data", label: __("Consent Given By"), reqd: 1, default: doc.consent_by || doc.contact_name },
		{ fieldname: "consent_means", fieldtype: "Select", label: __("Means"), options: means, reqd: 1, default: doc.consent_means || "Phone" },
		{ fieldname: "scheduled_from", fieldtype: "Datetime", label: __("From"), reqd: 1, default: again ? null : doc.scheduled_from },
		{ fieldname: "scheduled_to", fieldtype: "Datetime", label: __("Until"), description: __("Empty: two hours"), default: again ? null : doc.scheduled_to },
		{ fieldname: "assigned_to", fieldtype: "Link", options: "User", label: __("Who Goes"), reqd: 1, default: doc.assigned_to },
		{ fieldtype: "Column Break" },
		{ fieldname: "site", fieldtype: "Data", label: __("Site"), default: doc.site },
		{ fieldname: "address", fieldtype: "Small Text", label: __("Address"), default: doc.address },
		{ fieldname: "contact_name", fieldtype: "Data", label: __("Person on Site"), default: doc.contact_name },
		{ fieldname: "phone", fieldtype: "Data", label: __("Phone"), default: doc.phone },
	];
	const dialog = new frappe.ui.Dialog({
		title: again ? __("Agree on Another Date") : __("Agree on a Date"),
		fields: asked,
		primary_action_label: __("The Customer Agrees"),
		async primary_action(values) {
			if (frm.is_dirty()) await frm.save();
			await frappe.xcall("nervion_service.services.visits.arranging.arrange", { visit: doc.name, values });
			dialog.hide();
			frm.reload_doc();
		},
	});
	dialog.show();
}
