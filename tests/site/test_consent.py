"""Consent and the version of the notice (I3): what was agreed to stands, and nobody types it."""

import frappe
import pytest

from nervion_service.domain.taxonomy import Events
from nervion_service.services import clock, consent
from tests import factories
from tests.site.folio_factories import events_of, make_folio, reloaded
from tests.site.outside import make_notice


@pytest.fixture
def folio():
	return make_folio(routed=False)


def notices_of(company):
	frappe.db.delete("Service Privacy Notice", {"company": company})


def test_the_notice_in_force_is_the_latest_published_one_that_has_begun():
	company = factories.make_company().name
	notices_of(company)
	assert consent.current_notice(company) is None
	make_notice(effective_from="2020-01-01 00:00:00")
	latest = make_notice(effective_from="2021-01-01 00:00:00")
	make_notice(effective_from="2099-01-01 00:00:00")
	make_notice(effective_from="2022-01-01 00:00:00", published=0)
	assert consent.current_notice(company).name == latest.name


def test_consent_is_kept_with_version_moment_and_means(folio):
	notice = make_notice()
	at = clock.now().replace(microsecond=0)
	consent.record(folio, notice.name, consent.Means.PHONE, at)
	stored = reloaded(folio)
	assert (stored.privacy_notice, stored.consent_means, stored.consent_at) == (notice.name, "Phone", at)
	(line,) = events_of(folio, Events.CONSENT_GIVEN)
	assert (line.reference_type, line.reference_name) == ("Service Privacy Notice", notice.name)


def test_a_first_consent_is_not_replaced(folio):
	first, second = make_notice(), make_notice()
	consent.record(folio, first.name, consent.Means.PHONE)
	consent.record(reloaded(folio), second.name, consent.Means.E_MAIL)
	assert reloaded(folio).privacy_notice == first.name
	assert len(events_of(folio, Events.CONSENT_GIVEN)) == 1


@pytest.mark.parametrize("published", [0, None])
def test_consent_to_no_published_notice_is_refused(folio, published):
	name = make_notice(published=0).name if published == 0 else "No existe <b>"
	with pytest.raises(frappe.ValidationError, match="no published privacy notice"):
		consent.record(folio, name, consent.Means.PHONE)
	assert not reloaded(folio).privacy_notice
	assert not events_of(folio, Events.CONSENT_GIVEN)


def test_consent_to_another_companys_notice_is_refused(folio):
	other = factories.make_company(company_name=factories.unique("Otra"))
	with pytest.raises(frappe.ValidationError, match="no published privacy notice"):
		consent.record(folio, make_notice(company=other.name).name, consent.Means.PHONE)
	assert not reloaded(folio).privacy_notice


def test_consent_cannot_be_typed(folio):
	notice = make_notice()
	folio.privacy_notice = notice.name
	with pytest.raises(frappe.ValidationError, match="filled by the system"):
		folio.save()
	assert not reloaded(folio).privacy_notice


def test_consent_that_a_new_folio_brings_along_is_forgotten():
	folio = make_folio(
		routed=False, privacy_notice=make_notice().name, consent_means="Phone", consent_at=clock.now()
	)
	stored = reloaded(folio)
	assert not (stored.privacy_notice or stored.consent_means or stored.consent_at)


@pytest.mark.parametrize(
	("fieldname", "value"),
	[
		("text", "Otro texto"),
		("version", "otra"),
		("effective_from", "2019-01-01 00:00:00"),
		("published", 0),
		("is_assumption", 1),
	],
)
def test_a_published_notice_does_not_change(fieldname, value):
	notice = make_notice()
	before = frappe.db.get_value("Service Privacy Notice", notice.name, fieldname)
	notice.set(fieldname, value)
	with pytest.raises(frappe.ValidationError):
		notice.save()
	assert frappe.db.get_value("Service Privacy Notice", notice.name, fieldname) == before


def test_a_published_notice_is_not_deleted_and_a_draft_is():
	notice, draft = make_notice(), make_notice(published=0)
	with pytest.raises(frappe.ValidationError, match="published privacy notice is kept"):
		notice.delete()
	assert frappe.db.exists("Service Privacy Notice", notice.name)
	draft.delete()
	assert not frappe.db.exists("Service Privacy Notice", draft.name)


def test_a_draft_may_be_written_and_published():
	draft = make_notice(published=0)
	draft.text = "Nuevo texto"
	draft.published = 1
	draft.save()
	assert frappe.db.get_value("Service Privacy Notice", draft.name, "text") == "Nuevo texto"


def test_the_text_of_a_notice_runs_nothing_on_the_page():
	notice = make_notice(
		text="# Aviso\n\n<script>alert(1)</script><img src=x onerror=alert(1)> **fuerte** [x](javascript:alert(1))"
	)
	shown = consent.as_html(notice)
	assert "<strong>fuerte</strong>" in shown
	assert "<script" not in shown and "<img" not in shown and "javascript:" not in shown


def test_a_company_is_offered_a_draft_once():
	from nervion_service.setup import defaults

	company = factories.make_company(company_name=factories.unique("Nueva")).name
	defaults.install_for_companies()
	(offered,) = frappe.get_all(
		"Service Privacy Notice", {"company": company}, ["name", "published", "is_assumption", "text"]
	)
	assert (offered.published, offered.is_assumption) == (1, 1)
	assert company in offered.text and "{0}" not in offered.text
	defaults.install_for_companies()
	assert frappe.db.count("Service Privacy Notice", {"company": company}) == 1
