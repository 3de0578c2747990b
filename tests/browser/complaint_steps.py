"""What people do with a complaint on their screens, a function for each sitting; all in Spanish, as the users have it."""

import re

import frappe

from tests.browser import people
from tests.browser.people import choose, fill, press
from tests.site import upload_samples

FORM = ".nervion-view:visible"
PROBLEM = "El primario se desprende de la nave 2"


PHONE = {"width": 360, "height": 760}
# milliseconds for one step of one person; a busy machine is no fault of the code
PATIENCE = 60_000


def arrive(signed_in, user: str, width: str = "desktop"):
	"""A page of that user's; a telephone is as narrow as they come."""
	page = signed_in(user, width)
	page.set_default_timeout(PATIENCE)
	if width == "phone":
		page.set_viewport_size(PHONE)
	return page


# The desk ------------------------------------------------------------------------------------------------------


def open_form(page, doctype: str, name: str):
	"""Go to a record and wait until its form stands."""
	page.goto(f"/app/{frappe.scrub(doctype).replace('_', '-')}/{name}")
	page.wait_for_function(
		"(name) => window.cur_frm && cur_frm.doc.name === name && !cur_frm.is_new()", arg=name, timeout=60_000
	)
	people.quiet(page)
	return page


def head(page):
	"""The head of the case on the screen."""
	found = page.locator(FORM)
	found.locator(".nervion-head").wait_for(timeout=60_000)
	return found


def stage_is(page, stage: str) -> None:
	people.wait_for_state(page, stage)
	people.quiet(page)


def take_action(page, label: str, stage: str) -> None:
	"""An action of Frappe's own menu of the workflow."""
	page.locator(".actions-btn-group:visible > button").click()
	page.locator(".actions-btn-group:visible .dropdown-menu").get_by_text(label, exact=True).click()
	stage_is(page, stage)


def from_menu(page, menu: str, label: str) -> None:
	"""A button of one of the form's groups."""
	group = page.locator(".inner-group-button:visible", has_text=menu).first
	group.locator("button").first.click()
	group.get_by_text(label, exact=True).click()


def cell(scope, table: str, row: int, field: str, value: str) -> None:
	"""Write into a cell of a table, as a person does who clicks it first."""
	grid = f'.frappe-control[data-fieldname="{table}"]'
	box = scope.locator(f'{grid} .grid-row[data-idx="{row}"] .grid-static-col[data-fieldname="{field}"]')
	box.click()
	entry = box.locator("input:visible, select:visible, textarea:visible").first
	entry.wait_for()
	if entry.evaluate("(one) => one.tagName") == "SELECT":
		entry.select_option(value)
	else:
		entry.fill(value)
		entry.blur()
	people.settle(scope if hasattr(scope, "wait_for_timeout") else scope.page)


def save(page) -> None:
	page.keyboard.press("Control+s")
	page.wait_for_function("() => !cur_frm.is_dirty()")
	people.quiet(page)


def confirm(page) -> None:
	"""Say yes where the desk asks once more."""
	dialog = page.locator(".modal.show", has_text="Confirmar").last
	dialog.wait_for()
	dialog.locator(".btn-primary").click()


# The distributor, on a telephone -------------------------------------------------------------------------------


def file_complaint(page, story, photograph) -> str:
	"""The portal's form: what happened, of which delivery how much, with one photograph; returns the folio."""
	page.goto("/servicio/nueva")
	page.wait_for_function("() => window.nervion_portal")
	page.get_by_role("group", name=re.compile("lesionada")).get_by_label("No", exact=True).check()
	page.get_by_label("Un problema con un producto").check()
	page.get_by_label("En una línea").fill(PROBLEM)
	page.get_by_label("Cuéntenos qué pasó o qué necesita").fill(
		"Se cae en láminas a los tres días de aplicado."
	)
	page.locator("#nv-defect").select_option("Peeling")
	page.locator("#nv-delivery option", has_text=story.note).wait_for(state="attached")
	page.locator("#nv-delivery").select_option(
		label=page.locator("#nv-delivery option", has_text=story.note).inner_text()
	)
	quantity = page.locator(".nv-line input[inputmode=decimal], .nv-line input[type=number]").first
	quantity.fill("12")
	page.locator("[data-nv-evidence=Photographs] input[type=file]").last.set_input_files(photograph)
	page.get_by_role("button", name=re.compile("^Quitar ")).first.wait_for()
	page.get_by_role("button", name="Enviar mi solicitud").click()
	page.wait_for_url(re.compile("/servicio/folio/"))
	return page.url.rsplit("/", 1)[1]


def photographs(folder, count) -> list[str]:
	"""Different pictures, as a telephone takes them: the same one twice would be one."""
	paths = [folder / f"IMG_{number:04}.jpg" for number in range(count)]
	for number, path in enumerate(paths):
		path.write_bytes(upload_samples.picture(colour=(180, 40, 60 * number)))
	return list(map(str, paths))


def send_missing(page, pictures) -> None:
	"""What the folio's page still asks for, kind by kind, with the camera's pictures."""
	page.reload()
	page.wait_for_function("() => window.nervion_portal")
	for kind, some in (("Photographs", pictures[:2]), ("Evidence of Application", pictures[2:])):
		picker = page.locator(f'[data-nv-send*="evidence"] input[type=file][name="evidence:{kind}"]').last
		picker.set_input_files(some)
	page.locator(".nv-evidence").get_by_role("button", name=re.compile("^Quitar ")).nth(2).wait_for()
	page.locator('[data-nv-send*="evidence"]').get_by_role("button", name="Enviar", exact=True).click()


# The Ejecutivo -------------------------------------------------------------------------------------------------


def open_from_folio(page, folio: str) -> str:
	"""The folio leads to its complaint; returns its number."""
	open_form(page, "Service Folio", folio)
	press(head(page), "Abrir la queja")
	page.wait_for_function("() => cur_frm.doctype === 'Service Complaint'")
	head(page)
	people.quiet(page)
	return page.evaluate("cur_frm.doc.name")


def ask_for_what_is_missing(page) -> str:
	"""The letter is written already; sent, the complaint waits. Returns what it said."""
	press(head(page), "Preguntar al cliente")
	dialog = people.visible_dialog(page)
	letter = dialog.locator(".ql-editor[contenteditable=true]")
	letter.get_by_text("Para atender su queja").wait_for()
	said = letter.inner_text()
	press(dialog.locator(".modal-footer"), "Enviar")
	stage_is(page, "Waiting for Customer")
	return said


def agree_on_visit(page, complaint: str, technician: str) -> str:
	"""Ask for a visit, call the customer, write down consent and date; returns the visit."""
	open_form(page, "Service Complaint", complaint)
	from_menu(page, "Crear", "Visita técnica")
	dialog = people.visible_dialog(page)
	choose(page, dialog, "assigned_to", technician)
	press(dialog, "Solicitar la visita")
	page.wait_for_function("() => cur_frm.doctype === 'Service Technical Visit' && !cur_frm.is_new()")
	people.quiet(page)
	press(page.locator(".page-head:visible"), "Acordar la cita")
	dialog = people.visible_dialog(page)
	fill(dialog, "consent_by", "Ing. Salas")
	fill(dialog, "scheduled_from", frappe.utils.now_datetime().strftime("%d-%m-%Y %H:%M"))
	people.settle(page)
	fill(dialog, "site", "Nave 2")
	fill(dialog, "address", "Av. Industria 100, Celaya")
	press(dialog.locator(".modal-footer"), "El cliente acepta")
	stage_is(page, "Scheduled")
	return page.evaluate("cur_frm.doc.name")


# Calidad -------------------------------------------------------------------------------------------------------


def judge(page, complaint: str) -> None:
	"""Admissible, ten of the twelve, by warranty, to be replaced."""
	open_form(page, "Service Complaint", complaint)
	press(head(page), "Dar dictamen")
	dialog = people.visible_dialog(page)
	dialog.locator(".grid-row[data-idx='1']").wait_for()
	# the line names its delivery; where others were granted of it without naming it, the reason is asked for here alone
	dialog.locator('[data-fieldname="no_delivery_reason"] textarea').wait_for(state="visible")
	dialog.locator('[data-fieldname="verdict"] select').first.select_option("Partially Admissible")
	fill(dialog, "reason", "La evidencia corresponde al lote y a la entrega; dos botes no estaban abiertos.")
	cell(dialog, "lines", 1, "accepted_qty", "10")
	for field, value in (
		("verdict", "Partially Admissible"),
		("ground", "Warranty"),
		("remedy", "Replacement"),
	):
		cell(dialog, "lines", 1, field, value)
	press(dialog.locator(".modal-footer"), "Dar dictamen")
	stage_is(page, "Assigned")


# The technician, on a telephone --------------------------------------------------------------------------------

MEASURED = {
	"surface": "Lámina galvanizada",
	"surface_preparation": "Solvente y lija",
	"air_temperature": "24",
	"surface_temperature": "26",
	"relative_humidity": "60",
	# the data sheet allows ten
	"dilution_percent": "18",
	"dry_film_thickness": "90",
}
FOUND = {
	"diagnosis": "La dilución fue casi del doble de la ficha; el primario no ancla.",
	"recommendation": "Retirar lo suelto y aplicar de nuevo con dilución de 5 a 10 %.",
}


def open_visit(page, visit: str) -> None:
	page.goto("/app/service-visit-form")
	page.locator(f'[data-open="{visit}"]').click(timeout=60_000)
	page.locator(".nervion-visit-steps").wait_for()


def next_step(page) -> None:
	page.locator("[data-next]").click()


def answer_checklist(page) -> None:
	for point in page.locator(".nervion-visit-point").all():
		point.get_by_text("Sí", exact=True).click()


def write_all(page, values) -> None:
	for name, value in values.items():
		page.locator(f'.nervion-visit-form [name="{name}"]').fill(value)


def take_photograph(page, path: str) -> None:
	page.locator(".nervion-visit-camera input").set_input_files(path)
	page.locator(".nervion-visit-photographs img").first.wait_for()


def sign(page, name: str) -> None:
	"""A stroke over the box, as a finger makes it."""
	canvas = page.locator(".nervion-visit-signature")
	canvas.scroll_into_view_if_needed()
	box = canvas.bounding_box()
	page.mouse.move(box["x"] + 20, box["y"] + 20)
	page.mouse.down()
	page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
	page.mouse.up()
	page.locator('.nervion-visit-form [name="signed_by"]').fill(name)


def choose_result(page, label: str) -> None:
	page.locator(".nervion-visit-choice").get_by_text(label, exact=True).click()


def visit_site(page, visit: str, picture: str) -> None:
	"""The whole form: what was found is a problem, so that it ends with a RAT."""
	open_visit(page, visit)
	answer_checklist(page)
	next_step(page)
	write_all(page, MEASURED)
	next_step(page)
	write_all(page, FOUND)
	take_photograph(page, picture)
	next_step(page)
	choose_result(page, "Problema encontrado")
	sign(page, "Ing. Salas")
	page.locator('[data-send="1"]').click()
	people.visible_dialog(page).get_by_text("Se hizo un borrador del RAT").wait_for(timeout=60_000)


# The report ----------------------------------------------------------------------------------------------------

CONCLUDED = {
	"conclusion": "El lote cumple; la aplicación se hizo con 18 % de dilución.",
	"customer_conclusion": "El producto cumple su especificación. El desprendimiento se debe a la dilución con que se aplicó.",
}


def write_report(page) -> str:
	"""From the message that the visit left: the conclusions, and on to review; returns the RAT."""
	press(people.visible_dialog(page), "Abrir el RAT")
	page.wait_for_function(
		"() => window.cur_frm?.doctype === 'Technical Analysis Report' && cur_frm.doc.name"
	)
	people.quiet(page)
	for field, text in CONCLUDED.items():
		fill(page, field, text)
	save(page)
	take_action(page, "Enviar a revisión", "Under Review")
	return page.evaluate("cur_frm.doc.name")


def review_report(page, report: str) -> None:
	open_form(page, "Technical Analysis Report", report)
	take_action(page, "Aceptar la revisión", "Under Review")
	page.wait_for_function("() => cur_frm.doc.reviewer")


def may_act(page) -> bool:
	"""Whether the desk offers the next step of the workflow to who looks."""
	people.quiet(page)
	return page.locator(".actions-btn-group:visible").count() > 0


def approve_report(page, report: str) -> None:
	"""Approve, which submits, and release to the customer."""
	open_form(page, "Technical Analysis Report", report)
	page.locator(".actions-btn-group:visible > button").click()
	page.locator(".actions-btn-group:visible .dropdown-menu").get_by_text(
		"Aprobar el reporte", exact=True
	).click()
	page.wait_for_function("() => cur_frm.doc.docstatus === 1", timeout=60_000)
	people.quiet(page)
	press(page.locator(".page-head:visible"), "Liberar al cliente")
	page.wait_for_function("() => cur_frm.doc.released_to_customer")


# Answer, remedy, the customer's word ---------------------------------------------------------------------------

ANSWER = (
	"El producto cumple. Como cortesía de la garantía reponemos diez litros. Le anexamos nuestro reporte."
)


def answer(page, complaint: str, cause: str) -> None:
	"""Begin the analysis, and answer in one dialog with what caused it: the letter goes out with it."""
	open_form(page, "Service Complaint", complaint)
	press(head(page), "Iniciar análisis")
	stage_is(page, "In Analysis")
	press(head(page), "Marcar como contestado")
	dialog = people.visible_dialog(page)
	fill(dialog, "answer", ANSWER)
	choose(page, dialog, "root_cause", cause)
	press(dialog.locator(".modal-footer"), "Marcar como contestado")
	stage_is(page, "Answered")


def promise_remedy(page, complaint: str) -> str:
	"""What the verdict gave is promised; returns the remedy's number."""
	open_form(page, "Service Complaint", complaint)
	from_menu(page, "Reparación", "Prometer lo que dio el dictamen")
	press(people.visible_dialog(page).locator(".modal-footer"), "Prometer")
	page.locator(".desk-alert", has_text="RM-").wait_for(timeout=60_000)
	frappe.db.rollback()
	return frappe.db.get_value("Complaint Remedy", {"complaint": complaint})


def prove_remedy(page, remedy: str, note: str) -> None:
	"""Name the delivery that was made in its place."""
	open_form(page, "Complaint Remedy", remedy)
	press(page.locator(".page-head:visible"), "Señalar el documento")
	dialog = people.visible_dialog(page)
	chosen = dialog.locator("option", has_text=note).get_attribute("value")
	dialog.locator('[data-fieldname="chosen"] select').select_option(chosen)
	press(dialog.locator(".modal-footer"), "Tomarlo como prueba")
	stage_is(page, "Done")


def confirm_solved(page) -> None:
	page.reload()
	page.get_by_role("button", name="Sí, quedó resuelto").click()
	page.get_by_text("Su solicitud se cerró").wait_for(timeout=60_000)


# What caused it is removed -------------------------------------------------------------------------------------


def plan_action(page, complaint: str, cause: str, worker: str, verifier: str) -> str:
	"""Calidad opens the action from the complaint and plans it: cause, task, check of effectiveness; returns its number."""
	open_form(page, "Service Complaint", complaint)
	from_menu(page, "Control de Calidad", "Abrir acción correctiva")
	page.wait_for_function("() => cur_frm.doctype === 'Service Corrective Action' && !cur_frm.is_new()")
	people.quiet(page)
	choose(page, page.locator(".page-container:visible"), "root_cause", cause)
	fill(
		page.locator(".page-container:visible"),
		"containment",
		"Se avisó al distribuidor de la dilución correcta.",
	)
	fill(
		page.locator(".page-container:visible"), "cause_text", "La etiqueta no dice la dilución para brocha."
	)
	tasks = page.locator('.page-container:visible .frappe-control[data-fieldname="tasks"]')
	tasks.locator(".grid-add-row").click()
	today = frappe.utils.getdate()
	cell(page, "tasks", 1, "task", "Imprimir la dilución en la etiqueta")
	cell(page, "tasks", 1, "due_date", today.strftime("%d-%m-%Y"))
	choose_in_cell(page, "tasks", 1, "responsible", worker)
	check = frappe.utils.add_days(today, 30).strftime("%d-%m-%Y")
	form = page.locator(".page-container:visible")
	fill(form, "verification_date", check)
	fill(form, "verification_criterion", "Ninguna queja de desprendimiento por dilución en 30 días.")
	choose(page, form, "verification_by", verifier)
	save(page)
	take_action(page, "Analizar", "Analysis")
	take_action(page, "Iniciar tareas", "In Progress")
	return page.evaluate("cur_frm.doc.name")


def choose_in_cell(page, table: str, row: int, field: str, text: str) -> None:
	"""The same as `cell` for a field that links to a record."""
	grid = f'.page-container:visible .frappe-control[data-fieldname="{table}"]'
	box = page.locator(f'{grid} .grid-row[data-idx="{row}"] .grid-static-col[data-fieldname="{field}"]')
	box.click()
	entry = box.locator("input:visible").first
	entry.fill(text)
	box.locator(':is(.awesomplete li, [role="option"])', has_text=text).first.click()
	people.settle(page)


def do_task(page, action: str) -> None:
	"""Who is responsible says on the telephone that it is done, and that this was all."""
	open_form(page, "Service Corrective Action", action)
	page.locator("[data-my-task]:visible").click()
	dialog = people.visible_dialog(page)
	fill(dialog, "result", "Etiqueta nueva en línea desde hoy")
	press(dialog.locator(".modal-footer"), "Guardar")
	page.wait_for_function("() => cur_frm.doc.tasks[0].done_at && !cur_frm.is_dirty()")
	people.quiet(page)
	take_action(page, "Tareas terminadas", "Implemented")


def judge_effectiveness(page, action: str) -> None:
	"""On its day, by somebody who did none of the work; and close it."""
	open_form(page, "Service Corrective Action", action)
	form = page.locator(".page-container:visible")
	form.locator('[data-fieldname="effectiveness"] select').select_option("Effective")
	people.settle(page)
	fill(form, "verification_note", "Se revisaron 20 aplicaciones: ninguna se desprende.")
	save(page)
	take_action(page, "Registrar eficacia", "Verified")
	take_action(page, "Cerrar", "Closed")


def make_case_file(page, complaint: str) -> str:
	"""One click, and a worker makes it; returns the file's record."""
	open_form(page, "Service Complaint", complaint)
	from_menu(page, "Expediente", "Hacer el expediente")
	page.wait_for_function("() => cur_frm.doctype === 'Case File'")
	name = page.evaluate("cur_frm.doc.name")
	for _attempt in range(120):
		frappe.db.rollback()
		if (state := frappe.db.get_value("Case File", name, "state")) != "Waiting":
			break
		page.wait_for_timeout(1000)
	assert state == "Ready", frappe.db.get_value("Case File", name, "problem")
	return name
