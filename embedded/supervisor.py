"""Runs the lines of a Procfile, each again when it ends, until it is told to stop: `python -m embedded.supervisor FILE`.

Unlike honcho it does not end everything when one process dies.
"""

import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

LONGEST_WAIT = 30.0  # seconds before a process that keeps ending is tried again
STEADY = 20.0  # seconds of life after which an end is a new misfortune, not the same one
PATIENCE = 20.0  # seconds given to a process to end by itself


def parse(text: str) -> dict[str, tuple[str, ...]]:
	"""Name → command of every line `name: command`; raises ValueError naming a line that is neither that nor empty."""
	commands = {}
	for number, line in enumerate(text.splitlines(), 1):
		line = line.strip()
		if not line or line.startswith("#"):
			continue
		name, colon, command = line.partition(":")
		if not colon or not command.strip():
			raise ValueError(f"line {number} of the Procfile is not 'name: command': {line}")
		commands[name.strip()] = tuple(shlex.split(command))
	return commands


def next_wait(wait: float, lived: float) -> float:
	"""Seconds before the next try: doubled each time, from one second again after a steady life."""
	return 1.0 if lived >= STEADY else min(LONGEST_WAIT, max(1.0, wait * 2))


class Child:
	"""One line of the Procfile and the process that now carries it out."""

	def __init__(self, name: str, command: tuple[str, ...], logs: Path, run: Path):
		self.name, self.command = name, command
		self.log = logs / f"{name}.log"
		self.pid_file = run / f"{name}.pid"
		self.process: subprocess.Popen | None = None
		self.started = 0.0
		self.wait = 0.0
		self.due = 0.0

	def start(self, now: float) -> None:
		with open(self.log, "ab") as output:
			self.process = subprocess.Popen(
				self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
			)
		self.started = now
		self.pid_file.write_text(f"{self.process.pid}\n")

	def tend(self, now: float) -> None:
		"""Start it when it is due; note its end and when to try again."""
		if self.process is None:
			if now >= self.due:
				self.start(now)
		elif self.process.poll() is not None:
			self.wait = next_wait(self.wait, now - self.started)
			print(f"{self.name} ended with {self.process.returncode}; again in {self.wait:.0f} s", flush=True)
			self.due = now + self.wait
			self.process = None

	def ask_to_end(self) -> None:
		if self.process and self.process.poll() is None:
			self.process.terminate()

	def see_to_end(self, deadline: float) -> None:
		if self.process:
			try:
				self.process.wait(max(0.1, deadline - time.monotonic()))
			except subprocess.TimeoutExpired:
				self.process.kill()
				self.process.wait()
		self.pid_file.unlink(missing_ok=True)


class Supervisor:
	"""All lines of a Procfile together."""

	def __init__(self, commands: dict[str, tuple[str, ...]], logs: Path, run: Path):
		self.children = [Child(name, command, logs, run) for name, command in commands.items()]
		self.told_to_stop = False

	def stop(self, *_) -> None:
		self.told_to_stop = True

	def work(self, pause: float = 0.5) -> None:
		while not self.told_to_stop:
			for child in self.children:
				child.tend(time.monotonic())
			time.sleep(pause)
		for child in self.children:
			child.ask_to_end()
		deadline = time.monotonic() + PATIENCE
		for child in self.children:
			child.see_to_end(deadline)


def main(procfile: str, logs: str, run: str) -> None:
	supervisor = Supervisor(parse(Path(procfile).read_text()), Path(logs), Path(run))
	signal.signal(signal.SIGTERM, supervisor.stop)
	signal.signal(signal.SIGINT, supervisor.stop)
	supervisor.work()


if __name__ == "__main__":
	main(*sys.argv[1:])
