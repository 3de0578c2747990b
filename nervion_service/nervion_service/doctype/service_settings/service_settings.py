import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from nervion_service.services import absences, calendars

# the smallest number with which each of these still works
_AT_LEAST = {
	"closing_attempts": 1,
	"reopen_window_days": 0,
	"sweep_batch_size": 1,
	"sweep_retry_minutes": 1,
	"sweep_late_after_minutes": 2,
	"event_retention_years": 1,
	"commitment_retention_years": 1,
	"notice_retention_days": 1,
	"job_log_retention_days": 1,
	"active_customer_days": 1,
	"recurrent_purchases": 1,
	"recurrent_months": 1,
	"recurrence_days": 1,
	"tracking_days": 1,
	"trusted_proxies": 0,
	"guest_requests_per_hour": 1,
	"guest_actions_per_hour": 1,
	"program_calls_per_minute": 1,
	"acknowledgements_per_hour": 1,
}


class ServiceSettings(Document):
	"""What the company decides once: defaults, assumptions to confirm (D10), the sweep's pace, how long records stay."""

	def validate(self):
		for fieldname, least in _AT_LEAST.items():
			if cint(self.get(fieldname)) < least:
				frappe.throw(
					_("{0} must be at least {1}.").format(_(self.meta.get_label(fieldname)), least),
					title=_("Too Small"),
				)
		if self.fallback_user:
			absences.check_staff(self.meta.get_label("fallback_user"), self.fallback_user)

	def on_update(self):
		calendars.forget()
