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
		times = [host.median(found) for found in host.in_turns(sizes.SAMPLE, *works)]
	rows = [
		surplus("insert, queries", counts[0], "queries", counts[1], names[0], MORE_QUERIES),
		share("insert", times[0], "ms", times[1], names[0]),
	]
	if len(works) > 2:
		rows.append(
			share("insert", times[0], "ms", times[2], names[1], OF_AN_ISSUE, note=f"{counts[2]} queries")
		)
	return rows


def _works(people) -> tuple[list[Callable], list[str]]:
	sample = cases.folio(people).insert()
	works = [lambda: cases.folio(people).insert(), lambda: cases.plain(sample).insert()]
	names = ["the same fields in a plain DocType"]
	if host.has_issue():
		cases.agree_on_issues(people)
		works.append(lambda: cases.issue(people).insert())
		names.append("ERPNext Issue with its agreement")
	return works, names
