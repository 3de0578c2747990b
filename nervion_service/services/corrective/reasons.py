"""Why eight disciplines are demanded of an action: kept as codes of domain.corrective.Reason, told in the reader's language (I2)."""

from collections.abc import Iterable

from frappe import _

from nervion_service.domain.corrective import REASONS, Reason

_BETWEEN = ", "


def codes(kept: str | None) -> tuple[str, ...]:
	"""The codes of what `demanded_by` keeps."""
	return tuple(one for one in (kept or "").split(_BETWEEN) if one)


def kept(found: Iterable[str]) -> str:
	"""Codes as `demanded_by` keeps them, in the order of REASONS."""
	known = set(found)
	return _BETWEEN.join(one for one in REASONS if one in known)


def words(kept_as: str | None) -> str:
	"""What `demanded_by` keeps, as a person reads it."""
	known = {
		Reason.SEVERITY: _("Severity"),
		Reason.RECURRENCE: _("Recurrence"),
		Reason.BATCH: _("Batch"),
		Reason.NOT_EFFECTIVE: _("Not Effective Before"),
		Reason.AUDIT: _("Audit Finding"),
	}
	return _BETWEEN.join(known.get(one, one) for one in codes(kept_as))
