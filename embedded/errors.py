"""The one exception that reaches the person: what is wrong and what to do about it."""


class BenchError(Exception):
	"""A bad state told plainly.

	`problem` says what was found, `way_out` what the person (or the next run) does about it.
	"""

	def __init__(self, problem: str, way_out: str = ""):
		super().__init__(problem)
		self.problem = problem
		self.way_out = way_out

	def __str__(self) -> str:
		return f"{self.problem}\n  → {self.way_out}" if self.way_out else self.problem
