"""The demo's data: made by the app itself, shown here with the address to go to."""

import json
from pathlib import Path

from embedded import site
from embedded.layout import Layout
from embedded.steps import Step, digest_of

# returns {"users": [{"user": …, "password": …, "role": …}, …]}; making it twice must change nothing
MAKE = "nervion_service.setup.demo.make"


def result_file(layout: Layout) -> Path:
	return layout.config / "demo.json"


def step(layout: Layout) -> Step:
	return Step(
		name="demo data",
		inputs=lambda: digest_of(MAKE, _made_at(layout)),
		holds=lambda: result_file(layout).exists(),
		run=lambda: site.inside(layout, site.DEMO, "call", function=MAKE, result=str(result_file(layout))),
	)


def _made_at(layout: Layout) -> str:
	# a site made anew has none of it
	stamp = layout.stamps / f"site-{site.DEMO.name}.json"
	return stamp.read_text() if stamp.exists() else ""


def users(layout: Layout) -> list[dict]:
	made = json.loads(result_file(layout).read_text("utf-8")) or {}
	return [
		{"user": "Administrator", "password": site.ADMIN_PASSWORD, "role": "System Manager"},
		*made.get("users", []),
	]


def welcome(layout: Layout, address: str) -> str:
	"""What a person needs to go in."""
	rows = [(row["user"], row["password"], row.get("role", "")) for row in users(layout)]
	widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
	lines = [
		"  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()
		for row in rows
	]
	return "\n".join(
		(f"\nThe demo is at {address}\n", *(f"  {line}" for line in lines), "\nmake stop ends it.")
	)
