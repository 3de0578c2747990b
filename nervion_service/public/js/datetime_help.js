// Frappe's field of a date and time adds the time zone to its help, and only then looks for the help in the reader's language, where it
// finds none of that name: it is looked for first.

const Field = frappe.ui.form.ControlDatetime;
const show = Field.prototype.set_description;

Field.prototype.set_description = function (...help) {
	if (this.df.description) this.df.description = __(this.df.description);
	return show.apply(this, help);
};

// Its calendar knows no seconds: showing a moment writes "02:15:ss" into the field and takes that for a change, so that a document just
// opened reads "not saved". What is shown is no choice, and the field says the whole moment.
const show_moment = Field.prototype.set_formatted_input;

Field.prototype.set_formatted_input = function (value) {
	const options = this.datepicker?.opts;
	const chosen = options?.onSelect;
	if (options) options.onSelect = null;
	try {
		show_moment.call(this, value);
	} finally {
		if (options) options.onSelect = chosen;
	}
	const is_moment = value && !["today", "now"].includes(value.toLowerCase());
	if (options && is_moment) this.$input?.val(this.format_for_input(value));
};
