// A technician's visits on a phone: a form in steps that keeps every word on the device until it has really arrived.
frappe.pages["service-visit-form"].on_page_load = (wrapper) => {
	wrapper.visits = new nervion_service.VisitForm(wrapper);
};
frappe.pages["service-visit-form"].on_page_show = (wrapper) => wrapper.visits.show();
