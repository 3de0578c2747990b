frappe.provide("nervion_service");

const SERVICES = "nervion_service.services";
const TECHNICAL_ROLES = ["Service Technician", "Service Engineer"];
const ENDED = ["Closed", "Withdrawn"];
const EVERY_MINUTE = 60 * 1000;
// routing and assignment follow a registration within seconds
const SOON = 2 * 1000;
const SOON_TIMES = 10;
const FOR_LATER = ["assigned_to", "department", "route_section", "sgi_section", "answer_section"];

// the server refuses to change these once they are stored; a time field that could be edited would also drop their seconds
const SEALED = ["company", "channel", "received_at", "received_stamp", "account", "external_id"];

const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
const plain = (value) => String(value ?? "");
const same_moment = (one, other) => plain(one).slice(0, 19) === plain(other).slice(0, 19);
const words = () => nervion_service.words;

frappe.ui.form.on("Service Folio", {
	setup(frm) {
		frm.set_query("request_type", () => ({ filters: { disabled: 0 } }));
		frm.set_query("channel", () => ({ filters: { disabled: 0 } }));
		frm.set_query("batch", () => ({ filters: frm.doc.product ? { item: frm.doc.product } : {} }));
		frm.set_query("contact", () => contacts_of(frm));
	},

	onload: seal,

	refresh(frm) {
		frm.nervion_view = frm.nervion_view || new FolioView(frm);
		frm.toggle_display(FOR_LATER, !frm.is_new());
		seal(frm);
		// it is shown beside the title, and at the head on a phone
		frm.toggle_display("workflow_state", false);
		// what hangs on the folio comes after the folio itself
		frm.dashboard.parent.appendTo(frm.layout.wrapper.find(".form-page"));
		frm.nervion_view.open();
		if (frm.is_new()) begin(frm);
	},

	before_save(frm) {
		return frm.is_new() ? undefined : frm.nervion_view.take_over_changes();
	},

	before_workflow_action(frm) {
		const action = frm.nervion_view.action(frm.selected_workflow_action);
		if (!action || !asks_something(action)) return undefined;
		frappe.dom.unfreeze();
		frm.nervion_view.take(action);
		// ours takes over: Frappe's own way, which waits for this, would lose what the dialog asks
		return new Promise(() => {});
	},

	// whoever is on the telephone reads it out before anything is saved
	async safety(frm) {
		if (!frm.is_new()) return;
		const yes = frm.doc.safety === "Yes";
		const found = yes && (await frappe.xcall(`${SERVICES}.safety.read_out`, { product: frm.doc.product }));
		frm.set_intro("");
		if (yes) frm.set_intro(emergency_html(found, ""), "red");
	},

	customer(frm) {
		return fill_from(frm, "Customer", "customer", { party_name: ["customer_name"], phone: ["mobile_no"], email: ["email_id"] });
	},

	lead(frm) {
		const fields = { party_name: ["company_name", "lead_name"], phone: ["mobile_no"], email: ["email_id"] };
		return fill_from(frm, "Lead", "lead", fields);
	},

	contact(frm) {
		return fill_from(frm, "Contact", "contact", { phone: ["mobile_no", "phone"], email: ["email_id"] });
	},

	request_type(frm) {
		if (!frm.is_new() || !frm.doc.request_type) return undefined;
		return frappe.db
			.get_value("Request Type", frm.doc.request_type, "default_priority")
			.then(({ message }) => message?.default_priority && frm.set_value("priority", message.default_priority));
	},
});

function seal(frm) {
	SEALED.forEach((name) => frm.set_df_property(name, "read_only", frm.is_new() ? 0 : 1));
}

function contacts_of(frm) {
	if (!frm.doc.customer) return {};
	return {
		query: "frappe.contacts.doctype.contact.contact.contact_query",
		filters: { link_doctype: "Customer", link_name: frm.doc.customer },
	};
}

// most of what people type in came over the telephone
function begin(frm) {
	if (frm.nervion_begun === frm.doc.name) return;
	frm.nervion_begun = frm.doc.name;
	if (!frm.doc.channel) frm.set_value("channel", "Phone");
	setTimeout(() => frm.get_field("subject").set_focus?.(), 200);
}

// fields: of the folio → those of the party, the first filled one is taken; what a person typed stays
function fill_from(frm, doctype, link, fields) {
	const name = frm.doc[link];
	if (!name) return undefined;
	return frappe.db.get_value(doctype, name, Object.values(fields).flat()).then(({ message }) => {
		for (const [target, sources] of Object.entries(fields)) {
			const found = sources.map((source) => message?.[source]).find(Boolean);
			if (found && !frm.doc[target]) frm.set_value(target, found);
		}
	});
}

// What each action asks -------------------------------------------------------------------------------------

const choices = (names) => names.map((value) => ({ value, label: value ? __(value) : "" }));

const QUESTIONS = {
	Closed: (frm) => [
		{ fieldtype: "HTML", options: `<p class="text-muted">${escaped(closing_help())}</p>` },
		{
			fieldname: "satisfaction",
			fieldtype: "Select",
			label: __("Satisfaction"),
			options: choices(["", "Satisfied", "Not Satisfied"]),
			default: frm.doc.satisfaction || "",
		},
		{
			fieldname: "satisfaction_means",
			fieldtype: "Select",
			label: __("Confirmed by Means of"),
			options: choices(["", "Phone", "E-mail", "Message", "In Person", "Portal"]),
			default: frm.doc.satisfaction_means || "",
			depends_on: "satisfaction",
			mandatory_depends_on: "satisfaction",
		},
		{
			fieldname: "satisfaction_by",
			fieldtype: "Data",
			label: __("Confirmed by"),
			default: frm.doc.satisfaction_by || frm.doc.complainant_name || frm.doc.party_name,
			depends_on: "satisfaction",
			mandatory_depends_on: "satisfaction",
		},
		{ fieldname: "resolution", fieldtype: "Small Text", label: __("Resolution"), default: frm.doc.resolution },
	],
	Withdrawn: () => [
		{ fieldname: "withdrawal_reason", fieldtype: "Small Text", label: __("Withdrawal Reason"), reqd: 1 },
	],
	Reopened: () => [{ fieldname: "reopen_reason", fieldtype: "Small Text", label: __("Reopen Reason"), reqd: 1 }],
};

const closing_help = () =>
	__("What did the customer say? Leave it empty only when the settled number of attempts got no answer.");

const asks_something = (action) => action.stage in QUESTIONS || Boolean(action.missing);

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

// The view over the fields ------------------------------------------------------------------------------------

class FolioView {
	constructor(frm) {
		this.frm = frm;
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
		if (this.folio !== this.frm.doc.name) {
			this.clear();
		}
		this.folio = this.frm.doc.name;
		if (!this.frm.is_dirty()) this.base = { ...this.frm.doc };
		if (this.frm.is_new()) this.clear();
		else this.load();
	}

	clear() {
		this.view = null;
		this.drawn = null;
		this.soon = 0;
		this.$root.empty();
	}

	on_screen() {
		const [kind, doctype, name] = frappe.get_route();
		return !document.hidden && kind === "Form" && doctype === "Service Folio" && name === this.folio;
	}

	tick() {
		if (this.frm.is_new() || !this.on_screen()) return;
		this.load();
	}

	load() {
		const folio = this.folio;
		const asked = (this.asked = (this.asked || 0) + 1);
		return new Promise((done) =>
			frappe.call({
				method: `${SERVICES}.folio_view.get_view`,
				args: { folio },
				// a tick that fails must not disturb: the next one tries again, and until then the clock here counts on
				error_handlers: {},
				silent: true,
				// an answer that was overtaken by a later one tells what is over
				callback: ({ message }) => message && folio === this.folio && asked === this.asked && this.receive(message),
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

	// somebody else, or the routing, has changed the folio since it was loaded here
	follow(view) {
		if (!same_moment(view.modified, this.frm.doc.modified) && this.on_screen()) this.take_over_changes();
		if (view.head.stage === "Registered" && this.soon < SOON_TIMES) {
			this.soon += 1;
			setTimeout(() => this.tick(), SOON);
		}
	}

	// Take over what others changed and keep what is typed here, field by field: loading the folio anew would lose it. Where both
	// changed the same field, Frappe refuses the save and tells so.
	async take_over_changes() {
		const { frm, base } = this;
		if (!base || base.name !== frm.doc.name) return;
		// not frappe.db.get_doc, which puts what it gets in the place of what is typed
		const latest = await frappe.xcall("frappe.client.get", { doctype: "Service Folio", name: frm.doc.name });
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
		return frappe.model.can_write("Service Folio");
	}

	// Drawing ---------------------------------------------------------------------------------------------------

	show() {
		const html = this.safety() + this.head() + this.promises() + this.history();
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
		const what = [doc.request_type, doc.channel, doc.product].filter(Boolean).map((text) => escaped(__(text)));
		return `${state}${[party, ...rest.filter(Boolean)].join(" · ")}<div class="nervion-what">${what.join(" · ")}</div>`;
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

	buttons() {
		if (!this.may_write()) return "";
		const offered = this.offered();
		const shown = offered.filter((one) => one.main || one.near);
		const hidden = offered.filter((one) => !shown.includes(one));
		const hint = this.view.head.stage === "Registered" ? __("It is being routed and given to a person") : offered[0]?.hint;
		return `<div class="nervion-actions">
			${shown.map((one) => button(one, one.main && !this.view.safety?.open ? "btn-primary" : "btn-default")).join("")}
			${hidden.length ? menu(hidden) : ""}
		</div>${hint ? `<div class="nervion-hint">${escaped_but_bold(hint)}</div>` : ""}`;
	}

	// what can be done, the one next action first
	offered() {
		const { view } = this;
		const next = view.next_action;
		const ended = ENDED.includes(view.head.stage);
		const talk = ended ? [] : [{ run: "reply", label: __("Reply"), near: true }, { run: "call", label: __("Log Call"), near: true }, { run: "template", label: __("Answer with a Template") }];
		const flow = view.actions.map((one) => ({ run: "take", name: one.action, label: one.label, near: one === next || one.primary }));
		const all = [...this.late_acceptance(), ...flow, ...talk, ...this.hand_on(ended)];
		const main = this.main(next, all);
		return main ? [{ ...main, main: true, hint: this.hint(next, main) }, ...all.filter((one) => one !== main)] : all;
	}

	main(next, all) {
		if (all[0]?.run === "accept_late") return all[0];
		if (!next) return null;
		// a folio cannot be answered before somebody has written or called
		if (next.missing && next.stage === "Answered") return all.find((one) => one.run === "reply");
		return all.find((one) => one.name === next.action);
	}

	hint(next, main) {
		return main.run !== "accept_late" && next?.missing ? next.missing : "";
	}

	late_acceptance() {
		const technical = TECHNICAL_ROLES.some((role) => frappe.user.has_role(role)) && frappe.session.user !== "Administrator";
		const owed = this.view.promises.some((one) => one.kind === "Acceptance" && one.open);
		if (!technical || !owed || this.view.head.stage !== "In Attention") return [];
		return [{ run: "accept_late", label: __("Accept"), near: true }];
	}

	hand_on(ended) {
		if (ended) return [{ run: "continue", label: __("Continue in a New Folio") }];
		const passes = ["Routed", "In Attention", "Reopened"].includes(this.view.head.stage);
		const up = passes && frappe.user.has_role(TECHNICAL_ROLES);
		return [{ run: "hand_over", label: __("Hand Over") }, ...(up ? [{ run: "pass_on", label: __("Pass on to the Second Level") }] : [])];
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
		const lines = this.view.history.map((line) => history_line(line, this.folio));
		if (!lines.length) return "";
		return `<details class="nervion-history">
			<summary>${__("History")} (${lines.length})</summary><ol>${lines.join("")}</ol></details>`;
	}

	// Doing -----------------------------------------------------------------------------------------------------

	async run({ run, name }) {
		// what is typed in the form goes first, so that nothing is lost
		if (this.frm.is_dirty()) await this.frm.save();
		const doings = {
			take: () => this.take(this.action(name)),
			reply: () => this.reply(),
			template: () => nervion.answer_templates.choose(this.frm, { call: (text) => this.log_call(text) }),
			call: () => this.log_call(),
			hand_over: () => this.hand_over(),
			pass_on: () => this.pass_on(),
			accept_late: () => this.call_service("lifecycle.accept"),
			attend: () => this.attend(),
			clear: () => this.call_service("safety.clear"),
			accident: () => this.accident(),
			continue: () => this.continue_elsewhere(),
		};
		doings[run]();
	}

	take(action) {
		if (action.stage in QUESTIONS) {
			const act = (values) => this.act(action, values);
			return ask(action.label, QUESTIONS[action.stage](this.frm), action.label, act);
		}
		if (action.missing) return this.explain(action);
		// the technical area's acceptance also gives the case to whoever accepts it
		if (action.action === "Accept") return this.call_service("lifecycle.accept");
		return this.act(action, {});
	}

	act(action, values) {
		const answers = { ...values };
		if (!answers.satisfaction) ["satisfaction_means", "satisfaction_by"].forEach((name) => delete answers[name]);
		return this.call_service("folio_actions.act", { action: action.action, values: answers });
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

	log_call(content) {
		const directions = [
			{ value: "Outbound", label: __("We called the customer") },
			{ value: "Inbound", label: __("The customer called") },
		];
		const fields = [
			{ fieldname: "direction", fieldtype: "Select", label: __("Who Called"), options: directions, default: "Outbound", reqd: 1 },
			{ fieldname: "content", fieldtype: "Small Text", label: __("What Was Said"), reqd: 1, default: content },
			{ fieldname: "at", fieldtype: "Datetime", label: __("When"), description: __("Empty: now") },
		];
		ask(__("Log Call"), fields, __("Log Call"), (values) => this.call_service("answers.log_call", values));
	}

	attend() {
		const fields = [
			{ fieldtype: "HTML", options: emergency_html(this.view.safety.instructions, this.view.safety.phone) },
			{ fieldname: "what_was_done", fieldtype: "Small Text", label: __("Who Was Called and What Was Done"), reqd: 1 },
		];
		ask(__("Attend Now"), fields, __("Help Was Given"), (values) => this.call_service("safety.attend", values));
	}

	// the answer is the folio's own field, so that it is checked and kept like any other
	async accident() {
		await this.frm.set_value("safety", "Yes");
		await this.frm.save();
	}

	hand_over() {
		const fields = [
			{ fieldname: "user", fieldtype: "Link", options: "User", label: __("Hand Over to"), reqd: 1 },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		];
		ask(__("Hand Over"), fields, __("Hand Over"), (values) => this.call_service("assignment.hand_over", values));
	}

	pass_on() {
		const fields = [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }];
		const title = __("Pass on to the Second Level");
		ask(title, fields, __("Pass On"), (values) => this.call_service("lifecycle.pass_on", values, () => this.stay_or_leave()));
	}

	// whoever has passed a case on may not see it any more: the form would answer with a refusal
	async stay_or_leave() {
		const asked = { doctype: "Service Folio", docname: this.folio, perm_type: "read" };
		const { has_permission } = await frappe.xcall("frappe.client.has_permission", asked);
		if (has_permission) return this.frm.reload_doc();
		const told = __("{0} was passed on to the second level and is no longer among your cases.", [this.folio]);
		frappe.show_alert({ message: told, indicator: "green" }, 10);
		return frappe.set_route("List", "Service Folio");
	}

	continue_elsewhere() {
		frappe.confirm(__("Open a new folio of the same customer, linked to this one?"), () =>
			frappe
				.xcall(`${SERVICES}.lifecycle.new_linked_folio`, { folio: this.folio })
				.then((name) => frappe.set_route("Form", "Service Folio", name))
		);
	}

	call_service(method, args = {}, then = () => this.frm.reload_doc()) {
		return frappe.xcall(`${SERVICES}.${method}`, { folio: this.folio, ...args }).then(then);
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

function history_line(line, folio) {
	const { kind, step, role, procedure } = line.details || {};
	const moved = line.from_label && line.to_label ? `${line.from_label} → ${line.to_label}` : null;
	const more = [kind && __(kind), step && __(step), moved, procedure, role && __(role), line.channel, line.case_name !== folio && line.case_name].filter(Boolean);
	return `<li><time datetime="${escaped(line.happened_at)}">${escaped(words().moment(line.happened_at))}</time>
		<span><strong>${escaped(line.label)}</strong>${more.length ? ` · ${escaped(more.join(" · "))}` : ""}
		${line.actor_name ? `<span class="text-muted">· ${escaped(line.actor_name)}</span>` : ""}</span></li>`;
}
