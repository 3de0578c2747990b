"""The customer's side of a complaint: filed, completed, followed, accepted or appealed, by nobody but its own company (G5, K2, K4, K11, D19)."""

import json

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from nervion_service.services import portal
from nervion_service.services.complaints import customer_filing
from tests import factories
from tests.site import complaint_factories as complaints
from tests.site import folio_factories as folios
from tests.site import upload_samples as samples
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY, Role.TECHNICIAN)


@pytest.fixture(scope="module")
def buyer(everybody):  # noqa: F811 (the fixture that was imported)
	"""A customer with a portal user and a delivery of ten litres of a batch: {"customer", "user", "item", "batch", "note"}."""
	with folios.engine.working_folder(everybody.sites):
		return a_buyer()


def a_buyer():
	customer = factories.make_customer()
	user = factories.make_portal_user(customer).name
	item, batch = complaints.a_product()
	note = factories.make_delivery_note(customer, [{"item_code": item, "batch_no": batch, "qty": 10}])
	return frappe._dict(customer=customer.name, user=user, item=item, batch=batch, note=note.name)


def claims_of(buyer, *quantities, **group):
	rows = [{"item": buyer.item, "batch": buyer.batch, "qty": qty} for qty in quantities]
	return json.dumps([{"delivery_type": "Delivery Note", "delivery": buyer.note, "claims": rows, **group}])


def file(buyer, key="k1", evidence=None, files=(), **values):
	said = {
		"request_type": "Claim",
		"subject": "Lata con fuga",
		"description": "Llegaron dos latas con fuga.",
		"safety": "No",
		"complaint_kind": "Product",
		"defect": complaints.DEFECT,
		"lines": claims_of(buyer, 2),
		**values,
	}
	with folios.engine.run_as(buyer.user):
		folio = frappe.get_doc(
			"Service Folio", portal.register(said, files, key, values.get("customer"), evidence)
		)
	return folio


def photographs(count=2, shade=10):
	return [(f"foto{number}.jpg", samples.picture(colour=(shade, number, 9))) for number in range(count)]


def counts():
	return [frappe.db.count(one) for one in ("Service Folio", complaints.COMPLAINT, "File", "Communication")]


def test_a_complaint_is_filed_with_its_lines_and_photographs_and_once(buyer):
	sent = {"Photographs": photographs()}
	folio = file(buyer, evidence=sent, remedy_sought="Replacement", surface="Lámina")
	complaint = complaints.reloaded(folio.complaint)
	line = complaint.lines[0]
	assert (complaint.kind, complaint.defect, complaint.remedy_sought) == (
		"Product",
		"Leaking Can",
		"Replacement",
	)
	assert (line.item, line.batch, line.delivery, line.claimed_qty) == (
		buyer.item,
		buyer.batch,
		buyer.note,
		2,
	)
	given = [row for row in complaint.evidence if row.evidence_kind == "Photographs"]
	assert len(given) == 2 and {row.provided_by for row in given} == {buyer.user}
	assert complaint.surface == "Lámina" and folio.product == buyer.item
	before = counts()
	assert file(buyer, evidence=sent, remedy_sought="Replacement", surface="Lámina").name == folio.name
	assert counts() == before


BAD = {
	"more than can be claimed": ({"qty": 11}, "11 Litre.*10 Litre"),
	"not a number": ({"qty": "dos"}, "as a number"),
	"below zero": ({"qty": -1}, "as a number"),
	"no end": ({"qty": "inf"}, "as a number"),
	"another product": ({"qty": 1, "item": "Otro"}, "Choose the products again"),
	"a foreign delivery": ({"qty": 1, "delivery": "foreign"}, "do not find the delivery"),
	"a missing delivery": ({"qty": 1, "delivery": "missing"}, "do not find the delivery"),
	"no kind": ({"complaint_kind": "Otro"}, "what your complaint is about"),
	"no such defect": ({"defect": "Nada"}, "from the list"),
	"no lines": ({"lines": "{{"}, "Reload it"),
	"a program": ({"evidence": {"Photographs": [("a.jpg", b"MZ programa")]}}, "is not accepted"),
	"our own papers": ({"evidence": {"Technical Data Sheet": photographs(1)}}, "do not ask customers"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_refused_in_words_and_leaves_nothing(buyer, stranger, case):
	wrong, message = BAD[case]
	values = {
		name: wrong[name] for name in ("complaint_kind", "defect", "lines", "evidence") if name in wrong
	}
	if "qty" in wrong:
		note = {"foreign": stranger.note, "missing": "NADA-1"}.get(wrong.get("delivery"), buyer.note)
		claim = {"item": wrong.get("item", buyer.item), "batch": buyer.batch, "qty": wrong["qty"]}
		values["lines"] = json.dumps(
			[{"delivery_type": "Delivery Note", "delivery": note, "claims": [claim]}]
		)
	before = counts()
	with pytest.raises((frappe.ValidationError, frappe.DoesNotExistError), match=message):
		file(buyer, **values)
	assert counts() == before


@pytest.fixture(scope="module")
def stranger(everybody):  # noqa: F811 (the fixture that was imported)
	with folios.engine.working_folder(everybody.sites):
		return a_buyer()


def test_what_others_claimed_before_cannot_be_claimed_again(buyer):
	file(buyer, lines=claims_of(buyer, 8))
	other = customer_filing.goods((buyer.customer,), "Delivery Note", buyer.note)
	assert [row["claimable"] for row in other] == [2]
	with pytest.raises(frappe.ValidationError, match="2 Litre can still be claimed"):
		file(buyer, key="k2", lines=claims_of(buyer, 2, 1))


def test_who_knows_neither_delivery_nor_batch_nor_defect_is_heard_and_asked(buyer):
	lines = json.dumps([{"product": "Esmalte que no existe", "batch": "?", "qty": "3"}])
	folio = file(buyer, lines=lines, defect="")
	complaint = complaints.reloaded(folio.complaint)
	assert not complaint.lines and "Esmalte que no existe" in folio.description and "3" in folio.description
