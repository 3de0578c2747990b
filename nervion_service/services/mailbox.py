"""Fetching letters from a mail server so that none is lost: it is called read when it is stored, and not before.

Frappe marks a letter as read while fetching it: whoever is killed in between has lost it.
"""

import imaplib
import poplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import frappe
from redis.exceptions import RedisError

from nervion_service.services.mail_folders import Mark

# what IMAP and Frappe's accounts call letters that nobody has read
UNREAD = "UNSEEN"
# letters of one pass; the next one goes on
MOST_AT_ONCE = 100
# for which a silent server is waited for, unless the site says otherwise (pop_timeout)
PATIENCE_SECONDS = 60
# Frappe turns some of a server's answers into its own errors, and counts the others in Redis
TROUBLE = (OSError, EOFError, imaplib.IMAP4.error, poplib.error_proto, frappe.ValidationError, RedisError)


@dataclass
class Letter:
	"""One letter as it lies on the server; `done()` once it is stored."""

	raw: bytes
	append_to: str | None
	uid: str | None = None
	seen: str | None = None
	_server: Any = field(default=None, repr=False)
	_number: int = 0
	_mark: Mark | None = field(default=None, repr=False)

	def done(self) -> None:
		"""Tell the server that this letter needs not come again."""
		if not self._server.settings.use_imap:
			self._server.pop.dele(self._number)
		elif self._server.settings.email_sync_rule == UNREAD:
			self._server.imap.uid("STORE", self.uid, "+FLAGS", "(\\SEEN)")
			if self._mark:
				self._mark.reach(self.uid)


def letters(account) -> Iterator[Letter]:
	"""The new letters of an Email Account, the oldest of each folder first.

	A server that refuses, hangs up or answers nonsense ends the pass; it is logged, and what was not fetched is there the next time.
	"""
	server = None
	try:
		server = _connected(account)
		if server:
			yield from (
				_of_folders(server, account) if account.use_imap else _of_folder(server, account.append_to)
			)
	except TROUBLE:
		frappe.db.rollback()
		account.log_error(title=f"Mailbox {account.name}")
		frappe.db.commit()
	finally:
		with suppress(*TROUBLE):
			if server:
				server.logout()


def _connected(account):
	"""Frappe's connection to the server, with two habits changed; None where there is none (Frappe has counted the failure)."""
	with _patience():
		server = account.get_incoming_server(in_receive=True, email_sync_rule=account.build_email_sync_rule())
	if not server or not (getattr(server, "imap", None) or getattr(server, "pop", None)):
		return None
	server._post_retrieve_cleanup = lambda *_args: None
	server.seen_status, server.uid_reindexed = {}, False
	return server


@contextmanager
def _patience() -> Iterator[None]:
	said, default = frappe.local.conf.get("pop_timeout"), socket.getdefaulttimeout()
	frappe.local.conf.pop_timeout = said or PATIENCE_SECONDS
	# the older engine hears of its own setting only after the server's greeting
	socket.setdefaulttimeout(said or PATIENCE_SECONDS)
	try:
		yield
	finally:
		socket.setdefaulttimeout(default)
		frappe.local.conf.pop_timeout = said


def _of_folders(server, account) -> Iterator[Letter]:
	rule = server.settings.email_sync_rule
	for folder in account.imap_folder:
		if server.select_imap_folder(folder.folder_name):
			# a folder that is new to us changes the rule for itself only
			server.settings.update({"uid_validity": folder.uidvalidity, "email_sync_rule": rule})
			yield from _of_imap_folder(server, folder, account.email_sync_option or UNREAD)


def _of_imap_folder(server, row, option: str) -> Iterator[Letter]:
	folder = f'"{row.folder_name}"'
	uids = _new_uids(server, folder, option)
	mark = Mark(server, row.name, folder) if option == UNREAD else None
	if mark:
		uids = sorted({*uids, *mark.since()}, key=int)
	yield from _fetched(server, row.append_to, uids[:MOST_AT_ONCE], mark)
	if mark and len(uids) <= MOST_AT_ONCE:
		mark.reach_newest()


def _of_folder(server, append_to) -> Iterator[Letter]:
	yield from _fetched(server, append_to, server.get_new_mails("INBOX")[:MOST_AT_ONCE], None)


def _fetched(server, append_to, uids, mark: Mark | None) -> Iterator[Letter]:
	for number, uid in enumerate(uids, start=1):
		server.latest_messages = []
		server.retrieve_message(uid, number)
		seen = server.seen_status.get(uid)
		if not server.latest_messages:
			if mark:
				mark.hold()
			continue
		# read by somebody long ago, and unread for a moment only when the server was asked
		if mark and seen == "SEEN" and not mark.covers(uid):
			continue
		yield Letter(
			server.latest_messages[0], append_to, frappe.safe_decode(uid), seen, server, number, mark
		)


def _new_uids(server, folder: str, option: str | None) -> list[bytes]:
	"""What is new in a folder. One that Frappe sees for the first time it reads whole, and without a right to mark what is stored:
	what somebody read before would become a request, and the rest would come again."""
	found = server.get_new_mails(folder)
	if option != UNREAD or server.settings.email_sync_rule == UNREAD:
		return found
	server.settings.email_sync_rule = UNREAD
	server.imap.select(folder)
	_status, answer = server.imap.uid("search", None, UNREAD)
	return answer[0].split()
