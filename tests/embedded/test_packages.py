import pytest

from embedded import packages
from embedded.errors import BenchError


class Machine:
	"""A machine on which a package is there once apt-get has been asked for it."""

	def __init__(self, installs=True):
		self.there = {"present"}
		self.installs = installs
		self.commands = []

	def need(self, name):
		return packages.Need(name, lambda: name in self.there)

	def run(self, command, log, **_):
		self.commands.append(command)
		if self.installs and "install" in command:
			self.there.update(command)


@pytest.fixture
def machine(monkeypatch):
	machine = Machine()
	monkeypatch.setattr(packages, "run", machine.run)
	monkeypatch.setattr(packages, "program", lambda *names: "/usr/bin/apt-get")
	return machine


def test_nothing_is_asked_of_apt_when_nothing_is_missing(machine, tmp_path):
	packages.install([machine.need("present")], tmp_path / "log", is_root=False)
	assert machine.commands == []


def test_what_is_missing_is_named_with_the_command_when_not_root(machine, tmp_path):
	with pytest.raises(BenchError) as refusal:
		packages.install(
			[machine.need("present"), machine.need("mariadb-server")], tmp_path / "log", is_root=False
		)
	assert refusal.value.problem == "missing system packages: mariadb-server"
	assert refusal.value.way_out == "as root: apt-get install mariadb-server"
	assert machine.commands == []


def test_what_is_missing_is_installed_as_root_after_an_update(machine, tmp_path):
	packages.install([machine.need("redis-server")], tmp_path / "log", is_root=True)
	assert machine.commands[0] == ("apt-get", "update")
	assert machine.commands[1][-1] == "redis-server"


def test_what_is_still_missing_afterwards_is_told(machine, tmp_path):
	machine.installs = False
	with pytest.raises(BenchError, match="still missing after apt-get install chromium: chromium"):
		packages.install([machine.need("chromium")], tmp_path / "log", is_root=True)


def test_a_machine_without_apt_is_told_what_to_bring(machine, tmp_path, monkeypatch):
	monkeypatch.setattr(packages, "program", lambda *names: None)
	with pytest.raises(BenchError, match="there is no apt-get here"):
		packages.install([machine.need("npm")], tmp_path / "log", is_root=True)


def test_a_program_that_is_missing_says_what_to_do():
	with pytest.raises(BenchError, match="no-such-program is not installed"):
		packages.require_program("no-such-program")
