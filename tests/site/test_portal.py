"""The customer portal: a company's people see and move their own folios, and learn nothing of any other (G7, W8, X1)."""

import contextlib
import re

import frappe
import pytest
from frappe.utils import set_request
from frappe.website.serve import get_response

from nervion_service.api import portal as api
from nervion_service.domain.taxonomy import Role
from nervion_service.services import page_token, portal, portal_access, portal_list, portal_products, uploads
from tests import factories
from tests.site import complaint_factories as complaints
from tests.site import folio_factories as folios
from tests.site import outside
from tests.site import upload_samples as samples
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (Role.EXECUTIVE, Role.COORDINATOR)
MISSING = "FOL-1999-000001"


@pytest.fixture(scope="module")
def company(everybody):  # noqa: F811 (the fixture that was imported)
	"""A customer with a portal user and a folio, as new for every test: {"customer", "user", "folio"}."""
	with folios.engine.working_folder(everybody.sites):
		return a_company()


@pytest.fixture(scope="module")
def two(everybody):  # noqa: F811 (the fixture that was imported)
	"""Two companies that no test of the module changes: ours and a foreign one."""
	with folios.engine.working_folder(everybody.sites):
		return a_company(), a_company()


def a_company(**values):
	customer = factories.make_customer()
	user = factories.make_portal_user(customer).name
	folio = folios.make_folio(customer=customer.name, email=user, **values)
	return frappe._dict(customer=customer.name, user=user, folio=folio.name)


def a_request(**values):
	return {
		"request_type": "Claim",
		"subject": "El esmalte se desprende",
		"description": "Se cae en láminas.",
		"safety": "No",
		**values,
	}


def register(user, key="clave-1", files=(), **values):
	with folios.engine.run_as(user):
		return portal.register(a_request(**values), files, key, values.get("customer"))


# Whose folios ------------------------------------------------------------------------------------------------


def test_portal_rows_and_contacts_both_make_a_member(site):
	by_row, by_contact = factories.make_customer(), factories.make_customer()
	user = factories.make_user(roles=["Customer"])
	by_row.append("portal_users", {"user": user.name})
	by_row.save()
	factories.link_contact(user, by_contact)
	assert set(portal_access.customers_of(user.name)) == {by_row.name, by_contact.name}


def test_a_disabled_customer_or_user_follows_nothing(company):
	frappe.db.set_value("Customer", company.customer, "disabled", 1)
	assert portal_access.customers_of(company.user) == ()
	frappe.db.set_value("Customer", company.customer, "disabled", 0)
	frappe.db.set_value("User", company.user, "enabled", 0)
	frappe.clear_document_cache("User", company.user)
	assert portal_access.customers_of(company.user) == ()


def test_a_contact_that_only_shares_the_address_makes_no_member(company):
	factories.make_contact(customer=factories.make_customer(), email=f"otro.{company.user}")
	assert portal_access.customers_of(company.user) == (company.customer,)


@pytest.mark.parametrize("maker", ["self", "another portal user"])
def test_a_contact_that_a_website_user_made_makes_no_member(site, two, maker):
	ours, foreign = two
	with folios.engine.run_as(ours.user if maker == "self" else foreign.user):
		forged = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Intruso",
				"user": ours.user,
				"links": [{"link_doctype": "Customer", "link_name": foreign.customer}],
			}
			# where Frappe lets every signed-in person make contacts, it needs no leave
		).insert(ignore_permissions=True)
	assert forged.user == ours.user
	assert portal_access.customers_of(ours.user) == (ours.customer,)


def test_the_list_and_the_single_folio_agree(site, two):
	company, other = two
	with folios.engine.run_as(company.user):
		listed = {row["folio"] for row in portal_list.requests()["rows"]}
		assert listed == {company.folio}
		assert portal_access.permitted(company.folio).name == company.folio
		with pytest.raises(frappe.DoesNotExistError):
			portal_access.permitted(other.folio)


def test_a_colleague_sees_what_the_company_asked(company):
	customer = frappe.get_doc("Customer", company.customer)
	colleague = factories.make_portal_user(customer).name
	with folios.engine.run_as(colleague):
		assert [row["folio"] for row in portal_list.requests()["rows"]] == [company.folio]


def test_a_folio_that_went_to_another_customer_is_no_longer_seen(company):
	frappe.db.set_value("Service Folio", company.folio, "customer", factories.make_customer().name)
	with folios.engine.run_as(company.user):
		assert portal_list.requests()["rows"] == []
		with pytest.raises(frappe.DoesNotExistError):
			portal.story(company.folio)


CALLS = {
	"story": lambda folio: portal.story(folio),
	"reply": lambda folio: api.reply(folio, "Hola", "k"),
	"confirm": lambda folio: api.confirm(folio, "1"),
	"deny": lambda folio: api.confirm(folio, "0", "No"),
	"reopen": lambda folio: api.reopen(folio, "Otra vez"),
	"withdraw": lambda folio: api.withdraw(folio, "Ya no"),
	"download": lambda folio: api.download(folio, "cualquiera"),
}


def refusal(call, folio):
	frappe.clear_messages()
	with pytest.raises(frappe.DoesNotExistError) as refused:
		call(folio)
	return (
		type(refused.value),
		str(refused.value).replace(folio, "…"),
		folios.engine.told().replace(folio, "…"),
	)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("reader", ["portal", "Guest", "staff"])
def test_a_foreign_folio_is_answered_like_a_missing_one_and_stays_as_it_is(site, two, name, reader):
	company, other = two
	before = folios.reloaded(other.folio).as_dict()
	user = {"portal": company.user, "Guest": "Guest", "staff": folios.cast(Role.EXECUTIVE)}[reader]
	with folios.engine.run_as(user):
		assert refusal(CALLS[name], other.folio) == refusal(CALLS[name], MISSING)
	assert folios.reloaded(other.folio).as_dict() == before
	assert not frappe.db.exists("Communication", {"reference_name": other.folio})


@pytest.mark.parametrize(
	"doctype", ["Service Folio", "Service Commitment", "Service Event", "Communication", "Comment"]
)
def test_frappes_own_doors_stay_shut_for_a_portal_user(site, two, doctype):
	company = two[0]
	folio = folios.reloaded(company.folio)
	folio.add_comment("Comment", "solo para nosotros")
	folios.write_to_customer(folio)
	with folios.engine.run_as(company.user):
		assert readable(doctype, company.folio) == []


def readable(doctype, folio):
	"""Names of rows about the folio that Frappe would give to the session's user, by list or one by one."""
	fields = {"Service Folio": "name", "Communication": "reference_name", "Comment": "reference_name"}
	# the test looks at everything there is
	rows = frappe.get_all(doctype, {fields.get(doctype, "case_name"): folio}, pluck="name")
	assert rows or doctype == "Service Commitment"
	seen = [name for name in rows if frappe.has_permission(doctype, "read", doc=name)]
	with contextlib.suppress(frappe.PermissionError):
		seen += frappe.get_list(doctype, {"name": ("in", rows)}, pluck="name")
	return seen


@pytest.mark.parametrize("kind", ["read", "write", "print", "email", "share"])
def test_the_permission_hooks_answer_a_portal_user_with_a_strict_no(site, two, kind):
	from nervion_service import permissions

	company = two[0]
	doc = folios.reloaded(company.folio)
	assert permissions.folio_has_permission(doc, kind, company.user) is False
	assert permissions.folio_has_website_permission(doc, kind, company.user) is False
	assert permissions.folio_query(company.user) == permissions.NO_ROWS


# The list ----------------------------------------------------------------------------------------------------


def listed(**asked):
	"""Numbers of the folios on the user's list, as the address asks."""
	return [row["folio"] for row in portal_list.requests(asked)["rows"]]


def test_open_and_ended_requests_and_those_that_wait_for_the_customer_are_told_apart_and_counted(company):
	ended = folios.withdraw(folios.make_folio(customer=company.customer))
	asked, answered, spoken = (folios.make_folio(customer=company.customer).name for _one in range(3))
	for name, stage, satisfaction in (
		(asked, "Waiting for Customer", None),
		(answered, "Answered", None),
		(spoken, "Answered", "Satisfied"),
	):
		frappe.db.set_value("Service Folio", name, {"stage": stage, "satisfaction": satisfaction})
	with folios.engine.run_as(company.user):
		assert listed(estado="closed") == [ended.name]
		assert set(listed(estado="yours")) == {asked, answered}
		assert set(listed()) == {company.folio, asked, answered, spoken}
		assert portal_list.requests()["counts"] == {"open": 4, "yours": 2, "closed": 1}


@pytest.mark.parametrize("words", ["rendimiento", "PED-77", "%", "' OR 1=1 --", "\\"])
def test_a_search_finds_by_subject_or_reference_and_nothing_foreign(company, words):
	folios.make_folio(customer=company.customer, subject="Rendimiento", customer_reference="PED-77")
	a_company(subject="Rendimiento ajeno", customer_reference="PED-77")
	with folios.engine.run_as(company.user):
		rows = portal_list.requests({"buscar": words})["rows"]
	mine = frappe.get_all("Service Folio", {"customer": company.customer}, pluck="name")
	assert {row["folio"] for row in rows} <= set(mine)
	found = words in ("rendimiento", "PED-77", "%", "\\")
	assert ("Rendimiento" in [row["subject"] for row in rows]) == found


def test_the_list_is_filtered_by_product_type_and_day_and_never_beyond_the_users_companies(company):
	item, lined = factories.make_item(item_name="Esmalte Marfil").name, factories.make_item().name
	mine = folios.make_folio(
		customer=company.customer, product=item, request_type="Order", received_at="2026-02-03 23:59:00"
	).name
	claim = complaints.a_claim(customer=company.customer)
	complaints.make_complaint(claim, lines=[{"item": lined, "claimed_qty": 1}])
	other = a_company(product=item, request_type="Order", received_at="2026-02-03 12:00:00")
	everything = {"producto": item, "tipo": "Order", "desde": "2026-02-03", "hasta": "2026-02-03"}
	with folios.engine.run_as(company.user):
		for asked in (everything, *({key: value} for key, value in everything.items() if key != "hasta")):
			assert mine in listed(**asked) and other.folio not in listed(**asked)
		assert listed(buscar="marfil") == listed(producto=item) == [mine]
		assert listed(producto=lined) == [claim.name]
		assert listed(**everything | {"hasta": "2026-02-02", "desde": "2026-02-01"}) == []
		# days the wrong way round are meant as an interval; what nobody can choose is not asked
		assert listed(desde="2026-02-04", hasta="2026-02-01") == [mine]
		assert mine in listed(desde="2026-02-31", tipo="Ajeno", producto="' OR 1=1 --", pagina="9999999999")
	with folios.engine.run_as(other.user):
		products = portal_list.requests()["products"]
	assert products == [(item, "Esmalte Marfil")]


def test_a_filter_stays_in_the_address_and_an_empty_list_leads_on(company):
	folios.withdraw(folios.make_folio(customer=company.customer, subject="Brochas"))
	asked = {"buscar": "brochas", "desde": "2026-01-01", "pagina": "3"}
	with folios.engine.run_as(company.user):
		choice = portal_list.requests(asked)["choice"]
	assert choice.address() == "/servicio?buscar=brochas&desde=2026-01-01"
	assert choice.address(status="closed", page=2) == (
		"/servicio?estado=closed&buscar=brochas&desde=2026-01-01&pagina=2"
	)
	text = page("servicio", company.user, **asked)[1]
	assert "No encontramos nada" in text and "/servicio?estado=closed&amp;buscar=brochas" in text
	assert "Nada espera por usted" in page("servicio", company.user, estado="yours")[1]


def test_a_long_list_comes_in_pages(company, monkeypatch):
	monkeypatch.setattr(portal_list, "PAGE", 2)
	for _number in range(3):
		folios.make_folio(routed=False, customer=company.customer)
	with folios.engine.run_as(company.user):
		first, second = portal_list.requests(), portal_list.requests({"pagina": "2"})
		beyond = portal_list.requests({"pagina": "99"})
	assert (len(first["rows"]), len(second["rows"]), first["pages"]) == (2, 2, 2)
	assert (second["first"], second["last"]) == (3, 4)
	assert beyond["rows"] == second["rows"]
	assert not {row["folio"] for row in first["rows"]} & {row["folio"] for row in second["rows"]}


def test_a_user_without_a_company_sees_an_empty_list_and_registers_nothing(site):
	folios.make_folio(customer=None, party_name="Alguien sin empresa")
	user = factories.make_user(roles=["Customer"]).name
	with folios.engine.run_as(user):
		assert portal_list.requests()["rows"] == [] and portal_list.requests()["customers"] == ()
	before = frappe.db.count("Service Folio")
	with pytest.raises(frappe.ValidationError, match="not linked to a company"):
		register(user)
	assert frappe.db.count("Service Folio") == before


# A new request -----------------------------------------------------------------------------------------------


def test_a_new_request_is_a_folio_of_the_users_company_by_a_machines_stamp(company):
	folio = folios.reloaded(register(company.user, files=[("foto.jpg", samples.picture())]))
	assert (folio.customer, folio.channel, folio.account) == (company.customer, "Portal", company.user)
	assert (folio.received_stamp, folio.email, folio.safety) == ("Machine", company.user, "No")
	files = frappe.get_all("File", {"attached_to_name": folio.name}, ["is_private", uploads.FROM_CUSTOMER])
	assert files == [{"is_private": 1, uploads.FROM_CUSTOMER: 1}]


def test_sending_twice_makes_one_folio(company):
	first = register(company.user, key="un-clic")
	assert register(company.user, key="un-clic") == first
	assert register(company.user, key="otro") != first


def test_forged_keys_are_ignored(company):
	other = factories.make_customer()
	forged = {
		"stage": "Closed",
		"owner": "Administrator",
		"assigned_to": "Administrator",
		"received_at": "2020-01-01",
	}
	folio = folios.reloaded(register(company.user, **forged, customer=other.name))
	assert (folio.customer, folio.stage) == (company.customer, "Registered")
	assert folio.assigned_to != "Administrator" and folio.received_at.year > 2020


def test_a_bad_file_stops_the_whole_request(company):
	before = frappe.db.count("Service Folio")
	with pytest.raises(frappe.ValidationError):
		register(company.user, files=[("a.svg", b"<svg/>")])
	assert frappe.db.count("Service Folio") == before


def test_who_speaks_for_two_companies_says_for_which(company):
	second = factories.make_customer()
	second.append("portal_users", {"user": company.user})
	second.save()
	with pytest.raises(frappe.ValidationError, match="Choose the company"):
		register(company.user)
	assert folios.reloaded(register(company.user, customer=second.name)).customer == second.name


def test_products_and_batches_are_understood_or_kept_in_the_customers_words(site):
	item = factories.make_item(batched=True)
	batch = factories.make_batch(item=item)
	known = portal_products.recognised(
		{"product": item.item_name, "batch": batch.name, "description": "Se cae"}
	)
	assert (known["product"], known["batch"], known["description"]) == (item.name, batch.name, "Se cae")
	unknown = portal_products.recognised({"product": "la roja", "batch": "L-0", "description": "Se cae"})
	assert (unknown["product"], unknown["batch"]) == (None, None)
	assert "la roja" in unknown["description"] and "L-0" in unknown["description"]


def test_a_batch_of_another_product_is_not_taken_for_this_one(site):
	item, batch = factories.make_item(), factories.make_batch()
	found = portal_products.recognised({"product": item.name, "batch": batch.name, "description": ""})
	assert found["batch"] is None and batch.name in found["description"]


def test_what_the_company_bought_is_offered(company):
	item = factories.make_item()
	factories.make_delivery_note(customer=company.customer, items=[{"item_code": item.name, "qty": 1}])
	assert (item.name, item.item_name) in portal_products.bought((company.customer,))
	assert portal_products.bought(()) == []


# Files -------------------------------------------------------------------------------------------------------


def test_a_file_is_shown_as_what_it_is_and_never_run(company):
	file = uploads.attach(folios.reloaded(company.folio), "foto.png", samples.picture())
	with folios.engine.run_as(company.user):
		answer = api.download(company.folio, file.name)
	assert answer.mimetype == "image/jpeg" and answer.get_data() == samples.picture()
	assert answer.headers["X-Content-Type-Options"] == "nosniff"
	assert "sandbox" in answer.headers["Content-Security-Policy"]
	assert answer.headers["Content-Disposition"].startswith("inline")


def test_what_is_no_picture_or_document_is_saved_and_not_opened(company):
	page = frappe.get_doc(
		{"doctype": "File", "file_name": "pagina.html", "content": "<script>alert(1)</script>"}
		| {"attached_to_doctype": "Service Folio", "attached_to_name": company.folio, "is_private": 1}
	)
	page.flags.checked_upload = True
	page.set(uploads.FROM_CUSTOMER, 1)
	page.insert()
	with folios.engine.run_as(company.user):
		answer = api.download(company.folio, page.name)
	assert answer.mimetype == "application/octet-stream"
	assert answer.headers["Content-Disposition"].startswith("attachment")


# Pages -------------------------------------------------------------------------------------------------------


def page(path, user, language="es", **asked):
	"""(status, text) of a page as that user gets it; asked: what stands in its address."""
	with folios.engine.run_as(user):
		set_request(method="GET", path=path)
		before, frappe.local.lang = frappe.local.lang, language
		frappe.local.form_dict = frappe._dict(asked)
		try:
			answer = get_response(path)
		finally:
			frappe.local.lang = before
	return answer.status_code, answer.get_data(as_text=True)


def test_the_pages_say_in_spanish_what_the_customer_came_for(site, two):
	company = two[0]
	status, text = page("servicio", company.user)
	assert status == 200 and "Mis solicitudes" in text and company.folio in text
	status, text = page(f"servicio/folio/{company.folio}", company.user)
	assert status == 200 and "Lo que sigue" in text and "Recibimos su solicitud" in text
	status, text = page("servicio/nueva", company.user)
	assert status == 200 and "Un problema con un producto" in text and 'name="safety"' in text


def test_the_page_of_a_foreign_folio_is_that_of_a_missing_one(site, two):
	company, other = two
	foreign = page(f"servicio/folio/{other.folio}", company.user)
	missing = page(f"servicio/folio/{MISSING}", company.user)
	assert "Folio no encontrado" in foreign[1]
	assert (foreign[0], comparable(foreign[1], other.folio)) == (missing[0], comparable(missing[1], MISSING))


def comparable(text, folio):
	"""A page without what changes from one call to the next."""
	kept = text.replace(folio, "…")
	return [line for line in kept.splitlines() if "csrf" not in line and "frappe.boot" not in line]


@pytest.mark.parametrize("path", ["servicio", "servicio/nueva", f"servicio/folio/{MISSING}"])
def test_a_guest_signs_in_first_and_comes_back(site, path):
	with folios.engine.run_as("Guest"):
		set_request(method="GET", path=path)
		answer = get_response(path)
	assert answer.status_code in (301, 302)
	assert answer.headers["Location"].startswith("/login?redirect-to=")


def test_after_an_accident_the_pages_of_the_portal_say_whom_to_call_and_show_the_sheet(company):
	item = factories.make_item().name
	frappe.db.set_value("Item", item, "safety_data_sheet", "/files/hds.pdf")
	frappe.db.set_single_value("Service Settings", "emergency_line", "800 111 2222")
	frappe.clear_document_cache("Service Settings", "Service Settings")
	hurt = register(company.user, key="herido-1", safety="Yes", product=item)
	for path in (f"/servicio/folio/{hurt}", "/servicio/nueva"):
		_status, text = page(path, company.user)
		assert "tel:8001112222" in text and "/files/hds.pdf" in text
	assert "tel:8001112222" not in page(f"/servicio/folio/{company.folio}", company.user)[1]


def test_what_a_customer_typed_is_words_on_the_page(company):
	payload = "<script>alert(1)</script>"
	frappe.db.set_value("Service Folio", company.folio, {"description": payload, "subject": payload})
	for path in ("servicio", f"servicio/folio/{company.folio}"):
		text = page(path, company.user)[1]
		assert payload not in text and "&lt;script&gt;alert(1)" in text


def test_the_menu_of_the_portal_leads_to_the_requests(company):
	from frappe.website.utils import get_portal_sidebar_items

	frappe.cache.delete_value("portal_menu_items")
	with folios.engine.run_as(company.user):
		assert "/servicio" in [item["route"] for item in get_portal_sidebar_items()]
	assert frappe.db.get_single_value("Portal Settings", "default_portal_home")


# The token of a page -----------------------------------------------------------------------------------------


def test_a_page_of_a_signed_in_customer_carries_the_token_of_its_session_and_a_guests_none(
	site, two, monkeypatch
):
	monkeypatch.setitem(frappe.session.data, "csrf_token", None)
	carried = re.search(r'frappe\.csrf_token = "(\w+)"', page("servicio/nueva", two[0].user)[1])
	assert carried and carried[1] not in ("None", "")
	assert "frappe.csrf_token" not in page("solicitud", "Guest")[1]


@pytest.mark.parametrize(
	("how", "refused"),
	[
		({}, True),
		({"path": "/", "data": {"cmd": "nervion_service.api.portal.withdraw"}}, True),
		({"method": "GET"}, False),
		({"path": "/api/method/nervion_service.api.public.reply"}, False),
		({"headers": [("Authorization", "token llave:secreto")]}, False),
	],
)
def test_the_portal_takes_nothing_out_of_a_session_whose_pages_have_no_token(site, two, how, refused):
	sent = {"path": "/api/method/nervion_service.api.portal.withdraw", "user": two[0].user, **how}
	with outside.asked(**sent):
		frappe.local.form_dict = frappe._dict(how.get("data", {}))
		frappe.session.data = frappe._dict()
		with pytest.raises(frappe.CSRFTokenError) if refused else contextlib.nullcontext():
			page_token.check()
		# once a page was opened, Frappe compares what comes with it
		page_token.make()
		page_token.check()


def test_the_check_of_the_token_is_asked_before_every_request():
	assert "nervion_service.services.page_token.check" in frappe.get_hooks("before_request")
