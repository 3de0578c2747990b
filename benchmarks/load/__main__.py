"""make load, or `BENCH=/path/to/bench SITE=a.throwaway.site make load`: 20 customers and 10 of the staff at work together.

    python -m benchmarks.load [--seconds 180] [--warm-up 30] [--customers 20] [--staff 10]

Serves the site with a worker behind it, lets locust drive both kinds of people, first for a while that warms the servers up and is
not counted, prints each page's figures with the slowest first, and ends with status 1 when anybody met an error, in the warm-up
too. What they register stays: on a throwaway site only.
"""

import argparse
import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import host
from benchmarks.load import people
from embedded.shell import clean_environment, last_lines

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90
SLOWEST = 3
TOLD = 900  # characters of an error


def main(words: list[str]) -> int:
	"""Make the people, serve the site, drive it, tell what came of it."""
	asked = arguments(words)
	bench, site = host.bench_and_site()
	with host.connected():
		cast = people.make(asked.customers, asked.staff)
	beside = os.getloadavg()[0]
	with tempfile.TemporaryDirectory() as name, served(bench, site) as address:
		folder = Path(name)
		(folder / "cast.json").write_text(json.dumps(cast))
		_, early = drive(address, folder, asked.warm_up)
		figures, failures = drive(address, folder, asked.seconds)
	print(table(figures))
	print(verdict(figures, early + failures))
	print(f"load of the machine before: {beside:.1f}; {os.cpu_count()} processors")
	return int(bool(early or failures))


def arguments(words: list[str]) -> argparse.Namespace:
	"""What the command line asks for."""
	parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
	parser.add_argument("--seconds", type=int, default=180)
	parser.add_argument("--warm-up", type=int, default=30)
	parser.add_argument("--customers", type=int, default=20)
	parser.add_argument("--staff", type=int, default=10)
	return parser.parse_args(words)


@contextmanager
def served(bench: Path, site: str) -> Iterator[str]:
	"""The address of the site, served as in production by two processes, with a worker."""
	port = free_port()
	# a connection outlives what a person waits between two pages, as nginx before it would see to
	size = ("--workers", "2", "--threads", "8", "--timeout", "120", "--keep-alive", "30")
	web = ("gunicorn", "--bind", f"127.0.0.1:{port}", *size)
	queues = ("worker", "--queue", "short,default,long", "--quiet")
	lines = {
		"web": (*web, "embedded.wsgi:application"),
		"worker": ("frappe.utils.bench_helper", "frappe", *queues),
	}
	logs = {name: bench / "logs" / f"load-{name}.log" for name in lines}
	running = [start(bench, site, logs[name], words) for name, words in lines.items()]
	try:
		address = f"http://127.0.0.1:{port}"
		wait_for(address, running[0], logs["web"])
		yield address
	finally:
		end(running)


def start(bench: Path, site: str, log: Path, words: tuple[str, ...]) -> subprocess.Popen:
	environment = clean_environment(
		{"SERVED_SITE": site, "PYTHONPATH": os.environ["PYTHONPATH"], "PYTHONUNBUFFERED": "1"}
	)
	with log.open("wb") as output:
		return subprocess.Popen(
			[bench / "env" / "bin" / "python", "-m", *words],
			cwd=bench / "sites",
			env=environment,
			stdout=output,
			stderr=output,
		)


def end(running: list[subprocess.Popen]) -> None:
	"""Ask the processes to finish what they do; the one that does not is killed."""
	for process in running:
		process.terminate()
	for process in running:
		try:
			process.wait(PATIENCE_SECONDS)
		except subprocess.TimeoutExpired:
			process.kill()
			process.wait()


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


def wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
	"""Wait until the site answers; SystemExit when its server ends or takes too long."""
	deadline = time.monotonic() + PATIENCE_SECONDS
	while time.monotonic() < deadline and process.poll() is None:
		try:
			urllib.request.urlopen(f"{address}/api/method/ping", timeout=PATIENCE_SECONDS).close()
			return
		except OSError:
			time.sleep(0.3)
	raise SystemExit("\n".join((f"{address} does not answer", *last_lines(log, 20))))


def drive(address: str, folder: Path, seconds: int) -> tuple[list[dict], list[dict]]:
	"""Let locust play the people for so long; its figures by page, and its errors."""
	everybody = sum(len(some) for some in cast_of(folder).values())
	words = [
		"--headless",
		"--only-summary",
		"--host",
		address,
		"--csv",
		folder / "load",
		"--exit-code-on-error",
		0,
	]
	size = ["-u", everybody, "-r", max(1, everybody // 6), "-t", f"{seconds}s"]
	line = [
		sys.executable,
		"-m",
		"locust",
		"-f",
		CHECKOUT / "benchmarks" / "load" / "users.py",
		*words,
		*size,
	]
	environment = clean_environment(
		{"NERVION_CAST": str(folder / "cast.json"), "PYTHONPATH": os.environ["PYTHONPATH"]}
	)
	# what it says goes with its summary: the figures are ours to tell
	with (folder / "locust.log").open("wb") as output:
		done = subprocess.run([str(word) for word in line], env=environment, stdout=output, stderr=output)
	if done.returncode:
		raise SystemExit("\n".join(("locust failed", *last_lines(folder / "locust.log", 20))))
	return read(folder / "load_stats.csv"), troubles(folder)


def troubles(folder: Path) -> list[dict]:
	"""The answers that were errors, and the faults of the people's own script, which locust counts apart."""
	answers = [
		{"count": int(row["Occurrences"]), "what": f"{row['Name']}: {row['Error']}"}
		for row in read(folder / "load_failures.csv")
	]
	faults = [
		{"count": int(row["Count"]), "what": f"{row['Message']} {row['Traceback']}"}
		for row in read(folder / "load_exceptions.csv")
	]
	return answers + faults


def cast_of(folder: Path) -> dict[str, list]:
	cast = json.loads((folder / "cast.json").read_text())
	return {kind: some for kind, some in cast.items() if isinstance(some, list)}


def read(path: Path) -> list[dict]:
	with path.open(newline="") as file:
		return list(csv.DictReader(file))


def table(figures: list[dict]) -> str:
	"""A line a page, the slowest first."""
	lines = [
		f"{row['Name']:<26} {row['Request Count']:>6} {_median(row):>8.0f} {float(row['95%'] or 0):>8.0f}"
		for row in pages(figures)
	]
	return "\n".join((f"{'page':<26} {'asked':>6} {'median':>8} {'95 %':>8}  (ms)", *lines))


def verdict(figures: list[dict], failures: list[dict]) -> str:
	"""How much was asked, which pages are the slowest, and every error with its number."""
	total = next(row for row in figures if row["Name"] == "Aggregated")
	errors = sum(row["count"] for row in failures)
	return "\n".join(
		(
			f"{total['Request Count']} requests, {float(total['Requests/s']):.1f} a second, {errors} errors,"
			f" median {total['50%']} ms, 95 % {total['95%']} ms",
			"slowest: " + ", ".join(row["Name"] for row in pages(figures)[:SLOWEST]),
			*(f"{row['count']} × {row['what'][:TOLD]}" for row in failures),
		)
	)


def pages(figures: list[dict]) -> list[dict]:
	"""The rows of single pages, the slowest first."""
	return sorted((row for row in figures if row["Name"] != "Aggregated"), key=_median, reverse=True)


def _median(row: dict) -> float:
	return float(row["50%"] or 0)


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
