"""A stored file as a browser gets it: shown as what it is, never run, never kept by anybody in between (X3)."""

import filetype
import frappe
from werkzeug.wrappers import Response

from nervion_service.services.file_inspection import ENDINGS

SAFE_HEADERS = {
	"X-Content-Type-Options": "nosniff",
	"Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
	"Cache-Control": "private, max-age=300",
}


def of(file) -> Response:
	"""The bytes of a File; the caller has made sure that it may be read. What is no picture or PDF is saved, not opened."""
	content = file.get_content()
	content = content.encode() if isinstance(content, str) else content
	kind = filetype.guess_mime(content)
	is_known = kind in ENDINGS
	response = Response(content, mimetype=kind if is_known else "application/octet-stream")
	response.headers.update(SAFE_HEADERS)
	response.headers.set(
		"Content-Disposition", "inline" if is_known else "attachment", filename=_ascii(file.file_name)
	)
	return response


def pdf(name: str, content: bytes) -> Response:
	"""A document of ours as a PDF under that name, saved and not opened; the caller has made sure that it may be read."""
	response = Response(content, mimetype="application/pdf")
	response.headers.update(SAFE_HEADERS)
	response.headers.set("Content-Disposition", "attachment", filename=f"{_ascii(name)}.pdf")
	return response


def show_page(name: str, page: str) -> None:
	"""Answer the present request with a page to print, under a file name that the browser offers when it is saved."""
	frappe.local.response.filename = f"{name}.html"
	frappe.local.response.filecontent = page
	frappe.local.response.type = "download"
	frappe.local.response.display_content_as = "inline"


def _ascii(name: str) -> str:
	return (name or "").encode("ascii", "replace").decode().replace('"', "") or "archivo"
