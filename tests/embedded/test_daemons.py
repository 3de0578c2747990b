import os
import subprocess
import sys
import time

import pytest

from embedded.daemons import Daemon, arguments_of
from embedded.errors import BenchError

SLEEP = "import time; open('ready', 'w').close(); time.sleep(120)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('ready', 'w').close(); time.sleep(120)"


@pytest.fixture
def daemon_of(tmp_path, said):
	"""daemon_of(code): a daemon of this test alone; stopped afterwards."""
	made = []

	def make(code=SLEEP):
		daemon = Daemon(
			name="sleeper",
			command=(sys.executable, "-c", code, str(tmp_path)),
			pid_file=tmp_path / "run" / "sleeper.pid",
			log=tmp_path / "sleeper.log",
			cwd=tmp_path,
			say=said.append,
		)
		made.append(daemon)
		return daemon

	yield make
	for daemon in made:
		daemon.stop(patience=0)


@pytest.fixture
def ready(tmp_path):
	return (tmp_path / "ready").exists


def test_a_started_process_is_found_again_and_not_started_twice(daemon_of, ready):
	pid = daemon_of().start(ready)
	assert daemon_of().pid() == pid
	assert daemon_of().start(ready) == pid


def test_a_stopped_process_is_gone_and_so_is_its_pid_file(daemon_of, ready):
	daemon = daemon_of()
	pid = daemon.start(ready)
	assert daemon.stop() is True
	assert arguments_of(pid) in ([], [""])
	assert not daemon.pid_file.exists()
	assert daemon.stop() is False


def test_a_pid_file_that_names_a_stranger_is_stale_and_the_stranger_lives(daemon_of, ready, said):
	stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
	try:
		daemon = daemon_of()
		daemon.pid_file.parent.mkdir()
		daemon.pid_file.write_text(f"{stranger.pid}\n")
		assert daemon.pid() is None
		assert f"stale pid file (process {stranger.pid} is gone or is not ours)" in said[0]
		assert not daemon.pid_file.exists()
		assert daemon.stop() is False
		assert stranger.poll() is None
		assert daemon.start(ready) != stranger.pid
	finally:
		stranger.kill()
		stranger.wait()


def test_a_pid_file_of_a_process_that_ended_is_stale(daemon_of, said):
	ended = subprocess.Popen([sys.executable, "-c", ""])
	ended.wait()
	daemon = daemon_of()
	daemon.pid_file.parent.mkdir()
	daemon.pid_file.write_text(str(ended.pid))
	assert daemon.pid() is None
	assert "stale" in said[0]


def test_a_running_process_is_found_when_its_pid_file_is_lost(daemon_of, ready):
	daemon = daemon_of()
	pid = daemon.start(ready)
	daemon.pid_file.unlink()
	assert daemon_of().pid() == pid
	assert daemon.pid_file.read_text() == f"{pid}\n"


def test_a_damaged_pid_file_counts_as_lost(daemon_of, ready):
	daemon = daemon_of()
	pid = daemon.start(ready)
	daemon.pid_file.write_text("12 monkeys")
	assert daemon.pid() == pid


def test_a_process_that_ends_at_once_is_told_with_its_last_words(daemon_of):
	daemon = daemon_of("import sys; sys.exit('the port is taken')")
	with pytest.raises(BenchError, match="ended at once:\n    the port is taken"):
		daemon.start(lambda: False, patience=20)
	assert not daemon.pid_file.exists()


def test_a_process_that_never_answers_is_stopped_and_told(daemon_of):
	daemon = daemon_of()
	with pytest.raises(BenchError, match="did not answer within 0 s"):
		daemon.start(lambda: False, patience=0.3)
	assert daemon.pid() is None


def test_a_process_that_ignores_the_request_to_end_is_killed(daemon_of, ready):
	daemon = daemon_of(STUBBORN)
	pid = daemon.start(ready)
	began = time.monotonic()
	assert daemon.stop(patience=0.2)
	assert time.monotonic() - began < 10
	assert not os.path.exists(f"/proc/{pid}/cmdline") or arguments_of(pid) == [""]


def test_the_processes_run_without_ci(daemon_of, tmp_path, monkeypatch):
	monkeypatch.setenv("CI", "1")
	daemon = daemon_of("import os, time; open('seen', 'w').write(str('CI' in os.environ)); time.sleep(120)")
	daemon.start(lambda: (tmp_path / "seen").exists() and (tmp_path / "seen").read_text() != "")
	assert (tmp_path / "seen").read_text() == "False"
