"""Frappe, restored from the wheel that publishes it under another name, and accepted only when both digests agree.

PyPI carries Frappe (commit 0cced747669d9471aa3d60819148a8e828457930, August 2023) as `criscostack 1.0.0` with its names
replaced. Undoing the replacement gives every Python file back byte for byte, which the digest of the tree proves.
An old commit: for trial and tests, never for production.
"""

import hashlib
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from embedded.errors import BenchError
from embedded.layout import Layout
from embedded.shell import run
from embedded.steps import Step, digest_of

PACKAGE = "criscostack"
VERSION = "1.0.0"
WHEEL = f"{PACKAGE}-{VERSION}-py3-none-any.whl"
WHEEL_SHA256 = "dc58aaf29c59b7666edc953596e5b31f77d7286b2ed6b14c6a205b217c210349"
TREE_SHA256 = "9f4cf1bdcd61bbb2c54ad5a6751451a1c02f565b99fe946a00db110e589d96e5"

# what the publisher wrote → what Frappe wrote; the longer words first, since the shorter are parts of them
RENAMED = (
	("CRISCOSTACK", "FRAPPE"),
	("criscostack", "frappe"),
	("Criscostack", "Frappe"),
	("criscoerp", "erpnext"),
	("Criscoerp", "ERPNext"),
	("Crisco", "Frappe"),
	("brik", "bench"),
)
TEXT_ENDINGS = frozenset(
	".py ._py .js .json .html .md .scss .css .vue .txt .xml .csv .svg .sql .toml .raw".split()
)


def original(text: str) -> str:
	"""The text with Frappe's own names."""
	for renamed, name in RENAMED:
		text = text.replace(renamed, name)
	return text


def original_bytes(name: str, content: bytes) -> bytes:
	"""A file's content with Frappe's own names; pictures and fonts stay as they are."""
	if PurePosixPath(name).suffix not in TEXT_ENDINGS:
		return content
	return original(content.decode("utf-8")).encode("utf-8")


def sha256_of(path: Path) -> str:
	with open(path, "rb") as file:
		return hashlib.file_digest(file, "sha256").hexdigest()


def tree_digest(package: Path) -> str:
	"""sha256 over every Python file: its path inside the package, a zero byte, its content; in order of path."""
	digest = hashlib.sha256()
	for path in sorted(package.rglob("*.py")):
		digest.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes())
	return digest.hexdigest()


def check_wheel(wheel: Path, expected: str = WHEEL_SHA256) -> None:
	"""Raises BenchError and takes the file away when it is not the one known wheel."""
	found = sha256_of(wheel)
	if found != expected:
		wheel.unlink()
		raise BenchError(
			f"{wheel.name} has the wrong digest ({found[:16]}…, expected {expected[:16]}…): refused and removed",
			"an interrupted download is mended by running make again; a changed file on the index is never accepted",
		)


def check_tree(package: Path, expected: str = TREE_SHA256) -> None:
	"""Raises BenchError and takes the tree away when its Python files are not Frappe's own."""
	found = tree_digest(package)
	if found != expected:
		shutil.rmtree(package)
		raise BenchError(
			f"the restored Frappe has the wrong digest ({found[:16]}…, expected {expected[:16]}…): refused and removed",
			"run make again; if it stays so, the wheel or the restoration has changed and must not be used",
		)


def unpack(wheel: Path, target: Path) -> None:
	"""Write the package of the wheel under Frappe's own names into `target`, which appears only when it is whole."""
	half = target.with_name(f"{target.name}.half")
	shutil.rmtree(half, ignore_errors=True)
	with zipfile.ZipFile(wheel) as archive:
		for name in package_files(archive.namelist()):
			path = half / original(name.removeprefix(f"{PACKAGE}/"))
			path.parent.mkdir(parents=True, exist_ok=True)
			path.write_bytes(original_bytes(name, archive.read(name)))
	shutil.rmtree(target, ignore_errors=True)
	half.replace(target)


def package_files(names: Iterable[str]) -> Iterator[str]:
	for name in names:
		path = PurePosixPath(name)
		if path.parts[0] == PACKAGE and not name.endswith("/") and path.name != ".DS_Store":
			yield name


def requirements(wheel: Path) -> list[str]:
	"""What the wheel says Frappe requires, one requirement a line."""
	with zipfile.ZipFile(wheel) as archive:
		metadata = archive.read(f"{PACKAGE}-{VERSION}.dist-info/METADATA").decode("utf-8")
	return HeaderParser().parsestr(metadata).get_all("Requires-Dist") or []


def download(layout: Layout) -> None:
	wheel = layout.downloads / WHEEL
	if not wheel.exists():
		fresh = layout.downloads / "fresh"
		shutil.rmtree(fresh, ignore_errors=True)
		command = (layout.python, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:")
		wanted = ("--dest", fresh, f"{PACKAGE}=={VERSION}")
		run((*command, *wanted), layout.logs / "engine-download.log", what=f"downloading {WHEEL}")
		(fresh / WHEEL).replace(wheel)
	check_wheel(wheel)


def restore(layout: Layout) -> None:
	layout.frappe.parent.mkdir(parents=True, exist_ok=True)
	unpack(layout.downloads / WHEEL, layout.frappe)
	check_tree(layout.frappe)


def steps(layout: Layout) -> tuple[Step, Step]:
	wheel = layout.downloads / WHEEL
	return (
		Step(
			name="engine download",
			inputs=lambda: digest_of(WHEEL_SHA256),
			holds=lambda: wheel.exists() and sha256_of(wheel) == WHEEL_SHA256,
			run=lambda: download(layout),
		),
		Step(
			name="engine restore",
			inputs=lambda: digest_of(WHEEL_SHA256, TREE_SHA256, RENAMED, sorted(TEXT_ENDINGS)),
			holds=lambda: layout.frappe.is_dir() and tree_digest(layout.frappe) == TREE_SHA256,
			run=lambda: restore(layout),
		),
	)
