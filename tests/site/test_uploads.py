"""Files from outside: judged by their bytes, private, under a name of ours, never on a foreign document (X3)."""

import random
import re
import zlib

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import uploads
from tests import factories
from tests.site import folio_factories as folios
from tests.site import upload_samples as samples
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE,)


@pytest.fixture
def folio(site):
	return folios.make_folio(routed=False)


def files_of(doc):
	return frappe.get_all("File", {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name}, ["*"])


@pytest.mark.parametrize("name", samples.HONEST)
def test_what_a_telephone_or_an_office_sends_is_taken(site, name):
	assert uploads.check(name, samples.HONEST[name]) in uploads.ENDINGS


@pytest.mark.parametrize("trick", samples.TRICKS)
def test_a_trick_is_refused_in_words_and_leaves_nothing(folio, trick):
	"""X3. Seen to fail with the type taken from the name, and, for a double ending, with names that nobody looks at."""
	name, content = samples.TRICKS[trick]
	before = frappe.db.count("File")
	with pytest.raises(frappe.ValidationError) as refused:
		uploads.attach(folio, name, content)
	assert len(str(refused.value)) > 30
	assert frappe.db.count("File") == before


@pytest.mark.parametrize("name", samples.OFFICE)
def test_what_an_office_attaches_to_a_mail_is_taken_as_what_it_is(site, name):
	content, ending = samples.OFFICE[name]
	kind = uploads.check(name, content, office=True)
	assert {**uploads.ENDINGS, **uploads.OFFICE_ENDINGS}[kind] == ending


@pytest.mark.parametrize("trick", samples.OFFICE_TRICKS)
def test_a_document_that_could_run_or_fetch_something_is_refused_in_words(site, trick):
	with pytest.raises(frappe.ValidationError) as refused:
		uploads.check(*samples.OFFICE_TRICKS[trick], office=True)
	assert samples.OFFICE_TRICKS[trick][0] in str(refused.value)


@pytest.mark.parametrize("bound", ["_MOST_PARTS", "_MOST_UNPACKED", "_MOST_LOOKED_INTO"])
def test_an_office_document_made_to_keep_us_busy_is_refused(site, monkeypatch, bound):
	monkeypatch.setattr(f"nervion_service.services.office_inspection.{bound}", 1)
	with pytest.raises(frappe.ValidationError, match="more than can be looked into"):
		uploads.check("pedido.xlsx", samples.office(), office=True)


def test_a_form_takes_no_office_document(site):
	with pytest.raises(frappe.ValidationError, match="photographs"):
		uploads.check("pedido.xlsx", samples.office())


@pytest.mark.parametrize(
	"content",
	[
		b" /JS ",
		b"q (x) Tj /JavaScript gs",
		b" /Launch /Encrypt /EmbeddedFile ",
		b"(/J#53 ",
		b"/ObjStm stream\n",
	],
)
def test_a_scan_is_never_refused_for_what_its_bytes_spell_by_chance(content):
	noise = random.Random(7).randbytes(300_000)
	scan = samples.stream(noise + content + noise)
	# the dictionary before it may hold a string that looks like a stream's beginning
	title = b"4 0 obj<</Title(a \\( b >>stream c)>>endobj\n"
	for document in (scan, title + scan + samples.packed_object(b"4 0 <</Type/Metadata>>")):
		assert uploads.file_inspection.kind_of(samples.pdf(document)) == "application/pdf"


ACTION = b"<</S/JavaScript/JS(app.alert(1))>>"
HIDDEN = {
	"behind a stream": samples.stream(b"abc") + b"6 0 obj" + ACTION + b"endobj",
	"launch behind a stream": samples.stream(b"abc") + b"6 0 obj<</S/Launch>>endobj",
	"object inside of a stream": samples.stream(b"abc\n6 0 obj" + ACTION + b"endobj"),
	"object behind a comment inside of a stream": samples.stream(b"6%\n0%\nobj" + ACTION),
	"string that looks like a stream": b"5 0 obj<</A(>>stream\n)/OpenAction" + ACTION + b">>endobj endstream",
	"comment that looks like a stream": b"%>>stream\n5 0 obj<</OpenAction" + ACTION + b">>endobj endstream",
	"broken string": b"5 0 obj<</A<%>(>>stream\n)/OpenAction" + ACTION + b">>endobj endstream",
	"file in packed objects": samples.packed_object(b"5 0 <</Type/EmbeddedFile>>"),
	"packed objects under an escaped name": samples.packed_object(ACTION).replace(b"ObjStm", b"Obj#53tm"),
	"packed objects behind a comment": samples.packed_object(ACTION).replace(b">>stream", b">>%x\nstream"),
	"packed objects with a false end": samples.packed_with_a_false_end(ACTION),
}


@pytest.mark.parametrize("place", HIDDEN)
def test_an_action_is_found_wherever_a_reader_would_find_it(place):
	with pytest.raises(uploads.Refused, match="active"):
		uploads.file_inspection.kind_of(samples.pdf(HIDDEN[place]))


class Unpackings:
	"""Counts what is given to be unpacked, and what comes out."""

	def __init__(self):
		self.real, self.calls, self.given, self.made = zlib.decompressobj, 0, 0, 0

	def __call__(self):
		self.calls += 1
		self.unpacking = self.real()
		return self

	def decompress(self, packed, most):
		self.given += len(packed)
		opened = self.unpacking.decompress(packed, most)
		self.made += len(opened)
		return opened

	@property
	def eof(self):
		return self.unpacking.eof


MEGA = 1_000_000
BOMBS = {
	"many": (b"<</Type/ObjStm>>stream\n" + zlib.compress(b"") + b"\nendstream\n") * (MEGA // 43),
	"many without an end": (b"1 0 obj<</Type/ObjStm>>stream\n" + zlib.compress(b" ")) * (MEGA // 32),
	"many large": samples.packed_object(bytes(MEGA)) * 900,
	"strings": b"(" * MEGA,
	"marks": b"<<" * (MEGA // 2),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_document_made_to_keep_us_busy_is_refused_for_little_work(kind, monkeypatch):
	inspection, work, bomb = uploads.file_inspection, Unpackings(), samples.pdf(BOMBS[kind])
	monkeypatch.setattr(inspection.zlib, "decompressobj", work)
	with pytest.raises(frappe.ValidationError, match="more than can be looked into|programs or attachments"):
		uploads.check("carta.pdf", bomb)
	assert work.calls <= inspection._MOST_PACKED
	assert work.given <= len(bomb) and work.made <= inspection._MOST_UNPACKED


def test_a_file_larger_than_the_settings_allow_is_refused(folio):
	"""X3. Seen to fail without the limit."""
	frappe.db.set_single_value("Service Settings", "max_upload_mb", 1)
	frappe.clear_document_cache("Service Settings", "Service Settings")
	with pytest.raises(frappe.ValidationError, match="1 MB"):
		uploads.check("foto.jpg", samples.picture() + bytes(uploads.MEGABYTE))


def test_more_files_than_a_message_may_have_are_refused(site):
	many = [("foto.jpg", samples.picture())] * (uploads.limits()["files"] + 1)
	with pytest.raises(frappe.ValidationError, match=str(uploads.limits()["files"])):
		uploads.check_all(many)


def test_a_stored_file_is_private_and_has_a_name_of_ours(folio):
	file = uploads.attach(folio, "remisión 1502 <b>.pdf", samples.pdf())
	assert file.is_private and file.file_url.startswith("/private/files/")
	assert re.fullmatch(r"remisi-n-1502-b-[0-9a-f]{8}\.pdf", file.file_name)
	assert file.get(uploads.FROM_CUSTOMER) and file.get_content() in (samples.pdf(), samples.pdf().decode())


def test_the_ending_follows_the_bytes_and_not_the_name(folio):
	assert uploads.attach(folio, "foto.png", samples.picture()).file_name.endswith(".jpg")


def test_the_same_bytes_on_the_same_document_are_stored_once(folio):
	first = uploads.attach(folio, "foto.jpg", samples.picture())
	assert uploads.attach(folio, "otra.jpg", samples.picture()).name == first.name
	assert len(files_of(folio)) == 1


# Frappe's own upload ------------------------------------------------------------------------------------------


def uploaded(doc, **overrides):
	"""What Frappe's upload_file stores: a File as the session's user."""
	values = {
		"doctype": "File",
		"attached_to_doctype": doc.doctype,
		"attached_to_name": doc.name,
		"file_name": f"{factories.unique('archivo', '-')}.txt",
		"content": factories.unique("contenido").encode(),
		"is_private": 0,
	}
	return frappe.get_doc({**values, **overrides}).insert()


def test_a_public_file_of_a_person_of_ours_on_a_folio_becomes_private(folio):
	"""X3. Seen to fail with files left as public as they came."""
	with folios.engine.run_as(folios.cast(Role.EXECUTIVE)):
		file = uploaded(folio)
	stored = frappe.get_doc("File", file.name)
	assert stored.is_private and stored.file_url.startswith("/private/files/")
	assert stored.exists_on_disk()
	assert not stored.get(uploads.FROM_CUSTOMER)


def test_a_file_of_a_folio_cannot_be_published_afterwards(folio):
	file = uploaded(folio)
	file.is_private = 0
	with pytest.raises(frappe.ValidationError, match="private"):
		file.save()


def test_nobody_else_says_that_the_customer_brought_a_file(folio):
	file = uploaded(folio, **{uploads.FROM_CUSTOMER: 1})
	assert not file.get(uploads.FROM_CUSTOMER)
	file.set(uploads.FROM_CUSTOMER, 1)
	assert not file.save().get(uploads.FROM_CUSTOMER)


def test_a_file_of_another_document_stays_as_public_as_it_was(site):
	assert not uploaded(factories.make_customer()).is_private


@pytest.mark.parametrize("own", [True, False])
def test_a_portal_user_puts_no_file_past_our_checks_on_a_folio(site, own):
	"""X3. Seen to fail with outsiders let through, on their own folio and on a foreign one."""
	customer = factories.make_customer()
	user = factories.make_portal_user(customer).name
	doc = folios.make_folio(routed=False, customer=customer.name if own else None)
	with folios.engine.run_as(user), pytest.raises(frappe.PermissionError):
		uploaded(doc)
	assert files_of(doc) == []


def test_a_portal_user_puts_no_file_on_a_foreign_document_of_others(site):
	user = factories.make_portal_user(factories.make_customer()).name
	foreign = factories.make_customer()
	with folios.engine.run_as(user), pytest.raises(frappe.PermissionError):
		uploaded(foreign)
	assert files_of(foreign) == []


def test_a_portal_user_keeps_a_picture_of_their_own(site):
	user = factories.make_portal_user(factories.make_customer()).name
	with folios.engine.run_as(user):
		assert uploaded(frappe.get_doc("User", user)).owner == user
