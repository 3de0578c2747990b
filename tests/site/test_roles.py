"""Every cell of the handbook's matrix holds on a real site, and the page says who answers (G18, S1.15)."""

from datetime import timedelta

import frappe
import pytest

from nervion_service import permissions
from nervion_service.domain.taxonomy import ACTION_LETTERS, ROLES, Role
from nervion_service.services import absences, assignment, clock, role_matrix
from tests import engine, role_table
from tests.site.folio_factories import cast, everybody, make_folio, staff  # noqa: F401

CAST = (*ROLES, "System Manager")
# what Frappe gives to everybody who works on the desk
COMMON = ("All", "Desk User", "Guest")
SIGHTS = {
	role_matrix.ALL: ("own", "given", "routed", "foreign"),
	role_matrix.ROUTED: ("own", "given", "routed"),
	role_matrix.OWN: ("own", "given"),
	role_matrix.NONE: (),
}


@pytest.mark.parametrize("role", CAST)
def test_each_cell_of_the_matrix_holds_on_the_site(role):
	user, wrong = cast(role), []
	for doctype, cells in role_table.written().items():
		if frappe.db.exists("Custom DocPerm", {"parent": doctype}):
			continue
		letters = "".join(cells.get(name, "") for name in (role, *COMMON))
		for action, letter in ACTION_LETTERS.items():
			# asked of the role's rights alone: which documents, the sights decide
			may = bool(frappe.permissions.get_role_permissions(frappe.get_meta(doctype), user).get(action))
			if may != (letter in letters):
				wrong.append(f"{doctype}: {action} is {may}, the handbook says {letters or 'nothing'}")
	assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", CAST)
def test_reading_and_changing_are_refused_where_the_matrix_says_nothing(role):
	"""The same through the question that every request asks."""
	for doctype, cells in role_table.written().items():
		letters = "".join(cells.get(name, "") for name in (role, *COMMON))
		if frappe.db.exists("Custom DocPerm", {"parent": doctype}) or "R" in letters:
			continue
		assert not frappe.has_permission(doctype, "read", user=cast(role)), doctype
		assert not frappe.has_permission(doctype, "write", user=cast(role)), doctype


@pytest.mark.parametrize("role", CAST)
def test_each_role_sees_the_folios_that_the_handbook_says(role):
	user = cast(role)
	clerk = staff(Role.EXECUTIVE)
	folios = {
		"own": make_folio(routed=False),
		"given": make_folio(routed=False, by=clerk),
		"routed": make_folio(routed=False, by=clerk),
		"foreign": make_folio(routed=False, by=clerk),
	}
	other = Role.QUALITY if role != Role.QUALITY else Role.EXECUTIVE
	for name, values in {
		"own": {"owner": user, "assigned_to": clerk, "route_role": other},
		"given": {"assigned_to": user, "route_role": other},
		"routed": {"assigned_to": clerk, "route_role": role},
		"foreign": {"assigned_to": clerk, "route_role": other},
	}.items():
		frappe.db.set_value("Service Folio", folios[name].name, values, update_modified=False)
	sees = SIGHTS[role_table.written_sights()[role]]
	with engine.run_as(user):
		listed = _listed() if sees else _refused_list()
		for name, folio in folios.items():
			doc = frappe.get_doc("Service Folio", folio.name)
			assert (folio.name in listed) == (name in sees), f"list: {name}"
			assert bool(doc.has_permission("read")) == (name in sees), f"document: {name}"
			may_write = "W" in role_table.written()["Service Folio"].get(role, "")
			assert bool(doc.has_permission("write")) == (name in sees and may_write), f"write: {name}"


def _listed():
	return set(frappe.get_list("Service Folio", pluck="name", limit_page_length=0, order_by="name"))


def _refused_list():
	"""Nothing, since the list itself is refused."""
	with pytest.raises(frappe.PermissionError):
		_listed()
	return set()


def test_the_handbook_knows_every_role_and_its_sight():
	written = role_table.written_sights()
	assert set(written) == set(CAST)
	for role in CAST:
		assert written[role] == role_matrix.sight(role)
	assert set(permissions.SEE_ALL) | set(permissions.SEE_ROUTED) <= {*CAST, "Administrator"}


# The page ------------------------------------------------------------------------------------------------------


def shown(role):
	return next(row for row in role_matrix.get()["roles"] if row["name"] == role)


def test_the_page_shows_the_permissions_of_the_site_with_its_own_changes():
	def cell():
		doctypes = {row["name"]: row for row in role_matrix.get()["doctypes"]}
		row = doctypes["Service Channel"]
		return row["cells"][Role.EXECUTIVE], row["is_customised"]

	assert cell() == (role_table.written()["Service Channel"][Role.EXECUTIVE], False)
	frappe.permissions.add_permission("Service Channel", Role.EXECUTIVE)
	frappe.permissions.update_permission_property(
		"Service Channel", Role.EXECUTIVE, 0, "delete", 1, validate=False
	)
	letters, is_customised = cell()
	assert "D" in letters and is_customised


def test_the_page_says_who_holds_a_role_who_is_away_and_who_stands_in(monkeypatch):
	holder, deputy = cast(Role.QUALITY), staff(Role.QUALITY)
	only_these(monkeypatch, holder, deputy)
	today = clock.now().date()
	frappe.get_doc(
		{
			"doctype": "Service Deputy",
			"person": holder,
			"deputy": deputy,
			"from_date": today,
			"to_date": today + timedelta(days=1),
		}
	).insert()
	row = shown(Role.QUALITY)
	assert {entry["user"]: bool(entry["deputy"]) for entry in row["holders"]} == {holder: True, deputy: False}
	assert row["answers"] and row["through"] == "Holders"


def only_these(monkeypatch, *users):
	"""Nobody else works here."""
	real = absences.staff
	monkeypatch.setattr(absences, "staff", lambda asked: real(asked) & set(users))


def test_a_role_that_nobody_holds_is_answered_by_the_one_behind_it(monkeypatch):
	coordinator = cast(Role.COORDINATOR)
	only_these(monkeypatch, coordinator)
	row = shown(Role.SALES)
	assert row["holders"] == []
	assert row["answers"] and "Service Coordinator answers" in row["through"]


def test_a_role_that_nobody_answers_for_says_so(monkeypatch):
	only_these(monkeypatch)
	monkeypatch.setattr(assignment, "fallback_user", lambda: None)
	row = shown(Role.COORDINATOR)
	assert (row["answers"], row["through"], row["answering"]) == (False, "Nobody answers", [])
	monkeypatch.setattr(assignment, "fallback_user", lambda: "Administrator")
	assert shown(Role.COORDINATOR)["through"] == "Fallback User"


@pytest.mark.parametrize("role", [role for role in CAST if role not in role_matrix.READERS])
def test_the_matrix_is_shown_to_administrators_only(role, run_as):
	with run_as(cast(role)), pytest.raises(frappe.PermissionError, match="Service Administrator"):
		role_matrix.get()
