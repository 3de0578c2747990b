"""The files of a received mail: judged by their bytes, kept in private, refused in words (X3)."""

import frappe
from frappe import _
from frappe.utils import escape_html

from nervion_service.services import uploads
from nervion_service.services.email_message import ReceivedMail


def keep(letter: ReceivedMail, message) -> None:
	"""Attach to a message what came with its mail and may be taken; the message says which files were refused, and why."""
	if not letter.attachments:
		return
	kept, refused = {}, []
	for attachment in letter.attachments:
		try:
			_not_too_many(kept, attachment["fname"])
			file = uploads.attach(message, attachment["fname"], attachment["fcontent"], office=True)
			kept[attachment["fname"]] = file
		except frappe.ValidationError as error:
			frappe.clear_last_message()
			refused.append(str(error))
	content = _with_pictures(letter, message.content or "", kept) + _words_of_refusal(refused)
	# what came with it, now that it has a name; no hook has anything new to hear
	message.db_set({"content": content, "has_attachment": int(bool(kept))}, update_modified=False)
	if refused and message.reference_doctype and message.reference_name:
		_note(message, refused)


def _note(message, refused: list[str]) -> None:
	"""Whoever has the case sees what was left out without opening the message, and can ask the customer for it."""
	case = frappe.get_doc(message.reference_doctype, message.reference_name)
	case.add_comment("Comment", _words_of_refusal(refused))


def _not_too_many(kept: dict, filename: str) -> None:
	most = uploads.limits()["files"]
	if len(kept) >= most:
		shown = frappe.bold(escape_html((filename or "")[:80]))
		frappe.throw(_("{0} is left out: only the first {1} files of a mail are kept.").format(shown, most))


def _with_pictures(letter: ReceivedMail, content: str, kept: dict) -> str:
	for name, file in kept.items():
		if cid := letter.cid_map.get(name):
			content = content.replace(f"cid:{escape_html(cid)}", file.file_url)
	return content


def _words_of_refusal(refused: list[str]) -> str:
	if not refused:
		return ""
	# each sentence escapes the name that it shows
	lines = "".join(f"<li>{sentence}</li>" for sentence in dict.fromkeys(refused))
	return f"<p><b>{_('Files that were not kept')}</b></p><ul>{lines}</ul>"
