"""Real processes for the fault tests: they are started, watched and killed from here."""

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

SCRIPT = Path(__file__).with_name("forkserver.py")
CHECKOUT = SCRIPT.resolve().parents[2]
PATIENCE_SECONDS = 240


class Workers:
	"""One parent process and the children that it forks; a context manager that leaves none of them behind."""

	def __init__(self, bench, folder: Path):
		self.bench, self.folder, self.children = bench, folder, []
		self.parent = None

	def __enter__(self) -> "Workers":
		self.start()
		return self

	def __exit__(self, *error) -> None:
		for pid in self.children:
			kill(pid)
		if self.parent.poll() is None:
			self.parent.kill()
		self.parent.wait()
		self.parent.stdin.close()
		self.parent.stdout.close()

	def start(self) -> None:
		# CI is unset for workers: under it Frappe behaves as in a test
		environment = {name: value for name, value in os.environ.items() if name != "CI"}
		environment["PYTHONPATH"] = str(CHECKOUT)
		self.parent = subprocess.Popen(
			[self.bench.python, SCRIPT, self.bench.site, self.folder],
			cwd=self.bench.sites,
			env=environment,
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
		)
		assert self._answer() == "ready"

	def begin(self, work: str, **task) -> int:
		"""Start a child; returns its pid at once."""
		self._send({"work": work, **task})
		pid = int(self._answer())
		self.children.append(pid)
		return pid

	def wait(self) -> list[int]:
		"""Wait for all children; returns how they ended (negative: the signal)."""
		self._send({"work": "wait"})
		codes = json.loads(self._answer())
		self.children = []
		return codes

	def kill_parent(self) -> None:
		"""Kill the parent only; its children go on without it."""
		self.parent.kill()
		self.parent.wait()

	def results(self) -> list[dict]:
		"""What the children that came to their end reported."""
		return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]

	def errors(self) -> list[str]:
		"""What the children that failed by themselves said."""
		return [path.read_text() for path in sorted(self.folder.glob("*.error"))]

	def _send(self, task) -> None:
		self.parent.stdin.write(json.dumps(task) + "\n")
		self.parent.stdin.flush()

	def _answer(self) -> str:
		line = self.parent.stdout.readline()
		assert line, "the worker's parent process died"
		return line.strip()


def kill(pid: int) -> None:
	"""SIGKILL; a process that is gone already is as good."""
	with contextlib.suppress(ProcessLookupError):
		os.kill(pid, signal.SIGKILL)


def wait_until_gone(pid: int) -> None:
	"""Wait for a process that is nobody's child any more."""
	end = time.monotonic() + PATIENCE_SECONDS
	while time.monotonic() < end:
		try:
			os.kill(pid, 0)
		except ProcessLookupError:
			return
		if Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z":
			return
		time.sleep(0.05)
	raise AssertionError(f"process {pid} is still there")
