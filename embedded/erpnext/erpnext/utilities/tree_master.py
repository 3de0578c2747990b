"""Shared by masters that are trees."""

from frappe.utils.nestedset import NestedSet, get_root_of


class TreeMaster(NestedSet):
	"""A master whose rows hang from one root unless they name a parent."""

	def validate(self):
		"""Hang an orphan from the root; the root itself keeps no parent."""
		if self.get(self.nsm_parent_field):
			return
		root = get_root_of(self.doctype)
		if root and root != self.name:
			self.set(self.nsm_parent_field, root)
