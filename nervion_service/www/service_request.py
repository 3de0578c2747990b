"""/solicitud: a request without an account."""

from frappe import _

from nervion_service.services import customer_story, guest_intake

no_cache = 1


def get_context(context):
	"""What the form offers; the page is nobody's, so it is the same for everybody."""
	context.update(guest_intake.form())
	context.update({"title": _("Write to us"), "moment": customer_story.moment})
