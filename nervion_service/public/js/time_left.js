// Time left in lists: rows are drawn with an empty pill, then one call fills the pills of the page, and every minute again.
frappe.provide("nervion_service.time_left");

const REFRESH_EVERY = 60 * 1000;
const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

function fill(listview, promises, now) {
	listview.$result.find("[data-promise-of]").each((_index, element) => {
		const promise = promises[element.dataset.promiseOf];
		if (!promise) return;
		const words = nervion_service.words;
		const left = __("{0}, due {1}", [words.left(promise, now), words.moment(promise.due_at)]);
		element.className = `nervion-left indicator-pill no-indicator-dot ${promise.colour}`;
		element.textContent = words.short(promise, now);
		element.title = `${__(promise.kind)}: ${left}`;
	});
}

Object.assign(nervion_service.time_left, {
	// the places of the pills, before the subjects: so they make a column, on a phone as well
	place(listview) {
		listview.$result.find(".list-row .list-subject").each((_index, cell) => {
			const $cell = $(cell);
			const row = listview.data[$cell.closest(".list-row-container").index(".list-row-container")];
			if (!row || $cell.find("[data-promise-of]").length) return;
			$cell.find(".select-like").first().after(`<span class="nervion-left" data-promise-of="${escaped(row.name)}"></span>`);
		});
	},

	// method: "of_folios" or "of_commitments" of nervion_service.services.time_left
	load(listview, method) {
		const names = listview.data.map((row) => row.name);
		if (!names.length) return;
		frappe
			.xcall(`nervion_service.services.time_left.${method}`, { names })
			.then(({ promises, now }) => fill(listview, promises, now));
	},

	// call it from a list's refresh: fills now, and again every minute while that list is on the screen
	keep(listview, method) {
		this.place(listview);
		this.load(listview, method);
		clearInterval(listview.nervion_timer);
		listview.nervion_timer = setInterval(() => {
			if (!document.hidden && frappe.get_route()[1] === listview.doctype) this.load(listview, method);
		}, REFRESH_EVERY);
	},
});
