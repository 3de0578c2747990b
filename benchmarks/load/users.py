"""What the people do, for locust: customers read and write in the portal, the staff attend at the desk.

An answer counts as an error when it is refused, and also when it does not hold what was asked for.
"""

import json
import os
import random
import re
from itertools import count
from pathlib import Path

from locust import HttpUser, between, task

CAST = json.loads(Path(os.environ["NERVION_CAST"]).read_text())
FOLIO = "Service Folio"
METHOD = "/api/method"
PORTAL = f"{METHOD}/nervion_service.api.portal"
SERVICES = f"{METHOD}/nervion_service.services"
TOLD = 600  # characters of an answer that is an error
LISTED = ("name", "subject", "party_name", "workflow_state", "assigned_to", "modified")
turns = {"customers": count(), "staff": count()}


class Person(HttpUser):
	"""Somebody who signs in and then acts every one to five seconds."""

	abstract = True
	wait_time = between(1, 5)
	kind = ""

	def on_start(self):
		self.me = CAST[self.kind][next(turns[self.kind]) % len(CAST[self.kind])]
		self.token = ""
		self.folios: list[str] = []
		signs = {"usr": self.me["user"], "pwd": CAST["password"]}
		self.ask("POST", f"{METHOD}/login", "sign in", "full_name", data=signs)

	def ask(self, method: str, path: str, label: str, wanted: str, **request) -> str:
		"""What is answered; an error when `wanted` is not in it."""
		headers = {"X-Frappe-CSRF-Token": self.token}
		with self.client.request(
			method, path, name=label, headers=headers, catch_response=True, **request
		) as answer:
			if not answer.ok:
				answer.failure(f"{answer.status_code} {_words(answer.text)[-TOLD:]}")
			elif wanted not in answer.text:
				answer.failure(f"the answer does not hold {wanted}")
			return answer.text

	def get(self, path: str, label: str, wanted: str, **values) -> str:
		return self.ask("GET", path, label, wanted, params=values)

	def send(self, path: str, label: str, wanted: str, **values) -> str:
		return self.ask("POST", path, label, wanted, data=values)

	def remember_token(self, page: str) -> None:
		found = re.search(r"csrf_token\s*=\s*[\"']([^\"']+)", page)
		self.token = found.group(1) if found else ""


class Customer(Person):
	"""A customer's person, in the portal."""

	kind = "customers"
	fixed_count = len(CAST["customers"])

	def on_start(self):
		super().on_start()
		self.read_list()

	@task(5)
	def read_list(self):
		page = self.get("/servicio", "portal: list", "/servicio/folio/FOL-")
		self.remember_token(page)
		self.folios = re.findall(r"/servicio/folio/(FOL-\d{4}-\d+)", page) or self.folios

	@task(5)
	def read_folio(self):
		if self.folios:
			name = random.choice(self.folios)
			self.get(f"/servicio/folio/{name}", "portal: folio", f"Folio {name}")

	@task(1)
	def ask_for_something(self):
		self.get("/servicio/nueva", "portal: form", "nervion_service.api.portal.create")
		self.send(
			f"{PORTAL}.create",
			"portal: new request",
			"FOL-",
			key=_key(),
			subject="Falta una cubeta en la entrega",
			description="De la remisión de ayer llegaron diecinueve cubetas.",
			request_type="Order Follow-up",
			safety="No",
		)

	@task(1)
	def reply(self):
		if self.folios:
			values = {"folio": random.choice(self.folios), "text": "¿Hay noticias?", "key": _key()}
			self.send(f"{PORTAL}.reply", "portal: reply", "message", **values)


class Attendant(Person):
	"""One of the staff, at the desk."""

	kind = "staff"
	fixed_count = len(CAST["staff"])

	def on_start(self):
		super().on_start()
		self.remember_token(self.get("/app", "desk: opens", "csrf_token"))
		self.read_list()

	@task(5)
	def read_list(self):
		answer = self.send(
			f"{METHOD}/frappe.desk.reportview.get",
			"desk: list",
			"FOL-",
			doctype=FOLIO,
			fields=json.dumps([f"`tab{FOLIO}`.`{name}`" for name in LISTED]),
			order_by=f"`tab{FOLIO}`.`modified` desc",
			start=0,
			page_length=20,
			view="List",
		)
		self.folios = re.findall(r'"(FOL-\d{4}-\d+)"', answer) or self.folios

	@task(5)
	def read_folio(self):
		if self.folios:
			name = random.choice(self.folios)
			self.get(f"{METHOD}/frappe.desk.form.load.getdoc", "desk: form", "docs", doctype=FOLIO, name=name)
			self.send(f"{SERVICES}.folio_view.get_view", "desk: head of the form", name, folio=name)

	@task(1)
	def take_a_call(self):
		said = {
			"channel": "Phone",
			"request_type": "General Information",
			"party_name": "Pinturas del Bajío",
			"text": "Pregunta por el rendimiento del esmalte",
			"safety": "No",
		}
		# a Director looks on and registers nothing
		if self.me["calls"]:
			path = f"{SERVICES}.phone_intake.register"
			self.send(path, "desk: call registered", "FOL-", values=json.dumps(said))

	@task(1)
	def open_indicators(self):
		if self.me["indicators"]:
			values = {"report_name": "Service Indicators", "filters": "{}", "ignore_prepared_report": "true"}
			self.get(f"{METHOD}/frappe.desk.query_report.run", "desk: indicators", "result", **values)


def _words(page: str) -> str:
	"""What an answer says, without its markup: the end of a page of Frappe's that failed is its traceback."""
	said = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
	return re.sub(r"\s+", " ", said).strip()


def _key() -> str:
	return f"carga-{random.getrandbits(64):x}"
