"""What a mail is by its headers: a person's word or a machine's; which thread it belongs to; what its subject names.

Nothing here trusts a mail: headers are anybody's to write, so every reader survives broken ones. Requirements: G9, S1.6, D18.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timezone
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from nervion_service.domain.taxonomy import Automatic

# the header that every mail of ours without a person behind it carries, besides the one of RFC 3834
OWN_HEADER = "X-Nervion-Automatic"
SUBJECT_LENGTH = 140
ID_LENGTH = 140

_FOLIO = re.compile(r"(?<![A-Z0-9])FOL-\d{4}-\d{6,}(?!\d)", re.IGNORECASE)
_PREFIX = re.compile(
	r"^\s*(?:(?:re|rv|aw|wg|fw|fwd|enc|res|ref)\s*(?:\[\d+\])?\s*:\s*|\[(?:ext|external|externo)\]\s*)+", re.I
)
_ABSENT = re.compile(
	r"^\s*(?:re\s*:\s*)*(?:automatic reply|auto[ -]?reply|autoresponder|respuesta autom[aá]tica|autorespuesta|"
	r"out of (?:the )?office|fuera de (?:la )?oficina|resposta autom[aá]tica|r[eé]ponse automatique)\b",
	re.I,
)
_MESSAGE_ID = re.compile(r"<([^<>\s]+)>")
_OPENS_ELEMENT = re.compile(r"<(?=[A-Za-z!/?])")
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply", "x-auto-reply")
_BULK = ("bulk", "list", "junk")
_DAEMONS = ("mailer-daemon", "mailerdaemon", "mail-daemon")
_CONTROL = re.compile(
	r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def plain_header(value: object) -> str:
	"""A header as a person reads it, whatever its encoding says: nothing here raises."""
	if value is None:
		return ""
	try:
		chunks = decode_header(str(value))
	except Exception:
		# a base64 word that is none: better the raw words than no mail
		chunks = [(str(value), None)]
	return tidy_line("".join(_decoded(chunk, charset) for chunk, charset in chunks))


def tidy_line(text: str) -> str:
	"""One line without invisible characters and doubled blanks."""
	return " ".join(_CONTROL.sub("", text.replace("\r", " ").replace("\n", " ")).split())


def tidy_text(text: str, longest: int) -> str:
	"""A text of several lines: no control characters, one empty line at most in a row, cut with "…" when too long."""
	lines = (_CONTROL.sub("", line).rstrip() for line in (text or "").replace("\r\n", "\n").splitlines())
	text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
	return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def harmless(text: str) -> str:
	"""A text in which nothing opens an element of a page: "<b>" reads "‹b>", and "< 80 KU" stays as it is.

	What is cleaned as a page instead loses words, sometimes all of them.
	"""
	return _OPENS_ELEMENT.sub("‹", text)


def clean_subject(subject: str) -> str:
	"""A subject without the marks of replying and forwarding, no longer than SUBJECT_LENGTH; may be empty."""
	subject = harmless(_PREFIX.sub("", tidy_line(subject)).strip())
	return subject if len(subject) <= SUBJECT_LENGTH else f"{subject[: SUBJECT_LENGTH - 1].rstrip()}…"


def folio_numbers(subject: str) -> tuple[str, ...]:
	"""The folio numbers that a subject names, in order, each once."""
	return tuple(dict.fromkeys(found.upper() for found in _FOLIO.findall(subject or "")))


def message_id(message: Message) -> str:
	"""The mail's own id without its brackets; one made from what it says where it has none, the same every time."""
	found = _ids(_all(message, "Message-ID"))
	if found:
		return short_id(found[0])
	said = "\n".join(str(message.get(name, "")) for name in ("From", "To", "Date", "Subject"))
	# the body as it came; the headers of the way differ from one delivery to the next
	return short_id(f"{hashlib.sha256((said + _body(message)).encode('utf-8', 'replace')).hexdigest()}@none")


def short_id(identifier: str) -> str:
	"""An id that fits its column and stays its own."""
	if len(identifier) <= ID_LENGTH:
		return identifier
	return hashlib.sha256(identifier.encode("utf-8", "replace")).hexdigest()


def ids_in(headers: str, name: str) -> list[str]:
	"""The ids that one header of a text of headers names."""
	lines = re.findall(rf"^{name}:([^\n]*(?:\n[ \t][^\n]*)*)", headers, re.I | re.M)
	return [short_id(found) for found in _ids(lines)]


def answered_ids(message: Message) -> tuple[str, ...]:
	"""The ids of the mails that it answers, the nearest first."""
	nearest = _ids(_all(message, "In-Reply-To"))
	earlier = _ids(_all(message, "References"))
	# a header of thousands of ids is no thread: the nearest and the first say enough
	known = dict.fromkeys([*nearest, *reversed(earlier[-20:]), *earlier[:1]])
	return tuple(map(short_id, known))


def thread_root(message: Message) -> str:
	"""The id of the mail that began the thread, as far as this one knows; its own where it answers nothing."""
	earlier = _ids(_all(message, "References")) or _ids(_all(message, "In-Reply-To"))
	return short_id(earlier[0]) if earlier else message_id(message)


def automatic(
	message: Message, our_addresses: Iterable[str] = (), machines: Iterable[str] = ()
) -> str | None:
	"""Which of Automatic a mail is, or None for a person's word. `our_addresses`: of the mailbox that received it.

	`machines`: addresses, or domains written "@example.com", whose own mail is a request all the same, such as a customer's system
	that orders; their replies and reports are a machine's as everybody's.
	"""
	ours = {address.lower() for address in our_addresses}
	if message.get(OWN_HEADER):
		return Automatic.OWN
	report = _report(message)
	if report:
		return report
	if _is_by_daemon(message):
		return Automatic.BOUNCE
	if _is_reply_by_itself(message):
		return Automatic.AUTO_REPLY
	if is_by_machine(message, machines):
		return None
	if _is_generated(message):
		return Automatic.AUTO_REPLY
	return Automatic.BULK if _is_bulk(message, ours) else None


def not_delivered(message: Message) -> tuple[str, ...] | None:
	"""The addresses that a report says a letter did not reach, for good; () where it names none.

	None where the mail server is still trying, or says that the letter came.
	"""
	# what stands elsewhere, as in the letter that comes back with it, is no word of the mail server
	reports = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
	parts = [block for report in reports for block in report.walk() if block is not report]
	actions = {str(part.get("Action") or "").strip().lower() for part in parts} - {""}
	if actions and "failed" not in actions:
		return None
	failed = [part for part in parts if str(part.get("Action") or "").strip().lower() == "failed"]
	named = [part.get(name) for part in failed for name in ("Final-Recipient", "Original-Recipient")]
	# "rfc822; ana@example.com"
	written = [str(value).rpartition(";")[2] for value in named if value]
	return addresses(message.get("X-Failed-Recipients"), *written)


def is_by_machine(message: Message, machines: Iterable[str]) -> bool:
	"""Whether the sender is one of `machines` (see `automatic`), and the receiving server does not call it forged."""
	machines = tuple(machines)
	senders = addresses(plain_header(message.get("From")))
	return any(is_machine(address, machines) for address in senders) and not failed_checks(message)


def is_machine(address: str, machines: Iterable[str]) -> bool:
	"""Whether an address is one of `machines` (see `automatic`)."""
	wanted = {name.strip().lower() for name in machines}
	return address.lower() in wanted or f"@{address.lower().rpartition('@')[2]}" in wanted


def failed_checks(message: Message) -> bool:
	"""Whether the receiving server says that the sender's address is forged (Authentication-Results)."""
	words = " ".join(_all(message, "Authentication-Results")).lower()
	return (
		bool(re.search(r"\b(?:dmarc|dkim|spf)=(?:fail|softfail|permerror)\b", words))
		and "dmarc=pass" not in words
	)


def reached_at(message: Message) -> datetime | None:
	"""When the receiving server took the mail, naive and in UTC: by the topmost Received header, which no sender writes (D3).

	None where there is none that can be read. Every header below it came with the mail, and says what its sender wants.
	"""
	stamps = _all(message, "Received")
	try:
		at = parsedate_to_datetime(stamps[0].rpartition(";")[2].strip()) if stamps else None
		# one without a zone, "-0000", is in UTC already
		return at.astimezone(timezone.utc).replace(tzinfo=None) if at and at.tzinfo else at
	except (ValueError, TypeError, IndexError, OverflowError):
		return None


def addresses(*headers: str | None) -> tuple[str, ...]:
	"""The bare addresses of some headers, in lower case, each once."""
	found = getaddresses([header for header in headers if header])
	return tuple(dict.fromkeys(address.strip().lower() for _name, address in found if "@" in address))


def _decoded(chunk: bytes | str, charset: str | None) -> str:
	if isinstance(chunk, str):
		return chunk
	for name in (charset, "utf-8"):
		try:
			return chunk.decode(name or "utf-8")
		except (LookupError, UnicodeDecodeError):
			continue
	return chunk.decode("latin-1")


def _all(message: Message, name: str) -> list[str]:
	"""Every header of that name, as texts."""
	return [str(value) for key, value in message.items() if key.lower() == name.lower()]


def _ids(headers: Iterable[str]) -> list[str]:
	return [found for header in headers for found in _MESSAGE_ID.findall(header)]


def _body(message: Message) -> str:
	parts = (part.get_payload() for part in message.walk() if not part.is_multipart())
	return "\n".join(str(part) for part in parts)


def _report(message: Message) -> str | None:
	if message.get_content_type() != "multipart/report":
		return Automatic.BOUNCE if message.get("X-Failed-Recipients") else None
	kind = str(message.get_param("report-type") or "").lower()
	if kind == "disposition-notification":
		return Automatic.RECEIPT
	actions = [str(part.get("Action") or "").strip().lower() for part in message.walk()]
	told = {action for action in actions if action}
	return Automatic.RECEIPT if told and told <= {"delivered", "relayed", "expanded"} else Automatic.BOUNCE


def _is_by_daemon(message: Message) -> bool:
	senders = addresses(plain_header(message.get("From")), plain_header(message.get("Sender")))
	# a null sender alone says "automatic" and not what of: replies of machines have it too
	return any(address.split("@")[0] in _DAEMONS for address in senders)


def _submitted(message: Message) -> str:
	return str(message.get("Auto-Submitted") or "no").split(";")[0].strip().lower()


def _is_reply_by_itself(message: Message) -> bool:
	if _submitted(message) == "auto-replied" or any(message.get(name) for name in _AUTO_HEADERS):
		return True
	if str(message.get("Precedence") or "").strip().lower() == "auto_reply":
		return True
	return bool(_ABSENT.search(plain_header(message.get("Subject"))))


def _is_generated(message: Message) -> bool:
	null_sender = str(message.get("Return-Path") or "").strip() == "<>"
	return null_sender or _submitted(message) not in ("no", "")


def _is_bulk(message: Message, ours: set[str]) -> bool:
	precedence = str(message.get("Precedence") or "").strip().lower()
	if precedence not in _BULK and not message.get("List-Id"):
		return False
	if _is_of_our_group(message, ours):
		return False
	readers = addresses(*(plain_header(message.get(name)) for name in ("To", "Cc")))
	# a customer may write to us through a list of theirs; what is sent to thousands names us, too
	return not ours & set(readers) or _is_campaign(message, precedence)


def _is_of_our_group(message: Message, ours: set[str]) -> bool:
	"""Whether it came by a group of ours, or of our own domain: Google and others call every mail of a group a list's."""
	posted = addresses(
		str(message.get("List-Post") or "").replace("mailto:", ""), message.get("Mailing-list")
	)
	# "Customers <service.example.com>": what is named there has a dot for its "@"
	named = str(message.get("List-Id") or "").lower().rpartition("<")[2].strip(" >")
	return any(
		address in posted
		or named == address.replace("@", ".")
		or _is_at(address, posted)
		or named.endswith(f".{address.rpartition('@')[2]}")
		for address in ours
	)


def _is_at(address: str, others: tuple[str, ...]) -> bool:
	domain = address.rpartition("@")[2]
	return any(other.rpartition("@")[2] == domain for other in others)


def _is_campaign(message: Message, precedence: str) -> bool:
	"""Whether a mail that names us among its readers is sent to many all the same, or is a machine's reply."""
	is_discussion = bool(addresses(str(message.get("List-Post") or "").replace("mailto:", "")))
	if precedence == "junk" or (message.get("List-Unsubscribe") and not is_discussion):
		return True
	# how old programs mark that somebody is away
	return precedence == "bulk" and bool(answered_ids(message))
