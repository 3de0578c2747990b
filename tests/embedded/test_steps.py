import io

import pytest

from embedded.steps import Runner, Stamps, Step, digest_of, digest_of_files


class Work:
	"""A step's work that counts itself and can be told to fail."""

	def __init__(self):
		self.runs = 0
		self.clears = 0
		self.inputs = "first"
		self.present = True
		self.fails = False

	def run(self):
		self.runs += 1
		if self.fails:
			raise RuntimeError("interrupted")

	def clear(self):
		self.clears += 1

	def step(self, stamped=True):
		return Step(
			"make the thing",
			self.run,
			inputs=(lambda: self.inputs) if stamped else None,
			holds=lambda: self.present,
			clear=self.clear,
		)


@pytest.fixture
def work():
	return Work()


@pytest.fixture
def runner(tmp_path):
	ticks = iter(range(1000))
	return Runner(Stamps(tmp_path / "stamps"), out=io.StringIO(), clock=lambda: float(next(ticks)))


def test_a_step_that_ended_well_is_not_done_again(runner, work):
	runner.perform([work.step()])
	runner.perform([work.step()])
	assert work.runs == 1
	assert "there already" in runner.out.getvalue()


def test_an_interrupted_step_is_cleared_and_done_again(runner, work):
	work.fails = True
	with pytest.raises(RuntimeError):
		runner.perform([work.step()])
	work.fails = False
	runner.perform([work.step()])
	assert (work.runs, work.clears) == (2, 2)


def test_an_interrupted_second_run_is_not_taken_for_the_first(runner, work):
	runner.perform([work.step()])
	work.inputs, work.fails = "second", True
	with pytest.raises(RuntimeError):
		runner.perform([work.step()])
	work.inputs, work.fails = "first", False
	runner.perform([work.step()])
	assert work.runs == 3


def test_a_changed_input_does_the_step_again(runner, work):
	runner.perform([work.step()])
	work.inputs = "second"
	runner.perform([work.step()])
	assert work.runs == 2


def test_an_input_that_changes_during_the_step_does_it_again(runner, work):
	step = work.step()
	changing = Step(step.name, lambda: setattr(work, "inputs", "edited meanwhile"), inputs=step.inputs)
	runner.perform([changing])
	runner.perform([work.step()])
	assert work.runs == 1


def test_a_lost_result_is_made_again(runner, work):
	runner.perform([work.step()])
	work.present = False
	runner.perform([work.step()])
	assert work.runs == 2


def test_a_damaged_stamp_means_not_done(runner, work):
	runner.perform([work.step()])
	runner.stamps.path("make the thing").write_text('{"inputs": ')
	runner.perform([work.step()])
	assert work.runs == 2


def test_a_step_without_inputs_runs_every_time_and_clears_nothing(runner, work):
	runner.perform([work.step(stamped=False)])
	runner.perform([work.step(stamped=False)])
	assert (work.runs, work.clears) == (2, 0)


def test_a_failed_step_keeps_the_later_ones_from_running(runner, work):
	later = Work()
	work.fails = True
	with pytest.raises(RuntimeError):
		runner.perform([work.step(), Step("later", later.run)])
	assert later.runs == 0


def test_each_step_tells_its_number_and_its_seconds(runner, work):
	runner.perform([work.step(), Step("the other", work.run)])
	told = runner.out.getvalue()
	assert "[ 1/2] make the thing: 1.0 s" in told
	assert "[ 2/2] the other: 1.0 s" in told


def test_the_digest_tells_parts_from_each_other():
	assert digest_of("ab", "c") != digest_of("a", "bc")


def test_the_digest_of_files_sees_names_and_contents_but_not_their_order(tmp_path):
	one, two = tmp_path / "one", tmp_path / "two"
	one.write_text("1")
	two.write_text("2")
	before = digest_of_files(tmp_path, [one, two])
	assert digest_of_files(tmp_path, [two, one]) == before
	two.write_text("3")
	assert digest_of_files(tmp_path, [one, two]) != before
