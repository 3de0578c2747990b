"""The apps on the bench, and the digest that tells when sites must migrate."""

import json
from collections.abc import Iterator
from pathlib import Path

from embedded.engine import TREE_SHA256
from embedded.layout import Layout
from embedded.ports import Ports
from embedded.steps import digest_of_files

APPS = ("frappe", "erpnext", "nervion_service")
# what `migrate` reads; a controller counts only when it makes indexes of its own
SCHEMA_ENDINGS = frozenset((".json", ".txt", ".csv"))
SCHEMA_PARTS = frozenset(("patches", "setup", "workflows", "fixtures"))
SKIPPED = frozenset(("__pycache__", "node_modules", "dist", "public"))


def source_of(layout: Layout, app: str) -> Path:
	"""Where the app's own files are: the folder that a bench would hold as apps/APP."""
	return {
		"frappe": layout.apps / "frappe",
		"erpnext": layout.checkout / "embedded" / "erpnext",
		"nervion_service": layout.checkout,
	}[app]


def present(layout: Layout) -> list[str]:
	"""The apps whose sources are there, in order of installation."""
	return [app for app in APPS if (source_of(layout, app) / app / "hooks.py").exists()]


def link(layout: Layout) -> None:
	"""Put every app where a bench holds it, and list them."""
	for app in present(layout)[1:]:
		place = layout.apps / app
		if not place.is_symlink() or place.resolve() != source_of(layout, app).resolve():
			place.unlink(missing_ok=True)
			place.symlink_to(source_of(layout, app), target_is_directory=True)
	(layout.sites / "apps.txt").write_text("\n".join(present(layout)) + "\n")


def common_config(layout: Layout, ports: Ports) -> None:
	"""Write what all sites share; keys that somebody added stay."""
	path = layout.sites / "common_site_config.json"
	kept = json.loads(path.read_text()) if path.exists() else {}
	cache, queue = (f"redis://127.0.0.1:{ports.of(f'redis_{kind}')}" for kind in ("cache", "queue"))
	ours = {
		"db_host": "127.0.0.1",
		"db_port": ports.of("mariadb"),
		"redis_cache": cache,
		"redis_queue": queue,
		"redis_socketio": cache,
	}
	text = json.dumps({**kept, **ours}, indent=1, sort_keys=True)
	if not path.exists() or path.read_text() != text:
		path.write_text(text)


def schema_files(package: Path) -> Iterator[Path]:
	"""The files of an app that a site takes in when it migrates."""
	for path in package.rglob("*"):
		inside = path.relative_to(package)
		if SKIPPED.isdisjoint(inside.parts) and path.is_file() and _counts(path, inside):
			yield path


def _counts(path: Path, inside: Path) -> bool:
	if path.suffix != ".py":
		return path.suffix in SCHEMA_ENDINGS
	if path.name == "hooks.py" or not SCHEMA_PARTS.isdisjoint(inside.parts):
		return True
	return "doctype" in inside.parts and b"on_doctype_update" in path.read_bytes()


def schema_digest(layout: Layout) -> str:
	"""Changes whenever a site of these apps would have to migrate."""
	parts = [TREE_SHA256]
	for app in present(layout)[1:]:
		package = source_of(layout, app) / app
		parts.append(digest_of_files(package, schema_files(package)))
	return "-".join(part[:16] for part in parts)
