const QUALITY_RECORDS = "nervion_service.services.corrective.quality_records";

// A corrective action: what it still needs is said by the gates; here are the ways to what it is linked with.
frappe.ui.form.on("Service Corrective Action", {
	setup(frm) {
		frm.set_query("root_cause", () => ({ filters: { is_group: 0, disabled: 0 } }));
		frm.set_query("replaced_by", () => successors(frm));
	},
	before_workflow_action(frm) {
		if (frm.selected_workflow_action !== "Cancel Action") return undefined;
		frappe.dom.unfreeze();
		return new Promise((go_on) => ask_why(frm, go_on));
	},
	refresh(frm) {
		// it is shown beside the title
		frm.toggle_display("workflow_state", false);
		frm.set_df_property("demanded_by", "formatter", reasons_in_words);
		// said by the complaint already
		frm.toggle_display(["source_type", "source"], !frm.doc.complaint || frm.doc.source !== frm.doc.complaint);
		frm.dashboard.parent.appendTo(frm.layout.wrapper.find(".form-page"));
		if (frm.is_new()) return;
		show_my_task(frm);
		if (frm.doc.batch) frm.add_custom_button(__("Open the batch"), () => frappe.set_route("service-batch", frm.doc.batch));
		show_quality_records(frm);
		offer_quality_records(frm);
	},
});

// they are kept as codes, which nobody reads
const reasons_in_words = (codes) => (codes || "").split(", ").map((one) => frappe.utils.escape_html(__(one))).join(", ");

const successors = (frm) => ({
	filters: { name: ["!=", frm.doc.name], company: frm.doc.company, stage: ["not in", ["Closed", "Cancelled"]] },
});

// the step itself takes what is stored, so what is asked is stored first
function ask_why(frm, go_on) {
	const fields = [
		{ fieldname: "cancel_reason", fieldtype: "Small Text", label: __("Reason for Cancelling"), default: frm.doc.cancel_reason, reqd: 1 },
		{
			fieldname: "replaced_by",
			fieldtype: "Link",
			options: "Service Corrective Action",
			label: __("Carried On In"),
			description: __("What was demanded is cancelled only when another action carries it on"),
			default: frm.doc.replaced_by,
			hidden: frm.doc.demanded_by ? 0 : 1,
			get_query: () => successors(frm),
		},
	];
	const { ask } = nervion_service.case_view;
	ask(__("Cancel Action"), fields, __("Cancel Action"), async (values) => {
		await frm.set_value(values);
		if (frm.is_dirty()) await frm.save();
		go_on();
	});
}

const my_open_tasks = (frm) =>
	frm.doc.stage === "In Progress" ? frm.doc.tasks.filter((row) => row.responsible === frappe.session.user && !row.done_at) : [];

// at the head, since a telephone hides the form's own buttons
function show_my_task(frm) {
	frm.$wrapper.off("click.my_task").on("click.my_task", "[data-my-task]", () => finish_task(frm));
	const [mine] = my_open_tasks(frm);
	if (!mine) return frm.set_intro();
	const words = frappe.utils.escape_html(__("Yours to do by {0}: {1}", [frappe.datetime.str_to_user(mine.due_date), mine.task]));
	frm.set_intro(`<p>${words}</p><button type="button" class="btn btn-primary btn-sm" data-my-task>${__("My Task Is Done")}</button>`, "blue");
}

// whoever does the work does it far from a desk: one question instead of a table
function finish_task(frm) {
	const open = my_open_tasks(frm);
	const options = open.map((row) => ({ value: String(row.idx), label: row.task }));
	const fields = [
		{ fieldname: "task", fieldtype: "Select", label: __("Task"), options, default: options[0].value, reqd: 1 },
		{ fieldname: "done_at", fieldtype: "Date", label: __("Done On"), default: frappe.datetime.get_today(), reqd: 1 },
		{ fieldname: "result", fieldtype: "Small Text", label: __("Result"), reqd: 1 },
		{ fieldname: "evidence", fieldtype: "Attach", label: __("Evidence") },
	];
	const finish = ({ task, ...written }) => {
		Object.assign(open.find((row) => String(row.idx) === task), written);
		frm.refresh_field("tasks");
		frm.dirty();
		frm.save();
	};
	frappe.prompt(fields, finish, __("My Task Is Done"), __("Save"));
}

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
