"""Samples: a chain of custody without a gap, a label that cannot be guessed (K5)."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from nervion_service.domain.taxonomy import Role
from nervion_service.services.analysis import samples
from tests import engine, factories
from tests.site import visit_factories as visits
from tests.site.folio_factories import cast, everybody  # noqa: F401 (a fixture)

CAST = (Role.TECHNICIAN, Role.ENGINEER, Role.SALES)


def stored(sample):
	return frappe.db.get_value(visits.SAMPLE, sample.name, ["state", "holder", "place"])


def lines(sample):
	return frappe.db.count("Sample Custody", {"parent": sample.name})


def test_a_sample_goes_from_hand_to_hand_and_each_is_on_record():
	technician, engineer = cast(Role.TECHNICIAN), cast(Role.ENGINEER)
	sample = visits.make_sample(by=technician)
	assert stored(sample) == ("Taken", technician, None)
	with engine.run_as(technician):
		samples.hand_over(sample.name, "Received", engineer)
	with engine.run_as(engineer):
		samples.hand_over(sample.name, "Stored", place="Estante 4")
		samples.hand_over(sample.name, "In Test", seal_intact=0, condition="Abierta para la prueba")
		assert samples.next_steps(sample.name) == ["Received", "Stored", "Disposed"]
		samples.hand_over(sample.name, "Disposed", seal_intact=0, condition="Consumida")
	assert stored(sample)[:2] == ("Disposed", engineer)
	chain = samples.chain_of(visits.reloaded(sample))
	assert [line.giver for line in chain] == ["", technician, engineer, engineer, engineer]
	codes = frappe.get_all("Service Event", {"case_name": sample.name}, pluck="event", order_by="creation")
	assert codes == ["sample_taken", *["sample_moved"] * 4]


@pytest.mark.parametrize(
	("line", "words"),
	[
		({"action": "In Test"}, "cannot be"),
		({"action": "Received"}, "two people"),
		({"action": "Stored"}, "where"),
		({"action": "Stored", "place": "Estante 4", "seal_intact": 0}, "condition"),
		({"action": "Stored", "place": "Estante 4", "at": "2020-01-01 10:00:00"}, "before"),
		({"action": "Stored", "place": "Estante 4", "at": "2090-01-01 10:00:00"}, "future"),
	],
)
def test_a_gap_in_the_chain_is_refused_and_told(line, words):
	sample = visits.make_sample()
	with pytest.raises(frappe.ValidationError, match=words):
		samples.hand_over(sample.name, **line)
	assert (stored(sample)[0], lines(sample)) == ("Taken", 1)


def test_what_was_written_does_not_change():
	sample = visits.make_sample()
	samples.hand_over(sample.name, "Stored", place="Estante 4")
	for change in (
		lambda doc: doc.custody.pop(0),
		lambda doc: doc.custody[1].update({"place": "Estante 9"}),
		lambda doc: doc.set("custody", []),
	):
		doc = visits.reloaded(sample)
		change(doc)
		with pytest.raises(frappe.ValidationError, match="does not change"):
			doc.save()
	assert (stored(sample)[2], lines(sample)) == ("Estante 4", 2)


def test_a_sample_handed_over_by_somebody_who_has_it_not_is_refused():
	sample = visits.make_sample(by=cast(Role.TECHNICIAN))
	doc = visits.reloaded(sample)
	line = {"action": "Received", "from_person": "Administrator", "to_person": cast(Role.ENGINEER)}
	doc.append("custody", {**line, "at": now_datetime(), "seal_intact": 1})
	with pytest.raises(frappe.ValidationError, match="hands it over"):
		doc.save()


def test_labels_differ_and_never_change():
	one, other = visits.make_sample(), visits.make_sample()
	assert len(one.label_code) == 20
	assert one.label_code != other.label_code
	one.label_code = other.label_code
	with pytest.raises(frappe.ValidationError, match="label never changes"):
		one.save()


def test_a_batch_of_another_item_and_a_foreign_hand_are_refused():
	item, batch = factories.make_item(batched=True).name, factories.make_batch().name
	with pytest.raises(frappe.ValidationError, match=batch):
		visits.make_sample(item=item, batch=batch)
	sample = visits.make_sample(taken_at=now_datetime() - timedelta(days=1))
	with engine.run_as(cast(Role.SALES)), pytest.raises(frappe.PermissionError):
		samples.hand_over(sample.name, "Stored", place="Mi coche")
	assert lines(sample) == 1


def test_a_sample_that_a_report_rests_on_stays_the_sample_that_it_was():
	people = [visits.folios.staff(Role.TECHNICIAN), visits.folios.staff(Role.ENGINEER)]
	report = visits.reviewed(visits.make_report(by=people[0]), *people)
	sample = frappe.get_doc(visits.SAMPLE, report.samples[0].sample)
	sample.quantity = "1 litro"
	with pytest.raises(frappe.ValidationError, match=report.name):
		sample.save()
	assert visits.reloaded(sample).quantity == "500 ml"


def test_each_line_says_who_wrote_it_and_nobody_writes_for_two_others():
	giver, taker, other = (visits.folios.staff(Role.TECHNICIAN) for _ in range(3))
	sample = visits.make_sample(by=giver)
	row = {
		"at": now_datetime(),
		"action": "Received",
		"from_person": giver,
		"to_person": taker,
		"seal_intact": 1,
	}
	with engine.run_as(other), pytest.raises(frappe.PermissionError):
		forged = visits.reloaded(sample)
		forged.append("custody", row)
		forged.save(ignore_permissions=True)
	with engine.run_as(taker):
		doc = visits.reloaded(sample)
		doc.append("custody", {**row, "recorded_by": giver})
		doc.save(ignore_permissions=True)
	assert [row.recorded_by for row in visits.reloaded(sample).custody] == [giver, taker]
