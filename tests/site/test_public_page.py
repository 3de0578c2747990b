"""What a guest reaches (X4, X5, X9, I3): the public page, the tracking page, and their endpoints, which are the only ones."""

import importlib
import inspect
import secrets
import time
from pathlib import Path

import frappe
import pytest
from werkzeug.wrappers import Response

import nervion_service
from nervion_service.api import public
from nervion_service.domain.taxonomy import Stage
from nervion_service.services import (
	access_tokens,
	customer_actions,
	guest_intake,
	page_headers,
	portal,
	rate_limit,
)
from tests.site.folio_factories import answer, close, make_folio, reloaded
from tests.site.outside import PNG, asked, folios, form, make_notice, the_company, upload

GUESTS_MAY_CALL = {
	"nervion_service.api.public.register",
	"nervion_service.api.public.reply",
	"nervion_service.api.public.confirm",
	"nervion_service.api.public.reopen",
	"nervion_service.api.public.withdraw",
	"nervion_service.api.public.download",
	"nervion_service.api.public.acknowledge_batch",
	"nervion_service.api.public.appeal",
	"nervion_service.api.public.report",
	"nervion_service.api.public.send_evidence",
	"nervion_service.api.public.upload_evidence",
}


@pytest.fixture(autouse=True)
def company():
	frappe.db.set_single_value("Service Settings", "guest_requests_per_hour", 10_000)
	frappe.db.set_single_value("Service Settings", "guest_actions_per_hour", 10_000)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	return the_company()


@pytest.fixture
def folio():
	return make_folio(routed=False)


def send(values, files=()):
	data = {**{name: value for name, value in values.items() if isinstance(value, str)}, "files": list(files)}
	with asked("/api/method/nervion_service.api.public.register", data=data):
		return public.register(**values)


def refused(values, message, field=None, files=()):
	before = folios()
	with pytest.raises(frappe.ValidationError, match=message) as refusal:
		send(values, files)
	assert folios() == before
	assert getattr(refusal.value, "field", None) == field


def as_guest(function, *args):
	with asked():
		return function(*args)


def test_only_these_endpoints_are_open_to_guests():
	"""X4. Seen to fail with the portal's download opened to guests."""
	root = Path(nervion_service.__file__).parent
	for path in root.rglob("*.py"):
		parts = path.relative_to(root.parent).with_suffix("").parts
		if "@frappe.whitelist" in path.read_text(encoding="utf-8"):
			importlib.import_module(".".join(parts))
	open_to_guests = {
		f"{function.__module__}.{function.__name__}"
		for function in frappe.guest_methods
		if function.__module__.startswith("nervion_service")
	}
	assert open_to_guests == GUESTS_MAY_CALL


def test_every_open_endpoint_asks_the_limiter(monkeypatch, folio):
	counted = []
	monkeypatch.setattr(rate_limit, "guests", counted.append)
	token = access_tokens.issue(folio)
	for name in sorted(GUESTS_MAY_CALL):
		function = getattr(public, name.rsplit(".", 1)[1])
		wanted = inspect.signature(inspect.unwrap(function)).parameters
		before = len(counted)
		with asked(), pytest.raises(frappe.ValidationError):
			function(**({"token": "no"} if "token" in wanted else {}))
		assert len(counted) == before + 1, name
	as_guest(guest_intake.story, token)
	assert counted[-1] == "tracking"


def test_a_guest_is_told_the_folio_and_a_token_and_nothing_else():
	"""X4. Seen to fail with the stage told as well, and with every key of the form taken into the folio."""
	answer = send(
		form(
			status="Closed",
			owner="Administrator",
			docstatus="1",
			due_at="2099-01-01",
			workflow_state="Closed",
		)
	)
	assert set(answer) == {"folio", "token"}
	stored = reloaded(answer["folio"])
	assert (stored.channel, stored.docstatus, stored.stage, stored.safety) == (
		"Web Page",
		0,
		Stage.REGISTERED,
		"No",
	)
	assert access_tokens.resolve(answer["token"]).name == answer["folio"]


def test_consent_is_recorded_with_the_version_that_was_shown():
	"""X12. Seen to fail with a folio that is stored without it."""
	values = form()
	stored = reloaded(send(values)["folio"])
	assert (stored.privacy_notice, stored.consent_means) == (values["consent"], "Web Page")
	assert stored.consent_at


def test_without_consent_nothing_is_registered():
	refused(form(consent=None), "accept the privacy notice", "consent")
	refused(form(consent="on"), "changed meanwhile", "consent")


def test_consent_to_an_earlier_notice_asks_to_read_the_new_one(company):
	values = form()
	make_notice(company=company, effective_from="2026-01-01 00:00:00")
	later = make_notice(company=company, effective_from=frappe.utils.now_datetime())
	assert values["consent"] != later.name
	refused(values, "changed meanwhile", "consent")


def test_without_a_notice_the_page_says_that_it_cannot_receive(company):
	values = form()
	frappe.db.delete("Service Privacy Notice", {"company": company})
	refused(values, "no privacy notice", "consent")
	assert guest_intake.form()["notice"] is None


def test_the_safety_question_has_to_be_answered():
	refused(form(safety=None), "whether somebody was hurt", "safety")


def test_an_accident_is_told_with_what_to_do_until_it_is_attended():
	told = send(form(safety="Yes", safety_kind="Fire", safety_details="Se incendió un trapo"))
	stored = reloaded(told["folio"])
	assert (stored.safety, stored.safety_kind, stored.priority) == ("Yes", "Fire", "Urgent")
	assert portal.danger(stored.name)["text"]
	stored.db_set("safety_attended_at", frappe.utils.now_datetime())
	assert portal.danger(stored.name) is None


def test_the_form_offers_what_the_page_shows(company):
	offered = guest_intake.form()
	assert offered["notice"].company == company
	assert "Technical Advice" in dict(offered["types"])
	assert offered["safety"]["question"] and offered["instructions"]["text"]


def test_a_program_that_fills_in_everything_is_refused():
	refused(form(website="http://spam.test"), "leave the field Website empty", "website")


@pytest.mark.parametrize(
	("stamp", "message"),
	[
		(lambda: guest_intake.stamp(int(time.time())), "very fast"),
		(lambda: f"{int(time.time()) - 600}.0000", "too old"),
		(lambda: guest_intake.stamp(int(time.time()) - 9 * 24 * 3600), "too old"),
		(lambda: "", "too old"),
		(lambda: "x.y.z", "too old"),
		(lambda: "é.é", "too old"),
	],
)
def test_a_form_that_no_person_filled_in_is_refused(stamp, message):
	refused(form(stamp=stamp()), message)


@pytest.mark.parametrize("key", [None, "", "1", "x" * 65, "a b" * 10, ["a"]])
def test_a_sending_without_a_real_id_is_refused(key):
	values = form(key=key)
	with asked(), pytest.raises(frappe.ValidationError, match="too old"):
		public.register(**values)


def test_two_clicks_make_one_folio():
	values = form()
	first = send(values)
	before = folios()
	again = send(values)
	assert first["folio"] == again["folio"]
	assert folios() == before
	assert access_tokens.resolve(first["token"]).name == access_tokens.resolve(again["token"]).name


def test_words_that_changed_after_a_lost_answer_are_added_to_the_folio():
	values = form()
	first = send(values)
	changed = {**values, "description": "El esmalte no seca y además huele raro."}
	for _click in range(2):
		assert send(changed)["folio"] == first["folio"]
	(message,) = frappe.get_all(
		"Communication", {"reference_name": first["folio"], "sent_or_received": "Received"}, ["content"]
	)
	assert "huele raro" in message.content


def test_photographs_come_along_and_false_ones_leave_nothing():
	told = send(form(), [upload()])
	assert frappe.db.count("File", {"attached_to_name": told["folio"], "is_private": 1}) == 1
	refused(form(), "a.png", "files", [upload("a.png", b"MZ\x90")])


def test_too_many_requests_from_one_address_are_refused():
	frappe.db.set_single_value("Service Settings", "guest_requests_per_hour", 2)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	address = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"
	before = folios()
	for number in range(6):
		with asked(remote=address, headers=[("X-Forwarded-For", f"1.1.1.{number}")]):
			if number < 2:
				public.register(**form())
			else:
				with pytest.raises(frappe.TooManyRequestsError):
					public.register(**form())
	assert folios() == before + 2


def test_the_story_of_a_token_is_the_story_of_its_folio(folio):
	story = as_guest(guest_intake.story, access_tokens.issue(folio))
	assert story["folio"] == folio.name and story["can"]["reply"]


def test_every_other_token_gets_one_answer(folio):
	"""X5. Seen to fail with expired ones taken, revoked ones, those of another purpose, and the folio's number for a token."""
	revoked = access_tokens.issue(folio)
	access_tokens.revoke(folio, "track")
	expired = access_tokens.issue(folio, days=0)
	other_purpose = access_tokens.issue(folio, "survey")
	for token in (expired, other_purpose, revoked, "", folio.name, "1", "2", secrets.token_urlsafe(32)):
		assert as_guest(guest_intake.story, token) is None
		answers = []
		for act in (
			lambda token: public.reply(token, "hola"),
			lambda token: public.confirm(token, "1"),
			lambda token: public.reopen(token, "porque sí"),
			lambda token: public.withdraw(token, "ya no"),
			lambda token: public.download(token, "x"),
		):
			with pytest.raises(frappe.DoesNotExistError) as refusal:
				as_guest(act, token)
			answers.append(str(refusal.value))
		assert len(set(answers)) == 1 and "does not open any request" in answers[0]
	assert reloaded(folio).stage == Stage.REGISTERED
	assert not frappe.db.exists("Communication", {"reference_name": folio.name})


def test_a_guest_replies_with_a_photograph(folio):
	token = access_tokens.issue(folio)
	with asked(data={"files": [upload()]}):
		assert public.reply(token, "Aquí <b>va</b> la foto", "k" * 32) is None
	(message,) = frappe.get_all(
		"Communication", {"reference_name": folio.name}, ["name", "content", "sent_or_received"]
	)
	assert message.sent_or_received == "Received" and "&lt;b&gt;va" in message.content
	(file,) = frappe.get_all("File", {"attached_to_name": message.name}, ["name", "is_private"])
	assert file.is_private
	with asked(method="GET"):
		response = public.download(token, file.name)
	assert response.get_data() == PNG and response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_token_reads_no_file_of_another_folio(folio):
	other = make_folio(routed=False)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "ajeno.png",
			"content": PNG,
			"is_private": 1,
			"attached_to_doctype": "Service Folio",
			"attached_to_name": other.name,
		}
	).insert()
	for name in (file.name, "no-existe", "' OR 1=1 --"):
		with pytest.raises(frappe.DoesNotExistError, match="does not open"):
			as_guest(public.download, access_tokens.issue(folio), name)


def test_a_guest_confirms_and_reopens():
	folio = answer(make_folio())
	token = access_tokens.issue(folio)
	as_guest(public.confirm, token, "1", "Gracias")
	closed = reloaded(folio)
	assert (closed.stage, closed.satisfaction) == (Stage.CLOSED, "Satisfied")
	as_guest(public.reopen, token, "Volvió a pasar")
	assert reloaded(folio).stage == Stage.REOPENED


def test_a_guest_withdraws(folio):
	as_guest(public.withdraw, access_tokens.issue(folio), "Ya no hace falta")
	assert reloaded(folio).stage == Stage.WITHDRAWN


def test_a_token_of_one_folio_moves_no_other_one():
	mine, other = close(make_folio()), answer(make_folio())
	with asked(), pytest.raises(frappe.ValidationError):
		public.confirm(access_tokens.issue(mine), "0", "no")
	assert reloaded(other).stage == Stage.ANSWERED


@pytest.mark.parametrize(
	("path", "unseen"),
	[
		("/seguimiento/abc", True),
		("/seguimiento", True),
		("/service_tracking", True),
		("/api/method/nervion_service.api.public.download", True),
		("/solicitud", False),
	],
)
def test_pages_for_guests_are_kept_by_nobody_and_tell_nobody(path, unseen):
	with asked(path, "GET") as request:
		response = Response()
		page_headers.secure(response, request)
	assert response.headers["Referrer-Policy"] == "no-referrer"
	assert response.headers["Cache-Control"] == "no-store"
	assert response.headers["X-Frame-Options"] == "DENY"
	assert ("noindex" in response.headers.get("X-Robots-Tag", "")) == unseen


def test_other_pages_keep_their_own_headers():
	with asked("/app", "GET") as request:
		response = Response()
		page_headers.secure(response, request)
	assert "Referrer-Policy" not in response.headers


def test_a_number_that_rings_nowhere_is_refused_and_says_what_to_do():
	refused(form(phone="0000000000"), "Check its ten digits", field="phone")


@pytest.mark.parametrize("act", ["reply", "confirm", "reopen", "withdraw"])
def test_half_a_character_is_refused_in_words_whatever_is_done(act):
	name = make_folio(routed=act == "reopen").name
	if act == "confirm":
		frappe.db.set_value("Service Folio", name, "stage", "Answered")
	if act == "reopen":
		close(name)
	before = frappe.db.count("Communication"), frappe.db.get_value("Service Folio", name, "modified")
	said = (False, "mal \ud800") if act == "confirm" else ("mal \ud800",)
	with pytest.raises(frappe.ValidationError, match="characters that cannot be read"):
		getattr(customer_actions, act)(name, *said)
	after = frappe.db.count("Communication"), frappe.db.get_value("Service Folio", name, "modified")
	assert after == before
