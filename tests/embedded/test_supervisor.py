import os
import signal
import sys
import threading
import time

import pytest

from embedded import supervisor
from embedded.supervisor import Supervisor, parse


def test_a_procfile_is_read_line_by_line():
	text = "# what runs\nweb: python -m gunicorn --bind 127.0.0.1:80\n\nworker: sh -c 'sleep 1'\n"
	assert parse(text) == {
		"web": ("python", "-m", "gunicorn", "--bind", "127.0.0.1:80"),
		"worker": ("sh", "-c", "sleep 1"),
	}


@pytest.mark.parametrize("line", ["web", "web:", "web:   "])
def test_a_line_without_a_command_is_refused_by_number(line):
	with pytest.raises(ValueError, match="line 2 of the Procfile"):
		parse(f"# first\n{line}\n")


def test_the_wait_doubles_up_to_a_bound_and_starts_anew_after_a_steady_life():
	wait, waits = 0.0, []
	for _ in range(8):
		wait = supervisor.next_wait(wait, lived=0.1)
		waits.append(wait)
	assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
	assert supervisor.next_wait(30.0, lived=supervisor.STEADY) == 1.0


@pytest.fixture
def at_work(tmp_path):
	"""Two sleepers under a supervisor in a thread of this test; stopped afterwards."""
	sleeper = (sys.executable, "-c", "import time; time.sleep(120)")
	keeper = Supervisor({"one": sleeper, "two": sleeper}, tmp_path, tmp_path)
	thread = threading.Thread(target=keeper.work, args=(0.05,))
	thread.start()
	yield keeper
	keeper.stop()
	thread.join(30)
	assert not thread.is_alive()


def pid_when(path, differs_from=None, patience=20):
	deadline = time.monotonic() + patience
	while time.monotonic() < deadline:
		if path.exists() and (text := path.read_text().strip()) and int(text) != differs_from:
			return int(text)
		time.sleep(0.05)
	raise AssertionError(f"no other pid in {path} within {patience} s")


def is_alive(pid):
	try:
		os.kill(pid, 0)
	except ProcessLookupError:
		return False
	return True


def test_a_killed_process_is_started_again_and_the_other_one_lives_on(at_work, tmp_path):
	one, two = pid_when(tmp_path / "one.pid"), pid_when(tmp_path / "two.pid")
	os.kill(one, signal.SIGKILL)
	again = pid_when(tmp_path / "one.pid", differs_from=one)
	assert is_alive(again)
	assert is_alive(two)
	assert pid_when(tmp_path / "two.pid") == two


def test_all_processes_end_with_the_supervisor(tmp_path):
	sleeper = (sys.executable, "-c", "import time; time.sleep(120)")
	keeper = Supervisor({"one": sleeper, "two": sleeper}, tmp_path, tmp_path)
	thread = threading.Thread(target=keeper.work, args=(0.05,))
	thread.start()
	pids = [pid_when(tmp_path / "one.pid"), pid_when(tmp_path / "two.pid")]
	keeper.stop()
	thread.join(30)
	assert [is_alive(pid) for pid in pids] == [False, False]
	assert not (tmp_path / "one.pid").exists()
