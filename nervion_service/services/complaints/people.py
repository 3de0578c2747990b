"""Who has to hear that something of a complaint is not what it was: who has it, and Quality (G18)."""

import frappe

from nervion_service.domain.complaint_words import COMPLAINT
from nervion_service.domain.taxonomy import Role
from nervion_service.services import assignment, bells


def concerned(complaint) -> list[tuple[str, str | None]]:
	"""(user, language) of who has the complaint and who answers for Quality, without whom it is done by."""
	people = {complaint.assigned_to} if complaint.assigned_to else set()
	people |= set(assignment.answering_for(Role.QUALITY, complaint.company))
	return [
		(user, frappe.db.get_value("User", user, "language"))
		for user in sorted(people - {frappe.session.user})
	]


def ring(complaint, user: str, words: str) -> None:
	"""Ring for that person with these words, which open the complaint."""
	bells.ring(user, words, COMPLAINT, complaint.name)
