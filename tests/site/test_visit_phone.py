"""What a technician's phone sends arrives once, however often it is sent, and nothing but the form's own fields (G10)."""

import io
from types import SimpleNamespace

import frappe
import pytest
from PIL import Image

from nervion_service.domain.taxonomy import Role
from nervion_service.services.visits import field_notes, phone, schedule
from tests import engine, factories
from tests.site import folio_factories as folios
from tests.site import visit_factories as visits
from tests.site.folio_factories import cast, everybody  # noqa: F401 (a fixture)

CAST = (Role.TECHNICIAN, Role.EXECUTIVE)


@pytest.fixture
def visit():
	item = factories.make_item().name
	visits.make_sheet(item)
	return visits.schedule(visits.make_visit(item=item, assigned_to=cast(Role.TECHNICIAN)))


def photograph(shade):
	content = io.BytesIO()
	Image.new("L", (8, 8), shade).save(content, "PNG")
	return content.getvalue()


@pytest.fixture
def camera(monkeypatch):
	"""camera(shade, ...): the photographs that the next sendings carry."""

	def take(*shades):
		files = [
			SimpleNamespace(filename=f"{shade}.png", stream=io.BytesIO(photograph(shade))) for shade in shades
		]
		request = SimpleNamespace(files=SimpleNamespace(getlist=lambda _name: files))
		monkeypatch.setattr(frappe.local, "request", request, raising=False)

	return take


def send(visit, client_id="a1", finish=0, by=None, **values):
	checks = [{"point": row.point, "result": "Yes"} for row in visit.checklist]
	written = {**visits.GOOD, "checklist": checks, **values}
	with engine.run_as(by or cast(Role.TECHNICIAN)):
		return phone.send(visit.name, client_id, frappe.as_json(written), finish)


def stored(visit, field="stage"):
	return frappe.db.get_value(visit.doctype, visit.name, field)


def files_of(visit):
	return frappe.get_all("File", {"attached_to_name": visit.name}, ["is_private", "service_from_customer"])


def test_one_sending_is_one_however_often_it_is_sent(visit, camera):
	done = {
		"result": "Resolved",
		"diagnosis": "Bien",
		"recommendation": "Nada",
		"unsigned_reason": "Sin nadie",
	}
	for attempt in range(3):
		camera(10, 200)
		answer = send(visit, finish=1, **done)
		assert answer["repeated"] == (attempt > 0)
	assert stored(visit) == "Finished"
	assert [(file.is_private, file.service_from_customer) for file in files_of(visit)] == [(1, 0)] * 2
	assert frappe.db.count("Service Event", {"case_name": visit.name, "event": "visit_finished"}) == 1
	assert frappe.db.count("Service Evidence", {"parent": visit.name}) == 2


def test_a_problem_found_makes_its_report_on_the_way(visit):
	words = {"result": "Problem Found", "diagnosis": "Sin brillo", "recommendation": "Repintar"}
	answer = send(visit, finish=1, unsigned_reason="Sin nadie", dilution_percent="25", **words)
	assert stored(visit) == "Finished"
	report = frappe.get_doc(visits.REPORT, answer["analysis_report"])
	assert (report.author, report.visit, report.stage) == (cast(Role.TECHNICIAN), visit.name, "Draft")
	assert [row.quantity for row in report.deviations] == ["Dilution"]


def test_what_is_not_of_the_form_is_left_alone_and_what_is_wrong_is_refused_whole(visit):
	send(
		visit,
		consent=0,
		assigned_to="Administrator",
		customer="Otro",
		finished_at="2020-01-01",
		surface="Lámina",
	)
	assert stored(visit) == "In Progress"
	assert (stored(visit, "surface"), stored(visit, "assigned_to")) == ("Lámina", cast(Role.TECHNICIAN))
	assert stored(visit, "consent") == 1
	with pytest.raises(frappe.ValidationError, match="25 grados"):
		send(visit, "a2", air_temperature="25 grados", surface="Muro")
	with pytest.raises(frappe.ValidationError, match="diagnosis"):
		send(visit, "a3", finish=1, result="Resolved")
	for mark in ("", "x" * 65):
		with pytest.raises(frappe.ValidationError, match="mark"):
			send(visit, mark)


def test_a_file_of_a_false_type_stores_nothing(visit, monkeypatch):
	files = [SimpleNamespace(filename="foto.jpg", stream=io.BytesIO(b"<svg onload=alert(1)>"))]
	request = SimpleNamespace(files=SimpleNamespace(getlist=lambda _name: files))
	monkeypatch.setattr(frappe.local, "request", request, raising=False)
	with pytest.raises(frappe.ValidationError, match="foto.jpg"):
		send(visit, surface="Muro")
	assert (stored(visit, "surface"), files_of(visit)) == (None, [])


def test_the_phone_takes_along_what_is_mine_with_limits_and_the_calendar_shows_it(visit):
	with engine.run_as(cast(Role.TECHNICIAN)):
		mine = next(row for row in schedule.mine() if row["name"] == visit.name)
		assert mine["limits"]["dilution_percent"] == {"minimum": 5, "maximum": 10, "uom": "%"}
		assert len(mine["checklist"]) == len(visit.checklist)
		shown = schedule.get_events(visit.scheduled_from, visit.scheduled_to)
		assert visit.name in [event["name"] for event in shown]
	with engine.run_as(cast(Role.EXECUTIVE)):
		assert visit.name not in [row["name"] for row in schedule.mine()]


def test_nothing_more_is_sent_to_a_visit_that_is_over_or_not_agreed():
	visit = visits.make_visit(assigned_to=cast(Role.TECHNICIAN))
	with pytest.raises(frappe.ValidationError, match="nothing more is sent"):
		send(visit)


def test_what_a_phone_holds_of_a_visit_that_is_anothers_is_told_and_handed_to_the_office_once(visit, camera):
	first, second = cast(Role.TECHNICIAN), folios.staff(Role.TECHNICIAN)
	with engine.run_as(first):
		assert field_notes.whereabouts([visit.name, "VT-1999-00001"]) == {
			"VT-1999-00001": "This visit is not yours any more."
		}
	# a folio that technicians do not see, so that only the history says whose the visit was
	frappe.db.set_value("Service Folio", visit.folio, {"assigned_to": None, "route_role": Role.SALES})
	visit.reload()
	visit.assigned_to = second
	visit.save()
	for attempt in range(2):
		camera(10)
		answer = leave_note(visit, by=first, diagnosis="<b>Óxido</b> en la base", result="Not Done")
		assert answer["repeated"] == (attempt > 0)
	notes = frappe.get_all("Comment", {"reference_name": visit.name, "comment_type": "Comment"}, "content")
	assert [("&lt;b&gt;Óxido" in note.content, "Lote" in note.content) for note in notes] == [(True, False)]
	assert [(file.is_private, file.service_from_customer) for file in files_of(visit)] == [(1, 0)]
	assert stored(visit) == "Scheduled" and not stored(visit, "diagnosis")
	rung = frappe.get_all(
		"Notification Log", {"document_name": visit.name, "type": "Alert"}, pluck="for_user"
	)
	assert second in rung and first not in rung
	with engine.run_as(first):
		assert "was given to" in field_notes.whereabouts([visit.name])[visit.name]
		with pytest.raises(frappe.ValidationError, match="nothing to hand"):
			camera()
			field_notes.leave_note(visit.name, "n2", {"checklist": []})


def test_nobody_leaves_a_note_about_a_visit_that_was_never_theirs(visit):
	stranger = folios.staff(Role.TECHNICIAN)
	frappe.db.set_value("Service Folio", visit.folio, {"assigned_to": None, "route_role": Role.SALES})
	with pytest.raises(frappe.PermissionError):
		leave_note(visit, by=stranger, diagnosis="Nada")
	assert not frappe.db.exists("Comment", {"reference_name": visit.name, "comment_type": "Comment"})
	with engine.run_as(stranger):
		told = field_notes.whereabouts([visit.name, "VT-1999-00001"])
	assert set(told.values()) == {"This visit is not yours any more."}


@pytest.mark.parametrize("end", ["Finished", "Cancelled"])
def test_a_phone_is_told_that_its_visit_is_over(visit, end):
	technician = cast(Role.TECHNICIAN)
	if end == "Finished":
		visits.finish(visits.act(visit, "Start the Visit", technician), technician)
	else:
		visits.act(
			visit, "Cancel the Visit", cast(Role.EXECUTIVE), cancel_reason="El cliente ya no la quiere"
		)
	with engine.run_as(technician):
		assert f"was {end.lower()}" in field_notes.whereabouts([visit.name])[visit.name]


def leave_note(visit, by, **values):
	with engine.run_as(by):
		return field_notes.leave_note(visit.name, "n1", frappe.as_json(values))
