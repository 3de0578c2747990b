"""A folio as its customer is told it: plain, honest, nothing internal (K11); and what the customer does with it (S1.11)."""

from datetime import timedelta

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import (
	clock,
	customer_actions,
	customer_messages,
	customer_story,
	uploads,
)
from nervion_service.services.complaints import following
from nervion_service.workflows.folio import Action
from tests import factories
from tests.site import folio_factories as folios
from tests.site import upload_samples as samples
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY)


def tell(folio):
	return customer_story.story(folios.reloaded(folio))


def held_by(folio, role=Role.EXECUTIVE):
	"""The folio in the hands of the module's own person of that role."""
	doc = folios.reloaded(folio)
	doc.assigned_to = folios.cast(role)
	return doc.save()


def titles(story):
	return [step["title"] for step in story["steps"]]


# The story ---------------------------------------------------------------------------------------------------


def test_a_story_goes_from_reception_to_the_confirmed_end(site):
	folio = held_by(folios.make_folio())
	folios.accept(folio, folios.cast(Role.EXECUTIVE))
	folios.make_mail(folio)
	folios.act(folio, Action.ANSWER, folios.cast(Role.EXECUTIVE))
	customer_actions.confirm(folio.name, True, "", "Ana Ruiz")
	told = titles(tell(folio))
	expected = ["We received your request", "We began to attend it", "We answered you"]
	expected += ["We gave you our answer", "Your request was closed"]
	assert [title for title in told if title in expected] == expected
	assert any(title.endswith("has your request") for title in told)


def test_steps_stand_in_the_order_of_time(site):
	folio = folios.close(folios.make_folio(), folios.cast(Role.COORDINATOR))
	moments = [step["at"] for step in tell(folio)["steps"]]
	assert moments == sorted(moments) and len(moments) >= 4


def test_a_running_answer_says_who_and_by_when(site):
	folio = held_by(folios.make_folio())
	following = tell(folio)["next"]
	due = folios.promises_of(folio, "First Answer")[0].due_at
	first_name = frappe.db.get_value("User", folios.cast(Role.EXECUTIVE), "first_name")
	assert (following["by"], following["late"], following["admission"]) == (due, False, None)
	assert following["who"] == f"{first_name}, {Role.EXECUTIVE}"


def test_a_delay_is_admitted_before_anything_else(site):
	folio = folios.make_folio()
	due = clock.now() - timedelta(hours=2)
	promise = folios.promises_of(folio, "First Answer")[0].name
	frappe.db.set_value("Service Commitment", promise, {"due_at": due, "status": "Breached"})
	following = tell(folio)["next"]
	assert following["late"] and f"{due:%H:%M}" in following["admission"]
	# what is still promised, not what was missed
	assert following["by"] is None or following["by"] > clock.now()


def test_a_waiting_folio_says_that_the_customer_is_next(site):
	folio = held_by(folios.accept(held_by(folios.make_folio()), folios.cast(Role.EXECUTIVE)))
	folios.make_mail(folio, content="¿Cuál es el lote?")
	folios.act(folio, Action.ASK, folios.cast(Role.EXECUTIVE))
	story = tell(folio)
	assert story["next"]["yours"] and story["next"]["who"] == "You"
	assert [item["kind"] for item in story["todo"]] == ["answer"]


def test_a_claim_asks_for_the_evidence_that_only_the_customer_has(site):
	folio = folios.make_folio(request_type="Claim")
	assert [item["kind"] for item in tell(folio)["todo"]] == ["photos", "batch"]
	uploads.attach(folio, "foto.jpg", samples.picture())
	assert [item["kind"] for item in tell(folio)["todo"]] == ["batch"]


def test_nobody_who_may_be_hurt_is_asked_for_evidence(site):
	folio = folios.make_folio(request_type="Claim", safety="Yes", safety_kind="Injury")
	assert tell(folio)["todo"] == []


def test_what_the_customer_can_do_follows_the_stage(site):
	folio = folios.make_folio()
	assert tell(folio)["can"] == {"reply": True, "confirm": False, "reopen": False, "withdraw": True}
	folios.answer(folio, folios.cast(Role.COORDINATOR))
	assert tell(folio)["can"] == {"reply": True, "confirm": True, "reopen": False, "withdraw": True}
	folios.close(folio, folios.cast(Role.COORDINATOR))
	assert tell(folio)["can"] == {"reply": False, "confirm": False, "reopen": True, "withdraw": False}
	frappe.db.set_value("Service Folio", folio.name, "first_closed_at", clock.now() - timedelta(days=400))
	assert tell(folio)["can"]["reopen"] is False


# Nothing internal --------------------------------------------------------------------------------------------


def test_a_story_holds_nothing_that_was_said_among_ourselves(site):
	secret = "el cliente siempre reclama"
	folio = held_by(folios.accept(folios.make_folio(), folios.cast(Role.COORDINATOR)))
	other = folios.make_folio(subject=f"Otro caso {secret}")
	folio.add_comment("Comment", secret)
	folios.make_mail(folio, content=secret, recipients=folios.cast(Role.QUALITY))
	folios.make_mail(folio, content=secret, recipients="laboratorio@tercero.test")
	folios.make_mail(folio, content=secret, communication_type="Automated Message")
	with folios.engine.run_as(folios.cast(Role.EXECUTIVE)):
		folios.answers.log_call(folio.name, "Outbound", secret)
	doc = folios.reloaded(folio)
	doc.resolution, doc.routing_reason = secret, secret
	doc.flags.by_service = True
	doc.save()
	frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "secreto.txt",
			"content": secret,
			"attached_to_doctype": "Service Folio",
			"attached_to_name": folio.name,
		}
	).insert()
	told = frappe.as_json(tell(folio))
	assert secret not in told and "secreto" not in told and other.name not in told
	assert folios.cast(Role.EXECUTIVE) not in told


def test_what_the_customer_wrote_and_what_we_wrote_are_both_there(site):
	folio = folios.make_folio()
	folios.make_mail(folio, content="<p>¿Cuál es el lote?</p>")
	customer_actions.reply(
		folio.name, "Es el 2231.\nVa la foto.", [("foto.jpg", samples.picture())], folios.CUSTOMER_MAIL
	)
	ours, theirs = tell(folio)["messages"]
	assert (ours["mine"], theirs["mine"]) == (False, True)
	assert "¿Cuál es el lote?" in ours["html"] and "Es el 2231.<br>Va la foto." in theirs["html"]
	assert len(theirs["files"]) == 1 and theirs["files"][0]["is_picture"]


PAYLOADS = (
	"<script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	'<a href="javascript:alert(1)">aquí</a>',
	"<svg/onload=alert(1)>",
	'<p style="background:url(//malo.test)" onclick="x()">hola</p>',
	"<style>*{display:none}</style>hola",
	"<iframe src=//malo.test></iframe>",
	"{{ frappe.session.user }}",
	'["<script>alert(1)</script>"]',
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_letter_carries_nothing_that_runs_or_loads(payload):
	shown = customer_messages.clean(payload).lower()
	for part in ("<script", "<img", "<svg", "<style", "<iframe", "onerror", "onclick", "javascript:", "url("):
		assert part not in shown.replace("&lt;", "")
	assert customer_messages.clean("<p>hola <b>usted</b></p>") == "<p>hola <b>usted</b></p>"


def test_typed_markup_is_words(site):
	folio = folios.make_folio()
	customer_actions.reply(folio.name, "1 < 2 <b>no</b>", (), folios.CUSTOMER_MAIL)
	assert "<b>" not in tell(folio)["messages"][0]["html"]


def test_a_file_is_read_only_where_the_customer_sees_it(site):
	folio = folios.make_folio()
	mine = uploads.attach(folio, "foto.jpg", samples.picture())
	sent = folios.make_mail(folio)
	theirs = frappe.get_doc(
		{"doctype": "File", "file_name": "ficha.pdf", "content": samples.pdf(), "is_private": 1}
		| {"attached_to_doctype": "Communication", "attached_to_name": sent.name}
	).insert()
	internal = frappe.get_doc(
		{"doctype": "File", "file_name": "costo.pdf", "content": samples.pdf(b"%1"), "is_private": 1}
		| {"attached_to_doctype": "Service Folio", "attached_to_name": folio.name}
	).insert()
	doc = folios.reloaded(folio)
	assert customer_messages.readable_file(doc, mine.name).name == mine.name
	assert customer_messages.readable_file(doc, theirs.name).name == theirs.name
	assert customer_messages.readable_file(doc, internal.name) is None
	assert customer_messages.readable_file(doc, "no hay") is None


# What the customer does --------------------------------------------------------------------------------------


def test_an_answer_of_the_customer_resumes_the_clock(site):
	folio = held_by(folios.accept(folios.make_folio(), folios.cast(Role.EXECUTIVE)))
	folios.make_mail(folio, content="¿Cuál es el lote?")
	folios.act(folio, Action.ASK, folios.cast(Role.EXECUTIVE))
	customer_actions.reply(folio.name, "2231", (), folios.CUSTOMER_MAIL)
	assert folios.reloaded(folio).stage == "In Attention"
	assert len(folios.events_of(folio, "inbound")) == 1


def test_the_same_message_sent_twice_is_kept_once(site):
	folio = folios.make_folio()
	first = customer_actions.reply(folio.name, "Hola", (), folios.CUSTOMER_MAIL, key="abc")
	assert customer_actions.reply(folio.name, "Hola", (), folios.CUSTOMER_MAIL, key="abc") == first
	assert len(tell(folio)["messages"]) == 1
	assert customer_actions.reply(folio.name, "Hola", (), folios.CUSTOMER_MAIL, key="abd") != first


def test_a_bad_file_leaves_no_message(site):
	folio = folios.make_folio()
	with pytest.raises(frappe.ValidationError):
		customer_actions.reply(folio.name, "Hola", [("a.svg", b"<svg/>")], folios.CUSTOMER_MAIL)
	assert tell(folio)["messages"] == []


@pytest.mark.parametrize(
	"text", ["", "   ", "x" * (customer_actions.LONGEST_TEXT + 1)], ids=("none", "blank", "long")
)
def test_nothing_or_too_much_is_refused(site, text):
	folio = folios.make_folio()
	with pytest.raises(frappe.ValidationError):
		customer_actions.reply(folio.name, text, (), folios.CUSTOMER_MAIL)
	assert tell(folio)["messages"] == []


def test_a_satisfied_customer_closes_the_folio_once(site):
	folio = folios.answer(folios.make_folio(), folios.cast(Role.COORDINATOR))
	assert customer_actions.confirm(folio.name, True, "", "Ana Ruiz") == "Closed"
	assert customer_actions.confirm(folio.name, True, "", "Ana Ruiz") == "Closed"
	doc = folios.reloaded(folio)
	assert (doc.satisfaction, doc.satisfaction_means, doc.satisfaction_by) == (
		"Satisfied",
		"Portal",
		"Ana Ruiz",
	)
	assert len(folios.events_of(folio, "closed")) == 1 and not doc.closed_without_word


def test_an_unsatisfied_customer_says_what_is_missing_and_is_attended_again(site):
	folio = folios.answer(folios.make_folio(), folios.cast(Role.COORDINATOR))
	with pytest.raises(frappe.ValidationError, match="what is missing"):
		customer_actions.confirm(folio.name, False, " ", "Ana Ruiz")
	assert folios.reloaded(folio).stage == "Answered"
	assert customer_actions.confirm(folio.name, False, "Sigue igual", "Ana Ruiz") == "In Attention"
	assert customer_actions.confirm(folio.name, False, "Sigue igual", "Ana Ruiz") == "In Attention"
	assert folios.reloaded(folio).satisfaction == "Not Satisfied"
	assert [message["mine"] for message in tell(folio)["messages"]] == [True]


def test_a_new_answer_waits_for_a_word_of_its_own(site):
	coordinator = folios.cast(Role.COORDINATOR)
	folio = folios.answer(folios.make_folio(), coordinator)
	customer_actions.confirm(folio.name, False, "Sigue igual", "Ana Ruiz")
	folios.write_to_customer(folio, by=coordinator)
	again = folios.act(folio, Action.ANSWER, coordinator)
	assert (again.satisfaction, again.satisfaction_means, again.satisfaction_by) == (None, None, None)
	assert "confirm" in [name for name, may in tell(again)["can"].items() if may]


def test_nothing_is_confirmed_before_it_was_answered(site):
	folio = folios.make_folio()
	with pytest.raises(frappe.ValidationError, match="nothing to confirm"):
		customer_actions.confirm(folio.name, True, "", "Ana Ruiz")
	assert folios.reloaded(folio).stage == "Routed"


def test_a_closed_folio_is_reopened_inside_its_window_only(site):
	folio = folios.close(folios.make_folio(), folios.cast(Role.COORDINATOR))
	with pytest.raises(frappe.ValidationError, match="why you reopen"):
		customer_actions.reopen(folio.name, "", "Ana Ruiz")
	assert customer_actions.reopen(folio.name, "Volvió a caerse", "Ana Ruiz") == "Reopened"
	assert customer_actions.reopen(folio.name, "Volvió a caerse", "Ana Ruiz") == "Reopened"
	assert len(folios.events_of(folio, "reopened")) == 1
	late = folios.close(folios.make_folio(), folios.cast(Role.COORDINATOR))
	frappe.db.set_value("Service Folio", late.name, "first_closed_at", clock.now() - timedelta(days=400))
	with pytest.raises(frappe.ValidationError, match="time to reopen"):
		customer_actions.reopen(late.name, "Volvió a caerse", "Ana Ruiz")
	assert folios.reloaded(late).stage == "Closed"


def test_a_customer_withdraws_with_a_reason(site):
	folio = folios.make_folio()
	with pytest.raises(frappe.ValidationError, match="why you withdraw"):
		customer_actions.withdraw(folio.name, " ", "Ana Ruiz")
	assert customer_actions.withdraw(folio.name, "Ya lo resolvimos", "Ana Ruiz") == "Withdrawn"
	assert customer_actions.withdraw(folio.name, "Ya lo resolvimos", "Ana Ruiz") == "Withdrawn"
	assert "Ya lo resolvimos" in folios.reloaded(folio).withdrawal_reason
	with pytest.raises(frappe.ValidationError, match="ended"):
		customer_actions.reply(folio.name, "Otra cosa", (), folios.CUSTOMER_MAIL)


def test_moments_are_told_as_people_say_them(site):
	year = clock.now().year
	assert customer_story.moment(clock.now().replace(month=3, day=3, hour=14, minute=20)).endswith(
		"Mar, 14:20"
	)
	assert str(year - 1) in customer_story.moment(clock.now().replace(year=year - 1, month=3, day=3))


def test_a_portal_users_own_words_are_shown_under_their_name(site):
	customer = factories.make_customer()
	user = factories.make_portal_user(customer, first_name="Lucía", last_name="Herrera")
	folio = folios.make_folio(customer=customer.name, email=None)
	customer_actions.reply(folio.name, "Hola", (), user.name)
	assert tell(folio)["messages"][0]["author"] == "Lucía Herrera"


@pytest.mark.parametrize("same", [True, False])
def test_a_merged_request_is_not_told_as_withdrawn_and_names_only_the_customers_own(site, same):
	customer = factories.make_customer().name
	folio = folios.withdraw(folios.make_folio(customer=customer))
	other = folios.make_folio(customer=customer if same else factories.make_customer().name)
	frappe.db.set_value("Service Folio", folio.name, "merged_into", other.name)
	story = tell(folio)
	assert "The request was withdrawn" not in titles(story) and story["state"] == "Joined with another folio"
	assert (other.name in frappe.as_json(story["steps"])) is same


@pytest.mark.parametrize("obstacle", ["his own words", "earlier words", "accident", "complaint"])
def test_a_word_that_cannot_close_the_case_yet_is_kept_and_somebody_is_told(site, obstacle, monkeypatch):
	folio = folios.answer(held_by(folios.make_folio()), folios.cast(Role.COORDINATOR))
	stand_before(folio, obstacle, monkeypatch)
	comment = "Gracias, ya no hay fuga; nadie se quemó" if obstacle == "his own words" else "Gracias"
	for _press in range(2):
		assert customer_actions.confirm(folio.name, True, comment, "Ana Ruiz") == "Answered"
	doc = folios.reloaded(folio)
	word = (doc.satisfaction, doc.satisfaction_means, doc.satisfaction_by)
	assert word == ("Satisfied", "Portal", "Ana Ruiz") and doc.satisfaction_at
	told = tell(folio)
	assert [message["html"] for message in told["messages"]] == [customer_messages.as_html(comment)]
	assert "a person will contact you" in told["next"]["title"] and not told["next"]["yours"]
	assert told["can"] == {"reply": True, "confirm": False, "reopen": False, "withdraw": False}
	assert not told["todo"] and not sentences_for_the_staff()
	assert bool(doc.safety_suspected) is (obstacle in ("his own words", "earlier words"))
	language = frappe.db.get_value("User", doc.assigned_to, "language")
	words = customer_actions._ends_later(language).split("{0}")[0]
	bells = {"document_name": folio.name, "for_user": doc.assigned_to, "subject": ("like", f"%{words}%")}
	assert frappe.db.count("Notification Log", bells) == 1


def sentences_for_the_staff():
	words = ("Ask first", "attend the accident", "Vale 77")
	return [said for said in frappe.local.message_log if any(word in said for word in words)]


def stand_before(folio, obstacle, monkeypatch):
	"""What is the staff's business stands before the end of the folio."""
	values = {
		"earlier words": {"safety_suspected": 1},
		"accident": {"safety": "Yes"},
	}.get(obstacle)
	if values:
		frappe.db.set_value("Service Folio", folio.name, values)
	if obstacle == "complaint":
		monkeypatch.setattr(following, "lead", lambda *_case: frappe.throw("Vale 77 owed"))


def test_what_cannot_be_withdrawn_yet_keeps_the_reason(site):
	folio = held_by(folios.make_folio())
	frappe.db.set_value("Service Folio", folio.name, "safety_suspected", 1)
	for _press in range(2):
		assert customer_actions.withdraw(folio.name, "Ya lo resolvimos", "Ana Ruiz") == "Routed"
	assert folios.reloaded(folio).withdrawal_reason == "Ya lo resolvimos (Ana Ruiz)"
	assert not sentences_for_the_staff() and not tell(folio)["can"]["withdraw"]
	frappe.db.set_value("Service Folio", folio.name, "safety_suspected", 0)
	assert customer_actions.withdraw(folio.name, "Ya lo resolvimos", "Ana Ruiz") == "Withdrawn"


def test_who_asked_a_merged_request_is_led_on_and_undoes_nothing(site):
	values = {"customer": None, "email": "ana@cliente.test"}
	survivor = held_by(folios.make_folio(**values))
	folio = folios.withdraw(folios.make_folio(**values))
	frappe.db.set_value("Service Folio", folio.name, "merged_into", survivor.name)
	folios.make_mail(survivor, recipients="ana@cliente.test", content="<p>Ya va</p>")
	folios.make_mail(survivor, recipients="otra@cliente.test", content="<p>De otra persona</p>")
	for _press in range(2):
		customer_actions.reply(folio.name, "¿Cómo va?", (), "Ana Ruiz", key="abc")
	story = tell(folio)
	assert [message["mine"] for message in story["messages"]] == [False, True]
	assert (
		frappe.db.count("Communication", {"reference_name": survivor.name, "sent_or_received": "Received"})
		== 1
	)
	assert story["can"] == {"reply": True, "confirm": False, "reopen": False, "withdraw": False}
	assert story["open"] and story["next"]["by"] == tell(survivor)["next"]["by"]
	assert survivor.name in frappe.as_json(story["steps"])
	with pytest.raises(frappe.ValidationError, match="together with another"):
		customer_actions.reopen(folio.name, "Quiero seguir", "Ana Ruiz")
	assert folios.reloaded(folio).merged_into == survivor.name
	folios.close(survivor, folios.cast(Role.COORDINATOR))
	assert not any(tell(folio)["can"].values()) and tell(folio)["state"] == "It is closed"
	with pytest.raises(frappe.ValidationError, match="send us a new request"):
		customer_actions.reply(folio.name, "¿Y ahora?", (), "Ana Ruiz")
