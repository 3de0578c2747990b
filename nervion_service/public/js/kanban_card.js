// The title of a card on a board (X6): Frappe turns it into plain text, with what a customer wrote as &lt;img&gt; become a tag again, and
// puts it into the page and into an attribute as it is. Escaping is right for every board, since what comes there is plain text.
const CARD = "kanban_card";
const escape_title = (template) => template?.replace(/\{\{\s*title\s*\}\}/g, "{{ frappe.utils.escape_html(title) }}");

// the board's own bundle, which brings the template, is loaded when somebody opens a board
let template = escape_title(frappe.templates[CARD]);
Object.defineProperty(frappe.templates, CARD, {
	configurable: true,
	enumerable: true,
	get: () => template,
	set: (text) => (template = escape_title(text)),
});
