import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate, getdate

from nervion_service.domain import deputies


class ServiceDeputy(Document):
	"""Who stands in for whom between two dates: used by assignment, the ladder of warnings and approvals."""

	def validate(self):
		try:
			deputies.validate(_absence(self), _others(self))
		except deputies.DeputyError as error:
			frappe.throw(_sentence(error), title=_("Deputy"))


def _absence(row) -> deputies.Absence:
	return deputies.Absence(row.person, row.deputy, getdate(row.from_date), getdate(row.to_date))


def _others(doc) -> list[deputies.Absence]:
	# every absence matters for a circle, also those the editor may not read
	rows = frappe.get_all(
		"Service Deputy",
		filters={
			"name": ("!=", doc.name or ""),
			"to_date": (">=", doc.from_date),
			"from_date": ("<=", doc.to_date),
		},
		fields=["person", "deputy", "from_date", "to_date"],
		order_by="from_date, name",
	)
	return [_absence(row) for row in rows]


def _sentence(error: deputies.DeputyError) -> str:
	values = {
		key: formatdate(value) if key.endswith("_date") else value for key, value in error.values.items()
	}
	return {
		"deputy_is_self": _("{person} cannot stand in for themselves. Choose somebody else."),
		"deputy_dates": _(
			"The last day ({to_date}) is before the first day ({from_date}). Change one of them."
		),
		"deputy_overlap": _(
			"{person} already has {deputy} standing in on some of these days. End that absence first."
		),
		"deputy_cycle": _(
			"{deputy} is already represented by {person}, directly or through others, on some of these days. "
			"Choose somebody who is present."
		),
	}[error.code].format(**values)
