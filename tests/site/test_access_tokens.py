"""Links that open one document to whoever holds them (X5)."""

import hashlib
import secrets
from datetime import timedelta

import frappe
import pytest

from nervion_service.services import access_tokens, clock
from tests.site.folio_factories import make_folio


@pytest.fixture
def folio():
	return make_folio(routed=False)


def row_of(token):
	digest = hashlib.sha256(token.encode()).hexdigest()
	return frappe.get_doc("Service Access Token", {"token_hash": digest})


def test_a_token_opens_its_document(folio):
	opened = access_tokens.resolve(access_tokens.issue(folio))
	assert (opened.doctype, opened.name) == ("Service Folio", folio.name)


def test_a_token_has_256_bits_and_is_kept_nowhere(folio):
	"""X5. Seen to fail with the token itself stored, and with one of 96 bits."""
	token = access_tokens.issue(folio)
	assert len(token) == 43
	stored = frappe.db.sql("SELECT * FROM `tabService Access Token`")
	assert not any(token in str(value) for row in stored for value in row)
	assert row_of(token).reference_name == folio.name


def test_no_place_of_a_token_can_be_told_from_others(folio):
	"""X5. Seen to fail with tokens that are counted up."""
	tokens = [access_tokens.issue(folio) for _number in range(64)]
	assert all(len(set(letters)) > 8 for letters in zip(*tokens, strict=True))


def test_two_tokens_of_a_folio_differ_and_both_open_it(folio):
	first, second = access_tokens.issue(folio), access_tokens.issue(folio)
	assert first != second
	assert access_tokens.resolve(first).name == access_tokens.resolve(second).name == folio.name


def test_wrong_expired_revoked_and_malformed_tokens_get_one_answer(folio):
	"""X5. Seen to fail with expired ones taken, with revoked ones taken, and with the folio's number taken for a token."""
	revoked = access_tokens.issue(folio)
	access_tokens.revoke(folio)
	# after the others were taken back: nothing but its age is wrong with it
	expired = access_tokens.issue(folio, days=0)
	wrong = secrets.token_urlsafe(32)
	for token in (
		expired,
		revoked,
		wrong,
		"",
		"1",
		folio.name,
		wrong + "=",
		None,
		7,
		"%",
		"a" * 100_000,
		"\x00" * 43,
	):
		assert access_tokens.resolve(token) is None


def test_a_token_expires_after_the_days_of_the_settings(folio):
	frappe.db.set_single_value("Service Settings", "tracking_days", 3)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	token = access_tokens.issue(folio)
	with clock.at(clock.now() + timedelta(days=2, hours=23)):
		assert access_tokens.resolve(token)
	with clock.at(clock.now() + timedelta(days=3)):
		assert access_tokens.resolve(token) is None


def test_a_token_for_one_purpose_opens_nothing_for_another(folio):
	token = access_tokens.issue(folio, purpose="survey")
	assert access_tokens.resolve(token) is None
	assert access_tokens.resolve(token, "survey").name == folio.name


def test_revoking_one_purpose_keeps_the_other(folio):
	survey, track = access_tokens.issue(folio, "survey"), access_tokens.issue(folio)
	access_tokens.revoke(folio, "survey")
	assert access_tokens.resolve(survey, "survey") is None
	assert access_tokens.resolve(track).name == folio.name


def test_neighbours_of_a_token_open_nothing(folio):
	token = access_tokens.issue(folio)
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	guesses = {token[:at] + letter + token[at + 1 :] for at in (0, 20, 42) for letter in alphabet} - {token}
	assert not any(access_tokens.resolve(guess) for guess in guesses)


def test_the_hash_of_a_token_is_no_token(folio):
	token = access_tokens.issue(folio)
	assert access_tokens.resolve(row_of(token).token_hash[:43]) is None


def test_the_tracking_address_is_absolute_and_opens_the_folio(folio):
	address = access_tokens.tracking_url(folio)
	assert address.startswith("http") and "/seguimiento/" in address
	assert access_tokens.resolve(address.rsplit("/", 1)[1]).name == folio.name


def test_nobody_writes_a_token_by_hand():
	with pytest.raises(frappe.PermissionError, match="given and taken back by the system"):
		frappe.get_doc({"doctype": "Service Access Token", "purpose": "track", "token_hash": "x"}).insert()
	assert not frappe.db.exists("Service Access Token", {"token_hash": "x"})


def test_expired_tokens_are_forgotten_and_live_ones_stay(folio):
	live, old = access_tokens.issue(folio), access_tokens.issue(folio, days=-1)
	assert access_tokens.forget_expired() >= 1
	assert access_tokens.resolve(live)
	digest = hashlib.sha256(old.encode()).hexdigest()
	assert not frappe.db.exists("Service Access Token", {"token_hash": digest})
