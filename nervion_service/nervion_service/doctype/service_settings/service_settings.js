const READERS = ["Service Administrator", "Service Systems", "Service Coordinator", "Commercial Director", "System Manager"];
const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

frappe.ui.form.on("Service Settings", {
	refresh(frm) {
		if (READERS.some((role) => frappe.user.has_role(role))) show_health(frm);
	},
});

const names = () => ({
	last_sweep: __("Last sweep"),
	sweep_lateness_seconds: __("Lateness of the sweep"),
	stuck_promises: __("Promises that cannot be swept"),
	notices_waiting: __("Notices that wait too long"),
	notices_failed: __("Notices that could not be told"),
	unrouted_folios: __("Folios that wait for their route"),
	unresumed_folios: __("Folios whose customer wrote"),
	given_up: __("Work that was given up"),
	recomputations_waiting: __("Recomputations that wait"),
	workflow_updates_waiting: __("Updates of edited workflows"),
	folio_series: __("Folio numbers of the year"),
	official_days: __("Official days of the calendars"),
	folios_without_person: __("Open folios that nobody has"),
	outgoing_mail: __("Outgoing e-mail"),
	mail_stuck: __("E-mails left half sent"),
	mail_set_aside: __("E-mails that could not be registered"),
	mail_of_customers: __("E-mails of customers taken for mail of a list"),
	channel_gaps: __("Unexplained gaps of the channels"),
	untrusted_proxy: __("Proxies before the server"),
	draft_privacy_notice: __("Privacy notice in force"),
});

function show_health(frm) {
	frappe.xcall("nervion_service.services.health.status").then((report) => {
		frm.nervion_health?.remove();
		frm.nervion_health = $(health_html(report)).prependTo(frm.layout.wrapper);
	});
}

function health_html({ ok, at, checks }) {
	const summary = ok ? __("Everything is running") : __("Something needs attention");
	return `<section class="nervion-view" aria-label="${__("Health")}">
		<div class="nervion-next ${ok ? "green" : "orange"}" role="status">${summary}
			<span class="text-muted">${escaped(nervion_service.words.moment(at))}</span></div>
		<table class="nervion-health mt-3"><tbody>${checks.map(check_html).join("")}</tbody></table></section>`;
}

function check_html({ code, ok, value, message }) {
	const found = ok ? value_in_words(code, value) : message;
	return `<tr><td><span class="indicator ${ok ? "green" : "orange"}">${escaped(names()[code] || code)}</span></td><td>${escaped(found)}</td></tr>`;
}

function value_in_words(code, value) {
	if (code === "last_sweep") return value ? nervion_service.words.moment(value) : "";
	return __("In order");
}
