"""Remedies: approved by who may, done when a document proves them, and never more than was accepted (K3)."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nervion_service.domain.remedies import (
	DELIVERY_NOTE,
	KINDS,
	PROOFS,
	SALES_INVOICE,
	VISIT,
	Kind,
	Line,
	Problem,
	Proof,
	Remedy,
	exceeds,
	held,
	is_charged,
	mismatch,
	settle,
	uncovered,
)
from nervion_service.domain.remedy_approval import approval_problem, approval_value
from nervion_service.domain.taxonomy import Role

QUALITY, DIRECTOR, SALES = Role.QUALITY, Role.COMMERCIAL_DIRECTOR, Role.SALES
LIMIT = Decimal("10000.00")
litres = st.decimals("0.001", "9999", places=3)
pesos = st.decimals("0.01", "999999", places=2)


def remedy(**overrides):
	values = {
		"name": "RM-1",
		"kind": Kind.REPLACEMENT,
		"company": "PN",
		"customer": "Bajío",
		"complaint": "QR-1",
		"item": "ESMALTE",
		"quantity": Decimal(10),
		"complained_on": date(2026, 3, 2),
	}
	return Remedy(**{**values, **overrides})


def proof(*lines, **overrides):
	lines = lines or (Line("ESMALTE", Decimal(10), Decimal("900.00")),)
	values = {
		"doctype": DELIVERY_NOTE,
		"name": "DN-1",
		"is_return": False,
		"is_submitted": True,
		"company": "PN",
		"customer": "Bajío",
		"posted_on": date(2026, 3, 4),
		"lines": lines,
	}
	return Proof(**{**values, **overrides})


@pytest.mark.parametrize(
	("amount", "approver", "roles", "expected"),
	[
		("10000.00", "ana", (QUALITY,), None),
		("0", "ana", (QUALITY,), None),
		("10000.01", "luis", (QUALITY,), Problem.ABOVE_LIMIT),
		("10000.01", "luis", (DIRECTOR,), None),
		("10000.01", "ana", (DIRECTOR,), Problem.SAME_PERSON),
		("1", "luis", (SALES,), Problem.NOT_AN_APPROVER),
		("1", "luis", (), Problem.NOT_AN_APPROVER),
	],
)
def test_an_amount_above_the_limit_needs_the_director_and_a_second_person(amount, approver, roles, expected):
	assert approval_problem(Decimal(amount), LIMIT, "ana", approver, roles) == expected


def test_what_only_the_promiser_says_a_thing_is_worth_somebody_else_approves():
	unknown = {"is_worth_known": False}
	assert approval_problem(Decimal(1), LIMIT, "ana", "ana", (QUALITY,), **unknown) == Problem.OWN_WORD
	assert approval_problem(Decimal(1), LIMIT, "ana", "luis", (QUALITY,), **unknown) is None
	assert approval_problem(LIMIT + 1, LIMIT, "ana", "luis", (QUALITY,), **unknown) == Problem.ABOVE_LIMIT


@given(amount=pesos, limit=pesos, extra=pesos)
def test_who_may_not_approve_an_amount_may_not_approve_a_greater_one(amount, limit, extra):
	for roles in ((QUALITY,), (DIRECTOR,), (SALES,)):
		for approver in ("ana", "luis"):
			first = approval_problem(amount, limit, "ana", approver, roles)
			then = approval_problem(amount + extra, limit, "ana", approver, roles)
			assert not first or then, (roles, approver)


def test_a_negative_amount_is_no_remedy():
	with pytest.raises(ValueError, match="not negative"):
		approval_problem(Decimal(-1), LIMIT, "ana", "luis", (DIRECTOR,))


@pytest.mark.parametrize(
	("changes", "expected"),
	[
		({}, None),
		({"is_return": True}, Problem.KIND),
		({"doctype": "Sales Order"}, Problem.KIND),
		({"doctype": SALES_INVOICE}, None),
		({"doctype": SALES_INVOICE, "moves_goods": False}, Problem.KIND),
		({"is_submitted": False}, Problem.NOT_SUBMITTED),
		({"customer": "Otro"}, Problem.CUSTOMER),
		({"company": "Otra"}, Problem.COMPANY),
		({"posted_on": date(2026, 3, 1)}, Problem.TOO_EARLY),
		({"posted_on": date(2026, 3, 2)}, None),
		({"lines": (Line("PRIMARIO", Decimal(10), Decimal(1)),)}, Problem.ITEM),
	],
)
def test_a_replacement_is_proved_by_its_own_submitted_delivery(changes, expected):
	assert mismatch(remedy(), proof(**changes)) == expected


def test_each_kind_is_proved_by_its_own_document_and_by_no_other():
	for kind in KINDS:
		for doctype in (DELIVERY_NOTE, SALES_INVOICE, VISIT):
			for is_return in (True, False):
				found = mismatch(
					remedy(kind=kind), proof(doctype=doctype, is_return=is_return, complaint="QR-1")
				)
				assert (found is None) == ((doctype, is_return) in PROOFS[kind]), (kind, doctype, is_return)


def test_a_credit_note_that_moves_no_goods_proves_money():
	money = remedy(kind=Kind.CREDIT_NOTE, amount=Decimal("900.00"), quantity=Decimal(0))
	note = proof(doctype=SALES_INVOICE, is_return=True, moves_goods=False)
	assert settle(note, [money]) == {"RM-1": None}


def test_a_repaint_is_proved_by_a_visit_of_the_same_complaint():
	painted = remedy(kind=Kind.REPAINT)
	visit = proof(doctype=VISIT, complaint="QR-1")
	assert settle(visit, [painted]) == {"RM-1": None}
	assert mismatch(painted, replace(visit, complaint="QR-2")) == Problem.COMPLAINT


def test_a_visit_proves_one_repaint_and_none_that_was_promised_after_it():
	promised = datetime(2026, 3, 4, 10)
	visit = proof(doctype=VISIT, complaint="QR-1", finished_at=datetime(2026, 3, 4, 12))
	early = replace(visit, finished_at=datetime(2026, 3, 4, 9, 59))
	one, other, third = (remedy(name=f"RM-{n}", kind=Kind.REPAINT, promised_at=promised) for n in (1, 2, 3))
	assert settle(early, [one]) == {"RM-1": Problem.BEFORE_PROMISE}
	assert settle(visit, [third, one, other]) == {"RM-1": None, "RM-2": Problem.USED, "RM-3": Problem.USED}
	proved = replace(other, is_done=True)
	assert settle(visit, [one, proved]) == {"RM-1": Problem.USED, "RM-2": None}


@pytest.mark.parametrize(
	("kind", "doctype", "amount", "charged"),
	[
		(Kind.REPLACEMENT, SALES_INVOICE, "900.00", True),
		(Kind.REPLACEMENT, SALES_INVOICE, "0.00", False),
		(Kind.REPLACEMENT, DELIVERY_NOTE, "900.00", False),
		(Kind.RETURN, SALES_INVOICE, "900.00", False),
	],
)
def test_an_invoice_with_a_price_charges_for_what_replaces(kind, doctype, amount, charged):
	document = proof(Line("ESMALTE", Decimal(10), Decimal(amount)), doctype=doctype)
	assert is_charged(remedy(kind=kind), document) == charged


def test_what_comes_back_is_of_the_batch_that_was_complained_of():
	back = remedy(kind=Kind.RETURN, batch="L-1")
	other = proof(Line("ESMALTE", Decimal(10), Decimal(0), "L-2"), is_return=True)
	assert settle(other, [back]) == {"RM-1": Problem.BATCH}
	assert settle(proof(Line("ESMALTE", Decimal(10), Decimal(0), "L-1"), is_return=True), [back]) == {
		"RM-1": None
	}
	# what replaces it is of another batch, as it should be
	fresh = proof(Line("ESMALTE", Decimal(10), Decimal(0), "L-9"))
	assert settle(fresh, [remedy(batch="L-1")]) == {"RM-1": None}


def test_one_batch_does_not_stand_in_for_another_of_the_same_return():
	lines = (Line("ESMALTE", Decimal(8), Decimal(0), "L-1"), Line("ESMALTE", Decimal(12), Decimal(0), "L-2"))
	both = [
		remedy(name="a", kind=Kind.RETURN, batch="L-1"),
		remedy(name="b", kind=Kind.RETURN, batch="L-2"),
	]
	assert set(settle(proof(*lines, is_return=True), both).values()) <= {
		Problem.TOO_MUCH,
		Problem.TOO_LITTLE,
	}


@given(accepted=litres, difference=st.decimals("-9999", "9999", places=3))
def test_a_document_proves_exactly_what_was_accepted_no_more_no_less(accepted, difference):
	there = max(accepted + difference, Decimal("0.001"))
	expected = None
	if there - accepted >= Decimal("0.001"):
		expected = Problem.TOO_MUCH
	elif accepted - there >= Decimal("0.001"):
		expected = Problem.TOO_LITTLE
	found = settle(proof(Line("ESMALTE", there, Decimal(1))), [remedy(quantity=accepted)])
	assert found == {"RM-1": expected}


@given(
	promised=st.lists(litres, min_size=1, max_size=6),
	on_the_note=st.lists(litres, min_size=1, max_size=6),
	order=st.randoms(use_true_random=False),
)
def test_what_is_proved_never_exceeds_what_the_document_holds(promised, on_the_note, order):
	remedies = [remedy(name=f"RM-{number}", quantity=one) for number, one in enumerate(promised)]
	document = proof(*(Line("ESMALTE", one, Decimal(1)) for one in on_the_note))
	found = settle(document, remedies)
	done = [one for one in remedies if found[one.name] is None]
	assert sum((one.quantity for one in done), Decimal(0)) <= held(document, remedy())
	assert bool(done) == (sum(promised) == sum(on_the_note))
	order.shuffle(remedies)
	assert settle(document, remedies) == found


@given(amounts=st.lists(pesos, min_size=1, max_size=5))
def test_several_credits_of_one_note_share_its_money_to_the_cent(amounts):
	remedies = [
		remedy(name=str(number), kind=Kind.CREDIT_NOTE, amount=one) for number, one in enumerate(amounts)
	]
	note = proof(Line("ESMALTE", Decimal(1), sum(amounts)), doctype=SALES_INVOICE, is_return=True)
	assert set(settle(note, remedies).values()) == {None}
	dearer = proof(
		Line("ESMALTE", Decimal(1), sum(amounts) + Decimal("0.01")), doctype=SALES_INVOICE, is_return=True
	)
	assert set(settle(dearer, remedies).values()) == {Problem.TOO_MUCH}


@given(
	promised=st.lists(st.tuples(st.sampled_from(("", "ESMALTE", "PRIMARIO")), pesos), min_size=1, max_size=5),
	on_the_note=st.lists(st.tuples(st.sampled_from(("ESMALTE", "PRIMARIO")), pesos), min_size=1, max_size=4),
	fits=st.booleans(),
)
def test_a_note_gives_its_money_once_whether_a_product_is_named_or_not(promised, on_the_note, fits):
	if fits:
		# the note as it ought to be: what names no product stands on a line of its own
		on_the_note = [(item or "SERVICIO", amount) for item, amount in promised]
	remedies = [
		remedy(name=str(number), kind=(Kind.CREDIT_NOTE, Kind.DISCOUNT)[number % 2], item=item, amount=amount)
		for number, (item, amount) in enumerate(promised)
	]
	lines = [Line(item, Decimal(1), amount) for item, amount in on_the_note]
	found = settle(proof(*lines, doctype=SALES_INVOICE, is_return=True), remedies)
	for item in ("ESMALTE", "PRIMARIO", None):
		done = sum(
			(one.amount for one in remedies if found[one.name] is None and item in (None, one.item)),
			Decimal(0),
		)
		assert done <= sum((amount for its, amount in on_the_note if item in (None, its)), Decimal(0))
	assert not fits or set(found.values()) == {None}


@given(accepted=litres, parts=st.lists(st.tuples(st.sampled_from(KINDS), litres), max_size=6))
def test_no_more_is_promised_of_a_line_than_was_accepted(accepted, parts):
	def of(*kinds):
		return sum((quantity for kind, quantity in parts if kind in kinds), Decimal(0))

	too_much = of(Kind.RETURN) > accepted or of(Kind.REPLACEMENT, Kind.CREDIT_NOTE) > accepted
	assert exceeds(accepted, parts) == too_much


def test_the_same_tin_is_brought_back_and_replaced_but_not_credited_too():
	ten = Decimal(10)
	assert not exceeds(ten, [(Kind.RETURN, ten), (Kind.REPLACEMENT, ten)])
	assert exceeds(ten, [(Kind.REPLACEMENT, ten), (Kind.CREDIT_NOTE, Decimal(1))])


@given(parts=st.lists(st.tuples(st.sampled_from(KINDS), pesos), min_size=1, max_size=6))
def test_many_small_remedies_are_approved_as_the_large_one_that_they_are(parts):
	*others, (kind, amount) = parts
	given = sum((size for its, size in parts if its != Kind.RETURN), Decimal(0))
	assert approval_value(kind, amount, others) == (amount if kind == Kind.RETURN else given)


@given(
	kind=st.sampled_from((Kind.REPLACEMENT, Kind.RETURN, Kind.CREDIT_NOTE, Kind.DISCOUNT)),
	wanted=pesos,
	given=st.lists(st.tuples(st.sampled_from(KINDS), pesos), max_size=6),
)
def test_what_a_line_was_given_is_owed_until_remedies_of_its_kind_cover_it(kind, wanted, given):
	covered = sum((size for its, size in given if its == kind), Decimal(0))
	rest = uncovered(kind, wanted, given)
	assert rest == (wanted - covered if covered < wanted else None)


def test_what_has_no_size_is_covered_by_one_remedy_of_its_kind_and_by_no_other():
	ten = Decimal(10)
	for kind, wanted in ((Kind.REPAINT, ten), (Kind.DISCOUNT, Decimal(0))):
		assert uncovered(kind, wanted, [(Kind.CREDIT_NOTE, ten)]) is not None
		assert uncovered(kind, wanted, [(kind, Decimal(1))]) is None
	assert uncovered(Kind.REPLACEMENT, ten, [(Kind.CREDIT_NOTE, ten)]) == ten
