from frappe.model.document import Document


class ProductBundleItem(Document):
	"""An item of a Product Bundle, with its quantity per bundle."""
