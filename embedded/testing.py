"""Running tests and benchmarks: on the embedded bench, or on a real one that BENCH and SITE name."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded import python_env
from embedded.errors import BenchError
from embedded.layout import Layout
from embedded.shell import clean_environment, output_of, run
from embedded.steps import Step, digest_of, digest_of_files

HOW = "BENCH=/path/to/frappe-bench SITE=name make test"


@dataclass(frozen=True)
class Target:
	"""Where the tests run: a bench, a site on it, and what its Python needs on its path."""

	bench: Path
	site: str
	checkout: Path
	packages: Path | None = None

	@property
	def python(self) -> Path:
		return self.bench / "env" / "bin" / "python"

	def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
		path = [str(self.checkout), *([str(self.packages)] if self.packages else [])]
		ours = {"BENCH": str(self.bench), "SITE": self.site, "PYTHONPATH": os.pathsep.join(path)}
		return clean_environment(ours | dict(extra or {}))

	def become(self, *words: str, **extra: str) -> None:
		"""Turn this process into the Python of the bench, so that its last line is the last line."""
		os.chdir(self.checkout)
		sys.stdout.flush()
		os.execve(self.python, [str(self.python), *words], self.environment(extra))


def named_bench(environment: Mapping[str, str]) -> tuple[Path, str] | None:
	"""The real bench and site that the caller names; None for the embedded one."""
	path, name = environment.get("BENCH"), environment.get("SITE")
	if not path:
		return None
	if not name:
		raise BenchError("BENCH is given without SITE", HOW)
	return Path(path).resolve(), name


def site_config(bench: Path, name: str) -> dict:
	path = bench / "sites" / name / "site_config.json"
	if not path.exists():
		raise BenchError(
			f"there is no site {name} on {bench}", f"bench new-site {name}, a throwaway one; then {HOW}"
		)
	return json.loads(path.read_text())


def refuse_unfit(bench: Path, name: str, checkout: Path) -> None:
	"""Raises BenchError unless the site is a throwaway one that runs this very app."""
	if not (bench / "env" / "bin" / "python").exists():
		raise BenchError(f"{bench} is not a bench: it has no env/bin/python", HOW)
	# a common_site_config.json that allows tests for every site is not consent for this one
	if not site_config(bench, name).get("allow_tests"):
		raise BenchError(
			f"{name} does not allow tests, and what they make cannot be deleted",
			f"on a throwaway site only: bench --site {name} set-config allow_tests true",
		)
	if "nervion_service" not in installed_apps(bench, name):
		raise BenchError(
			f"nervion_service is not installed on {name}", f"bench --site {name} install-app nervion_service"
		)
	_refuse_other_code(bench, checkout)


def installed_apps(bench: Path, name: str) -> list[str]:
	# not `list-apps`: it shows what the last migration noted, so an app that came back since is missing there
	asked = ("--site", name, "execute", "frappe.get_installed_apps")
	helper = ("-m", "frappe.utils.bench_helper", "frappe", *asked)
	try:
		said = output_of((bench / "env" / "bin" / "python", *helper), cwd=bench / "sites")
	except BenchError as error:
		reason = error.problem.splitlines()[-1]
		raise BenchError(
			f"{name} on {bench} does not answer: {reason}", "is it running? bench start"
		) from error
	return json.loads(said.strip().splitlines()[-1])


def _refuse_other_code(bench: Path, checkout: Path) -> None:
	theirs, ours = bench / "apps" / "nervion_service", checkout
	if theirs.resolve() != ours.resolve() and _code_digest(theirs) != _code_digest(ours):
		raise BenchError(
			f"{theirs} is not the code of this checkout: its workers would run one and the tests the other",
			f"run make test in {theirs}, or bring both to the same commit and migrate {bench.name}",
		)


def _code_digest(root: Path) -> str:
	package = root / "nervion_service"
	endings = {".py", ".json", ".js", ".html", ".csv"}
	found = (path for path in package.rglob("*") if path.suffix in endings and "dist" not in path.parts)
	return digest_of_files(package, found)


def packages_step(layout: Layout, bench: Path, folder: Path, extras: tuple[str, ...]) -> Step:
	"""The tests' own packages in a folder of this checkout, so that the real bench stays as it is."""
	wanted = [one for extra in extras for one in python_env.extra_requirements(layout.checkout, extra)]
	return Step(
		name="python packages for the real bench",
		inputs=lambda: digest_of(wanted, bench, _frozen(layout, bench)),
		holds=folder.is_dir,
		run=lambda: _install_beside(layout, bench, folder, wanted),
	)


def _frozen(layout: Layout, bench: Path) -> str:
	listed = output_of((*_pip(layout, bench), "freeze", "--exclude-editable"))
	return "\n".join(line for line in listed.splitlines() if "==" in line)


def _pip(layout: Layout, bench: Path) -> tuple[object, ...]:
	# ours, told to act for the bench's Python: a bench made by uv has no pip of its own
	return (layout.python, "-m", "pip", "--python", bench / "env" / "bin" / "python")


def _install_beside(layout: Layout, bench: Path, folder: Path, wanted: list[str]) -> None:
	# what the bench has stays at the bench's versions, since this folder comes first on the path
	constraints = layout.config / "real-bench-constraints.txt"
	constraints.write_text(_frozen(layout, bench) + "\n")
	pip = _pip(layout, bench)
	words = ("install", "--no-input", "--upgrade", "--target", folder, "--constraint", constraints)
	run((*pip, *words, *wanted), layout.logs / "pip-real-bench.log", what="installing the tests' packages")


def real_target(layout: Layout, bench: Path, name: str, extras: tuple[str, ...]) -> tuple[Target, Step]:
	"""A real bench as a target, checked, with the step that brings the packages of `extras` of pyproject.toml."""
	refuse_unfit(bench, name, layout.checkout)
	folder = layout.root / "real-bench" / hashlib.sha256(str(bench).encode()).hexdigest()[:12]
	return Target(bench, name, layout.checkout, folder), packages_step(layout, bench, folder, extras)


def pytest_words(layout: Layout, words: tuple[str, ...]) -> tuple[str, ...]:
	return ("-m", "pytest", *(words or (str(layout.checkout / "tests"),)))


def shared_by(sites: tuple[str, ...]) -> tuple[str, ...]:
	"""The whole suite, by one process a site; a file's tests stay together."""
	return ("tests", "-n", str(len(sites)), "--dist", "loadfile")


def lint(target: Target) -> int:
	"""Style, complexity, the arrow of imports, the translations; returns the number of checks that fail."""
	checks = [("-m", "ruff", "check", "."), ("-m", "ruff", "format", "--check", ".")]
	tests = ("tests/domain/test_architecture.py", "tests/domain/test_translations.py")
	if found := [path for path in tests if (target.checkout / path).exists()]:
		checks.append(("-m", "pytest", "-q", *found))
	failed = 0
	for words in checks:
		print(f"$ {' '.join(words[1:])}", flush=True)
		done = subprocess.run([target.python, *words], cwd=target.checkout, env=target.environment())
		failed += done.returncode != 0
	return failed
