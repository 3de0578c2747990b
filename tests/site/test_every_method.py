"""Every whitelisted function of the app, called by everybody, on their own, a foreign and a missing document (X1).

The functions are found by looking, so that one without a row in METHODS fails. Nobody reads or changes a foreign document, and a
foreign one is answered like one that does not exist.
"""

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass

import frappe
import pytest
from frappe.handler import execute_cmd

import nervion_service
from nervion_service.domain.taxonomy import Role
from nervion_service.services import access_tokens
from tests import engine, factories
from tests.site import batch_factories as batches
from tests.site import folio_factories as folios
from tests.site import outside
from tests.site import remedy_factories as remedies
from tests.site import review_factories as reviews
from tests.site import visit_factories as visits

# what stands in every text of the foreign folio, and nowhere else
SECRET = "zorro-violeta"
GUEST, PORTAL = "Guest", "portal user A"
EXECUTIVE, TECHNICIAN, COORDINATOR, DIRECTOR = (
	Role.EXECUTIVE,
	Role.TECHNICIAN,
	Role.COORDINATOR,
	Role.COMMERCIAL_DIRECTOR,
)
STAFF = (EXECUTIVE, TECHNICIAN, COORDINATOR, DIRECTOR)
CALLERS = (GUEST, PORTAL, *STAFF)
TARGETS = ("own", "foreign", "missing")


@dataclass(frozen=True)
class Method:
	"""How a function is called.

	arguments: from a target (see `world`) and the caller's own; None when it touches no document of anybody. works_for: who is
	answered when the document is theirs, so that the arguments are proved to make sense. http: "GET" for what only reads so.
	"""

	arguments: Callable | None = None
	works_for: str | None = COORDINATOR
	http: str = "POST"
	# what it takes when it touches no document
	plain: Callable = dict


def on_folio(works_for=COORDINATOR, http="POST", **more):
	return Method(lambda target, own: {"folio": target.folio, **more}, works_for, http)


def on_document(field, key, works_for=COORDINATOR, **more):
	return Method(lambda target, own: {field: target[key], **more}, works_for)


def by_token(http="POST", **more):
	return Method(lambda target, own: {"token": target.token, **more}, GUEST, http)


def of_nobody(works_for=COORDINATOR, http="POST", **plain):
	return Method(None, works_for, http, lambda: plain)


PERIOD = {"start": "2026-01-01", "end": "2026-12-31"}
METHODS = {
	"api.portal.appeal": on_folio(None, reason="No estoy de acuerdo"),
	"api.portal.confirm": on_folio(None, satisfied="1"),
	"api.portal.create": of_nobody(PORTAL),
	"api.portal.download": on_folio(None, "GET", file="nada"),
	"api.portal.goods": Method(
		lambda target, own: {"delivery_type": "Delivery Note", "delivery": target.folio}, None
	),
	"api.portal.reopen": on_folio(None, reason="Otra vez"),
	"api.portal.reply": on_folio(PORTAL, text="Sigue igual"),
	"api.portal.report": on_folio(None, "GET"),
	"api.portal.send_evidence": on_folio(None, text="Van las fotos"),
	"api.portal.withdraw": on_folio(PORTAL, reason="Ya no hace falta"),
	"api.public.acknowledge_batch": by_token(by="Ana", kept_qty="1"),
	"api.public.appeal": Method(lambda target, own: {"token": target.token, "reason": "No"}, None),
	"api.public.confirm": by_token(satisfied="1"),
	"api.public.download": Method(lambda target, own: {"token": target.token, "file": "nada"}, None, "GET"),
	"api.public.register": of_nobody(None),
	"api.public.reopen": by_token(reason="Otra vez"),
	"api.public.reply": by_token(text="Sigue igual"),
	"api.public.report": Method(lambda target, own: {"token": target.token}, None, "GET"),
	"api.public.send_evidence": Method(lambda target, own: {"token": target.token, "text": "Van"}, None),
	"api.public.upload_evidence": Method(lambda target, own: {"token": target.token, "text": "Van"}, None),
	"api.public.withdraw": by_token(reason="Ya no hace falta"),
	"api.v1.create_request": of_nobody(None),
	"api.v1.request_status": on_folio(http="GET"),
	"nervion_service.doctype.commitment_policy.commitment_policy.approve": on_document(
		"name", "policy", DIRECTOR
	),
	"nervion_service.doctype.commitment_policy.commitment_policy.new_version": on_document("name", "policy"),
	"nervion_service.doctype.commitment_policy.commitment_policy.retire": on_document(
		"name", "policy", DIRECTOR
	),
	"nervion_service.doctype.service_calendar.service_calendar.add_official_holidays": on_document(
		"calendar", "calendar", year=2027
	),
	"services.after_end.settle": on_folio(None),
	"services.analysis.making.from_complaint": on_document("complaint", "complaint", None),
	"services.analysis.report_print.download": on_document("report", "report"),
	"services.analysis.reports.release": on_document("report", "report", None),
	"services.analysis.samples.hand_over": on_document(
		"sample", "sample", None, action="Stored", place="Estante 4"
	),
	"services.analysis.samples.next_steps": on_document("sample", "sample"),
	"services.answer_templates.approve": on_document("name", "template"),
	"services.answer_templates.mark_sent": Method(
		lambda target, own: {"communication": target.message, "template": own.template}, None
	),
	"services.answer_templates.new_version": on_document("name", "template"),
	"services.answer_templates.offered": on_folio(),
	"services.answer_templates.publish": on_document(
		"name", "template", question="¿Cuánto rinde?", answer="10 m²"
	),
	"services.answer_templates.retire": on_document("name", "template"),
	"services.answer_templates.unpublish": on_document("name", "template"),
	"services.answers.log_call": on_folio(direction="Outbound", content="Le llamamos"),
	"services.assignment.hand_over": Method(
		lambda target, own: {"folio": target.folio, "user": own.colleague, "reason": "Turno"}
	),
	"services.batches.cockpit.get": on_document("batch", "batch"),
	"services.batches.cockpit.overview": of_nobody(),
	"services.batches.holds.hold": on_document("batch", "batch", None, reason="Grumos"),
	"services.batches.holds.open_action": on_document("hold", "hold", None),
	"services.batches.recall.draft": on_document("hold", "hold"),
	"services.batches.recall.log_acknowledgement": on_document(
		"hold", "hold", None, customer="Nadie", by="Ana"
	),
	"services.batches.recall.refresh": on_document("hold", "hold", None),
	"services.batches.recall.send": on_document("hold", "hold", None, message="No lo use"),
	"services.batches.releasing.draft": on_document("hold", "hold"),
	"services.batches.releasing.log_told": on_document("hold", "hold", None, customer="Nadie"),
	"services.batches.releasing.release": on_document(
		"hold", "hold", None, reason="Ensayado", outcome="May Be Used"
	),
	"services.batches.releasing.tell_outcome": on_document("hold", "hold", None),
	"services.batches.releasing.untold": on_document("hold", "hold"),
	"services.auditing.attachments.download": on_document(
		"audit", "audit", None, case_type="Service Folio", case_name="Nadie", file="nada"
	),
	"services.auditing.attachments.get": on_document(
		"audit", "audit", None, case_type="Service Folio", case_name="Nadie"
	),
	"services.auditing.audits.revoke": on_document("audit", "audit", None),
	"services.auditing.findings.conclude": on_document("audit", "audit", None, conclusion="Bien"),
	"services.auditing.findings.open_action": on_document(
		"audit", "audit", None, case_name="Nadie", question="word"
	),
	"services.auditing.findings.record": on_document(
		"audit",
		"audit",
		None,
		case_type="Service Folio",
		case_name="Nadie",
		question="word",
		verdict="Conforms",
	),
	"services.auditing.reading.case_file": on_document(
		"audit", "audit", None, case_type="Service Folio", case_name="Nadie"
	),
	"services.auditing.reading.get_view": on_document("audit", "audit", None),
	"services.auditing.reading.look": on_document(
		"audit", "audit", None, case_type="Service Folio", case_name="Nadie"
	),
	"services.auditing.report.download": on_document("audit", "audit", None),
	"services.auditing.sampling.another": on_document("audit", "audit", None, case_type="Service Folio"),
	"services.bulk.assign": Method(
		lambda target, own: {"names": json.dumps([target.folio]), "user": own.colleague, "reason": "Turno"}
	),
	"services.bulk.classify": Method(
		lambda target, own: {"names": json.dumps([target.folio]), "values": json.dumps({"priority": "High"})}
	),
	"services.case_file.keeping.ask": Method(
		lambda target, own: {"doctype": "Service Folio", "name": target.folio}
	),
	"services.case_file.verification.check_copy": Method(lambda target, own: {"receipt": target.receipt}),
	"services.case_file.verification.verify": on_document("case_file", "case_file", None),
	"services.complaints.actions.act": on_document(
		"complaint", "complaint", action="Withdraw", values='{"withdrawal_reason": "Ya no"}'
	),
	"services.complaints.admissibility.appeal": on_document("complaint", "complaint", None, reason="No"),
	"services.complaints.admissibility.judge": on_document(
		"complaint", "complaint", None, verdict="Inadmissible", reason="Sin defecto"
	),
	"services.complaints.admissibility.missing": on_document("complaint", "complaint"),
	"services.complaints.assigning.assign": on_document("complaint", "complaint", None, reason="Carga"),
	"services.complaints.monthly_analysis.download": of_nobody(month="2026-03"),
	"services.complaints.feedback.acknowledge": on_document("complaint", "complaint", None, area="Sales"),
	"services.complaints.feedback.send": on_document(
		"complaint", "complaint", area="Sales", message="Revisar el embalaje"
	),
	"services.complaints.registering.from_folio": on_folio(None, values="{}"),
	"services.complaints.choosing.choices": on_document("complaint", "complaint"),
	"services.complaints.view.deliveries": on_document("complaint", "complaint"),
	"services.complaints.view.get_view": on_document("complaint", "complaint"),
	"services.complaints.waiting.ask_customer": on_document(
		"complaint", "complaint", None, content="Mande fotos", means="Phone"
	),
	"services.complaints.waiting.draft": on_document("complaint", "complaint"),
	"services.corrective.actions.from_complaint": on_document("complaint", "complaint", None),
	"services.corrective.precedents.precedents": on_document("complaint", "complaint"),
	"services.corrective.quality_records.make_non_conformance": on_document(
		"action", "action", None, procedure="Ninguno"
	),
	"services.corrective.quality_records.make_quality_action": on_document("action", "action", None),
	"services.corrective.quality_records.offered": on_document("action", "action"),
	"services.customer_360.of_customer": on_document("customer", "customer"),
	"services.customer_360.of_folio": on_folio(),
	"services.desk_figures.answered_in_time": of_nobody(),
	"services.desk_figures.answered_in_time_per_week": of_nobody(),
	"services.duplicates.link": Method(
		lambda target, own: {"folio": target.folio, "parent": own.other_folio}
	),
	"services.duplicates.merge": Method(lambda target, own: {"folio": target.folio, "into": own.other_folio}),
	"services.duplicates.of_folio": on_folio(),
	"services.duplicates.of_party": Method(
		lambda target, own: {"subject": target.subject, "email": target.email, "customer": target.customer}
	),
	"services.flow_diagram.choices": of_nobody(),
	"services.flow_diagram.download": of_nobody(doctype="Service Folio"),
	"services.flow_diagram.get": of_nobody(doctype="Service Folio"),
	"services.folio_actions.act": on_folio(
		EXECUTIVE, action="Withdraw", values='{"withdrawal_reason": "Desiste"}'
	),
	"services.folio_calendar.get_events": of_nobody(**PERIOD),
	"services.folio_filters.overdue": of_nobody(),
	"services.folio_view.get_view": on_folio(),
	"services.health.status": of_nobody(),
	"services.lifecycle.accept": on_folio(),
	"services.lifecycle.new_linked_folio": on_folio(None, description="Otra cosa", channel="Phone"),
	"services.lifecycle.pass_on": on_folio(TECHNICIAN, reason="Es complejo"),
	"services.monthly_annex.download": of_nobody(month="2026-03"),
	"services.onboarding.confirm": of_nobody(None, code="deputies"),
	"services.onboarding.get": of_nobody(None),
	"services.party_search.cases": Method(
		lambda target, own: {"doctype": "Customer", "name": target.customer}
	),
	"services.party_search.find": Method(lambda target, own: {"text": target.folio}),
	"services.email_kept.make_folio": of_nobody(None, message="nada"),
	"services.email_kept.waiting": of_nobody(http="GET", from_date="2026-01-01", to_date="2026-01-31"),
	"services.personal_data_doubts.decide": on_document(
		"request",
		"request",
		None,
		doctype="Contact",
		name="nadie",
		decision="Left Out",
		reason="Otra persona",
	),
	"services.personal_data_doubts.leave_out_the_rest": on_document(
		"request", "request", reason="Otra persona"
	),
	"services.personal_data_doubts.waiting": on_document("request", "request"),
	"services.personal_data_corrections.correct": on_document(
		"request", "request", None, old="Ana", new="Anna"
	),
	"services.personal_data_corrections.preview": on_document(
		"request", "request", None, old="Ana", new="Anna"
	),
	"services.personal_data_intake.open_from": on_folio(EXECUTIVE, right="Access", asked="Mis datos"),
	"services.personal_data_requests.answer": on_document(
		"request", "request", None, text="Hecho", means="Phone"
	),
	"services.personal_data_requests.approve": on_document("request", "request", None),
	"services.personal_data_requests.prepare_export": on_document("request", "request", None),
	"services.personal_data_requests.preview": on_document("request", "request"),
	"services.personal_data_requests.refuse": on_document(
		"request", "request", reason="No es suya", means="Phone"
	),
	"services.personal_data_requests.tell_otherwise": on_document("request", "request", None, means="Phone"),
	"services.personal_data_requests.verify": on_document("request", "request", means="Credencial"),
	"services.phone_intake.add_call": on_folio(text="Volvió a llamar", values={"safety": "No"}),
	"services.phone_intake.begin": of_nobody(),
	"services.phone_intake.help_at_once": of_nobody(),
	"services.phone_intake.register": Method(
		lambda target, own: {
			"values": json.dumps({"text": "Pregunta", "channel": "Phone", "contact": target.contact})
		},
		None,
	),
	"services.exports.handing_over.try_again": of_nobody(None, names='["nada"]'),
	"services.remedies.costs.take_back": on_document("cost", "cost"),
	"services.remedies.ledger.approve": on_document("remedy", "remedy", None),
	"services.remedies.ledger.cancel": on_document("remedy", "remedy", None, reason="Otra cosa"),
	"services.remedies.ledger.promise_lines": on_document("complaint", "complaint", None),
	"services.remedies.ledger.why_open": on_document("remedy", "remedy"),
	"services.remedies.naming.candidates": on_document("remedy", "remedy"),
	"services.retries.try_again": of_nobody(None, names='["nada"]'),
	"services.reviews.actions.close": on_document("review", "review", None),
	"services.reviews.actions.open_action": on_document("review", "review", None),
	"services.reviews.asking.ask_now": Method(
		lambda target, own: {"month": "2026-03", "company": target.company}
	),
	"services.reviews.view.get": on_document("review", "review"),
	"services.role_matrix.get": of_nobody(None),
	"services.routing.explain_route": on_folio(),
	"services.safety.attend": on_folio(None, what_was_done="Se llamó a emergencias"),
	"services.safety.clear": on_folio(None),
	"services.safety.read_out": of_nobody(),
	"services.time_left.of_commitments": Method(lambda target, own: {"names": json.dumps([target.promise])}),
	"services.time_left.of_folios": Method(lambda target, own: {"names": json.dumps([target.folio])}),
	"services.tracking_links.send": on_folio(None),
	"services.visits.arranging.arrange": on_document("visit", "visit", None, values="{}"),
	"services.visits.field_notes.leave_note": on_document(
		"visit", "visit", client_id="a1", values='{"surface": "Muro"}'
	),
	"services.visits.field_notes.whereabouts": Method(
		lambda target, own: {"visits": json.dumps([target.visit])}, TECHNICIAN, "GET"
	),
	"services.visits.making.make_complaint": on_document("visit", "visit", None),
	"services.visits.making.make_report": on_document("visit", "visit", None),
	"services.visits.making.request_visit": Method(
		lambda target, own: {"doctype": "Service Folio", "name": target.folio, "subject": "Revisar"}
	),
	"services.visits.phone.send": on_document(
		"visit", "visit", None, client_id="a1", values='{"surface": "Muro"}'
	),
	"services.visits.schedule.get_events": of_nobody(**PERIOD),
	"services.visits.schedule.mine": of_nobody(TECHNICIAN),
	"services.workload.board": of_nobody(),
	"services.workload.due": of_nobody(**PERIOD),
}
# A customer or a batch is a master of ERPNext's, not ours: who may read customers may read this one. Nothing of its folios is told all the
# same, which the search for the secret words proves.
MASTERS = {
	"services.batches.cockpit.get",
	"services.batches.holds.hold",
	"services.customer_360.of_customer",
	"services.party_search.cases",
	"services.phone_intake.register",
}


def whitelisted() -> dict[str, Callable]:
	"""Every whitelisted function of the app by its path below the package, found by importing all of it."""
	for module in pkgutil.walk_packages(nervion_service.__path__, "nervion_service."):
		importlib.import_module(module.name)
	ours = (method for method in frappe.whitelisted if method.__module__.startswith("nervion_service."))
	return {f"{one.__module__}.{one.__qualname__}".removeprefix("nervion_service."): one for one in ours}


@pytest.fixture(scope="module")
def world(module_transaction):
	"""Users, and per caller the three targets: what is theirs, a foreign company's, and nothing."""
	with engine.working_folder(module_transaction.sites):
		return _world()


def _world():
	mine, theirs = factories.make_company(), factories.make_company(company_name=factories.unique("Ajena"))
	users = {role: folios.staff(role) for role in STAFF}
	for user in users.values():
		frappe.permissions.add_user_permission("Company", mine.name, user, ignore_permissions=True)
	customer, stranger = factories.make_customer(), factories.make_customer()
	users |= {GUEST: GUEST, PORTAL: factories.make_portal_user(customer).name}
	foreign = _target(theirs.name, stranger.name, secret=True)
	missing = frappe._dict(
		folio="FOL-1999-000001", promise="ninguna", customer="Nadie", subject="Nada", email="nadie@x.test",
		contact="Nadie", policy="ninguna", calendar="Ninguno", request="ninguna", template="ninguna",
		message="ninguno", token="A" * 43, batch="ninguno", hold="ninguna", action="ninguna", complaint="ninguna",
		visit="ninguna", report="ninguno", sample="ninguna",
		review="ninguna", company="Ninguna",
		remedy="ninguna", cost="ninguno", case_file="ninguno", receipt="0000-0000-0000-0000", audit="ninguna",
	)  # fmt: skip
	foreign.token = foreign.folio.ljust(43, "A")
	found = frappe._dict(users=users, foreign=foreign, missing=missing, own={})
	colleague = folios.staff(EXECUTIVE)
	for caller in CALLERS:
		own = _target(mine.name, customer.name)
		if caller == TECHNICIAN:
			taken = {
				"assigned_to": users[caller],
				"route_role": TECHNICIAN,
				"stage": "Routed",
				"workflow_state": "Routed",
			}
			frappe.db.set_value("Service Folio", own.folio, taken)
		own.other_folio, own.colleague = _target(mine.name, customer.name, plain=True).folio, colleague
		found.own[caller] = own
	return found


def _target(company, customer, secret=False, plain=False):
	text = SECRET if secret else factories.unique("Pregunta")
	folio = folios.make_folio(
		company=company,
		customer=customer,
		request_type="Technical Advice",
		subject=f"{text} asunto",
		description=f"{text} descripción",
		party_name=f"{text} persona",
		email=f"{text}@cliente.test".lower().replace(" ", ""),
	)
	target = frappe._dict(folio=folio.name, customer=customer, subject=folio.subject, email=folio.email)
	target.promise = frappe.db.get_value("Service Commitment", {"case_name": folio.name}, "name")
	target.token = access_tokens.issue(folio)
	if plain:
		return target
	target.contact = factories.make_contact(customer=customer, first_name=f"{text} contacto").name
	target.policy = _copy("Commitment Policy", company, {"status": "Draft", "title": f"{text} promesa"})
	target.calendar = _copy(
		"Service Calendar", company, {"calendar_name": f"{text} {frappe.generate_hash(length=6)}"}
	)
	target.template = (
		frappe.get_doc(
			{
				"doctype": "Answer Template",
				"title": f"{text} plantilla",
				"company": company,
				"body": f"<p>{text}</p>",
			}
		)
		.insert()
		.name
	)
	target.message = folios.write_to_customer(folio, by="Administrator")
	target.update(_quality(company, customer, text, target.folio))
	target.update(remedies.of_complaint(target.complaint, text))
	target.review = reviews.make_review(company, analysis=f"{text} análisis").name
	target.company = company
	target.update(visits.of_folio(folio, text))
	target.audit = _audit(company, text)
	target.request = (
		frappe.get_doc(
			{
				"doctype": "Personal Data Request",
				"right": "Access",
				"company": company,
				"received_at": frappe.utils.now_datetime(),
				"means": "E-mail",
				"person_name": f"{text} persona",
				"email": target.email,
			}
		)
		.insert()
		.name
	)
	return target


def _quality(company, customer, text, folio):
	"""A complaint about a batch, the hold on that batch and the action about it."""
	batch = factories.make_batch()
	complaint = batches.make_complaint(
		[batch],
		company=company,
		customer=customer,
		folio=folio,
		subject=f"{text} queja",
		party_name=f"{text} persona",
		defect=factories.insert("Service Defect", {"defect_name": factories.unique("Grumos")}).name,
	)
	hold = {"batch": batch.name, "company": company, "reason": f"{text} motivo", "complaint": complaint.name}
	return {
		"batch": batch.name,
		"complaint": complaint.name,
		"hold": factories.insert("Service Batch Hold", hold).name,
		"action": batches.make_action(company=company, subject=f"{text} acción", batch=batch.name).name,
	}


def _audit(company, text):
	now = frappe.utils.now_datetime()
	values = {
		"doctype": "Service Audit",
		"title": f"{text} auditoría",
		"company": company,
		"auditor": factories.make_user(roles=[Role.AUDITOR]).name,
		"access_from": now,
		"access_until": frappe.utils.add_days(now, 1),
		"period_from": "2020-01-01",
		"period_to": frappe.utils.today(),
	}
	return frappe.get_doc(values).insert().name


def _copy(doctype, company, values):
	doc = frappe.copy_doc(frappe.get_last_doc(doctype))
	doc.update({"company": company, "is_default": 0, **values})
	return doc.insert().name


def state_of(target) -> list:
	"""All that somebody could have changed or added about a target."""
	about = {"reference_doctype": "Service Folio", "reference_name": target.folio}
	found = [frappe.db.get_value("Service Folio", target.folio, "*", as_dict=True)]
	found += frappe.get_all("Service Commitment", {"case_name": target.folio}, ["*"], order_by="name")
	found += frappe.get_all("Service Event", {"case_name": target.folio}, pluck="name", order_by="name")
	for doctype, filters in (
		("Communication", about),
		("Comment", about),
		("ToDo", {"reference_type": "Service Folio", "reference_name": target.folio}),
		("File", {"attached_to_doctype": "Service Folio", "attached_to_name": target.folio}),
		("Service Folio", {"parent_folio": target.folio}),
	):
		found += frappe.get_all(doctype, filters, ["name", "modified"], order_by="name")
	for doctype, name in (
		("Commitment Policy", target.policy),
		("Service Calendar", target.calendar),
		("Personal Data Request", target.request),
		("Answer Template", target.template),
		("Service Complaint", target.complaint),
		("Service Batch Hold", target.hold),
		("Service Corrective Action", target.action),
		("Service Technical Visit", target.visit),
		("Technical Analysis Report", target.report),
		("Service Sample", target.sample),
		("Complaint Remedy", target.remedy),
		("Complaint Cost", target.cost),
		("Case File", target.case_file),
		("Service Indicator Review", target.review),
		("Service Audit", target.audit),
	):
		found.append(frappe.db.get_value(doctype, name, "*", as_dict=True))
	return found


@dataclass(frozen=True)
class Answer:
	"""What the caller got: the kind of refusal, or ""; and every word of the answer."""

	refusal: str
	text: str


def ask(path: str, http: str, arguments: dict, user: str) -> Answer:
	"""Call a function as a request does, and undo what it did."""
	engine.reset_request()
	frappe.db.sql("savepoint every_method")
	refusal, said = "", None
	try:
		with outside.asked(f"/api/method/nervion_service.{path}", method=http, user=user):
			frappe.local.form_dict = frappe._dict({**arguments, "cmd": f"nervion_service.{path}"})
			said = execute_cmd(f"nervion_service.{path}")
			said = said.get_data(as_text=True) if hasattr(said, "get_data") else said
	except Exception as error:
		# the kind and the words of a refusal are what is compared
		refusal, said = type(error).__name__, str(error)
	words = frappe.as_json([said, frappe.local.response, engine.told()])
	frappe.db.sql("rollback to savepoint every_method")
	frappe.clear_messages()
	engine.forget_rows()
	return Answer(refusal, words)


def nameless(text: str, *targets) -> str:
	"""The words without what the caller asked for by name, and without what differs from call to call."""
	for target in targets:
		for name in sorted({str(value) for value in target.values() if value}, key=len, reverse=True):
			text = text.replace(name, "…")
	return re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?", "…", text)


def test_every_whitelisted_function_has_a_row_and_every_row_a_function():
	found = set(whitelisted())
	assert len(found) > 40
	assert not found - set(METHODS), "say in METHODS how these are called"
	assert not set(METHODS) - found, "these are gone"


@pytest.mark.parametrize("path", METHODS)
def test_the_arguments_fit_the_function(path, world):
	method = METHODS[path]
	values = method.arguments(world.missing, world.own[COORDINATOR]) if method.arguments else method.plain()
	inspect.signature(whitelisted()[path]).bind(**values)


@pytest.mark.parametrize("path", [path for path, method in METHODS.items() if method.arguments])
def test_a_foreign_document_is_neither_read_nor_changed_and_answered_like_none(path, world):
	"""Seen to fail with a view that asks for no permission, with only the DocType's asked, and with a missing one named as such."""
	method = METHODS[path]
	before = state_of(world.foreign)
	for caller in CALLERS:
		own, user = world.own[caller], world.users[caller]
		foreign = ask(path, method.http, method.arguments(world.foreign, own), user)
		missing = ask(path, method.http, method.arguments(world.missing, own), user)
		mentioned = nameless(foreign.text, {"subject": world.foreign.subject, "email": world.foreign.email})
		if path not in MASTERS:
			mentioned = nameless(mentioned, world.foreign)
			assert foreign.refusal == missing.refusal, (caller, foreign, missing)
			assert nameless(foreign.text, world.foreign) == nameless(missing.text, world.missing), caller
		else:
			mentioned = nameless(mentioned, {"contact": world.foreign.contact})
		assert SECRET not in mentioned, f"{caller} reads the foreign one: {mentioned[:600]}"
		assert state_of(world.foreign) == before, f"{caller} changed the foreign one"


@pytest.mark.parametrize("path", [path for path, method in METHODS.items() if not method.arguments])
def test_what_is_told_of_nobody_in_particular_holds_nothing_foreign(path, world):
	method = METHODS[path]
	before = state_of(world.foreign)
	for caller in CALLERS:
		answer = ask(path, method.http, method.plain(), world.users[caller])
		assert SECRET not in answer.text, f"{caller} reads the foreign one"
		assert world.foreign.folio not in answer.text, f"{caller} learns the foreign number"
	assert state_of(world.foreign) == before


@pytest.mark.parametrize("path", [path for path, method in METHODS.items() if method.works_for])
def test_what_is_theirs_is_answered(path, world):
	"""The arguments make sense: whoever should be is answered, so that the refusals above are about permission."""
	method, caller = METHODS[path], METHODS[path].works_for
	own = world.own[caller]
	values = method.arguments(own, own) if method.arguments else method.plain()
	answer = ask(path, method.http, values, world.users[caller])
	assert answer.refusal in ("", "ValidationError", "Refused"), answer
	assert '"failed": [{' not in re.sub(r"\s+", " ", answer.text), answer


@pytest.mark.parametrize("path", [path for path in METHODS if not path.startswith(("api.public.",))])
def test_a_guest_gets_nothing_but_the_public_page(path, world):
	method = METHODS[path]
	own = world.own[GUEST]
	values = method.arguments(own, own) if method.arguments else method.plain()
	answer = ask(path, method.http, values, GUEST)
	assert answer.refusal == "PermissionError", answer
