"""The processes of a bench at a moved clock: `python -m tests.live.office FD`, run in the folder of sites.

It reads one JSON line per moment, forks a process whose clock shows that moment, and writes what that process answers to
the file descriptor FD. The processes are as in production: not in a test, without CI, with the queue that FRAPPE_REDIS_QUEUE
names, and jobs are done by Frappe's own worker, though each without a process of its own (the fixture `burst` has the worker
of the command line). Loading Frappe once for all of them saves a second or two each.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import frappe
import time_machine
from frappe.utils import background_jobs
from rq import SimpleWorker

from tests import heavy

FLUSH = "frappe.email.queue.flush"
EVERY_MINUTE = "nervion_service.scheduler.every_minute"
SERVICES = "nervion_service.services"
NOBODY = "redis://127.0.0.1:1"


def register(folios: list[dict], by: str) -> list[str]:
	"""A person registers requests, each stored by itself, as web requests do."""
	frappe.set_user(by)
	names = []
	for values in folios:
		folio = frappe.get_doc(
			{"doctype": "Service Folio", "received_at": frappe.utils.now_datetime(), **values}
		)
		names.append(folio.insert().name)
		frappe.db.commit()
	return names


def act(folio: str, action: str, by: str, **changes) -> str:
	"""A person takes an action of the workflow; returns the stage it leads to."""
	frappe.set_user(by)
	doc = frappe.get_doc("Service Folio", folio)
	doc.update(changes)
	transition = next(row for row in frappe.model.workflow.get_transitions(doc) if row["action"] == action)
	doc.workflow_state = transition["next_state"]
	doc.save()
	frappe.db.commit()
	return doc.stage


def call_customer(folio: str, by: str) -> str:
	"""A person calls the customer and logs it; returns the Communication."""
	frappe.set_user(by)
	name = frappe.call(
		"nervion_service.services.answers.log_call",
		folio=folio,
		direction="Outbound",
		content="Le explicamos cómo aplicar el primario.",
	)
	frappe.db.commit()
	return name


def minute(times: int = 1) -> None:
	"""The scheduler's minute, that many times over: our jobs and then Frappe's post, as a worker does them."""
	for method in (EVERY_MINUTE, FLUSH) * times:
		frappe.enqueue(method, queue="default")
		work()


def sweep_and_tell() -> None:
	"""Of the minute only the sweep, the notices and the post: what waits for its route goes on waiting."""
	for method in (f"{SERVICES}.sweep.work", f"{SERVICES}.notices.run", FLUSH):
		frappe.enqueue(method, queue="default")
		work()


def lose_queue() -> None:
	"""The queue server forgets every job."""
	background_jobs.get_redis_conn().flushdb()


def start_scheduled(method: str) -> None:
	"""What the scheduler does when a job of the hooks is due."""
	frappe.get_doc("Scheduled Job Type", {"method": method}).enqueue(force=True)


def work() -> None:
	"""A worker does what waits in the queue until nothing does, as if the command line had started it."""
	site = frappe.local.site
	# the worker's own processes must not inherit this one's connection to the database
	frappe.destroy()
	background_jobs.start_worker(queue="short,default,long", quiet=True, burst=True)
	connect(site)


def fetch(
	account: str,
	dying_at: int = 0,
	unstored: bool = False,
	patience: int = 0,
	without_queue: bool = False,
	killing: int = 0,
) -> dict:
	"""Fetch the mailbox as Frappe's scheduled job does, and let the workers do what follows.

	It is killed when it has stored `dying_at` letters, or just before it stores the last of them (`unstored`), waits `patience` seconds for a silent server, finds no queue, or loses it with the
	second letter: the process `killing` is Redis, and no worker does anything then.
	"""
	if dying_at or killing:
		_kill_at(dying_at or 2, killing or os.getpid(), unstored)
	if patience:
		frappe.local.conf.pop_timeout = patience
	queue = frappe.local.conf.redis_queue
	if without_queue:
		frappe.local.conf.redis_queue = NOBODY
	done = frappe.get_doc("Email Account", account).receive()
	frappe.db.commit()
	frappe.local.conf.redis_queue = queue
	if not (without_queue or killing):
		work()
		for method in (f"{SERVICES}.acknowledgement.catch_up", FLUSH):
			frappe.enqueue(method, queue="default")
			work()
	return dict(done)


def _kill_at(letter: int, victim: int, unstored: bool) -> None:
	"""A process is killed at that letter: stored, before the server is told of it; or fetched and not stored yet."""
	from nervion_service.services import email_intake, mailbox

	owner, name = (email_intake, "_receive_one") if unstored else (mailbox.Letter, "done")
	go_on, left = getattr(owner, name), [letter]

	def counted(*arguments):
		left[0] -= 1
		if not left[0]:
			os.kill(victim, 9)
		return go_on(*arguments)

	setattr(owner, name, counted)


def reply(folio: str, by: str, content: str) -> str:
	"""A person writes to the customer from the desk; returns the Communication."""
	frappe.set_user(by)
	made = frappe.call(
		"frappe.core.doctype.communication.email.make",
		doctype="Service Folio",
		name=folio,
		content=content,
		subject=f"{frappe.db.get_value('Service Folio', folio, 'subject')} ({folio})",
		recipients=frappe.db.get_value("Service Folio", folio, "email"),
		send_email=1,
	)
	frappe.db.commit()
	return made["name"]


WORDS: dict[str, Callable] = {
	word.__name__: word
	for word in (
		register,
		act,
		call_customer,
		minute,
		work,
		sweep_and_tell,
		lose_queue,
		start_scheduled,
		fetch,
		reply,
	)
}


def connect(site: str) -> None:
	frappe.init(site=site, sites_path=".", force=True)
	frappe.connect()


def live(site: str, at: str | None, word: str, arguments: dict):
	"""Connect to the site at that moment of its own time zone, and do one thing."""
	connect(site)
	assert not frappe.flags.in_test and not os.environ.get("CI")
	if not at:
		return WORDS[word](**arguments)
	zone = ZoneInfo(frappe.utils.get_system_timezone())
	# a number: a moment with a zone would change the zone of the process too
	moment = datetime.fromisoformat(at).replace(tzinfo=zone).timestamp()
	with time_machine.travel(moment, tick=True):
		frappe.db.rollback()
		return WORDS[word](**arguments)


def answer_of(request: dict) -> dict:
	try:
		return {"value": live(**request)}
	except BaseException:
		return {"error": traceback.format_exc()}


class QuickWorker(SimpleWorker):
	"""Does its jobs itself instead of forking for each, and hears no commands, whose thread takes a while to end."""

	def subscribe(self):
		pass

	def unsubscribe(self):
		pass


def be_quick() -> None:
	"""What spares time and changes nothing: workers as eager as others, and modules loaded once for all processes."""
	background_jobs.set_niceness = lambda: None
	background_jobs.Worker = QuickWorker
	heavy.load()


def main(descriptor: int) -> None:
	"""Serve until the other side closes the input."""
	be_quick()
	with os.fdopen(descriptor, "w") as out:
		for line in sys.stdin:
			child = os.fork()
			if not child:
				out.write(json.dumps(answer_of(json.loads(line)), default=str) + "\n")
				out.flush()
				os._exit(0)
			_pid, status = os.waitpid(child, 0)
			if status:
				out.write(json.dumps({"error": f"the process ended with {status}"}) + "\n")
				out.flush()


if __name__ == "__main__":
	main(int(sys.argv[1]))
