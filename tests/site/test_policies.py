"""Promises as administrators write them: versions, approval, date of effect, choice (D1, D20)."""

from datetime import datetime, timedelta

import frappe
import pytest

from nervion_service.domain import commitments as domain
from nervion_service.nervion_service.doctype.commitment_policy import commitment_policy
from nervion_service.services import clock, policies, policy_versions
from tests import factories
from tests.site.spine import make_policy, only_these_policies

NOW = datetime(2026, 11, 9, 10)


def facts(**overrides):
	values = {"document_type": "Service Folio", "company": factories.make_company().name}
	return {**values, **overrides}


def chosen(at=NOW, **overrides):
	return {found.policy.kind: found.name for found in policies.applicable(facts(**overrides), at)}


def user_with(*roles):
	return factories.make_user(roles=roles).name


def test_an_approved_promise_applies_and_a_draft_does_not():
	approved, draft = make_policy(), make_policy(approved=False, kind="Acceptance")
	only_these_policies(approved)
	assert chosen() == {"First Answer": approved.name}
	policy_versions.approve(draft.name)
	assert chosen() == {"First Answer": approved.name, "Acceptance": draft.name}


def test_the_most_specific_promise_of_a_kind_wins():
	general = make_policy()
	urgent = make_policy(priority="Urgent")
	urgent_claim = make_policy(priority="Urgent", nature="Claim")
	only_these_policies()
	for doc in (general, urgent, urgent_claim):
		frappe.db.set_value("Commitment Policy", doc.name, "status", "Approved")
	policies.forget()
	assert chosen(priority="Low")["First Answer"] == general.name
	assert chosen(priority="Urgent", nature="Order")["First Answer"] == urgent.name
	assert chosen(priority="Urgent", nature="Claim")["First Answer"] == urgent_claim.name


def test_a_promise_of_another_company_or_document_does_not_apply():
	mine = make_policy(company=factories.make_company().name)
	only_these_policies(mine)
	assert chosen() == {"First Answer": mine.name}
	assert chosen(company="Otra") == {}
	assert policies.applicable(facts(document_type="ToDo"), NOW) == []


def test_a_version_counts_from_its_date_of_effect_and_the_earlier_one_until_then():
	first = make_policy()
	only_these_policies(first)
	draft = frappe.get_doc("Commitment Policy", commitment_policy.new_version(first.name))
	draft.effective_from = clock.now() + timedelta(days=7)
	draft.allowance = 3 * 3600
	draft.save()
	commitment_policy.approve(draft.name)
	assert draft.name == f"{first.policy_code}-V2"
	assert chosen(at=clock.now())["First Answer"] == first.name
	assert chosen(at=clock.now() + timedelta(days=8))["First Answer"] == draft.name


def test_a_new_version_is_a_draft_with_the_next_number_and_the_same_terms():
	first = make_policy(steps=[{"step_name": "mitad", "share": 50, "audience": "Responsible", "level": 0}])
	draft = frappe.get_doc("Commitment Policy", commitment_policy.new_version(first.name))
	assert (draft.status, draft.version, draft.approved_by, draft.effective_from) == ("Draft", 2, None, None)
	assert policies.to_domain(draft) == policies.to_domain(first)
	again = commitment_policy.new_version(first.name)
	assert again == f"{first.policy_code}-V3"


def test_approval_says_who_when_and_from_when():
	draft = make_policy(approved=False, effective_from=None)
	before = clock.now()
	doc = policy_versions.approve(draft.name)
	assert (doc.status, doc.approved_by) == ("Approved", "Administrator")
	assert doc.effective_from == doc.approved_at >= before


def test_a_later_version_cannot_take_effect_in_the_past():
	first = make_policy()
	draft = frappe.get_doc("Commitment Policy", policy_versions.new_version(first.name).name)
	draft.effective_from = "2021-01-01 00:00:00"
	draft.save()
	with pytest.raises(frappe.ValidationError, match="cannot take effect in the past"):
		policy_versions.approve(draft.name)
	assert frappe.db.get_value("Commitment Policy", draft.name, "status") == "Draft"


def test_promises_are_approved_by_the_director_and_not_by_the_coordinator(run_as):
	draft = make_policy(approved=False)
	coordinator, director = user_with("Service Coordinator"), user_with("Commercial Director")
	with run_as(coordinator), pytest.raises(frappe.PermissionError, match="approved by one of these roles"):
		commitment_policy.approve(draft.name)
	assert frappe.db.get_value("Commitment Policy", draft.name, "status") == "Draft"
	with run_as(director):
		commitment_policy.approve(draft.name)
	assert frappe.db.get_value("Commitment Policy", draft.name, "approved_by") == director


@pytest.mark.parametrize("role", ["Service Coordinator", "Service Executive"])
def test_the_deputy_of_an_absent_director_approves_until_the_absence_is_over(run_as, role):
	draft, director, deputy = make_policy(approved=False), user_with("Commercial Director"), user_with(role)
	day = clock.now().date()
	past = {"from_date": day - timedelta(days=9), "to_date": day - timedelta(days=1)}
	row = factories.insert("Service Deputy", {"person": director, "deputy": deputy, **past})
	with run_as(deputy), pytest.raises(frappe.PermissionError, match="approved by one of these roles"):
		commitment_policy.approve(draft.name)
	assert frappe.db.get_value("Commitment Policy", draft.name, "status") == "Draft"
	row.to_date = day
	row.save()
	with run_as(deputy):
		commitment_policy.approve(draft.name)
	assert frappe.db.get_value("Commitment Policy", draft.name, ["status", "approved_by"]) == (
		"Approved",
		deputy,
	)
	said = frappe.get_all("Comment", {"reference_name": draft.name, "comment_type": "Info"}, pluck="content")
	assert director in said[0]


def test_nobody_becomes_an_approver_by_naming_themselves_deputy(run_as):
	draft, director = make_policy(approved=False), user_with("Commercial Director")
	coordinator, day = user_with("Service Coordinator"), clock.now().date()
	with run_as(coordinator):
		row = {"person": director, "deputy": coordinator, "from_date": day, "to_date": day}
		frappe.get_doc({"doctype": "Service Deputy", **row}).insert()
		with pytest.raises(frappe.PermissionError, match="approved by one of these roles"):
			commitment_policy.approve(draft.name)
	assert frappe.db.get_value("Commitment Policy", draft.name, "status") == "Draft"


def test_somebody_without_permission_neither_copies_nor_approves_nor_retires(run_as):
	doc = make_policy()
	with run_as(user_with("Service Executive")):
		for act in (commitment_policy.new_version, commitment_policy.approve, commitment_policy.retire):
			with pytest.raises(frappe.PermissionError):
				act(doc.name)
	assert frappe.db.count("Commitment Policy", {"policy_code": doc.policy_code}) == 1
	assert frappe.db.get_value("Commitment Policy", doc.name, "status") == "Approved"


def test_a_promise_inserted_as_approved_by_a_request_is_born_a_draft(run_as):
	with run_as(user_with("Service Coordinator")):
		doc = frappe.get_doc(
			{
				"doctype": "Commitment Policy",
				"policy_code": factories.unique("POLIZA", "-"),
				"title": "Sin permiso",
				"kind": "First Answer",
				"status": "Approved",
				"approved_by": "Administrator",
				"allowance": 60,
				"basis": "Working Time",
			}
		).insert()
	assert (doc.status, doc.approved_by) == ("Draft", None)


@pytest.mark.parametrize(
	"change",
	[
		{"status": "Approved", "effective_from": "2020-01-01 00:00:00"},
		{"status": "Retired"},
		{"approved_by": "Administrator"},
		{"approved_at": "2020-01-01 00:00:00"},
		{"version": 9},
	],
)
def test_a_request_puts_no_draft_into_force_past_the_approver(run_as, change):
	draft = make_policy(approved=False)
	with run_as(user_with("Service Coordinator")):
		doc = frappe.get_doc("Commitment Policy", draft.name)
		doc.update(change)
		with pytest.raises(frappe.ValidationError, match="change by Approve"):
			doc.save()
	kept = frappe.get_doc("Commitment Policy", draft.name)
	assert (kept.status, kept.approved_by, kept.approved_at, kept.version) == ("Draft", None, None, 1)


def test_what_is_in_force_is_not_edited_and_not_deleted():
	doc = make_policy()
	doc.allowance = 60
	with pytest.raises(frappe.ValidationError, match="make a new version"):
		doc.save()
	with pytest.raises(frappe.ValidationError, match="retire it instead"):
		frappe.delete_doc("Commitment Policy", doc.name)
	assert frappe.db.get_value("Commitment Policy", doc.name, "allowance") == 4 * 3600


def test_a_draft_is_edited_and_deleted_freely():
	draft = make_policy(approved=False)
	draft.allowance = 3600
	draft.save()
	frappe.delete_doc("Commitment Policy", draft.name)
	assert not frappe.db.exists("Commitment Policy", draft.name)


def test_a_retired_promise_is_over_and_its_earlier_versions_do_not_come_back():
	first = make_policy()
	only_these_policies(first)
	second = policy_versions.approve(policy_versions.new_version(first.name).name)
	assert chosen(at=clock.now() + timedelta(minutes=1)) == {"First Answer": second.name}
	commitment_policy.retire(second.name)
	assert chosen(at=clock.now() + timedelta(minutes=1)) == {}
	assert frappe.db.get_value("Commitment Policy", first.name, "status") == "Retired"


def test_the_step_at_the_due_time_is_the_breach_and_others_keep_their_names_and_audiences():
	doc = make_policy(
		steps=[
			{"step_name": "cuatro quintos", "share": 80, "audience": "Responsible", "level": 0},
			{
				"step_name": "se acabó",
				"share": 100,
				"audience": "Role",
				"role": "Service Coordinator",
				"level": 1,
			},
			{
				"step_name": "un día",
				"after": 86400,
				"after_basis": "Clock Time on Working Days",
				"audience": "User",
				"user": "Administrator",
				"level": 2,
			},
		]
	)
	steps = policies.to_domain(doc).steps
	assert [(step.name, step.audience, step.level) for step in steps] == [
		("cuatro quintos", "Responsible", 0),
		(domain.BREACH, "Role:Service Coordinator", 1),
		("un día", "User:Administrator", 2),
	]
	assert steps[2].at == domain.After(timedelta(days=1), domain.Basis.CLOCK_TIME_ON_WORKING_DAYS)
	assert policies.split_audience("Role:Service Coordinator") == ("Role", "Service Coordinator")


STEP = {"step_name": "aviso", "share": 50, "audience": "Responsible"}


@pytest.mark.parametrize(
	("values", "message"),
	[
		({"allowance": 0}, "Allowance: say how much time is promised"),
		({"basis": "Calendar Days", "allowance": 90000}, "calendar days are whole days"),
		({"basis": "Same Business Day", "pauses_while_waiting": 1}, "cannot pause"),
		({"calendar": "No hay tal"}, "Could not find Calendar: No hay tal"),
		(
			{"steps": [{**STEP, "after": 60, "after_basis": "Working Time"}]},
			r"row 1 \(aviso\): give either a share",
		),
		({"steps": [{**STEP, "share": 0}]}, r"row 1 \(aviso\): give either a share"),
		({"steps": [{**STEP, "share": -5}]}, "time cannot be negative"),
		({"steps": [{**STEP, "share": 0, "after": 60}]}, "on which basis"),
		({"steps": [{**STEP, "audience": "Role"}]}, "choose the role"),
		({"steps": [{**STEP, "audience": "User"}]}, "choose the user"),
		({"steps": [STEP, {**STEP, "share": 80}]}, "two steps have this name"),
		({"steps": [{**STEP, "step_name": "Breach"}]}, "kept for the step at 100 %"),
	],
)
def test_terms_that_make_no_sense_are_refused_with_the_field_and_nothing_is_stored(values, message):
	before = frappe.db.count("Commitment Policy")
	with pytest.raises(frappe.ValidationError, match=message):
		make_policy(approved=False, **values)
	assert frappe.db.count("Commitment Policy") == before


def test_the_same_business_day_needs_no_allowance():
	doc = make_policy(kind="Registration", basis="Same Business Day", allowance=0)
	assert policies.to_domain(doc).basis == domain.Basis.SAME_BUSINESS_DAY


def test_terms_survive_the_way_to_a_commitment_and_back():
	policy = policies.to_domain(make_policy(pauses_while_waiting=1, pause_cap=864000, steps=[STEP]))
	terms = policies.dump_terms(policy)
	assert policies.policy_from_terms(terms) == policy
	assert policies.policy_from_terms(terms) is policies.policy_from_terms(terms)
