"""Remedies on a site: promised within what was accepted, approved by who may, done by documents of the books, and their cost (K3)."""

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from nervion_service.domain.remedies import Problem, RemedyStage
from nervion_service.domain.taxonomy import CommitmentKind, Events, Role
from nervion_service.services.remedies import costs, ledger
from tests import factories
from tests.engine import run_as
from tests.site import remedy_factories as remedies
from tests.site import visit_factories as visits
from tests.site.folio_factories import cast, everybody  # noqa: F401 (a fixture)

CAST = (Role.QUALITY, Role.COMMERCIAL_DIRECTOR, Role.COORDINATOR, Role.SALES, Role.EXECUTIVE)


@pytest.fixture(autouse=True)
def limit():
	frappe.db.set_single_value("Complaint Settings", "remedy_approval_limit", 1000)


def events_of(complaint, code):
	return frappe.get_all(
		"Service Event", {"case_name": complaint.name, "event": code}, pluck="reference_name"
	)


def test_a_replacement_is_done_when_its_delivery_is_submitted_and_not_any_more_when_that_is_cancelled():
	complaint, _delivery = remedies.delivered_complaint()
	remedy = remedies.promise(complaint)
	assert ledger.open_for(complaint.name) == [f"{remedy.name} (Replacement {remedy.item}): Approved"]
	note = remedies.replacement(complaint, submit=False)
	remedies.name_document(remedy, note)
	assert (remedies.stage_of(remedy), remedies.problem_of(remedy)) == ("Approved", Problem.NOT_SUBMITTED)
	note = factories.submitted(note)
	assert remedies.stage_of(remedy) == RemedyStage.DONE
	assert ledger.open_for(complaint.name) == []
	assert events_of(complaint, Events.REMEDY_DONE) == [remedy.name]
	[cost] = remedies.costs_of(complaint)
	assert (cost.cost_kind, cost.remedy, cost.reference, cost.item) == (
		"Product",
		remedy.name,
		note.name,
		remedy.item,
	)
	assert cost.amount > 0 and cost.customer == complaint.customer
	note.cancel()
	assert (remedies.stage_of(remedy), remedies.problem_of(remedy)) == ("Approved", Problem.NOT_SUBMITTED)
	assert "not submitted" in ledger.open_for(complaint.name)[0]
	assert events_of(complaint, Events.REMEDY_UNDONE) == [remedy.name]
	assert sum(row.amount for row in remedies.costs_of(complaint)) == 0


def test_what_a_cancelled_document_was_amended_into_proves_it_again():
	complaint, _delivery = remedies.delivered_complaint()
	remedy = remedies.promise(complaint)
	note = remedies.replacement(complaint)
	remedies.name_document(remedy, note)
	note.cancel()
	amended = frappe.copy_doc(note)
	amended.amended_from, amended.docstatus = note.name, 0
	amended.insert()
	factories.submitted(amended)
	assert remedies.stage_of(remedy) == RemedyStage.DONE
	assert frappe.db.get_value("Complaint Remedy", remedy.name, "reference") == amended.name


def test_goods_that_come_back_of_the_batch_prove_a_return_and_cost_nothing_by_themselves():
	complaint, delivery = remedies.delivered_complaint(batched=True, remedy="Return")
	remedy = remedies.promise(complaint, kind="Return")
	back = factories.make_return(delivery, {remedy.item: remedies.DEFAULT_QTY})
	remedies.name_document(remedy, back)
	assert remedies.problem_of(remedy) is None
	assert remedies.stage_of(remedy) == RemedyStage.DONE
	assert remedies.costs_of(complaint) == []


def test_a_credit_note_proves_the_money_to_the_cent_and_is_a_cost():
	complaint, delivery = remedies.delivered_complaint(remedy="Credit Note")
	invoice = factories.make_sales_invoice(delivery_note=delivery)
	remedy = remedies.credit(complaint, 900)
	note = factories.make_return(invoice, {remedy.item: 10})
	remedies.name_document(remedy, note)
	assert remedies.problem_of(remedy) is None
	assert remedies.stage_of(remedy) == RemedyStage.DONE
	[cost] = remedies.costs_of(complaint)
	assert (cost.cost_kind, cost.amount) == ("Credit", 900)
	dearer = remedies.credit(complaint, 1)
	remedies.name_document(dearer, note)
	assert remedies.problem_of(dearer) == Problem.TOO_LITTLE, "the note is used up"
	assert remedies.stage_of(remedy) == RemedyStage.DONE


def test_a_document_that_does_not_fit_says_why_and_proves_nothing():
	complaint, _delivery = remedies.delivered_complaint()
	remedy = remedies.promise(complaint)
	other = factories.make_customer()
	old = remedies.replacement(complaint, posting_date=add_days(now_datetime(), -5))
	for note, expected in (
		(remedies.replacement(complaint, qty=11), Problem.TOO_MUCH),
		(remedies.replacement(complaint, qty=9), Problem.TOO_LITTLE),
		(remedies.replacement(complaint, customer=other.name), Problem.CUSTOMER),
		(factories.make_delivery_note(customer=complaint.customer), Problem.ITEM),
		(old, Problem.TOO_EARLY),
	):
		remedies.name_document(remedy, note)
		assert (remedies.stage_of(remedy), remedies.problem_of(remedy)) == ("Approved", expected)
	assert remedies.costs_of(complaint) == []


def test_an_invoice_that_charges_for_a_replacement_is_told_to_who_answers_for_it():
	frappe.db.set_value("User", cast(Role.QUALITY), "language", "en")
	complaint, _delivery = remedies.delivered_complaint()
	remedy = remedies.promise(complaint)
	row = {"item_code": remedy.item, "qty": remedies.DEFAULT_QTY, "rate": 90}
	invoice = factories.make_sales_invoice(complaint.customer, [row], update_stock=1)
	remedies.name_document(remedy, invoice)
	assert remedies.stage_of(remedy) == RemedyStage.DONE
	bell = {"for_user": cast(Role.QUALITY), "document_name": complaint.name}
	assert "charges the customer" in frappe.db.get_value("Notification Log", bell, "subject")


def test_one_delivery_that_several_remedies_name_before_it_leaves_makes_all_of_them_good():
	first, _delivery = remedies.delivered_complaint()
	second = remedies.admitted(
		frappe.get_doc(first.lines[0].delivery_type, first.lines[0].delivery), first.lines[0].item, qty=4
	)
	note = remedies.replacement(first, qty=14, submit=False)
	both = [remedies.promise(complaint) for complaint in (first, second)]
	for remedy in both:
		remedies.name_document(remedy, note)
	factories.submitted(note)
	assert [remedies.stage_of(remedy) for remedy in both] == [RemedyStage.DONE] * 2


def test_up_to_the_limit_one_person_approves_and_above_it_the_director_and_never_the_same():
	complaint, _delivery = remedies.delivered_complaint(rate=900)
	with run_as(cast(Role.QUALITY)):
		assert remedies.credit(complaint, 1000).approved_by == cast(Role.QUALITY)
		dear = remedies.credit(complaint, 1000.01)
		assert (dear.stage, dear.approved_by, dear.above_limit) == ("Promised", None, 1)
		with pytest.raises(frappe.PermissionError, match="Commercial Director approves it"):
			ledger.approve(dear.name)
	with run_as(cast(Role.COMMERCIAL_DIRECTOR)):
		assert ledger.approve(dear.name) == RemedyStage.APPROVED
	own = remedies.credit(complaint, 2000)
	own.db_set("promised_by", cast(Role.COMMERCIAL_DIRECTOR))
	with (
		run_as(cast(Role.COMMERCIAL_DIRECTOR)),
		pytest.raises(frappe.PermissionError, match="somebody else than who promised"),
	):
		ledger.approve(own.name)
	assert remedies.stage_of(own) == RemedyStage.PROMISED


def test_who_may_not_promise_or_approve_does_not():
	complaint, _delivery = remedies.delivered_complaint(rate=900)
	remedy = remedies.credit(complaint, 5000)
	for role in (Role.SALES, Role.EXECUTIVE):
		with run_as(cast(role)):
			with pytest.raises(frappe.PermissionError):
				remedies.credit(complaint, 10)
			for action in (ledger.approve, lambda name: ledger.cancel(name, "Otra cosa")):
				with pytest.raises(frappe.PermissionError):
					action(remedy.name)
	complaint.db_set("about_user", cast(Role.COMMERCIAL_DIRECTOR))
	with (
		run_as(cast(Role.COMMERCIAL_DIRECTOR)),
		pytest.raises(frappe.PermissionError, match="about you"),
	):
		ledger.approve(remedy.name)
	assert remedies.stage_of(remedy) == RemedyStage.PROMISED


@pytest.mark.parametrize("stage", [RemedyStage.APPROVED, RemedyStage.PROMISED])
def test_what_was_approved_is_not_changed_and_what_the_house_writes_is_not_typed(stage):
	complaint, _delivery = remedies.delivered_complaint(rate=900)
	forged = {
		"stage": "Done",
		"approved_by": cast(Role.COMMERCIAL_DIRECTOR),
		"done_at": now_datetime(),
		"base_amount": 1,
		"stock_qty": 1,
		"above_limit": int(stage == RemedyStage.APPROVED),
		"customer": factories.make_customer().name,
		"company": None,
		"company_currency": "USD",
	}
	with run_as(cast(Role.QUALITY)):
		remedy = remedies.credit(complaint, 500 if stage == RemedyStage.APPROVED else 5000)
		stored = frappe.db.get_value("Complaint Remedy", remedy.name, list(forged), as_dict=True)
		for name, value in forged.items():
			with pytest.raises(frappe.PermissionError, match="written by the actions"):
				frappe.get_doc("Complaint Remedy", remedy.name).update({name: value}).save()
		if stage == RemedyStage.APPROVED:
			with pytest.raises(frappe.ValidationError, match="What was approved is not changed"):
				frappe.get_doc("Complaint Remedy", remedy.name).update({"amount": 5000}).save()
	assert stored.stage == stage
	assert frappe.db.get_value("Complaint Remedy", remedy.name, list(forged), as_dict=True) == stored


def test_a_new_remedy_brings_nothing_of_what_the_house_writes():
	complaint, _delivery = remedies.delivered_complaint(rate=900)
	forged = {"base_amount": 1, "stock_qty": 7, "customer": factories.make_customer().name}
	remedy = remedies.credit(complaint, 2000, **forged)
	assert (remedy.base_amount, remedy.stock_qty, remedy.customer) == (2000, 0, complaint.customer)


def test_the_limit_is_not_walked_round_by_a_small_value_by_many_promises_or_by_raising_one():
	complaint, _delivery = remedies.delivered_complaint(rate=900)
	with run_as(cast(Role.COORDINATOR)):
		cheap = remedies.promise(complaint, amount=1)
		assert (cheap.base_amount, cheap.stage) == (9000, RemedyStage.PROMISED)
	other, _delivery = remedies.delivered_complaint(rate=900)
	with run_as(cast(Role.COORDINATOR)):
		found = [remedies.credit(other, 400) for _number in range(3)]
		assert [one.stage for one in found] == ["Approved", "Approved", "Promised"]
		with pytest.raises(frappe.PermissionError, match="above the limit"):
			ledger.approve(found[-1].name)
	with run_as(cast(Role.COMMERCIAL_DIRECTOR)):
		raised = frappe.get_doc("Complaint Remedy", found[-1].name).update({"amount": 30000}).save()
		assert raised.promised_by == cast(Role.COMMERCIAL_DIRECTOR)
		with pytest.raises(frappe.PermissionError, match="somebody else than who promised"):
			ledger.approve(raised.name)
		with pytest.raises(frappe.ValidationError, match="delivered for .*36,000.*: more money"):
			raised.update({"amount": 36000}).save()
	assert remedies.stage_of(raised) == RemedyStage.PROMISED


def test_goods_without_a_delivery_are_worth_what_they_sell_for_and_nobody_takes_his_own_word_for_it():
	unnamed = {"delivery": None, "delivery_type": None}
	complaint, _delivery = remedies.delivered_complaint(qty=40, **unnamed)
	assert complaint.lines[0].delivery is None
	with run_as(cast(Role.COORDINATOR)):
		cheap = remedies.promise(complaint, amount=1)
		assert (cheap.base_amount, cheap.stage) == (3600, RemedyStage.PROMISED)
		other, _delivery = remedies.delivered_complaint(**unnamed)
		never_sold = factories.make_item(batched=False).name
		other.lines[0].db_set("item", never_sold)
		typed = remedies.promise(other, amount=1)
		assert (typed.base_amount, typed.stage) == (1, RemedyStage.PROMISED)
		with pytest.raises(frappe.PermissionError, match="somebody else approves it"):
			ledger.approve(typed.name)
	assert remedies.stage_of(typed) == RemedyStage.PROMISED
	with run_as(cast(Role.QUALITY)):
		assert ledger.approve(typed.name) == RemedyStage.APPROVED


def test_a_part_of_a_remedy_or_another_kind_of_it_leaves_the_rest_owed_and_promised_in_one_go():
	complaint, _delivery = remedies.delivered_complaint()
	remedies.credit(complaint, 1)
	assert ledger.open_for(complaint.name)[-1] == "line 1: Replacement not promised yet"
	first = remedies.promise(complaint, qty=1)
	remedies.name_document(first, remedies.replacement(complaint, qty=1))
	unit = complaint.lines[0].uom
	assert ledger.open_for(complaint.name)[-1] == (
		f"line 1: Replacement promised only in part, 9 {unit} is still to be promised"
	)
	[name] = ledger.promise_lines(complaint.name)
	assert frappe.db.get_value("Complaint Remedy", name, ["kind", "qty"]) == ("Replacement", 9)
	assert ledger.open_for(complaint.name)[-1].startswith(name)
	assert ledger.promise_lines(complaint.name) == []


def test_money_is_owed_until_its_amount_is_promised_which_only_who_sees_values_is_told():
	complaint, _delivery = remedies.delivered_complaint(remedy="Credit Note")
	[name] = ledger.promise_lines(complaint.name)
	assert frappe.db.get_value("Complaint Remedy", name, "base_amount") == 900, "what ten were delivered for"
	ledger.cancel(name, "En dos partes")
	remedies.credit(complaint, 300)
	assert "600.00" in ledger.open_for(complaint.name)[-1]
	with run_as(cast(Role.SALES)):
		assert ledger.open_for(complaint.name)[-1] == "line 1: Credit Note promised only in part"


@pytest.mark.parametrize(
	("values", "words"),
	[
		({"qty": 10.5}, "only 10 .* was accepted"),
		({"qty": 0}, "Say how much is given"),
		({"line_no": 7}, "no line 7"),
		({"line_no": 0, "item": ""}, "choose one of its lines"),
		({"kind": "Credit Note", "amount": 0}, "how much money"),
		({"kind": "Credit Note", "amount": 10, "currency": "USD"}, "what one USD is in MXN"),
		({"kind": "Discount", "amount": -5}, "cannot be less than nothing"),
	],
)
def test_a_promise_that_makes_no_sense_is_refused(values, words):
	complaint, _delivery = remedies.delivered_complaint()
	with pytest.raises(frappe.ValidationError, match=words):
		remedies.promise(complaint, **values)
	assert not frappe.db.exists("Complaint Remedy", {"complaint": complaint.name})


def test_nothing_is_promised_before_the_verdict_after_the_end_or_twice():
	complaint, _delivery = remedies.delivered_complaint()
	remedies.promise(complaint)
	with pytest.raises(frappe.ValidationError, match="more cannot be promised"):
		remedies.promise(complaint, kind="Replacement", qty=1)
	for values, words in (({"verdict": "Inadmissible"}, "was admitted"), ({"stage": "Closed"}, "is over")):
		other, _delivery = remedies.delivered_complaint()
		other.db_set(values)
		with pytest.raises(frappe.ValidationError, match=words):
			remedies.promise(other)


def test_what_the_verdict_gave_is_promised_in_one_go_and_is_owed_before_that():
	complaint, _delivery = remedies.delivered_complaint()
	assert ledger.open_for(complaint.name) == ["line 1: Replacement not promised yet"]
	with run_as(cast(Role.COORDINATOR)):
		[name] = ledger.promise_lines(complaint.name, str(add_days(now_datetime(), 5).date()))
		assert ledger.promise_lines(complaint.name) == []
	remedy = frappe.get_doc("Complaint Remedy", name)
	assert (remedy.qty, remedy.base_amount, remedy.stage) == (10, 900, "Approved")
	promise = {"case_name": complaint.name, "kind": CommitmentKind.REMEDY}
	assert frappe.db.count("Service Commitment", promise) == 1
	ledger.cancel(name, "El cliente prefiere otra cosa")
	assert frappe.db.get_value("Service Commitment", promise, "status") == "Running"
	assert ledger.open_for(complaint.name) == ["line 1: Replacement not promised yet"]
	complaint.lines[0].db_set("remedy", "None")
	ledger.cancel(remedies.credit(complaint, 50).name, "Se resolvió con una explicación")
	assert frappe.db.get_value("Service Commitment", promise, "status") == "Cancelled"


def test_the_promise_to_the_customer_is_kept_by_the_last_remedy_and_owed_again_when_it_is_undone():
	frappe.db.set_single_value("Complaint Settings", "remedy_approval_limit", 2000)
	complaint, delivery = remedies.delivered_complaint()
	invoice = factories.make_sales_invoice(delivery_note=delivery)
	replaced, credited = remedies.promise(complaint), remedies.credit(complaint, 180)
	status = lambda: frappe.get_all(  # noqa: E731
		"Service Commitment",
		{"case_name": complaint.name, "kind": CommitmentKind.REMEDY},
		pluck="status",
		order_by="creation, name",
	)
	remedies.name_document(replaced, remedies.replacement(complaint))
	assert status() == ["Running"]
	note = factories.make_return(invoice, {replaced.item: 2})
	remedies.name_document(credited, note)
	assert status() == ["Fulfilled"]
	note.cancel()
	assert status() == ["Fulfilled", "Running"]


def test_a_complaint_that_was_closed_is_taken_up_again_when_what_made_it_good_is_undone():
	frappe.db.set_value("User", cast(Role.QUALITY), "language", "en")
	complaint, _delivery = remedies.delivered_complaint()
	first, second = (remedies.promise(complaint, qty=qty) for qty in (6, 4))
	note = remedies.replacement(complaint, submit=False)
	for remedy in (first, second):
		remedies.name_document(remedy, note)
	note = factories.submitted(note)
	assert [remedies.stage_of(one) for one in (first, second)] == [RemedyStage.DONE] * 2
	long_ago = {"closed_at": "2020-01-01", "first_closed_at": "2020-01-01"}
	for case in (complaint, frappe.get_doc("Service Folio", complaint.folio)):
		# no window of the customer's binds what we owe
		case.db_set({"stage": "Closed", "workflow_state": "Closed", **long_ago})
	open_promises = {"case_name": complaint.name, "kind": CommitmentKind.REMEDY, "status": "Running"}
	with run_as(cast(Role.EXECUTIVE)):
		note.flags.ignore_permissions = True
		note.cancel()
	taken_up = frappe.get_doc("Service Complaint", complaint.name)
	assert (taken_up.stage, taken_up.reopen_count) == ("Reopened", 1)
	assert frappe.db.get_value("Service Folio", complaint.folio, "stage") == "Reopened"
	assert note.name in taken_up.reopen_reason and first.name in taken_up.reopen_reason
	assert frappe.db.count("Service Commitment", open_promises) == 1
	bell = {"for_user": cast(Role.QUALITY), "document_name": complaint.name, "subject": ("like", "%any more")}
	assert frappe.db.count("Notification Log", bell) == 2


def test_a_complaint_that_was_withdrawn_stays_so_and_promises_nothing_anew():
	complaint, _delivery = remedies.delivered_complaint()
	remedy, note = remedies.promise(complaint), remedies.replacement(complaint)
	remedies.name_document(remedy, note)
	complaint.db_set({"stage": "Withdrawn", "workflow_state": "Withdrawn"})
	note.cancel()
	assert frappe.db.get_value("Service Complaint", complaint.name, "stage") == "Withdrawn"
	promise = {"case_name": complaint.name, "kind": CommitmentKind.REMEDY, "status": "Running"}
	assert not frappe.db.exists("Service Commitment", promise)


def test_a_cost_is_written_once_in_company_currency_and_taken_back_by_its_opposite():
	complaint, _delivery = remedies.delivered_complaint()
	remedy = remedies.promise(complaint)
	values = {"doctype": "Complaint Cost", "complaint": complaint.name, "cost_kind": "Freight"}
	with run_as(cast(Role.QUALITY)):
		for wrong, words in (
			({"paid_amount": 100, "currency": "USD"}, "what one USD is in MXN"),
			({"paid_amount": 0}, "greater than nothing"),
			({"paid_amount": -5}, "greater than nothing"),
			({"paid_amount": 5, "posting_date": add_days(now_datetime(), 3)}, "future"),
			({"paid_amount": 900, "cost_kind": "Product"}, "The books write"),
			({"paid_amount": 900, "cost_kind": "Credit"}, "The books write"),
		):
			with pytest.raises(frappe.ValidationError, match=words):
				frappe.get_doc({**values, **wrong}).insert()
		cost = frappe.get_doc(
			{
				**values,
				"paid_amount": 100,
				"currency": "USD",
				"conversion_rate": 17.255,
				"remedy": remedy.name,
			}
		).insert()
		assert (cost.amount, cost.remedy, cost.customer) == (1725.5, None, complaint.customer)
		with pytest.raises(frappe.PermissionError):
			cost.update({"paid_amount": 1}).save()
		back = costs.take_back(cost.name, "Era de otra queja")
		with pytest.raises(frappe.ValidationError, match="taken back already"):
			costs.take_back(cost.name)
		with pytest.raises(frappe.ValidationError, match="taken back already"):
			costs.take_back(back)
	assert [row.amount for row in remedies.costs_of(complaint)] == [1725.5, -1725.5]
	# two at once that passed the check: the database keeps the second one out
	with pytest.raises(frappe.UniqueValidationError):
		costs.reverse(cost)
	for role in (Role.SALES, Role.EXECUTIVE):
		with run_as(cast(role)):
			with pytest.raises(frappe.PermissionError):
				costs.take_back(cost.name)
			with pytest.raises(frappe.PermissionError):
				costs.sums("item", complaint.company)


def test_the_ledger_adds_up_by_what_is_asked_and_by_the_cause_of_the_complaint():
	company = factories.make_company().name
	before = {one.value: one.amount for one in costs.sums("item", company)}
	complaint, _delivery = remedies.delivered_complaint()
	item = complaint.lines[0].item
	for kind, amount in (("Freight", 120.35), ("Laboratory", 80)):
		values = {"complaint": complaint.name, "cost_kind": kind, "paid_amount": amount, "item": item}
		frappe.get_doc({"doctype": "Complaint Cost", **values}).insert()
	found = {one.value: one for one in costs.sums("item", company)}
	assert item not in before
	assert (float(found[item].amount), found[item].rows) == (200.35, 2)
	future = costs.sums("item", company, add_days(now_datetime(), 1), add_days(now_datetime(), 2))
	assert future == ()


def test_sales_sees_neither_the_ledger_nor_what_a_remedy_is_worth():
	assert not frappe.permissions.get_doc_permissions(frappe.new_doc("Complaint Cost"), cast(Role.SALES)).get(
		"read"
	)
	meta = frappe.get_meta("Complaint Remedy")
	hidden = {field.fieldname for field in meta.fields if field.permlevel}
	assert {"amount", "base_amount"} <= hidden
	for role, expected in ((Role.SALES, [0]), (Role.QUALITY, [0, 1])):
		with run_as(cast(role)):
			levels = meta.get_permlevel_access("read", user=cast(role))
		assert sorted(levels) == expected, role


def test_a_document_that_no_remedy_names_is_submitted_and_cancelled_as_ever():
	note = factories.make_delivery_note()
	note.cancel()
	assert note.docstatus == 2


def test_a_repaint_is_done_when_the_visit_that_made_it_is_finished_and_not_when_nobody_went():
	complaint, _delivery = remedies.delivered_complaint(remedy="Repaint")
	for result, expected in (("Not Done", RemedyStage.APPROVED), ("Resolved", RemedyStage.DONE)):
		visit = visits.start(visits.make_visit(complaint=complaint.name))
		remedy = remedies.promise(complaint, kind="Repaint", amount=500)
		remedies.name_document(remedy, visit)
		assert remedies.problem_of(remedy) == Problem.NOT_SUBMITTED
		visits.finish(visit, result=result)
		assert remedies.stage_of(remedy) == expected
	[cost] = remedies.costs_of(complaint)
	assert (cost.cost_kind, cost.amount) == ("Labour", 500)
	late = remedies.promise(complaint, kind="Repaint", amount=400)
	remedies.name_document(late, visit)
	assert remedies.problem_of(late) in (Problem.BEFORE_PROMISE, Problem.USED)
	assert len(remedies.costs_of(complaint)) == 1, "nobody paints twice in one visit"
	labour = {
		"doctype": "Complaint Cost",
		"complaint": complaint.name,
		"cost_kind": "Labour",
		"paid_amount": 500,
	}
	with pytest.raises(frappe.ValidationError, match=f"labour of {remedy.name} was booked already"):
		frappe.get_doc(labour).insert()
	frappe.get_doc({**labour, "note": "Andamio para la azotea"}).insert()


def test_who_does_not_see_the_complaint_does_not_see_its_remedies():
	complaint, _delivery = remedies.delivered_complaint()
	remedy = remedies.promise(complaint)
	seen = {}
	for role in (Role.SALES, Role.EXECUTIVE):
		with run_as(cast(role)):
			listed = frappe.get_list("Complaint Remedy", {"name": remedy.name}, pluck="name")
			seen[role] = (listed, frappe.has_permission("Complaint Remedy", "read", doc=remedy.name))
	assert seen == {Role.SALES: ([], False), Role.EXECUTIVE: ([remedy.name], True)}
