"""The tree of root causes: wiring only. The rules stand in `services/corrective/causes.py`."""

from frappe.utils.nestedset import NestedSet

from nervion_service.services.complaints import records
from nervion_service.services.corrective import causes


class ServiceRootCause(NestedSet):
	nsm_parent_field = "parent_service_root_cause"

	def validate(self):
		causes.check(self)

	def before_rename(self, *_args, **_kwargs):
		records.refuse_rename(self)

	def on_trash(self, *_args, **_kwargs):
		causes.refuse_deletion(self)
