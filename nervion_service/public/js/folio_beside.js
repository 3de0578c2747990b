// What stands around the view of a folio: duplicates above it, what it took over below, the customer beside it, and its keys.
frappe.provide("nervion_service.beside");

const SERVICES = "nervion_service.services";
// the sidebar of a form is hidden on narrower screens
const WIDE = "(min-width: 992px)";
const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
const words = () => nervion_service.words;
const may_need_help = (doc) => doc.safety_suspected || (doc.safety === "Yes" && !doc.safety_attended_at);
const link_to = (name) => `<a href="/app/service-folio/${encodeURIComponent(name)}">${escaped(name)}</a>`;

class Beside {
	constructor(frm) {
		this.frm = frm;
		this.$offer = $(`<div class="nervion-duplicates"></div>`).on("click", "[data-do]", (event) => this.run(event.currentTarget.dataset));
		this.$below = $(`<div class="nervion-merged"></div>`);
		this.$side = $(`<div class="nervion-360"></div>`);
		nervion_service.customer_360.listen(this.$side);
	}

	async show() {
		const folio = this.frm.doc.name;
		if (this.frm.is_new()) return this.clear();
		if (this.folio !== folio) this.clear();
		this.folio = folio;
		const [others, known] = await Promise.all([
			frappe.xcall(`${SERVICES}.duplicates.of_folio`, { folio }),
			frappe.xcall(`${SERVICES}.customer_360.of_folio`, { folio }),
		]);
		// another folio may be on the screen by now
		if (this.frm.doc.name !== folio) return;
		await this.view_is_there();
		this.place();
		this.may_merge = others.may_merge;
		this.$offer.html(this.offer(others));
		this.$below.html(this.taken_over(others.merged));
		this.draw_customer(known);
	}

	// the form's own script makes the view; on a first visit it may come after this one's answers
	async view_is_there() {
		for (let tries = 0; tries < 50 && !this.view().length; tries += 1) await new Promise((done) => setTimeout(done, 100));
	}

	view() {
		return this.frm.layout.wrapper.find(".nervion-view").first();
	}

	clear() {
		this.folio = null;
		[this.$offer, this.$below, this.$side].forEach(($part) => $part.empty());
	}

	place() {
		const $view = this.view();
		this.$below.insertAfter($view);
		// K1: nothing stands above somebody who may need help
		this.$offer[may_need_help(this.frm.doc) ? "insertAfter" : "insertBefore"]($view);
		if (window.matchMedia(WIDE).matches && this.frm.sidebar?.sidebar) this.$side.prependTo(this.frm.sidebar.sidebar);
		else this.$side.insertAfter(this.$below);
	}

	draw_customer(known) {
		const inside = nervion_service.customer_360.html(known, this.folio);
		const title = __("Customer at a Glance");
		const beside = this.$side.parent().is(this.frm.sidebar?.sidebar);
		this.$side.html(beside ? `<h4>${title}</h4>${inside}` : `<details><summary>${title}</summary>${inside}</details>`);
	}

	offer({ similar, merged_into, may_link, may_merge }) {
		if (merged_into) return `<p class="nervion-duplicate-note">${__("This folio was merged into {0}, which goes on.", [link_to(merged_into)])}</p>`;
		if (!similar.length) return "";
		const button = (what, label, name) =>
			`<button type="button" class="btn btn-xs btn-default" data-do="${what}" data-folio="${escaped(name)}">${label}</button>`;
		const rows = similar.map(
			(row) => `<li>${link_to(row.name)} <span class="indicator-pill orange no-indicator-dot">${escaped(row.state)}</span>
				<span class="nervion-duplicate-subject">${escaped(row.subject)}</span>
				<span class="text-muted">${words().moment(row.received_at)}</span>
				${may_link ? button("link", __("Link"), row.name) : ""}
				${may_merge && !["Closed", "Withdrawn"].includes(row.stage) ? button("merge", __("Merge"), row.name) : ""}</li>`
		);
		return `<section class="nervion-duplicate-offer" aria-label="${__("Duplicates")}">
			<strong>${__("This may be registered already:")}</strong><ul>${rows.join("")}</ul></section>`;
	}

	// the same matter in quite other words is known to a person only
	join() {
		const { name, company } = this.frm.doc;
		const ways = [{ value: "link", label: __("Link: both go on") }];
		if (this.may_merge) ways.push({ value: "merge", label: __("Merge: the earlier one goes on for both") });
		const dialog = new frappe.ui.Dialog({
			title: __("Link or Merge"),
			fields: [
				{
					fieldname: "folio",
					fieldtype: "Link",
					options: "Service Folio",
					label: __("The Other Folio"),
					reqd: 1,
					get_query: () => ({ filters: { company, name: ["!=", name] } }),
				},
				{ fieldname: "how", fieldtype: "Select", label: __("How"), options: ways, default: "link", reqd: 1 },
			],
			primary_action_label: __("Next"),
			primary_action: ({ folio, how }) => {
				dialog.hide();
				this.run({ do: how, folio });
			},
		});
		dialog.show();
	}

	taken_over(merged) {
		if (!merged.length) return "";
		const message = (one) => `<li><time>${words().moment(one.communication_date)}</time>
			<span><strong>${escaped(one.sent_or_received === "Sent" ? __("We said") : __("The customer said"))}</strong> ${escaped(one.content)}</span></li>`;
		const folio = (row) => `<details><summary>${__("Took over {0}", [escaped(row.name)])}: ${escaped(row.subject)}
			<span class="text-muted">${words().moment(row.received_at)}</span></summary>
			<p>${link_to(row.name)} · ${escaped(row.party_name)} · ${escaped(__(row.channel))}</p>
			<p>${escaped(frappe.utils.html2text ? frappe.utils.html2text(row.description || "") : row.description)}</p>
			<ol>${row.messages.map(message).join("")}</ol></details>`;
		return merged.map(folio).join("");
	}

	run({ do: what, folio }) {
		const { name } = this.frm.doc;
		const doings = {
			link: [
				__("Link {0} to {1}? Both go on.", [name, folio]),
				() => frappe.xcall(`${SERVICES}.duplicates.link`, { folio: name, parent: folio }),
			],
			merge: [
				__("Merge {0} and {1}? The earlier one goes on with both histories; the later one ends and its open promises lapse.", [name, folio]),
				() => frappe.xcall(`${SERVICES}.duplicates.merge`, { folio: name, into: folio }),
			],
		};
		const [question, act] = doings[what];
		frappe.confirm(question, async () => {
			const kept = await act();
			if (what === "merge" && kept !== name) return frappe.set_route("Form", "Service Folio", kept);
			return this.frm.reload_doc();
		});
	}
}

// R, L and A: what is done most on a folio, without the mouse
function keys(frm) {
	const free = () => frm.nervion_view?.view && !frm.is_new() && !document.querySelector(".modal.show");
	const press = (selector) => frm.layout.wrapper.find(selector).first().trigger("click");
	const shortcuts = [
		["r", '[data-run="reply"]', __("Reply")],
		["l", '[data-run="call"]', __("Log Call")],
		["a", ".nervion-actions .btn-primary", __("The next action")],
	];
	for (const [shortcut, selector, description] of shortcuts) {
		frappe.ui.keys.add_shortcut({ shortcut, description, page: frm.page, condition: free, action: () => void press(selector) });
	}
}

frappe.ui.form.on("Service Folio", {
	refresh(frm) {
		if (!frm.nervion_beside) {
			frm.nervion_beside = new Beside(frm);
			keys(frm);
		}
		frm.nervion_beside.show();
	},
});
