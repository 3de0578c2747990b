"""A process that sweeps in children of its own, as a worker does; the tests kill either. Run by `processes.Workers`.

It imports Frappe once, then reads one JSON task a line from its input and forks a child for each; the child connects, works,
and leaves its result in the folder named by the second argument. Arguments: site, folder.
"""

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import frappe

from nervion_service.services import commitment_rows, recomputation, sweep

SITE, FOLDER = sys.argv[1], Path(sys.argv[2])


def sweep_once(task):
	result = sweep.run(datetime.fromisoformat(task["now"]), task.get("batch_size"))
	return {"rows": result.rows, "steps": result.steps, "failed": result.failed, "batches": result.batches}


def recompute_once(task):
	return {"rows": recomputation.run(task["calendar"], task.get("batch_size") or 500)}


def plant_no_lock():
	"""A sweep that reads without locking, and whose outbox does not refuse a step that is there already."""

	def unlocked(now, size):
		columns = ", ".join(f"`{column}`" for column in commitment_rows.ROW_COLUMNS)
		return frappe.db.sql(
			f"""SELECT {columns} FROM `tabService Commitment` WHERE `next_check_at` <= %s
			ORDER BY `next_check_at`, `name` LIMIT {int(size)}""",
			(now,),
			as_dict=True,
		)

	sweep._locked = unlocked
	commitment_rows.notice_rows = lambda row, fallen: []


def plant_early_commit():
	"""A sweep that stores the history before the marks on the rows, killed between the two."""
	record = sweep.events.record_many

	def record_and_die(rows):
		record(list(rows))
		frappe.db.commit()
		os.kill(os.getpid(), signal.SIGKILL)

	sweep.events.record_many = record_and_die


def die_at(statement: int):
	"""Kill this process with the n-th statement that it sends."""
	send, sent = frappe.local.db.sql, iter(range(1, sys.maxsize))

	def counted(*args, **kwargs):
		if next(sent) == statement:
			os.kill(os.getpid(), signal.SIGKILL)
		return send(*args, **kwargs)

	frappe.local.db.sql = counted


PLANTED = {"no_lock": plant_no_lock, "early_commit": plant_early_commit}
WORK = {"sweep": sweep_once, "recompute": recompute_once}


def work(task):
	frappe.init(site=SITE, sites_path=".")
	frappe.connect()
	if task.get("fault"):
		PLANTED[task["fault"]]()
	if task.get("die_at"):
		die_at(task["die_at"])
	result = WORK[task["work"]](task)
	(FOLDER / f"{os.getpid()}.json").write_text(json.dumps(result))
	frappe.destroy()


def child(task):
	try:
		work(task)
	except BaseException as error:
		(FOLDER / f"{os.getpid()}.error").write_text(f"{type(error).__name__}: {error}")
		os._exit(1)
	os._exit(0)


def main():
	print("ready", flush=True)
	for line in sys.stdin:
		task = json.loads(line)
		if task["work"] == "wait":
			codes = []
			while True:
				try:
					codes.append(os.waitstatus_to_exitcode(os.wait()[1]))
				except ChildProcessError:
					break
			print(json.dumps(codes), flush=True)
			continue
		pid = os.fork()
		if not pid:
			child(task)
		print(pid, flush=True)


main()
