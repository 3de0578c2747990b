"""The one door of requests from outside (X4, X8, I3): known keys only, refusals that name the field, the same message once."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Events
from nervion_service.services import outside_intake, portal
from tests import engine, factories
from tests.site.folio_factories import events_of, promises_of
from tests.site.outside import PNG, folios, make_notice, said, the_company

PAYLOADS = (
	"<script>alert(1)</script>",
	"{{ frappe.db.sql('select 1') }}",
	"${7*7}#{7*7}{% for x in y %}",
	"'; DROP TABLE `tabService Folio`; --",
	"‮derecha a izquierda 🎨 ñandú",
)


@pytest.fixture(autouse=True)
def company():
	return the_company()


def register(channel="Web Page", **kwargs):
	values = kwargs.pop("values", None)
	with_user = frappe.session.user
	frappe.set_user("Guest")
	try:
		return outside_intake.register(said() if values is None else values, channel=channel, **kwargs)
	finally:
		frappe.set_user(with_user)


def refused(field, message, values=None, kind=outside_intake.Refused, **kwargs):
	before = folios()
	with pytest.raises(kind, match=message) as refusal:
		register(values=values, **kwargs)
	assert refusal.value.field == field
	assert folios() == before


def test_a_guests_request_becomes_a_folio_with_its_promises_and_a_machines_stamp(company):
	values = said()
	folio = register(values=values)
	assert (folio.company, folio.channel, folio.received_stamp, folio.owner) == (
		company,
		"Web Page",
		"Machine",
		"Administrator",
	)
	assert folio.email == values["email"] and folio.subject == "El esmalte no seca."
	assert events_of(folio, Events.REGISTERED) and promises_of(folio)
	assert frappe.session.user == "Administrator"


def test_keys_that_nobody_outside_may_say_are_ignored():
	"""X4. Seen to fail with every key that was sent taken into the folio."""
	forged = {
		"name": "FOL-1999-000001",
		"status": "Closed",
		"workflow_state": "Closed",
		"stage": "Closed",
		"docstatus": "1",
		"owner": "Administrator",
		"assigned_to": "Administrator",
		"company": "Otra",
		"channel": "Phone",
		"received_at": "1999-01-01 00:00:00",
		"due_at": "2099-01-01 00:00:00",
		"effective_at": "1999-01-01 00:00:00",
		"registered_at": "1999-01-01 00:00:00",
		"customer": factories.make_customer().name,
		"is_history": "1",
		"closed_at": "1999-01-01 00:00:00",
		"satisfaction": "Satisfied",
		"priority": "Urgent",
		"resolution": "Regalar todo",
		"privacy_notice": "X",
		"flags": {"ignore_permissions": True},
		"doctype": "User",
	}
	folio = register(values={**said(), **forged})
	plain = register(values=said())
	stored = frappe.get_doc("Service Folio", folio.name)
	for fieldname in (
		"docstatus",
		"owner",
		"company",
		"channel",
		"stage",
		"workflow_state",
		"priority",
		"is_history",
	):
		assert stored.get(fieldname) == plain.get(fieldname), fieldname
	for fieldname in ("customer", "assigned_to", "closed_at", "satisfaction", "resolution", "privacy_notice"):
		assert not stored.get(fieldname), fieldname
	assert stored.received_at.year == plain.received_at.year


@pytest.mark.parametrize(
	("changes", "field", "message"),
	[
		({"party_name": None}, "party_name", "tell us your name"),
		({"email": None}, "email", "leave an e-mail address or a telephone"),
		({"email": "no es correo"}, "email", "no e-mail address"),
		({"email": "a@b.mx, c@d.mx"}, "email", "no e-mail address"),
		({"phone": "12"}, "phone", "nobody can be called"),
		({"phone": "llámame"}, "phone", "nobody can be called"),
		({"description": None}, "description", "tell us what you need"),
		({"description": "   \n "}, "description", "tell us what you need"),
		({"description": "x" * 20_001}, "description", "too long: 20000"),
		({"party_name": "x" * 141}, "party_name", "too long: 140"),
		({"request_type": "No existe"}, "request_type", "choose one of the list"),
		({"request_type": "' OR 1=1 --"}, "request_type", "choose one of the list"),
		({"customer_kind": "Rey"}, "customer_kind", "choose one of the list"),
		({"remedy_sought": "Un coche"}, "remedy_sought", "choose one of the list"),
		({"safety": "Maybe"}, "safety", "choose one of the list"),
		({"safety": None}, "safety", "whether somebody was hurt"),
		({"product": "NO-EXISTE"}, "product", "we do not know"),
		({"batch": "NO-EXISTE"}, "batch", "we do not know"),
		({"description": ["a"]}, "description", "a text is expected"),
		({"description": {"a": 1}}, "description", "a text is expected"),
		({"party_name": 7}, "party_name", "a text is expected"),
		({"email": True}, "email", "a text is expected"),
		({"description": "media \ud800 letra"}, "description", "cannot be read"),
	],
)
def test_what_is_wrong_is_refused_by_its_field_and_nothing_is_stored(changes, field, message):
	refused(field, message, said(**changes))


def test_a_disabled_type_is_refused():
	frappe.db.set_value("Request Type", "Praise", "disabled", 1)
	frappe.clear_document_cache("Request Type", "Praise")
	refused("request_type", "choose one of the list", said(request_type="Praise"))


def test_a_refused_file_leaves_no_folio():
	refused("files", "factura.png", files=[("factura.png", b"<html><script>alert(1)</script></html>")])


def test_files_come_along_private_and_attached():
	folio = register(files=[("foto.png", PNG)])
	(file,) = frappe.get_all(
		"File", {"attached_to_name": folio.name}, ["is_private", "attached_to_doctype", "file_url"]
	)
	assert (file.is_private, file.attached_to_doctype) == (1, "Service Folio")
	assert file.file_url.startswith("/private/files/")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_words_are_kept_as_words(payload):
	folio = register(values=said(description=f"Antes {payload} después", party_name=payload[:100]))
	stored = frappe.get_doc("Service Folio", folio.name)
	assert "49" not in stored.description.replace("7*7", "")
	assert "<script>" not in stored.subject
	assert stored.description.startswith("Antes") and stored.description.endswith("después")


def test_characters_that_are_no_writing_are_taken_out():
	folio = register(values=said(description="uno\x00dos\x1b\ttres\ncuatro"))
	assert folio.description == "unodos\ttres\ncuatro"


def test_a_long_first_line_is_shortened_at_a_word():
	folio = register(values=said(description="palabra " * 60))
	assert len(folio.subject) <= 101 and folio.subject.endswith("palabra…")


def test_the_same_message_again_is_the_same_folio():
	values = said()
	first = register(values=values, external_id="abc")
	before = folios()
	again = register(values=values, external_id="abc")
	assert (again.name, bool(again.flags.repeated), bool(first.flags.repeated)) == (first.name, True, False)
	assert folios() == before
	assert len(events_of(first, Events.REGISTERED)) == 1


def test_the_same_id_with_other_words_or_files_or_consent_is_a_conflict():
	values = said()
	first = register(values=values, external_id="abc", files=[("foto.png", PNG)])
	for kwargs in (
		{"values": {**values, "description": "Otra cosa"}, "files": [("foto.png", PNG)]},
		{"values": values},
		{"values": values, "files": [("foto.png", PNG)], "consent": make_notice().name},
	):
		before = folios()
		with pytest.raises(outside_intake.Conflict, match="used before") as conflict:
			register(external_id="abc", **kwargs)
		assert conflict.value.folio == first.name
		assert folios() == before


def test_a_portal_user_whose_request_had_arrived_is_told_its_folio_and_the_way_on():
	user = factories.make_portal_user(factories.make_customer()).name
	values = said()
	with engine.run_as(user):
		first = portal.register(values, [], "clave")
		before = folios()
		with pytest.raises(outside_intake.Conflict, match=f"it is folio {first}.*send it once more"):
			portal.register({**values, "description": "Otra cosa"}, [], "clave")
		assert "used before" not in engine.told()
	assert folios() == before


def test_the_same_id_of_another_account_or_channel_is_another_message():
	values = said()
	made = {
		register(values=values, external_id="abc").name,
		register(values=values, external_id="abc", account="otra").name,
		register(values=values, external_id="abc", channel="API").name,
	}
	assert len(made) == 3


def test_a_message_without_id_is_new_each_time():
	values = said()
	assert register(values=values).name != register(values=values).name


def test_a_message_that_another_process_stored_in_between_gives_that_folio(monkeypatch):
	values = said()
	first = register(values=values, external_id="abc")
	known, asked = outside_intake._known, []

	def blind_at_first(*args, **kwargs):
		asked.append(kwargs.get("latest", False))
		return known(*args, **kwargs) if kwargs.get("latest") else None

	monkeypatch.setattr(outside_intake, "_known", blind_at_first)
	before = folios()
	assert register(values=values, external_id="abc").name == first.name
	assert asked == [False, True]
	assert folios() == before


def test_consent_is_kept_with_the_folio(company):
	notice = make_notice(company=company)
	folio = register(consent=notice.name)
	assert (folio.privacy_notice, folio.consent_means) == (notice.name, "Web Page")
	assert len(events_of(folio, Events.CONSENT_GIVEN)) == 1


def test_consent_to_no_notice_is_refused_before_anything_is_stored():
	refused("privacy_notice", "no published privacy notice", consent="No existe")


def test_a_portal_users_request_carries_who_wrote_and_whose_company(company):
	customer = factories.make_customer()
	user = factories.make_portal_user(customer)
	values = said(party_name=None, email=None)
	folio = register(values=values, channel="Portal", user=user.name, customer=customer.name)
	assert (folio.customer, folio.email, folio.complainant_name) == (
		customer.name,
		user.email,
		user.full_name,
	)
	assert folio.party_name == customer.customer_name


def test_without_a_company_the_page_says_so():
	frappe.db.set_single_value("Service Settings", "default_company", None)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	refused(None, "being set up")
