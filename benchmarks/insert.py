"""What registering costs: the insert of a folio alone, since routing and assignment come after commit."""

from collections.abc import Callable

from benchmarks import cases, host, sizes
from benchmarks.borrowed import plain_doctype
from benchmarks.rows import Row, share, surplus

MORE_QUERIES = 8
OF_AN_ISSUE = 0.35


def measure() -> list[Row]:
	"""Queries and time beside a plain DocType with the same fields, and beside ERPNext's Issue where there is one."""
	with plain_doctype("Service Folio", cases.PLAIN), host.undone():
		works, names = _works(cases.People())
		for work in works:
			work()
		counts = [host.queries(work) for work in works]
		times = host.in_turns(sizes.SAMPLE, *works)
	beside = zip(times[1:], counts[1:], names, (None, OF_AN_ISSUE), strict=False)
	rows = [surplus("insert, queries", counts[0], "queries", counts[1], names[0], MORE_QUERIES)]
	return rows + [_row(times[0], counts[0], *other) for other in beside]


def _row(ours: host.Times, queries: int, other: host.Times, other_queries: int, name: str, mark) -> Row:
	note = f"{queries} queries beside {other_queries}; {ours.beside(other)}"
	return share("insert", host.median(ours.clock), "ms", host.median(other.clock), name, mark, note=note)


def _works(people) -> tuple[list[Callable], list[str]]:
	sample = cases.folio(people).insert()
	works = [lambda: cases.folio(people).insert(), lambda: cases.plain(sample).insert()]
	names = ["the same fields in a plain DocType"]
	if host.has_issue():
		cases.agree_on_issues(people)
		works.append(lambda: cases.issue(people).insert())
		names.append("ERPNext Issue with its agreement")
	return works, names
