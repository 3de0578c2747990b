"""The daily reconciliation: mails, calls, visits and registrations against folios, every gap explained or red (K13)."""

from datetime import date, datetime

import frappe
import pytest
from werkzeug.wrappers import Response

from nervion_service.domain.taxonomy import Role
from nervion_service.nervion_service.report.channel_reconciliation import channel_reconciliation as report
from nervion_service.services import arrivals, clock, email_kept, health, reconciliation
from tests.site import outside
from tests.site.folio_factories import cast, everybody, hear_from_customer, make_folio  # noqa: F401

CAST = (Role.COORDINATOR, Role.EXECUTIVE, Role.TECHNICIAN)
# a Tuesday of a year of its own
DAY = date(2033, 3, 1)
NOON = datetime(2033, 3, 1, 12)
MAILBOX = "Buzón de servicio"


@pytest.fixture(autouse=True)
def mailbox():
	"""A mailbox whose mail becomes folios, and one that does not."""
	for name, append_to in ((MAILBOX, "Service Folio"), ("Facturas", "Lead")):
		account = frappe.new_doc("Email Account")
		account.update({"name": name, "email_account_name": name, "append_to": append_to, "use_imap": 0})
		account.update({"email_id": f"{frappe.scrub(name)}@nervion.test"})
		# no server answers here, which its controller would ask for
		account.db_insert()


def folio(channel="Phone", **values):
	made = make_folio(routed=False, channel=channel, account=values.pop("account", None))
	stamps = {"received_at": NOON, "registered_at": NOON, **values}
	frappe.db.set_value("Service Folio", made.name, stamps, update_modified=False)
	frappe.db.set_value(
		"Service Event",
		{"case_name": made.name, "event": "registered"},
		"happened_at",
		stamps["registered_at"],
		update_modified=False,
	)
	return made


def mail(about=None, message_id=None, account=MAILBOX, **values):
	message = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_medium": "Email",
			"communication_type": "Communication",
			"sent_or_received": "Received",
			"subject": "Pedido",
			"email_account": account,
			"message_id": message_id or frappe.generate_hash(length=20),
			"communication_date": NOON,
			"reference_doctype": about and about.doctype,
			"reference_name": about and about.name,
			**values,
		}
	)
	message.set_new_name()
	# what the mailbox stored, without what a new message sets in motion
	message.db_insert()
	return message


def count(channel="Phone", received=3, day=DAY, **values):
	return frappe.get_doc(
		{
			"doctype": "Channel Daily Count",
			"channel": channel,
			"day": day,
			"received": received,
			"said_by": "Conmutador",
			**values,
		}
	).insert()


def explain(channel="Phone", gap=1, day=DAY, **values):
	return frappe.get_doc(
		{
			"doctype": "Channel Gap Explanation",
			"channel": channel,
			"day": day,
			"gap": gap,
			"reason": "Número equivocado",
			**values,
		}
	).insert()


@pytest.fixture(autouse=True)
def later(monkeypatch):
	"""The day of these tests is over."""
	monkeypatch.setattr(reconciliation.clock, "now", lambda: datetime(2033, 3, 15, 9))


def line(channel="Phone", account="", day=DAY):
	found = [
		row for row in reconciliation.lines(day, day) if (row.channel, row.account) == (channel, account)
	]
	assert len(found) < 2
	return found[0] if found else None


def test_each_mail_is_a_folio_a_later_message_no_request_or_a_gap():
	opened = folio("E-mail", account=MAILBOX, external_id="<uno@cliente.test>")
	mail(opened, "<uno@cliente.test>")
	mail(opened, "<dos@cliente.test>")
	mail(opened, "<tres@cliente.test>")
	mail(communication_type="Automated Message")
	mail(email_status="Spam")
	mail(reference_doctype="Lead", reference_name="LEAD-1")
	mail()
	found = line("E-mail", MAILBOX)
	assert (found.came_in, found.folios, found.later, found.apart, found.gap) == (7, 1, 2, 3, 1)
	assert found.state == "Unexplained"


def test_other_mailboxes_sent_mail_and_other_days_do_not_count():
	mail(account="Facturas")
	mail(sent_or_received="Sent")
	mail(communication_date=datetime(2033, 3, 2))
	mail(communication_date=datetime(2033, 2, 28, 23, 59))
	assert line("E-mail", MAILBOX) is None


def test_automatic_mail_without_a_folio_is_no_gap_and_shown_all_the_same():
	"""Seen to fail with the mails of other mailboxes counted, and with those under a folio."""
	about = folio("E-mail", account=MAILBOX, external_id="<uno@cliente.test>")
	machine = {"communication_type": "Automated Message", "service_automatic": "Auto-Reply"}
	mail(**machine)
	mail(**machine)
	mail(about, **machine)
	mail(**machine, account="Facturas")
	mail(**machine, communication_date=datetime(2033, 3, 2))
	mail(**{**machine, "service_automatic": "Bounce"})
	mail(**{**machine, "service_automatic": "Bulk Mail"})
	assert reconciliation.kept(DAY, DAY) == 3
	_columns, _rows, message, *_rest = report.execute({"from_date": DAY, "to_date": DAY})
	assert "3 automatic mails and mails of lists belong to no folio" in message
	assert "/app/communication/view/list?communication_type=" in message
	assert (line("E-mail", MAILBOX).apart, line("E-mail", MAILBOX).gap) == (5, 0)


def test_a_kept_mail_becomes_a_folio_by_one_click_and_one_only(run_as):
	kept = mail(
		communication_type="Automated Message",
		service_automatic="Auto-Reply",
		sender="pedidos@cliente.test",
		subject="Pedido 15",
		text_content="3 cubetas de esmalte <b>marfil</b>",
	)
	mail(about=folio(), communication_type="Automated Message")
	mail(account="Facturas")
	with run_as(cast(Role.TECHNICIAN)), pytest.raises(frappe.PermissionError):
		email_kept.make_folio(kept.name)
	with run_as(cast(Role.COORDINATOR)):
		(row,) = email_kept.waiting(str(DAY), str(DAY))
		assert (row["name"], row["kind"]) == (kept.name, "Auto-Reply") and "marfil" in row["excerpt"]
		name = email_kept.make_folio(kept.name)
		assert email_kept.waiting(str(DAY), str(DAY)) == []
		with pytest.raises(frappe.ValidationError, match="not kept without a folio any more"):
			email_kept.make_folio(kept.name)
	made = frappe.get_doc("Service Folio", name)
	assert (made.subject, made.email, made.external_id) == (
		"Pedido 15",
		"pedidos@cliente.test",
		kept.message_id,
	)
	assert (made.received_at, made.acknowledgement, made.account) == (NOON, "Not Needed", MAILBOX)
	kept.reload()
	assert (kept.reference_name, kept.communication_type) == (name, "Communication")
	assert (line("E-mail", MAILBOX).apart, line("E-mail", MAILBOX).folios) == (1, 1)
	for foreign in (mail(account="Facturas").name, "nada"):
		with pytest.raises(frappe.ValidationError):
			email_kept.make_folio(foreign)


def test_mail_that_could_not_be_read_is_a_gap():
	unhandled = frappe.get_doc(
		{"doctype": "Unhandled Email", "email_account": MAILBOX, "uid": "7", "reason": "x"}
	)
	unhandled.insert()
	frappe.db.set_value("Unhandled Email", unhandled.name, "creation", NOON, update_modified=False)
	assert (line("E-mail", MAILBOX).came_in, line("E-mail", MAILBOX).gap) == (1, 1)


def test_a_mail_that_somebody_typed_in_is_a_folio_without_a_gap():
	folio("E-mail")
	assert (line("E-mail").came_in, line("E-mail").folios, line("E-mail").gap) == (1, 1, 0)


def test_calls_are_compared_with_what_the_exchange_counted():
	first = folio()
	folio()
	assert (line().came_in, line().state) == (None, "Not Counted")
	hear_from_customer(first, when=NOON)
	count(received=5)
	found = line()
	assert (found.came_in, found.folios, found.later, found.gap) == (5, 2, 1, 2)


def test_more_folios_than_were_counted_is_a_gap_too():
	folio("Store")
	folio("Store")
	count("Store", received=1)
	assert (line("Store").gap, line("Store").state) == (-1, "Unexplained")


def test_a_registration_whose_folio_is_gone_is_a_gap():
	folio("Web Page")
	lost = folio("Web Page")
	assert (line("Web Page").came_in, line("Web Page").state) == (2, "Matched")
	# by hand in the database: no controller lets a folio go
	frappe.db.delete("Service Folio", {"name": lost.name})
	assert (line("Web Page").gap, line("Web Page").state) == (1, "Unexplained")


def sent(status, path="/api/method/nervion_service.api.public.register", method="POST"):
	with outside.asked(path=path, method=method) as request:
		arrivals.count(Response(status=status), request)


def test_what_the_server_refused_is_counted_and_no_gap_and_what_it_failed_is_one(monkeypatch):
	monkeypatch.setattr(clock, "now", lambda: NOON)
	folio("Web Page")
	for status in (200, 200, 417, 422, 429, 500):
		sent(status)
	sent(500, path="/api/method/nervion_service.api.public.reply")
	sent(500, method="GET")
	sent(403, path="/api/method/nervion_service.api.portal.create")
	counted = arrivals.between(*clock.span(DAY, DAY))
	assert counted == {
		(DAY, "Web Page"): {"Answered": 2, "Refused": 2, "Too Many": 1, "Failed": 1},
		(DAY, "Portal"): {"Refused": 1},
	}
	page = line("Web Page")
	assert (page.came_in, page.folios, page.refused, page.gap) == (5, 1, 3, 1)
	assert (line("Portal").came_in, line("Portal").state) == (1, "Matched")
	_columns, rows, message, *_rest = report.execute({"from_date": DAY, "to_date": DAY})
	assert {row["channel"]: row["refused"] for row in rows} == {"Web Page": 3, "Portal": 1}
	assert "1 requests over the web failed" in message
	assert "nervion_service.services.arrivals.count" in frappe.get_hooks("after_request")


def test_history_is_no_arrival():
	folio(is_history=1)
	assert line() is None


def test_an_explanation_greys_what_it_explains_and_no_more(run_as):
	count(received=2)
	assert line().state == "Unexplained"
	with run_as(cast(Role.COORDINATOR)):
		doc = explain(gap=1)
	assert doc.explained_by == cast(Role.COORDINATOR)
	assert (line().unexplained, line().state) == (1, "Unexplained")
	explain(gap=1)
	assert (line().unexplained, line().state) == (0, "Explained")
	assert line(day=date(2033, 3, 2)) is None


def test_who_explained_is_not_typed(run_as):
	count()
	with run_as(cast(Role.COORDINATOR)):
		assert explain(explained_by="Administrator").explained_by == cast(Role.COORDINATOR)


def test_a_technician_explains_nothing(run_as):
	with run_as(cast(Role.TECHNICIAN)), pytest.raises(frappe.PermissionError):
		explain()
	assert not frappe.db.exists("Channel Gap Explanation", {"day": DAY})


@pytest.mark.parametrize(
	("make", "values", "message"),
	[
		(count, {"received": -1}, "zero or more"),
		(count, {"day": date(2033, 3, 16)}, "has not come yet"),
		(count, {"channel": "E-mail"}, "counted by itself"),
		(explain, {"reason": "  "}, "reason is missing"),
		(explain, {"gap": 0}, "how many of the gap"),
		(explain, {"day": date(2033, 3, 16)}, "has not come yet"),
	],
)
def test_what_says_nothing_is_refused(make, values, message):
	stored = [frappe.db.count(doctype) for doctype in (reconciliation.COUNT, reconciliation.EXPLANATION)]
	with pytest.raises(frappe.ValidationError, match=message):
		make(**values)
	assert stored == [
		frappe.db.count(doctype) for doctype in (reconciliation.COUNT, reconciliation.EXPLANATION)
	]


def test_a_day_is_counted_once():
	first = count()
	with pytest.raises(frappe.ValidationError, match=first.name):
		count(received=9)
	count(day=date(2033, 3, 2))
	count("Store")


def test_the_report_says_the_same_and_can_show_the_gaps_only():
	count(received=2)
	folio("Store")
	_columns, rows, message, _chart, summary = report.execute({"from_date": DAY, "to_date": DAY})
	assert {row["channel"]: row["state"] for row in rows} == {"Phone": "Unexplained", "Store": "Not Counted"}
	assert "Channel Daily Count" in message
	assert summary[-1]["value"] == 2
	_columns, rows, *_rest = report.execute({"from_date": DAY, "to_date": DAY, "only_gaps": 1})
	assert [row["channel"] for row in rows] == ["Phone"]


def gaps(at):
	return next(check for check in health.report(at)["checks"] if check["code"] == "channel_gaps")


def test_health_tells_of_a_gap_when_its_business_day_is_over():
	count(received=2)
	assert gaps(datetime(2033, 3, 2, 23))["ok"]
	found = gaps(datetime(2033, 3, 3, 1))
	assert (found["ok"], found["value"]) == (False, 1)
	assert "Channel Reconciliation" in found["message"]
	explain(gap=2)
	assert gaps(datetime(2033, 3, 3, 1))["ok"]


def test_only_the_roles_of_the_report_see_it(run_as):
	doc = frappe.get_doc("Report", "Channel Reconciliation")
	with run_as(cast(Role.TECHNICIAN)):
		assert not doc.is_permitted()
	with run_as(cast(Role.COORDINATOR)):
		assert doc.is_permitted()
