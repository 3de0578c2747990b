// The review of a missed target: the sealed figure in words, what stands behind it, and the two ways to end it.
(() => {
	const REVIEWS = "nervion_service.services.reviews";
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

	frappe.ui.form.on("Service Indicator Review", {
		setup(frm) {
			frm.set_query("action", () => ({ filters: { company: frm.doc.company, stage: ["!=", "Cancelled"] } }));
		},
		async refresh(frm) {
			if (frm.is_new()) return;
			const view = await frappe.xcall(`${REVIEWS}.view.get`, { review: frm.doc.name });
			show(frm, view);
			allow(frm, view.may_act);
		},
	});

	function allow(frm, may_act) {
		for (const field of ["analysis", "decision", "action", "no_action_reason"]) {
			frm.set_df_property(field, "read_only", may_act ? 0 : 1);
		}
		frm.set_df_property("assigned_to", "read_only", frm.doc.stage === "Open" ? 0 : 1);
		if (!may_act) return;
		if (!frm.doc.action) frm.add_custom_button(__("Open Corrective Action"), () => after_save(frm, "actions.open_action"));
		frm.add_custom_button(__("Close Review"), () => after_save(frm, "actions.close")).addClass("btn-primary").removeClass("btn-default");
	}

	// what was typed is stored before it is judged
	async function after_save(frm, method) {
		if (frm.is_dirty()) await frm.save();
		try {
			await frappe.xcall(`${REVIEWS}.${method}`, { review: frm.doc.name });
			frm.reload_doc();
		} catch {
			// what is missing is on the screen already
		}
	}

	function show(frm, view) {
		const $panel = frm.get_field("overview").$wrapper.html(`<div class="nervion-review">
			<h4>${escaped(view.reading.value)} <small class="text-muted">${__("Target")} ${escaped(view.reading.target)}</small></h4>
			<p class="text-muted">${escaped(view.reading.numerator)} / ${escaped(view.reading.denominator)} · ${escaped(frm.doc.formula)}</p>
			${frm.doc.stage === "Closed" ? closed(frm.doc) : promise(view.promise)}
			${common(view)}
			<p>${view.rows.map((row, place) => `<a href="#" data-row="${place}">${__("Rows of the {0}", [escaped(row.label)])}</a>`).join(" · ")}
			${view.report ? ` · <a href="#" data-report>${__("Analysis of the Month")}</a>` : ""}</p>
		</div>`);
		$panel.find("[data-row]").on("click", (event) => {
			event.preventDefault();
			frappe.set_route("query-report", "Service Indicator Rows", view.rows[event.currentTarget.dataset.row].filters);
		});
		$panel.find("[data-report]").on("click", (event) => {
			event.preventDefault();
			const { company, from_date, to_date } = view.rows[0].filters;
			frappe.set_route("query-report", view.report, { company, from_date, to_date });
		});
	}

	function promise(found) {
		if (!found || !["Running", "Breached"].includes(found.status)) return "";
		const late = found.status === "Breached";
		const words = late ? __("The analysis was due on {0}", [nervion_service.words.moment(found.due_at)]) : __("The analysis is due on {0}", [nervion_service.words.moment(found.due_at)]);
		return `<p><span class="indicator-pill ${late ? "red" : "blue"}">${words}</span></p>`;
	}

	function closed({ closed_at }) {
		return `<p><span class="indicator-pill green">${__("Closed on {0}", [nervion_service.words.moment(closed_at)])}</span></p>`;
	}

	function common({ cases, common }) {
		if (!cases) return "";
		const lines = common.map(({ label, values }) => {
			const found = values.map(({ value, count }) => `${escaped(value)} (${count})`).join(", ");
			return `<li>${escaped(label)}: ${found}</li>`;
		});
		return `<p class="mb-1">${__("Cases that missed it, as they stand now: {0}", [cases])}</p><ul>${lines.join("")}</ul>`;
	}
})();
