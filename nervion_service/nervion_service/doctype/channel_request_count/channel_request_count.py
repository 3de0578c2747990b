"""How many requests a way in was sent on a day, and how they ended: wiring only, `services.arrivals` counts."""

from frappe.model.document import Document


class ChannelRequestCount(Document):
	pass
