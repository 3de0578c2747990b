import json

import pytest

from embedded import apps, mariadb, site
from embedded.errors import BenchError
from embedded.steps import Runner, Stamps


class FakeServer:
	"""Stands for MariaDB and Frappe's command line; keeps what was asked of them."""

	def __init__(self, layout):
		self.layout = layout
		self.databases = set()
		self.installed = []
		self.half = set()
		self.calls = []
		self.fails_at = None

	def query(self, layout, sql):
		if sql.startswith("SHOW DATABASES"):
			return [[name] for name in self.databases if f"'{name}'" in sql]
		if "tabDefaultValue" in sql:
			return [[json.dumps(self.installed)]] if self.installed else []
		return [[name] for name in self.half if f"'{name}'" in sql]

	def drop(self, layout, name):
		self.calls.append(("drop", name))
		self.databases.discard(name)
		self.installed.clear()

	def frappe(self, layout, wanted, *words, what=""):
		self.calls.append(words[:1] + words[-1:] if words[0] == "install-app" else words[:1])
		if self.fails_at in words:
			raise BenchError(f"{words[0]} failed")
		if words[0] == "new-site":
			folder = layout.sites / words[1]
			folder.mkdir(parents=True)
			(folder / "site_config.json").write_text('{"db_name": "x"}')
			self.databases.add(site.TEST.database)
			self.installed.append("frappe")
		if words[0] == "install-app":
			self.installed.append(words[-1])


@pytest.fixture
def server(layout, monkeypatch):
	server = FakeServer(layout)
	monkeypatch.setattr(mariadb, "query", server.query)
	monkeypatch.setattr(mariadb, "drop", server.drop)
	monkeypatch.setattr(mariadb, "dump", lambda layout, name, target: target.write_text("-- a template"))
	monkeypatch.setattr(mariadb, "create", lambda layout, name, password: server.databases.add(name))
	monkeypatch.setattr(mariadb, "load", lambda layout, name, source: server.installed.extend(apps.APPS))
	monkeypatch.setattr(mariadb, "root_password", lambda layout: "secret")
	monkeypatch.setattr(site, "frappe", server.frappe)
	monkeypatch.setattr(site, "inside", lambda *words, **arguments: server.calls.append(words[2:3]))
	for app in ("erpnext", "nervion_service"):
		package = apps.source_of(layout, app) / app
		package.mkdir(parents=True)
		(package / "hooks.py").write_text("")
	(layout.apps / "frappe" / "frappe").mkdir(parents=True)
	(layout.apps / "frappe" / "frappe" / "hooks.py").write_text("")
	return server


@pytest.fixture
def make(layout):
	runner = Runner(Stamps(layout.stamps))
	return lambda: runner.perform([site.make_step(layout, site.TEST), site.migrate_step(layout, site.TEST)])


def test_a_site_is_made_with_every_app_and_its_wizard_answered(server, make, layout):
	make()
	assert server.installed == ["frappe", "erpnext", "nervion_service"]
	assert ("finish_setup",) in server.calls
	config = json.loads((layout.sites / site.TEST.name / "site_config.json").read_text())
	assert config["allow_tests"] is True
	assert config["db_name"] == "x"


def test_a_site_just_made_is_not_migrated(server, make):
	make()
	assert ("migrate",) not in server.calls


def test_a_site_that_is_there_is_left_alone(server, make):
	make()
	server.calls.clear()
	make()
	assert server.calls == []


def test_a_half_made_site_is_dropped_and_made_again(server, make):
	server.fails_at = "nervion_service"
	with pytest.raises(BenchError):
		make()
	assert site.TEST.database in server.databases
	server.fails_at = None
	server.calls.clear()
	make()
	assert server.calls[:2] == [("drop", site.TEST.database), ("new-site",)]
	assert server.installed == ["frappe", "erpnext", "nervion_service"]


def test_a_site_whose_database_is_gone_is_made_again_from_the_template(server, make):
	make()
	server.databases.clear()
	server.calls.clear()
	make()
	assert server.calls == [("drop", site.TEST.database), ("finish_setup",)]
	assert site.TEST.database in server.databases


def test_a_changed_doctype_migrates_the_site(server, make, layout):
	make()
	(layout.checkout / "nervion_service" / "thing.json").write_text("{}")
	make()
	assert ("migrate",) in server.calls
	assert server.calls.count(("new-site",)) == 1


def test_an_interrupted_migration_is_made_up_for(server, make, layout):
	make()
	(layout.checkout / "nervion_service" / "thing.json").write_text("{}")
	server.fails_at = "migrate"
	with pytest.raises(BenchError):
		make()
	server.fails_at = None
	server.calls.clear()
	make()
	assert ("migrate",) in server.calls


def test_an_app_that_came_later_is_installed_before_migrating(server, make, layout):
	make()
	server.installed.remove("nervion_service")
	(layout.checkout / "nervion_service" / "thing.json").write_text("{}")
	server.calls.clear()
	make()
	assert server.calls.index(("install-app", "nervion_service")) < server.calls.index(("migrate",))


def test_a_half_installed_app_is_installed_over(server, layout, monkeypatch):
	server.installed = ["frappe", "erpnext"]
	server.half = {"nervion_service"}
	words = []
	monkeypatch.setattr(site, "frappe", lambda layout, wanted, *given, what="": words.append(given))
	site.install_missing_apps(layout, site.TEST)
	assert words == [("install-app", "--force", "nervion_service")]


def test_a_template_of_other_sources_does_not_fit(server, make, layout):
	make()
	template = site.Template(layout)
	assert template.fits()
	(layout.checkout / "nervion_service" / "thing.json").write_text("{}")
	assert not template.fits()


def test_the_schema_digest_sees_what_migrate_reads_and_nothing_else(server, layout):
	package = layout.checkout / "nervion_service"
	before = apps.schema_digest(layout)
	(package / "services").mkdir()
	(package / "services" / "intake.py").write_text("x = 1")
	assert apps.schema_digest(layout) == before
	(package / "doctype").mkdir()
	(package / "doctype" / "thing.py").write_text("def on_doctype_update(): ...")
	with_index = apps.schema_digest(layout)
	assert with_index != before
	(package / "translations").mkdir()
	(package / "translations" / "es.csv").write_text("a,b")
	assert apps.schema_digest(layout) != with_index
