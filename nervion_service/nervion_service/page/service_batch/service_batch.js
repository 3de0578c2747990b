// One batch on one page (K6): what was made, where it went, what is left, what is open with whom, who was told.
frappe.pages["service-batch"].on_page_load = (wrapper) => {
	wrapper.cockpit = new BatchCockpit(wrapper);
};
frappe.pages["service-batch"].on_page_show = (wrapper) => wrapper.cockpit.follow_route();

const COCKPIT = "nervion_service.services.batches.cockpit";
const HOLDS = "nervion_service.services.batches.holds";
const RELEASING = "nervion_service.services.batches.releasing";
const RECALL = "nervion_service.services.batches.recall";
const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
const quantity = (value) => (value === null || value === undefined ? "" : format_number(value, null, Number.isInteger(value) ? 0 : 2));
const day_of = (value) => (value ? frappe.datetime.str_to_user(value) : "");
const moment_of = (value) => (value ? nervion_service.words.moment(value) : "");
const link = (doctype, name, text = name) =>
	name ? `<a href="/app/${frappe.router.slug(doctype)}/${encodeURIComponent(name)}">${safe(text)}</a>` : safe(text);

class BatchCockpit {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Batch"), single_column: true });
		this.field = this.page.add_field({
			fieldname: "batch",
			label: __("Batch"),
			fieldtype: "Link",
			options: "Batch",
			change: () => this.go(this.field.get_value()),
		});
		this.page.set_primary_action(__("Refresh"), () => this.load(), "refresh");
		this.$shown = $('<div class="nervion-batch" aria-live="polite"></div>').appendTo(this.page.main);
		this.$shown.on("click", "[data-act]", ({ currentTarget }) => this[currentTarget.dataset.act](currentTarget.dataset));
	}

	go(batch) {
		if ((batch || "") !== (frappe.get_route()[1] || "")) frappe.set_route(batch ? ["service-batch", batch] : ["service-batch"]);
	}

	async follow_route() {
		this.batch = frappe.get_route()[1] || "";
		if (this.field.get_value() !== this.batch) await this.field.set_value(this.batch);
		return this.load();
	}

	async load() {
		const asked = this.batch;
		if (!asked) {
			const rows = await frappe.xcall(`${COCKPIT}.overview`);
			if (this.batch === asked) this.draw_overview(rows);
			return;
		}
		let found = await frappe.xcall(`${COCKPIT}.get`, { batch: asked });
		// who received some since, or has some again, stands in the notices before anybody is told
		if (found.may.tell && (await frappe.xcall(`${RECALL}.refresh`, { hold: found.hold.name }))) {
			found = await frappe.xcall(`${COCKPIT}.get`, { batch: asked });
		}
		// a slow answer about another batch is not shown over this one
		if (this.batch !== asked) return;
		this.found = found;
		this.draw();
	}

	draw_overview(rows) {
		const line = (row) => [
			`<a href="/app/service-batch/${encodeURIComponent(row.batch)}">${safe(row.batch)}</a>`,
			safe(row.item_name || row.item),
			quantity(row.complaints),
			(row.held ? pill("red", __("Held")) : "") + (row.alerted ? " " + pill("orange", __("Alerted")) : "") || "–",
		];
		const table = this.table([__("Batch"), __("Item"), __("Complaints in 90 days"), __("State")], rows.map(line), [2]);
		const empty = __("No batch is held and none has complaints. Choose a batch above to see where it went.");
		this.$shown.html(`<section><h3>${__("Batches that need you")}</h3>${rows.length ? table : `<p class="empty">${empty}</p>`}</section>`);
	}

	draw() {
		const parts = [this.head(), this.holding(), this.figures(), this.notices(), this.customers(), this.complaints(), this.actions(), this.stock(), this.earlier()];
		this.$shown.html(parts.filter(Boolean).join(""));
	}

	head() {
		const { batch, alert, threshold, may, hold, withdrawn, complaints } = this.found;
		const stands = withdrawn ? pill("red", __("Withdrawn: nothing of it leaves")) : pill("green", __("Not held"));
		const open = complaints.filter((one) => one.open).length;
		const dates = [
			batch.manufacturing_date && __("made on {0}", [day_of(batch.manufacturing_date)]),
			batch.expiry_date && __("expires on {0}", [day_of(batch.expiry_date)]),
		].filter(Boolean);
		const said = alert
			? __("Quality and Production were alerted on {0}, at {1} complaints.", [moment_of(alert.alerted_at), alert.complaints])
			: __("Quality and Production are alerted at {0} complaints.", [threshold]);
		return `<section>
			<div class="head"><h2>${safe(batch.name)}</h2>
				${hold ? pill("red", __("Held")) : stands}
				${open ? pill("orange", __("{0} complaints open", [open])) : ""}</div>
			<p>${link("Item", batch.item, batch.item_name)}${dates.length ? ` · ${safe(dates.join(" · "))}` : ""}</p>
			<p class="empty">${safe(said)}</p>
			${may.hold ? `<div class="buttons"><button class="btn btn-danger btn-sm" data-act="hold">${__("Hold This Batch")}</button></div>` : ""}
		</section>`;
	}

	holding() {
		const { hold, may, batch } = this.found;
		if (!hold) return "";
		const undecided = hold.undecided
			? `<p>${safe(__("{0} {1} came back and wait for a decision.", [quantity(hold.undecided), batch.stock_uom]))}</p>`
			: "";
		const decided = hold.disposition.map((row) => `${quantity(row.qty)} ${safe(batch.stock_uom)}: ${safe(row.what)}`).join(" · ");
		return `<section class="alarm" role="alert">
			<p><b>${safe(__("Held since {0}", [moment_of(hold.held_at)]))}</b> · ${link("Service Batch Hold", hold.name)}</p>
			<p>${safe(hold.reason)}</p>
			<p>${safe(__("Recovered: {0} {1}", [quantity(hold.recovered), batch.stock_uom]))}${decided ? ` · ${decided}` : ""}</p>
			${undecided}
			<div class="buttons">
				${may.tell && hold.notices.some((one) => !one.acknowledged_at) ? act("tell", __("Notify Customers"), "btn-primary") : ""}
				${may.tell ? act("dispose", __("Decide What Becomes of It")) : ""}
				${may.act ? act("open_action", __("Open Corrective Action")) : ""}
				${may.release ? act("release", __("End the Hold")) : ""}
			</div>
		</section>`;
	}

	figures() {
		const { batch, made, delivered, returned, outside, left, used, hold } = this.found;
		const shown = [
			[__("Made or received"), made],
			[__("Delivered"), delivered],
			[__("Returned"), returned],
			[__("With customers"), outside],
			[__("Left in stock"), left],
		];
		if (used) shown.splice(4, 0, [__("Used otherwise"), used]);
		if (hold) shown.push([__("Recovered since the hold"), hold.recovered]);
		const figure = ([label, value]) =>
			`<div><dt>${safe(label)}</dt>${
				value === null ? `<dd class="unknown">${__("no data")}</dd>` : `<dd>${quantity(value)}</dd>`
			}</div>`;
		return `<section><h3>${safe(__("Quantities in {0}", [batch.stock_uom]))}</h3><dl class="figures">${shown.map(figure).join("")}</dl></section>`;
	}

	notices() {
		const { hold, may } = this.found;
		if (!hold) return "";
		const state = (row) => {
			if (row.acknowledged_at) {
				const kept = __("{0} confirmed, still has {1}", [row.acknowledged_by, quantity(row.kept_qty)]);
				return pill("green", __("Acknowledged")) + `<div>${safe(kept)}</div>`;
			}
			return row.sent_at ? pill("orange", __("Told on {0}", [moment_of(row.sent_at)])) : pill("gray", __("Not told yet"));
		};
		const line = (row) => [
			link("Customer", row.customer) + (row.email ? `<div>${safe(row.email)}</div>` : `<div class="empty">${__("no e-mail")}</div>`),
			link(row.delivery_type || "", row.delivery),
			quantity(row.qty),
			state(row),
			may.tell && !row.acknowledged_at
				? `<button class="btn btn-default btn-xs" data-act="log" data-customer="${safe(row.customer)}">${__("Told by Telephone")}</button>`
				: "",
		];
		const labels = [__("Customer"), __("Delivery"), __("Quantity"), __("Notice"), ""];
		return this.section(__("Notices to Customers"), labels, hold.notices.map(line), __("Nobody outside has anything of this batch."), [2]);
	}

	customers() {
		const line = (row) => [
			row.customer ? link("Customer", row.customer, row.name) : safe(row.name),
			quantity(row.delivered),
			quantity(row.returned),
			quantity(row.kept),
			safe(row.deliveries.join(", ")),
			row.complains ? pill("orange", __("Complaint open")) : "",
		];
		const labels = [__("Customer"), __("Delivered"), __("Returned"), __("Still Has"), __("Deliveries"), ""];
		return this.section(__("Where it went"), labels, this.found.customers.map(line), __("It was not delivered to anybody."), [1, 2, 3]);
	}

	complaints() {
		const line = (row) => [
			link("Service Complaint", row.name) + `<div>${safe(row.subject)}</div>`,
			safe(row.customer || row.party_name),
			quantity(row.claimed),
			pill(row.open ? "orange" : "gray", row.state) + (row.safety === "Yes" ? " " + pill("red", __("Accident")) : ""),
			row.holder ? safe(row.holder) : __("Nobody"),
		];
		const labels = [__("Complaint"), __("Customer"), __("Claimed"), __("State"), __("In whose hands")];
		return this.section(__("Complaints"), labels, this.found.complaints.map(line), __("Nobody complained about this batch."), [2]);
	}

	actions() {
		const line = (row) => [
			link("Service Corrective Action", row.name) + `<div>${safe(row.subject)}</div>`,
			safe(row.root_cause),
			safe(row.state),
			row.holder ? safe(row.holder) : __("Nobody"),
		];
		if (!this.found.actions.length) return "";
		return this.section(__("Corrective Actions"), [__("Action"), __("Root Cause"), __("State"), __("In whose hands")], this.found.actions.map(line), "");
	}

	stock() {
		const empty = this.found.counted ? __("Nothing of it is left.") : __("Nobody keeps count of stock on this site.");
		const rows = this.found.stock.map((row) => [link("Warehouse", row.warehouse), quantity(row.qty)]);
		return this.section(__("Stock Left"), [__("Warehouse"), __("Quantity")], rows, empty, [1]);
	}

	earlier() {
		if (!this.found.earlier_holds.length) return "";
		const rows = this.found.earlier_holds.map((row) => [
			link("Service Batch Hold", row.name),
			safe(moment_of(row.held_at)),
			safe(moment_of(row.released_at)),
			safe(row.release_reason),
			(row.outcome ? safe(row.outcome) : "") + (row.untold ? `<div>${pill("orange", __("{0} customers not told", [row.untold]))}</div>` : ""),
		]);
		const labels = [__("Hold"), __("Held At"), __("Released At"), __("Reason"), __("Outcome for Customers")];
		return this.section(__("Earlier Holds"), labels, rows, "");
	}

	section(title, labels, rows, empty, numbers = []) {
		return `<section><h3>${safe(title)}</h3>${rows.length ? this.table(labels, rows, numbers) : `<p class="empty">${safe(empty)}</p>`}</section>`;
	}

	table(labels, rows, numbers = []) {
		const kind = (index) => (numbers.includes(index) ? ' class="number"' : "");
		const head = labels.map((label, index) => `<th scope="col"${kind(index)}>${safe(label)}</th>`).join("");
		const cell = (html, index) => (html ? `<td data-label="${safe(labels[index])}"${kind(index)}><div>${html}</div></td>` : '<td hidden></td>');
		const plain = (html, index) => (html ? cell(html, index) : `<td${kind(index)} data-label="${safe(labels[index])}">–</td>`);
		const line = (row) => `<tr>${row.map((html, index) => (labels[index] ? plain(html, index) : cell(html, index))).join("")}</tr>`;
		return `<table class="stacked"><thead><tr>${head}</tr></thead><tbody>${rows.map(line).join("")}</tbody></table>`;
	}

	// What a person does --------------------------------------------------------------------------------------

	hold() {
		this.ask(__("Hold This Batch"), [this.reason(__("Reason"))], `${HOLDS}.hold`, (values) => ({ batch: this.batch, ...values }));
	}

	async release() {
		const hold = this.found.hold.name;
		const words = await frappe.xcall(`${RELEASING}.draft`, { hold });
		const outcomes = Object.keys(words).map((value) => ({ value, label: __(value) }));
		const fields = [
			this.reason(__("Reason")),
			{
				fieldname: "outcome",
				fieldtype: "Select",
				label: __("Outcome for Customers"),
				reqd: 1,
				options: [{ value: "", label: "" }, ...outcomes],
				description: __("Of what customers must not use, nothing leaves the company either."),
				change: () => dialog.set_value("words", words[dialog.get_value("outcome")] || ""),
			},
			{ fieldname: "words", fieldtype: "Small Text", label: __("What Customers Are Told"), reqd: 1, depends_on: "outcome" },
			{ fieldname: "tell", fieldtype: "Check", label: __("Write to the customers now"), default: 1, depends_on: "outcome" },
		];
		const dialog = this.ask(
			__("End the Hold"),
			fields,
			`${RELEASING}.release`,
			(values) => ({ hold, ...values, tell: values.tell ? 1 : 0 }),
			(told) => tell_whom(told)
		);
	}

	dispose() {
		frappe.set_route("Form", "Service Batch Hold", this.found.hold.name);
	}

	async open_action() {
		const action = await frappe.xcall(`${HOLDS}.open_action`, { hold: this.found.hold.name });
		frappe.set_route("Form", "Service Corrective Action", action);
	}

	async tell() {
		const hold = this.found.hold.name;
		const message = await frappe.xcall(`${RECALL}.draft`, { hold });
		const fields = [
			{ fieldname: "message", fieldtype: "Text", label: __("Message"), reqd: 1, default: message },
			{ fieldname: "again", fieldtype: "Check", label: __("Also to those who were told and have not acknowledged") },
		];
		this.ask(__("Notify Customers"), fields, `${RECALL}.send`, (values) => ({ hold, ...values, again: Boolean(values.again) }), (told) => tell_whom(told));
	}

	log({ customer }) {
		const fields = [
			{ fieldname: "by", fieldtype: "Data", label: __("Who confirmed it"), reqd: 1 },
			{ fieldname: "kept_qty", fieldtype: "Float", label: __("Quantity the Customer Still Has"), default: 0 },
		];
		this.ask(__("Told by Telephone"), fields, `${RECALL}.log_acknowledgement`, (values) => ({ hold: this.found.hold.name, customer, ...values }));
	}

	reason(label) {
		return { fieldname: "reason", fieldtype: "Small Text", label, reqd: 1 };
	}

	ask(title, fields, method, values_of, then = () => {}) {
		const dialog = new frappe.ui.Dialog({
			title,
			fields,
			primary_action_label: title,
			primary_action: async (values) => {
				dialog.disable_primary_action();
				try {
					then(await frappe.xcall(method, values_of(values)));
					dialog.hide();
					this.load();
				} finally {
					dialog.enable_primary_action();
				}
			},
		});
		dialog.show();
		return dialog;
	}
}

function pill(colour, text) {
	return `<span class="indicator-pill ${colour} no-margin">${safe(text)}</span>`;
}

function act(name, label, kind = "btn-default") {
	return `<button class="btn ${kind} btn-sm" data-act="${name}">${safe(label)}</button>`;
}

function tell_whom({ sent, without_address }) {
	if (!sent && !without_address.length) return;
	const missing = without_address.length ? "<br>" + safe(__("Without e-mail, tell them by telephone: {0}", [without_address.join(", ")])) : "";
	frappe.msgprint({ title: __("Notify Customers"), message: safe(__("{0} notices are on their way.", [sent])) + missing });
}
