"""The handbook's matrix of permissions is the one that is shipped (G18)."""

from tests import role_table


def test_the_handbook_has_the_permissions_that_are_shipped():
	shipped = {
		doctype: {role: letters for role, letters in cells.items() if letters}
		for doctype, cells in role_table.shipped().items()
	}
	assert role_table.written() == shipped, "run python -m tests.role_table"


def test_every_doctype_of_ours_names_a_role_that_may_read_it():
	assert len(role_table.shipped()) > 10
	for doctype, cells in role_table.shipped().items():
		assert any("R" in letters for letters in cells.values()), doctype


def test_nobody_but_who_runs_the_site_may_delete_a_case_or_its_history():
	for doctype in ("Service Folio", "Service Commitment", "Service Event"):
		assert not any("D" in letters for letters in role_table.shipped()[doctype].values()), doctype
