"""Bad input gets a message that names the field and the way out, in the user's language, and leaves nothing half-written."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime, strip_html

from tests import factories
from tests.site import folio_factories as folios

TABLES = ("Service Folio", "Service Event", "Service Commitment", "ToDo", "Communication")


def counts():
	return {table: frappe.db.count(table) for table in TABLES}


def refusal(insert):
	"""The message of a refused insert, as a person reads it; fails when anything of it stays."""
	before = counts()
	frappe.db.savepoint("before_refusal")
	frappe.local.message_log = []
	with pytest.raises(frappe.ValidationError) as refused:
		insert()
	messages = [frappe.parse_json(entry).get("message") for entry in frappe.local.message_log]
	frappe.db.rollback(save_point="before_refusal")
	assert counts() == before
	return strip_html(" ".join(filter(None, [*messages, str(refused.value)])))


@pytest.mark.parametrize(
	("fieldname", "label", "way_out"),
	[
		("request_type", "Request Type", "Choose one of those that exist"),
		("channel", "Channel", "Choose one of those that exist"),
		("customer", "Customer", "write who it is in"),
		("lead", "Lead", "write who it is in"),
		("product", "Product", "Choose one of those that exist"),
	],
)
def test_an_unknown_link_names_the_field_and_the_way_out(fieldname, label, way_out):
	said = refusal(lambda: folios.new_folio(**{fieldname: "No existe"}).insert())
	assert said.startswith(f"{label}: there is no No existe.") and way_out in said
	assert said.count("No existe") <= 2


def test_the_message_is_in_the_users_language():
	frappe.local.lang = "es"
	said = refusal(lambda: folios.new_folio(channel="No existe").insert())
	assert "no existe No existe" in said and "there is no" not in said


def test_a_reception_in_the_future_is_refused():
	said = refusal(lambda: folios.new_folio(received_at=now_datetime() + timedelta(hours=2)).insert())
	assert said.startswith("Received At:") and "future" in said


def test_a_browsers_clock_that_runs_ahead_a_little_is_forgiven():
	folio = folios.make_folio(routed=False, received_at=now_datetime() + timedelta(minutes=2))
	assert folio.received_at <= folio.registered_at


@pytest.mark.parametrize("value", [None, ""])
def test_a_reception_without_time_is_refused_in_an_import(value):
	frappe.flags.in_import = True
	try:
		assert "Received At is missing" in refusal(lambda: folios.new_folio(received_at=value).insert())
	finally:
		frappe.flags.in_import = False


@pytest.mark.parametrize("fieldname", ["request_type", "channel"])
def test_a_required_link_that_is_missing_is_named(fieldname):
	said = refusal(lambda: folios.new_folio(**{fieldname: None}).insert())
	assert frappe.get_meta("Service Folio").get_label(fieldname) in said


def test_a_folio_of_nobody_is_refused():
	said = refusal(lambda: folios.new_folio(party_name=None, email=None, phone=None).insert())
	assert frappe.get_meta("Service Folio").get_label("party_name") in said


@pytest.mark.parametrize(
	("doctype", "fieldname"), [("Request Type", "request_type"), ("Service Channel", "channel")]
)
def test_a_disabled_master_is_refused(doctype, fieldname):
	name_field = {"Request Type": "request_type_name", "Service Channel": "channel_name"}[doctype]
	name = factories.unique("Apagado")
	values = {name_field: name, "disabled": 1}
	if doctype == "Request Type":
		values["nature"] = "Other"
	factories.insert(doctype, values)
	said = refusal(lambda: folios.new_folio(**{fieldname: name}).insert())
	assert f"{name} is disabled. Choose another one." in said


@pytest.mark.parametrize(
	("fieldname", "value"),
	[("priority", "Enorme"), ("email", "no es un correo"), ("severity", "9"), ("phone", "abc")],
)
def test_values_out_of_their_list_or_form_are_refused(fieldname, value):
	assert value in refusal(lambda: folios.new_folio(**{fieldname: value}).insert())


def test_a_script_in_a_folio_is_kept_harmless():
	folio = folios.make_folio(
		routed=False, subject="<script>alert(1)</script>Hola", description="<img src=x onerror=alert(1)>"
	)
	assert "<script" not in folio.subject
	assert "onerror" not in (folio.description or "")


def test_a_procedure_reviewed_before_it_takes_effect_is_refused():
	values = {
		"code": factories.unique("P"),
		"title": "X",
		"effective_from": "2026-05-01",
		"next_review": "2026-04-01",
	}
	said = refusal(lambda: factories.insert("Service Procedure", values))
	assert "Next Review" in said and "Effective From" in said


def test_a_rule_with_a_negative_order_is_refused():
	values = {"title": factories.unique("Regla"), "sequence": -1, "role": "Service Executive"}
	assert "Sequence cannot be negative" in refusal(lambda: factories.insert("Routing Rule", values))
