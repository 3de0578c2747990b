"""The commands of the embedded bench; the Makefile gives the common ones short names."""

import os
import sys
import time
from collections.abc import Callable

from embedded import demo, site, stack, testing
from embedded.bench import Bench
from embedded.errors import BenchError
from embedded.layout import of_this_checkout
from embedded.shell import clean_environment
from embedded.testing import Target

WHOSE = "run make as the user who made .bench, or remove .bench first"
COMMANDS: dict[str, Callable[..., int | None]] = {}


def command(function: Callable[..., int | None]) -> Callable[..., int | None]:
	COMMANDS[function.__name__.rstrip("_")] = function
	return function


@command
def up(bench: Bench) -> None:
	"""everything the tests need, running"""
	bench.perform(*bench.whole("test"), *bench.site(site.TEST))


@command
def demo_(bench: Bench) -> None:
	"""the demo site with its data, running in the background"""
	bench.perform(*bench.whole(), *bench.demo())
	print(demo.welcome(bench.layout, stack.address(bench.ports.of("web"))), flush=True)


@command
def test(bench: Bench, *words: str) -> None:
	"""the whole suite, or what pytest is told: test [PYTEST ARGUMENTS]"""
	target = prepare(bench, "test")
	if words or testing.named_bench(os.environ):
		target.become(*testing.pytest_words(bench.layout, words))
	bench.perform(*bench.site(site.BESIDE))
	sites = (target.site, site.BESIDE.name)
	target.become(*testing.pytest_words(bench.layout, testing.shared_by(sites)), SITES=" ".join(sites))


@command
def faults(bench: Bench, *words: str) -> None:
	"""kills, storms and outages at full size"""
	words = testing.pytest_words(bench.layout, words)
	prepare(bench, "test").become(*words, "-m", "faults", NERVION_FULL="1")


@command
def bench(bench: Bench, *words: str) -> None:
	"""what it costs, beside what a user would pick instead"""
	# on a site of its own: benchmarks put tables aside that tests would miss
	prepare(bench, "test", "bench", where=site.MEASURED).become("-m", "benchmarks", *words)


@command
def load(bench: Bench, *words: str) -> None:
	"""customers and staff at work together, on a site of their own"""
	prepare(bench, "test", "load", where=site.LOADED).become("-m", "benchmarks.load", *words)


def prepare(bench: Bench, *extras: str, where: site.Site = site.TEST) -> Target:
	"""Bring the bench up, or check the real one that is named, and return where to run."""
	if named := testing.named_bench(os.environ):
		target, packages = testing.real_target(bench.layout, *named, extras)
		bench.perform(*bench.beside_real_bench(), packages)
		return target
	bench.perform(*bench.whole(*extras), *bench.site(where))
	return Target(bench.layout.root, where.name, bench.layout.checkout)


@command
def lint(bench: Bench) -> int:
	"""style, complexity, architecture, translations"""
	bench.perform(*bench.installed("test", "lint"))
	return testing.lint(Target(bench.layout.root, site.TEST.name, bench.layout.checkout))


@command
def start(bench: Bench) -> None:
	"""the database, the cache and the queue only"""
	bench.perform(*bench.services())


@command
def stop(bench: Bench) -> None:
	"""end every process of this checkout's bench"""
	bench.stop()


@command
def clean(bench: Bench) -> None:
	"""stop, then remove .bench"""
	bench.clean()


@command
def migrate(bench: Bench) -> None:
	"""migrate the sites that were made, now"""
	made = [one for one in (site.TEST, site.BESIDE, site.DEMO) if site.folder(bench.layout, one).exists()]
	for one in made:
		bench.runner.stamps.forget(site.migrated_name(one))
	bench.perform(*bench.services(), *(site.migrate_step(bench.layout, one) for one in made))


@command
def site_(bench: Bench, name: str) -> None:
	"""one more test site: site NAME"""
	wanted = site.Site(name, site.TEST.language, site.TEST.config)
	bench.perform(*bench.services(), *bench.site(wanted))


@command
def frappe(bench: Bench, *words: str) -> None:
	"""Frappe's own command line: frappe [--site NAME] ARGUMENTS"""
	name = os.environ.get("SITE", site.TEST.name)
	if words[:1] == ("--site",):
		name, words = words[1], words[2:]
	os.chdir(bench.layout.sites)
	line = site.frappe_command(bench.layout, name, words)
	os.execve(line[0], line, clean_environment())


@command
def serve(bench: Bench, name: str = site.TEST.name, port: str = "8001") -> None:
	"""a site in the foreground, read anew when its code changes: serve [NAME [PORT]]"""
	print(f"{name} at {stack.address(int(port))}", flush=True)
	os.chdir(bench.layout.sites)
	environment = clean_environment({"SERVED_SITE": name, "PYTHONPATH": str(bench.layout.checkout)})
	words = (
		"-m",
		"gunicorn",
		"--reload",
		"--threads",
		"8",
		"--bind",
		f"127.0.0.1:{port}",
		"embedded.wsgi:application",
	)
	os.execve(bench.layout.python, [str(bench.layout.python), *words], environment)


def usage() -> str:
	lines = [f"  {name:<8} {function.__doc__}" for name, function in COMMANDS.items()]
	return "\n".join(("usage: python3.11 -m embedded COMMAND", *lines))


def main(words: list[str]) -> int:
	name, *rest = words or [""]
	if name not in COMMANDS:
		print(usage(), file=sys.stderr)
		return 2
	began = time.monotonic()
	try:
		status = COMMANDS[name](Bench(of_this_checkout()), *rest)
	except BenchError as error:
		print(f"\n{error}", file=sys.stderr)
		return 1
	except PermissionError as error:
		print(f"\n{error.filename} may not be written by this user\n  → {WHOSE}", file=sys.stderr)
		return 1
	except KeyboardInterrupt:
		print("\ninterrupted: the next run goes on from here", file=sys.stderr)
		return 130
	if name not in ("lint", "stop", "clean"):
		print(f"{name}: {time.monotonic() - began:.0f} s in all", flush=True)
	return status or 0
