// The visits of whoever is in the field: what is next, and a form in steps. Nothing typed waits for the network.
import { drafts, photographs, random_id } from "./visit_store.js";
import { SignatureBox } from "./visit_signature.js";
import { NOTE, discard, left_card, parts_of_note, what_became } from "./visit_left.js";

frappe.provide("nervion_service");

const SEND = "nervion_service.services.visits.phone.send";
const TRY_AGAIN_EVERY = 30 * 1000;
const LONGEST_SENDING = 120 * 1000;
// the server takes so many files at once
const PHOTOGRAPHS_A_SENDING = 5;
const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
const steps = () => [__("Checklist"), __("Application"), __("Findings"), __("Signature")];
const measured = () => [
	["air_temperature", __("Air Temperature"), "°C"],
	["surface_temperature", __("Surface Temperature"), "°C"],
	["relative_humidity", __("Relative Humidity"), "%"],
	["dilution_percent", __("Dilution"), "%"],
	["wet_film_thickness", __("Wet Film Thickness"), "µm"],
	["dry_film_thickness", __("Dry Film Thickness"), "µm"],
	["recoat_hours", __("Recoat Interval"), "h"],
];

nervion_service.VisitForm = class VisitForm {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("My Visits"), single_column: true });
		this.$body = $('<div class="nervion-visits"></div>').appendTo(this.page.main);
		this.step = 0;
		this.listen();
		window.addEventListener("online", () => this.send_waiting());
		setInterval(() => this.send_waiting(), TRY_AGAIN_EVERY);
	}

	async show() {
		this.visits = with_drafts(drafts.list.read());
		this.draw();
		try {
			const mine = await frappe.xcall("nervion_service.services.visits.schedule.mine");
			drafts.list.write(mine);
			this.visits = with_drafts(mine);
			this.became = await what_became(mine);
			if (!this.visit) this.draw();
		} catch {
			// without a signal the list of the last time stays
		}
		this.send_waiting();
	}

	// The list ---------------------------------------------------------------------------------------------------

	draw() {
		if (this.visit) return this.draw_form();
		this.page.set_title(__("My Visits"));
		const cards = this.visits.map((visit) => this.card(visit)).join("");
		this.$body.html(cards || `<p class="nervion-visits-empty">${__("No visit is scheduled for you in the coming days.")}</p>`);
	}

	card(visit) {
		const became = this.became?.[visit.name];
		if (became) return left_card(visit, became);
		const draft = drafts.read(visit.name);
		const where = [visit.site, visit.address].filter(Boolean).join(", ");
		const call = visit.phone ? `<a class="btn btn-default" href="tel:${escaped(visit.phone)}">${__("Call by Phone")}</a>` : "";
		const map = where
			? `<a class="btn btn-default" target="_blank" rel="noopener" href="https://www.google.com/maps/search/?api=1&query=${encodeURIComponent(where)}">${__("Map")}</a>`
			: "";
		const kept = draft?.sending ? __("Waits for a signal") : draft ? __("Not sent yet") : "";
		return `<article class="nervion-visit-card">
			<div class="nervion-visit-when">${escaped(nervion_service.words.moment(visit.scheduled_from))}
				${kept ? `<span class="indicator-pill no-indicator-dot orange">${kept}</span>` : ""}</div>
			<h3>${escaped(visit.party_name || visit.subject)}</h3>
			<p>${escaped(visit.subject)}</p>
			<p class="text-muted">${escaped([where, visit.contact_name].filter(Boolean).join(" · "))}</p>
			<div class="nervion-visit-actions">${call}${map}
				<button class="btn btn-primary" data-open="${escaped(visit.name)}">${__("Open the Visit")}</button></div>
		</article>`;
	}

	// The form ---------------------------------------------------------------------------------------------------

	open(name) {
		const visit = this.visits.find((one) => one.name === name);
		if (!visit) return;
		this.visit = visit;
		const draft = drafts.read(name);
		this.base = draft?.base || copy_of(visit);
		this.values = draft?.values || copy_of(visit);
		this.sending = draft?.sending || null;
		this.step = 0;
		this.note(draft ? __("What you wrote is still here.") : "");
		this.draw();
	}

	draw_form() {
		this.page.set_title(this.visit.party_name || this.visit.name);
		const content = [this.checklist, this.application, this.findings, this.signing][this.step].call(this);
		const last = this.step === steps().length - 1;
		this.$body.html(`<nav class="nervion-visit-steps" aria-label="${__("Steps")}">${steps()
			.map((label, at) => `<button class="${at === this.step ? "is-here" : ""}" data-step="${at}" ${at === this.step ? 'aria-current="step"' : ""}>${at + 1}<span>${label}</span></button>`)
			.join("")}</nav>
			<form class="nervion-visit-form" novalidate>${content}</form>
			<p class="nervion-visit-note" role="status" aria-live="polite">${escaped(this.said || "")}</p>
			<div class="nervion-visit-actions">
				<button class="btn btn-default" data-back>${this.step ? __("Back") : __("All Visits")}</button>
				${last ? `<button class="btn btn-default" data-send="0">${__("Save and Go On Later")}</button><button class="btn btn-primary" data-send="1">${__("Finish the Visit")}</button>` : `<button class="btn btn-primary" data-next>${__("Next")}</button>`}
			</div>`);
		if (this.step === 2) this.draw_photographs();
		if (last) this.sign();
	}

	checklist() {
		const answers = ["Yes", "No", "Not Applicable"];
		return this.values.checklist
			.map(
				(row, at) => `<fieldset class="nervion-visit-point"><legend>${escaped(row.point)}</legend>
				<div class="nervion-visit-choice">${answers
					.map((answer) => `<label><input type="radio" name="check-${at}" value="${answer}" ${row.result === answer ? "checked" : ""}><span>${__(answer)}</span></label>`)
					.join("")}</div></fieldset>`
			)
			.join("");
	}

	application() {
		const rows = measured().map(([name, label, unit]) => this.number(name, label, unit)).join("");
		const product = [this.visit.item, this.visit.batch].filter(Boolean).join(" · ");
		return `${product ? `<p class="text-muted">${escaped(product)}</p>` : ""}
			${this.text("surface", __("Surface"))}${this.text("surface_preparation", __("Surface Preparation"))}
			<div class="nervion-visit-numbers">${rows}</div><p class="nervion-visit-dew" role="status">${this.dew_point()}</p>`;
	}

	findings() {
		return `${this.long("diagnosis", __("Diagnosis"))}${this.long("recommendation", __("Recommendation"))}
			<label class="btn btn-default nervion-visit-camera">${__("Take or Choose Photographs")}
				<input type="file" accept="image/*" capture="environment" multiple hidden></label>
			<div class="nervion-visit-photographs"></div>`;
	}

	signing() {
		const results = ["Resolved", "Problem Found", "Not Done"];
		return `<fieldset class="nervion-visit-point"><legend>${__("Result")}</legend><div class="nervion-visit-choice">${results
			.map((one) => `<label><input type="radio" name="result" value="${one}" ${this.values.result === one ? "checked" : ""}><span>${__(one)}</span></label>`)
			.join("")}</div></fieldset>
			<p class="text-muted">${__("A problem found makes a draft of the RAT by itself.")}</p>
			<label class="control-label">${__("Signature of the Customer")}</label>
			<canvas class="nervion-visit-signature" width="800" height="300" aria-label="${__("Signature of the Customer")}"></canvas>
			<button type="button" class="btn btn-xs btn-default" data-clear>${__("Sign Again")}</button>
			${this.text("signed_by", __("Signed By"))}${this.text("unsigned_reason", __("Why There Is No Signature"))}`;
	}

	text(name, label) {
		return `<label class="nervion-visit-field"><span>${label}</span><input class="form-control" name="${name}" value="${escaped(this.values[name])}" autocomplete="off"></label>`;
	}

	long(name, label) {
		return `<label class="nervion-visit-field"><span>${label}</span><textarea class="form-control" name="${name}" rows="4">${escaped(this.values[name])}</textarea></label>`;
	}

	number(name, label, unit) {
		const limit = this.visit.limits[name];
		const range = limit ? [limit.minimum, limit.maximum].map((one) => one ?? "…").join(" – ") : "";
		return `<label class="nervion-visit-field"><span>${label} (${unit})</span>
			<input class="form-control" name="${name}" inputmode="decimal" value="${escaped(this.values[name])}" autocomplete="off">
			<small class="text-muted">${range ? __("Limits: {0}", [range]) : ""}</small></label>`;
	}

	// the same formula as on the server, whose word counts: here it warns while the brush is still dry
	dew_point() {
		const [air, surface, humidity] = ["air_temperature", "surface_temperature", "relative_humidity"].map((name) =>
			parseFloat(this.values[name])
		);
		if (!(humidity > 0) || Number.isNaN(air)) return "";
		const gamma = Math.log(humidity / 100) + (17.62 * air) / (243.12 + air);
		const point = (243.12 * gamma) / (17.62 - gamma);
		if (Number.isNaN(surface)) return __("Dew point: {0} °C", [point.toFixed(1)]);
		return __("Dew point: {0} °C; the surface is {1} °C above it.", [point.toFixed(1), (surface - point).toFixed(1)]);
	}

	sign() {
		this.box = new SignatureBox(this.$body.find("canvas")[0], (value) => this.keep("signature", value));
		this.box.restore(this.values.signature);
	}

	async draw_photographs() {
		const name = this.visit.name;
		const kept = await photographs.of(name);
		if (this.visit?.name !== name) return;
		const sent = this.visit.photographs ? `<p class="text-muted">${__("{0} photographs sent already", [this.visit.photographs])}</p>` : "";
		this.$body.find(".nervion-visit-photographs").html(
			sent +
				kept
					.map((one) => `<figure><img src="${URL.createObjectURL(one.blob)}" alt="${escaped(one.name)}"><button type="button" class="btn btn-xs btn-default" data-remove="${one.id}">${__("Remove")}</button></figure>`)
					.join("")
		);
	}

	// Keeping and sending ----------------------------------------------------------------------------------------

	listen() {
		this.$body
			.on("click", "[data-open]", (event) => this.open($(event.currentTarget).attr("data-open")))
			.on("click", "[data-step]", (event) => this.go(Number($(event.currentTarget).attr("data-step"))))
			.on("click", "[data-next]", () => this.go(this.step + 1))
			.on("click", "[data-back]", () => (this.step ? this.go(this.step - 1) : this.leave()))
			.on("click", "[data-note]", (event) => this.leave_note($(event.currentTarget).attr("data-note")))
			.on("click", "[data-discard]", (event) => this.ask_to_discard($(event.currentTarget).attr("data-discard")))
			.on("click", "[data-send]", (event) => this.ask_to_send(Number($(event.currentTarget).attr("data-send"))))
			.on("click", "[data-clear]", () => {
				this.box.clear();
				this.keep("signature", "");
			})
			.on("click", "[data-remove]", async (event) => {
				await photographs.remove($(event.currentTarget).attr("data-remove"));
				this.keep();
				this.draw_photographs();
			})
			.on("submit", "form", (event) => event.preventDefault())
			.on("input change", "input:not([type=file]), textarea", (event) => this.typed(event.target))
			.on("change", "input[type=file]", (event) => this.photographed(event.target));
	}

	typed(input) {
		const check = input.name.match(/^check-(\d+)$/);
		if (check) {
			this.values.checklist[Number(check[1])].result = input.value;
			return this.keep();
		}
		this.keep(input.name, input.value);
		this.$body.find(".nervion-visit-dew").text(this.dew_point());
	}

	async photographed(input) {
		const files = [...input.files];
		input.value = "";
		try {
			for (const file of files) await photographs.add(this.visit.name, file);
			this.keep();
		} catch {
			this.note(__("This device has no room for more photographs: send what there is first."));
		}
		this.draw_photographs();
	}

	keep(name, value) {
		if (name) this.values[name] = value;
		// what was changed after an attempt is another sending than the one that was tried
		this.sending = null;
		const is_kept = drafts.write(this.visit.name, this.draft());
		this.note(
			is_kept
				? __("Kept on this phone at {0}.", [moment().format("HH:mm")])
				: __("This device keeps nothing: do not close the page before it was sent.")
		);
	}

	draft() {
		return { values: this.values, base: this.base, visit: this.visit, sending: this.sending };
	}

	note(text) {
		this.said = text;
		this.$body.find(".nervion-visit-note").text(text || "");
	}

	go(step) {
		this.step = Math.max(0, Math.min(step, steps().length - 1));
		this.draw();
		window.scrollTo(0, 0);
	}

	leave() {
		this.visit = null;
		this.show();
	}

	async ask_to_send(finish) {
		this.sending = { id: random_id(), finish };
		drafts.write(this.visit.name, this.draft());
		await this.send(this.visit.name, true);
	}

	async send_waiting() {
		if (this.is_sending || !navigator.onLine) return;
		const waiting = (this.visits || []).filter(({ name }) => drafts.read(name)?.sending && !this.became?.[name]);
		for (const visit of waiting) await this.send(visit.name, false);
	}

	async send(name, by_hand) {
		const draft = drafts.read(name) || this.draft();
		if (this.is_sending || !draft.sending) return;
		this.is_sending = true;
		this.note(__("Sending…"));
		try {
			await this.arrived(name, await this.posted(name, draft), draft);
		} catch (refusal) {
			this.not_arrived(name, refusal, draft, by_hand);
		} finally {
			this.is_sending = false;
		}
	}

	// A few photographs at a time; the last part carries the end of the visit. Each part is marked by its first photograph, so that one
	// that is sent again is known although those before it are gone.
	async posted(name, draft) {
		const { sending } = draft;
		const kept = await photographs.of(name);
		let visit;
		do {
			const files = kept.splice(0, PHOTOGRAPHS_A_SENDING);
			const id = `${sending.id}-${files.length ? files[0].id.slice(0, 16) : "words"}`;
			const finish = kept.length ? 0 : sending.finish;
			visit = await this.posted_part(SEND, name, { id, finish, values: changed(draft), files });
			await photographs.forget(files.map((one) => one.id));
		} while (kept.length);
		return visit;
	}

	async posted_part(method, name, { id, finish, values, files }) {
		const body = new FormData();
		body.append("visit", name);
		body.append("client_id", id);
		if (finish) body.append("finish", finish);
		body.append("values", JSON.stringify(values));
		for (const one of files) body.append("files", one.blob, one.name.replace(/\.\w+$/, "") + ".jpg");
		const response = await fetch(`/api/method/${method}`, {
			method: "POST",
			headers: { "X-Frappe-CSRF-Token": frappe.csrf_token, Accept: "application/json" },
			body,
			// a connection that hangs would keep every later attempt waiting
			signal: AbortSignal.timeout(LONGEST_SENDING),
		});
		const answer = await response.json().catch(() => ({}));
		if (!response.ok) throw { refused: words_of(answer) || __("The server did not accept it ({0}).", [response.status]) };
		return answer.message;
	}

	async arrived(name, visit, draft) {
		const later = drafts.read(name);
		// what was written or photographed while it was under way is still to be sent
		const goes_on = Boolean(later && later.at !== draft.at) || (await photographs.of(name)).length > 0;
		this.visits = this.visits.map((one) => (one.name === name ? visit : one)).filter((one) => !one.ended || goes_on);
		drafts.list.write(this.visits.filter((one) => !one.ended));
		if (goes_on) return this.go_on_after(name, visit, later || draft);
		drafts.forget(name);
		const done = draft.sending.finish ? __("Visit {0} was finished and sent.", [name]) : __("Visit {0} was sent.", [name]);
		frappe.show_alert({ message: escaped(done), indicator: "green" });
		if (visit.ended && visit.analysis_report) this.lead_to_report(visit.analysis_report);
		if (this.visit?.name === name) this.visit = null;
		this.draw();
	}

	go_on_after(name, visit, { values }) {
		const draft = { values, base: copy_of(visit), visit, sending: null };
		drafts.write(name, draft);
		if (this.visit?.name === name) Object.assign(this, { base: draft.base, visit, sending: null });
		this.note(__("It was sent. What you wrote meanwhile is kept: send it as well."));
	}

	// Of a visit that is over or somebody else's: nothing of it is sent any more, and nothing that was written is lost.
	async leave_note(name) {
		if (this.is_sending) return;
		this.is_sending = true;
		try {
			for (const part of await parts_of_note(name, changed(drafts.read(name)), PHOTOGRAPHS_A_SENDING))
				await this.posted_part(NOTE, name, part);
			await discard(name);
			frappe.show_alert({ message: __("The office has your note about {0}.", [escaped(name)]), indicator: "green" });
		} catch (refusal) {
			const why = refusal?.refused || __("No signal: hand it in once there is one. It is kept on this phone.");
			frappe.msgprint({ title: __("Not Sent"), message: escaped(why), indicator: "orange" });
		} finally {
			this.is_sending = false;
		}
		this.show();
	}

	ask_to_discard(name) {
		frappe.confirm(__("What you wrote and photographed for {0} is deleted from this phone. Nobody else has it.", [escaped(name)]), async () => {
			await discard(name);
			this.show();
		});
	}

	// the technician is its author, and the conclusions are still to be written
	lead_to_report(report) {
		frappe.msgprint({
			title: __("A Draft of the RAT Was Made"),
			message: __("{0} has what you found. Write its conclusions and send it to review.", [escaped(report)]),
			primary_action: {
				label: __("Open the RAT"),
				action: () => {
					frappe.hide_msgprint();
					frappe.set_route("Form", "Technical Analysis Report", report);
				},
			},
		});
	}

	not_arrived(name, refusal, draft, by_hand) {
		if (!refusal?.refused) return this.note(__("No signal: it is kept on this phone and sent by itself."));
		// what the server refuses is not tried again until somebody mends it
		drafts.write(name, { ...(drafts.read(name) || draft), sending: null });
		this.note(refusal.refused);
		if (by_hand) frappe.msgprint({ title: __("Not Sent"), message: escaped(refusal.refused), indicator: "orange" });
	}
};

const copy_of = (visit) => ({ ...visit, checklist: visit.checklist.map((row) => ({ ...row })) });

// a visit that left the list is shown as long as this phone keeps something of it
function with_drafts(visits) {
	const known = new Set(visits.map((one) => one.name));
	return [...visits, ...drafts.visits().filter((one) => !known.has(one.name))];
}

// only what was changed here: what others wrote meanwhile stays as they wrote it
function changed({ values, base }) {
	if (!base) return values;
	const fields = Object.keys(values).filter((name) => name !== "checklist" && values[name] !== base[name]);
	const before = new Map(base.checklist.map((row) => [row.point, row]));
	const differs = (row) => ["result", "note"].some((part) => row[part] !== before.get(row.point)?.[part]);
	return { ...Object.fromEntries(fields.map((name) => [name, values[name]])), checklist: values.checklist.filter(differs) };
}

function words_of(answer) {
	try {
		const messages = JSON.parse(answer._server_messages || "[]").map((one) => JSON.parse(one).message);
		return $("<div>").html(frappe.utils.xss_sanitise(messages.join(" "))).text();
	} catch {
		return "";
	}
}
