"""The outbox: who hears of a step, when, in which language, and that nobody hears twice (S1.9, S1.10, F11, K1)."""

import frappe
import pytest

from nervion_service.services import commitments, notices, sweep
from tests import engine, factories
from tests.site.spine import at, ladder, make_calendar, make_promises, outbox, promise


@pytest.fixture
def hours():
	"""Monday to Friday, 9 to 18."""
	return make_calendar().name


@pytest.fixture(autouse=True)
def an_empty_outbox_and_a_mail_account():
	"""Only what the test makes is told; mail can be queued. Undone with the test."""
	frappe.db.delete("Service Notice")
	frappe.db.set_value("Service Commitment", {"next_check_at": ("is", "set")}, "next_check_at", None)
	# written past the controller, which would try to sign in to the mail server
	doc = frappe.get_doc(
		{
			"doctype": "Email Account",
			"name": "avisos",
			"email_account_name": "avisos",
			"email_id": "avisos@nervion.test",
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "localhost",
		}
	)
	frappe.db.delete("Email Account", {"default_outgoing": 1})
	doc.db_insert()
	frappe.local.outgoing_email_account = {}
	yield
	frappe.local.outgoing_email_account = {}


@pytest.fixture(scope="module")
def people(module_transaction):
	"""Made once, since a user costs seconds: two who attend customers, and a director who reads Spanish."""
	with engine.working_folder(module_transaction.sites):
		engine.reset_request()
		return {
			"person": factories.make_user(roles=["Service Executive"], language="en").name,
			"other": factories.make_user(roles=["Service Executive"], language="en").name,
			"director": factories.make_user(roles=["Commercial Director"], language="es").name,
		}


@pytest.fixture
def person(people):
	"""Somebody who attends customers, in English."""
	return people["person"]


@pytest.fixture
def other(people):
	"""A colleague of that person."""
	return people["other"]


@pytest.fixture
def director(people, monkeypatch):
	"""The one Commercial Director of the company, in Spanish; coordinators are not asked for."""
	user, real = people["director"], notices.assignment.audience

	def audience(kind, name, commitment):
		return (
			[user] if name in ("Commercial Director", "Service Coordinator") else real(kind, name, commitment)
		)

	monkeypatch.setattr(notices.assignment, "audience", audience)
	return user


def swept(now):
	frappe.db.commit()
	return sweep.run(now)


def told(now):
	frappe.db.commit()
	return notices.address(now) + notices.deliver(now)


def bells(user):
	return frappe.get_all(
		"Notification Log",
		filters={"for_user": user},
		fields=["subject", "email_content", "document_type", "document_name", "type"],
		order_by="creation",
	)


def mails(user):
	names = frappe.get_all("Email Queue Recipient", filters={"recipient": user}, pluck="parent")
	return [frappe.get_doc("Email Queue", name) for name in names]


def text_of(mail):
	import email
	from email import policy

	parsed = email.message_from_string(mail.message, policy=policy.default)
	part = parsed.get_body(("html", "plain"))
	return parsed["Subject"], part.get_content()


def test_a_warning_rings_the_bell_and_is_mailed_to_the_responsible_person(hours, person):
	name = make_promises(1, hours, responsible=person)[0]
	swept(at(12))
	assert told(at(12)) == {"addressed": 1, "told": 1, "digests": 1}
	assert [(row.status, row.step) for row in outbox(name, person)] == [("Sent", "half")]
	assert [row.status for row in outbox(name)] == ["Addressed"]
	(bell,) = bells(person)
	assert (bell.type, bell.document_type, bell.document_name) == (
		"Alert",
		"Service Folio",
		promise(name).case_name,
	)
	(mail,) = mails(person)
	subject, body = text_of(mail)
	assert subject == bell.subject == "Promises to customers: 1 about to fall due"
	assert promise(name).case_name in body


def test_telling_again_tells_nothing_more(hours, person):
	name = make_promises(1, hours, responsible=person)[0]
	swept(at(12))
	told(at(12))
	assert told(at(12.5)) == {}
	assert len(bells(person)) == len(mails(person)) == len(outbox(name, person)) == 1


def test_eighty_breaches_at_nine_are_one_digest_to_the_director(hours, director):
	breach = ladder(steps=[step for step in ladder().steps if step.level == 1])
	names = make_promises(80, hours, policy=breach, started_at=at(17))
	assert swept(at(12, 1)).breaches == 80
	assert told(at(12, 1)) == {"addressed": 80, "told": 80, "digests": 1}
	assert len(bells(director)) == 1
	(mail,) = mails(director)
	subject, body = text_of(mail)
	assert "80" in subject
	assert all(promise(name).case_name in body for name in names)


def test_a_digest_too_long_to_read_counts_the_rest(hours, person, monkeypatch):
	monkeypatch.setattr(notices, "_LINES", 2)
	make_promises(5, hours, responsible=person)
	swept(at(12))
	told(at(12))
	assert "And 3 more" in bells(person)[0].email_content


def test_each_person_reads_their_own_language(hours, director):
	make_promises(1, hours)
	swept(at(14))
	told(at(14))
	subject, _body = text_of(mails(director)[0])
	assert subject == frappe._("Promises to customers: {0}", "es").format(
		frappe._("{0} broken", "es").format(1)
	)
	assert frappe.local.lang == "en"


def test_nobody_hears_before_working_hours_and_all_that_waited_comes_together(hours, director):
	night = [step for step in ladder().steps if step.level == 1]
	# clock time: due at ten in the evening
	policy = ladder(steps=night, basis="Clock Time")
	names = make_promises(2, hours, policy=policy, started_at=at(18))
	swept(at(23))
	assert told(at(23)) == {}
	assert told(at(9, 1)) == {"addressed": 2, "told": 2, "digests": 1}
	assert {row.fell_due_at for name in names for row in outbox(name, director)} == {at(22)}


def test_a_step_for_safety_is_told_at_any_hour(hours, person):
	safety = ladder(
		steps=[type(ladder().steps[0])("Breach", 1.0, f"User:{person}", 2, any_hour=True)], basis="Clock Time"
	)
	name = make_promises(1, hours, policy=safety, started_at=at(18))[0]
	swept(at(22))
	assert told(at(22)) == {"addressed": 1, "told": 1, "digests": 1}
	assert [row.announce_at for row in outbox(name, person)] == [at(22)]


def test_what_was_answered_before_anybody_was_told_is_dropped(hours, person):
	answered, waiting = make_promises(2, hours, responsible=person)
	swept(at(12))
	row = promise(answered)
	commitments.fulfil(row.case_type, row.case_name, (row.kind,), at(12))
	assert told(at(12.1)) == {"dropped": 1, "addressed": 1, "told": 1, "digests": 1}
	assert [row.status for row in outbox(answered)] == ["Dropped"]
	assert promise(waiting).case_name in bells(person)[0].email_content
	assert row.case_name not in bells(person)[0].email_content


def test_what_was_cancelled_between_addressing_and_telling_is_dropped(hours, person):
	name = make_promises(1, hours, responsible=person)[0]
	swept(at(12))
	frappe.db.commit()
	notices.address(at(12))
	row = promise(name)
	commitments.cancel_open(row.case_type, row.case_name, at(12))
	frappe.db.commit()
	assert notices.deliver(at(12)) == {"dropped": 1}
	assert bells(person) == []
	assert [row.status for row in outbox(name, person)] == ["Dropped"]


def test_a_deputy_hears_in_the_place_of_whoever_is_away(hours, person, other):
	today = frappe.utils.today()
	frappe.get_doc(
		{"doctype": "Service Deputy", "person": person, "deputy": other, "from_date": today, "to_date": today}
	).insert()
	make_promises(1, hours, responsible=person)
	swept(at(12))
	told(at(12))
	assert (len(bells(person)), len(bells(other))) == (0, 1)


def test_the_person_who_has_the_case_now_hears_of_it(hours, person):
	name = make_promises(1, hours)[0]
	swept(at(12))
	row = promise(name)
	commitments.reassign(row.case_type, row.case_name, person, None)
	told(at(12))
	assert len(bells(person)) == 1


def test_a_person_whose_digest_fails_is_tried_again_then_fails_visibly_and_stops_nobody(
	hours, person, other, monkeypatch
):
	bad = make_promises(1, hours, responsible=person)[0]
	make_promises(1, hours, responsible=other)
	swept(at(12))
	post = notices._post

	def refused(address, digest, notice):
		if address == person:
			raise frappe.OutgoingEmailError("mailbox unavailable")
		post(address, digest, notice)

	monkeypatch.setattr(notices, "_post", refused)
	assert told(at(12)) == {"addressed": 2, "failed": 1, "told": 1, "digests": 1}
	assert len(bells(other)) == 1
	assert bells(person) == []
	for _turn in range(notices.MAX_ATTEMPTS - 1):
		told(at(12.1))
	(row,) = outbox(bad, person)
	assert (row.status, row.attempts) == ("Failed", notices.MAX_ATTEMPTS)
	assert "mailbox unavailable" in row.last_error
	assert told(at(12.2)) == {}


def test_a_crash_before_the_commit_leaves_neither_mail_nor_mark_and_the_next_pass_tells(
	hours, person, monkeypatch
):
	name = make_promises(1, hours, responsible=person)[0]
	swept(at(12))
	frappe.db.commit()
	notices.address(at(12))
	mark = notices._mark

	def killed(names, status, now, **values):
		if status == "Sent":
			raise SystemExit
		mark(names, status, now, **values)

	monkeypatch.setattr(notices, "_mark", killed)
	with pytest.raises(SystemExit):
		notices.deliver(at(12))
	frappe.db.rollback()
	assert (mails(person), bells(person)) == ([], [])
	monkeypatch.setattr(notices, "_mark", mark)
	assert notices.deliver(at(12)) == {"told": 1, "digests": 1}
	assert len(mails(person)) == 1
	assert [row.status for row in outbox(name, person)] == ["Sent"]


def test_a_disabled_user_is_not_written_to_and_shows_as_failed(hours, person):
	name = make_promises(1, hours, responsible=person)[0]
	swept(at(12))
	frappe.db.commit()
	notices.address(at(12))
	frappe.db.set_value("User", person, "enabled", 0)
	frappe.db.commit()
	for _turn in range(notices.MAX_ATTEMPTS):
		notices.deliver(at(12))
	assert [(row.status, "disabled" in row.last_error) for row in outbox(name, person)] == [("Failed", True)]
	assert mails(person) == []


def test_nobody_to_tell_shows_as_failed(hours, monkeypatch):
	name = make_promises(1, hours)[0]
	swept(at(12))
	monkeypatch.setattr(notices.assignment, "audience", lambda *_args: [])
	assert told(at(12)) == {"failed": 1}
	(row,) = outbox(name)
	assert row.status == "Failed"
	assert "Nobody holds the role" in row.last_error


def test_without_a_mail_account_the_bell_still_rings(hours, person):
	frappe.db.delete("Email Account", {"default_outgoing": 1})
	frappe.local.outgoing_email_account = {}
	make_promises(1, hours, responsible=person)
	swept(at(12))
	assert told(at(12))["told"] == 1
	assert len(bells(person)) == 1
	assert mails(person) == []


def test_what_a_customer_wrote_is_escaped(hours, person, monkeypatch):
	evil = "<script>alert(1)</script>"
	make_promises(1, hours, responsible=person)
	monkeypatch.setattr(
		notices, "_titles", lambda promises: {(p.case_type, p.case_name): evil for p in promises}
	)
	swept(at(12))
	told(at(12))
	assert evil not in bells(person)[0].email_content
	assert "&lt;script&gt;" in bells(person)[0].email_content
