"""Debian packages: installed by apt-get when root, else named."""

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from embedded.errors import BenchError
from embedded.shell import clean_environment, run

SBIN = "/usr/sbin:/sbin:/usr/local/sbin"  # Debian keeps mariadbd there, outside an ordinary user's PATH


def program(*names: str) -> str | None:
	"""The first of these programs that is on this machine."""
	path = f"{os.environ.get('PATH', os.defpath)}:{SBIN}"
	return next((found for name in names if (found := shutil.which(name, path=path))), None)


def require_program(*names: str) -> str:
	found = program(*names)
	if not found:
		raise BenchError(f"{names[0]} is not installed", "run make again, as root to have it installed")
	return found


def library(pattern: str) -> bool:
	"""Whether a shared library's file is on this machine."""
	folders = (*Path("/usr/lib").glob("*-linux-gnu"), Path("/usr/lib64"), Path("/usr/lib"))
	return any(next(folder.glob(pattern), None) for folder in folders if folder.is_dir())


@dataclass(frozen=True)
class Need:
	"""A Debian package and how to see that what it gives is here, however it was installed."""

	package: str
	is_met: Callable[[], object]


def has_font() -> bool:
	folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
	return any(next(folder.rglob("*.[to]tf"), None) for folder in folders if folder.is_dir())


# Debian's own Python comes without what makes a virtual environment
PYTHON = (Need("python3-venv", lambda: importlib.util.find_spec("ensurepip")),)
SERVER = (
	Need("mariadb-server", lambda: program("mariadbd", "mysqld") and program("mariadb-install-db")),
	Need("mariadb-client", lambda: program("mariadb") and program("mysql") and program("mariadb-dump")),
	Need("redis-server", lambda: program("redis-server")),
	Need("nodejs", lambda: program("node")),
	Need("npm", lambda: program("npm")),
	Need("libpango-1.0-0", lambda: library("libpango-1.0.so*")),
	Need("libpangoft2-1.0-0", lambda: library("libpangoft2-1.0.so*")),
	Need("libcairo2", lambda: library("libcairo.so*")),
)
BROWSER = (
	Need("chromium", lambda: program("chromium", "chromium-browser")),
	Need("fonts-liberation", has_font),
)


def missing(needs: Iterable[Need]) -> list[str]:
	return [need.package for need in needs if not need.is_met()]


def install(needs: Iterable[Need], log: Path, *, is_root: bool | None = None) -> None:
	"""Bring in what is missing.

	Raises BenchError naming the packages when not root, or when they are still missing afterwards.
	"""
	needs = tuple(needs)
	wanted = missing(needs)
	if not wanted:
		return
	by_hand = f"apt-get install {' '.join(wanted)}"
	if not (os.geteuid() == 0 if is_root is None else is_root):
		raise BenchError(f"missing system packages: {', '.join(wanted)}", f"as root: {by_hand}")
	if not program("apt-get"):
		raise BenchError(
			f"missing: {', '.join(wanted)}, and there is no apt-get here", "install them by hand"
		)
	# a policy of "do not start" keeps Debian from starting system services that nobody here needs
	env = clean_environment({"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"})
	print(f"        installing {' '.join(wanted)}", flush=True)
	run(("apt-get", "update"), log, env=env, what="apt-get update")
	run(("apt-get", "install", "-y", "--no-install-recommends", *wanted), log, env=env, what=by_hand)
	if left := missing(needs):
		raise BenchError(f"still missing after {by_hand}: {', '.join(left)}", f"see {log}")
