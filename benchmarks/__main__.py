"""make bench, or `BENCH=/path/to/bench SITE=a.throwaway.site make bench`: what the product costs.

    python -m benchmarks [--json FILE] [NAME ...]

Names: calendar, insert, status, sweep, summary; all of them unless some are named. Sizes are small, for a dry run, unless
NERVION_FULL=1. A run leaves the site as it found it. Nobody else may use the site meanwhile.
"""

import argparse
import os
import platform
import sys
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from time import perf_counter

import frappe

from benchmarks import borrowed, host, rows, sizes

FAMILIES = {
	"calendar": "benchmarks.calendar_rows",
	"insert": "benchmarks.insert",
	"status": "benchmarks.status",
	"sweep": "benchmarks.sweep",
	"summary": "benchmarks.summary",
}


def main(words: list[str]) -> None:
	"""Measure what is named, print the table, and write the JSON file if one is asked for."""
	asked = arguments(words)
	with host.connected():
		borrowed.mend()
		about = facts()
		print("; ".join(f"{name} {value}" for name, value in about.items()), flush=True)
		found = [row for name in asked.names or FAMILIES for row in measure(name)]
	print(f"\n{rows.table(found)}\n\n{summary(found)}")
	if asked.json:
		rows.write_json(found, about, asked.json)


def arguments(words: list[str]) -> argparse.Namespace:
	"""What the command line asks for."""
	parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What the product costs.")
	parser.add_argument(
		"--json", type=lambda name: Path(name).resolve(), help="also write the rows to this file"
	)
	parser.add_argument(
		"names", nargs="*", metavar="NAME", help=f"of {', '.join(FAMILIES)}; all unless named"
	)
	asked = parser.parse_args(words)
	if unknown := set(asked.names) - set(FAMILIES):
		parser.error(f"there is no {', '.join(sorted(unknown))}: choose from {', '.join(FAMILIES)}")
	return asked


def measure(name: str) -> list[rows.Row]:
	"""The rows of one family."""
	begin = perf_counter()
	print(f"{name} …", end=" ", flush=True)
	found = import_module(FAMILIES[name]).measure()
	print(f"{perf_counter() - begin:.0f} s", flush=True)
	return found


def facts() -> dict:
	"""Where and when it was measured."""
	import erpnext

	return {
		"at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
		"sizes": "full" if sizes.FULL else "small",
		"Python": platform.python_version(),
		"cores": os.cpu_count(),
		"Frappe": frappe.__version__,
		"ERPNext": erpnext.__version__ if host.has_issue() else "a stand-in",
		"MariaDB": frappe.db.sql("SELECT VERSION()")[0][0],
	}


def summary(found: list[rows.Row]) -> str:
	"""One line: how many marks were judged, and which were not reached."""
	judged = [row for row in found if row.reached is not None]
	missed = [row.name for row in judged if not row.reached]
	tail = f": not {', '.join(missed)}" if missed else ""
	return f"{len(judged) - len(missed)} of {len(judged)} marks reached{tail}"


if __name__ == "__main__":
	main(sys.argv[1:])
