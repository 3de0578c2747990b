"""Commands of `bench --site SITE …` (Frappe reads the list `commands`)."""

from pathlib import Path

import click
import frappe
from frappe.commands import get_site, pass_context


@click.command("nervion-import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", required=True, help="A mapping's file, or the name of one that is shipped.")
@click.option("--company", help="Company of rows that name none (default: the one in Service Settings).")
@click.option("--encoding", default="utf-8-sig", show_default=True, help="Encoding of a CSV file.")
@click.option(
	"--rejects", type=click.Path(path_type=Path), help="Where rejected rows go (default: beside FILE)."
)
@click.option("--dry-run", is_flag=True, help="Try every row and keep nothing.")
@pass_context
def nervion_import(context, file, mapping, company, encoding, rejects, dry_run):
	"""Import requests from FILE (CSV or XLSX). Run it again after an interruption: nothing comes in twice."""
	from nervion_service.services.imports import runner
	from nervion_service.services.imports.reader import ImportFileError

	with _connected(get_site(context)):
		try:
			job = runner.prepare(file, mapping, company=company, encoding=encoding, rejects=rejects)
			with click.progressbar(length=job.total, label=file.name) as bar:
				summary = runner.run(job, dry_run=dry_run, on_progress=bar.update)
		except ImportFileError as error:
			raise click.ClickException(str(error)) from None
		click.echo(summary.text())
	raise SystemExit(1 if summary.rejected else 0)


@click.command("nervion-health")
@pass_context
def nervion_health(context):
	"""Tell whether promises are being watched; exits with 1 when something needs attention."""
	from nervion_service.services import health

	with _connected(get_site(context)):
		report = health.report()
		for check in report["checks"]:
			mark = "ok " if check["ok"] else "BAD"
			click.echo(f"{mark} {check['code']}: {check['value']} {check['message']}".rstrip())
	raise SystemExit(0 if report["ok"] else 1)


class _connected:
	"""A site, connected as Administrator in the site's language, and let go whatever happens."""

	def __init__(self, site: str):
		self.site = site

	def __enter__(self):
		frappe.init(site=self.site)
		frappe.connect()
		frappe.local.lang = frappe.db.get_default("lang") or "en"

	def __exit__(self, *_exception):
		frappe.destroy()


commands = [nervion_import, nervion_health]
