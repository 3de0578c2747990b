frappe.ui.form.on("Routing Rule", {
	refresh(frm) {
		frm.add_custom_button(__("Which Rule Takes This Case?"), () => ask_for_case(frm));
	},
});

const FACTS = ["company", "request_type", "channel", "customer_kind", "priority", "severity", "product"];
const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

// a folio, or facts as they would be typed into one
function ask_for_case(frm) {
	const of_folio = (fieldname) => frappe.meta.get_docfield("Service Folio", fieldname);
	frappe.model.with_doctype("Service Folio", () => {
		const facts = FACTS.map((fieldname) => ({
			fieldname,
			fieldtype: of_folio(fieldname).fieldtype,
			label: __(of_folio(fieldname).label),
			options: choices_of(of_folio(fieldname)),
			default: fieldname === "company" ? frm.doc.company || frappe.defaults.get_user_default("Company") : frm.doc[fieldname],
			depends_on: "eval:!doc.folio",
		}));
		facts.splice(4, 0, { fieldtype: "Column Break" });
		const dialog = new frappe.ui.Dialog({
			title: __("Which Rule Takes This Case?"),
			size: "large",
			fields: [
				{ fieldname: "folio", fieldtype: "Link", options: "Service Folio", label: __("Folio"), description: __("Or fill in the facts of a case") },
				{ fieldtype: "Section Break" },
				...facts,
				{ fieldtype: "Section Break" },
				{ fieldname: "subject", fieldtype: "Data", label: __("Words of the Request"), depends_on: "eval:!doc.folio" },
				{ fieldname: "answer", fieldtype: "HTML" },
			],
			primary_action_label: __("Show"),
			primary_action: (values) => show_answer(dialog, values),
		});
		dialog.show();
	});
}

function choices_of(field) {
	if (field.fieldtype !== "Select") return field.options;
	const values = field.options.split("\n").filter(Boolean);
	return [{ value: "", label: "" }, ...values.map((value) => ({ value, label: __(value) }))];
}

function show_answer(dialog, { folio, ...facts }) {
	delete facts.answer;
	return frappe
		.xcall("nervion_service.services.routing.explain_route", folio ? { folio } : { facts })
		.then((answer) => dialog.get_field("answer").$wrapper.html(answer_html(answer)));
}

function answer_html(answer) {
	const to = [answer.department && __(answer.department), answer.role && __(answer.role), answer.procedure];
	const outcome = `<p role="status"><strong>${to.filter(Boolean).map(escaped).join(" · ")}</strong><br>${escaped(answer.reason)}</p>`;
	if (!answer.rules.length) return outcome;
	return `${outcome}<table class="nervion-route"><thead><tr><th>${__("Sequence")}</th><th>${__("Rule")}</th><th>${__("Why")}</th></tr></thead>
		<tbody>${answer.rules.map(rule_html).join("")}</tbody></table>`;
}

function rule_html(rule) {
	const [colour, verdict] = rule.takes
		? ["green", __("Takes it")]
		: rule.matches
			? ["blue", __("Would take it, but an earlier rule does")]
			: ["gray", __("Does not match")];
	return `<tr class="${rule.takes ? "nervion-takes" : ""}"><td>${escaped(rule.sequence)}</td>
		<td><a href="${frappe.utils.get_form_link("Routing Rule", rule.rule)}">${escaped(rule.rule)}</a><br>
			<span class="indicator-pill ${colour}">${verdict}</span></td>
		<td>${rule.conditions.map(condition_html).join("<br>") || __("It has no conditions")}</td></tr>`;
}

function condition_html({ label, allowed, actual, matched }) {
	const has = actual.length ? actual.join(", ") : __("nothing");
	const mark = matched ? `<span class="text-success">✓</span>` : `<span class="text-danger">✗</span>`;
	const words = matched ? __("yes") : __("no");
	return `${mark} <span class="sr-only">${words}</span> ${escaped(label)}: ${escaped(allowed.join(", "))}${
		matched ? "" : ` <span class="text-muted">(${escaped(__("the case has {0}", [has]))})</span>`
	}`;
}
