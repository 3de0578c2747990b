"""Free ports of this machine, chosen once and remembered, chosen anew when somebody else has taken one."""

import json
import random
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

from embedded.errors import BenchError

RANGE = range(21000, 29000)  # under the kernel's own range for outgoing connections
TRIES = 200


def is_free(port: int) -> bool:
	"""Whether nobody listens on the port, on any address of this machine."""
	with socket.socket() as probe:
		probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		try:
			probe.bind(("0.0.0.0", port))
		except OSError:
			return False
		return True


class Ports:
	"""The remembered ports of one bench, in one small file."""

	def __init__(
		self, path: Path, say: Callable[[str], object] = print, free: Callable[[int], bool] = is_free
	):
		self.path = path
		self.say = say
		self.free = free

	def known(self) -> dict[str, int]:
		try:
			return {str(name): int(port) for name, port in json.loads(self.path.read_text()).items()}
		except (FileNotFoundError, ValueError, AttributeError, TypeError):
			return {}  # nothing remembered, or a damaged file: choose anew

	def of(self, name: str) -> int:
		"""The port as it stands; raises BenchError when none was chosen yet."""
		try:
			return self.known()[name]
		except KeyError:
			raise BenchError(
				f"no port is known for {name}", "start the bench first: make test or make demo"
			) from None

	def claim(self, name: str, *, is_ours: bool, preferred: Iterable[int] = ()) -> int:
		"""A port for the service: the one it has when it is free or held by itself, else another, which is told."""
		known = self.known()
		port = known.get(name)
		if port and (is_ours or self.free(port)):
			return port
		fresh = self._choose({*known.values()}, preferred)
		if port:
			self.say(f"        port {port} of {name} is taken by another program: using {fresh}")
		self.path.parent.mkdir(parents=True, exist_ok=True)
		self.path.write_text(json.dumps({**known, name: fresh}, indent=1))
		return fresh

	def _choose(self, taken: set[int], preferred: Iterable[int]) -> int:
		candidates = (*preferred, *random.sample(RANGE, TRIES))
		for port in candidates:
			if port not in taken and self.free(port):
				return port
		raise BenchError(
			f"no free port found between {RANGE.start} and {RANGE.stop}", "stop something that listens there"
		)
