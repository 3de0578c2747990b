// Frappe's field of a date and time adds the time zone to its help, and only then looks for the help in the reader's language, where it
// finds none of that name: it is looked for first.

const Field = frappe.ui.form.ControlDatetime;
const show = Field.prototype.set_description;

Field.prototype.set_description = function (...help) {
	if (this.df.description) this.df.description = __(this.df.description);
	return show.apply(this, help);
};
