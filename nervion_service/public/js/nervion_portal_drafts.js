// What a customer is typing, kept on the device until it was really sent: an expired session loses nothing.

const PREFIX = "nervion-draft:";
// what is older was given up, or belongs to somebody who used this device before
const LIFETIME = 7 * 24 * 3600 * 1000;

/** Whether people fill a field in: the page's own stamp and token are never older than the page, a trap stays empty. */
function is_written(fields) {
	const field = fields instanceof RadioNodeList ? fields[0] : fields;
	return field && field.type !== "hidden" && !field.closest(".nv-trap");
}

export class Drafts {
	/** `key` names the form and its reader, so that nobody gets the draft of another. */
	constructor(form, key) {
		this.form = form;
		this.key = PREFIX + key;
		// guests share devices: theirs ends with the window, so that the next person sees nothing of it
		this.place = /(^|:)guest$/.test(key) ? "sessionStorage" : "localStorage";
		this.had_files = false;
		this.sending = null;
		form.addEventListener("input", () => this.begin_anew());
		form.addEventListener("change", () => this.begin_anew());
	}

	/** What was changed after an attempt is another message than the one that was tried. */
	begin_anew() {
		this.sending = null;
		this.keep(this.had_files);
	}

	/** Fill the form with what was kept; true when there was anything. */
	restore() {
		const kept = this.read();
		if (!kept) return false;
		this.sending = kept.sending;
		this.had_files = Boolean(kept.had_files);
		Object.entries(kept.values).forEach(([name, value]) => this.fill(name, value));
		this.form.dispatchEvent(new Event("nv-restored"));
		return Object.values(kept.values).some((value) => value) || this.had_files;
	}

	fill(name, value) {
		const fields = this.form.elements[name];
		if (!fields || !is_written(fields)) return;
		if (fields instanceof RadioNodeList) fields.value = value;
		else if (fields.type === "checkbox") fields.checked = value === fields.value;
		else fields.value = value;
	}

	keep(had_files = false) {
		const values = {};
		new FormData(this.form).forEach((value, name) => {
			if (typeof value === "string" && is_written(this.form.elements[name])) values[name] = value;
		});
		this.had_files = had_files;
		this.write({ values, had_files, sending: this.sending, at: Date.now() });
	}

	forget() {
		this.sending = null;
		this.had_files = false;
		try {
			window[this.place].removeItem(this.key);
		} catch {
			// a browser that keeps nothing has nothing to forget
		}
	}

	/** The same for every attempt to send this draft, so that two clicks make one request. */
	key_of_sending() {
		if (!this.sending) {
			this.sending = [...crypto.getRandomValues(new Uint8Array(16))]
				.map((byte) => byte.toString(16).padStart(2, "0"))
				.join("");
			this.keep(this.had_files);
		}
		return this.sending;
	}

	read() {
		try {
			const kept = JSON.parse(window[this.place].getItem(this.key) || "null");
			return kept && Date.now() - kept.at < LIFETIME ? kept : null;
		} catch {
			return null;
		}
	}

	write(draft) {
		try {
			window[this.place].setItem(this.key, JSON.stringify(draft));
		} catch {
			// private windows may keep nothing: the form still works
		}
	}
}
