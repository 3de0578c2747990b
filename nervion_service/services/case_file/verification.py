"""Is a copy the one that was handed out, and is the history still the one that it holds? Asked by auditors, answered from the facts (K12)."""

import json
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime

from nervion_service.domain import case_chain
from nervion_service.domain.case_chain import Difference
from nervion_service.services import folio_print, system, wording
from nervion_service.services.auditing import access
from nervion_service.services.case_file import build, history

DOCTYPE = "Case File"
MOST_CHARACTERS = 20_000_000
# a line stands in nobody's view until its transaction ends, and then with the moment at which it was written
LONGEST_TRANSACTION = timedelta(minutes=10)


@frappe.whitelist()
def verify(case_file: str) -> dict[str, Any]:
	"""Compare the history that a file holds with the history as it stands now.

	{"ok", "lines", "later", "difference": {"line", "how"} or None, "sentence", "receipt", "digest"}: later are lines written
	since, or while it was made; a difference names the first line that is not what it was.
	"""
	file = system.permitted(DOCTYPE, case_file, "read")
	if file.state != "Ready":
		frappe.throw(_("This file is not ready: there is nothing to verify yet."), title=_("Not Yet"))
	if not file.manifest:
		frappe.throw(
			_(
				"The personal data of this case were erased, and this file with them: a copy is known by its receipt alone."
			),
			title=_("Erased"),
		)
	kept = json.loads(file.manifest)
	late = _unknown(kept)
	# a line that was there before anything was read would be in it
	surely_there = _read_at(file, kept) - LONGEST_TRANSACTION
	slipped_in = [number for number, line in late if get_datetime(line[history.WRITTEN]) < surely_there]
	difference = _difference(kept, slipped_in) if _is_untouched(file) else Difference(0, "manifest")
	later = len(late) - len(slipped_in)
	return {
		"ok": difference is None,
		"lines": len(kept["history"]["lines"]),
		"later": later,
		"difference": difference and {"line": difference.line, "how": difference.how},
		"sentence": _sentence(difference, len(kept["history"]["lines"]), later),
		"receipt": file.receipt_code,
		"digest": file.digest,
	}


@frappe.whitelist(methods=["POST"])
def check_copy(receipt: str | None = None, manifest: str | None = None) -> dict[str, Any]:
	"""Say which file a receipt, or the manifest of a copy, belongs to: {"found", "sentence", "case_file", "case", "made_at" …}.

	manifest: the text of the copy's manifest.json, byte for byte. With both, the manifest must be the receipt's own. An auditor, who
	opens no Case File, is told whether and when it was handed out, and its digest, while an audit of its company is open.
	"""
	audited = [] if frappe.has_permission(DOCTYPE, "read") else access.companies_open_to(frappe.session.user)
	if not audited:
		system.require(DOCTYPE, "read")
	if not (receipt or manifest):
		frappe.throw(_("Give the receipt, the manifest of the copy, or both."), title=_("Nothing to Check"))
	code = case_chain.receipt_code(case_chain.digest(_bytes(manifest))) if manifest else receipt
	if manifest and receipt and not case_chain.same_code(receipt, code):
		return _not_found(
			_(
				"The manifest is not the one of this receipt: the copy was changed, or the receipt is another's."
			)
		)
	found = [
		file
		for file in _with_code(code, audited)
		if not manifest or file.digest == case_chain.digest(_bytes(manifest))
	]
	if not found:
		return _not_found(_("No file was handed out under this receipt, or none that you may read."))
	file = found[0]
	return {
		"found": True,
		"sentence": _(
			"Handed out on {0} by {1}: file of {2}. Compare the files of the copy with the digests of its list {3}."
		).format(folio_print.moment(file.made_at), wording.person(file.made_by), file.case_name, build.SUMS),
		"receipt": file.receipt_code,
		"digest": file.digest,
		**({} if audited else {"case_file": file.name, "case_type": file.case_type, "case": file.case_name}),
	}


def _with_code(code: str, audited: list[str]) -> list:
	# codes are stored as they are made, so what was typed is written the same way before it is looked for
	filters = {"receipt_code": _written_alike(code), "state": "Ready"}
	fields = ["name", "case_type", "case_name", "made_at", "made_by", "receipt_code", "digest"]
	if audited:
		filters["company"] = ("in", audited)
		# whoever holds the receipt may know whether it is genuine and whose it is; no record of ours opens by that
		return frappe.get_all(DOCTYPE, filters=filters, fields=fields, order_by="creation")
	return frappe.get_list(DOCTYPE, filters=filters, fields=fields, order_by="creation")


def _written_alike(code: str) -> str:
	letters = case_chain.plain_code(code)
	return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _bytes(manifest: str) -> bytes:
	if len(manifest) > MOST_CHARACTERS:
		frappe.throw(_("This is too large for a manifest."), title=_("Too Large"))
	return manifest.strip().encode("utf-8")


def _is_untouched(file) -> bool:
	"""Whether the manifest that is kept is the one that the receipt was made of."""
	digest = case_chain.digest(file.manifest.encode("utf-8"))
	return digest == file.digest and case_chain.receipt_code(digest) == file.receipt_code


def _difference(kept: dict, slipped_in: list[int]) -> Difference | None:
	lines = kept["history"]["lines"]
	now = history.by_name([line["name"] for line in lines])
	# a line that is gone stands as an empty one, so that those after it keep their places
	digests = [line["digest"] for line in lines]
	found = case_chain.first_difference([line or {} for line in now], digests)
	if found and now[found.line - 1] is None:
		return Difference(found.line, case_chain.MISSING)
	return found or (Difference(slipped_in[0], case_chain.ADDED) if slipped_in else None)


def _read_at(file, kept: dict) -> datetime:
	"""From when on the records were read; files of before it was noted were asked for shortly before."""
	return get_datetime(kept.get(build.READ_AT) or file.creation)


def _unknown(kept: dict) -> list[tuple[int, dict]]:
	"""The lines that the file does not hold, each with its place in the history as it stands now."""
	known = {line["name"] for line in kept["history"]["lines"]}
	now = history.of_cases(kept["records"], with_writing=True)
	return [(number, line) for number, line in enumerate(now, 1) if line["name"] not in known]


def _sentence(difference: Difference | None, lines: int, later: int) -> str:
	if difference is None:
		return _(
			"The history is the one that was handed out: {0} lines, and {1} written since, or while it was made."
		).format(lines, later)
	if difference.how == "manifest":
		return _("The manifest that is kept here is not the one of the receipt: it was changed.")
	if difference.how == case_chain.MISSING:
		return _("Line {0} of the history is not there any more.").format(difference.line)
	if difference.how == case_chain.ADDED:
		return _(
			"Line {0} of the history was slipped in: it claims to be older than the file, which does not have it."
		).format(difference.line)
	return _("Line {0} of the history is not what it was.").format(difference.line)


def _not_found(sentence: str) -> dict[str, Any]:
	return {"found": False, "sentence": sentence}
