// The complaint of a new request: what is asked follows what is chosen, and quantities are claimed beside what was delivered.

// what a type of request is most often about; the others are about a product
const USUAL_KIND = { Complaint: "Attention" };
const GOODS = "nervion_service.api.portal.goods";

/** Let the form of a new request file complaints; `tools` are {post, say, tell} of the page. */
export function bind_complaint(form, tools) {
	const section = form.querySelector("[data-nv-complaint]");
	if (section) new ComplaintPart(form, section, tools);
}

class ComplaintPart {
	constructor(form, section, tools) {
		Object.assign(this, { form, section });
		this.claims = JSON.parse(section.dataset.claims);
		this.evidence = JSON.parse(section.dataset.evidence);
		this.say = tools.say;
		this.lines = new Lines(form, section, tools);
		form.addEventListener("change", () => this.follow());
		form.addEventListener("nv-restored", () => this.restore());
		// the fields are empty only after the event
		form.addEventListener("reset", () => setTimeout(() => this.restore()));
		this.restore();
	}

	restore() {
		this.lines.restore();
		this.follow();
	}

	follow() {
		const type = this.form.elements.request_type.value;
		const is_complaint = this.claims.includes(type);
		show(this.section, is_complaint);
		const kinds = this.form.elements.complaint_kind;
		if (is_complaint && !kinds.value) kinds.value = USUAL_KIND[type] || "Product";
		const kind = is_complaint ? kinds.value : "";
		const among = (element, name) => element.dataset[name].split(" ").includes(kind);
		// help comes before evidence (K1)
		const is_hurt = this.form.elements.safety?.value === "Yes";
		this.form.querySelectorAll("[data-nv-kinds]").forEach((part) => {
			show(part, among(part, "nvKinds") && !(is_hurt && "nvAfterHelp" in part.dataset));
		});
		this.form.querySelectorAll("[data-nv-not-kinds]").forEach((part) => show(part, !among(part, "nvNotKinds")));
		this.ask_for_evidence();
		this.lines.offer();
	}

	ask_for_evidence() {
		const wanted = this.evidence[this.form.elements.defect.value] || this.evidence[""];
		this.section.querySelectorAll("[data-nv-evidence]").forEach((part) => {
			const minimum = wanted[part.dataset.nvEvidence];
			show(part, minimum !== undefined);
			const count = part.querySelector("[data-nv-count]");
			count.textContent = minimum ? this.say("at_least", minimum) : this.say("optional");
		});
	}
}

/** What is hidden is not sent either. */
function show(part, shown) {
	part.hidden = part.disabled = !shown;
}

/** The goods that are claimed, a card per delivery or per product; kept as JSON in a field of the form, as drafts are. */
class Lines {
	constructor(form, section, { post, say, tell }) {
		Object.assign(this, { form, post, say, tell });
		this.part = section.querySelector("[data-nv-lines]");
		this.deliveries = JSON.parse(section.dataset.deliveries);
		this.kept = form.elements.lines;
		this.cards = this.part.querySelector("[data-nv-cards]");
		this.chooser = this.part.querySelector("[data-nv-delivery]");
		this.groups = [];
		this.chooser.addEventListener("change", () => this.add_delivery());
		this.part.querySelector("[data-nv-free]").addEventListener("click", () => {
			this.groups.push({ product: "", batch: "", qty: "" });
			this.changed(true);
			this.cards.lastElementChild.querySelector("input").focus();
		});
	}

	restore() {
		try {
			this.groups = JSON.parse(this.kept.value || "[]");
		} catch {
			// a draft of an older page
			this.groups = [];
		}
		this.draw();
		this.offer();
	}

	/** The deliveries of the chosen company that have no card yet. */
	offer() {
		const company = this.form.elements.customer?.value;
		const shown = this.deliveries.filter(
			(one) =>
				(!company || one.customer === company) && !this.groups.some((group) => group.delivery === one.name)
		);
		const options = shown.map((one) => new Option(one.label, this.deliveries.indexOf(one)));
		this.chooser.replaceChildren(this.chooser.options[0], ...options);
		this.chooser.value = "";
	}

	async add_delivery() {
		const chosen = this.deliveries[Number(this.chooser.value)];
		if (this.chooser.value === "" || !chosen) return;
		this.chooser.disabled = true;
		try {
			const sought = { delivery_type: chosen.type, delivery: chosen.name };
			const goods = await this.post(GOODS, sought);
			this.groups.push({ ...sought, label: chosen.label, goods, claims: [] });
			this.changed(true);
		} catch (error) {
			this.tell(this.form, error.message, { error: true });
		} finally {
			this.chooser.disabled = false;
			this.offer();
		}
	}

	/** Keep what there is; `redraw` where cards came or went. */
	changed(redraw = false) {
		this.kept.value = this.groups.length ? JSON.stringify(this.groups) : "";
		if (!redraw) return;
		this.draw();
		this.offer();
		// what is sent now is another message than the one that was tried to be sent
		this.form.dispatchEvent(new Event("change", { bubbles: true }));
	}

	draw() {
		this.cards.replaceChildren(...this.groups.map((group) => this.card(group)));
	}

	card(group) {
		const card = element("div", "nv-box nv-line");
		const head = element("div", "nv-card-head");
		head.append(element("strong", "", group.label || this.say("unknown_delivery")), this.remover(group));
		card.append(head, ...(group.delivery ? this.goods(group) : this.product(group)));
		return card;
	}

	remover(group) {
		const button = element("button", "nv-remove", this.say("remove"));
		button.type = "button";
		button.addEventListener("click", () => {
			this.groups = this.groups.filter((one) => one !== group);
			this.changed(true);
		});
		return button;
	}

	goods(group) {
		return group.goods.map((row) => {
			const claim = () => group.claims.find((one) => one.item === row.item && one.batch === row.batch);
			const write = (qty) => {
				group.claims = group.claims.filter((one) => one !== claim());
				if (qty !== "") group.claims.push({ item: row.item, batch: row.batch, qty });
			};
			const name = [row.title, row.batch ? this.say("batch_of", row.batch) : ""].filter(Boolean).join(", ");
			const told = row.claimable
				? this.say("delivered", row.qty, row.claimable, row.unit)
				: this.say("all_claimed", row.qty, row.unit);
			const good = element("div", "nv-good");
			good.append(element("p", "nv-good-name", name), element("p", "nv-hint", told));
			if (row.claimable) {
				const label = `${this.say("quantity")} (${row.unit})`;
				const spoken = this.say("quantity_of", name, row.unit);
				good.append(this.input(label, claim()?.qty ?? "", write, { max: row.claimable, spoken }));
			}
			return good;
		});
	}

	product(group) {
		return [
			this.input(this.say("product"), group.product, (value) => (group.product = value), { list: "nv-products" }),
			this.input(this.say("batch"), group.batch, (value) => (group.batch = value)),
			this.input(this.say("quantity"), group.qty, (value) => (group.qty = value), { max: "" }),
		];
	}

	/** A labelled input that tells what is written; with `max`, of a quantity. */
	input(label, value, write, { max, list, spoken } = {}) {
		const field = element("label", "nv-line-field", label);
		const input = document.createElement("input");
		input.type = max === undefined ? "text" : "number";
		if (max !== undefined) Object.assign(input, { min: 0, max, step: "any", inputMode: "decimal" });
		else input.maxLength = 140;
		if (list) input.setAttribute("list", list);
		// of several with the same label, which one
		if (spoken) input.setAttribute("aria-label", spoken);
		input.value = value;
		input.addEventListener("input", () => {
			write(input.value.trim());
			this.changed();
		});
		field.append(input);
		return field;
	}
}

function element(tag, name, text = "") {
	const made = document.createElement(tag);
	made.className = name;
	made.textContent = text;
	return made;
}
