const SERVICE = "nervion_service.services.answer_templates";
const PLACES = ["folio", "subject", "party_name", "promise", "responsible", "company", "product", "received", "tracking_url"];
const APPROVERS = ["Service Coordinator", "Commercial Director"];

frappe.ui.form.on("Answer Template", {
	refresh(frm) {
		const draft = frm.doc.status === "Draft";
		frm.set_intro(draft ? __("Placeholders: {0}", [PLACES.map((name) => `{{ ${name} }}`).join(", ")]) : "");
		["title", "company", "language", "request_types", "channels", "subject", "body", "tone_notes"].forEach((name) =>
			frm.set_df_property(name, "read_only", draft ? 0 : 1)
		);
		if (frm.is_new()) return;
		const may = frappe.user.has_role(APPROVERS);
		const act = (method, args = {}) =>
			frappe.xcall(`${SERVICE}.${method}`, { name: frm.doc.name, ...args }).then((name) => frappe.set_route("Form", "Answer Template", name).then(() => frm.reload_doc()));
		if (draft && may) frm.page.set_primary_action(__("Approve"), () => (frm.is_dirty() ? frm.save() : Promise.resolve()).then(() => act("approve")));
		if (draft) return;
		frm.add_custom_button(__("New Version"), () => act("new_version"));
		if (!may || frm.doc.status !== "Approved") return;
		if (frm.doc.published) frm.add_custom_button(__("Take off the Portal"), () => act("unpublish"));
		else frm.add_custom_button(__("Publish as a Frequent Question"), () => ask(frm, act));
		frm.add_custom_button(__("Retire"), () => act("retire"));
	},
});

function ask(frm, act) {
	const fields = [
		{ fieldname: "question", fieldtype: "Data", label: __("Question"), reqd: 1, default: frm.doc.title },
		{ fieldname: "answer", fieldtype: "Text Editor", label: __("Public Answer"), reqd: 1, default: frm.doc.body },
	];
	const dialog = new frappe.ui.Dialog({
		title: __("Publish as a Frequent Question"),
		size: "large",
		fields,
		primary_action_label: __("Publish"),
		primary_action: (values) => act("publish", values).then(() => dialog.hide()),
	});
	dialog.show();
}
