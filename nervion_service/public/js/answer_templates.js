// A chooser of answer templates for a folio: what fits its type and channel, filled in, to be sent or read out.

frappe.provide("nervion.answer_templates");

const SERVICE = "nervion_service.services.answer_templates";
const escaped = (text) => frappe.utils.escape_html(text || "");

class Chooser {
	constructor(frm, { call }) {
		Object.assign(this, { frm, call });
		frappe.xcall(`${SERVICE}.offered`, { folio: frm.doc.name }).then((templates) => this.open(templates));
	}

	open(templates) {
		this.templates = templates;
		if (!templates.length) return this.tell_none();
		this.dialog = new frappe.ui.Dialog({
			title: __("Answer with a Template"),
			size: "large",
			fields: [
				{ fieldname: "chosen", fieldtype: "Select", label: __("Template"), options: this.options(), reqd: 1, change: () => this.preview() },
				{ fieldname: "preview", fieldtype: "HTML" },
			],
			primary_action_label: __("Write with It"),
			primary_action: () => this.write(),
			secondary_action_label: __("Read It out and Log the Call"),
			secondary_action: () => this.read_out(),
		});
		this.dialog.set_value("chosen", templates[0].name);
		this.dialog.show();
		this.preview();
	}

	options() {
		return this.templates.map((one) => ({ value: one.name, label: one.title }));
	}

	chosen() {
		return this.templates.find((one) => one.name === this.dialog.get_value("chosen")) || this.templates[0];
	}

	// the text comes filled in and escaped, and Frappe cleaned the template when it was saved
	preview() {
		const one = this.chosen();
		const tone = one.tone_notes ? `<p class="text-muted small"><b>${__("Tone")}:</b> ${escaped(one.tone_notes)}</p>` : "";
		this.dialog.fields_dict.preview.$wrapper.html(
			`<div class="nervion-template">${this.gaps(one)}<p><b>${escaped(one.subject)}</b></p><div>${one.html}</div>${tone}</div>`
		);
	}

	gaps({ gaps }) {
		if (!gaps.length) return "";
		const missing = gaps.map((name) => `<code>${escaped(name)}</code>`).join(", ");
		return `<p class="nervion-gaps text-warning" role="status">${__("This folio has nothing for {0}: fill in ____ before you send it.", [missing])}</p>`;
	}

	write() {
		const one = this.chosen();
		this.dialog.hide();
		const { doc } = this.frm;
		new frappe.views.CommunicationComposer({
			doc,
			frm: this.frm,
			subject: one.subject,
			recipients: doc.email,
			message: one.html,
			attach_document_print: false,
			success: (answer) => this.mark(answer.message && answer.message.name, one),
		});
	}

	mark(communication, one) {
		if (!communication) return;
		frappe.xcall(`${SERVICE}.mark_sent`, { communication, template: one.name });
	}

	read_out() {
		const one = this.chosen();
		this.dialog.hide();
		this.call(one.text);
	}

	tell_none() {
		frappe.msgprint({
			title: __("No Template"),
			message: __("No approved template fits this type and channel. Write one under Answer Template and have the Coordinator approve it."),
			indicator: "blue",
		});
	}
}

// call(text): opens the form of a logged call with that text in it
nervion.answer_templates.choose = (frm, doings) => new Chooser(frm, doings);
