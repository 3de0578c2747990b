"""/aviso-lote/<token>: what a customer is told about a batch, and where the notice is acknowledged (K6)."""

from frappe import _

from nervion_service.services import customer_words, token_pages
from nervion_service.services.batches import recall

no_cache = 1


def get_context(context):
	"""The notice behind the token; any other token, whatever is wrong with it, gets one and the same page with status 404."""
	token, notice = token_pages.behind(context, "notice", recall.notice)
	if notice:
		context.update({"notice": notice, "token": token, "wait": None, "moment": customer_words.moment})
		context.title = _("Notice about batch {0}").format(notice["batch"])
