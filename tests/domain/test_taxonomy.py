"""The shipped catalogue is whole: it names only what exists (G8, G9, S1.6, S1.8, S7.1, S7.8, W1, D9, D11)."""

import json
from pathlib import Path

import pytest

from nervion_service.domain import taxonomy

DOCTYPES = Path(taxonomy.__file__).parents[1] / "nervion_service" / "doctype"


def options(doctype, fieldname):
	folder = doctype.lower().replace(" ", "_")
	path = DOCTYPES / folder / f"{folder}.json"
	fields = json.loads(path.read_text(encoding="utf-8"))["fields"]
	text = next(field["options"] for field in fields if field["fieldname"] == fieldname)
	return tuple(option for option in text.split("\n") if option)


def test_every_route_names_a_procedure_a_department_and_a_role_that_exist():
	codes = {procedure.code for procedure in taxonomy.PROCEDURES}
	for kind in taxonomy.REQUEST_TYPES:
		assert kind.procedure in codes, kind
		assert kind.department in taxonomy.DEPARTMENTS, kind
		assert kind.role in taxonomy.ROLES, kind
		assert kind.nature in taxonomy.NATURES, kind
		assert kind.priority in taxonomy.PRIORITIES, kind
		assert kind.sgi_category in (*taxonomy.SGI_CATEGORY, ""), kind


def test_every_nature_has_a_request_type():
	assert {kind.nature for kind in taxonomy.REQUEST_TYPES} == set(taxonomy.NATURES)


def test_only_the_procedures_that_were_given_are_not_assumptions():
	given = {procedure.code for procedure in taxonomy.PROCEDURES if not procedure.is_assumption}
	assert given == {"MPC-COM-CLI-001", "MPC-SER-001", "MPC-SER-004", "MPC-SER-007"}
	assert len(taxonomy.PROCEDURES) == 13


def test_the_channels_are_those_of_the_two_procedures_and_the_one_of_programs():
	digital = {channel.name for channel in taxonomy.CHANNELS if channel.digital}
	assert digital == {
		"E-mail",
		"Web Page",
		"Portal",
		"API",
		"WhatsApp",
		"Facebook",
		"Instagram",
		"LinkedIn",
		"YouTube",
	}
	assert {channel.name for channel in taxonomy.CHANNELS} - digital == {"Phone", "Store"}


def test_names_are_unique():
	for rows in (taxonomy.REQUEST_TYPES, taxonomy.CHANNELS):
		names = [row.name for row in rows]
		assert len(names) == len(set(names))
	codes = [procedure.code for procedure in taxonomy.PROCEDURES]
	assert len(codes) == len(set(codes))


def test_every_event_code_has_a_label_and_no_two_share_a_code():
	codes = [value for name, value in vars(taxonomy.Events).items() if name.isupper()]
	assert len(codes) == len(set(codes))
	assert set(codes) == set(taxonomy.EVENT_LABELS)


def test_a_stage_is_open_or_ended():
	assert set(taxonomy.OPEN_STAGES) | set(taxonomy.ENDED_STAGES) == set(taxonomy.STAGES)
	assert not set(taxonomy.OPEN_STAGES) & set(taxonomy.ENDED_STAGES)


@pytest.mark.parametrize(
	("doctype", "fieldname", "words"),
	[
		("Service Folio", "stage", taxonomy.STAGES),
		("Service Folio", "customer_kind", taxonomy.CUSTOMER_KINDS),
		("Service Folio", "priority", taxonomy.PRIORITIES),
		("Service Folio", "severity", taxonomy.SEVERITIES),
		("Service Folio", "remedy_sought", taxonomy.REMEDIES),
		("Service Folio", "received_stamp", taxonomy.STAMP_GIVERS),
		("Service Folio", "mention", taxonomy.MENTIONS),
		("Service Folio", "sgi_typology", taxonomy.SGI_TYPOLOGY),
		("Service Folio", "sgi_category", taxonomy.SGI_CATEGORY),
		("Service Folio", "sgi_subcategory", taxonomy.SGI_SUBCATEGORY),
		("Service Folio", "satisfaction", taxonomy.SATISFACTIONS),
		("Service Folio", "satisfaction_means", taxonomy.CONFIRMATION_MEANS),
		("Service Commitment", "kind", taxonomy.COMMITMENT_KINDS),
		("Commitment Policy", "kind", taxonomy.COMMITMENT_KINDS),
		("Commitment Policy", "nature", taxonomy.NATURES),
		("Request Type", "nature", taxonomy.NATURES),
		("Request Type", "default_priority", taxonomy.PRIORITIES),
		("Request Type", "sgi_category", taxonomy.SGI_CATEGORY),
		("Routing Rule", "nature", taxonomy.NATURES),
		("Routing Rule", "channel_kind", taxonomy.CHANNEL_KINDS),
		("Routing Rule", "customer_kind", taxonomy.CUSTOMER_KINDS),
	],
)
def test_the_options_of_a_form_are_the_words_of_the_domain(doctype, fieldname, words):
	assert options(doctype, fieldname) == words


def test_every_event_code_is_written_or_asked_for_by_some_service():
	services = Path(taxonomy.__file__).parents[1]
	text = "".join(
		path.read_text(encoding="utf-8") for path in services.rglob("*.py") if path.name != "taxonomy.py"
	)
	unused = [name for name in vars(taxonomy.Events) if name.isupper() and f"Events.{name}" not in text]
	assert unused == []
