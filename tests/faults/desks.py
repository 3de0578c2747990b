"""Many desks at once: a process that forks one child a desk, lets all of them begin together, and prints what each reports.

Run by `run` below as a script: argument 1 is the site, argument 2 the task as JSON. A child connects by itself, waits for the
signal, works with true commits, and reports results and the names of errors. Nothing reaches the queue.
"""

import fcntl
import json
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 5400  # the full sizes write eighty thousand folios


def run(bench, task: str, desks: int, **details) -> list[dict]:
	"""Do `task` at that many desks at once; returns one report a desk: {"results": [...], "errors": [...]}."""
	# CI is unset: under it Frappe behaves as in a test
	environment = {name: value for name, value in os.environ.items() if name != "CI"}
	environment["PYTHONPATH"] = str(CHECKOUT)
	words = json.dumps({"task": task, "desks": desks, **details})
	done = subprocess.run(
		[bench.python, __file__, bench.site, words],
		cwd=bench.sites,
		env=environment,
		capture_output=True,
		text=True,
		timeout=PATIENCE_SECONDS,
		check=False,
	)
	assert done.returncode == 0, done.stderr[-3000:]
	return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def results(reports: list[dict]) -> list:
	return [result for report in reports for result in report["results"]]


def errors(reports: list[dict]) -> list[str]:
	return [error for report in reports for error in report["errors"]]


# In the children -------------------------------------------------------------------------------------------------


def register(task, index):
	"""Register `count` folios, each in a transaction of its own; gives their numbers."""
	import frappe

	for _turn in range(task["count"]):
		yield lambda: frappe.get_doc(task["folio"]).insert().name


def edit(task, index):
	"""Save the folio that was read before the others saved theirs; gives what was written."""
	import frappe

	folio = frappe.get_doc("Service Folio", task["name"])
	folio.resolution = f"desk {index}"
	together(task)

	def save():
		folio.save()
		return folio.resolution

	yield save


def follow_up(task, index):
	"""Do what comes after the commit of a folio."""
	from nervion_service.services import routing

	yield lambda: routing.route(task["name"])


def withdraw_or_answer(task, index):
	"""Every other desk withdraws the case, the others mark it as answered."""
	import frappe

	state = ("Withdrawn", "Answered")[index % 2]
	folio = frappe.get_doc("Service Folio", task["name"])
	folio.update({"workflow_state": state, "withdrawal_reason": "El cliente desistió"})
	together(task)

	def save():
		folio.save()
		return state

	yield save


def receive(task, index):
	"""Take the same message from outside, `count` times; gives the folio that the sender is told."""
	import frappe

	from nervion_service.services import outside_intake, transactions

	frappe.set_user("Guest")
	for _turn in range(task["count"]):
		yield lambda: transactions.retried(
			lambda: outside_intake.register(
				task["message"], channel="API", account=task["account"], external_id=task["id"]
			).name
		)


TASKS = {task.__name__: task for task in (register, edit, follow_up, withdraw_or_answer, receive)}


def plant_unlocked_numbers(_task):
	"""Numbers that are read and then written, as one would without thinking of a second desk."""
	import frappe

	from nervion_service.domain.naming import folio_name, series_prefix
	from nervion_service.services import series

	def next_name(registered_at):
		prefix = series_prefix(registered_at)
		found = frappe.db.sql("SELECT `current` FROM `tabSeries` WHERE `name` = %s", (prefix,))
		number = (found[0][0] if found else 0) + 1
		time.sleep(0.02)
		frappe.db.sql("REPLACE INTO `tabSeries` (`name`, `current`) VALUES (%s, %s)", (prefix, number))
		return folio_name(prefix, number)

	series.next_name = next_name


def plant_locked_read(task):
	"""Frappe's own way: a locking read of a series that is not there yet, then its insert."""
	import frappe

	from nervion_service.domain.naming import folio_name, series_prefix
	from nervion_service.services import series

	def next_name(registered_at):
		prefix = series_prefix(registered_at)
		found = frappe.db.sql("SELECT `current` FROM `tabSeries` WHERE `name` = %s FOR UPDATE", (prefix,))
		# all of them stand at the same place, however busy the machine is
		together(task)
		if found:
			frappe.db.sql("UPDATE `tabSeries` SET `current` = `current` + 1 WHERE `name` = %s", (prefix,))
		else:
			frappe.db.sql("INSERT INTO `tabSeries` (`name`, `current`) VALUES (%s, 1)", (prefix,))
		return folio_name(prefix, (found[0][0] if found else 0) + 1)

	series.next_name = next_name


def plant_blind_saves(_task):
	"""A folio that is saved without looking whether somebody else saved it meanwhile."""
	from nervion_service.nervion_service.doctype.service_folio.service_folio import ServiceFolio

	def take_the_latest(folio):
		folio.modified = None
		folio.load_doc_before_save()
		folio._original_modified = folio._doc_before_save.modified
		folio._action = "save"

	ServiceFolio.check_if_latest = take_the_latest


def plant_lost_race(_task):
	"""A door that does not look again when somebody else stored the same message in that very moment."""
	from nervion_service.services import outside_intake

	def give_up(_folio, error):
		raise error

	outside_intake._told_at_once = give_up


PLANTS = {
	"lost_race": plant_lost_race,
	"unlocked_numbers": plant_unlocked_numbers,
	"locked_read": plant_locked_read,
	"blind_saves": plant_blind_saves,
}


# tasks and plants in which the desks meet in the middle of what they do
MEET_LATER = {"edit", "withdraw_or_answer", "locked_read"}


def together(task: dict) -> None:
	"""Say that this desk is ready and wait until all of them are, or dead."""
	os.close(task["ready"])
	# nobody writes here: it ends when the parent closes its side
	os.read(task["go"], 1)


def prepare(site: str, task: dict) -> None:
	import frappe

	from nervion_service.services import clock, system

	frappe.init(site=site, sites_path=".")
	frappe.connect()
	system.enqueue = lambda *_words, **_more: True
	if task.get("now"):
		moment = datetime.fromisoformat(task["now"])
		clock.now = lambda: moment
	if task.get("plant"):
		PLANTS[task["plant"]](task)


def work(site: str, task: dict, index: int) -> dict:
	import frappe

	prepare(site, task)
	report = {"results": [], "errors": []}
	steps = TASKS[task["task"]](task, index)
	if not MEET_LATER & {task["task"], task.get("plant")}:
		together(task)
	for step in steps:
		try:
			report["results"].append(step())
			frappe.db.commit()
		except Exception as error:
			# what a desk is told is what the test looks at
			frappe.db.rollback()
			report["errors"].append(f"{type(error).__name__}: {error}")
	frappe.destroy()
	return report


def _say(report: dict) -> None:
	# desks that end in the same moment would otherwise write into each other's line
	with open(__file__) as turn:
		fcntl.flock(turn, fcntl.LOCK_EX)
		print(json.dumps(report), flush=True)


def main(site: str, task: dict) -> int:
	import frappe

	from tests import heavy

	# once, for all children
	heavy.load()
	is_ready, task["ready"] = os.pipe()
	task["go"], go = os.pipe()
	children = []
	for index in range(task["desks"]):
		if child := os.fork():
			children.append(child)
			continue
		os.close(go)
		_say(work(site, task, index))
		os._exit(0)
	os.close(task["ready"])
	# it ends when no child holds its side any more
	os.read(is_ready, 1)
	os.close(go)
	codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
	assert frappe.__version__
	return int(any(codes))


if __name__ == "__main__":
	sys.exit(main(sys.argv[1], json.loads(sys.argv[2])))
