// Beside a complaint: earlier ones like it, with what worked then (K9).
frappe.ui.form.on("Service Complaint", {
	refresh(frm) {
		if (!frm.is_new() && frm.doc.defect) show_precedents(frm);
	},
});

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
		${[...learnt.map(safe), ...reports].join(" · ")}
		<span class="text-muted">${safe(__("Same: {0}", [one.shared.join(", ")]))}</span>
	</p>`;
}
