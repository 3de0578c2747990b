"""What runs within the bench's Python, connected to a site: `python -m embedded.inside TASK SITE ARGUMENTS`."""

import json
import sys
from pathlib import Path

import frappe

COMPANY = "Pinturas Nervión"
TIME_ZONE = "America/Mexico_City"


def finish_setup(language: str, password: str) -> None:
	"""Answer the set-up wizard as a Mexican company would, so that every app's own hooks run."""
	from frappe.desk.page.setup_wizard.setup_wizard import setup_complete
	from frappe.utils.password import update_password

	year = frappe.utils.now_datetime().year
	# the template's password belongs to the site it was saved from
	update_password("Administrator", password)
	answer = setup_complete(
		{
			"language": frappe.db.get_value("Language", language, "language_name"),
			"lang": language,
			"country": "Mexico",
			"timezone": TIME_ZONE,
			"currency": "MXN",
			"company_name": COMPANY,
			"company_abbr": "PN",
			"chart_of_accounts": "Standard",
			"domain": "Manufacturing",
			"fy_start_date": f"{year}-01-01",
			"fy_end_date": f"{year}-12-31",
			"setup_demo": 0,
		}
	)
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
