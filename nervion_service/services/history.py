"""Cases of another system, brought in with their own times: the one named bypass of the workflow, for administrators only.

Nothing is inferred: a case is closed or answered because its own row says so, and the import is the evidence of it.
"""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime

from nervion_service.domain.taxonomy import ANSWER_KINDS, CommitmentKind, Events, Stage
from nervion_service.services import clock, commitments, events, stages, system

IMPORTERS = ("System Manager", "Service Administrator")
TIMES = ("answered_at", "closed_at")


def import_case(values: Mapping[str, Any]) -> str:
	"""Insert a case with its own times; returns the folio's number.

	values: fields of the folio, and answered_at and closed_at where the case has them. A closed case stays closed: it is
	never routed and alerts nobody. One that is open is worked on like any other from here on.
	"""
	plain = {name: value for name, value in values.items() if name not in TIMES}
	folio = frappe.get_doc({"doctype": "Service Folio", **plain})
	folio.flags.history_import = True
	# thousands of rows at once: nobody watches them arrive, and their one event says who brought them
	folio.flags.ignore_version = True
	folio.flags.notify_update = False
	answered_at, closed_at = (values.get(name) and get_datetime(values[name]) for name in TIMES)
	folio.flags.history = {"answered_at": answered_at or closed_at, "closed_at": closed_at}
	folio.received_stamp = "Machine"
	folio.registered_at = values.get("registered_at") or values.get("received_at")
	return folio.insert().name


def require_importer() -> None:
	"""PermissionError unless the session's user may bring in cases of another system."""
	system.require_role(IMPORTERS, _("Cases of another system are brought in by these roles: {0}."))


def is_import(folio) -> bool:
	"""Whether this insert is the administrator's import; PermissionError when somebody else claims it."""
	if not (folio.flags.history_import and folio.is_new()):
		return False
	require_importer()
	return True


def stage_of(folio) -> str:
	"""The stage in which an imported case arrives: one that is open needs a route and a person, answered before or not."""
	return Stage.CLOSED if folio.flags.history["closed_at"] else Stage.REGISTERED


def place(folio) -> None:
	"""Put the new folio where the other system left it, in place of the walk through the workflow."""
	times = folio.flags.history
	folio.stage, folio.workflow_state = stage_of(folio), stages.state_of(stage_of(folio))
	folio.first_answered_at = times["answered_at"]
	folio.first_closed_at = folio.closed_at = times["closed_at"]
	folio.answered_at = times["answered_at"] if times["closed_at"] else None
	folio.is_history = int(folio.stage == Stage.CLOSED)


def register(folio) -> None:
	"""Store the one event of an import, and the promises as they were kept or not."""
	imported = events.record(
		folio, Events.IMPORTED, happened_at=clock.now(), channel=folio.channel, to_stage=folio.stage
	)
	evidence = (events.DOCTYPE, imported)
	if folio.first_answered_at:
		proof = dict(zip(("first_answer_type", "first_answer"), evidence, strict=True))
		folio.db_set(proof, update_modified=False)
	commitments.start_all(folio)
	_settle(folio, evidence)


def _settle(folio, evidence: tuple[str, str]) -> None:
	case = (folio.doctype, folio.name)
	if folio.first_answered_at:
		commitments.fulfil(*case, ANSWER_KINDS, folio.first_answered_at, evidence)
	if folio.closed_at:
		commitments.fulfil(*case, (CommitmentKind.RESOLUTION,), folio.closed_at, evidence)
		# who accepted it, and when, the other system does not say
		commitments.cancel_open(*case, folio.closed_at)
