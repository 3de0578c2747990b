"""/evidencias/<token>: what a complaint still lacks, sent from a telephone without an account (D19)."""

from nervion_service.services import portal, token_pages
from nervion_service.services.complaints import upload_link

no_cache = 1


def get_context(context):
	"""What is missing behind the token; any other token, whatever is wrong with it, gets one and the same page with status 404."""
	token, asked = token_pages.behind(context, "asked", upload_link.page)
	if asked:
		context.update({"asked": asked, "token": token, "wait": None, "limits": portal.upload_limits()})
		context.title = asked["subject"]
