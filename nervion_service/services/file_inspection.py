"""What a file really is, told from its bytes: whether it is one of the kinds that customers may send, and nothing else besides (X3).

No name is believed. Each refusal is a code; `uploads` says it in words.
"""

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath

import filetype
from PIL import Image, UnidentifiedImageError

# what a customer may send → the ending that its stored file gets
ENDINGS = {
	"image/jpeg": "jpg",
	"image/png": "png",
	"image/webp": "webp",
	"image/heic": "heic",
	"application/pdf": "pdf",
}
# endings that a name may have; a camera's name is often wrong about which of these it is, and harmless
KNOWN_ENDINGS = frozenset({"jpg", "jpeg", "jfif", "png", "webp", "heic", "heif", "pdf"})
# an ending in the middle of a name that a server or a browser could act on: foto.php.jpg
ACTIVE_ENDINGS = frozenset(
	"asp aspx bat cgi cmd com dll exe hta htm html jar js jse jsp lnk mht mhtml msi php phar phtml pht pl ps1 py rb scr sh "
	"shtml svg svgz swf vbs wsf xht xhtml xml xsl xslt zip docm xlsm".split()
)
_HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
# what makes a browser read a page in the bytes, wherever it stands in a picture
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|script|svg|iframe|body|\?php)[\s/>]", re.IGNORECASE)
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE_PDF = re.compile(
	rb"/(?:JavaScript|JS|Launch|EmbeddedFile|EmbeddedFiles|RichMedia|XFA)(?![A-Za-z0-9])"
)
_LOCKED_PDF = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
_MOST_UNPACKED = 20 * 1024 * 1024


class Refused(ValueError):
	"""A file that is not taken; `code` says why: name, ending, empty, kind, damaged, mixed, active, locked."""

	def __init__(self, code: str):
		super().__init__(code)
		self.code = code


def check_name(filename: str) -> None:
	"""Refuse a name that climbs out of its folder, hides something, or has an ending that is not the kind we take."""
	if not filename or _HIDDEN.search(filename) or {"/", "\\"} & set(filename) or filename.startswith("."):
		raise Refused("name")
	endings = [ending[1:].lower().strip() for ending in PurePosixPath(filename).suffixes]
	if not endings or endings[-1] not in KNOWN_ENDINGS or ACTIVE_ENDINGS & set(endings[:-1]):
		raise Refused("ending")


def kind_of(content: bytes) -> str:
	"""The MIME type of a picture or PDF that holds nothing but itself; Refused otherwise."""
	if not content:
		raise Refused("empty")
	kind = filetype.guess_mime(content)
	if kind not in ENDINGS:
		raise Refused("kind")
	if kind == "application/pdf":
		_check_pdf(content)
	else:
		_check_picture(content, kind)
	return kind


def _check_picture(content: bytes, kind: str) -> None:
	if _PAGE.search(content) or b"%PDF-" in content[:2048] or zipfile.is_zipfile(io.BytesIO(content)):
		raise Refused("mixed")
	if kind == "image/heic":
		return
	try:
		with Image.open(io.BytesIO(content)) as picture:
			picture.verify()
	# verify raises SyntaxError for a broken PNG, and the others each for their own reason
	except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
		raise Refused("damaged") from error


def _check_pdf(content: bytes) -> None:
	tail = content[content.rfind(b"%%EOF") :] if b"%%EOF" in content else None
	if tail is None:
		raise Refused("damaged")
	if _PAGE.search(tail) or _PAGE.search(content[:2048]) or zipfile.is_zipfile(io.BytesIO(content)):
		raise Refused("mixed")
	plain = _names_of(content)
	if _LOCKED_PDF.search(plain):
		raise Refused("locked")
	if _ACTIVE_PDF.search(plain):
		raise Refused("active")


def _names_of(content: bytes) -> bytes:
	"""The document with its packed objects opened and its escaped names written out, so that nothing active hides."""
	parts, left = [content], _MOST_UNPACKED
	for found in _STREAM.finditer(content):
		try:
			opened = zlib.decompressobj().decompress(content[found.end() :], left)
		except zlib.error:
			# objects packed in another way than PDF writers do: not to be looked into, so not to be let in
			raise Refused("active") from None
		parts.append(opened)
		left -= len(opened)
		if left <= 0:
			raise Refused("damaged")
	return _NAME_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), b"\n".join(parts))
