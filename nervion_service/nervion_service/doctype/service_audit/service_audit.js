// An audit: the drawn cases on top, one of them clause by clause beneath, and what the auditor writes down.
(() => {
	const SERVICES = "nervion_service.services.auditing";
	const KINDS = ["Service Complaint", "Service Folio", "Service Corrective Action"];
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

	frappe.ui.form.on("Service Audit", {
		setup(frm) {
			frm.set_query("auditor", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		},

		onload(frm) {
			if (!frm.is_new()) return;
			const now = frappe.datetime.now_datetime();
			frm.set_value("access_from", frm.doc.access_from || now);
			frm.set_value("period_to", frm.doc.period_to || frappe.datetime.get_today());
			frm.set_value("period_from", frm.doc.period_from || frappe.datetime.add_months(frappe.datetime.get_today(), -12));
		},

		refresh(frm) {
			frm.nervion_audit ??= new AuditView(frm);
			frm.nervion_audit.open();
			// the rows are shown above, in words
			frm.toggle_display(["drawn_section"], false);
		},
	});

	class AuditView {
		constructor(frm) {
			this.frm = frm;
			this.$root = $(`<div class="nervion-view nervion-audit"></div>`).prependTo(frm.layout.wrapper);
			this.$root.on("click", "[data-run]", ({ currentTarget }) => this[currentTarget.dataset.run](currentTarget.dataset));
		}

		open() {
			if (this.name !== this.frm.doc.name) this.shown = null;
			this.name = this.frm.doc.name;
			this.$root.empty();
			if (!this.frm.is_new()) this.load();
		}

		call(method, args = {}) {
			return frappe.xcall(`${SERVICES}.${method}`, { audit: this.name, ...args });
		}

		async load() {
			const { name } = this;
			const view = await this.call("reading.get_view");
			if (name !== this.name) return;
			this.view = view;
			this.buttons();
			const kept = this.shown && view.cases.find((one) => one.case_name === this.shown.case_name);
			this.shown = kept || view.cases[0];
			this.draw();
			if (this.shown) this.look();
		}

		buttons() {
			const { frm, view } = this;
			frm.clear_custom_buttons();
			if (view.may_find) {
				frm.add_custom_button(__("Draw Another Case"), () => this.draw_another());
				frm.add_custom_button(__("Conclusion"), () => this.conclude());
			}
			if (view.may_find || view.opens_records) {
				frm.add_custom_button(__("Verify a Copy"), () => nervion_service.verify_copy());
			}
			if (view.may_lead && view.is_open) frm.add_custom_button(__("End the Access Now"), () => this.revoke());
			frm.add_custom_button(__("Print the Audit"), () => window.open(this.address("report.download", {})));
		}

		address(method, args) {
			return frappe.urllib.get_full_url(
				`/api/method/${SERVICES}.${method}?${new URLSearchParams({ audit: this.name, ...args })}`
			);
		}

		async look() {
			const { case_type, case_name } = this.shown;
			const answers = await this.call("reading.look", { case_type, case_name });
			if (this.shown?.case_name !== case_name) return;
			this.answers = answers;
			this.draw();
			const files = await this.call("attachments.get", { case_type, case_name });
			if (this.shown?.case_name !== case_name) return;
			this.files = files;
			this.draw();
		}

		// Drawing ---------------------------------------------------------------------------------------------

		draw() {
			const { view } = this;
			const state = view.is_open ? "" : `<div class="text-muted">${__("The auditor's access is not open now.")}</div>`;
			const concluded = view.conclusion ? `<blockquote>${escaped(view.conclusion)}</blockquote>` : "";
			const cases = view.cases.length
				? `<ul class="nervion-audit-cases">${view.cases.map((one) => this.case_html(one)).join("")}</ul>`
				: `<p class="text-muted">${__("No case of this company was received in the period: nothing could be drawn.")}</p>`;
			this.$root.html(`${state}${concluded}${cases}${this.shown ? this.clauses_html() : ""}`);
		}

		case_html(one) {
			const gaps = one.counts.Gap;
			const pill = gaps
				? `<span class="indicator-pill red">${__("Gaps: {0}", [gaps])}</span>`
				: `<span class="indicator-pill green">${__("no gap")}</span>`;
			const seen = one.seen ? "" : ` <span class="text-muted">${__("not looked at yet")}</span>`;
			const found = one.nonconformities ? ` <span class="indicator-pill orange">${__("Nonconformities: {0}", [one.nonconformities])}</span>` : "";
			const current = one.case_name === this.shown?.case_name;
			return `<li><button type="button" class="btn btn-sm ${current ? "btn-primary" : "btn-default"}" data-run="choose"
				data-name="${escaped(one.case_name)}" aria-pressed="${current}">${escaped(one.label)} ${escaped(one.case_name)}</button>
				${pill}${found}${seen}</li>`;
		}

		clauses_html() {
			const { shown, answers, view } = this;
			const index = view.cases.indexOf(shown);
			const step = (to, label) =>
				view.cases[to] ? `<button type="button" class="btn btn-sm btn-default" data-run="choose" data-name="${escaped(view.cases[to].case_name)}">${label}</button>` : "";
			const rows = (answers || []).map((one) => this.clause_html(one)).join("");
			return `<section class="nervion-audit-case"><div class="nervion-audit-head"><h4>${escaped(shown.label)} ${escaped(shown.case_name)}</h4>
				<div class="nervion-actions">${step(index - 1, __("Previous"))}${step(index + 1, __("Next"))}
				<a class="btn btn-sm btn-default" target="_blank" rel="noopener" href="${escaped(this.address("reading.case_file", { case_type: shown.case_type, case_name: shown.case_name }))}">${__("Open the Whole File")}</a></div></div>
				${answers ? `<ol class="nervion-audit-clauses">${rows}</ol>${this.files_html()}` : `<p class="text-muted">${__("Looking through the records …")}</p>`}</section>`;
		}

		files_html() {
			if (!this.files?.length) return "";
			const { case_type, case_name } = this.shown;
			const rows = this.files.map(({ file, title, of, is_gone }) => {
				const address = this.address("attachments.download", { case_type, case_name, file });
				const shown = is_gone
					? `${escaped(title)} <span class="indicator-pill red">${__("content lost")}</span>`
					: `<a target="_blank" rel="noopener" href="${escaped(address)}">${escaped(title)}</a>`;
				return `<li>${shown} <span class="text-muted">· ${escaped(of)}</span></li>`;
			});
			return `<h5>${__("Files of the Case")}</h5><ul class="nervion-audit-files">${rows.join("")}</ul>`;
		}

		clause_html(one) {
			const proofs = one.proofs.map((proof) => this.proof_html(proof)).join(", ");
			const gaps = one.gaps.map((gap) => `<div class="nervion-audit-gap">${escaped(gap)}</div>`).join("");
			return `<li><div class="nervion-audit-clause">${escaped(one.clause)}</div>
				<div class="nervion-audit-said"><span class="indicator-pill ${one.colour}">${escaped(one.label)}</span> <strong>${escaped(one.title)}</strong>
				${gaps}${proofs ? `<div class="text-muted">${proofs}</div>` : ""}${this.finding_html(one)}</div></li>`;
		}

		proof_html({ doctype, name, label, number, at }) {
			const text = escaped([label, number].filter(Boolean).join(" "));
			const shown = this.view.opens_records && number ? `<a href="${frappe.utils.get_form_link(doctype, name)}">${text}</a>` : text;
			return at ? `${shown} · ${escaped(at)}` : shown;
		}

		finding_html(one) {
			const { finding } = one;
			const write = this.view.may_find
				? ` <button type="button" class="btn btn-xs btn-default" data-run="find" data-question="${escaped(one.question)}">${finding ? __("Change") : __("Write Down a Finding")}</button>`
				: "";
			if (!finding) return write;
			const action = finding.corrective_action
				? ` · <a href="${frappe.utils.get_form_link("Service Corrective Action", finding.corrective_action)}">${escaped(finding.corrective_action)}</a>`
				: finding.verdict === "Nonconformity" && this.view.may_lead
					? ` <button type="button" class="btn btn-xs btn-default" data-run="act" data-question="${escaped(one.question)}">${__("Open a Corrective Action")}</button>`
					: "";
			return `<div class="nervion-audit-finding"><em>${escaped(__(finding.verdict))}</em> ${escaped(finding.note)}${action}${write}</div>`;
		}

		// What people do --------------------------------------------------------------------------------------

		choose({ name }) {
			this.shown = this.view.cases.find((one) => one.case_name === name);
			this.answers = this.files = null;
			this.draw();
			this.look();
		}

		find({ question }) {
			const asked = this.answers.find((one) => one.question === question);
			const { case_type, case_name } = this.shown;
			const options = this.view.verdicts.map((value) => ({ value, label: __(value) }));
			this.ask(`${asked.clause}: ${asked.title}`, [
				{ fieldname: "verdict", fieldtype: "Select", label: __("Verdict"), options, default: asked.finding?.verdict || options[0].value, reqd: 1 },
				{ fieldname: "note", fieldtype: "Small Text", label: __("Note"), default: asked.finding?.note, mandatory_depends_on: "eval:doc.verdict !== 'Conforms'" },
			], (values) => this.call("findings.record", { case_type, case_name, question, ...values }));
		}

		conclude() {
			const field = { fieldname: "conclusion", fieldtype: "Text", label: __("Conclusion"), default: this.view.conclusion, reqd: 1 };
			this.ask(__("Conclusion"), [field], (values) => this.call("findings.conclude", values));
		}

		draw_another() {
			const options = KINDS.map((value) => ({ value, label: __(value) }));
			const field = { fieldname: "case_type", fieldtype: "Select", label: __("Kind of Record"), options, default: KINDS[0], reqd: 1 };
			this.ask(__("Draw Another Case"), [field], async (values) => {
				const case_name = await this.call("sampling.another", values);
				this.shown = { case_name };
				this.answers = this.files = null;
			});
		}

		act({ question }) {
			this.call("findings.open_action", { case_name: this.shown.case_name, question }).then((name) =>
				frappe.set_route("Form", "Service Corrective Action", name)
			);
		}

		revoke() {
			frappe.confirm(__("End the access of {0} at once? What was found stays.", [escaped(this.frm.doc.auditor)]), () =>
				this.call("audits.revoke").then(() => this.frm.reload_doc())
			);
		}

		ask(title, fields, run) {
			nervion_service.case_view.ask(title, fields, __("Save"), (values) => run(values).then(() => this.frm.reload_doc()));
		}
	}
})();
