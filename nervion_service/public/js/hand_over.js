// Giving cases to another person from wherever they are shown: asked once, with a reason, and told what was refused.
import { in_chunks, tell } from "./folio_list.js";

frappe.provide("nervion_service.hand_over");

Object.assign(nervion_service.hand_over, {
	// folios: names; people: [{value, label}] to choose from, any user of the desk without; user: who is proposed.
	// Resolves to {done, failed}, or to null when the person thought better of it.
	ask({ folios, people, user }) {
		return new Promise((resolve) => {
			let given = false;
			const whom = people
				? { fieldtype: "Select", options: people }
				: { fieldtype: "Link", options: "User", filters: { enabled: 1, user_type: "System User" } };
			const dialog = new frappe.ui.Dialog({
				title: folios.length === 1 ? __("Hand Over {0}", [folios[0]]) : __("Hand Over {0} Folios", [folios.length]),
				fields: [
					{ ...whom, fieldname: "user", label: __("Hand Over to"), reqd: 1, default: user },
					{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
				],
				primary_action_label: __("Hand Over"),
				primary_action: async (values) => {
					given = true;
					dialog.hide();
					const found = await in_chunks(__("Hand Over"), folios, (names) => ["bulk.assign", { names, ...values }]);
					tell(__("Hand Over"), found);
					resolve(found);
				},
				on_hide: () => given || resolve(null),
			});
			dialog.show();
		});
	},
});
