"""A sample with its chain of custody: wiring only. The rules stand in `services/analysis/samples`."""

from frappe.model.document import Document

from nervion_service.domain.naming import SAMPLE
from nervion_service.services.analysis import samples
from nervion_service.services.complaints import records


class ServiceSample(Document):
	def autoname(self):
		records.number(self, SAMPLE)

	def before_insert(self):
		samples.begin(self)

	def validate(self):
		samples.check(self)

	def on_update(self):
		samples.follow(self)

	def before_rename(self, *_args, **_kwargs):
		records.refuse_rename(self)

	def on_trash(self):
		records.refuse_deletion(self)
