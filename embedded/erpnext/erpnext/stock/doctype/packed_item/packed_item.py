from frappe.model.document import Document


class PackedItem(Document):
	"""An item that travels inside a product bundle; rows are made by the transaction."""
