// A call or a visit to the store, taken down while the customer waits: F2 anywhere on the desk, or the button beside the bell. Nothing
// typed is lost before it is registered: a draft stays in this browser, for this user, until then.
frappe.provide("nervion_service.phone");

const SERVICES = "nervion_service.services";
const KEY = "f2";
const TYPING_PAUSE = 250;
const DRAFT_LASTS_HOURS = 12;
const PARTY = ["party_name", "phone", "email"];
const LINKS = ["customer", "lead", "contact"];
const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
const words = () => nervion_service.words;
const may_register = () => frappe.model.can_create("Service Folio");
const looks_like_phone = (text) => /^[\d\s()+.\-*#]{4,}$/.test(text);

const draft_key = () => `nervion-phone-draft:${frappe.session.user}`;
const drafts = {
	load() {
		try {
			const { at, values } = JSON.parse(localStorage.getItem(draft_key())) || {};
			return at && Date.now() - at < DRAFT_LASTS_HOURS * 3600 * 1000 ? values : null;
		} catch (error) {
			// a browser that keeps nothing, or something else under our name: there is no draft
			return null;
		}
	},
	save(values) {
		try {
			localStorage.setItem(draft_key(), JSON.stringify({ at: Date.now(), values }));
		} catch (error) {
			console.warn("The draft of the call is not kept by this browser", error);
		}
	},
	drop() {
		try {
			localStorage.removeItem(draft_key());
		} catch (error) {
			console.warn("The draft of the call is not kept by this browser", error);
		}
	},
};

class PhoneDialog {
	constructor(offer) {
		this.offer = offer;
		this.dialog = new frappe.ui.Dialog({
			title: __("Register a Call or Visit"),
			size: "large",
			primary_action_label: __("Register"),
			primary_action: () => this.register(),
		});
		this.$root = $(`<div class="nervion-phone"></div>`).appendTo(this.dialog.$body);
		// after the window itself has taken the focus
		this.dialog.$wrapper.on("shown.bs.modal", () => setTimeout(() => this.focus(this.values.party_name ? "text" : "who")));
		this.dialog.$wrapper.on("hidden.bs.modal", () => this.before?.focus?.());
		this.listen();
		this.begin(drafts.load());
	}

	show() {
		if (this.dialog.display) return;
		this.before = document.activeElement;
		if (this.done) this.begin(null);
		this.dialog.show();
	}

	begin(draft) {
		const channel = this.offer.channels[0]?.value;
		this.done = false;
		this.values = { channel, ...(draft || {}) };
		this.values.draft = this.values.draft || frappe.utils.get_random(12);
		this.found = [];
		this.$root.html(this.form(Boolean(draft)));
		this.helped = false;
		const of_product = () => ({ filters: this.values.product ? { item: this.values.product } : {} });
		this.links = [this.link("product", "Item", __("Product")), this.link("batch", "Batch", __("Batch"), of_product)].filter(Boolean);
		this.fill();
		this.dialog.set_primary_action(__("Register"), () => this.register());
		this.dialog.$wrapper.find(".modal-footer .btn-secondary").addClass("hide");
		if (this.values.party) this.load_cases();
	}

	focus(name) {
		this.$root.find(`[data-field="${name}"]`).first().trigger("focus");
	}

	// Drawing ---------------------------------------------------------------------------------------------------

	form(restored) {
		const { offer } = this;
		return `
		${restored ? `<p class="nervion-phone-note">${__("What you had typed is still here.")}
			<button type="button" class="btn btn-xs btn-default" data-do="forget">${__("Begin Anew")}</button></p>` : ""}
		<div class="nervion-phone-who">
			<label for="nervion-who">${__("Phone, name or folio")}</label>
			<input id="nervion-who" class="form-control" data-field="who" type="text" autocomplete="off" spellcheck="false"
				role="combobox" aria-autocomplete="list" aria-expanded="false" aria-controls="nervion-found">
			<ul id="nervion-found" role="listbox" aria-label="${__("Found")}"></ul>
		</div>
		<div class="nervion-phone-chosen" aria-live="polite"></div>
		<div class="nervion-phone-party">
			${input("party_name", __("Name"))}
			${input("phone", __("Phone"), "tel")}
			${input("email", __("E-mail"), "email")}
			${offer.may_make.length ? this.maker() : ""}
		</div>
		<fieldset class="nervion-phone-safety"><legend>${escaped(offer.safety.question)}</legend>
			${radios("safety", offer.safety.answers)}
			<div class="nervion-phone-accident hide">${radios("safety_kind", offer.safety.kinds)}
				<div class="nervion-phone-product"></div>
				<div class="nervion-phone-help" role="alert"></div></div></fieldset>
		<fieldset><legend>${__("What is it about")}</legend>
			${radios("request_type", offer.types, offer.more_types.length ? select("more_type", __("Another type"), offer.more_types) : "")}</fieldset>
		<div>
			<label for="nervion-text">${__("What the customer says")}</label>
			<textarea id="nervion-text" class="form-control" data-field="text" rows="3"></textarea>
			<div class="nervion-phone-alike" aria-live="polite"></div>
		</div>
		<div class="nervion-phone-rest">
			<fieldset><legend>${__("Channel")}</legend>${radios("channel", offer.channels)}</fieldset>
			<div><label><input type="checkbox" data-field="earlier"> ${__("The call was earlier")}</label>
				<div class="nervion-phone-when hide"><label for="nervion-at">${__("When it really was, by your word")}</label>
				<input id="nervion-at" class="form-control" type="datetime-local" data-field="at"></div></div>
		</div>
		<p class="nervion-phone-wrong" role="alert"></p>
		<p class="nervion-phone-note d-none d-md-block"><kbd>Ctrl + Enter</kbd> ${__("registers it")}</p>`;
	}

	maker() {
		const options = [{ value: "", label: __("This folio only") }, ...this.offer.may_make];
		return `<div><label for="nervion-make">${__("Keep as")}</label>
			<select id="nervion-make" class="form-control" data-field="make">${options.map(option).join("")}</select></div>`;
	}

	// Frappe's own search, by code and by name, for whoever may search there
	link(fieldname, options, label, get_query) {
		if (!(frappe.model.can_select(options) || frappe.model.can_read(options))) return null;
		const df = { fieldtype: "Link", fieldname, options, label, get_query, only_select: 1 };
		const control = frappe.ui.form.make_control({ parent: this.$root.find(".nervion-phone-product"), df, render_input: true });
		df.change = () => this.take_link(control);
		return control;
	}

	// the values into the fields
	fill() {
		for (const control of this.links) {
			const value = this.values[control.df.fieldname] || "";
			if (control.get_value() !== value) control.set_value(value);
		}
		for (const element of this.$root.find("[data-field]")) {
			const value = this.values[element.dataset.field];
			if (element.type === "radio") element.checked = value === element.value;
			else if (element.type === "checkbox") element.checked = Boolean(value);
			else element.value = value || "";
		}
		this.react();
	}

	// what depends on what was said
	react() {
		const { safety, earlier } = this.values;
		this.$root.find(".nervion-phone-accident").toggleClass("hide", safety !== "Yes");
		this.place_product();
		this.$root.find(".nervion-phone-when").toggleClass("hide", !earlier);
		this.$root.find("#nervion-make").closest("div").toggleClass("hide", Boolean(this.values.customer || this.values.lead));
		if (safety === "Yes" && !this.helped) this.help_at_once();
		if (safety !== "Yes") this.helped = false;
		this.show_chosen();
	}

	// the product stands with the accident, for its data sheet; otherwise after what the customer says
	place_product() {
		const $product = this.$root.find(".nervion-phone-product");
		const help = this.$root.find(".nervion-phone-help")[0];
		const is_there = $product[0].nextElementSibling === help;
		if (this.values.safety === "Yes" && !is_there) $product.insertBefore(help);
		else if (this.values.safety !== "Yes" && is_there) $product.insertBefore(this.$root.find(".nervion-phone-rest"));
	}

	show_chosen() {
		const { party } = this.values;
		const what = party && { Customer: __("Customer"), Lead: __("Lead") }[party.doctype];
		const rows = (this.cases || []).map(case_row).join("");
		const none = `<span class="text-muted">${__("No cases so far")}</span>`;
		this.$root.find(".nervion-phone-chosen").html(
			party
				? `<div><span class="indicator-pill blue no-indicator-dot">${escaped(what || __("Called before"))}</span>
					<strong>${escaped(party.title)}</strong> ${party.person ? `· ${escaped(party.person)}` : ""}
					<button type="button" class="btn btn-xs btn-default" data-do="another">${__("Somebody Else")}</button></div>
					${this.cases ? (rows ? `<ul>${rows}</ul>` : none) : ""}`
				: ""
		);
	}

	show_found() {
		const $list = this.$root.find("#nervion-found");
		$list.html(
			this.found
				.map((party, index) => found_row(party, index, index === this.marked))
				.join("")
		);
		this.$root
			.find("#nervion-who")
			.attr("aria-expanded", String(Boolean(this.found.length)))
			.attr("aria-activedescendant", this.found.length && this.marked >= 0 ? `nervion-found-${this.marked}` : null);
	}

	// Typing ----------------------------------------------------------------------------------------------------

	listen() {
		const { $root } = this;
		this.search = frappe.utils.debounce(() => this.find(), TYPING_PAUSE);
		$root.on("input change", "[data-field]", (event) => this.take(event.currentTarget));
		$root.on("keydown", (event) => this.key(event));
		$root.on("mousedown", "[data-index]", (event) => {
			event.preventDefault();
			this.choose(this.found[event.currentTarget.dataset.index]);
		});
		$root.on("blur", "#nervion-who", () => this.leave_search());
		$root.on("blur", "#nervion-text", () => this.look_for_alike());
		$root.on("click", "[data-do]", (event) => this.run(event.currentTarget.dataset));
	}

	take(element) {
		const name = element.dataset.field;
		const value = element.type === "checkbox" ? element.checked : element.value;
		if (this.values[name] === value) return;
		this.values[name] = value;
		if (name === "who") this.search();
		if (name === "more_type" && value) {
			this.values.request_type = value;
			this.$root.find('[data-field="request_type"]').prop("checked", false);
		}
		if (name === "request_type") {
			this.values.more_type = "";
			this.$root.find('[data-field="more_type"]').val("");
		}
		this.$root.find(".nervion-phone-wrong").empty();
		drafts.save(this.values);
		if (["safety", "earlier"].includes(name)) this.react();
	}

	take_link(control) {
		const { fieldname } = control.df;
		const value = control.get_value() || null;
		if ((this.values[fieldname] || null) === value) return;
		this.values[fieldname] = value;
		// a batch is one of its product's
		if (fieldname === "product" && this.values.batch) this.links[1]?.set_value("");
		drafts.save(this.values);
		if (this.values.safety === "Yes") this.help_at_once();
	}

	key(event) {
		if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
			event.preventDefault();
			event.stopPropagation();
			if (!this.done) this.register();
			return;
		}
		if (event.target.id !== "nervion-who") return;
		const steps = { ArrowDown: 1, ArrowUp: -1 };
		if (event.key in steps && this.found.length) {
			event.preventDefault();
			this.marked = (this.marked + steps[event.key] + this.found.length) % this.found.length;
			this.show_found();
		} else if (event.key === "Enter") {
			event.preventDefault();
			if (this.found[this.marked]) this.choose(this.found[this.marked]);
			else this.leave_search() || this.focus(this.values.party_name ? "safety" : "party_name");
		} else if (event.key === "Escape" && this.found.length) {
			event.stopPropagation();
			this.found = [];
			this.show_found();
		}
	}

	async find() {
		const asked = (this.values.who || "").trim();
		const found = asked.length > 1 ? await frappe.xcall(`${SERVICES}.party_search.find`, { text: asked }) : [];
		// what came back for an earlier word is no answer to this one
		if (asked !== (this.values.who || "").trim() || this.done) return;
		this.found = found;
		this.marked = found.length ? 0 : -1;
		this.show_found();
	}

	// whoever was not found is new: what was typed is their number or their name
	leave_search() {
		const text = (this.values.who || "").trim();
		this.found = [];
		this.show_found();
		if (!text || this.values.party) return;
		const name = looks_like_phone(text) ? "phone" : "party_name";
		if (!this.values[name]) this.set({ [name]: text });
	}

	set(values) {
		Object.assign(this.values, values);
		drafts.save(this.values);
		this.fill();
	}

	choose(party) {
		if (!party) return;
		const typed = (this.values.who || "").trim();
		const linked = { Customer: "customer", Lead: "lead" }[party.doctype];
		this.found = [];
		this.show_found();
		this.cases = null;
		this.set({
			party: { doctype: party.doctype, name: party.name, title: party.title, person: party.person },
			customer: null,
			lead: null,
			...(linked ? { [linked]: party.name } : {}),
			contact: party.contact,
			customer_kind: party.kind,
			party_name: party.title,
			phone: party.phone || (looks_like_phone(typed) ? typed : ""),
			email: party.email || "",
			make: "",
		});
		this.focus("safety");
		this.load_cases();
	}

	async load_cases() {
		const { party } = this.values;
		const cases = await frappe.xcall(`${SERVICES}.party_search.cases`, { doctype: party.doctype, name: party.name });
		if (this.values.party !== party) return;
		this.cases = cases;
		this.show_chosen();
	}

	async help_at_once() {
		this.helped = true;
		const goods = () => ({ product: this.values.product || null, batch: this.values.batch || null });
		const asked = goods();
		const help = await frappe.xcall(`${SERVICES}.phone_intake.help_at_once`, asked);
		// what came back for an earlier product is no answer to this one
		if (JSON.stringify(asked) !== JSON.stringify(goods())) return;
		this.$root.find(".nervion-phone-help").html(help_html(help));
	}

	async look_for_alike() {
		const subject = (this.values.text || "").trim().split("\n")[0];
		const { customer, email, phone } = this.values;
		if (!subject || !(customer || email || phone) || !frappe.model.can_read("Service Folio")) return;
		const alike = await frappe.xcall(`${SERVICES}.duplicates.of_party`, { subject, customer, email, phone });
		if (this.done) return;
		const shown = alike.map(case_row).join("");
		this.$root
			.find(".nervion-phone-alike")
			.html(shown ? `<strong>${__("This may be registered already:")}</strong><ul>${shown}</ul>` : "");
	}

	// Doing -----------------------------------------------------------------------------------------------------

	run({ do: what, folio }) {
		const doings = {
			another: () => {
				this.cases = null;
				const emptied = Object.fromEntries([...PARTY, ...LINKS, "party", "customer_kind", "who"].map((name) => [name, null]));
				this.set(emptied);
				this.focus("who");
			},
			forget: () => {
				drafts.drop();
				this.cases = null;
				this.begin(null);
				this.focus("who");
			},
			same: () => this.add_call(folio),
			reopen: () => this.add_call(folio, { reopen: 1 }),
			follow: () => this.register({ parent_folio: folio }),
			again: () => {
				this.begin(null);
				this.focus("who");
			},
			open: () => {
				this.dialog.hide();
				frappe.set_route("Form", "Service Folio", folio);
			},
		};
		doings[what]();
	}

	// what is missing first; folio: the case that the call is about, where it is known
	wrong(folio) {
		const { values } = this;
		const is_named = folio || values.party_name || values.phone || values.email;
		if (!is_named) return ["who", __("Who is it? Type a phone, a name or a folio.")];
		if (!values.safety) return ["safety", __("Ask first whether somebody was hurt, and choose the answer.")];
		if (!folio && !values.request_type) return ["request_type", __("Choose what it is about.")];
		if (!(values.text || "").trim()) return ["text", folio ? added_to(folio) : __("Write what the customer says.")];
		if (values.earlier && !values.at) return ["at", __("Say when the call really was.")];
		return null;
	}

	is_complete(folio) {
		const wrong = this.wrong(folio);
		if (!wrong) return true;
		this.$root.find(".nervion-phone-wrong").text(wrong[1]);
		this.focus(wrong[0]);
		return false;
	}

	received_at() {
		const { earlier, at } = this.values;
		return earlier && at ? frappe.datetime.convert_to_system_tz(at.replace("T", " ")) : null;
	}

	// more: the ended case that goes on in the new one
	register(more = {}) {
		this.leave_search();
		if (!this.is_complete()) return null;
		const { at, earlier, party, who, more_type, ...values } = this.values;
		return this.send("phone_intake.register", { values: { ...values, ...more, received_at: this.received_at() } });
	}

	add_call(folio, more = {}) {
		if (!this.is_complete(folio)) return null;
		const { safety, safety_kind, product, batch } = this.values;
		const told = safety === "Yes" ? { safety_kind, product, batch } : {};
		const values = { safety, ...told, ...more, received_at: this.received_at() };
		return this.send("phone_intake.add_call", { folio, text: this.values.text.trim(), values });
	}

	async send(method, args) {
		if (this.sending) return;
		this.sending = true;
		this.dialog.disable_primary_action();
		try {
			const told = await frappe.xcall(`${SERVICES}.${method}`, args);
			drafts.drop();
			this.show_told(told);
		} catch (error) {
			// Frappe has shown what the server refused; what was typed stays
			console.warn(error);
		} finally {
			this.sending = false;
			this.dialog.enable_primary_action();
		}
	}

	show_told(told) {
		this.done = true;
		this.cases = null;
		this.$root.html(told_html(told));
		this.dialog.set_primary_action(__("Another Call"), () => this.run({ do: "again" }));
		this.dialog.get_primary_btn().trigger("focus");
	}
}

// Pieces ------------------------------------------------------------------------------------------------------

const added_to = (folio) => __("Write what the customer says: it is added to {0}.", [folio]);
const option = ({ value, label }) => `<option value="${escaped(value)}">${escaped(label)}</option>`;

function input(name, label, type = "text") {
	return `<div><label for="nervion-${name}">${label}</label>
		<input id="nervion-${name}" class="form-control" data-field="${name}" type="${type}" autocomplete="off"></div>`;
}

function radios(name, options, more = "") {
	const one = ({ value, label }) => `<label class="nervion-choice"><input type="radio" name="nervion-${name}"
		data-field="${name}" value="${escaped(value)}"><span>${escaped(label)}</span></label>`;
	return `<div class="nervion-choices">${options.map(one).join("")}${more}</div>`;
}

function select(name, label, options) {
	return `<select class="form-control" data-field="${name}" aria-label="${label}">
		<option value="">${label}…</option>${options.map(option).join("")}</select>`;
}

function found_row(party, index, marked) {
	const what = { Customer: __("Customer"), Lead: __("Lead") }[party.doctype] || __("Called before");
	const facts = [party.person, party.phone, party.email].filter(Boolean).map(escaped).join(" · ");
	const open = party.open_folios ? `<span class="indicator-pill orange no-indicator-dot">${open_cases(party.open_folios)}</span>` : "";
	return `<li role="option" id="nervion-found-${index}" data-index="${index}" aria-selected="${marked}">
		<span><strong>${escaped(party.title)}</strong> <span class="text-muted">${escaped(what)}</span></span>
		<span class="text-muted">${facts}</span>${open}</li>`;
}

const open_cases = (count) => (count === 1 ? __("1 open case") : __("{0} open cases", [count]));

function case_row(row) {
	const ended = row.ended || ["Closed", "Withdrawn"].includes(row.stage);
	const button = (what, label) => `<button type="button" class="btn btn-xs btn-default" data-do="${what}" data-folio="${escaped(row.name)}">${label}</button>`;
	// what is said about a case that has ended begins anew, there or beside it
	const again = () => (row.may_reopen ? button("reopen", __("Reopen")) : "") + button("follow", __("Continue in a New Folio"));
	const doings = ended ? again() : button("same", __("Same Matter"));
	return `<li><a href="/app/service-folio/${encodeURIComponent(row.name)}" target="_blank">${escaped(row.name)}</a>
		<span class="indicator-pill ${ended ? "gray" : "orange"} no-indicator-dot">${escaped(row.state)}</span>
		<span class="nervion-phone-subject">${escaped(row.subject)}</span>
		<span class="text-muted">${words().moment(row.received_at)}</span>${doings}</li>`;
}

function help_html(help) {
	const line = help.emergency_line;
	const sheets = (help.data_sheets || []).map(
		(sheet) => `<a href="${escaped(sheet.url)}" target="_blank" rel="noopener">${__("Safety data sheet of {0}", [escaped(sheet.item)])}</a>`
	);
	const call = line ? `<a class="nervion-phone-line" href="tel:${escaped(line.replace(/[^\d+]/g, ""))}">${escaped(line)}</a> ` : "";
	return `<div class="nervion-safety">${call}${escaped(help.text)} ${sheets.join(" ")}</div>`;
}

// what the person says to the customer, word by word
function said(told) {
	const answer = told.promises.find((promise) => promise.kind === "First Answer" && !promise.paused_at);
	const number = __("Your folio is {0}.", [told.folio]);
	if (!answer) return number;
	const due = answer.due_at;
	const late = words().seconds_between(told.now, due) < 0;
	if (late) return `${number} ${__("We are late with our answer, and I am telling the person in charge now.")}`;
	return words().same_day(told.now, due)
		? `${number} ${__("We will answer you today before {0}.", [words().time(due)])}`
		: `${number} ${__("We will answer you by {0} at the latest.", [words().moment(due)])}`;
}

function told_html(told) {
	// one answer is promised twice, to the customer and to the corporation: people hear of the nearer one
	const shown = told.promises.filter((promise) => promise.kind !== "Corporate Answer");
	const rows = shown.map((promise) => `<li>${__("{0}: by {1}", [escaped(promise.label), words().moment(promise.due_at)])}</li>`);
	return `<div class="nervion-phone-told" aria-live="polite">
		${told.safety ? help_html(told.safety) : ""}
		<p class="nervion-phone-number">${escaped(told.folio)}</p>
		<p class="text-muted">${escaped([told.party, told.subject].filter(Boolean).join(" · "))}</p>
		<p>${__("Say to the customer:")}</p>
		<blockquote>${escaped(said(told))}</blockquote>
		${rows.length ? `<p>${__("What is promised:")}</p><ul>${rows.join("")}</ul>` : ""}
		<button type="button" class="btn btn-sm btn-default" data-do="open" data-folio="${escaped(told.folio)}">${__("Open the Folio")}</button>
	</div>`;
}

// The way in --------------------------------------------------------------------------------------------------

Object.assign(nervion_service.phone, {
	async open() {
		if (!may_register()) return;
		if (!this.dialog) {
			this.coming = this.coming || frappe.xcall(`${SERVICES}.phone_intake.begin`);
			try {
				this.dialog = this.dialog || new PhoneDialog(await this.coming);
			} finally {
				this.coming = null;
			}
		}
		this.dialog.show();
	},

	button() {
		if (!may_register() || document.querySelector(".nervion-phone-button")) return;
		const label = __("Register a Call or Visit");
		const icon = `<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true"><path
			d="M5 3h4l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2"/></svg>`;
		$(`<li class="nav-item"><button type="button" class="btn btn-sm btn-default nervion-phone-button" title="${label} (${KEY.toUpperCase()})"
			aria-label="${label}">${icon}<span class="d-none d-md-inline">${__("Call")} <kbd>${KEY.toUpperCase()}</kbd></span></button></li>`)
			.prependTo($("header.navbar ul.navbar-nav").last())
			.on("click", () => this.open());
	},
});

$(document).on("toolbar_setup", () => {
	if (!may_register()) return;
	nervion_service.phone.button();
	frappe.ui.keys.add_shortcut({
		shortcut: KEY,
		action: () => void nervion_service.phone.open(),
		description: __("Register a Call or Visit"),
		ignore_inputs: true,
	});
});
