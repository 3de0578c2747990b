"""Named steps with their time. A stamp is written only when a step has ended well, so an interrupted one runs again."""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


def digest_of(*parts: object) -> str:
	"""One sha256 over the parts' text: what a step's stamp remembers of its inputs."""
	digest = hashlib.sha256()
	for part in parts:
		digest.update(str(part).encode() + b"\0")
	return digest.hexdigest()


def digest_of_files(root: Path, paths: Iterable[Path]) -> str:
	"""One sha256 over names and contents, whatever order the paths come in."""
	digest = hashlib.sha256()
	for path in sorted(paths):
		digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
	return digest.hexdigest()


@dataclass(frozen=True)
class Step:
	"""One thing to do.

	`inputs` returns a digest: the step runs when it differs from the stamp's; None runs every time.
	`holds` says whether the result is still there; `clear` takes a half-made result away before `run`.
	"""

	name: str
	run: Callable[[], object]
	inputs: Callable[[], str] | None = None
	holds: Callable[[], bool] = lambda: True
	clear: Callable[[], object] = lambda: None


class Stamps:
	"""Which steps ended well, and on which inputs."""

	def __init__(self, folder: Path):
		self.folder = folder

	def path(self, name: str) -> Path:
		return self.folder / f"{name.replace(' ', '-').replace('/', '-')}.json"

	def read(self, name: str) -> str | None:
		try:
			return json.loads(self.path(name).read_text())["inputs"]
		except (FileNotFoundError, ValueError, KeyError, TypeError):
			return None  # a stamp that is missing or damaged means: not done

	def write(self, name: str, inputs: str) -> None:
		self.folder.mkdir(parents=True, exist_ok=True)
		fresh = self.path(name).with_suffix(".new")
		fresh.write_text(json.dumps({"inputs": inputs, "at": time.strftime("%Y-%m-%d %H:%M:%S")}))
		fresh.replace(self.path(name))

	def forget(self, name: str) -> None:
		self.path(name).unlink(missing_ok=True)


class Runner:
	"""Performs steps in order, tells each one's seconds, skips what its stamp says is done."""

	def __init__(self, stamps: Stamps, out=None, clock: Callable[[], float] = time.monotonic):
		self.stamps = stamps
		self.out = out or sys.stdout
		self.clock = clock
		self.times: list[tuple[str, float]] = []

	def say(self, text: str) -> None:
		print(text, file=self.out, flush=True)

	def is_done(self, step: Step) -> bool:
		return step.inputs is not None and self.stamps.read(step.name) == step.inputs() and step.holds()

	def perform(self, steps: Iterable[Step]) -> None:
		steps = list(steps)
		for number, step in enumerate(steps, 1):
			self._perform(step, f"[{number:>2}/{len(steps)}] {step.name}")

	def _perform(self, step: Step, label: str) -> None:
		if self.is_done(step):
			self.say(f"{label}: there already")
			return
		# taken before the work: what is edited meanwhile must not pass for done
		inputs = step.inputs and step.inputs()
		if inputs is not None:
			self.say(f"{label} …")
			self.stamps.forget(step.name)
			step.clear()
		began = self.clock()
		step.run()
		if inputs is not None:
			self.stamps.write(step.name, inputs)
		seconds = self.clock() - began
		self.times.append((step.name, seconds))
		self.say(f"{label}: {seconds:.1f} s")
