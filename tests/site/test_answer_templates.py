"""Templates are approved, frozen, filled in and offered where they fit; some are frequent questions (S1.5, W8)."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import answer_templates, frequent_questions
from tests import factories
from tests.site.folio_factories import cast, make_folio
from tests.site.folio_factories import everybody as everybody

pytestmark = pytest.mark.usefixtures("site")
CAST = (Role.COORDINATOR, Role.EXECUTIVE, Role.TECHNICIAN)


def template(**values):
	rows = {
		"request_types": [{"request_type": name} for name in values.pop("request_types", ())],
		"channels": [{"channel": name} for name in values.pop("channels", ())],
	}
	said = {
		"title": factories.unique("Ficha técnica"),
		"body": "<p>Hola {{ party_name }}, folio {{ folio }}.</p>",
	}
	return factories.insert("Answer Template", {**said, **rows, **values})


def approved(**values):
	return answer_templates.approve(template(**values).name) and frappe.get_last_doc("Answer Template")


@pytest.fixture(autouse=True)
def as_coordinator(site):
	frappe.get_doc("User", "Administrator").add_roles(Role.COORDINATOR)


def test_an_unknown_placeholder_is_refused_with_the_list_of_those_allowed():
	before = frappe.db.count("Answer Template")
	with pytest.raises(frappe.ValidationError, match="nombre.*is no placeholder.*party_name"):
		template(body="Hola {{ nombre }}")
	with pytest.raises(frappe.ValidationError, match="placeholder"):
		template(subject="{{ frappe.db.sql('select 1') }}")
	assert frappe.db.count("Answer Template") == before


def test_nobody_is_born_approved(run_as):
	with run_as(cast(Role.EXECUTIVE)):
		doc = template(status="Approved", approved_by="Administrator", published=1)
	doc.reload()
	assert (doc.status, doc.approved_by, doc.published, doc.version) == ("Draft", None, 0, 1)


def test_the_coordinator_approves_and_an_executive_does_not(run_as):
	doc = template()
	with run_as(cast(Role.EXECUTIVE)), pytest.raises(frappe.PermissionError, match="Service Coordinator"):
		answer_templates.approve(doc.name)
	assert doc.reload() is None or True
	assert frappe.db.get_value("Answer Template", doc.name, "status") == "Draft"
	with run_as(cast(Role.COORDINATOR)):
		answer_templates.approve(doc.name)
	assert frappe.db.get_value("Answer Template", doc.name, ["status", "approved_by"]) == (
		"Approved",
		cast(Role.COORDINATOR),
	)


def test_an_approved_text_never_changes_and_a_new_version_takes_its_place(run_as):
	doc = approved()
	for change in (
		{"body": "<p>Otra cosa</p>"},
		{"subject": "x"},
		{"request_types": []},
		{"channels": [{"channel": "Phone"}]},
	):
		doc.reload()
		if doc.get(next(iter(change))) == next(iter(change.values())):
			continue
		doc.update(change)
		with pytest.raises(frappe.ValidationError, match="stays as it is"):
			doc.save()
	doc.reload()
	draft = frappe.get_doc("Answer Template", answer_templates.new_version(doc.name))
	assert (draft.status, draft.version, draft.template_code) == ("Draft", 2, doc.template_code)
	draft.body = "<p>Otra cosa</p>"
	draft.save()
	answer_templates.approve(draft.name)
	assert frappe.db.get_value("Answer Template", doc.name, "status") == "Retired"
	assert "Otra cosa" not in frappe.db.get_value("Answer Template", doc.name, "body")


def test_the_status_is_changed_by_its_actions_only():
	doc = template()
	doc.status, doc.published, doc.approved_by = "Approved", 1, "Administrator"
	doc.save()
	doc.reload()
	assert (doc.status, doc.published, doc.approved_by) == ("Draft", 0, None)


def test_an_approved_template_is_kept():
	doc = approved()
	with pytest.raises(frappe.ValidationError, match="retire it"):
		doc.delete()
	assert frappe.db.exists("Answer Template", doc.name)


def test_what_fits_the_folio_is_offered_filled_in_and_escaped(run_as):
	any_kind = approved()
	fits = approved(request_types=["General Information"], channels=["Phone"])
	other_type = approved(request_types=["Claim"])
	other_channel = approved(channels=["E-mail"])
	draft = template()
	folio = make_folio(party_name="Pinturas & <b>Cía</b>")
	with run_as(cast(Role.EXECUTIVE)):
		found = answer_templates.offered(folio.name)
	names = [one["name"] for one in found]
	assert names.index(fits.name) < names.index(any_kind.name)
	assert not {other_type.name, other_channel.name, draft.name} & set(names)
	first = found[names.index(fits.name)]
	assert folio.name in first["html"] and folio.name in first["subject"]
	assert "<b>Cía" not in first["html"]
	assert "Pinturas" in first["text"] and "<p>" not in first["text"]


def test_what_a_folio_has_nothing_for_is_told_and_left_as_a_gap_to_fill_in(run_as):
	doc = approved(
		body="<p>Su {{ product }} llega, folio {{ folio }}.</p>", request_types=["General Information"]
	)
	folio = make_folio(product=None)
	with run_as(cast(Role.EXECUTIVE)):
		(found,) = (one for one in answer_templates.offered(folio.name) if one["name"] == doc.name)
	assert found["gaps"] == ["product"]
	assert f"Su ____ llega, folio {folio.name}." in found["html"]


def test_the_customers_language_comes_before_the_better_fit(run_as):
	customer = factories.make_customer(language="pt").name
	better = approved(language="es", request_types=["General Information"], channels=["Phone"])
	theirs = approved(language="pt")
	folio = make_folio(customer=customer)
	with run_as(cast(Role.EXECUTIVE)):
		names = [one["name"] for one in answer_templates.offered(folio.name)]
	assert names.index(theirs.name) < names.index(better.name)


def test_a_stranger_to_the_folio_is_offered_nothing(run_as):
	folio = make_folio()
	with run_as(cast(Role.TECHNICIAN)), pytest.raises(frappe.PermissionError):
		answer_templates.offered(folio.name)


def test_a_message_that_was_sent_keeps_the_name_of_its_template(run_as):
	doc, folio = approved(), make_folio()
	with run_as(cast(Role.EXECUTIVE)):
		made = frappe.call(
			"frappe.core.doctype.communication.email.make",
			doctype="Service Folio", name=folio.name, subject="Re", content="Hola", recipients="ana@cliente.test",
		)  # fmt: skip
		answer_templates.mark_sent(made["name"], doc.name)
	assert frappe.db.get_value("Communication", made["name"], "service_template") == doc.name
	assert frappe.db.get_value("Service Folio", folio.name, "first_answer") == made["name"]
	with run_as(cast(Role.COORDINATOR)), pytest.raises(frappe.PermissionError, match="Only your own"):
		answer_templates.mark_sent(made["name"], doc.name)


def test_a_frequent_question_names_nobody_and_is_read_by_everybody(run_as):
	doc = approved(request_types=["Technical Advice"])
	with pytest.raises(frappe.ValidationError, match="no placeholders"):
		answer_templates.publish(doc.name, "¿Cuánto rinde?", "Hola {{ party_name }}")
	answer_templates.publish(
		doc.name, "¿Cuánto rinde el esmalte?", "<p>Diez metros por litro.</p><script>alert(1)</script>"
	)
	with run_as("Guest"):
		(group,) = frequent_questions.found("esmalte litro")
		assert group["questions"][0]["question"] == "¿Cuánto rinde el esmalte?"
		assert (
			"Diez metros" in group["questions"][0]["html"] and "<script" not in group["questions"][0]["html"]
		)
		assert frequent_questions.found("nada parecido") == []
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc("Answer Template", doc.name).check_permission("read")
	answer_templates.unpublish(doc.name)
	assert frequent_questions.found("esmalte litro") == []


def test_only_approved_answers_are_published():
	doc = template()
	with pytest.raises(frappe.ValidationError, match="Only an approved"):
		answer_templates.publish(doc.name, "¿?", "x")
	assert not frappe.db.get_value("Answer Template", doc.name, "published")


def test_a_retired_question_is_off_the_portal():
	doc = approved()
	answer_templates.publish(doc.name, "¿Abren el sábado, de veras?", "<p>Hasta las dos.</p>")
	answer_templates.retire(doc.name)
	assert frequent_questions.found("sábado veras") == []
