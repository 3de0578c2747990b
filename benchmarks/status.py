"""What a change of status costs: every transition of a folio's life, each saved as its button saves it."""

import frappe

from benchmarks import cases, host, sizes
from benchmarks.borrowed import plain_doctype
from benchmarks.rows import Row, share
from nervion_service.domain.taxonomy import Stage
from nervion_service.services import answers, intake, stages

OF_AN_ISSUE = 0.4
# a folio goes to these from Routed on; before the one named a person writes to the customer
LIFE = (Stage.IN_ATTENTION, Stage.WAITING, Stage.IN_ATTENTION, Stage.ANSWERED, Stage.CLOSED)
ISSUE_LIFE = ("Replied", "Open", "On Hold", "Resolved", "Closed")
WORD = {"satisfaction": "Satisfied", "satisfaction_means": "Phone", "satisfaction_by": "Ana Ruiz"}


def measure() -> list[Row]:
	"""The mean save of a whole life beside the plain document's save, and beside an Issue's life where there is one."""
	rounds = max(sizes.SAMPLE // len(LIFE), 5)
	with plain_doctype("Service Folio", cases.PLAIN), host.undone():
		people = cases.People()
		lives = [_folio_life, _plain_life]
		if host.has_issue():
			cases.agree_on_issues(people)
			lives.append(_issue_life)
		with cases.acting_as(people.attendant):
			counts = [_queries(life, people) for life in lives]
			times = _in_turns(rounds, people, lives)
	names = ("one field of a plain DocType", "ERPNext Issue with its agreement")
	beside = zip(times[1:], counts[1:], names, (None, OF_AN_ISSUE), strict=False)
	return [_row(times[0], counts[0], *other) for other in beside]


def _row(ours: host.Times, queries: float, other: host.Times, other_queries: float, name: str, mark) -> Row:
	note = f"the mean save of a life; {queries:.0f} queries beside {other_queries:.0f}; {ours.beside(other)}"
	return share(
		"change of status", host.median(ours.clock), "ms", host.median(other.clock), name, mark, note=note
	)


def _in_turns(rounds: int, people, lives) -> list[host.Times]:
	found = [host.Times() for _ in lives]
	for _ in range(rounds):
		for times, life in zip(found, lives, strict=True):
			_one_life(times, life(people))
	return found


def _one_life(times: host.Times, saves) -> None:
	one = host.Times()
	# only the saves: what a life needs between them happens while the watch does not run
	for save in saves:
		one.add(save)
	times.clock.append(sum(one.clock) / len(LIFE))
	times.processor.append(sum(one.processor) / len(LIFE))


def _queries(life, people) -> float:
	return sum(host.queries(save) for save in life(people)) / len(LIFE)


def _folio_life(people):
	"""Gives one save after the other; what has to stand between them happens while the watch does not run."""
	doc = cases.folio(people).insert()
	with cases.acting_as("Administrator"):
		intake.follow_up(doc.name)
	doc.reload()
	for stage in LIFE:
		if stage == Stage.WAITING:
			answers.log_call(doc.name, "Outbound", "Le explicamos el rendimiento por litro.")
			doc.reload()
		if stage == Stage.CLOSED:
			doc.update(WORD)
		doc.workflow_state = stages.state_of(stage)
		yield doc.save


def _plain_life(people):
	doc = cases.plain(cases.folio(people, subject="Vida", party_name="Vida")).insert()
	for step in range(len(LIFE)):
		doc.subject = f"Vida {step}"
		yield doc.save


def _issue_life(people):
	doc = cases.issue(people).insert()
	for status in ISSUE_LIFE:
		doc = frappe.get_doc("Issue", doc.name)
		doc.status = status
		yield doc.save
