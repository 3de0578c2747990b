"""The demo's data: made by the app itself, shown here with the address to go to."""

import json
from pathlib import Path

from embedded import site
from embedded.layout import Layout
from embedded.steps import Step, digest_of

# make(password) returns {"users": [{"email": …, "name": …, "roles": […]}, …], …}; a second call mends what is missing
MAKE = "nervion_service.setup.demo.make"
PASSWORD = "nervion"
ADMINISTRATOR = ("Administrator", site.ADMIN_PASSWORD, "", "System Manager")


def result_file(layout: Layout) -> Path:
	return layout.config / "demo.json"


def step(layout: Layout) -> Step:
	return Step(
		name="demo data",
		inputs=lambda: digest_of(MAKE, PASSWORD, _made_at(layout)),
		holds=lambda: result_file(layout).exists(),
		run=lambda: _make(layout),
	)


def _make(layout: Layout) -> None:
	result = str(result_file(layout))
	site.inside(layout, site.DEMO, "call", function=MAKE, arguments={"password": PASSWORD}, result=result)


def _made_at(layout: Layout) -> str:
	# a site made anew has none of it
	stamp = layout.stamps / f"site-{site.DEMO.name}.json"
	return stamp.read_text() if stamp.exists() else ""


def accounts(layout: Layout) -> list[tuple[str, str, str, str]]:
	"""Who can sign in: user, password, name, roles."""
	made = json.loads(result_file(layout).read_text("utf-8"))["users"]
	return [ADMINISTRATOR, *((row["email"], PASSWORD, row["name"], ", ".join(row["roles"])) for row in made)]


def welcome(layout: Layout, address: str) -> str:
	"""What a person needs to go in."""
	rows = [("user", "password", "name", "roles"), *accounts(layout)]
	widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
	lines = ("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)) for row in rows)
	table = "\n".join(f"  {line.rstrip()}" for line in lines)
	return f"\nThe demo is at {address}\n\n{table}\n\nmake stop ends it."
