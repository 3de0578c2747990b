// ERPNext's Customer: what the service knows of them, above the form's own connections.
frappe.ui.form.on("Customer", {
	async refresh(frm) {
		if (frm.is_new() || !frappe.model.can_read("Service Folio")) return;
		const name = frm.doc.name;
		const known = await frappe.xcall("nervion_service.services.customer_360.of_customer", { customer: name });
		if (frm.doc.name !== name) return;
		frm.nervion_360?.remove();
		const html = nervion_service.customer_360.html(known);
		frm.nervion_360 = $(`<div class="nervion-360 nervion-360-wide">${html}</div>`);
		nervion_service.customer_360.listen(frm.nervion_360);
		frm.dashboard.add_section(frm.nervion_360, __("Customer Service"));
		frm.dashboard.show();
	},
});
