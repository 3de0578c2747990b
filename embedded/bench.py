"""The order of the steps: from a fresh checkout to a bench that runs."""

import shutil

from embedded import apps, assets, demo, engine, lock, mariadb, packages, python_env, redis, site, stack
from embedded.layout import Layout
from embedded.ports import Ports
from embedded.steps import Runner, Stamps, Step


class Bench:
	"""One embedded bench: its layout, its remembered ports, its steps."""

	def __init__(self, layout: Layout):
		self.layout = layout
		self.ports = Ports(layout.config / "ports.json")
		self.runner = Runner(Stamps(layout.stamps))

	def installed(self, *extras: str) -> tuple[Step, ...]:
		"""The engine and the Python environment: all that lint needs."""
		return (
			self.system_packages(packages.PYTHON),
			python_env.venv_step(self.layout),
			*engine.steps(self.layout),
			python_env.base_step(self.layout),
			*(python_env.extra_step(self.layout, name) for name in extras),
		)

	def beside_real_bench(self) -> tuple[Step, ...]:
		"""What tests on a real bench need of this checkout: a pip and a browser."""
		needs = (*packages.PYTHON, *packages.BROWSER)
		return (self.system_packages(needs), python_env.venv_step(self.layout))

	def system_packages(self, needs: tuple[packages.Need, ...]) -> Step:
		return Step("system packages", lambda: packages.install(needs, self.layout.logs / "apt-get.log"))

	def services(self) -> tuple[Step, ...]:
		"""The database, the cache and the queue, running, and the apps in their places."""
		return (
			mariadb.data_step(self.layout),
			Step("mariadb", lambda: mariadb.start(self.layout, self.ports)),
			Step("redis", lambda: redis.start(self.layout, self.ports)),
			Step("apps and configuration", self._apps),
		)

	def _apps(self) -> None:
		apps.link(self.layout)
		apps.common_config(self.layout, self.ports)

	def whole(self, *extras: str) -> tuple[Step, ...]:
		"""Everything under a site."""
		return (
			self.system_packages((*packages.PYTHON, *packages.SERVER, *packages.BROWSER)),
			*self.installed(*extras)[1:],
			*self.services(),
			assets.packages_step(self.layout),
			assets.build_step(self.layout, self.ports),
		)

	def site(self, wanted: site.Site) -> tuple[Step, ...]:
		return (site.make_step(self.layout, wanted), site.migrate_step(self.layout, wanted))

	def demo(self) -> tuple[Step, ...]:
		return (
			*self.site(site.DEMO),
			demo.step(self.layout),
			stack.step(self.layout, self.ports, site.DEMO),
		)

	def perform(self, *steps: Step) -> None:
		with lock.alone(self.layout.root / "lock"):
			self.layout.make_folders()
			self.runner.perform(steps)

	def stop(self) -> None:
		"""End every process of this bench; nothing happens when none runs."""
		stack.stop(self.layout)
		redis.stop(self.layout)
		mariadb.stop(self.layout)

	def clean(self) -> None:
		"""Stop, then take everything away."""
		if self.layout.root.exists():
			self.stop()
			shutil.rmtree(self.layout.root)
