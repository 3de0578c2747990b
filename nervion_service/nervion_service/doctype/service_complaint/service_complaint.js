frappe.provide("nervion_service.complaint");

{
	const { CaseView, ENDED, SERVICES, ask, choices, customer_word, escaped, words } = nervion_service.case_view;
	// sections in which there is nothing to say before
	const FOR_LATER = {
		verdict_section: (doc) => doc.verdict || doc.for_evidence,
		answer_section: (doc) => doc.admitted_at || doc.answer || doc.root_cause,
		feedback_section: (doc) => doc.feedback?.length,
		links_section: () => true,
		closing_section: (doc) => doc.answered_at || doc.withdrawn_at || doc.satisfaction || doc.reopen_count,
		times_section: () => true,
	};
	const AREAS = ["Production", "Quality", "Sales"];
	const text = (fieldname, label, more = {}) => ({ fieldname, fieldtype: "Small Text", label, reqd: 1, ...more });

	frappe.ui.form.on("Service Complaint", {
		setup(frm) {
			frm.set_query("folio", () => ({ filters: { stage: ["not in", ENDED] } }));
			frm.set_query("defect", () => ({ filters: { disabled: 0 } }));
			frm.set_query("root_cause", () => ({ filters: { is_group: 0 } }));
			frm.set_query("parent_complaint", () => ({ filters: { name: ["!=", frm.doc.name] } }));
			frm.set_query("batch", "lines", (doc, cdt, cdn) => ({ filters: { item: locals[cdt][cdn].item || undefined } }));
			for (const table of ["lines", "deliveries"]) frm.set_query("delivery", table, () => deliveries_of(frm));
			frm.set_query("evidence_kind", "evidence", () => ({ filters: { disabled: 0 } }));
		},

		refresh(frm) {
			frm.nervion_view = frm.nervion_view || new ComplaintView(frm);
			for (const [section, is_due] of Object.entries(FOR_LATER)) frm.toggle_display(section, Boolean(!frm.is_new() && is_due(frm.doc)));
			offer_deliveries(frm);
			// it is shown beside the title, and at the head on a phone
			frm.toggle_display("workflow_state", false);
			frm.dashboard.parent.appendTo(frm.layout.wrapper.find(".form-page"));
			frm.nervion_view.open();
		},

		// how grave it is follows from what it is, until somebody says otherwise
		async defect(frm) {
			if (!frm.doc.defect) return;
			const { message } = await frappe.db.get_value("Service Defect", frm.doc.defect, "default_severity");
			if (message?.default_severity) await frm.set_value("severity", message.default_severity);
		},

		before_save(frm) {
			return frm.is_new() ? undefined : frm.nervion_view.take_over_changes();
		},

		before_workflow_action(frm) {
			const action = frm.nervion_view.action(frm.selected_workflow_action);
			if (!action || !asks_something(frm, action)) return undefined;
			frappe.dom.unfreeze();
			frm.nervion_view.take(action);
			// ours takes over: Frappe's own way, which waits for this, would lose what the dialog asks
			return new Promise(() => {});
		},
	});

	const deliveries_of = (frm) => ({
		filters: { docstatus: 1, is_return: 0, company: frm.doc.company, ...(frm.doc.customer ? { customer: frm.doc.customer } : {}) },
	});

	// What was delivered and may be claimed ---------------------------------------------------------------------

	function offer_deliveries(frm) {
		const { grid } = frm.fields_dict.lines;
		const offers = !frm.is_new() && (frm.doc.customer || frm.doc.place_of_purchase_customer) && !ENDED.includes(frm.doc.stage) && !frm.doc.verdict;
		grid.custom_buttons[__("Choose from Deliveries")]?.toggleClass("hidden", !offers);
		if (offers) grid.add_custom_button(__("Choose from Deliveries"), () => choose_from_deliveries(frm));
	}

	async function choose_from_deliveries(frm) {
		if (frm.is_dirty()) await frm.save();
		const found = await frappe.xcall(`${SERVICES}.complaints.choosing.choices`, { complaint: frm.doc.name });
		if (!found.length) return frappe.msgprint(__("Nothing was delivered to this customer that could be claimed."));
		const rows = found.map((one, at) => ({ ...one, at, what: [one.title, one.batch].filter(Boolean).join(" · "), when: frappe.datetime.str_to_user(one.date) }));
		const column = (fieldname, label, columns, fieldtype = "Data") => ({ fieldname, label, fieldtype, columns, in_list_view: 1, read_only: 1 });
		const fields = [
			{
				fieldname: "rows",
				fieldtype: "Table",
				label: __("Write how much of it is claimed"),
				cannot_add_rows: true,
				cannot_delete_rows: true,
				in_place_edit: true,
				data: rows,
				fields: [
					column("what", __("Product"), 3),
					column("delivery", __("Delivery"), 2),
					column("when", __("Date"), 1),
					column("claimable", __("May Be Claimed"), 2, "Float"),
					{ ...column("claimed_qty", __("Claimed"), 2, "Float"), read_only: 0 },
				],
			},
		];
		const dialog = ask(__("What Is Claimed"), fields, __("Take Over"), (values) => take_over(frm, rows, values.rows));
		dialog.$wrapper.find(".modal-dialog").addClass("modal-xl");
	}

	// a line that names the batch only gets its delivery; what is not there yet is added
	async function take_over(frm, rows, written) {
		for (const { at, claimed_qty } of written.filter((one) => flt(one.claimed_qty) > 0)) {
			const { item, batch, delivery_type, delivery } = rows[at];
			const is_it = (line) => line.item === item && (line.batch || "") === batch && (!line.delivery || line.delivery === delivery);
			const line = (frm.doc.lines || []).find(is_it) || frm.add_child("lines", { item, batch });
			Object.assign(line, { delivery_type, delivery, claimed_qty: flt(claimed_qty) });
		}
		frm.refresh_field("lines");
		frm.dirty();
		await frm.save();
	}

	// What each action asks -----------------------------------------------------------------------------------

	const QUESTIONS = {
		Answered: (frm) => [
			text("answer", __("Answer to the Customer"), { default: frm.doc.answer }),
			{
				fieldname: "root_cause",
				fieldtype: "Link",
				options: "Service Root Cause",
				label: __("Root Cause"),
				default: frm.doc.root_cause,
				get_query: () => ({ filters: { is_group: 0 } }),
			},
			{ fieldname: "tell", fieldtype: "Select", label: __("How the Customer Learns It"), options: ways_to_tell(frm), default: frm.doc.email ? "E-mail" : "Phone", reqd: 1 },
		],
		Closed: (frm) => [...customer_word(frm.doc), ...cause_of(frm)],
		Withdrawn: () => [text("withdrawal_reason", __("Reason of the Withdrawal"))],
		Reopened: () => [text("reopen_reason", __("Reason of the Reopening"))],
	};

	// what was admitted of a product is closed with its cause; Calidad alone says that there is none to find
	function cause_of({ doc }) {
		if (doc.kind !== "Product" || doc.root_cause || !doc.admitted_at) return [];
		const cause = { fieldname: "root_cause", fieldtype: "Link", options: "Service Root Cause", label: __("Root Cause"), get_query: () => ({ filters: { is_group: 0 } }) };
		if (!["Service Quality", "Service Administrator"].some((role) => frappe.user.has_role(role))) return [cause];
		return [cause, { fieldname: "no_cause_reason", fieldtype: "Small Text", label: __("Cause Not Determined Because"), default: doc.no_cause_reason, depends_on: "eval:!doc.root_cause" }];
	}

	// whoever says that it was told says by which message: a note on progress, say, is no answer
	const ways_to_tell = (frm) => [
		{ value: "E-mail", label: __("By e-mail, sent now") },
		{ value: "Phone", label: __("On the telephone, said now") },
		...frm.nervion_view.view.told.map(({ name, at, means, text }) => ({
			value: name,
			label: escaped(__("It was told on {0} ({1}): {2}", [words().moment(at), means, text])),
		})),
	];

	function questions(frm, action) {
		if (frm.doc.stage === "Inadmissible" && action.stage === "Under Review") return [text("appeal_reason", __("Reasons of the Appeal"))];
		return QUESTIONS[action.stage]?.(frm);
	}

	const asks_something = (frm, action) => Boolean(questions(frm, action) || action.missing);

	// The view over the fields --------------------------------------------------------------------------------

	class ComplaintView extends CaseView {
		constructor(frm) {
			super(frm, { doctype: "Service Complaint", service: "complaints.view", key: "complaint" });
		}

		what() {
			const { doc } = this.frm;
			const folios = this.view.folios.map((name) => `<a href="${frappe.utils.get_form_link("Service Folio", name)}">${escaped(name)}</a>`);
			const facts = [doc.kind, doc.defect, doc.severity].filter(Boolean).map((word) => escaped(__(word)));
			return [...facts, ...folios].join(" · ");
		}

		// what is still missing, and what is still owed
		beneath() {
			return this.evidence() + this.remedies() + this.corrective() + this.incident();
		}

		evidence() {
			const { evidence } = this.view;
			if (!evidence.length || ENDED.includes(this.view.head.stage)) return "";
			const rows = evidence.map((one) => {
				if (one.text) return `<li><span class="indicator orange">${escaped(one.text)}</span></li>`;
				const done = one.not_applicable || one.given >= one.minimum;
				const state = one.not_applicable ? __("Not Applicable") : __("{0} of {1}", [one.given, one.minimum]);
				return `<li><span class="indicator ${done ? "green" : "orange"}">${escaped(one.label)}: ${escaped(state)}</span></li>`;
			});
			return `<section class="nervion-evidence" aria-label="${__("Evidence")}"><h4>${__("Evidence")}</h4><ul>${rows.join("")}</ul></section>`;
		}

		remedies() {
			if (!this.view.remedies.length) return "";
			const rows = this.view.remedies.map((one) => `<li><span class="indicator orange">${escaped(one)}</span></li>`);
			return `<section class="nervion-evidence" aria-label="${__("Not done yet")}"><h4>${__("Not done yet")}</h4><ul>${rows.join("")}</ul></section>`;
		}

		corrective() {
			const { corrective } = this.view;
			if (!corrective.length) return "";
			const rows = corrective.map((one) => {
				const why = one.demanded_by ? __("demanded by {0}", [one.demanded_by]) : "";
				const what = [one.subject, __(one.workflow_state), why].filter(Boolean).join(" · ");
				return `<li><a href="${frappe.utils.get_form_link("Service Corrective Action", one.name)}">${escaped(one.name)}</a> ${escaped(what)}</li>`;
			});
			const title = __("Corrective Actions");
			return `<section class="nervion-evidence" aria-label="${title}"><h4>${title}</h4><ul>${rows.join("")}</ul></section>`;
		}

		incident() {
			const { incident } = this.view;
			if (!incident.length) return "";
			const rows = incident.map(
				(one) =>
					`<li><a href="${frappe.utils.get_form_link("Service Complaint", one.name)}">${escaped(one.name)}</a> ${escaped(one.party_name)} · ${escaped(__(one.workflow_state))}</li>`
			);
			const title = __("Complaints of This Incident");
			return `<section class="nervion-evidence" aria-label="${title}"><h4>${title}</h4><ul>${rows.join("")}</ul></section>`;
		}

		// the one next action first
		offered() {
			const { view } = this;
			const ended = ENDED.includes(view.head.stage);
			const flow = view.actions
				.filter((one) => !(view.may_judge && ["Assigned", "Inadmissible"].includes(one.stage) && one.missing))
				// asking does both: it writes to the customer, and lets the complaint wait
				.filter((one) => !(view.may_ask && one.stage === "Waiting for Customer" && one.missing))
				.map((one) => ({ run: "take", name: one.action, label: one.label, near: one.primary, hint: one.missing }));
			const judge = view.may_judge ? [{ run: "judge", label: __("Give the Verdict"), near: true, hint: this.evidence_hint() }] : [];
			const talk = ended
				? []
				: [
						...(view.wants_visit ? [{ run: "visit", label: __("Ask for a Technical Visit"), near: true }] : []),
						...(view.may_ask ? [{ run: "ask", label: __("Ask the Customer"), near: this.is_evidence_missing() }] : []),
						{ run: "assign", label: __("Assign") },
						{ run: "feedback", label: __("Tell an Area") },
						...this.unacknowledged(),
				  ];
			const next = view.next_action;
			const all = [...judge, ...flow, ...talk, { run: "folio", label: __("Open the Folio") }];
			const main = judge[0] || flow.find((one) => next && one.name === next.action);
			return main ? [{ ...main, main: true }, ...all.filter((one) => one !== main)] : all;
		}

		is_evidence_missing() {
			return this.view.evidence.some((one) => one.text || (!one.not_applicable && one.given < one.minimum));
		}

		evidence_hint() {
			return this.is_evidence_missing() ? __("Evidence is missing: ask the customer for it, or assign the complaint so that a visit gathers it.") : "";
		}

		unacknowledged() {
			const waits = (this.frm.doc.feedback || []).some((row) => row.sent_at && !row.acknowledged_at);
			return waits ? [{ run: "acknowledge", label: __("Acknowledge Feedback") }] : [];
		}

		// Doing -------------------------------------------------------------------------------------------------

		async run({ run, name }) {
			// what is typed in the form goes first, so that nothing is lost
			if (this.frm.is_dirty()) await this.frm.save();
			const doings = {
				take: () => this.take(this.action(name)),
				judge: () => this.judge(),
				ask: () => nervion_service.complaint.ask_for_evidence({ complaint: this.name }),
				visit: () => nervion_service.ask_for_visit(this.frm),
				assign: () => this.assign(),
				feedback: () => this.feedback(),
				acknowledge: () => this.acknowledge(),
				folio: () => frappe.set_route("Form", "Service Folio", this.frm.doc.folio),
				attend: () => frappe.set_route("Form", "Service Folio", this.frm.doc.folio),
				accident: () => frappe.set_route("Form", "Service Folio", this.frm.doc.folio),
				clear: () => frappe.set_route("Form", "Service Folio", this.frm.doc.folio),
			};
			doings[run]();
		}

		take(action) {
			const fields = questions(this.frm, action);
			const act = (values) => this.call_service("complaints.actions.act", { action: action.action, values });
			if (fields) return ask(action.label, fields, action.label, act);
			if (action.missing) return frappe.msgprint({ title: action.label, message: escaped(action.missing), indicator: "orange" });
			return act({});
		}

		judge() {
			const verdicts = ["Admissible", "Partially Admissible", "Inadmissible"];
			const lines = (this.frm.doc.lines || []).filter((row) => row.item).map((row) => ({
				idx: row.idx,
				what: [row.item, row.batch].filter(Boolean).join(" · "),
				claimed_qty: row.claimed_qty,
				accepted_qty: row.accepted_qty || row.claimed_qty,
				verdict: row.verdict || "Admissible",
				ground: row.ground || "Complaint",
				remedy: row.remedy || "",
			}));
			const column = (fieldname, label, options) => ({ fieldname, label, fieldtype: "Select", options: options.join("\n"), in_list_view: 1, columns: 2 });
			const fields = [
				{ fieldname: "verdict", fieldtype: "Select", label: __("Verdict"), options: choices(verdicts), reqd: 1 },
				text("reason", __("Reasons of the Verdict"), { default: this.frm.doc.verdict_reason }),
				{
					fieldname: "lines",
					fieldtype: "Table",
					label: __("Lines"),
					hidden: lines.length ? 0 : 1,
					cannot_add_rows: true,
					cannot_delete_rows: true,
					in_place_edit: true,
					data: lines,
					fields: [
						{ fieldname: "what", label: __("Product"), fieldtype: "Data", in_list_view: 1, read_only: 1, columns: 3 },
						{ fieldname: "accepted_qty", label: __("Accepted"), fieldtype: "Float", in_list_view: 1, columns: 1 },
						column("verdict", __("Verdict"), verdicts),
						column("ground", __("Ground"), ["", "Warranty", "Complaint", "Goodwill"]),
						column("remedy", __("Remedy"), ["", "Replacement", "Return", "Credit Note", "Repaint", "Discount", "None"]),
					],
				},
				{
					fieldname: "no_delivery_reason",
					fieldtype: "Small Text",
					label: __("Accepted without a Delivery Because"),
					description: __("Where no delivery to this customer covers what is accepted: bought in which shop, by which ticket"),
					default: this.frm.doc.no_delivery_reason,
					// also where each line names its delivery: of the same goods others may have been granted some without
					hidden: this.frm.doc.lines?.some((row) => row.item) ? 0 : 1,
				},
			];
			const dialog = ask(__("Give the Verdict"), fields, __("Give the Verdict"), ({ verdict, reason, no_delivery_reason, lines: judged = [] }) => {
				const rows = judged.map(({ idx, verdict, ground, accepted_qty, remedy }) =>
					verdict === "Inadmissible" ? { idx, verdict, ground: "", accepted_qty: 0, remedy: "" } : { idx, verdict, ground, accepted_qty, remedy }
				);
				return this.call_service("complaints.admissibility.judge", { verdict, reason, lines: rows, no_delivery_reason });
			});
			// the lines need the width
			if (lines.length) dialog.$wrapper.find(".modal-dialog").addClass("modal-xl");
		}

		assign() {
			const { hands } = this.view;
			const fields = [
				{ fieldname: "to", fieldtype: "Select", label: __("To"), options: hands, default: hands[0].value, depends_on: "eval:!doc.user" },
				{ fieldname: "user", fieldtype: "Link", options: "User", label: __("Or to One Person") },
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason") },
			];
			ask(__("Assign"), fields, __("Assign"), (values) => this.call_service("complaints.assigning.assign", values));
		}

		feedback() {
			const fields = [
				{ fieldname: "area", fieldtype: "Select", label: __("Area"), options: choices(AREAS), reqd: 1 },
				text("message", __("What the Area Learns")),
				{ fieldname: "user", fieldtype: "Link", options: "User", label: __("Person"), description: __("Empty: who answers for the area") },
			];
			ask(__("Tell an Area"), fields, __("Tell an Area"), (values) => this.call_service("complaints.feedback.send", values));
		}

		acknowledge() {
			const waiting = [...new Set(this.frm.doc.feedback.filter((row) => row.sent_at && !row.acknowledged_at).map((row) => row.area))];
			const fields = [
				{ fieldname: "area", fieldtype: "Select", label: __("Area"), options: choices(waiting), default: waiting[0], reqd: 1 },
				{ fieldname: "note", fieldtype: "Small Text", label: __("What the Area Answers") },
			];
			ask(__("Acknowledge Feedback"), fields, __("Acknowledge Feedback"), (values) => this.call_service("complaints.feedback.acknowledge", values));
		}
	}

	// also the button of the message that lists what is missing
	nervion_service.complaint.ask_for_evidence = async ({ complaint }) => {
		frappe.hide_msgprint();
		const letter = await frappe.xcall(`${SERVICES}.complaints.waiting.draft`, { complaint });
		const fields = [
			{ fieldname: "means", fieldtype: "Select", label: __("By"), options: choices(["E-mail", "Phone"]), default: letter.recipient ? "E-mail" : "Phone", reqd: 1 },
			{ fieldname: "content", fieldtype: "Text Editor", label: __("What Is Asked For"), default: letter.content, reqd: 1 },
		];
		ask(__("Ask the Customer"), fields, __("Send"), (values) =>
			frappe.xcall(`${SERVICES}.complaints.waiting.ask_customer`, { complaint, ...values }).then(() => cur_frm?.reload_doc())
		);
	};
}
