import pytest

from embedded import apps, site, stack
from embedded.ports import Ports
from embedded.steps import Runner, Stamps


@pytest.fixture
def ports(layout):
	ports = Ports(layout.config / "ports.json")
	for name in (*stack.SERVICES, "web"):
		ports.claim(name, is_ours=False)
	return ports


@pytest.fixture
def starts(layout, ports, monkeypatch):
	"""How often the processes were stopped and started."""
	done = []
	for app in apps.APPS:
		package = apps.source_of(layout, app) / app
		package.mkdir(parents=True)
		(package / "hooks.py").write_text("")
	monkeypatch.setattr(stack, "start", lambda *_: done.append("start"))
	monkeypatch.setattr(stack, "stop", lambda *_: done.append("stop"))
	monkeypatch.setattr(stack, "is_running", lambda *_: bool(done))
	return done


@pytest.fixture
def make(layout, ports):
	runner = Runner(Stamps(layout.stamps))
	return lambda: runner.perform([stack.step(layout, ports, site.DEMO)])


def test_running_processes_are_left_alone(starts, make):
	make()
	make()
	assert starts == ["stop", "start"]


def test_processes_are_started_anew_when_the_code_they_run_has_changed(starts, make, layout):
	make()
	(layout.checkout / "nervion_service" / "services.py").write_text("x = 1")
	make()
	assert starts == ["stop", "start"] * 2


def test_processes_are_started_anew_when_the_database_had_to_move(starts, make, ports):
	make()
	moved = ports.of("mariadb")
	ports.free = lambda port: port != moved
	ports.claim("mariadb", is_ours=False)
	make()
	assert starts == ["stop", "start"] * 2


def test_processes_that_ended_are_started_again(starts, make):
	make()
	starts.clear()
	make()
	assert starts == ["stop", "start"]


def test_every_line_of_the_procfile_is_known_by_its_name(layout):
	stack.procfile(layout).write_text(stack.TEMPLATE.read_text().format(python=layout.python, port=8000))
	names = [child.name for child in stack.children(layout)]
	assert names == ["web", "worker-short", "worker-long", "schedule"]
	assert all(child.command[0] == str(layout.python) for child in stack.children(layout))


def test_no_process_is_looked_for_before_a_procfile_was_written(layout):
	assert stack.children(layout) == []
