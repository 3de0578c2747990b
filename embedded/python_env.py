"""The bench's own virtual environment: what Frappe requires, what the app requires, what its tests require."""

import shutil
import sys
from pathlib import Path

import tomllib

from embedded import engine
from embedded.layout import Layout
from embedded.shell import clean_environment, run
from embedded.steps import Step, digest_of

# gunicorn 20 imports pkg_resources, which setuptools 81 took away; WeasyPrint 59, which Frappe asks for, calls pydyf as it was
# before 0.11
PINS = ("setuptools<81", "wheel", "pydyf<0.11")


def project(checkout: Path) -> dict:
	return tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]


def app_requirements(checkout: Path) -> list[str]:
	"""What the app itself requires at run time."""
	return project(checkout).get("dependencies", [])


def extra_requirements(checkout: Path, extra: str) -> list[str]:
	"""What an optional group of pyproject.toml requires."""
	return project(checkout)["optional-dependencies"][extra]


def engine_requirements(layout: Layout) -> list[str]:
	return engine.requirements(layout.downloads / engine.WHEEL)


def site_packages(layout: Layout) -> Path:
	return layout.env / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def venv_step(layout: Layout) -> Step:
	"""The bare environment: its pip fetches everything else, since Debian's Python has none."""
	return Step(
		name="virtual environment",
		inputs=lambda: digest_of(sys.version, layout.env),
		holds=lambda: layout.python.exists(),
		clear=lambda: shutil.rmtree(layout.env, ignore_errors=True),
		run=lambda: run(
			(sys.executable, "-m", "venv", layout.env),
			layout.logs / "venv.log",
			what="making the virtual environment",
		),
	)


def base_step(layout: Layout) -> Step:
	return Step(
		name="python environment",
		inputs=lambda: digest_of(
			PINS, engine_requirements(layout), app_requirements(layout.checkout), _made_at(layout)
		),
		run=lambda: _make(layout),
	)


def extra_step(layout: Layout, extra: str) -> Step:
	"""An optional group, installed without moving anything that Frappe requires."""
	return Step(
		name=f"python packages for {extra}",
		inputs=lambda: digest_of(
			engine_requirements(layout), extra_requirements(layout.checkout, extra), _made_at(layout)
		),
		run=lambda: _install(layout, extra_requirements(layout.checkout, extra), f"pip-{extra}.log"),
	)


def _made_at(layout: Layout) -> str:
	# a new environment is an empty one, so the stamps of what it holds depend on which environment it is
	config = layout.env / "pyvenv.cfg"
	return str(config.stat().st_mtime_ns) if config.exists() else ""


def _make(layout: Layout) -> None:
	(site_packages(layout) / "embedded_bench.pth").write_text(
		"".join(f"{path}\n" for path in (layout.apps / "frappe", layout.apps / "erpnext", layout.checkout))
	)
	_install(layout, [*PINS, *app_requirements(layout.checkout)], "pip-environment.log")


def _install(layout: Layout, requirements: list[str], log: str) -> None:
	"""Install beside Frappe's own requirements, always resolved together, so that nothing pulls them apart."""
	wanted = layout.config / f"{Path(log).stem}.txt"
	wanted.write_text("\n".join((*engine_requirements(layout), *requirements)) + "\n")
	run(
		(layout.python, "-m", "pip", "install", "--no-input", "-r", wanted),
		layout.logs / log,
		env=clean_environment(),
		what="installing Python packages",
	)
