"""Who has a complaint: a judge, then a technician, the laboratory or the area it is about; never who it is about (G11, K4)."""

import frappe
from frappe import _

from nervion_service.domain import admissibility
from nervion_service.domain.complaint_words import COMPLAINT, ComplaintKind
from nervion_service.domain.complaint_words import ComplaintStage as Stage
from nervion_service.domain.taxonomy import Role
from nervion_service.services import absences, assignment, routing, stages, system
from nervion_service.services.complaints import settings, words

# the two hands that analyse a product
TECHNICIAN, LABORATORY = "Technician", "Laboratory"
ROLE_OF = {
	TECHNICIAN: Role.TECHNICIAN,
	LABORATORY: Role.QUALITY,
	"Sales": Role.SALES,
	"Customer Service": Role.COORDINATOR,
	"Marketing": Role.DIGITAL_COORDINATOR,
}
DEPARTMENT_OF = {
	Role.TECHNICIAN: "Technical Service",
	Role.ENGINEER: "Engineering",
	Role.QUALITY: "Quality Management",
	Role.SALES: "Sales",
	Role.COORDINATOR: "Customer Service",
	Role.DIGITAL_COORDINATOR: "Marketing",
}


def to_judge(complaint) -> None:
	"""Give it to who judges it: the least loaded holder of the role, nobody whom it is about or who judged it before."""
	judges = settings.judges_of(complaint)
	excluded = [complaint.about_user, complaint.first_judge]
	for role in (judges[0], *settings.APPEAL_JUDGES) if complaint.appeal else judges[:1]:
		person = assignment.choose(role, complaint.company, excluded, COMPLAINT)
		# behind a role that nobody is left of stands another, which may judge nothing
		if person and person not in excluded and set(judges) & set(frappe.get_roles(person)):
			break
	_give(complaint, role, person)


def to_worker(complaint, role: str | None = None) -> None:
	"""Give it to who works on it: the least loaded holder of the role of its kind, or of the one named."""
	role = role or settings.worker_of(complaint.kind)
	person = assignment.choose(role, complaint.company, [complaint.about_user], COMPLAINT)
	_give(complaint, role, person)


def hands_of(kind: str) -> tuple[str, ...]:
	"""To whom a complaint of a kind is given, as names of ROLE_OF: the usual one first. Only a product has something to analyse."""
	if kind == ComplaintKind.PRODUCT:
		return (TECHNICIAN, LABORATORY)
	usual = settings.worker_of(kind)
	found = [name for name, role in ROLE_OF.items() if role in (usual, Role.COORDINATOR)]
	return tuple(sorted(found, key=lambda name: ROLE_OF[name] != usual))


def called(hand: str) -> str:
	"""A name of ROLE_OF in the reader's language."""
	return _("Technician") if hand == TECHNICIAN else _(hand)


@frappe.whitelist(methods=["POST"])
def assign(complaint: str, to: str | None = None, user: str | None = None, reason: str | None = None) -> str:
	"""Give a complaint to one of the hands of its kind (the usual one, where none is said), or to one person; returns who has it now.

	Under review, or at once after an accident, this also takes it to Assigned; later it is a change of hands, whose reason is kept.
	"""
	doc = system.permitted(COMPLAINT, complaint, "write")
	if user:
		doc.assigned_to = user
	else:
		to_worker(doc, ROLE_OF[_hand(doc.kind, to)])
	if doc.stage in (Stage.RECEIVED, Stage.UNDER_REVIEW):
		doc.workflow_state = stages.state_of(Stage.ASSIGNED, COMPLAINT)
	else:
		assignment.comment_reason(doc, _("Handed over to {0}").format(doc.assigned_to or _("nobody")), reason)
	doc.flags.by_service = True
	doc.save()
	return doc.assigned_to


def _hand(kind: str, to: str | None) -> str:
	known = hands_of(kind)
	if to and to not in known:
		sentence = _("A complaint about {0} is attended by {1}: choose that, or one person.")
		words.refuse([sentence.format(_(kind), " / ".join(map(called, known)))], _("Not Possible"))
	return to or known[0]


def check(complaint) -> None:
	"""Refuse to assign it to somebody who cannot attend it or whom it is about."""
	if not complaint.assigned_to:
		return
	absences.check_staff(complaint.meta.get_label("assigned_to"), complaint.assigned_to)
	problem = admissibility.partiality(complaint.assigned_to, complaint.about_user)
	if problem:
		words.refuse([words.sentence(problem)], _("Not Impartial"))


def _give(complaint, role: str, person: str | None) -> None:
	complaint.route_role, complaint.assigned_to = role, person
	complaint.department = (
		routing.department_named(DEPARTMENT_OF.get(role), complaint.company) or complaint.department
	)
