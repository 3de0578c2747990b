"""The smaller tools: shell, lock, layout, configuration files, demo's welcome, command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from embedded import apps, cli, demo, lock, mariadb, python_env, redis, shell
from embedded.errors import BenchError
from embedded.layout import SOCKET_PATH_LIMIT, Layout
from embedded.ports import Ports

CHECKOUT = Path(__file__).resolve().parents[2]


def test_a_failing_command_shows_the_end_of_its_log(tmp_path):
	code = "print('first line'); print('what went wrong'); raise SystemExit(3)"
	with pytest.raises(BenchError, match="the thing failed with status 3:") as failure:
		shell.run([sys.executable, "-c", code], tmp_path / "log", what="the thing")
	assert "what went wrong" in failure.value.problem
	assert str(tmp_path / "log") in failure.value.way_out


def test_a_command_that_is_not_there_is_told(tmp_path):
	with pytest.raises(BenchError, match="could not be started"):
		shell.run(["/no/such/program"], tmp_path / "log")


def test_a_failing_short_command_says_what_it_said():
	with pytest.raises(BenchError, match="no such thing"):
		shell.output_of([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_the_environment_leaves_out_what_would_lead_astray(monkeypatch):
	for name in ("CI", "PYTHONPATH", "FRAPPE_SITE"):
		monkeypatch.setenv(name, "x")
	environment = shell.clean_environment({"PYTHONPATH": "ours"})
	assert "CI" not in environment
	assert "FRAPPE_SITE" not in environment
	assert environment["PYTHONPATH"] == "ours"


def test_a_second_run_waits_for_the_first_and_says_so(tmp_path):
	path = tmp_path / "lock"
	code = f"""
from embedded.lock import alone
from pathlib import Path
with alone(Path({str(path)!r})):
	print("done")
"""
	with lock.alone(path):
		second = subprocess.Popen(
			[sys.executable, "-u", "-c", code], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
		)
		assert "is at work in this checkout: waiting for it" in second.stdout.readline()
		assert second.poll() is None
	assert second.communicate(timeout=20)[0] == "done\n"


def test_a_socket_whose_path_would_be_too_long_goes_to_the_temporary_folder():
	short, long = Layout(Path("/srv/app")), Layout(Path("/srv") / ("x" * 120))
	assert short.socket == Path("/srv/app/.bench/run/mariadb.sock")
	assert len(str(long.socket)) <= SOCKET_PATH_LIMIT
	assert long.socket != Layout(Path("/srv") / ("y" * 120)).socket


def test_two_checkouts_share_no_path(tmp_path):
	one, two = Layout(tmp_path / "one"), Layout(tmp_path / "two")
	assert not str(two.root).startswith(str(one.root))
	assert mariadb.daemon(one).command != mariadb.daemon(two).command
	assert redis.daemon(one, "cache").command != redis.daemon(one, "queue").command


def test_the_database_has_the_collation_that_frappe_insists_on(layout):
	lines = mariadb.server_config(layout, 21000).splitlines()
	assert "character-set-server=utf8mb4" in lines
	assert "collation-server=utf8mb4_unicode_ci" in lines
	assert "bind-address=127.0.0.1" in lines


def test_the_root_password_is_made_once_and_only_the_owner_reads_it(layout):
	first = mariadb.root_password(layout)
	assert len(first) == 32
	assert mariadb.root_password(layout) == first
	assert (layout.config / "mariadb-root-password").stat().st_mode & 0o077 == 0


def test_the_common_configuration_keeps_what_somebody_added(layout):
	ports = Ports(layout.config / "ports.json")
	ports.path.write_text(json.dumps({"mariadb": 21000, "redis_cache": 21001, "redis_queue": 21002}))
	path = layout.sites / "common_site_config.json"
	path.write_text('{"developer_mode": 1, "db_port": 3306}')
	apps.common_config(layout, ports)
	config = json.loads(path.read_text())
	assert config["developer_mode"] == 1
	assert config["db_port"] == 21000
	assert config["redis_queue"] == "redis://127.0.0.1:21002"


def test_a_link_to_another_place_is_set_right(layout, tmp_path):
	for app in apps.APPS:
		package = apps.source_of(layout, app) / app
		package.mkdir(parents=True)
		(package / "hooks.py").touch()
	(layout.apps / "nervion_service").symlink_to(tmp_path)
	apps.link(layout)
	assert (layout.apps / "nervion_service").resolve() == layout.checkout.resolve()
	assert (layout.sites / "apps.txt").read_text() == "frappe\nerpnext\nnervion_service\n"


def test_the_projects_own_requirements_are_read_from_pyproject():
	assert any(line.startswith("holidays") for line in python_env.app_requirements(CHECKOUT))
	assert any(line.startswith("pytest") for line in python_env.extra_requirements(CHECKOUT, "test"))


def test_the_welcome_names_address_users_and_passwords(layout):
	made = {"users": [{"email": "ana@example.com", "name": "Ana", "roles": ["Service Executive"]}]}
	demo.result_file(layout).write_text(json.dumps(made))
	told = demo.welcome(layout, "http://127.0.0.1:8000")
	assert "http://127.0.0.1:8000" in told
	row = next(line for line in told.splitlines() if "ana@example.com" in line)
	assert row.split() == ["ana@example.com", demo.PASSWORD, "Ana", "Service", "Executive"]


def test_an_unknown_command_shows_the_known_ones(capsys):
	assert cli.main(["dmeo"]) == 2
	assert "demo" in capsys.readouterr().err


def test_a_bad_state_is_told_in_plain_words_without_a_traceback(capsys, monkeypatch):
	def fail(bench):
		raise BenchError("port 1 is taken", "stop what listens there")

	monkeypatch.setitem(cli.COMMANDS, "up", fail)
	assert cli.main(["up"]) == 1
	said = capsys.readouterr().err
	assert said == "\nport 1 is taken\n  → stop what listens there\n"


def test_an_interrupted_command_says_that_the_next_run_goes_on(capsys, monkeypatch):
	def interrupt(bench):
		raise KeyboardInterrupt

	monkeypatch.setitem(cli.COMMANDS, "up", interrupt)
	assert cli.main(["up"]) == 130
	assert "the next run goes on from here" in capsys.readouterr().err


def test_a_bench_of_another_user_is_told_in_plain_words(capsys, monkeypatch):
	def fail(bench):
		raise PermissionError(13, "Permission denied", "/srv/app/.bench/lock")

	monkeypatch.setitem(cli.COMMANDS, "up", fail)
	assert cli.main(["up"]) == 1
	said = capsys.readouterr().err
	assert said == f"\n/srv/app/.bench/lock may not be written by this user\n  → {cli.WHOSE}\n"
