"""What runs behind the demo site: web, workers and scheduler, kept alive by a supervisor."""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

from embedded import apps, site, supervisor
from embedded.daemons import Daemon
from embedded.engine import TREE_SHA256
from embedded.layout import Layout
from embedded.ports import Ports
from embedded.steps import Step, digest_of, digest_of_files

TEMPLATE = Path(__file__).with_name("Procfile")
PREFERRED_PORTS = (8000, 8080, 8888)
SERVICES = ("mariadb", "redis_cache", "redis_queue")


def procfile(layout: Layout) -> Path:
	return layout.config / "Procfile"


def keeper(layout: Layout, served: site.Site) -> Daemon:
	"""The supervisor as one background process."""
	return Daemon(
		name="supervisor",
		command=(
			*(sys.executable, "-m", "embedded.supervisor"),
			*map(str, (procfile(layout), layout.logs, layout.run)),
		),
		pid_file=layout.run / "supervisor.pid",
		log=layout.logs / "supervisor.log",
		cwd=layout.sites,
		env={"SERVED_SITE": served.name, "PYTHONPATH": str(layout.checkout)},
	)


def children(layout: Layout) -> list[Daemon]:
	"""The supervised processes: found by their command lines even when the supervisor was killed."""
	if not procfile(layout).exists():
		return []
	return [
		Daemon(name, command, layout.run / f"{name}.pid", layout.logs / f"{name}.log", layout.sites)
		for name, command in supervisor.parse(procfile(layout).read_text()).items()
	]


def address(port: int) -> str:
	return f"http://127.0.0.1:{port}"


def answers(port: int) -> bool:
	try:
		with urllib.request.urlopen(f"{address(port)}/api/method/ping", timeout=10) as response:
			return response.status == 200
	except (urllib.error.URLError, OSError):
		return False


def code_digest(layout: Layout) -> str:
	"""Changes whenever the running processes would have to be started anew to run what is written."""
	packages = [apps.source_of(layout, app) / app for app in apps.present(layout)[1:]]
	parts = [digest_of_files(package, package.rglob("*.py")) for package in packages]
	return digest_of(TREE_SHA256, TEMPLATE.read_text(), *parts)


def is_running(layout: Layout, ports: Ports, served: site.Site) -> bool:
	return keeper(layout, served).pid() is not None and answers(ports.of("web"))


def step(layout: Layout, ports: Ports, served: site.Site) -> Step:
	return Step(
		name="web, workers, scheduler",
		# a database that had to move to another port is found again only by new processes
		inputs=lambda: digest_of(code_digest(layout), *(ports.of(name) for name in SERVICES)),
		holds=lambda: is_running(layout, ports, served),
		clear=lambda: stop(layout),
		run=lambda: start(layout, ports, served),
	)


def start(layout: Layout, ports: Ports, served: site.Site) -> None:
	daemon = keeper(layout, served)
	running = daemon.pid() is not None
	port = ports.claim("web", is_ours=running, preferred=PREFERRED_PORTS)
	if not running:
		_stop_left_over(layout)
		procfile(layout).write_text(TEMPLATE.read_text().format(python=layout.python, port=port))
		_tell_address(layout, served, port)
	daemon.start(lambda: answers(port), patience=60)


def _tell_address(layout: Layout, served: site.Site, port: int) -> None:
	# links in notifications and e-mails carry it
	path = site.folder(layout, served) / "site_config.json"
	config = json.loads(path.read_text())
	path.write_text(json.dumps({**config, "host_name": address(port)}, indent=1, sort_keys=True))


def _stop_left_over(layout: Layout) -> None:
	for child in children(layout):
		# a server and what it forked have one command line
		while child.stop():
			print(f"        {child.name} was left over from a killed supervisor: stopped", flush=True)


def stop(layout: Layout) -> None:
	# which site it serves does not matter for finding it
	keeper(layout, site.DEMO).stop(patience=supervisor.PATIENCE + 10)
	_stop_left_over(layout)
