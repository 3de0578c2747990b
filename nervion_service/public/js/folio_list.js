// The list of folios: what is asked for every day with one press, and many folios changed at once.
frappe.provide("nervion_service.folio_list");

const SERVICES = "nervion_service.services";
// so many folios a request, so that the progress moves and nothing times out
const CHUNK = 20;
const ENDED = ["Closed", "Withdrawn"];
const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
const folio = (field, condition, value) => ["Service Folio", field, condition, value];
const open = () => folio("stage", "not in", ENDED);

const FRONT = ["Service Executive", "Service Coordinator", "Commercial Director", "Service Administrator"];
const TECHNICAL = ["Service Technician", "Service Engineer"];
const ANSWERS_FOR_SAFETY = ["Service Coordinator", "Service Quality", "Commercial Director", "Service Management"];
// roles: who is offered it; everybody where none are named
const FILTERS = [
	{ label: () => __("Mine"), filters: async () => [folio("assigned_to", "=", frappe.session.user), open()] },
	{ label: () => __("Overdue"), filters: async () => [folio("name", "in", await overdue()), open()] },
	{
		label: () => __("To Accept"),
		roles: TECHNICAL,
		filters: async () => [folio("assigned_to", "=", frappe.session.user), folio("stage", "in", ["Routed", "Reopened"])],
	},
	{
		label: () => __("Accidents to Attend"),
		roles: ANSWERS_FOR_SAFETY,
		filters: async () => [folio("safety", "=", "Yes"), folio("safety_attended_at", "is", "not set"), open()],
	},
	{ label: () => __("Unassigned"), roles: FRONT, filters: async () => [folio("assigned_to", "is", "not set"), open()] },
	{ label: () => __("To Confirm"), roles: FRONT, filters: async () => [folio("stage", "=", "Answered")] },
	{ label: () => __("Waiting"), filters: async () => [folio("stage", "=", "Waiting for Customer")] },
	{ label: () => __("Today"), filters: async () => [folio("received_at", "Timespan", "today")] },
	{ label: () => __("All"), filters: async () => [] },
];

async function overdue() {
	const names = await frappe.xcall(`${SERVICES}.folio_filters.overdue`);
	// an empty list would be no filter at all
	return names.length ? names : ["-"];
}

function show_filters(listview) {
	if (listview.nervion_chips) return;
	const mine = FILTERS.filter(({ roles }) => !roles || frappe.user.has_role(roles));
	const buttons = mine.map(
		(one, index) => `<button type="button" class="btn btn-xs btn-default" data-chip="${index}" aria-pressed="false">${escaped(one.label())}</button>`
	);
	listview.nervion_chips = $(`<div class="nervion-chips" role="group" aria-label="${__("Filters at hand")}">${buttons.join("")}</div>`);
	listview.nervion_chips.prependTo(listview.$page.find(".layout-main-section").first());
	listview.nervion_chips.on("click", "[data-chip]", async (event) => {
		const chosen = mine[event.currentTarget.dataset.chip];
		const filters = await chosen.filters();
		await listview.filter_area.clear(false);
		if (filters.length) await listview.filter_area.add(filters, false);
		listview.nervion_chips.find("[data-chip]").attr("aria-pressed", "false");
		$(event.currentTarget).attr("aria-pressed", "true");
		listview.refresh();
	});
}

// Many at once ------------------------------------------------------------------------------------------------

const choices = (meta, name) => (frappe.meta.get_docfield("Service Folio", name)?.options || "").split("\n").map((value) => ({ value, label: value && __(value) }));

function classify(listview) {
	const select = (fieldname) => ({
		fieldname,
		fieldtype: "Select",
		label: __(frappe.meta.get_label("Service Folio", fieldname)),
		options: choices("Service Folio", fieldname),
	});
	const fields = [
		{ fieldname: "request_type", fieldtype: "Link", options: "Request Type", label: __("Request Type"), filters: { disabled: 0 } },
		select("priority"),
		select("severity"),
		select("customer_kind"),
		{ fieldtype: "Column Break" },
		select("sgi_typology"),
		select("sgi_category"),
		select("sgi_subcategory"),
		{ fieldtype: "HTML", options: `<p class="text-muted">${__("What is left empty stays as it is.")}</p>` },
	];
	ask(listview, __("Classify"), fields, (names, values) => ["bulk.classify", { names, values }]);
}

function assign(listview) {
	const fields = [
		{ fieldname: "user", fieldtype: "Link", options: "User", label: __("Hand Over to"), reqd: 1 },
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
	];
	ask(listview, __("Hand Over"), fields, (names, values) => ["bulk.assign", { names, ...values }]);
}

function ask(listview, label, fields, call) {
	const names = listview.get_checked_items(true);
	const dialog = new frappe.ui.Dialog({
		title: `${label} (${names.length})`,
		fields,
		primary_action_label: label,
		primary_action: async (values) => {
			dialog.hide();
			tell(label, await in_chunks(label, names, (some) => call(some, values)));
			listview.clear_checked_items();
			listview.refresh();
		},
	});
	dialog.show();
}

// one request after another; one that fails as a whole is told with its folios and stops nothing
export async function in_chunks(label, names, call) {
	const all = { done: [], failed: [] };
	for (let begin = 0; begin < names.length; begin += CHUNK) {
		const some = names.slice(begin, begin + CHUNK);
		const [method, args] = call(some);
		try {
			const { done, failed } = await frappe.xcall(`${SERVICES}.${method}`, args);
			all.done.push(...done);
			all.failed.push(...failed);
		} catch (error) {
			all.failed.push(...some.map((name) => ({ name, message: __("The request failed: try these again.") })));
		}
		frappe.show_progress(label, Math.min(begin + CHUNK, names.length), names.length, "", true);
	}
	frappe.hide_progress();
	return all;
}

export function tell(label, { done, failed }) {
	const summary = __("{0} of {1} folios changed.", [done.length, done.length + failed.length]);
	if (!failed.length) return frappe.show_alert({ message: summary, indicator: "green" });
	const rows = failed.map(({ name, message }) => `<li><strong>${escaped(name)}</strong>: ${escaped(message)}</li>`);
	return frappe.msgprint({ title: label, indicator: "orange", message: `${summary}<ul>${rows.join("")}</ul>` });
}

Object.assign(nervion_service.folio_list, {
	onload(listview) {
		show_filters(listview);
		if (!frappe.model.can_write("Service Folio")) return;
		listview.page.add_actions_menu_item(__("Classify"), () => classify(listview), false);
		listview.page.add_actions_menu_item(__("Hand Over"), () => assign(listview), false);
	},
});
