"""The table of where personal data lives is whole: every DocType and every text of a folio is in it or named as free of it (X12)."""

import json
from pathlib import Path

from nervion_service.domain import personal_data
from nervion_service.domain.personal_data import PLACES, Reach

DOCTYPES = Path(personal_data.__file__).parents[1] / "nervion_service" / "doctype"
TEXTS = (
	"Data",
	"Text",
	"Small Text",
	"Long Text",
	"Text Editor",
	"Code",
	"Attach",
	"Attach Image",
	"JSON",
	"HTML Editor",
	"Phone",
)


def shipped():
	for path in sorted(DOCTYPES.glob("*/*.json")):
		yield json.loads(path.read_text(encoding="utf-8"))


def test_every_doctype_of_ours_is_a_place_or_says_why_it_is_none():
	known = {place.doctype for place in PLACES} | set(personal_data.NOT_PERSONAL)
	assert {doc["name"] for doc in shipped()} - known == set()


def test_no_doctype_is_both_a_place_and_free_of_personal_data():
	assert {place.doctype for place in PLACES} & set(personal_data.NOT_PERSONAL) == set()


def unnamed_texts(doctype, reach, spared):
	fields = next(doc for doc in shipped() if doc["name"] == doctype)["fields"]
	texts = {field["fieldname"] for field in fields if field["fieldtype"] in TEXTS}
	place = next(place for place in PLACES if place.reach == reach)
	return texts - set(place.columns) - set(spared)


def test_every_text_of_a_folio_and_a_complaint_is_erased_or_says_nothing_about_a_person():
	folio = ("Service Folio", Reach.FOLIO, personal_data.NOT_PERSONAL_IN_FOLIO)
	assert unnamed_texts(*folio) == set()
	complaint = ("Service Complaint", Reach.COMPLAINT, personal_data.NOT_PERSONAL_IN_COMPLAINT)
	assert unnamed_texts(*complaint) == set()


def test_each_place_is_done_once():
	codes = [place.code for place in PLACES]
	assert len(codes) == len(set(codes))


def test_a_place_whose_rows_stay_says_what_becomes_of_each_column():
	for place in PLACES:
		if not place.deleted:
			assert set(place.columns) == set(place.treated), place
