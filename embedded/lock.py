"""One make at a time in a checkout: a second one waits for the first instead of half-undoing its steps."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def alone(path: Path, say: Callable[[str], object] = print) -> Iterator[None]:
	"""Hold the lock file; the kernel lets go of it when this process ends, however it ends."""
	path.parent.mkdir(parents=True, exist_ok=True)
	with open(path, "a+") as file:
		try:
			fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			file.seek(0)
			say(
				f"another run (process {file.read().strip() or 'unknown'}) is at work in this checkout: waiting for it"
			)
			fcntl.flock(file, fcntl.LOCK_EX)
		file.seek(0)
		file.truncate()
		file.write(str(os.getpid()))
		file.flush()
		yield
