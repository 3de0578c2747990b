const REMEDIES = "nervion_service.services.remedies.ledger";

frappe.ui.form.on("Complaint Remedy", {
	setup(frm) {
		frm.set_query("reference", () => {
			const own = { customer: frm.doc.customer, company: frm.doc.company };
			if (frm.doc.reference_type === "Service Technical Visit") {
				return { filters: { complaint: frm.doc.complaint } };
			}
			const back = ["Return", "Credit Note", "Discount"].includes(frm.doc.kind);
			return { filters: { ...own, is_return: back ? 1 : 0, docstatus: ["<", 2] } };
		});
		frm.set_query("batch", () => ({ filters: { item: frm.doc.item } }));
	},

	refresh(frm) {
		const { stage } = frm.doc;
		if (frm.is_new()) return;
		frm.page.set_indicator(
			__(stage),
			{ Promised: "orange", Approved: "blue", Done: "green", Cancelled: "gray" }[stage]
		);
		say_what_is_missing(frm);
		if (stage === "Promised" && may_approve(frm)) {
			frm.page.set_primary_action(__("Approve"), () =>
				frappe.xcall(`${REMEDIES}.approve`, { remedy: frm.doc.name }).then(() => frm.reload_doc())
			);
		}
		if (stage === "Approved" && !frm.doc.reference && frm.has_perm("write")) {
			frm.add_custom_button(__("Name the Document"), () => name_document(frm)).addClass("btn-primary");
		}
		if (["Promised", "Approved"].includes(stage)) {
			frm.add_custom_button(__("Cancel This Remedy"), () => cancel(frm));
		}
	},
});

// above the limit a second person decides; the server says the same to whoever tries
function may_approve({ doc }) {
	if (!doc.above_limit) return true;
	return frappe.user.has_role("Commercial Director") && doc.promised_by !== frappe.session.user;
}

function say_what_is_missing(frm) {
	const { stage, reference, problem } = frm.doc;
	frm.set_intro();
	if (stage === "Promised") {
		frm.set_intro(
			frm.doc.above_limit
				? __("Above the limit: the Commercial Director approves it, and not who promised it.")
				: __("Waits for its approval."),
			"orange"
		);
	} else if (stage === "Approved" && !reference) {
		frm.set_intro(__("Approved. Name the document that proves it: the remedy is done when that is submitted."), "blue");
	} else if (stage === "Approved" && problem) {
		frappe
			.xcall(`${REMEDIES}.why_open`, { remedy: frm.doc.name })
			.then((sentence) => sentence && frm.set_intro(frappe.utils.escape_html(sentence), "orange"));
	}
}

function cancel(frm) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Cancellation Reason"), reqd: 1 },
		({ reason }) =>
			frappe
				.xcall(`${REMEDIES}.cancel`, { remedy: frm.doc.name, reason })
				.then(() => frm.reload_doc()),
		__("Cancel This Remedy"),
		__("Cancel This Remedy")
	);
}

// who attends complaints need hold no permission on the books
async function name_document(frm) {
	const found = await frappe.xcall("nervion_service.services.remedies.naming.candidates", { remedy: frm.doc.name });
	if (!found.length) return frappe.msgprint(__("The customer has no document yet that could prove it: have it made first."));
	const options = found.map(({ label }, at) => ({ value: String(at), label }));
	frappe.prompt(
		{ fieldname: "chosen", fieldtype: "Select", label: __("Document"), options, reqd: 1 },
		({ chosen }) => {
			const { doctype, name } = found[Number(chosen)];
			Object.assign(frm.doc, { reference_type: doctype, reference: name });
			frm.dirty();
			frm.save();
		},
		__("Name the Document"),
		__("Take It as Proof")
	);
}
