// The view over the fields of a case: who, since when, what is promised next, what to do next, what happened. Each kind of case gives
// its own words and actions; what a browser has to do for all of them stands here.
import "./words.js";

frappe.provide("nervion_service");

const SERVICES = "nervion_service.services";
const ENDED = ["Closed", "Withdrawn"];
const EVERY_MINUTE = 60 * 1000;

const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
const plain = (value) => String(value ?? "");
const same_moment = (one, other) => plain(one).slice(0, 19) === plain(other).slice(0, 19);
const words = () => nervion_service.words;

const choices = (names) => names.map((value) => ({ value, label: value ? __(value) : "" }));

// a dialog that keeps what was typed until the server has taken it
function ask(title, fields, label, run) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: label,
		primary_action(values) {
			dialog.disable_primary_action();
			Promise.resolve(run(values))
				.then(() => dialog.hide())
				.catch(() => {})
				.then(() => dialog.enable_primary_action());
		},
	});
	dialog.show();
	return dialog;
}

// what the customer says at the end: what was said before, who said it and by what means (D16)
function customer_word(doc) {
	const asked_with_it = { depends_on: "satisfaction", mandatory_depends_on: "satisfaction" };
	return [
		{
			fieldname: "satisfaction",
			fieldtype: "Select",
			label: __("Satisfaction"),
			options: choices(["", "Satisfied", "Not Satisfied"]),
			default: doc.satisfaction || "",
		},
		{
			fieldname: "satisfaction_means",
			fieldtype: "Select",
			label: __("Confirmed by Means of"),
			options: choices(["", "Phone", "E-mail", "Message", "In Person", "Portal"]),
			default: doc.satisfaction_means || "",
			...asked_with_it,
		},
		{
			fieldname: "satisfaction_by",
			fieldtype: "Data",
			label: __("Confirmed by"),
			default: doc.satisfaction_by || doc.complainant_name || doc.party_name,
			...asked_with_it,
		},
	];
}

// options: doctype; view: the service that gives what is shown; key: how that service and the others call the case
class CaseView {
	constructor(frm, options) {
		this.frm = frm;
		Object.assign(this, options);
		this.$root = $(`<div class="nervion-view"></div>`).prependTo(frm.layout.wrapper);
		this.$root.on("click", "[data-run]", (event) => this.run(event.currentTarget.dataset));
		this.ticking = setInterval(() => this.tick(), EVERY_MINUTE);
		this.keep_still_under_the_finger();
	}

	// a button that is drawn anew between pressing and letting go would swallow the click
	keep_still_under_the_finger() {
		this.$root.on("pointerdown", () => {
			this.held = true;
		});
		// the click comes after the pointer is let go
		$(document).on("pointerup pointercancel", () => this.held && setTimeout(() => this.let_go()));
	}

	let_go() {
		this.held = false;
		if (this.view) this.show();
	}

	// called whenever Frappe refreshes the form, for whichever folio is on the screen
	open() {
		if (this.name !== this.frm.doc.name) {
			this.clear();
		}
		this.name = this.frm.doc.name;
		if (!this.frm.is_dirty()) this.base = { ...this.frm.doc };
		if (this.frm.is_new()) this.clear();
		else this.load();
	}

	clear() {
		this.view = null;
		this.drawn = null;
		this.$root.empty();
	}

	on_screen() {
		const [kind, doctype, name] = frappe.get_route();
		return !document.hidden && kind === "Form" && doctype === this.doctype && name === this.name;
	}

	tick() {
		if (this.frm.is_new() || !this.on_screen()) return;
		this.load();
	}

	load() {
		const { name } = this;
		const asked = (this.asked = (this.asked || 0) + 1);
		return new Promise((done) =>
			frappe.call({
				method: `${SERVICES}.${this.service}.get_view`,
				args: { [this.key]: name },
				// a tick that fails must not disturb: the next one tries again, and until then the clock here counts on
				error_handlers: {},
				silent: true,
				// an answer that was overtaken by a later one tells what is over
				callback: ({ message }) => message && name === this.name && asked === this.asked && this.receive(message),
				always: done,
			})
		).then(() => this.view && this.show());
	}

	receive(view) {
		this.view = view;
		this.received = performance.now();
		this.follow(view);
	}

	// the site's time now, whatever this machine's clock says
	now() {
		const passed = Math.round((performance.now() - this.received) / 1000);
		return moment(this.view.now).add(passed, "seconds").format("YYYY-MM-DD HH:mm:ss");
	}

	// somebody else has changed the case since it was loaded here
	follow(view) {
		if (!same_moment(view.modified, this.frm.doc.modified) && this.on_screen()) this.take_over_changes();
	}

	// Take over what others changed and keep what is typed here, field by field: loading the folio anew would lose it. Where both
	// changed the same field, Frappe refuses the save and tells so.
	async take_over_changes() {
		const { frm, base } = this;
		if (!base || base.name !== frm.doc.name) return;
		// not frappe.db.get_doc, which puts what it gets in the place of what is typed
		const latest = await frappe.xcall("frappe.client.get", { doctype: this.doctype, name: frm.doc.name });
		// the form may have been loaded anew while this was on its way
		if (latest.name !== frm.doc.name || plain(latest.modified) <= plain(frm.doc.modified)) return;
		const names = frm.meta.fields.map((field) => field.fieldname).filter((name) => name in latest || name in base);
		const moved = names.filter((name) => plain(latest[name]) !== plain(base[name]));
		const typed = (name) => plain(frm.doc[name]) !== plain(base[name]) || this.is_being_typed(name);
		if (moved.some((name) => typed(name) && plain(frm.doc[name]) !== plain(latest[name]))) return;
		moved.forEach((name) => {
			frm.doc[name] = latest[name];
			frm.refresh_field(name);
		});
		frm.doc.modified = latest.modified;
		this.base = latest;
		this.show_new_state(moved);
	}

	is_being_typed(name) {
		return Boolean(this.frm.get_field(name)?.$wrapper?.[0]?.contains(document.activeElement));
	}

	// what Frappe draws around the fields
	show_new_state(moved) {
		const { frm } = this;
		frm.sidebar?.reload_docinfo();
		if (!moved.includes("workflow_state")) return;
		frm.refresh_header(false);
		frm.states?.refresh();
	}

	action(name) {
		return this.view?.actions.find((one) => one.action === name);
	}

	may_write() {
		return frappe.model.can_write(this.doctype);
	}

	// Drawing ---------------------------------------------------------------------------------------------------

	show() {
		const html = this.safety() + this.head() + this.beneath() + this.promises() + this.history();
		// an open menu, a pressed button or an unchanged view is left alone
		if (html === this.drawn || this.held || this.$root.find(".dropdown.show").length) return;
		const reachable = () => this.$root.find("button, a, li[tabindex], summary");
		const focused = reachable().index(document.activeElement);
		const unfolded = this.$root.find("details").prop("open");
		this.drawn = html;
		this.$root.html(html).find("details").prop("open", Boolean(unfolded));
		if (focused >= 0) reachable().get(focused)?.focus();
	}

	// K1: nothing stands above somebody who may need help
	safety() {
		const { safety } = this.view;
		if (!safety) return "";
		const { open, kind, details, phone, instructions } = safety;
		const title = open ? [__("Accident reported"), kind].filter(Boolean).join(": ") : __("A message may speak of an accident: ask");
		const choose = open
			? button({ run: "attend", label: __("Attend Now") }, "btn-danger")
			: button({ run: "accident", label: __("There Was an Accident") }, "btn-danger") +
			  button({ run: "clear", label: __("No Accident") }, "btn-default");
		return `<section class="nervion-safety" role="alert">
			<div class="nervion-safety-title">${escaped(title)}</div>
			${details ? `<div>${escaped(details)}</div>` : ""}
			${emergency_html(instructions, phone)}
			${this.may_write() ? `<div class="nervion-actions">${choose}</div>` : ""}</section>`;
	}

	head() {
		const { head } = this.view;
		return `<section class="nervion-head" aria-label="${__("Summary")}">
			<div class="nervion-facts">
				<div class="nervion-who">${this.who()}</div>
				<div class="nervion-since">${escaped(this.since(head))}</div>
				<div class="nervion-holder">${this.holder(head)}</div>
			</div>
			<div class="nervion-now">
				${this.next_promise(head)}
				${this.buttons()}
			</div>
		</section>`;
	}

	who() {
		const { doc } = this.frm;
		const name = `<span class="nervion-party">${escaped(doc.party_name)}</span>`;
		const party = doc.customer
			? `<a href="${frappe.utils.get_form_link("Customer", doc.customer)}">${name}</a>`
			: name;
		const phone = doc.phone && `<a href="tel:${escaped(doc.phone.replace(/[^\d+]/g, ""))}">${escaped(doc.phone)}</a>`;
		const state = `<span class="indicator-pill blue d-md-none">${escaped(this.view.head.state)}</span> `;
		const rest = [doc.customer_kind && escaped(__(doc.customer_kind)), phone, doc.email && escaped(doc.email)];
		return `${state}${[party, ...rest.filter(Boolean)].join(" · ")}<div class="nervion-what">${this.what()}</div>`;
	}

	since(head) {
		const received = words().moment(head.received_at);
		const working = words().working(head.working_seconds);
		if (this.frm.doc.answered_at) return __("Received {0}, answered in {1} of working time", [received, working]);
		const real = words().wall(words().seconds_between(head.received_at, this.now()));
		return __("Received {0}, {1} ago: {2} of working time", [received, real, working]);
	}

	holder(head) {
		const department = head.department ? ` · ${escaped(department_name(head.department))}` : "";
		if (!head.assigned_to) return `<span class="text-muted">${__("Nobody has it yet")}</span>${department}`;
		const name = head.assigned_to === frappe.session.user ? __("You have it") : __("{0} has it", [head.assigned_name]);
		return `${frappe.avatar(head.assigned_to, "avatar-xs")} ${escaped(name)}${department}`;
	}

	next_promise(head) {
		const promise = head.next_promise;
		const text = promise ? words().promise(promise, this.now()) : this.without_promise(head);
		const colour = promise ? promise.colour : ENDED.includes(head.stage) ? "gray" : "green";
		return `<div class="nervion-next ${colour}" role="status">${escaped(text)}</div>`;
	}

	without_promise(head) {
		if (head.stage === "Closed") return __("Closed on {0}", [words().moment(this.frm.doc.closed_at)]);
		if (head.stage === "Withdrawn") return __("Withdrawn on {0}", [words().moment(this.frm.doc.withdrawn_at)]);
		return __("Nothing is owed to the customer now");
	}

	// what a kind of case shows between its head and its promises
	beneath() {
		return "";
	}

	hint_now(offered) {
		return offered[0]?.hint;
	}

	buttons() {
		if (!this.may_write()) return "";
		const offered = this.offered();
		const shown = offered.filter((one) => one.main || one.near);
		const hidden = offered.filter((one) => !shown.includes(one));
		const hint = this.hint_now(offered);
		return `<div class="nervion-actions">
			${shown.map((one) => button(one, one.main && !this.view.safety?.open ? "btn-primary" : "btn-default")).join("")}
			${hidden.length ? menu(hidden) : ""}
		</div>${hint ? `<div class="nervion-hint">${escaped_but_bold(hint)}</div>` : ""}`;
	}

	promises() {
		// what is still owed comes first, the next due at the top
		const order = (one, other) => other.open - one.open || plain(one.due_at).localeCompare(plain(other.due_at));
		const rows = [...this.view.promises].sort(order).map((promise) => promise_row(promise, this.now()));
		if (!rows.length) return "";
		return `<section class="nervion-promises" aria-label="${__("Promises")}">
			<h4>${__("Promises")}</h4><ul>${rows.join("")}</ul></section>`;
	}

	history() {
		const lines = this.view.history.map((line) => history_line(line, this.name));
		if (!lines.length) return "";
		return `<details class="nervion-history">
			<summary>${__("History")} (${lines.length})</summary><ol>${lines.join("")}</ol></details>`;
	}

	explain(action) {
		frappe.msgprint({
			title: action.label,
			message: escaped_but_bold(action.missing),
			indicator: "orange",
			primary_action: { label: __("Reply"), action: () => frappe.hide_msgprint() || this.reply() },
		});
	}

	reply() {
		const { doc } = this.frm;
		new frappe.views.CommunicationComposer({
			doc,
			frm: this.frm,
			subject: `${doc.subject} (${doc.name})`,
			recipients: doc.email,
			attach_document_print: false,
		});
	}

	call_service(method, args = {}, then = () => this.frm.reload_doc()) {
		return frappe.xcall(`${SERVICES}.${method}`, { [this.key]: this.name, ...args }).then(then);
	}
}

// Pieces ------------------------------------------------------------------------------------------------------

// "Servicio al Cliente - PN" without the company's abbreviation
const department_name = (name) => __(name.replace(/ - [^-]+$/, ""));

// the server's sentences carry <b> around field names and nothing else
const escaped_but_bold = (text) => escaped(text).replace(/&lt;(\/?)(b|strong)&gt;/g, "<$1$2>");

// whom to call, what to do, and the data sheet of the product
function emergency_html({ emergency_line, text, data_sheets }, phone) {
	const call = (number) => `<a href="tel:${escaped(String(number).replace(/[^\d+]/g, ""))}">${escaped(number)}</a>`;
	const sheet = ({ item, url }) =>
		`<a href="${escaped(url)}" target="_blank" rel="noopener">${escaped(__("Safety data sheet"))}: ${escaped(item)}</a>`;
	const links = [
		emergency_line && `${escaped(__("Emergency line"))}: <strong>${call(emergency_line)}</strong>`,
		phone && `${escaped(__("Customer"))}: <strong>${call(phone)}</strong>`,
		...data_sheets.map(sheet),
	];
	return `<div class="nervion-emergency"><div>${links.filter(Boolean).join(" · ")}</div><div>${escaped(text)}</div></div>`;
}

function button({ run, name, label }, style) {
	return `<button type="button" class="btn btn-sm ${style}" data-run="${run}" data-name="${escaped(name)}">${escaped(label)}</button>`;
}

function menu(entries) {
	const items = entries.map(
		({ run, name, label }) =>
			`<button type="button" class="dropdown-item" data-run="${run}" data-name="${escaped(name)}">${escaped(label)}</button>`
	);
	return `<div class="dropdown">
		<button type="button" class="btn btn-sm btn-default" data-toggle="dropdown" aria-haspopup="true" aria-expanded="false">
			${__("More")} <span aria-hidden="true">▾</span></button>
		<div class="dropdown-menu dropdown-menu-right">${items.join("")}</div></div>`;
}

function promise_row(promise, now) {
	const result = promise_result(promise, now);
	const facts = promise_facts(promise).join("\n");
	return `<li tabindex="0" title="${escaped(facts)}" aria-label="${escaped([promise.label, result, facts].join(". "))}">
		<span class="nervion-promise-name"><span class="indicator ${promise.colour}">${escaped(promise.label)}</span></span>
		<span class="nervion-bar" aria-hidden="true">${bar(promise, now)}</span>
		<span class="nervion-promise-result">${escaped(result)}</span></li>`;
}

function promise_result(promise, now) {
	const in_time = promise.basis === "Working Time" ? words().working(promise.elapsed_seconds || 0) : null;
	if (promise.status === "Fulfilled") {
		const at = words().moment(promise.fulfilled_at);
		return in_time ? __("Kept {0}, in {1} of working time", [at, in_time]) : __("Kept {0}", [at]);
	}
	if (promise.status === "Fulfilled Late") {
		return __("Kept late {0}, it was due {1}", [words().moment(promise.fulfilled_at), words().moment(promise.due_at)]);
	}
	if (promise.status === "Cancelled") return __("No longer owed");
	return __("{0}, due {1}", [words().left(promise, now), words().moment(promise.due_at)]);
}

function promise_facts(promise) {
	const at = (label, value) => (value ? `${label}: ${words().moment(value)}` : null);
	return [
		at(__("Started"), promise.started_at),
		...promise.steps.map((step) => at(__(step.name), step.at)),
		at(__("Due"), promise.due_at),
		plain(promise.original_due_at) === plain(promise.due_at) ? null : at(__("Due at first"), promise.original_due_at),
		...promise.gaps.map(([from, to]) => `${__("Paused")}: ${words().moment(from)} – ${to ? words().moment(to) : __("now")}`),
		at(__("Kept at"), promise.fulfilled_at),
	].filter(Boolean);
}

// the axis runs from the start to the last thing that matters; steps beyond it are told in the text only
function bar(promise, now) {
	const start = moment(promise.started_at);
	const reached = promise.fulfilled_at || (promise.open ? now : promise.due_at);
	const end = moment.max(moment(promise.due_at), moment(reached), moment(start).add(1, "second"));
	const place = (at) => Math.min(100, Math.max(0, (100 * moment(at).diff(start)) / end.diff(start)));
	const mark = (kind, at, label) =>
		`<i class="${kind}" style="left:${place(at)}%" title="${escaped(`${label}: ${words().moment(at)}`)}"></i>`;
	const stretch = (kind, from, to, title = "") =>
		`<i class="${kind}" style="left:${place(from)}%;width:${place(to) - place(from)}%" title="${escaped(title)}"></i>`;
	const steps = promise.steps.filter((step) => moment(step.at).isSameOrBefore(end));
	return [
		stretch(`nervion-used ${promise.colour}`, promise.started_at, reached),
		...promise.gaps.map(([from, to]) => stretch("nervion-gap", from, to || now, __("Paused"))),
		...steps.map((step) => mark(`nervion-step ${step.done ? "done" : ""}`, step.at, __(step.name))),
		mark("nervion-due", promise.due_at, __("Due")),
		promise.fulfilled_at ? mark(`nervion-kept ${promise.colour}`, promise.fulfilled_at, __("Kept at")) : "",
	].join("");
}

// what a line of the history is about, as a way to it for those who may go there
function reference({ reference_type: doctype, reference_name: name }, shown) {
	if (!name || name === shown || doctype === "User" || !frappe.model.can_read(doctype)) return "";
	// a promise is shown above the history
	if (doctype === "Service Commitment") return "";
	// a message has a number that tells nobody anything
	const text = doctype === "Communication" ? __("Message") : name;
	return `<a href="${frappe.utils.get_form_link(doctype, name)}">${escaped(text)}</a>`;
}

function history_line(line, folio) {
	const { kind, step, role, procedure } = line.details || {};
	const moved = line.from_label && line.to_label ? `${line.from_label} → ${line.to_label}` : null;
	const more = [kind && __(kind), step && __(step), moved, procedure, role && __(role), line.channel, line.case_name !== folio && line.case_name].filter(Boolean);
	const about = reference(line, folio);
	return `<li><time datetime="${escaped(line.happened_at)}">${escaped(words().moment(line.happened_at))}</time>
		<span><strong>${escaped(line.label)}</strong>${more.length ? ` · ${escaped(more.join(" · "))}` : ""}${about ? ` · ${about}` : ""}
		${line.actor_name ? `<span class="text-muted">· ${escaped(line.actor_name)}</span>` : ""}</span></li>`;
}

Object.assign(nervion_service, {
	case_view: {
		CaseView, ENDED, SERVICES, ask, button, choices, customer_word, department_name, emergency_html, escaped, escaped_but_bold, menu, plain, words,
	},
});
