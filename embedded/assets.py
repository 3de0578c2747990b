"""The desk's and the website's bundles, built by esbuild (assets/build.mjs) where Frappe's wheel has no build of its own."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from embedded import apps
from embedded.layout import Layout
from embedded.packages import require_program
from embedded.ports import Ports
from embedded.shell import run
from embedded.steps import Step, digest_of, digest_of_files

SOURCES = Path(__file__).with_name("assets")
SKIPPED = frozenset(("dist", "node_modules"))


def packages_step(layout: Layout) -> Step:
	return Step(
		name="asset packages",
		inputs=lambda: digest_of_files(SOURCES, [SOURCES / "package.json", SOURCES / "package-lock.json"]),
		holds=lambda: (layout.assets / "node_modules" / "esbuild").is_dir(),
		clear=lambda: shutil.rmtree(layout.assets, ignore_errors=True),
		run=lambda: _install(layout),
	)


def _install(layout: Layout) -> None:
	layout.assets.mkdir(parents=True)
	for name in ("package.json", "package-lock.json"):
		shutil.copyfile(SOURCES / name, layout.assets / name)
	# no package's own script runs: esbuild finds its program without
	words = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--include=dev")
	run((require_program("npm"), *words), layout.logs / "npm.log", cwd=layout.assets, what="npm ci")


def public_files(layout: Layout) -> Iterator[tuple[str, Path, list[Path]]]:
	"""Each app with its public folder and the files in it that a bundle may be made of."""
	for app in apps.present(layout):
		folder = apps.source_of(layout, app) / app / "public"
		found = (path for path in folder.rglob("*") if path.is_file())
		yield app, folder, [path for path in found if SKIPPED.isdisjoint(path.relative_to(folder).parts)]


def sources_digest(layout: Layout) -> str:
	parts = [digest_of_files(folder, files) for _app, folder, files in public_files(layout)]
	return digest_of(apps.present(layout), *parts, digest_of_files(SOURCES, SOURCES.iterdir()))


def is_built(layout: Layout) -> bool:
	served = layout.sites / "assets"
	return (served / "assets.json").exists() and (layout.frappe / "public" / "node_modules").exists()


def build_step(layout: Layout, ports: Ports) -> Step:
	return Step(
		name="desk assets",
		inputs=lambda: sources_digest(layout),
		holds=lambda: is_built(layout),
		run=lambda: _build(layout, ports),
	)


def _build(layout: Layout, ports: Ports) -> None:
	shutil.copyfile(SOURCES / "build.mjs", layout.assets / "build.mjs")
	command = (require_program("node"), layout.assets / "build.mjs", layout.root, *apps.present(layout))
	run(command, layout.logs / "assets.log", cwd=layout.assets, what="building the desk's assets")
	_forget_addresses(ports)


def _forget_addresses(ports: Ports) -> None:
	# Frappe keeps assets.json in the cache, under one key for all sites
	with socket.create_connection(("127.0.0.1", ports.of("redis_cache")), timeout=5) as connection:
		connection.sendall(b"DEL assets_json\r\n")
		connection.recv(64)
