// Beside a complaint: earlier ones like it, with what worked then (K9), and the ways to its batches and to a corrective action.
frappe.ui.form.on("Service Complaint", {
	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.defect) show_precedents(frm);
		lead_to_batches(frm);
		if (frappe.model.can_create("Service Corrective Action")) offer_action(frm);
	},
});

function lead_to_batches(frm) {
	if (!frappe.model.can_read("Service Batch Hold")) return;
	const batches = new Set((frm.doc.lines || []).map((line) => line.batch).filter(Boolean));
	for (const batch of batches) {
		frm.add_custom_button(__("Batch {0}", [batch]), () => frappe.set_route("service-batch", batch), __("Quality"));
	}
}

function offer_action(frm) {
	frm.add_custom_button(
		__("Open Corrective Action"),
		async () => {
			const method = "nervion_service.services.corrective.actions.from_complaint";
			frappe.set_route("Form", "Service Corrective Action", await frappe.xcall(method, { complaint: frm.doc.name }));
		},
		__("Quality")
	);
}

async function show_precedents(frm) {
	const asked = frm.doc.name;
	const found = await frappe.xcall("nervion_service.services.corrective.precedents.precedents", { complaint: asked });
	// a slow answer about another complaint is not shown here
	if (frm.doc.name !== asked || !found.length) return;
	const section = frm.dashboard.add_section("", __("Earlier Cases Like This"));
	section.html(`<div class="nervion-precedents">${found.map(precedent).join("")}</div>`);
	frm.dashboard.show();
}

function precedent(one) {
	const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
	const colour = one.worked ? "green" : "gray";
	const what = [one.defect, one.items.join(", "), one.surface].filter(Boolean).join(" · ");
	const learnt = [
		one.root_cause && __("Cause: {0}", [one.root_cause]),
		one.remedies.length && __("Remedy: {0}", [one.remedies.join(", ")]),
	].filter(Boolean);
	const reports = one.reports.map((name) => `<a href="/app/technical-analysis-report/${encodeURIComponent(name)}">${safe(name)}</a>`);
	return `<p style="margin-bottom: 8px; overflow-wrap: anywhere">
		<a href="/app/service-complaint/${encodeURIComponent(one.complaint)}"><b>${safe(one.complaint)}</b></a>
		<span class="indicator-pill ${colour} no-margin">${safe(one.outcome)}</span>
		<span class="text-muted">${safe(what)}</span><br>
		${[...learnt.map(safe), ...reports].join(" · ")}${learnt.length || reports.length ? " · " : ""}
		<span class="text-muted">${safe(__("Same: {0}", [one.shared.join(", ")]))}</span>
	</p>`;
}
