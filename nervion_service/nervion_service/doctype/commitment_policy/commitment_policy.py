import frappe
from frappe import _
from frappe.model.document import Document

from nervion_service.services import policies, policy_versions, system


class CommitmentPolicy(Document):
	"""What is promised by when, to whom it is told on the way, in versions with an approver and a date of effect (D20)."""

	def before_naming(self):
		if self.policy_code and (not self.version or self._is_taken()):
			self.version = policy_versions.next_version(self.policy_code)

	def validate(self):
		if self.is_new():
			self._refuse_born_approved()
		policy_versions.validate(self)

	def on_update(self):
		policies.forget()

	def on_trash(self):
		if self.status != "Draft":
			frappe.throw(
				_("{0} was in force and stays on record: retire it instead of deleting it.").format(
					self.name
				),
				title=_("In Force"),
			)

	def after_delete(self):
		policies.forget()

	def _is_taken(self) -> bool:
		return bool(
			frappe.db.exists("Commitment Policy", {"policy_code": self.policy_code, "version": self.version})
		)

	def _refuse_born_approved(self):
		# set-up ships approved promises; anybody else's begin as drafts, whatever the request says
		if self.status != "Draft" and not self.flags.ignore_permissions:
			self.status = "Draft"
			self.approved_by = self.approved_at = None


@frappe.whitelist()
def new_version(name: str) -> str:
	"""Copy a promise to a Draft with the next version; returns its name."""
	system.require("Commitment Policy", "create")
	system.permitted("Commitment Policy", name, "read")
	return policy_versions.new_version(name).name


@frappe.whitelist()
def approve(name: str) -> str:
	"""Put a Draft into effect; returns its name."""
	# who may is asked there: a deputy need not be able to write
	system.permitted("Commitment Policy", name, "read")
	return policy_versions.approve(name).name


@frappe.whitelist()
def retire(name: str) -> str:
	"""Make no new promises by it; returns its name."""
	# who may is asked there: a deputy need not be able to write
	system.permitted("Commitment Policy", name, "read")
	return policy_versions.retire(name).name
