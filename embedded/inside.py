"""What runs within the bench's Python, connected to a site: `python -m embedded.inside TASK SITE ARGUMENTS`."""

import json
import sys
from pathlib import Path

import frappe

from nervion_service.setup import wizard


def finish_setup(language: str, password: str) -> None:
	"""Answer the set-up wizard as a Mexican company would, so that every app's own hooks run."""
	from frappe.utils.password import update_password

	# the template's password belongs to the site it was saved from
	update_password("Administrator", password)
	answer = wizard.answer(language)
	if (answer or {}).get("status") != "ok":
		raise SystemExit(f"the set-up wizard failed: {answer}\n{frappe.get_traceback()}")
	frappe.db.commit()


def call(function: str, arguments: dict, result: str) -> None:
	"""Call a function of an app and leave what it returns, as JSON, in the file `result`."""
	returned = frappe.get_attr(function)(**arguments)
	frappe.db.commit()
	Path(result).write_text(json.dumps(returned, default=str, indent=1, ensure_ascii=False), "utf-8")


TASKS = {"finish_setup": finish_setup, "call": call}


def main(task: str, site: str, arguments: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	try:
		frappe.set_user("Administrator")
		TASKS[task](**json.loads(arguments))
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])
