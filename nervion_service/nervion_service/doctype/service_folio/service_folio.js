frappe.provide("nervion_service");

const { CaseView, ENDED, SERVICES, ask, customer_word, emergency_html, escaped } = nervion_service.case_view;
const TECHNICAL_ROLES = ["Service Technician", "Service Engineer"];
// routing and assignment follow a registration within seconds
const SOON = 2 * 1000;
const SOON_TIMES = 10;
// the types of request that are complaints
const CLAIMS = ["Complaint", "Claim"];
const FOR_LATER = ["assigned_to", "department", "route_section", "sgi_section", "answer_section"];

// the server refuses to change these once they are stored; a time field that could be edited would also drop their seconds
const SEALED = ["company", "channel", "received_at", "received_stamp", "account", "external_id"];

frappe.ui.form.on("Service Folio", {
	setup(frm) {
		frm.set_query("request_type", () => ({ filters: { disabled: 0 } }));
		frm.set_query("channel", () => ({ filters: { disabled: 0 } }));
		frm.set_query("batch", () => ({ filters: frm.doc.product ? { item: frm.doc.product } : {} }));
		frm.set_query("contact", () => contacts_of(frm));
	},

	onload: seal,

	refresh(frm) {
		frm.nervion_view = frm.nervion_view || new FolioView(frm, { doctype: "Service Folio", service: "folio_view", key: "folio" });
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

const QUESTIONS = {
	Closed: (frm) => [
		{ fieldtype: "HTML", options: `<p class="text-muted">${escaped(closing_help())}</p>` },
		...customer_word(frm.doc),
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

// The view over the fields ------------------------------------------------------------------------------------

class FolioView extends CaseView {
	// its routing and assignment follow a registration within seconds
	follow(view) {
		super.follow(view);
		if (view.head.stage === "Registered" && this.soon < SOON_TIMES) {
			this.soon += 1;
			setTimeout(() => this.tick(), SOON);
		}
	}

	clear() {
		super.clear();
		this.soon = 0;
	}

	what() {
		const { doc } = this.frm;
		return [doc.request_type, doc.channel, doc.product].filter(Boolean).map((text) => escaped(__(text))).join(" · ");
	}

	hint_now(offered) {
		return this.view.head.stage === "Registered" ? __("It is being routed and given to a person") : super.hint_now(offered);
	}

	// what can be done, the one next action first
	offered() {
		const { view } = this;
		const next = view.next_action;
		const ended = ENDED.includes(view.head.stage);
		const talk = ended ? [] : [{ run: "reply", label: __("Reply"), near: true }, { run: "call", label: __("Log Call"), near: true }, { run: "template", label: __("Answer with a Template") }];
		const flow = view.actions.map((one) => ({ run: "take", name: one.action, label: one.label, near: one === next || one.primary }));
		const complaint = this.complaint(ended);
		// it takes its state from its complaint: what moves one is done there
		const steps = complaint[0]?.run === "complaint" && !ended ? [] : flow;
		const data = { run: "personal_data", label: __("Request about Personal Data") };
		const all = [...this.late_acceptance(), ...steps, ...talk, ...complaint, ...this.hand_on(ended), data];
		const main = this.main(next, all);
		return main ? [{ ...main, main: true, hint: this.hint(next, main) }, ...all.filter((one) => one !== main)] : all;
	}

	main(next, all) {
		if (all[0]?.run === "accept_late") return all[0];
		const complaint = all.find((one) => one.run === "complaint");
		if (complaint && !ENDED.includes(this.view.head.stage)) return complaint;
		if (!next) return null;
		// a folio cannot be answered before somebody has written or called
		if (next.missing && next.stage === "Answered") return all.find((one) => one.run === "reply");
		return all.find((one) => one.name === next.action);
	}

	hint(next, main) {
		return !["accept_late", "complaint"].includes(main.run) && next?.missing ? next.missing : "";
	}

	complaint(ended) {
		if (this.frm.doc.complaint) return [{ run: "complaint", label: __("Open the Complaint") }];
		if (ended || !frappe.model.can_create("Service Complaint")) return [];
		return [{ run: "complain", label: __("Register a Complaint"), near: CLAIMS.includes(this.frm.doc.request_type) }];
	}

	late_acceptance() {
		const technical = TECHNICAL_ROLES.some((role) => frappe.user.has_role(role)) && frappe.session.user !== "Administrator";
		const owed = this.view.promises.some((one) => one.kind === "Acceptance" && one.open);
		if (!technical || !owed || this.view.head.stage !== "In Attention") return [];
		return [{ run: "accept_late", label: __("Accept"), near: true }];
	}

	hand_on(ended) {
		const owed = this.view.promises.some((one) => one.kind === "Message After the End" && one.open);
		const settle = owed ? [{ run: "settle", label: __("No More to Do"), near: true }] : [];
		const link = { run: "link", label: __("Send Tracking Link") };
		if (ended) return [{ run: "continue", label: __("Continue in a New Folio"), near: owed }, ...settle, link];
		const passes = ["Routed", "In Attention", "Reopened"].includes(this.view.head.stage);
		const up = passes && frappe.user.has_role(TECHNICAL_ROLES);
		const join = { run: "join", label: __("Link or Merge") };
		return [{ run: "hand_over", label: __("Hand Over") }, link, join, ...(up ? [{ run: "pass_on", label: __("Pass on to the Second Level") }] : [])];
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
			personal_data: () => this.personal_data(),
			link: () => this.send_link(),
			settle: () => this.call_service("after_end.settle"),
			join: () => this.frm.nervion_beside.join(),
			complaint: () => frappe.set_route("Form", "Service Complaint", this.frm.doc.complaint),
			complain: () => this.call_service("complaints.registering.from_folio", {}, (name) => frappe.set_route("Form", "Service Complaint", name)),
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

	// by e-mail, to whoever asks how it goes and has lost the first message
	send_link() {
		if (!this.frm.doc.email) {
			frappe.msgprint({ title: __("E-mail Missing"), message: __("Fill in the customer's e-mail address first.") });
			return;
		}
		const words = __("A new link to the folio goes to {0}. Whoever has it can answer for the customer.", [escaped(this.frm.doc.email)]);
		const told = (address) => {
			frappe.show_alert({ message: __("The link was sent to {0}", [escaped(address)]), indicator: "green" });
			return this.frm.reload_doc();
		};
		frappe.confirm(words, () => this.call_service("tracking_links.send", {}, told));
	}

	// the legal term runs since the folio was received; a Coordinador goes on with it
	personal_data() {
		const rights = ["Access", "Rectification", "Opposition", "Erasure"].map((value) => ({ value, label: __(value) }));
		const fields = [
			{ fieldname: "right", fieldtype: "Select", label: __("Right"), options: rights, reqd: 1 },
			{ fieldname: "asked", fieldtype: "Small Text", label: __("What Is Asked For"), reqd: 1 },
		];
		const told = (name) => frappe.show_alert({ message: __("{0} was opened. A coordinator goes on with it.", [escaped(name)]), indicator: "green" }, 10);
		const title = __("Request about Personal Data");
		ask(title, fields, __("Open Request"), (values) => this.call_service("personal_data_intake.open_from", values, told));
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
		const asked = { doctype: "Service Folio", docname: this.name, perm_type: "read" };
		const { has_permission } = await frappe.xcall("frappe.client.has_permission", asked);
		if (has_permission) return this.frm.reload_doc();
		const told = __("{0} was passed on to the second level and is no longer among your cases.", [this.name]);
		frappe.show_alert({ message: told, indicator: "green" }, 10);
		return frappe.set_route("List", "Service Folio");
	}

	continue_elsewhere() {
		const options = ["", "No", "Yes"].map((value) => ({ value, label: value && __(value) }));
		const label = __(frappe.meta.get_label("Service Folio", "safety"));
		const spoken = ["Phone", "Store"].includes(this.frm.doc.channel);
		const fields = [
			{ fieldtype: "HTML", options: `<p>${__("Open a new folio of the same customer, linked to this one?")}</p>` },
			{ fieldname: "safety", fieldtype: "Select", options, label, reqd: spoken ? 1 : 0 },
			{ fieldname: "description", fieldtype: "Small Text", label: __("What the customer says"), description: __("Empty: as in this folio") },
		];
		ask(__("Continue in a New Folio"), fields, __("Continue in a New Folio"), (values) =>
			this.call_service("lifecycle.new_linked_folio", values, (name) => frappe.set_route("Form", "Service Folio", name))
		);
	}
}
