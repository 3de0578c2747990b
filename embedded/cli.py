"""The commands of the embedded bench."""

import os
import sys
import time

from embedded import packages, site
from embedded.bench import Bench
from embedded.errors import BenchError
from embedded.layout import of_this_checkout
from embedded.shell import clean_environment


def up(bench: Bench, *words: str) -> int:
	bench.perform(
		bench.system_packages(packages.SERVER, packages.BROWSER),
		*bench.installed("test"),
		*bench.services(),
		*bench.site(site.TEST),
	)
	return 0


def start(bench: Bench, *words: str) -> int:
	bench.perform(*bench.services())
	return 0


def stop(bench: Bench, *words: str) -> int:
	bench.stop()
	return 0


def frappe(bench: Bench, *words: str) -> int:
	"""Frappe's own command line: on the test site, or on the one that --site names."""
	name = os.environ.get("SITE", site.TEST.name)
	if words[:1] == ("--site",):
		name, words = words[1], words[2:]
	os.chdir(bench.layout.sites)
	command = site.frappe_command(bench.layout, name, words)
	os.execve(command[0], command, clean_environment())


def migrate(bench: Bench, *words: str) -> int:
	made = [one for one in (site.TEST, site.DEMO) if site.folder(bench.layout, one).exists()]
	for one in made:
		bench.runner.stamps.forget(site.migrated_name(one))
	bench.perform(*bench.services(), *(site.migrate_step(bench.layout, one) for one in made))
	return 0


COMMANDS = {"up": up, "start": start, "stop": stop, "frappe": frappe, "migrate": migrate}


def main(words: list[str]) -> int:
	name = words[0] if words else ""
	if name not in COMMANDS:
		print(f"usage: python3.11 -m embedded {'|'.join(COMMANDS)}", file=sys.stderr)
		return 2
	began = time.monotonic()
	try:
		status = COMMANDS[name](Bench(of_this_checkout()), *words[1:])
	except BenchError as error:
		print(f"\n{error}", file=sys.stderr)
		return 1
	except KeyboardInterrupt:
		print("\ninterrupted: the next run goes on from here", file=sys.stderr)
		return 130
	print(f"{name}: {time.monotonic() - began:.0f} s in all", flush=True)
	return status
