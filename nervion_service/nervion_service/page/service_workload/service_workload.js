// Running promises by person: what falls due first on top; a case is given to another by dragging it, or by its own button.
frappe.pages["service-workload"].on_page_load = (wrapper) => {
	wrapper.workload = new Workload(wrapper);
};
frappe.pages["service-workload"].on_page_show = (wrapper) => wrapper.workload.load();

const REFRESH_EVERY = 60 * 1000;
const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

class Workload {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Service Workload"), single_column: true });
		this.fields = {};
		const fields = {
			department: { label: __("Department"), fieldtype: "Link", options: "Department" },
			request_type: { label: __("Request Type"), fieldtype: "Link", options: "Request Type" },
			company: { label: __("Company"), fieldtype: "Link", options: "Company" },
		};
		for (const [fieldname, field] of Object.entries(fields)) {
			this.fields[fieldname] = this.page.add_field({ fieldname, ...field, change: () => this.load() });
		}
		this.page.set_primary_action(__("Refresh"), () => this.load(), "refresh");
		this.page.add_inner_button(__("As a List"), () => frappe.set_route("List", "Service Commitment"));
		this.page.add_inner_button(__("As a Calendar"), () => frappe.set_route("List", "Service Commitment", "Calendar", "default"));
		this.$board = $('<div class="nervion-workload-page"></div>').appendTo(this.page.main);
		this.listen();
		setInterval(() => this.is_watched() && this.load(), REFRESH_EVERY);
	}

	// nobody's card is taken from under the pointer, nor from behind a dialog
	is_watched() {
		return !document.hidden && frappe.get_route()[0] === "service-workload" && !this.dragged && !$(".modal.show").length;
	}

	async load() {
		const filters = Object.fromEntries(
			Object.entries(this.fields)
				.map(([name, field]) => [name, field.get_value()])
				.filter(([, value]) => value)
		);
		const asked = JSON.stringify(filters);
		this.asked = asked;
		const board = await frappe.xcall("nervion_service.services.workload.board", { filters });
		// a slow answer to an older question is not shown over a newer one
		if (asked !== this.asked) return;
		this.board = board;
		this.draw();
	}

	draw() {
		const { people, shortened, may_move } = this.board;
		const cards = people.reduce((sum, one) => sum + one.cards.length, 0);
		if (!cards) {
			this.$board.html(`<p class="nervion-workload-empty">${__("Nothing is promised to anybody at the moment.")}</p>`);
			return;
		}
		// a finger scrolls, and drags nothing
		const draggable = window.matchMedia("(hover: hover)").matches;
		const how = draggable ? __("Drag a card to another person, or choose Move To.") : __("Choose Move To to give a case to another person.");
		const hint = may_move ? how : "";
		const more = shortened ? __("There are more promises: these fall due first.") : "";
		this.$board.html(`<p class="nervion-workload-note">${[hint, more].filter(Boolean).join(" ")}</p>
			<div class="nervion-workload" role="list" aria-label="${__("Service Workload")}">
				${people.map((one) => this.column(one)).join("")}</div>`);
	}

	column({ user, name, late, cards }) {
		const count = cards.length === 1 ? __("One folio") : __("{0} folios", [cards.length]);
		const overdue = late ? ` · <span class="nervion-column-late">${__("{0} overdue", [late])}</span>` : "";
		return `<section class="nervion-column" role="listitem" data-user="${escaped(user)}" aria-label="${escaped(name)}">
			<h3>${escaped(name)}<span class="nervion-column-count">${count}${overdue}</span></h3>
			${cards.map((card) => this.card(card)).join("")}</section>`;
	}

	card(card) {
		const words = nervion_service.words;
		const used = Math.min(100, Math.round(100 * (card.share_used || 0)));
		const due = __("{0}, due {1}", [words.left(card, this.board.now), words.moment(card.due_at)]);
		const others = card.others ? `<span class="text-muted">${__("and {0} more", [card.others])}</span>` : "";
		const move = this.board.may_move
			? `<button class="btn btn-xs btn-default" data-move aria-label="${__("Move {0} to another person", [escaped(card.folio)])}">${__("Move To")}</button>`
			: "";
		return `<article class="nervion-card" data-folio="${escaped(card.folio)}" ${this.board.may_move ? 'draggable="true"' : ""}>
			<a class="nervion-card-subject" draggable="false" href="/app/service-folio/${encodeURIComponent(card.folio)}">${escaped(card.subject)}</a>
			<div class="nervion-card-facts">${escaped(card.folio)} · ${escaped(card.party)}</div>
			<div class="nervion-bar" title="${__("{0} % of the promised time used", [used])}"><i class="nervion-used ${card.colour}" style="width: ${used}%"></i></div>
			<div class="nervion-card-due" title="${escaped(due)}">${__(card.kind)}
				<span class="indicator-pill no-indicator-dot ${card.colour}">${escaped(words.short(card, this.board.now))}</span></div>
			<div class="nervion-card-foot">${others || "<span></span>"}${move}</div>
		</article>`;
	}

	listen() {
		const column_of = (event) => $(event.target).closest(".nervion-column");
		this.$board
			.on("click", "[data-move]", (event) => this.move($(event.currentTarget).closest(".nervion-card").data("folio")))
			.on("dragstart", ".nervion-card", (event) => {
				this.dragged = event.currentTarget.dataset.folio;
				event.originalEvent.dataTransfer.setData("text/plain", this.dragged);
				event.originalEvent.dataTransfer.effectAllowed = "move";
				event.currentTarget.classList.add("is-dragged");
			})
			.on("dragend", ".nervion-card", () => this.let_go())
			.on("dragover", ".nervion-column", (event) => {
				if (!this.dragged || !column_of(event).data("user")) return;
				event.preventDefault();
				this.$board.find(".is-target").not(column_of(event)).removeClass("is-target");
				column_of(event).addClass("is-target");
			})
			.on("drop", ".nervion-column", (event) => {
				event.preventDefault();
				const [folio, user] = [this.dragged, column_of(event).data("user")];
				this.let_go();
				if (folio && user && user !== this.holder(folio)) this.move(folio, user);
			});
	}

	let_go() {
		this.dragged = null;
		this.$board.find(".is-dragged, .is-target").removeClass("is-dragged is-target");
	}

	holder(folio) {
		return this.board.people.find(({ cards }) => cards.some((card) => card.folio === folio))?.user;
	}

	async move(folio, user) {
		const others = this.board.people.filter((one) => one.user && one.user !== this.holder(folio));
		const people = others.map(({ user, name, cards }) => ({
			value: user,
			label: `${name} (${cards.length})`,
		}));
		const moved = await nervion_service.hand_over.ask({ folios: [folio], people: people.length ? people : null, user });
		if (moved) await this.load();
		this.$board.find(`[data-folio="${CSS.escape(folio)}"] [data-move]`).trigger("focus");
	}
}
