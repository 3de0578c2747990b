import json

import pytest

from embedded import testing
from embedded.errors import BenchError
from tests.conftest import take_own_site


@pytest.fixture
def checkout(tmp_path):
	package = tmp_path / "checkout" / "nervion_service"
	package.mkdir(parents=True)
	(package / "hooks.py").write_text("app_name = 1\n")
	return package.parent


@pytest.fixture
def bench(tmp_path, checkout, monkeypatch):
	"""A real bench with one fit site."""
	bench = tmp_path / "frappe-bench"
	python = bench / "env" / "bin" / "python"
	python.parent.mkdir(parents=True)
	python.touch()
	(bench / "apps").mkdir()
	(bench / "apps" / "nervion_service").symlink_to(checkout)
	allow(bench, True)
	monkeypatch.setattr(
		testing, "installed_apps", lambda bench, name: ["frappe", "erpnext", "nervion_service"]
	)
	return bench


def allow(bench, value):
	folder = bench / "sites" / "throwaway"
	folder.mkdir(parents=True, exist_ok=True)
	(folder / "site_config.json").write_text(json.dumps({"allow_tests": value}))


def test_without_bench_the_embedded_one_is_meant():
	assert testing.named_bench({"SITE": "x"}) is None


def test_bench_without_site_is_refused(tmp_path):
	with pytest.raises(BenchError, match="BENCH is given without SITE"):
		testing.named_bench({"BENCH": str(tmp_path)})


def test_a_fit_site_is_accepted(bench, checkout):
	assert testing.refuse_unfit(bench, "throwaway", checkout) is None


def test_a_folder_that_is_no_bench_is_refused(tmp_path, checkout):
	with pytest.raises(BenchError, match="is not a bench"):
		testing.refuse_unfit(tmp_path, "throwaway", checkout)


def test_a_site_that_is_not_there_is_refused(bench, checkout):
	with pytest.raises(BenchError, match="there is no site other"):
		testing.refuse_unfit(bench, "other", checkout)


@pytest.mark.parametrize("value", [False, 0, None])
def test_a_site_that_does_not_allow_tests_is_refused_with_the_way_out(bench, checkout, value):
	allow(bench, value)
	with pytest.raises(BenchError, match="set-config allow_tests true"):
		testing.refuse_unfit(bench, "throwaway", checkout)


def test_a_site_without_the_app_is_refused(bench, checkout, monkeypatch):
	monkeypatch.setattr(testing, "installed_apps", lambda bench, name: ["frappe", "erpnext"])
	with pytest.raises(BenchError, match="nervion_service is not installed on throwaway"):
		testing.refuse_unfit(bench, "throwaway", checkout)


def test_a_bench_that_is_not_running_is_told_in_one_line(bench, checkout, monkeypatch):
	def refuse(command, **_):
		raise BenchError("python failed: Traceback …\nOperationalError: Connection refused")

	monkeypatch.undo()
	monkeypatch.setattr(testing, "output_of", refuse)
	with pytest.raises(BenchError) as refusal:
		testing.refuse_unfit(bench, "throwaway", checkout)
	assert (
		refusal.value.problem == f"throwaway on {bench} does not answer: OperationalError: Connection refused"
	)
	assert "bench start" in refusal.value.way_out


def test_a_bench_that_runs_other_code_is_refused(bench, checkout, tmp_path):
	other = tmp_path / "other" / "nervion_service"
	other.mkdir(parents=True)
	(other / "hooks.py").write_text("app_name = 2\n")
	(bench / "apps" / "nervion_service").unlink()
	(bench / "apps" / "nervion_service").symlink_to(other.parent)
	with pytest.raises(BenchError, match="is not the code of this checkout"):
		testing.refuse_unfit(bench, "throwaway", checkout)
	(other / "hooks.py").write_text("app_name = 1\n")
	assert testing.refuse_unfit(bench, "throwaway", checkout) is None


def test_the_tests_packages_come_after_the_checkout_on_the_path_and_ci_is_left_out(
	bench, checkout, monkeypatch
):
	monkeypatch.setenv("CI", "1")
	target = testing.Target(bench, "throwaway", checkout, checkout / "packages")
	environment = target.environment({"NERVION_FULL": "1"})
	assert environment["PYTHONPATH"] == f"{checkout}:{checkout / 'packages'}"
	assert (environment["BENCH"], environment["SITE"]) == (str(bench), "throwaway")
	assert environment["NERVION_FULL"] == "1"
	assert "CI" not in environment


def test_pytest_gets_its_own_words_or_the_whole_suite(layout):
	assert testing.pytest_words(layout, ()) == ("-m", "pytest", str(layout.checkout / "tests"))
	assert testing.shared_by(("a", "b")) == ("tests", "-n", "2", "--dist", "loadfile")
	assert testing.pytest_words(layout, ("tests/domain", "-x")) == ("-m", "pytest", "tests/domain", "-x")


def test_each_of_several_test_processes_has_a_site_and_a_queue_of_its_own(tmp_path):
	(tmp_path / "sites").mkdir()
	(tmp_path / "sites" / "common_site_config.json").write_text('{"redis_queue": "redis://127.0.0.1:11000"}')
	environment = {"SITES": "one two", "BENCH": str(tmp_path), "PYTEST_XDIST_WORKER": "gw1"}

	take_own_site(environment)

	assert environment["SITE"] == "two"
	assert environment["FRAPPE_REDIS_QUEUE"] == "redis://127.0.0.1:11000/1"


def test_a_single_test_process_keeps_the_site_it_was_given():
	environment = {"SITE": "one"}

	take_own_site(environment)

	assert environment == {"SITE": "one"}
