"""A Redis of the test's own, cache and queue in one, that is killed and comes back empty: the worst it can do (F4)."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

PATIENCE = 30.0


class RedisServer:
	"""The process; it keeps nothing on disk, so whoever starts it anew finds nothing."""

	def __init__(self, log: Path):
		self.port = _free_port()
		self.log = log
		self.process = None

	@property
	def addresses(self) -> tuple[str, str]:
		"""Of the queue and of the cache."""
		return f"redis://127.0.0.1:{self.port}/0", f"redis://127.0.0.1:{self.port}/1"

	def start(self) -> None:
		words = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
		with open(self.log, "ab") as output:
			self.process = subprocess.Popen(
				[_program(), *words], stdout=output, stderr=output, cwd=self.log.parent
			)
		end = time.monotonic() + PATIENCE
		while not self._answers():
			assert self.process.poll() is None and time.monotonic() < end, self.log.read_text()
			time.sleep(0.05)

	def kill(self) -> None:
		if self.process:
			self.process.kill()
			self.process.wait(PATIENCE)
			self.process = None

	def _answers(self) -> bool:
		try:
			socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
		except OSError:
			return False
		return True


def _program() -> str:
	found = shutil.which("redis-server")
	if not found:
		pytest.skip("needs redis-server")
	return found


def _free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]
