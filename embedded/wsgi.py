"""A site over HTTP for gunicorn, run in a bench's sites folder: Frappe, its assets and its public files.

SERVED_SITE names the site that answers, whatever host the browser asked for: in production nginx does both jobs.
"""

import os

import frappe.app
from frappe.middlewares import StaticDataMiddleware
from werkzeug.middleware.shared_data import SharedDataMiddleware

frappe.app._site = os.environ["SERVED_SITE"]
frappe.app._sites_path = "."

application = StaticDataMiddleware(
	SharedDataMiddleware(frappe.app.application, {"/assets": os.path.abspath("assets")}),
	{"/files": os.path.abspath(".")},
)
