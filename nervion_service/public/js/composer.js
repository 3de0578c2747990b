// Frappe's composer of mails asks for the signature of the account that sends, which executives may not read: it told them "not
// permitted" at every answer and dropped the words of the template. Whoever may not read accounts signs with a signature of their own.

const Composer = frappe.views.CommunicationComposer;
const signature_of = Composer.prototype.get_signature;

Composer.prototype.get_signature = function (sender) {
	const may_ask = frappe.boot.user.email_signature || frappe.model.can_read("Email Account");
	return may_ask ? signature_of.call(this, sender) : Promise.resolve("");
};
