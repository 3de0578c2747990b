"""The REST interface inside the server: what programs may do, and errors with a status, a code, a sentence and a field."""

import json

import frappe
import pytest
from werkzeug.wrappers import Response

from nervion_service.api import v1
from nervion_service.domain.taxonomy import Role
from nervion_service.services import outside_intake, rest_answers
from tests import factories
from tests.site.folio_factories import make_folio
from tests.site.outside import asked, content_of, folios, said, the_company, upload

ADDRESS = "/api/method/nervion_service.api.v1."


@pytest.fixture(autouse=True)
def company():
	return the_company()


@pytest.fixture
def program():
	return factories.make_user(roles=[Role.API]).name


def create(user, values=None, key=None, **sent):
	headers = [("Idempotency-Key", key)] if key else []
	sent = sent or {"json": values}
	with asked(f"{ADDRESS}create_request", user=user, headers=headers, **sent):
		return v1.create_request(**(values or {}))


def status(user, folio):
	with asked(f"{ADDRESS}request_status", "GET", user=user):
		return v1.request_status(folio=folio)


def error_of(response):
	error = content_of(response)["error"]
	assert error["status"] == response.status_code
	return error


def test_a_program_registers_and_asks_for_the_status(program):
	made = create(program, said(), key="pedido-1")
	assert made.status_code == 201
	answer = content_of(made)["message"]
	assert set(answer) == {"folio", "repeated", "state", "received_at", "tracking_url", "safety"}
	assert answer["safety"] is None
	folio = frappe.get_doc("Service Folio", answer["folio"])
	assert (folio.channel, folio.account, folio.external_id) == ("API", program, "pedido-1")
	told = content_of(status(program, answer["folio"]))["message"]
	assert set(told) == {"folio", "state", "open", "received_at", "next"}
	assert told["folio"] == folio.name and told["open"] is True
	assert told["received_at"][-6] in "+-"


def test_a_program_that_reports_an_accident_is_told_what_to_say_at_once(program):
	item = factories.make_item().name
	frappe.db.set_value("Item", item, "safety_data_sheet", "/files/hds.pdf")
	frappe.db.set_single_value("Service Settings", "emergency_line", "800 111 2222")
	frappe.clear_document_cache("Service Settings", "Service Settings")
	told = content_of(create(program, said(safety="Yes", product=item)))["message"]["safety"]
	assert told["emergency_line"] == "800 111 2222" and "800 111 2222" in told["text"]
	assert [sheet["url"].endswith("/files/hds.pdf") for sheet in told["data_sheets"]] == [True]


def test_a_program_has_no_desk_and_no_other_door(program):
	assert frappe.db.get_value("User", program, "user_type") == "Website User"
	folio = make_folio(routed=False)
	with asked(user=program):
		assert not frappe.has_permission("Service Folio", "read", doc=folio.name)
		assert not frappe.has_permission("Service Folio", "create")


def test_the_same_key_and_body_give_the_same_folio(program):
	values = said()
	first, again = create(program, values, key="k"), create(program, values, key="k")
	assert (first.status_code, again.status_code) == (201, 200)
	one, other = content_of(first)["message"], content_of(again)["message"]
	assert one["folio"] == other["folio"] and other["repeated"] is True


def test_the_same_key_with_another_body_is_a_conflict(program):
	create(program, said(), key="k")
	before = folios()
	answer = create(program, said(), key="k")
	error = error_of(answer)
	assert (answer.status_code, error["code"], error["field"]) == (409, "conflict", "Idempotency-Key")
	assert folios() == before


def test_two_programs_may_use_the_same_key(program):
	other = factories.make_user(roles=[Role.API]).name
	one, two = create(program, said(), key="k"), create(other, said(), key="k")
	assert content_of(one)["message"]["folio"] != content_of(two)["message"]["folio"]


@pytest.mark.parametrize("key", ["con espacio", "x" * 101, "á"])
def test_a_key_that_is_none_is_refused(program, key):
	before = folios()
	error = error_of(create(program, said(), key=key))
	assert (error["status"], error["field"]) == (422, "Idempotency-Key")
	assert folios() == before


@pytest.mark.parametrize(
	("changes", "field"),
	[
		({"email": "nada"}, "email"),
		({"description": None}, "description"),
		({"description": ["a"]}, "description"),
		({"party_name": {"a": {"b": []}}}, "party_name"),
		({"request_type": 5}, "request_type"),
		({"description": "x" * 30_000}, "description"),
		({"description": "\ud800"}, "description"),
		({"privacy_notice": "No existe"}, "privacy_notice"),
	],
)
def test_a_wrong_field_is_named(program, changes, field):
	before = folios()
	error = error_of(create(program, said(**changes), data=b""))
	assert (error["status"], error["code"], error["field"]) == (422, "invalid", field)
	assert error["message"] and "<" not in error["message"]
	assert folios() == before


def test_what_is_asked_of_a_foreign_folio_is_what_is_asked_of_none(program):
	other = factories.make_user(roles=[Role.API]).name
	foreign = content_of(create(other, said()))["message"]["folio"]
	for folio in (foreign, make_folio(routed=False).name, "FOL-1999-999999", "", None, "' OR 1=1 --", ["a"]):
		answer = status(program, folio)
		assert answer.status_code == 404
		assert content_of(answer) == content_of(status(program, "FOL-0000-000000"))


def test_people_who_may_create_folios_use_it_too_and_see_what_they_may_read():
	executive = factories.make_user(roles=[Role.EXECUTIVE]).name
	folio = content_of(create(executive, said()))["message"]["folio"]
	assert status(executive, folio).status_code == 200
	assert status(executive, make_folio(routed=False).name).status_code == 200


@pytest.mark.parametrize("roles", [[], ["Customer"], [Role.MANAGEMENT]])
def test_others_are_not_permitted(roles):
	user = factories.make_user(roles=roles).name
	before = folios()
	for answer in (create(user, said()), status(user, make_folio(routed=False).name)):
		error = error_of(answer)
		assert (error["status"], error["code"]) == (403, "not_permitted")
	assert folios() == before + 1  # the one that this test made itself


def test_a_body_of_another_type_is_refused(program):
	answer = create(program, {}, data=b"<a/>", content_type="text/xml")
	assert error_of(answer)["status"] == 415


def test_files_come_as_a_multipart_form(program):
	values = said()
	answer = create(program, values, data={**values, "photo": upload()})
	folio = content_of(answer)["message"]["folio"]
	assert frappe.db.count("File", {"attached_to_name": folio, "is_private": 1}) == 1


def test_a_file_of_a_false_type_is_refused(program):
	before = folios()
	values = said()
	answer = create(program, values, data={**values, "photo": upload("a.png", b"<svg onload=alert(1)>")})
	assert (error_of(answer)["status"], error_of(answer)["field"]) == (422, "files")
	assert folios() == before


def test_a_file_that_is_too_large_is_refused_with_413(program, monkeypatch):
	monkeypatch.setattr(rest_answers.uploads, "limits", lambda: {"mb": 0, "files": 8})
	values = said()
	answer = create(program, values, data={**values, "photo": upload()})
	assert (error_of(answer)["status"], error_of(answer)["code"]) == (413, "too_large")


def test_too_many_calls_are_refused_with_429_and_when_to_come_back(program):
	frappe.db.set_single_value("Service Settings", "program_calls_per_minute", 2)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	for _call in range(2):
		assert status(program, "FOL-0000-000000").status_code == 404
	answer = status(program, "FOL-0000-000000")
	assert error_of(answer)["code"] == "too_many_requests"
	assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_a_failure_of_ours_is_logged_and_told_without_its_insides(program, monkeypatch):
	def fail(*_args, **_kwargs):
		raise RuntimeError("secreto de la casa")

	monkeypatch.setattr(outside_intake, "register", fail)
	logged = []
	monkeypatch.setattr(frappe, "log_error", lambda **what: logged.append(what))
	answer = create(program, said())
	assert error_of(answer)["status"] == 500
	assert "secreto" not in answer.get_data(as_text=True)
	assert logged


def frappes(status_code, body=b'{"exception": "Traceback secreto"}'):
	return Response(body, status=status_code, mimetype="application/json")


@pytest.mark.parametrize(
	("body", "frappes_status", "status_code"),
	[
		(b"[1, 2]", 417, 400),
		(b"5", 417, 400),
		(b"null", 417, 400),
		(b'{"a":', 500, 400),
		(b"\xff\xfe", 500, 400),
		(b"[" * 100_000, 500, 400),
		(b"{}", 403, 401),
		(b"{}", 401, 401),
		(b"{}", 500, 500),
		(b"{}", 417, 404),
	],
)
def test_what_frappe_refuses_for_us_is_told_in_our_form(body, frappes_status, status_code):
	with asked(f"{ADDRESS}create_request", data=body, content_type="application/json") as request:
		response = frappes(frappes_status)
		rest_answers.tidy(response, request)
	assert response.status_code == status_code
	error = json.loads(response.get_data(as_text=True))["error"]
	assert error["status"] == status_code and error["message"]
	assert b"secreto" not in response.get_data()


def test_a_wrong_method_is_told_as_such(program):
	with asked(f"{ADDRESS}create_request", "GET", user=program) as request:
		response = frappes(403)
		rest_answers.tidy(response, request)
	assert error_of(response)["status"] == 405


def test_answers_of_other_addresses_are_left_alone():
	for path in ("/api/method/ping", "/api/resource/Service Folio", "/app", "/api/method/frappe.client.get"):
		with asked(path) as request:
			response = frappes(500)
			rest_answers.tidy(response, request)
		assert response.get_data() == b'{"exception": "Traceback secreto"}'
