"""Tell the administrators, once, that guests come through a proxy that nobody told us of (X9)."""

import frappe
from frappe import _

from nervion_service.domain.taxonomy import Role
from nervion_service.services import absences, bells, settings

_TOLD = "nervion_untrusted_proxy_told"
_READERS = (Role.ADMINISTRATOR, "System Manager")


def tell(address: str) -> None:
	"""The job that the first such request starts; address: where the proxy stands. Later ones are in the health check alone."""
	if frappe.db.get_global(_TOLD):
		return
	frappe.db.set_global(_TOLD, address)
	for user in sorted(absences.holders(_READERS)) or ["Administrator"]:
		language = frappe.db.get_value("User", user, "language")
		bells.ring(user, sentence(address, language), settings.DOCTYPE, settings.DOCTYPE)


def sentence(address: str | None, language: str | None = None) -> str:
	"""What is wrong and what to do, wherever it is told."""
	return _(
		"Requests come through a proxy at {0}, and Trusted Proxies is 0: all guests share one limit. Set how many proxies there are.",
		language,
	).format(address)
