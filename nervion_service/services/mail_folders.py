"""How far each folder of a mailbox was fetched, so that a letter that a colleague read first is fetched all the same (K13).

"Unread" is what mail programs change; the numbers that an IMAP server gives its letters only grow. Beside what is unread, a pass
fetches whatever came after the last letter that it finished.
"""

from contextlib import suppress

import frappe

FOLDER = "IMAP Folder"
FETCHED = "service_fetched"


class Mark:
	"""The number of the last letter of a folder that is done with, under the numbering (UIDVALIDITY) that it belongs to."""

	def __init__(self, server, row: str, folder: str):
		_status, answer = server.imap.status(folder, "(UIDVALIDITY UIDNEXT)")
		self._server, self._row, self._held = server, row, False
		self._numbering = str(server.parse_imap_response("UIDVALIDITY", answer[0]) or "0")
		self._newest = int(server.parse_imap_response("UIDNEXT", answer[0]) or 1) - 1
		self.last = self._known()

	def since(self) -> list[bytes]:
		"""The numbers of the letters after the mark, read or not."""
		if self._newest <= self.last:
			return []
		_status, answer = self._server.imap.uid("search", None, f"UID {self.last + 1}:*")
		# a server answers with its last letter where there is none after the mark
		return [uid for uid in (answer[0] or b"").split() if int(uid) > self.last]

	def covers(self, uid: bytes | str) -> bool:
		"""Whether this letter came after the mark as it stood when the pass began."""
		return int(uid) > self._began

	def hold(self) -> None:
		"""A letter could not be fetched: nothing after it is done with."""
		self._held = True

	def reach(self, uid: bytes | str | int) -> None:
		"""Everything up to this letter is done with."""
		if not self._held and int(uid) > self.last:
			self._store(int(uid))

	def reach_newest(self) -> None:
		"""The pass has come to the end of the folder."""
		self.reach(self._newest)

	def _known(self) -> int:
		numbering, _colon, last = (frappe.db.get_value(FOLDER, self._row, FETCHED) or "").partition(":")
		# a folder seen for the first time, or numbered anew: what somebody read before is no request of today
		self._began = self._newest
		if numbering == self._numbering:
			with suppress(ValueError):
				self._began = int(last)
		else:
			self._store(self._newest)
		return self._began

	def _store(self, last: int) -> None:
		self.last = last
		frappe.db.set_value(FOLDER, self._row, FETCHED, f"{self._numbering}:{last}", update_modified=False)
