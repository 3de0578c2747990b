"""Running a command: its output goes to a log, its last line is shown while it runs and its tail when it fails."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from embedded.errors import BenchError

TELL_EVERY = 10.0  # seconds between two signs of life
TAIL = 25  # lines of the log that are shown on failure


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
	"""The environment for the bench's processes.

	Without CI: Frappe behaves as under test when it is set. Without what would point Python elsewhere.
	"""
	left_out = {"CI", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "FRAPPE_SITE", "SITES_PATH"}
	kept = {name: value for name, value in os.environ.items() if name not in left_out}
	return kept | dict(extra or {})


def last_lines(log: Path, count: int) -> list[str]:
	return log.read_text("utf-8", "replace").splitlines()[-count:] if log.exists() else []


def run(
	command: Sequence[object],
	log: Path,
	*,
	cwd: Path | None = None,
	env: Mapping[str, str] | None = None,
	stdin: Path | None = None,
	what: str = "",
) -> None:
	"""Run a command to its end.

	Raises BenchError with the log's last lines when it cannot be started or fails.
	"""
	words = [str(word) for word in command]
	log.parent.mkdir(parents=True, exist_ok=True)
	with open(log, "wb") as output, open(stdin or os.devnull, "rb") as source:
		try:
			process = subprocess.Popen(
				words,
				cwd=cwd,
				env=dict(env or clean_environment()),
				stdin=source,
				stdout=output,
				stderr=output,
			)
		except OSError as error:
			raise BenchError(f"{words[0]} could not be started: {error}") from error
		status = _wait(process, log)
	if status:
		shown = "\n".join(f"    {line}" for line in last_lines(log, TAIL))
		raise BenchError(
			f"{what or ' '.join(words[:4])} failed with status {status}:\n{shown}",
			f"the whole log is {log}; run the same command again once the cause is mended",
		)


def _wait(process: subprocess.Popen, log: Path) -> int:
	began = time.monotonic()
	try:
		while True:
			try:
				return process.wait(TELL_EVERY)
			except subprocess.TimeoutExpired:
				line = next(iter(last_lines(log, 1)), "")[:90]
				print(f"        {time.monotonic() - began:4.0f} s  {line}", flush=True)
	except BaseException:
		process.terminate()
		process.wait()
		raise


def output_of(
	command: Sequence[object], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> str:
	"""A short command's output; raises BenchError with what it said when it fails."""
	words = [str(word) for word in command]
	done = subprocess.run(
		words, capture_output=True, text=True, env=dict(env or clean_environment()), cwd=cwd
	)
	if done.returncode:
		raise BenchError(f"{' '.join(words[:3])} failed: {(done.stderr or done.stdout).strip()[-600:]}")
	return done.stdout
