"""What the people do, for locust: customers read and write in the portal, the staff attend at the desk."""

import json
import os
import random
import re
from itertools import count
from pathlib import Path

from locust import HttpUser, between, task

CAST = json.loads(Path(os.environ["NERVION_CAST"]).read_text())
FOLIO = "Service Folio"
SERVICES = "/api/method/nervion_service.services"
turns = {"customers": count(), "staff": count()}


class Person(HttpUser):
	"""Somebody who signs in and then acts every one to five seconds."""

	abstract = True
	wait_time = between(1, 5)
	kind = ""

	def on_start(self):
		user = CAST[self.kind][next(turns[self.kind]) % len(CAST[self.kind])]
		self.client.post("/api/method/login", {"usr": user, "pwd": CAST["password"]}, name="sign in")
		self.folios: list[str] = []

	def send(self, path: str, name: str, **values):
		"""A POST with the page's token; what it answered."""
		return self.client.post(path, values, headers={"X-Frappe-CSRF-Token": self.token}, name=name)

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
		page = self.client.get("/servicio", name="portal: list").text
		self.remember_token(page)
		self.folios = re.findall(r"/servicio/folio/(FOL-\d{4}-\d+)", page) or self.folios

	@task(5)
	def read_folio(self):
		if self.folios:
			self.client.get(f"/servicio/folio/{random.choice(self.folios)}", name="portal: folio")

	@task(1)
	def ask(self):
		self.client.get("/servicio/nueva", name="portal: form")
		self.send(
			"/api/method/nervion_service.api.portal.create",
			"portal: new request",
			key=f"carga-{random.getrandbits(64):x}",
			subject="Falta una cubeta en la entrega",
			description="De la remisión de ayer llegaron diecinueve cubetas.",
			request_type="Order Follow-up",
			safety="No",
		)

	@task(1)
	def reply(self):
		if self.folios:
			folio = random.choice(self.folios)
			self.send(
				"/api/method/nervion_service.api.portal.reply",
				"portal: reply",
				folio=folio,
				text="¿Hay noticias?",
				key=f"carga-{random.getrandbits(64):x}",
			)


class Attendant(Person):
	"""One of the staff, at the desk."""

	kind = "staff"
	fixed_count = len(CAST["staff"])

	def on_start(self):
		super().on_start()
		self.remember_token(self.client.get("/app", name="desk: opens").text)
		self.read_list()

	@task(5)
	def read_list(self):
		fields = ["name", "subject", "party_name", "workflow_state", "assigned_to", "modified"]
		answer = self.send(
			"/api/method/frappe.desk.reportview.get",
			"desk: list",
			doctype=FOLIO,
			fields=json.dumps([f"`tab{FOLIO}`.`{name}`" for name in fields]),
			order_by=f"`tab{FOLIO}`.`modified` desc",
			start=0,
			page_length=20,
			view="List",
		).json()
		rows = (answer.get("message") or {}).get("values") or []
		self.folios = [row[0] for row in rows] or self.folios

	@task(5)
	def read_folio(self):
		if self.folios:
			name = random.choice(self.folios)
			params = {"doctype": FOLIO, "name": name}
			self.client.get("/api/method/frappe.desk.form.load.getdoc", params=params, name="desk: form")
			self.send(f"{SERVICES}.folio_view.get_view", "desk: head of the form", folio=name)

	@task(1)
	def take_a_call(self):
		values = {
			"channel": "Phone",
			"request_type": "General Information",
			"party_name": "Pinturas del Bajío",
		}
		said = {**values, "text": "Pregunta por el rendimiento del esmalte", "safety": "No"}
		with self.client.post(
			f"{SERVICES}.phone_intake.register",
			{"values": json.dumps(said)},
			headers={"X-Frappe-CSRF-Token": self.token},
			name="desk: call registered",
			catch_response=True,
		) as answer:
			# a Director looks on and registers nothing
			if answer.status_code == 403:
				answer.success()

	@task(1)
	def open_indicators(self):
		params = {"report_name": "Service Indicators", "filters": "{}", "ignore_prepared_report": "true"}
		with self.client.get(
			"/api/method/frappe.desk.query_report.run",
			params=params,
			name="desk: indicators",
			catch_response=True,
		) as answer:
			if answer.status_code == 403:
				answer.success()
