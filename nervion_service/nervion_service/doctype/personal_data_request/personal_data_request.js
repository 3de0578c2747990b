const DATA_SERVICE = "nervion_service.services.personal_data_requests";
const OVER = ["Done", "Refused"];

frappe.ui.form.on("Personal Data Request", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.set_intro("");
		if (frm.doc.hold) frm.set_intro(frappe.utils.escape_html(frm.doc.hold), "orange");
		if (OVER.includes(frm.doc.status) || !frm.perm[0]?.write) return;
		steps(frm).forEach(({ label, run, main }) => {
			const made = frm.add_custom_button(label, run);
			if (main) made.removeClass("btn-default").addClass("btn-primary");
		});
	},
});

// what can be done now, the next step first
function steps(frm) {
	const { status, right } = frm.doc;
	const refuse = { label: __("Refuse"), run: () => ask_text(frm, "refuse", __("Refuse"), "reason", __("Answer to the Person")) };
	if (status === "Received") {
		const verify = () => ask_text(frm, "verify", __("Verify Identity"), "means", __("How the Identity Was Verified"), "Data");
		return [{ label: __("Verify Identity"), run: verify, main: true }, refuse];
	}
	if (status !== "Identity Verified") return [refuse];
	const look = { label: __("What Is Stored"), run: () => show_preview(frm) };
	if (right === "Erasure") return [{ label: __("Approve Erasure"), run: () => approve(frm), main: true }, look, refuse];
	const close = { label: __("Answer"), run: () => ask_text(frm, "answer", __("Answer"), "text", __("Answer to the Person")) };
	const pack = { label: __("Prepare Export"), run: () => call(frm, "prepare_export"), main: !frm.doc.export_file };
	close.main = right !== "Access" || Boolean(frm.doc.export_file);
	return right === "Access" ? [pack, close, refuse] : [close, look, refuse];
}

function call(frm, method, args = {}) {
	return frappe.xcall(`${DATA_SERVICE}.${method}`, { request: frm.doc.name, ...args }).then(() => frm.reload_doc());
}

function ask_text(frm, method, title, fieldname, label, fieldtype = "Small Text") {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [{ fieldname, fieldtype, label, reqd: 1 }],
		primary_action_label: title,
		primary_action: (values) => call(frm, method, values).then(() => dialog.hide()),
	});
	dialog.show();
}

async function preview_html(frm) {
	const found = await frappe.xcall(`${DATA_SERVICE}.preview`, { request: frm.doc.name });
	const rows = Object.entries(found).map(([doctype, count]) => `<li>${frappe.utils.escape_html(__(doctype))}: ${count}</li>`);
	return rows.length ? `<ul>${rows.join("")}</ul>` : `<p>${__("Nothing is stored about this person.")}</p>`;
}

async function show_preview(frm) {
	frappe.msgprint({ title: __("What Is Stored"), message: await preview_html(frm) });
}

async function approve(frm) {
	const found = await preview_html(frm);
	frappe.confirm(`<p>${__("This cannot be undone. The person is removed from:")}</p>${found}`, () => call(frm, "approve"));
}
