"""A mailbox on this machine that is read by IMAP: pymap, a server of its own, with its memory as the only store."""

import imaplib
import socket
import subprocess
import sys
import time

USER, PASSWORD = "servicio", "clave-de-prueba"
PATIENCE = 30.0


class ImapServer:
	"""The process; letters are delivered and looked at as any mail program would."""

	def __init__(self, log):
		self.port = _free_port()
		self.log = log
		self.process = None

	def open(self) -> None:
		words = ("--host", "127.0.0.1", "--port", str(self.port), "--no-tls")
		demo = ("dict", "--demo-user", USER, "--demo-password", PASSWORD)
		with open(self.log, "ab") as output:
			self.process = subprocess.Popen(
				[sys.executable, "-c", "from pymap.main import main; main()", *words, *demo],
				stdout=output,
				stderr=output,
			)
		end = time.monotonic() + PATIENCE
		while not self._answers():
			assert self.process.poll() is None and time.monotonic() < end, self.log.read_text()
			time.sleep(0.1)

	def close(self) -> None:
		if self.process:
			self.process.terminate()
			self.process.wait(PATIENCE)
			self.process = None

	def deliver(self, *letters: bytes) -> None:
		with self._program() as program:
			for letter in letters:
				assert program.append("INBOX", None, None, letter)[0] == "OK"

	def empty(self) -> None:
		with self._program() as program:
			program.select("INBOX")
			program.store("1:*", "+FLAGS", "(\\Seen)")

	def read_by_a_colleague(self) -> None:
		"""Somebody opens every letter that is there before it is fetched."""
		self.empty()

	def unread(self) -> int:
		"""How many letters nobody has marked as read."""
		with self._program() as program:
			program.select("INBOX")
			return len(program.uid("search", None, "UNSEEN")[1][0].split())

	def _program(self):
		program = imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE)
		program.login(USER, PASSWORD)
		return program

	def _answers(self) -> bool:
		try:
			with self._program():
				return True
		except (OSError, imaplib.IMAP4.error):
			return False


class SilentServer:
	"""A port where somebody picks up and says nothing, however long one waits."""

	def __enter__(self) -> int:
		self.socket = socket.create_server(("127.0.0.1", 0))
		return self.socket.getsockname()[1]

	def __exit__(self, *error) -> None:
		self.socket.close()


def _free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]
