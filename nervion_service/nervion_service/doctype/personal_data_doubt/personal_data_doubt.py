"""Whose a record is that only shares a name or a number with the person: wiring only."""

from frappe.model.document import Document


class PersonalDataDoubt(Document):
	pass
