"""A site over HTTP for gunicorn, run in a bench's sites folder: Frappe, its assets and its public files.

SERVED_SITE names the site that answers, whatever host the browser asked for: in production nginx does both jobs.
There is no realtime server; the desk's knocking for one is answered at once, not by a whole page that says so.
"""

import os

import frappe.app
from frappe.middlewares import StaticDataMiddleware
from werkzeug.middleware.shared_data import SharedDataMiddleware

frappe.app._site = os.environ["SERVED_SITE"]
frappe.app._sites_path = "."

pages = StaticDataMiddleware(
	SharedDataMiddleware(frappe.app.application, {"/assets": os.path.abspath("assets")}),
	{"/files": os.path.abspath(".")},
)


def application(environ, start_response):
	if environ.get("PATH_INFO", "").startswith("/socket.io"):
		start_response("404 Not Found", [("Content-Length", "0")])
		return [b""]
	return pages(environ, start_response)
