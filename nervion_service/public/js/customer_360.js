// What is known of a customer, drawn from services/customer_360: beside a folio, and on ERPNext's Customer. Every number opens its list.
frappe.provide("nervion_service.customer_360");

const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
const day = (at) => nervion_service.words.moment(at).replace(/, \d\d:\d\d$/, "");

// the filters of the list behind a number travel as data, never as part of a script
function figure(value, label, { doctype, filters }, colour = "") {
	return `<a href="#" class="nervion-360-figure ${colour}" data-list="${escaped(doctype)}" data-filters="${escaped(JSON.stringify(filters))}">
		<strong>${escaped(value)}</strong><span>${escaped(label)}</span></a>`;
}

function promises_figure(promises) {
	if (!promises) return "";
	if (promises.share === null) return figure("–", __("Promises kept: no data"), promises);
	const label = __("of {0} promises kept", [promises.judged]);
	return figure(`${promises.share} %`, label, promises.broken.count ? promises.broken : promises, promises.broken.count ? "red" : "green");
}

function figures({ cases, promises }) {
	if (!cases) return "";
	return `<div class="nervion-360-figures">
		${figure(cases.open.count, __("open cases"), cases.open)}
		${figure(cases.past.count, __("past cases"), cases.past)}
		${promises_figure(promises)}</div>`;
}

function latest({ cases }, except) {
	const rows = (cases?.latest || []).filter((row) => row.name !== except);
	if (!rows.length) return "";
	const items = rows.map(
		(row) => `<li><a href="/app/service-folio/${encodeURIComponent(row.name)}">${escaped(row.subject)}</a>
			<span class="text-muted">${escaped(row.state)} · ${day(row.received_at)}</span></li>`
	);
	return `<h5>${except ? __("Other Cases") : __("Latest Cases")}</h5><ul>${items.join("")}</ul>`;
}

function purchase(one) {
	const rows = one.latest.map((row) => {
		const route = `/app/${frappe.router.slug(one.doctype)}/${encodeURIComponent(row.name)}`;
		return `<li><a href="${route}">${escaped(row.name)}</a>
			<span class="text-muted">${frappe.datetime.str_to_user(row.posting_date)} · ${escaped(row.amount)}</span></li>`;
	});
	const all = `<a href="#" data-list="${escaped(one.doctype)}" data-filters="${escaped(JSON.stringify(one.filters))}">${one.count}</a>`;
	return `<h5>${escaped(one.label)} (${all})</h5><ul>${rows.join("")}</ul>`;
}

function words_of({ words }) {
	if (!words.length) return "";
	const rows = words.map((one) => figure(one.count, one.label, one, one.word === "Satisfied" ? "green" : "red"));
	return `<h5>${__("What They Said")}</h5><div class="nervion-360-figures">${rows.join("")}</div>`;
}

function notes_of({ notes }) {
	if (!notes.length) return "";
	const rows = notes.map(
		(note) => `<li>${escaped(note.text)}${note.by ? ` <span class="text-muted">${escaped(note.by)} · ${day(note.at)}</span>` : ""}</li>`
	);
	return `<h5>${__("Notes")}</h5><ul>${rows.join("")}</ul>`;
}

Object.assign(nervion_service.customer_360, {
	// the inside of the panel; except: the folio beside which it stands
	html(known, except) {
		return [figures(known), latest(known, except), known.purchases.map(purchase).join(""), words_of(known), notes_of(known)].join("");
	},

	// numbers open their lists
	listen($root) {
		$root.on("click", "[data-list]", (event) => {
			event.preventDefault();
			const { list, filters } = event.currentTarget.dataset;
			frappe.route_options = JSON.parse(filters);
			frappe.set_route("List", list, "List");
		});
	},
});
