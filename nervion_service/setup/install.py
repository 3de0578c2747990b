"""Installing and uninstalling, in order; every step may run again and then changes nothing.

Frappe syncs DocTypes first, so the DocTypes are there from `after_install` on; `after_sync` runs once more at the end of an
installation and after every migration, and brings what an update added.
"""

import frappe

from nervion_service.services import series
from nervion_service.setup import (
	complaints,
	created,
	custom_fields,
	defaults,
	indexes,
	list_tools,
	mail_templates,
	masters,
	portal_home,
	roles,
	root_causes,
	technical,
	traces,
	workflows,
)


def before_install() -> None:
	"""Create our roles before Frappe does for our DocTypes: so we know which ones the site had already."""
	roles.install()


def after_install() -> None:
	"""Set up a site that just got our DocTypes."""
	_install()


def after_sync() -> None:
	"""Bring what is missing, after an installation and after every migration."""
	_install()


def after_wizard(args: dict | None = None) -> None:
	"""What needs a company, and the language that the set-up wizard has just been told."""
	_install()
	defaults.speak_the_language_of_the_site()
	mail_templates.speak_the_language_of_the_site()


def before_uninstall() -> None:
	"""Remove what is ours and nobody else uses; Frappe removes our DocTypes, reports and workspace after us."""
	# an administrator's command, not a user's request: it looks at everything
	doctypes = frappe.get_all("DocType", {"module": custom_fields.MODULE}, pluck="name")
	workflows.uninstall()
	defaults.uninstall(doctypes)
	mail_templates.uninstall()
	portal_home.uninstall()
	traces.remove(doctypes)
	masters.uninstall()
	roles.uninstall(doctypes)
	custom_fields.uninstall()
	indexes.uninstall()
	created.forget_all()


def _install() -> None:
	custom_fields.install()
	indexes.install()
	roles.install()
	masters.install()
	workflows.install()
	defaults.install()
	defaults.install_for_companies()
	complaints.install()
	technical.install()
	list_tools.install()
	root_causes.install()
	mail_templates.install()
	portal_home.install()
	series.prepare()
