const DATA_SERVICE = "nervion_service.services.personal_data_requests";
const CORRECTIONS = "nervion_service.services.personal_data_corrections";
const DOUBTS = "nervion_service.services.personal_data_doubts";
const OVER = ["Done", "Refused"];
const MEANS = ["E-mail", "Phone", "In Person", "Letter"];
const UNDECIDED_YET = ["Received", "Identity Verified"];

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
		if (UNDECIDED_YET.includes(frm.doc.status)) offer_doubts(frm);
	},
});

// what can be done now, the next step first
function steps(frm) {
	const { status, right } = frm.doc;
	const refuse = { label: __("Refuse"), run: () => ask_text(frm, "refuse", __("Refuse"), "reason", __("Answer to the Person"), "Small Text", true) };
	if (status === "Received") {
		const verify = () => ask_text(frm, "verify", __("Verify Identity"), "means", __("How the Identity Was Verified"), "Data");
		return [{ label: __("Verify Identity"), run: verify, main: true }, refuse];
	}
	if (status === "Approved" && frm.doc.answer_message && frm.doc.hold) {
		const told = () => ask_means(frm, __("Told in Another Way"), MEANS.slice(1), (values) => call(frm, "tell_otherwise", values));
		return [{ label: __("Told in Another Way"), run: told, main: true }, refuse];
	}
	if (status !== "Identity Verified") return [refuse];
	const look = { label: __("What Is Stored"), run: () => show_preview(frm) };
	if (right === "Erasure") return [{ label: __("Approve Erasure"), run: () => approve(frm), main: true }, look, refuse];
	const close = { label: __("Answer"), run: () => ask_text(frm, "answer", __("Answer"), "text", __("Answer to the Person"), "Small Text", true) };
	const pack = { label: __("Prepare Export"), run: () => call(frm, "prepare_export"), main: !frm.doc.export_file };
	close.main = right !== "Access" || Boolean(frm.doc.export_file);
	if (right === "Access") return [pack, close, refuse];
	return right === "Rectification" ? [{ label: __("Correct"), run: () => correct(frm) }, close, look, refuse] : [close, look, refuse];
}

function call(frm, method, args = {}) {
	return frappe.xcall(`${DATA_SERVICE}.${method}`, { request: frm.doc.name, ...args }).then(() => frm.reload_doc());
}

function ask_text(frm, method, title, fieldname, label, fieldtype = "Small Text", is_answer = false) {
	const fields = [{ fieldname, fieldtype, label, reqd: 1 }];
	if (is_answer) fields.push(means_field(frm, MEANS));
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: is_answer ? __("Tell the Person") : title,
		primary_action: (values) => call(frm, method, values).then(() => dialog.hide()),
	});
	dialog.show();
}

// how the person is told; a letter goes out by itself where there is an address
function means_field(frm, means) {
	return {
		fieldname: "means",
		fieldtype: "Select",
		label: __("The Person Is Told By"),
		options: means.map((value) => ({ value, label: __(value) })),
		default: frm.doc.email && means.includes("E-mail") ? "E-mail" : "",
		description: frm.doc.email && means.includes("E-mail") ? __("E-mail sends the letter now, to {0}", [frappe.utils.escape_html(frm.doc.email)]) : "",
		reqd: 1,
	};
}

function ask_means(frm, title, means, send, before = "") {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [{ fieldname: "said", fieldtype: "HTML", options: before }, means_field(frm, means)],
		primary_action_label: title,
		primary_action: ({ means }) => send({ means }).then(() => dialog.hide()),
	});
	dialog.show();
}

// a wrong value is shown with every place where it stands, before anything changes
function correct(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Correct"),
		fields: [
			{ fieldname: "old", fieldtype: "Data", label: __("What Is Wrong"), reqd: 1, description: __("The whole name, e-mail or number as it stands") },
			{ fieldname: "new", fieldtype: "Data", label: __("How It Should Read"), reqd: 1 },
			{ fieldname: "found", fieldtype: "HTML" },
		],
		primary_action_label: __("Show Where It Stands"),
		primary_action: (values) => show_corrections(frm, dialog, values),
	});
	dialog.show();
}

async function show_corrections(frm, dialog, { old, new: fresh }) {
	const args = { old, new: fresh };
	const found = await frappe.xcall(`${CORRECTIONS}.preview`, { request: frm.doc.name, ...args });
	const { escape_html } = frappe.utils;
	const rows = found.map(
		(row) =>
			`<tr><td>${escape_html(__(row.doctype))} ${escape_html(row.name)}</td><td>${escape_html(row.label)}</td>` +
			`<td>${escape_html(row.old)} → ${escape_html(row.new)}</td></tr>`
	);
	const table = `<div class="table-responsive"><table class="table table-sm">${rows.join("")}</table></div>`;
	dialog.get_field("found").$wrapper.html(rows.length ? table : `<p>${__("It stands nowhere in this person's records.")}</p>`);
	if (!rows.length) return;
	dialog.set_primary_action(__("Correct {0} Values", [rows.length]), async () => {
		await frappe.xcall(`${CORRECTIONS}.correct`, { request: frm.doc.name, ...args });
		dialog.hide();
		frm.reload_doc();
	});
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
	const said = `<p>${__("This cannot be undone. The person is told, and then removed from:")}</p>${found}`;
	ask_means(frm, __("Approve Erasure"), MEANS, (values) => call(frm, "approve", values), said);
}

// whose a record is that only shares the name or the number: one after the other
async function offer_doubts(frm) {
	const name = frm.doc.name;
	const waiting = await frappe.xcall(`${DOUBTS}.waiting`, { request: name });
	// somebody may have gone on to another request meanwhile
	if (!waiting.length || frm.doc.name !== name) return;
	frm.set_intro(
		__("{0} records share the name or the number with the person. They are neither handed over nor erased until somebody decides whose they are.", [
			waiting.length,
		]),
		"orange"
	);
	frm.add_custom_button(__("Decide ({0})", [waiting.length]), () => decide_next(frm, waiting));
}

function decide_next(frm, waiting) {
	const [record, ...rest] = waiting;
	if (!record) return frm.reload_doc();
	const send = async (method, args) => {
		const reason = dialog.get_value("reason");
		if (!reason) return dialog.fields_dict.reason.$input.focus();
		await frappe.xcall(`${DOUBTS}.${method}`, { request: frm.doc.name, reason, ...args });
		dialog.hide();
		return method === "decide" ? decide_next(frm, rest) : frm.reload_doc();
	};
	const decide = (decision) => send("decide", { doctype: record.doctype, name: record.name, decision });
	const dialog = new frappe.ui.Dialog({
		title: __("Whose is it? ({0} to decide)", [waiting.length]),
		fields: [
			{ fieldname: "record", fieldtype: "HTML", options: record_html(record) },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		primary_action_label: __("It Is This Person's"),
		primary_action: () => decide("Included"),
		secondary_action_label: __("It Is Somebody Else's"),
		secondary_action: () => decide("Left Out"),
	});
	if (rest.length) dialog.add_custom_action(__("Leave Out All of Them"), () => send("leave_out_the_rest", {}));
	dialog.show();
}

function record_html({ doctype, name, doubt, told }) {
	const { escape_html } = frappe.utils;
	const shared = doubt === "Name" ? __("It has the same name.") : __("It has a number that several people use.");
	const rows = told.map(([label, value]) => `<tr><th>${escape_html(label)}</th><td>${escape_html(value)}</td></tr>`);
	const link = `<a href="${frappe.utils.get_form_link(doctype, name)}" target="_blank">${escape_html(name)}</a>`;
	return `<p>${escape_html(__(doctype))} ${link}</p><p>${shared}</p><table class="table table-sm">${rows.join("")}</table>`;
}
