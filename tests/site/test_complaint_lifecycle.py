"""The life of a complaint: every gate, by whoever tries and by whichever way (G10, G11, K1, K3, K4, D16, D17)."""



from nervion_service.domain.taxonomy import Role
from tests import engine
from tests.site import complaint_factories as complaints
from tests.site.folio_factories import everybody  # noqa: F401 (a fixture)

CAST = (
	Role.QUALITY, Role.COORDINATOR, Role.EXECUTIVE, Role.TECHNICIAN, Role.COMMERCIAL_DIRECTOR, Role.AGENCY, Role.SALES,
)  # fmt: skip
COMPLAINT = complaints.COMPLAINT


def as_a(role):
	return engine.run_as(complaints.a(role))


def through_the_stages():
	"""A complaint about attention, walked to its end; yields it at each stage."""
	complaint = complaints.make_complaint(kind="Attention")
	yield complaint
	complaint = complaints.judge(complaint, by=complaints.a(Role.COORDINATOR))
	yield complaint
	complaint = complaints.analyse(complaint)
	yield complaint
	with engine.run_as(complaint.assigned_to):
		complaint.root_cause = complaints.a_cause()
		complaint.save()
	complaint = complaints.answer(complaint, by=complaint.assigned_to)
	yield complaint
	yield complaints.close(complaint, by=complaints.a(Role.EXECUTIVE))


def test_a_complaint_lives_its_life_and_its_folio_with_it():
	stages, folio_stages = [], []
	for complaint in through_the_stages():
		stages.append(complaint.stage)
		folio_stages.append(complaints.folio_of(complaint).stage)
	assert stages == ["Received", "Assigned", "In Analysis", "Answered", "Closed"]
	assert folio_stages == ["In Attention", "In Attention", "In Attention", "Answered", "Closed"]
	promises = {row.kind: row.status for row in complaints.promises_of(complaint)}
	assert promises == {
		"Admissibility": "Fulfilled",
		"Claim Attention": "Fulfilled",
		"Claim Resolution": "Fulfilled",
		"Progress Report": "Cancelled",
	}
