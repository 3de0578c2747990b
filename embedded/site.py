"""Sites: made from nothing or from a saved template, half-made ones dropped, changed ones migrated."""

import json
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from embedded import apps, mariadb
from embedded.layout import Layout
from embedded.shell import clean_environment, run
from embedded.steps import Stamps, Step, digest_of

ADMIN_PASSWORD = "admin"


@dataclass(frozen=True)
class Site:
	"""A site of the bench: its name, how its wizard is answered, what stands in its configuration."""

	name: str
	language: str
	config: Mapping[str, object] = field(default_factory=dict)

	@property
	def database(self) -> str:
		return self.name.replace(".", "_").replace("-", "_")


# the scheduler leaves the test site alone: a test that wants a job to run starts it itself
TEST = Site(
	"test.localhost", "en", {"allow_tests": True, "pause_scheduler": 1, "host_name": "http://test.localhost"}
)
# the whole suite is shared by two processes, each with a site of its own
BESIDE = Site("beside.localhost", "en", {**TEST.config, "host_name": "http://beside.localhost"})
LOADED = Site("load.localhost", TEST.language, {**TEST.config, "host_name": "http://load.localhost"})
MEASURED = Site("bench.localhost", TEST.language, TEST.config)
# the demo has no mail server: what it would send is only shown in the outbox
DEMO = Site("demo.localhost", "es", {"mute_emails": 1})


def frappe_command(layout: Layout, site: Site | str, words: Iterable[object]) -> list[str]:
	"""Frappe's own command line on a site; run in the sites folder."""
	name = site if isinstance(site, str) else site.name
	helper = [str(layout.python), "-m", "frappe.utils.bench_helper", "frappe"]
	return [*helper, *(("--site", name) if name else ()), *map(str, words)]


def frappe(layout: Layout, site: Site | str, *words: object, what: str = "") -> None:
	name = site if isinstance(site, str) else site.name
	run(
		frappe_command(layout, site, words),
		layout.logs / f"{name or 'bench'}-{words[0]}.log",
		cwd=layout.sites,
		env=clean_environment(),
		what=what or f"{words[0]} on {name}",
	)


def inside(layout: Layout, site: Site, task: str, **arguments: object) -> None:
	"""Run a task of `embedded.inside` within the bench's Python, connected to the site."""
	run(
		(layout.python, "-m", "embedded.inside", task, site.name, json.dumps(arguments)),
		layout.logs / f"{site.name}-{task}.log",
		cwd=layout.sites,
		env=clean_environment(),
		what=f"{task} on {site.name}",
	)


def folder(layout: Layout, site: Site) -> Path:
	return layout.sites / site.name


def exists(layout: Layout, site: Site) -> bool:
	rows = mariadb.query(layout, f"SHOW DATABASES LIKE '{site.database}'")
	return bool(rows) and (folder(layout, site) / "site_config.json").exists()


def drop(layout: Layout, site: Site) -> None:
	"""Take the site away, whole or half-made."""
	mariadb.drop(layout, site.database)
	shutil.rmtree(folder(layout, site), ignore_errors=True)


def configure(layout: Layout, site: Site) -> None:
	path = folder(layout, site) / "site_config.json"
	kept = json.loads(path.read_text())
	path.write_text(json.dumps({**kept, **site.config}, indent=1, sort_keys=True))


class Template:
	"""A saved database with all apps installed and the wizard not yet answered: a second site in seconds."""

	def __init__(self, layout: Layout):
		self.layout = layout
		self.dump = layout.downloads / "site-template.sql"
		self.key = Stamps(layout.downloads)

	def fits(self) -> bool:
		return self.dump.exists() and self.key.read("site-template") == apps.schema_digest(self.layout)

	def save(self, site: Site, digest: str) -> None:
		self.key.forget("site-template")
		mariadb.dump(self.layout, site.database, self.dump)
		self.key.write("site-template", digest)


def make(layout: Layout, site: Site) -> None:
	template = Template(layout)
	if template.fits():
		_from_template(layout, site, template)
	else:
		# taken first: a source that is edited meanwhile must not pass for what was installed
		digest = apps.schema_digest(layout)
		_from_nothing(layout, site)
		template.save(site, digest)
	configure(layout, site)
	inside(layout, site, "finish_setup", language=site.language, password=ADMIN_PASSWORD)


def _from_nothing(layout: Layout, site: Site) -> None:
	root = ("--db-root-username", "root", "--db-root-password", mariadb.root_password(layout))
	admin = ("--admin-password", ADMIN_PASSWORD, "--db-name", site.database)
	frappe(layout, "", "new-site", site.name, *root, *admin, what=f"making {site.name}")
	install_missing_apps(layout, site)


def installed_apps(layout: Layout, site: Site) -> list[str]:
	rows = mariadb.query(
		layout,
		f"SELECT defvalue FROM `{site.database}`.tabDefaultValue"
		" WHERE parent = '__global' AND defkey = 'installed_apps'",
	)
	return json.loads(rows[0][0]) if rows else []


def install_missing_apps(layout: Layout, site: Site) -> None:
	"""Install what is on the bench and not yet on the site, in the bench's order."""
	there = installed_apps(layout, site)
	for app in apps.present(layout):
		if app not in there:
			# what an interrupted installation left behind is installed over
			force = ("--force",) if is_half_installed(layout, site, app) else ()
			frappe(layout, site, "install-app", *force, app, what=f"installing {app} on {site.name}")


def is_half_installed(layout: Layout, site: Site, app: str) -> bool:
	modules = f"SELECT name FROM `{site.database}`.`tabModule Def` WHERE app_name = '{app}'"
	return bool(mariadb.query(layout, modules))


def _from_template(layout: Layout, site: Site, template: Template) -> None:
	password = secrets.token_hex(12)
	mariadb.create(layout, site.database, password)
	mariadb.load(layout, site.database, template.dump)
	for part in ("locks", "logs", "private/backups", "private/files", "public/files"):
		(folder(layout, site) / part).mkdir(parents=True, exist_ok=True)
	config = {"db_name": site.database, "db_password": password, "db_type": "mariadb"}
	(folder(layout, site) / "site_config.json").write_text(json.dumps(config, indent=1))


def make_step(layout: Layout, site: Site) -> Step:
	return Step(
		name=f"site {site.name}",
		inputs=lambda: digest_of(site.name, site.language, layout.sites),
		holds=lambda: exists(layout, site),
		clear=lambda: drop(layout, site),
		run=lambda: _make_and_mark(layout, site),
	)


def _make_and_mark(layout: Layout, site: Site) -> None:
	digest = apps.schema_digest(layout)
	make(layout, site)
	Stamps(layout.stamps).write(migrated_name(site), digest)


def migrated_name(site: Site) -> str:
	return f"migrated {site.name}"


def migrate_step(layout: Layout, site: Site) -> Step:
	return Step(
		name=migrated_name(site),
		inputs=lambda: apps.schema_digest(layout),
		run=lambda: migrate(layout, site),
	)


def migrate(layout: Layout, site: Site) -> None:
	configure(layout, site)
	install_missing_apps(layout, site)
	frappe(layout, site, "migrate")
	frappe(layout, site, "clear-cache")
