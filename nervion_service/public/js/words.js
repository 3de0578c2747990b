// Moments, durations and promises in the words of the person who reads them. All moments are the site's, as the server
// sends them; people see them in their own time zone, as Frappe shows every other one.
frappe.provide("nervion_service.words");

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const in_reader_zone = (moment) => frappe.datetime.convert_to_user_tz(moment, false);

// weekday and month by the browser's own words for the reader's language
function named(moment, parts) {
	const language = (frappe.boot.lang || "en").replace("_", "-");
	const day = new Date(Date.UTC(moment.year(), moment.month(), moment.date()));
	const found = new Intl.DateTimeFormat(language, { ...parts, timeZone: "UTC" }).formatToParts(day);
	return (type) => (found.find((part) => part.type === type)?.value || "").replace(".", "");
}

const what_to_do = (kind) =>
	({
		"First Answer": __("Answer the customer"),
		"Corporate Answer": __("Answer the customer"),
		Acceptance: __("Accept the case"),
		Resolution: __("Resolve the claim"),
	}[kind] || __(kind));

Object.assign(nervion_service.words, {
	time(at) {
		return in_reader_zone(at).format("HH:mm");
	},

	// "mar 3 mar, 14:20"; the year only when it is another one
	moment(at) {
		const shown = in_reader_zone(at);
		const part = named(shown, { weekday: "short", day: "numeric", month: "short" });
		const day = `${part("weekday")} ${part("day")} ${part("month")}`;
		return shown.year() === moment().year()
			? `${day}, ${shown.format("HH:mm")}`
			: `${day} ${shown.year()}, ${shown.format("HH:mm")}`;
	},

	same_day(one, other) {
		return in_reader_zone(one).isSame(in_reader_zone(other), "day");
	},

	// working time: hours and minutes, never days, since a working day has no fixed length
	working(seconds) {
		const whole = Math.round(Math.abs(seconds) / MINUTE);
		const [hours, minutes] = [Math.floor(whole / 60), whole % 60];
		if (!hours) return minutes ? __("{0} min", [minutes]) : __("less than 1 min");
		return minutes ? __("{0} h, {1} min", [hours, minutes]) : __("{0} h", [hours]);
	},

	// time on the wall: days as well
	wall(seconds) {
		const whole = Math.abs(seconds);
		if (whole < DAY) return this.working(whole);
		const [days, hours] = [Math.floor(whole / DAY), Math.floor((whole % DAY) / HOUR)];
		return hours ? __("{0} d, {1} h", [days, hours]) : __("{0} d", [days]);
	},

	seconds_between(from, to) {
		return moment(to).diff(moment(from), "seconds");
	},

	// for a column of a list: "50 min", "2 h 10 min tarde"; what it means stands in `left`
	short(promise, now) {
		if (promise.paused_at && promise.status !== "Breached") return __("Paused");
		if (!["Running", "Breached"].includes(promise.status)) return __(promise.status);
		const seconds = this.seconds_between(now, promise.due_at);
		if (seconds < 0) return __("{0} late", [this.wall(seconds)]);
		return this.counts_working_time(promise, now) ? this.working(promise.seconds_left) : this.wall(seconds);
	},

	// "faltan 50 min", "2 h 10 min tarde"
	left(promise, now) {
		const open = ["Running", "Breached"].includes(promise.status);
		if (!open || promise.paused_at || this.seconds_between(now, promise.due_at) < 0) return this.short(promise, now);
		return this.counts_working_time(promise, now)
			? __("{0} of working time left", [this.short(promise, now)])
			: __("{0} left", [this.short(promise, now)]);
	},

	// until a later day the nights in between say nothing
	counts_working_time(promise, now) {
		return promise.basis === "Working Time" && !this.same_day(promise.due_at, now);
	},

	// "Responder al cliente antes de las 14:20, faltan 50 min"
	promise(promise, now) {
		const what = what_to_do(promise.kind);
		const seconds = this.seconds_between(now, promise.due_at);
		const today = this.same_day(promise.due_at, now);
		if (promise.paused_at && promise.status !== "Breached") {
			return __("{0}: paused since {1}", [what, this.moment(promise.paused_at)]);
		}
		if (seconds < 0) {
			const was_due = today ? this.time(promise.due_at) : this.moment(promise.due_at);
			return today
				? __("{0}: was due at {1}, {2} ago", [what, was_due, this.wall(seconds)])
				: __("{0}: was due on {1}, {2} ago", [what, was_due, this.wall(seconds)]);
		}
		if (today) return __("{0} before {1}, {2} left", [what, this.time(promise.due_at), this.wall(seconds)]);
		const due = this.moment(promise.due_at);
		return this.counts_working_time(promise, now)
			? __("{0} by {1}, {2} of working time left", [what, due, this.working(promise.seconds_left)])
			: __("{0} by {1}, {2} left", [what, due, this.wall(seconds)]);
	},
});
