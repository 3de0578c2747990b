"""What the pages for guests tell browsers: keep nothing, tell nobody where you came from, show us in no frame.

The address of a tracking page is a secret: no cache, no search engine and no other site learns it.
"""

PAGES = (
	"/solicitud",
	"/seguimiento",
	"/aviso-lote",
	"/evidencias",
	"/service_request",
	"/service_tracking",
	"/service_batch_notice",
	"/service_evidence",
)
ENDPOINTS = "nervion_service.api.public."
HEADERS = {
	"Cache-Control": "no-store",
	"Referrer-Policy": "no-referrer",
	"X-Content-Type-Options": "nosniff",
	"X-Frame-Options": "DENY",
	# Frappe's own pages need scripts inside the page; what they never need is shut
	"Content-Security-Policy": "frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'",
}
UNSEEN = {"X-Robots-Tag": "noindex, nofollow, noarchive"}


def secure(response=None, request=None) -> None:
	"""Add the headers to an answer for guests; a header that is there already, such as a file's own policy, stays."""
	if response is None or request is None:
		return
	is_page, is_endpoint = request.path.startswith(PAGES), ENDPOINTS in request.path
	if not (is_page or is_endpoint):
		return
	wanted = HEADERS if request.path.startswith(PAGES[0]) else {**HEADERS, **UNSEEN}
	for name, value in wanted.items():
		response.headers.setdefault(name, value)
