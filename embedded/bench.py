"""The order of the steps: from a fresh checkout to a bench that runs."""

from embedded import apps, engine, mariadb, packages, python_env, redis, site
from embedded.layout import Layout
from embedded.ports import Ports
from embedded.steps import Runner, Stamps, Step

PORTS_FILE = "ports.json"


class Bench:
	"""One embedded bench: its layout, its remembered ports, its steps."""

	def __init__(self, layout: Layout):
		self.layout = layout
		self.ports = Ports(layout.config / PORTS_FILE)
		self.runner = Runner(Stamps(layout.stamps))

	def system_packages(self, *groups: tuple[packages.Need, ...]) -> Step:
		needs = tuple(need for group in groups for need in group)
		return Step("system packages", lambda: packages.install(needs, self.layout.logs / "apt-get.log"))

	def installed(self, *extras: str) -> tuple[Step, ...]:
		"""Everything on disk that needs no service."""
		layout = self.layout
		extra = (python_env.extras_step(layout, *extras),) if extras else ()
		return (*engine.steps(layout), python_env.base_step(layout), *extra)

	def services(self) -> tuple[Step, ...]:
		"""The database, the cache and the queue, running."""
		return (
			mariadb.data_step(self.layout),
			Step("mariadb running", lambda: mariadb.start(self.layout, self.ports)),
			Step("redis running", lambda: redis.start(self.layout, self.ports)),
			Step("apps and configuration", self._apps),
		)

	def _apps(self) -> None:
		apps.link(self.layout)
		apps.common_config(self.layout, self.ports)

	def site(self, wanted: site.Site) -> tuple[Step, ...]:
		return (site.make_step(self.layout, wanted), site.migrate_step(self.layout, wanted))

	def perform(self, *steps: Step) -> None:
		self.layout.make_folders()
		self.runner.perform(steps)

	def stop(self) -> None:
		redis.stop(self.layout)
		mariadb.stop(self.layout)
