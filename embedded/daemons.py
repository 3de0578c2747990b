"""Background processes: started once, found again by pid file, told apart from strangers that reuse a pid."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from embedded.errors import BenchError
from embedded.shell import clean_environment, last_lines

PROC = Path("/proc")


def arguments_of(pid: int) -> list[str]:
	"""The process's command line; empty when it has ended (a zombie has none)."""
	try:
		return (PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0")
	except OSError:
		return []


@dataclass(frozen=True)
class Daemon:
	"""One background process.

	A process is ours when its whole command line is the one we start, which carries a path inside this bench: a pid
	that the kernel gave to somebody else, or the process of another checkout, is never taken for it.
	"""

	name: str
	command: tuple[str, ...]
	pid_file: Path
	log: Path
	cwd: Path
	env: Mapping[str, str] = field(default_factory=dict)
	say: Callable[[str], object] = print

	def is_ours(self, pid: int) -> bool:
		return arguments_of(pid) == list(self.command)

	def recorded(self) -> int | None:
		try:
			return int(self.pid_file.read_text().strip())
		except (FileNotFoundError, ValueError):
			return None

	def pid(self) -> int | None:
		"""The running process, by pid file or, when that is lost, by its command line; None when it does not run."""
		recorded = self.recorded()
		if recorded and self.is_ours(recorded):
			return recorded
		found = self._search()
		if recorded and found is None:
			self.say(
				f"        {self.name}: stale pid file (process {recorded} is gone or is not ours), removed"
			)
		self._record(found)
		return found

	def _search(self) -> int | None:
		pids = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
		return next((pid for pid in sorted(pids) if self.is_ours(pid)), None)

	def _record(self, pid: int | None) -> None:
		if pid is None:
			self.pid_file.unlink(missing_ok=True)
		else:
			self.pid_file.parent.mkdir(parents=True, exist_ok=True)
			self.pid_file.write_text(f"{pid}\n")

	def start(self, ready: Callable[[], bool], patience: float = 60.0) -> int:
		"""Start it unless it runs, and wait until `ready`; raises BenchError with its log when it never is."""
		pid = self.pid()
		if pid is None:
			pid = self._spawn()
		deadline = time.monotonic() + patience
		while not ready():
			if not self.is_ours(pid) or time.monotonic() > deadline:
				self._give_up(pid, patience)
			time.sleep(0.1)
		return pid

	def _spawn(self) -> int:
		self.log.parent.mkdir(parents=True, exist_ok=True)
		with open(self.log, "ab") as output:
			process = subprocess.Popen(
				self.command,
				cwd=self.cwd,
				env=clean_environment(self.env),
				stdin=subprocess.DEVNULL,
				stdout=output,
				stderr=output,
				start_new_session=True,  # Ctrl-C on make must not reach it
			)
		self._record(process.pid)
		self._wait_for_exec(process)
		return process.pid

	def _wait_for_exec(self, process: subprocess.Popen) -> None:
		# between fork and exec the child still shows our own command line
		deadline = time.monotonic() + 5
		while process.poll() is None and not self.is_ours(process.pid) and time.monotonic() < deadline:
			time.sleep(0.02)

	def _give_up(self, pid: int, patience: float) -> None:
		alive = self.is_ours(pid)
		self.stop()
		shown = "\n".join(f"    {line}" for line in last_lines(self.log, 12))
		how = f"did not answer within {patience:.0f} s" if alive else "ended at once"
		raise BenchError(f"{self.name} {how}:\n{shown}", f"see {self.log}, then run make again")

	def stop(self, patience: float = 30.0) -> bool:
		"""Ask it to end, and kill it when it does not; True when there was something to end."""
		pid = self.pid()
		if pid is None:
			return False
		self._signal(pid, signal.SIGTERM)
		deadline = time.monotonic() + patience
		while self.is_ours(pid):
			if time.monotonic() > deadline:
				self._signal(pid, signal.SIGKILL)
			self._reap(pid)
			time.sleep(0.05)
		self._record(None)
		return True

	def _signal(self, pid: int, number: int) -> None:
		try:
			os.kill(pid, number)
		except ProcessLookupError:
			return  # it ended by itself meanwhile, which is what was wanted

	def _reap(self, pid: int) -> None:
		try:
			os.waitpid(pid, os.WNOHANG)
		except ChildProcessError:
			return  # not our child: a former run started it
