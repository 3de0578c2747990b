"""A person asks for their data and then for its erasure: everything is found, nothing is left, no figure changes (I3, X12)."""

import io
import json
import zipfile
from base64 import b64encode
from pathlib import Path

import frappe
import pytest

from nervion_service.domain.personal_data import ASIDE, PLACES, Reach
from nervion_service.domain.taxonomy import CommitmentKind, Role
from nervion_service.services import (
	clock,
	indicator_data,
	personal_data_doubts,
	personal_data_requests,
	personal_data_runs,
)
from nervion_service.services import personal_data as people
from nervion_service.services.personal_data_export import COUNTED, export
from nervion_service.services.personal_data_rows import rows_of
from tests import factories
from tests.site import letters
from tests.site.folio_factories import (
	act,
	cast,
	close,
	events_of,
	everybody,  # noqa: F401
	make_folio,
	reloaded,
	withdraw,
)
from tests.site.test_indicator_data import today_only

CAST = (Role.EXECUTIVE, Role.COORDINATOR, Role.ADMINISTRATOR, Role.TECHNICIAN)
EMAIL = "ana.marcaz@persona.test"
PHONE = "+52 55 5555 7731"
MARK = "MARCAZ"
# columns by which the person is found, so that they hold what identifies her
ADDRESSES = ("email", "email_id", "sender")
NUMBERS = ("phone", "phone_e164", "mobile_no", "whatsapp_no", "phone_no")
NOT_PLANTED = (
	"file_url",
	"image",
	"export_file",
	"customer",
	"message",
	"purpose",
	"token_hash",
	"attached_file",
)


@pytest.fixture(autouse=True)
def mailbox(site):
	"""By which the answers to requests go out."""
	yield letters.mailbox()
	letters.forget_accounts()


@pytest.fixture
def files():
	"""The files of the site, by path, as they were before; whatever a test leaves is taken away."""
	folder = Path(frappe.get_site_path()).resolve()
	before = set(paths(folder))
	yield folder
	for path in set(paths(folder)) - before:
		path.unlink()


def paths(folder):
	for part in ("private/files", "public/files"):
		yield from (path for path in (folder / part).rglob("*") if path.is_file())


@pytest.fixture
def ana(files):
	"""Two ended folios of one person, and everything that hangs on them, each column with a mark of its own."""
	folios = [close(make_folio(email=EMAIL, phone=PHONE)), withdraw(make_folio(email=EMAIL, phone=PHONE))]
	hang_everything_on(folios[0])
	scope = people.find(email=EMAIL, phone=PHONE)
	assert set(scope.folios) == {folio.name for folio in folios}
	planted = set()
	marks, kept = [], []
	for place in PLACES:
		for mark in plant(place, scope, planted):
			(kept if place.withheld or mark.endswith(ASIDE) else marks).append(mark)
	frappe.db.set_value("Contact Email", {"parent": ("in", scope.contacts)}, "email_id", EMAIL)
	return frappe._dict(folios=folios, scope=scope, marks=marks, kept=kept)


def hang_everything_on(folio):
	about = {"reference_doctype": "Service Folio", "reference_name": folio.name}
	message = row(
		"Communication",
		subject="Hola",
		content="x",
		sent_or_received="Received",
		sender=EMAIL,
		communication_type="Communication",
		message_id="1@x",
		**about,
	)
	attach("carta.txt", f"{MARK}-archivo de la persona", "Service Folio", folio.name)
	attach("foto.txt", f"{MARK}-foto de la persona", "Communication", message)
	folio.add_comment("Comment", "x")
	row("Version", ref_doctype="Service Folio", docname=folio.name, data='{"changed": []}')
	row(
		"ToDo",
		description="x",
		reference_type="Service Folio",
		reference_name=folio.name,
		allocated_to="Administrator",
	)
	row(
		"Notification Log",
		subject="x",
		document_type="Service Folio",
		document_name=folio.name,
		for_user="Administrator",
	)
	factories.make_contact(email=EMAIL, phone=PHONE, first_name=f"Ana {MARK}-nombre")
	factories.make_lead(email_id=EMAIL, mobile_no=PHONE)
	opposition = request_of("Opposition")
	personal_data_requests.answer(opposition, "Ya no recibirá publicidad")
	row(
		"Personal Data Doubt",
		decision="Left Out",
		parent=opposition,
		parenttype="Personal Data Request",
		parentfield="doubts",
	)
	# by hand: Frappe changes how Python's own library encodes, once a mail was made
	words = b64encode(f"Estimada {MARK}-cola: {folio.name}".encode()).decode()
	head = 'Content-Type: text/plain; charset="utf-8"\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64'
	mime = f"{head}\n\n{words}\n"
	assert MARK not in mime, "the words of the mail are to stand in it encoded"
	for values in (about, {}):
		queued = row("Email Queue", message=mime, sender="servicio@nervion.test", status="Sent", **values)
		row(
			"Email Queue Recipient",
			parent=queued,
			parenttype="Email Queue",
			parentfield="recipients",
			recipient=EMAIL,
		)
	complaint = row("Service Complaint", folio=folio.name, subject="x", party_name="x", company=folio.company)
	in_complaint = {"parent": complaint, "parenttype": "Service Complaint", "parentfield": "evidence"}
	row("Service Evidence", evidence_kind="Photographs", **in_complaint)
	row("Service Technical Visit", folio=folio.name, complaint=complaint, company=folio.company)
	row("Technical Analysis Report", folio=folio.name, complaint=complaint, company=folio.company)
	row("Case File", case_type="Service Folio", case_name=folio.name)
	row("Batch Notice", message=f"{MARK}-aviso {EMAIL}")
	for doctype in ("Service Technical Visit", "Technical Analysis Report"):
		row(doctype, complaint=complaint, folio=folio.name, subject="x", company=folio.company)
	row("Batch Notice", email=EMAIL, parent="ninguno", parenttype="Service Batch Hold", parentfield="notices")
	handed_out = row("Case File", case_type="Service Complaint", case_name=complaint, state="Ready")
	attach("expediente.txt", f"{MARK}-expediente de la persona", "Case File", handed_out)
	# letters that are somebody else's as well
	row(
		"Communication",
		subject="Hola",
		sent_or_received="Sent",
		recipients=f"{EMAIL}, otra@persona.test",
		communication_type="Communication",
		communication_medium="Email",
		**about,
	)
	row("Batch Notice", email="otra@persona.test", message=f"Avise a {EMAIL}")
	from nervion_service.services import access_tokens

	access_tokens.issue(folio)
	for doctype, column in (
		("Unhandled Email", "raw"), ("Deleted Document", "data"), ("Error Log", "error"), ("Activity Log", "subject"),
		("Access Log", "page"), ("Route History", "route"), ("Integration Request", "data"), ("Webhook Request Log", "data"),
		("Notification Log", "email_content"), ("Prepared Report", "filters"),
	):  # fmt: skip
		row(doctype, **{column: f"{MARK}-suelto {EMAIL}"})


def attach(filename, content, doctype, name):
	values = {
		"file_name": filename,
		"content": content,
		"attached_to_doctype": doctype,
		"attached_to_name": name,
	}
	return frappe.get_doc({"doctype": "File", "is_private": 1, **values}).insert()


def row(doctype, **values):
	"""A row as it is stored, without the controller's help; its name."""
	doc = frappe.new_doc(doctype)
	doc.update(values)
	doc.set_new_name()
	doc.db_insert()
	return doc.name


def plant(place, scope, planted):
	"""Write a mark into every personal column of one row of the place, where an earlier place left it free; the marks."""
	names, columns = rows_of(place, scope), frappe.db.get_table_columns(place.doctype)
	assert names, place
	for column in (name for name in place.columns if name in columns and name not in NOT_PLANTED):
		name = next((name for name in names if (place.doctype, name, column) not in planted), None)
		if not name:
			continue
		planted.add((place.doctype, name, column))
		if column in NUMBERS or column in ADDRESSES:
			value = PHONE if column in NUMBERS else EMAIL
			frappe.db.set_value(place.doctype, name, column, value, update_modified=False)
			continue
		if column in (*place.masked, *place.readers):
			# of others as well: the person's words go, and theirs stay
			value = f"{EMAIL}, otra@persona.test"
			frappe.db.set_value(place.doctype, name, column, value, update_modified=False)
			continue
		mark = f"{MARK}-{place.doctype[:12]}-{place.reach[:5]}-{column}"
		# what makes it hers stays in it
		is_hers_by_it = place.reach == Reach.WORDS or column in ("recipients", "cc", "bcc")
		aside = f" <{EMAIL}>" if is_hers_by_it else ""
		frappe.db.set_value(place.doctype, name, column, mark + aside, update_modified=False)
		yield mark


def request_of(right, **values):
	"""A request of Ana's whose identity was verified."""
	doc = frappe.get_doc(
		{
			"doctype": "Personal Data Request",
			"right": right,
			"company": factories.make_company().name,
			"email": EMAIL,
			"phone": PHONE,
			"means": "E-mail",
			**values,
		}
	).insert()
	personal_data_requests.verify(doc.name, "INE vista en videollamada")
	return doc.name


def words_of(name):
	return frappe.get_doc("Personal Data Request", name)


def left_over(folder):
	"""Where a mark, the address or the number still stands: every text column of every table, and every file."""
	wanted = (MARK, EMAIL, PHONE, "5555557731")
	tables = {}
	for table, column in frappe.db.sql(
		"""SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()
		AND data_type IN ('varchar', 'text', 'mediumtext', 'longtext', 'json', 'char')"""
	):
		tables.setdefault(table, []).append(column)
	found = []
	for table, columns in tables.items():
		condition = " OR ".join(f"`{column}` LIKE %s" for column in columns for _word in wanted)
		patterns = [f"%{word}%" for word in wanted] * len(columns)
		count = frappe.db.sql(f"SELECT COUNT(*) FROM `{table}` WHERE {condition}", patterns)[0][0]
		found += [(table, count)] if count else []
	return found + [str(path) for path in paths(folder) if holds(path, wanted)]


def holds(path, wanted):
	if path.suffix == ".zip":
		with zipfile.ZipFile(path) as archive:
			return any(word.encode() in archive.read(name) for name in archive.namelist() for word in wanted)
	return any(word.encode() in path.read_bytes() for word in wanted)


def readings():
	return indicator_data.readings(today_only(), clock.now())


def test_every_mark_is_exported_and_after_the_erasure_none_is_left_and_no_figure_moved(
	ana, files, background_jobs
):
	"""X12. Seen to fail with each place left out of the erasure in turn; mails in the queue are reached by two of them."""
	assert len(ana.marks) + 2 >= 50
	access = request_of("Access")
	url = personal_data_requests.prepare_export(access)
	packed = frappe.get_doc("File", {"file_url": url})
	assert packed.is_private
	with zipfile.ZipFile(io.BytesIO(Path(packed.get_full_path()).read_bytes())) as archive:
		everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
		counted = json.loads(archive.read("data.json"))[COUNTED]
	assert [
		mark
		for mark in (*ana.marks, f"{MARK}-archivo", f"{MARK}-foto", f"{MARK}-cola")
		if mark not in everything
	] == []
	# our own post and logs name others beside her: they are counted, and say nothing
	assert ana.kept and [mark for mark in (*ana.kept, f"{MARK}-expediente") if mark in everything] == []
	assert {
		"Notification Log",
		"Error Log",
		"Activity Log",
		"Integration Request",
		"Case File",
		"Comment",
	} <= set(counted)
	personal_data_requests.answer(access, "Se entregó la exportación")

	before = readings()
	assert left_over(files)
	erasure = request_of("Erasure")
	personal_data_requests.approve(erasure)
	background_jobs.run()
	assert words_of(erasure).status == "Done"
	assert left_over(files) == []
	# no link opens them any more
	assert not frappe.db.exists("Service Access Token", {"reference_name": ("in", ana.scope.folios)})
	assert readings() == before
	assert not words_of(erasure).email
	for folio in ana.folios:
		kept = reloaded(folio)
		assert (kept.request_type, kept.channel, kept.stage) == (
			folio.request_type,
			folio.channel,
			folio.stage,
		)
		assert kept.received_at == reloaded(folio).received_at
		assert len(events_of(folio, "redacted")) == 1


def test_an_erasure_that_was_killed_goes_on_and_twice_is_once(ana, files, monkeypatch):
	erasure = request_of("Erasure")
	personal_data_requests.approve(erasure)
	from nervion_service.services import personal_data_erasure

	real, done = personal_data_erasure.erase, []

	def killed_at_the_ninth(place, scope, kept=()):
		if len(done) == 8:
			raise KeyboardInterrupt
		done.append(place.code)
		return real(place, scope, kept=kept)

	monkeypatch.setattr(personal_data_erasure, "erase", killed_at_the_ninth)
	with pytest.raises(KeyboardInterrupt):
		personal_data_runs.run(erasure)
	monkeypatch.setattr(personal_data_erasure, "erase", real)
	assert left_over(files)
	assert personal_data_runs.run(erasure)
	assert left_over(files) == []
	changed = words_of(erasure).as_dict()
	assert personal_data_runs.run(erasure)
	assert words_of(erasure).as_dict() == changed
	assert len(events_of(ana.folios[0], "redacted")) == 1


def test_an_open_case_holds_the_erasure_back_and_says_so(files):
	folio = make_folio(email=EMAIL, phone=PHONE)
	erasure = request_of("Erasure")
	personal_data_requests.approve(erasure)
	assert personal_data_runs.run(erasure) is False
	assert folio.name in words_of(erasure).hold
	assert reloaded(folio).email == EMAIL
	withdraw(folio)
	personal_data_runs.run_waiting()
	assert words_of(erasure).status == "Done"
	assert not reloaded(folio).email


def test_the_visits_and_reports_of_others_are_not_the_persons_who_has_no_complaint(files):
	mine = make_folio(email=EMAIL)
	other = make_folio(email="otra@persona.test", phone="+52 55 5555 7732", party_name="Otra")
	names = {}
	for doctype in ("Service Technical Visit", "Technical Analysis Report"):
		for folio in (mine, other):
			name = names[doctype, folio.name] = factories.unique("FILA", "-")
			values = {"folio": folio.name, "company": folio.company}
			frappe.get_doc({"doctype": doctype, "name": name, **values}).db_insert()
	found = people.find(email=EMAIL)
	assert found.complaints == ()
	assert found.visits == (names["Service Technical Visit", mine.name],)
	assert found.reports == (names["Technical Analysis Report", mine.name],)


def test_nobody_elses_data_is_touched(ana, files):
	other = withdraw(make_folio(email="otra@persona.test", phone="+52 55 5555 7732", party_name="Otra"))
	erasure = request_of("Erasure")
	personal_data_requests.approve(erasure)
	personal_data_runs.run(erasure)
	kept = reloaded(other)
	assert (kept.email, kept.phone, kept.party_name, kept.subject) == (
		other.email,
		other.phone,
		"Otra",
		other.subject,
	)


def test_a_customer_who_is_the_person_is_kept_by_law_and_no_folio_leads_to_it(files):
	customer = factories.make_customer(customer_name="Ana Marcaz Zúñiga").name
	folio = withdraw(make_folio(customer=customer, email="", phone=""))
	folio.db_set("place_of_purchase_customer", customer)
	for doctype in ("Service Technical Visit", "Technical Analysis Report"):
		name = factories.unique("FILA", "-")
		values = {"folio": folio.name, "customer": customer, "company": folio.company}
		frappe.get_doc({"doctype": doctype, "name": name, **values}).db_insert()
	erasure = request_of("Erasure", email="", phone="", customer=customer, person_name="Ana Marcaz Zúñiga")
	personal_data_requests.approve(erasure, means="In Person")
	assert personal_data_runs.run(erasure)
	assert frappe.db.exists("Customer", customer)
	assert not reloaded(folio).customer and not reloaded(folio).place_of_purchase_customer
	for doctype in ("Service Technical Visit", "Technical Analysis Report"):
		assert not frappe.db.exists(doctype, {"customer": customer})
	assert {row.customer for row in promises(folio.name)} == {None}
	assert "Customer" in words_of(erasure).outcome


def test_a_number_in_any_spelling_is_the_person():
	folio = make_folio(email="", phone="52 1 55 5555-7731", party_name="Ana")
	assert people.find(phone="(55) 5555 7731").folios == (folio.name,)


def test_a_name_is_matched_whole_and_never_in_part():
	folio = make_folio(party_name="Ana Torres Zúñiga", email="")
	assert folio.name in people.find(person_name="ana torres zúñiga").folios
	assert people.find(person_name="Ana Torres").folios == ()


def test_the_legal_term_is_a_promise_of_twenty_business_days_kept_by_the_answer():
	name = request_of("Rectification", correction="El nombre es Anna")
	(promise,) = promises(name)
	assert (promise.kind, promise.status) == (CommitmentKind.PERSONAL_DATA, "Running")
	assert (promise.due_at - promise.started_at).days >= 20
	personal_data_requests.answer(name, "Se corrigió")
	assert promises(name)[0].status == "Fulfilled"


def promises(name):
	return frappe.get_all(
		"Service Commitment", {"case_name": name}, ["kind", "status", "started_at", "due_at", "customer"]
	)


def test_nothing_is_handed_over_or_erased_before_the_identity_was_verified():
	doc = frappe.get_doc(
		{
			"doctype": "Personal Data Request",
			"right": "Erasure",
			"company": factories.make_company().name,
			"email": EMAIL,
		}
	).insert()
	for step in (personal_data_requests.approve, personal_data_requests.prepare_export):
		with pytest.raises(frappe.ValidationError, match="the step needs: Identity Verified"):
			step(doc.name)
	assert words_of(doc.name).status == "Received"
	assert not words_of(doc.name).export_file


def test_only_an_approver_approves_an_erasure(run_as):
	name = request_of("Erasure")
	with (
		run_as(cast(Role.COORDINATOR)),
		pytest.raises(frappe.PermissionError, match="approved by one of these roles"),
	):
		personal_data_requests.approve(name)
	with run_as(cast(Role.TECHNICIAN)), pytest.raises(frappe.PermissionError):
		personal_data_requests.preview(name)
	assert words_of(name).status == "Identity Verified"
	with run_as(cast(Role.ADMINISTRATOR)):
		assert personal_data_requests.approve(name) == "Approved"


def test_a_result_cannot_be_typed_nor_a_request_deleted():
	name = request_of("Erasure")
	doc = words_of(name)
	doc.status = "Done"
	with pytest.raises(frappe.ValidationError, match="by the actions of the request only"):
		doc.save()
	with pytest.raises(frappe.ValidationError, match="never deleted"):
		frappe.delete_doc("Personal Data Request", name)
	assert words_of(name).status == "Identity Verified"


def test_a_request_about_nobody_is_refused():
	values = {"doctype": "Personal Data Request", "right": "Access", "company": factories.make_company().name}
	with pytest.raises(frappe.ValidationError, match="Say whose data it is"):
		frappe.get_doc(values).insert()


def test_promises_of_a_request_are_seen_by_who_may_read_requests_only(run_as):
	name = request_of("Access")
	with run_as(cast(Role.COORDINATOR)):
		assert frappe.get_list("Service Commitment", {"case_name": name})
		assert frappe.get_list("Service Event", {"case_name": name})
	row = frappe.get_doc("Service Commitment", {"case_name": name})
	for role in (Role.EXECUTIVE, Role.TECHNICIAN):
		with run_as(cast(role)):
			assert frappe.get_list("Service Commitment", {"case_name": name}) == []
			assert frappe.get_list("Service Event", {"case_name": name}) == []
			assert not frappe.has_permission("Service Commitment", "read", doc=row)


def test_the_append_only_history_holds_no_word_of_the_person(ana):
	folio = act(
		make_folio(email=EMAIL, phone=PHONE, party_name=f"{MARK} Ana"),
		"Withdraw",
		withdrawal_reason=f"{MARK} desiste",
	)
	for doctype in ("Service Event", "Service Commitment", "Service Notice"):
		text = json.dumps(frappe.get_all(doctype, fields=["*"], limit_page_length=0), default=str)
		assert MARK not in text and EMAIL not in text, (doctype, folio.name)


def test_a_namesake_is_left_out_counted_and_keeps_even_the_lines_of_logs():
	mine, name = make_folio(email=EMAIL, phone="", party_name="Juan García Marcaz"), "Juan García Marcaz"
	other = make_folio(email="otro@persona.test", phone="", party_name=name, complainant_name=name)
	contact = factories.make_contact(
		email="otro@persona.test", first_name="Juan", last_name="García Marcaz"
	).name
	log = row("Activity Log", subject=f"{name} entró")
	scope = people.find(person_name=name, email=EMAIL)
	assert scope.folios == (mine.name,) and scope.contacts == () and name not in scope.words
	assert set(scope.namesakes) == {other.name, contact}
	(activity,) = (place for place in PLACES if place.doctype == "Activity Log")
	assert log not in rows_of(activity, scope)
	request = request_of("Erasure", person_name=name)
	assert personal_data_requests.preview(request)["Same name, not included"] == 2
	with pytest.raises(frappe.ValidationError, match="2 records share the name or the number"):
		personal_data_requests.approve(request)
	assert personal_data_doubts.leave_out_the_rest(request, "Vive en otra ciudad") == 0
	personal_data_requests.approve(request)
	withdraw(mine)
	assert personal_data_runs.run(request)
	assert reloaded(other).party_name == name and not reloaded(mine).email


def test_whose_a_namesakes_record_is_is_decided_one_by_one_and_export_and_erasure_follow(files):
	name = "Juan García Marcaz"
	mine, his, other = (
		withdraw(make_folio(email=email, phone="", party_name=name))
		for email in (EMAIL, "juan2@persona.test", "otro@persona.test")
	)
	besides = withdraw(make_folio(email="juan2@persona.test", phone="", party_name="J. García"))
	request = request_of("Access", person_name=name)
	waiting = {row["name"]: row for row in personal_data_doubts.waiting(request)}
	assert set(waiting) == {his.name, other.name} and waiting[his.name]["doubt"] == "Name"
	assert ["E-mail", "juan2@persona.test"] in waiting[his.name]["told"]
	for reason, decision in (("", "Included"), ("Es él", "Quizá")):
		with pytest.raises(frappe.ValidationError):
			personal_data_doubts.decide(request, "Service Folio", his.name, decision, reason)
	with pytest.raises(frappe.ValidationError, match="not among the records"):
		personal_data_doubts.decide(request, "Service Folio", make_folio().name, "Included", "Es él")
	assert personal_data_doubts.decide(request, "Service Folio", his.name, "Left Out", "No se sabe") == 1
	# a new decision takes the older one's place, and what he is known by then finds the rest of him
	assert (
		personal_data_doubts.decide(request, "Service Folio", his.name, "Included", "Dio ambos correos") == 1
	)
	with pytest.raises(frappe.ValidationError, match="decide first"):
		personal_data_requests.prepare_export(request)
	assert (
		personal_data_doubts.decide(request, "Service Folio", other.name, "Left Out", "Otro domicilio") == 0
	)
	personal_data_requests.prepare_export(request)
	contents, _files = export(personal_data_doubts.scope_of(words_of(request)))
	assert {row["name"] for row in contents["Service Folio"]} == {mine.name, his.name, besides.name}
	assert "Personal Data Doubt" not in contents
	assert {(row.document, row.decision, row.decided_by) for row in words_of(request).doubts} == {
		(his.name, "Included", "Administrator"),
		(other.name, "Left Out", "Administrator"),
	}
	# what was packed under another decision is taken back
	personal_data_doubts.decide(request, "Service Folio", other.name, "Left Out", "Otro domicilio, otro RFC")
	assert not words_of(request).export_file
	typed = words_of(request)
	typed.doubts[0].decision = "Included"
	typed.doubts[1].decision = "Included"
	with pytest.raises(frappe.ValidationError, match="by the actions of the request only"):
		typed.save()

	personal_data_requests.refuse(request, "Pidió otra cosa")
	erasure = request_of("Erasure", person_name=name)
	personal_data_doubts.decide(erasure, "Service Folio", his.name, "Included", "Dio ambos correos")
	personal_data_doubts.leave_out_the_rest(erasure, f"{name} es otro")
	personal_data_requests.approve(erasure)
	assert personal_data_runs.run(erasure)
	assert [bool(reloaded(folio).email) for folio in (mine, his, besides, other)] == [
		False,
		False,
		False,
		True,
	]
	assert {(row.document, row.reason) for row in words_of(erasure).doubts} == {(None, None)}
	with pytest.raises(frappe.ValidationError, match="until the data is handed over"):
		personal_data_doubts.decide(erasure, "Service Folio", other.name, "Included", "Tarde")


def test_a_switchboards_number_takes_no_colleague_along():
	mine = make_folio(email=EMAIL, phone=PHONE, party_name="Ana Marcaz")
	by_phone_alone = make_folio(email="", phone=PHONE, party_name="ana marcaz")
	theirs = make_folio(email="luis@persona.test", phone=PHONE, party_name="Luis Soto")
	ours = factories.make_contact(email=EMAIL, phone=PHONE, first_name="Ana", last_name="Marcaz").name
	colleague = factories.make_contact(email="luis@persona.test", phone=PHONE, first_name="Luis").name
	lead = factories.make_lead(email_id="luis@persona.test", mobile_no=PHONE).name
	scope = people.find(email=EMAIL, phone=PHONE)
	assert set(scope.folios) == {mine.name, by_phone_alone.name} and scope.contacts == (ours,)
	assert {theirs.name, colleague, lead} <= set(scope.sharers) and not scope.leads
	assert not set(scope.phones) & set(scope.words)
	# asked by the number alone nobody can say whose it is
	assert people.find(phone=PHONE).folios == ()
	request = request_of("Access")
	assert {row["doubt"] for row in personal_data_doubts.waiting(request)} == {"Number"}
	personal_data_doubts.decide(request, "Lead", lead, "Included", "Es la misma persona")
	scope = personal_data_doubts.scope_of(words_of(request))
	assert scope.leads == (lead,) and theirs.name in scope.folios


def test_a_request_by_address_alone_reaches_the_lines_that_give_the_name_only():
	make_folio(email=EMAIL, phone="", party_name="Ana Marcaz Zúñiga")
	log = row("Activity Log", subject="Ana Marcaz Zúñiga entró")
	(activity,) = (place for place in PLACES if place.doctype == "Activity Log")
	assert log in rows_of(activity, people.find(email=EMAIL))
