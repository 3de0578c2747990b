"""Where everything lies: all of it in `.bench/` of the checkout."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

SOCKET_PATH_LIMIT = 100  # the kernel allows 107 bytes for a socket's path


@dataclass(frozen=True)
class Layout:
	"""Paths of one embedded bench; two checkouts have two and share nothing."""

	checkout: Path

	@property
	def root(self) -> Path:
		return self.checkout / ".bench"

	@property
	def env(self) -> Path:
		return self.root / "env"

	@property
	def python(self) -> Path:
		return self.env / "bin" / "python"

	@property
	def apps(self) -> Path:
		return self.root / "apps"

	@property
	def frappe(self) -> Path:
		return self.apps / "frappe" / "frappe"

	@property
	def sites(self) -> Path:
		return self.root / "sites"

	@property
	def logs(self) -> Path:
		return self.root / "logs"

	@property
	def run(self) -> Path:
		return self.root / "run"

	@property
	def config(self) -> Path:
		return self.root / "config"

	@property
	def stamps(self) -> Path:
		return self.root / "stamps"

	@property
	def downloads(self) -> Path:
		return self.root / "downloads"

	@property
	def database(self) -> Path:
		return self.root / "mariadb"

	@property
	def temporary(self) -> Path:
		"""Where MariaDB sorts: another server that starts may clear its files from the common one."""
		return self.root / "tmp"

	@property
	def assets(self) -> Path:
		return self.root / "assets-builder"

	@property
	def socket(self) -> Path:
		"""MariaDB's socket; in the temporary folder when the checkout's path is too long for one."""
		inside = self.run / "mariadb.sock"
		if len(str(inside)) <= SOCKET_PATH_LIMIT:
			return inside
		name = hashlib.sha256(str(self.root).encode()).hexdigest()[:16]
		return Path(tempfile.gettempdir()) / f"nervion-{name}.sock"

	def make_folders(self) -> None:
		for folder in (
			self.apps,
			self.sites,
			self.logs,
			self.run,
			self.config,
			self.stamps,
			self.downloads,
			self.temporary,
		):
			folder.mkdir(parents=True, exist_ok=True)
		# what a bench's commands expect beside apps and sites
		(self.sites / "assets").mkdir(exist_ok=True)


def of_this_checkout() -> Layout:
	return Layout(Path(__file__).resolve().parent.parent)
