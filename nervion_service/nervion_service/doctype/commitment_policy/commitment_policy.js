const METHODS = "nervion_service.nervion_service.doctype.commitment_policy.commitment_policy";
const COLOUR = { Draft: "orange", Approved: "green", Retired: "gray" };
const APPROVERS = ["Commercial Director", "Service Administrator", "System Manager"];

frappe.ui.form.on("Commitment Policy", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.page.set_indicator(__(frm.doc.status), COLOUR[frm.doc.status]);
		frm.set_intro("");
		frm.set_intro(meaning(frm.doc), COLOUR[frm.doc.status] === "gray" ? "blue" : COLOUR[frm.doc.status]);
		add_buttons(frm);
	},
});

function meaning({ status, effective_from, approved_by }) {
	if (status === "Draft") return __("A draft promises nothing yet. Once approved, cases received from its date of effect on get it.");
	if (status === "Retired") return __("Retired: no new case gets this promise. Cases that have it keep it.");
	const since = effective_from ? nervion_service.words.moment(effective_from) : __("its approval");
	const by = frappe.user.full_name(approved_by) || __("the set-up");
	return __("In force since {0}, approved by {1}. To change it, make a new version: cases keep the one they began with.", [
		since,
		by,
	]);
}

function add_buttons(frm) {
	const { status } = frm.doc;
	const approves = APPROVERS.some((role) => frappe.user.has_role(role));
	if (status === "Draft" && approves) {
		frm.add_custom_button(__("Approve"), () => approve(frm)).addClass("btn-primary");
	}
	if (status !== "Draft" && frappe.model.can_create(frm.doctype)) {
		frm.add_custom_button(__("New Version"), () => act(frm, "new_version").then((name) => frappe.set_route("Form", frm.doctype, name)));
	}
	if (status === "Approved" && approves) {
		frm.add_custom_button(__("Retire"), () =>
			frappe.confirm(__("No new case will get this promise. Retire it?"), () => act(frm, "retire").then(() => frm.reload_doc()))
		);
	}
}

function approve(frm) {
	const run = () => act(frm, "approve").then(() => frm.reload_doc());
	frappe.confirm(__("Cases received from the date of effect on will get this promise. Approve it?"), () =>
		frm.is_dirty() ? frm.save().then(run) : run()
	);
}

const act = (frm, method) => frappe.xcall(`${METHODS}.${method}`, { name: frm.doc.name });
