"""Every way in by which a customer's texts become a folio: the same text, or texts of their own, in each field that the way takes."""

import json
from collections.abc import Callable, Mapping

import frappe
from frappe import client

from nervion_service.services import outside_intake
from nervion_service.services.imports import runner
from tests import engine, factories
from tests.site import letters, test_import
from tests.site.folio_factories import new_folio

WAYS = ("desk", "rest", "page", "portal", "mail", "import")
# what people of ours may write into a folio of a customer's words
TEXTS = (
	"subject",
	"description",
	"customer_reference",
	"place_of_purchase",
	"complainant_name",
	"party_name",
)
FROM_OUTSIDE = ("subject", "description", "party_name", "customer_reference", "place_of_purchase")
FIELDS = {
	"desk": TEXTS,
	"rest": TEXTS,
	"page": FROM_OUTSIDE,
	"portal": FROM_OUTSIDE,
	"mail": ("subject", "description", "party_name"),
	"import": ("subject", "party_name"),
}

Said = str | Mapping[str, str]


def doors(executive: str, mailbox, folder) -> dict[str, Callable[[Said], str]]:
	"""A function for each of WAYS that enters texts, one for all fields or one a field, and returns the folio's name.

	executive: who types at the desk; mailbox: an Email Account; folder: for the files of an import.
	"""
	return {
		"desk": lambda said: by_desk(executive, said),
		"rest": lambda said: by_rest(executive, said),
		"page": lambda said: from_outside(said, "Web Page"),
		"portal": by_portal,
		"mail": lambda said: by_mail(mailbox, said),
		"import": lambda said: by_import(test_import.desk.__wrapped__(folder), said),
	}


def each(said: Said, fields) -> dict[str, str]:
	"""The text of each field."""
	return dict.fromkeys(fields, said) if isinstance(said, str) else {name: said[name] for name in fields}


def spread(way: str, texts) -> list[dict[str, str]]:
	"""The texts over as many folios as that way needs for them, another in each field; each way begins with another field.

	Each stands beside a word of its own: a text of which nothing is left is refused as missing.
	"""
	fields, texts, shift = FIELDS[way], list(texts), WAYS.index(way)
	size = len(fields)
	fields = [fields[(place + shift) % size] for place in range(size)]
	padded = texts + texts[: -len(texts) % size]
	return [
		{name: f"Color {text}" for name, text in zip(fields, padded[begin : begin + size], strict=True)}
		for begin in range(0, len(padded), size)
	]


def by_desk(executive, said):
	with engine.run_as(executive):
		return new_folio(**each(said, TEXTS)).insert().name


def by_rest(executive, said):
	values = new_folio(**each(said, TEXTS)).as_dict(no_nulls=True)
	with engine.run_as(executive):
		return client.insert(json.loads(frappe.as_json(values)))["name"]


def from_outside(said, channel, **more):
	texts = each(said, FROM_OUTSIDE)
	values = {
		**texts,
		"description": f"{texts['description']}\n{texts['description']}",
		"request_type": "Technical Advice",
		"email": "ana@cliente.test",
		"safety": "No",
	}
	return outside_intake.register(values, channel=channel, **more).name


def by_portal(said, customer=None, user=None):
	"""By a portal user, a new one unless told which."""
	customer = customer or factories.make_customer().name
	user = user or factories.make_portal_user(customer).name
	return from_outside(said, "Portal", user=user, customer=customer)


def by_mail(mailbox, said):
	"""A letter of a customer, in plain text and in markup."""
	texts = each(said, FIELDS["mail"])
	one_line = {name: " ".join(text.split()) for name, text in texts.items()}
	sender = f"{json.dumps(one_line['party_name'])} <ana@cliente.test>"
	markup = f"<p>{texts['description']}</p>"
	raw = letters.letter(texts["description"], html=markup, Subject=one_line["subject"], From=sender)
	return letters.folio_of(letters.post(mailbox, raw)).name


def by_import(desk, said):
	"""An import of one row."""
	texts = each(said, FIELDS["import"])
	row = {"id": factories.unique("fila"), "subject": texts["subject"], "who": texts["party_name"]}
	summary = runner.run(desk({**row, "answered": "", "closed": ""}))
	assert summary.imported == 1, summary
	return frappe.db.get_value("Service Folio", {"account": desk.account, "external_id": row["id"]})
