"""Visits, data sheets, reports and samples for tests of a site, and the walks that people take with them."""

from datetime import timedelta

import frappe
from frappe.model.workflow import get_transitions
from frappe.utils import now_datetime

from tests import engine, factories
from tests.site import folio_factories as folios

VISIT, REPORT, SAMPLE, SHEET = (
	"Service Technical Visit",
	"Technical Analysis Report",
	"Service Sample",
	"Technical Data Sheet",
)
LIMITS = (
	("Dew Point Margin", "3", ""),
	("Relative Humidity", "", "85"),
	("Dilution", "5", "10"),
	("Dry Film Thickness", "75", "125"),
)
GOOD = {
	"air_temperature": "25",
	"surface_temperature": "27",
	"relative_humidity": "60",
	"dilution_percent": "8",
	"dry_film_thickness": "100",
}
TEST = {
	"method": "ASTM D523",
	"property_name": "Brillo a 60°",
	"instrument": "Brillómetro BG-2",
	"calibrated_until": "2099-12-31",
	"uom": "UB",
	"minimum": "80",
	"maximum": "95",
	"result": "62",
	"retained_result": "88",
}
FINDINGS = {
	"diagnosis": "El brillo cayó por humedad durante el secado.",
	"conclusion": "El lote cumple; la aplicación no.",
	"customer_conclusion": "El producto cumple su especificación. El brillo bajó porque se aplicó con humedad alta.",
	"recommendation": "Aplicar con humedad menor a 85 %.",
}


def make_sheet(item=None, limits=LIMITS, **overrides):
	"""A data sheet that has been in force since 2020."""
	rows = [dict(zip(("quantity", "minimum", "maximum"), row, strict=True)) for row in limits]
	values = {
		"item": item or factories.make_item().name,
		"version": factories.unique("1", "."),
		"valid_from": "2020-01-01",
		"limits": rows,
	}
	return factories.insert(SHEET, values, **overrides)


def make_visit(by=None, **overrides):
	"""A visit that was asked for, about a folio unless told otherwise."""
	values = {"doctype": VISIT, "subject": "Revisar el brillo de la nave 2", **overrides}
	if not (values.get("complaint") or values.get("folio")):
		values["folio"] = folios.make_folio(routed=False).name
	with engine.run_as(by or frappe.session.user):
		return reloaded(frappe.get_doc(values).insert())


def consent(visit, by=None, **overrides):
	"""Requested → Consented."""
	word = {
		"consent": 1,
		"consent_by": "Ing. Salas",
		"consent_means": "Phone",
		"consent_at": now_datetime() - timedelta(minutes=5),
	}
	return act(visit, "Record Consent", by, **{**word, **overrides})


def schedule(visit, by=None, **overrides):
	"""Requested or Consented → Scheduled."""
	visit = consent(visit, by) if reloaded(visit).stage == "Requested" else reloaded(visit)
	start = now_datetime()
	return act(
		visit,
		"Schedule",
		by,
		**{"scheduled_from": start, "scheduled_to": start + timedelta(hours=2), **overrides},
	)


def start(visit, by=None, **overrides):
	"""Any stage before → In Progress."""
	return act(schedule(visit, by), "Start the Visit", by, **overrides)


def findings(visit, result="Resolved", **overrides):
	"""What a technician writes down before finishing."""
	checks = [{"point": row.point, "result": "Yes"} for row in visit.checklist]
	written = {"diagnosis": "Brillo bajo en toda la nave", "recommendation": "Repintar una mano"}
	proof = {"unsigned_reason": "El cliente salió antes"}
	return {"result": result, "checklist": checks, **written, **proof, **overrides}


def finish(visit, by=None, **overrides):
	"""In Progress → Finished."""
	return act(visit, "Finish the Visit", by, **findings(reloaded(visit), **overrides))


def make_report(by=None, **overrides):
	"""A draft with one test, about a folio unless told otherwise."""
	values = {
		"doctype": REPORT,
		"subject": "Pérdida de brillo",
		"company": factories.make_company().name,
		"tests": [dict(TEST)],
		**FINDINGS,
		**overrides,
	}
	if not (values.get("complaint") or values.get("visit") or values.get("folio")):
		folio = folios.make_folio(routed=False)
		values.update({"folio": folio.name, "company": folio.company})
	if not (values.get("visit") or values.get("is_short")):
		values.setdefault("samples", samples_of(values))
	with engine.run_as(by or frappe.session.user):
		return reloaded(frappe.get_doc(values).insert())


def samples_of(report):
	"""Rows of a claimed sample and of the one that was retained, both of the report's product."""
	of = {field: report.get(field) for field in ("company", "item", "batch") if report.get(field)}
	return [{"sample": make_sample(is_retained=retained, **of).name} for retained in (0, 1)]


def reviewed(report, author, reviewer):
	"""Draft → Reviewed by these two people."""
	act(report, "Send to Review", author)
	return act(report, "Accept the Review", reviewer)


def approved(report, author, reviewer, approver):
	"""Draft → Approved by these three people."""
	return act(reviewed(report, author, reviewer), "Approve the Report", approver)


def make_sample(by=None, **overrides):
	"""A sample that somebody has just taken."""
	values = {
		"doctype": SAMPLE,
		"company": factories.make_company().name,
		"taken_at": now_datetime() - timedelta(hours=1),
		"quantity": "500 ml",
		"seal_number": "S-0042",
		**overrides,
	}
	with engine.run_as(by or frappe.session.user):
		values.setdefault("taken_by", frappe.session.user)
		return reloaded(frappe.get_doc(values).insert())


def of_folio(folio, text):
	"""{"visit", "report", "sample"}: a visit that is agreed, a report and a sample of a folio's company, all with that text."""
	visit = schedule(make_visit(folio=folio.name, subject=f"{text} visita"))
	report = make_report(folio=folio.name, company=folio.company, subject=f"{text} reporte")
	sample = make_sample(company=folio.company, quantity=f"{text} muestra")
	return {"visit": visit.name, "report": report.name, "sample": sample.name}


def act(doc, action, by=None, **changes):
	"""Take an action of the workflow as `by`, with fields changed in the same save; returns the document as it then is."""
	doc = reloaded(doc)
	with engine.run_as(by or frappe.session.user):
		transition = next((row for row in get_transitions(doc) if row["action"] == action), None)
		assert transition, f"{frappe.session.user} cannot {action} from {doc.workflow_state}"
		doc.update(changes)
		doc.workflow_state = transition["next_state"]
		if transition["next_state"] == "Approved":
			doc.submit()
		elif transition["next_state"] == "Cancelled" and doc.doctype == REPORT:
			doc.cancel()
		else:
			doc.save()
	return reloaded(doc)


def reloaded(doc):
	"""The document as it stands in the database."""
	return frappe.get_doc(doc.doctype, doc.name)
