"""Promises as administrators write them, read for the domain, and which of them a case gets (D20); see `policy_versions`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import frappe
from frappe.utils import cint, flt, get_datetime

from nervion_service.domain import commitments as domain
from nervion_service.services import system

DOCTYPE = "Commitment Policy"
# what a policy may ask of a case, the one that tells most first: it breaks a tie between equally many conditions
CONDITIONS = ("request_type", "nature", "severity", "priority", "company")
_CACHE = "nervion_service:policies"
_BEGINNING = datetime.min


@dataclass(frozen=True)
class Applicable:
	"""A promise that a case gets: the version's row name, its terms, and the calendar it names (None: the company's)."""

	name: str
	code: str
	policy: domain.Policy
	terms: str
	calendar: str | None


def applicable(case_facts: Mapping[str, Any], at: datetime) -> list[Applicable]:
	"""The promises for a case with these facts at that moment, one per kind: the most specific wins.

	case_facts: document_type, company, request_type, nature, priority, severity. Of each policy the latest approved version
	that was in effect at `at` counts. Nothing matches: no promise, an empty list.
	"""
	latest: dict[str, dict] = {}
	for row in _approved(case_facts["document_type"]):
		if row["effective_from"] <= at and row["version"] > latest.get(row["policy_code"], {}).get(
			"version", 0
		):
			latest[row["policy_code"]] = row
	chosen: dict[str, dict] = {}
	for row in latest.values():
		rival = chosen.get(row["kind"])
		if _matches(row, case_facts) and (not rival or _weight(row) > _weight(rival)):
			chosen[row["kind"]] = row
	return [_as_applicable(row) for _kind, row in sorted(chosen.items())]


def policy_from_terms(terms: str) -> domain.Policy:
	"""The policy in a commitment's `terms`; equal terms give the very same object again."""
	return _read_terms(terms)


def dump_terms(policy: domain.Policy) -> str:
	"""A policy as a commitment keeps it; equal policies give equal text."""
	return json.dumps(domain.to_terms(policy), ensure_ascii=False, sort_keys=True)


def forget() -> None:
	"""Called when any policy changes: what applies is looked up again."""
	system.forget(_CACHE)


def to_domain(doc) -> domain.Policy:
	"""The document as the domain's policy. ValueError says what makes no sense."""
	names = _step_names(doc.steps)
	return domain.Policy(
		kind=doc.kind,
		allowance=timedelta(seconds=cint(doc.allowance)),
		basis=domain.Basis(doc.basis),
		steps=tuple(_step(row, name) for row, name in zip(doc.steps, names, strict=True)),
		pauses_while_waiting=bool(doc.pauses_while_waiting),
		pause_cap=timedelta(seconds=cint(doc.pause_cap))
		if cint(doc.pause_cap) and doc.pauses_while_waiting
		else None,
	)


def split_audience(audience: str) -> tuple[str, str]:
	"""An audience as a step's terms hold it ("Role:Service Coordinator"), as (kind, name)."""
	kind, _colon, name = audience.partition(":")
	return kind, name


def _approved(document_type: str) -> list[dict]:
	return system.remembered(_CACHE, document_type, lambda: _load(document_type))


def _load(document_type):
	# which promise a case gets does not depend on who registers it
	names = frappe.get_all(
		DOCTYPE,
		filters={"status": "Approved", "document_type": document_type},
		pluck="name",
		order_by="policy_code, version",
	)
	return [_plain(frappe.get_doc(DOCTYPE, name)) for name in names]


def _plain(doc) -> dict:
	return {
		**{
			field: doc.get(field) or None
			for field in ("name", "policy_code", "kind", "calendar", *CONDITIONS)
		},
		"version": cint(doc.version),
		# shipped first versions say no date: they were always so
		"effective_from": get_datetime(doc.effective_from) if doc.effective_from else _BEGINNING,
		"terms": dump_terms(to_domain(doc)),
	}


def _as_applicable(row) -> Applicable:
	policy = policy_from_terms(row["terms"])
	return Applicable(row["name"], row["policy_code"], policy, row["terms"], row["calendar"])


def _matches(row, facts) -> bool:
	return all(not row[condition] or row[condition] == facts.get(condition) for condition in CONDITIONS)


def _weight(row):
	asked = [bool(row[condition]) for condition in CONDITIONS]
	return sum(asked), asked, row["effective_from"], row["policy_code"]


@lru_cache(maxsize=1024)
def _read_terms(terms: str) -> domain.Policy:
	return domain.from_terms(json.loads(terms))


def _step_names(steps) -> list[str]:
	"""Names for the domain: the first step at the due time itself is its Breach, whatever people call it."""
	breach = next((row.idx for row in steps if is_due_time(row)), None)
	return [domain.BREACH if row.idx == breach else row.step_name for row in steps]


def is_due_time(row) -> bool:
	"""Whether a step of a policy stands at the due time itself."""
	return not cint(row.after) and flt(row.share) == 100


def _step(row, name) -> domain.Step:
	at = flt(row.share) / 100
	if cint(row.after):
		at = domain.After(timedelta(seconds=cint(row.after)), domain.Basis(row.after_basis))
	return domain.Step(name, at, _audience(row), cint(row.level), bool(row.any_hour))


def _audience(row) -> str:
	name = {"Role": row.role, "User": row.user}.get(row.audience)
	return f"{row.audience}:{name}" if name else row.audience
