"""What a file really is, told from its bytes: whether it is one of the kinds that customers may send, and nothing else besides (X3).

No name is believed. Each refusal is a code; `uploads` says it in words.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

import filetype
from PIL import Image, UnidentifiedImageError

from nervion_service.services import office_inspection

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
# what tells where a stream begins: strings, comments and hexadecimal strings may hold the same letters
_MARK = re.compile(
	rb"\(|%[^\r\n]*|<<|<[0-9A-Fa-f\s\0]*>|(?P<odd><)|(?P<stream>>>[\s\0]*stream[ \t]*(?:\r\n?|\n))"
)
_IN_STRING = re.compile(rb"(?:\\.)+|[()]", re.DOTALL)
_DEPTH = {b"(": 1, b")": -1}
# an object whose place is noted in the index is found by a reader wherever it stands, inside of a stream too
_OBJECT = re.compile(rb"\d[\s\0]+\d+[\s\0]*obj|[\s\0\d]obj[\s\0]*(?:<<|%|\[[\s\0]*<<)")
_PACKED_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
_END = b"endstream"
# what an honest document of ten megabytes stays far below; more is made to keep us busy
_MOST_UNPACKED = 20 * 1024 * 1024
_MOST_PACKED = 2_000
_MOST_MARKS = 500_000


class Refused(ValueError):
	"""A file that is not taken; `code` says why: name, ending, empty, kind, damaged, mixed, active, locked, bomb."""

	def __init__(self, code: str):
		super().__init__(code)
		self.code = code


def check_name(filename: str, office: bool = False) -> None:
	"""Refuse a name that climbs out of its folder, hides something, or has an ending that is not the kind we take.

	office: what office programs write is taken too, as `office_inspection` has it.
	"""
	if not filename or _HIDDEN.search(filename) or {"/", "\\"} & set(filename) or filename.startswith("."):
		raise Refused("name")
	endings = [ending[1:].lower().strip() for ending in PurePosixPath(filename).suffixes]
	known = KNOWN_ENDINGS.union(office_inspection.KNOWN_ENDINGS) if office else KNOWN_ENDINGS
	if not endings or endings[-1] not in known or ACTIVE_ENDINGS & set(endings[:-1]):
		raise Refused("ending")


def kind_with_office(filename: str, content: bytes) -> str:
	"""As `kind_of`, of an office document too; Refused otherwise, and for a document whose name says that it is another thing."""
	ending = PurePosixPath(filename).suffix[1:].lower()
	named = office_inspection.KNOWN_ENDINGS.get(ending)
	try:
		kind = office_inspection.kind_of(content, ending) if content else None
	except office_inspection.Unsafe as unsafe:
		raise Refused(unsafe.code) from unsafe
	if kind is None:
		return kind_of(content)
	if kind.startswith("image/"):
		_check_alone(content)
	elif kind not in (named or ()):
		raise Refused("kind")
	return kind


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


def _check_alone(content: bytes) -> None:
	if _PAGE.search(content) or b"%PDF-" in content[:2048] or zipfile.is_zipfile(io.BytesIO(content)):
		raise Refused("mixed")


def _check_picture(content: bytes, kind: str) -> None:
	_check_alone(content)
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
	"""The document's objects, packed ones opened and escaped names written out, so that nothing active hides.

	What stands in other streams is left out: a scan's bytes spell any short name by chance.
	"""
	objects, packed = _apart(content)
	plain = _written_out(b"\n".join(objects))
	if len(_PACKED_OBJECTS.findall(plain)) > len(packed):
		# objects packed in another way than PDF writers do: not to be looked into, so not to be let in
		raise Refused("active")
	return plain + b"\n" + _written_out(b"\n".join(_opened(packed)))


def _written_out(text: bytes) -> bytes:
	return _NAME_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), text)


def _apart(content: bytes) -> tuple[list[bytes], list[bytes]]:
	"""(what stands outside of streams, the streams of packed objects), in one pass over the document."""
	objects, packed, at = [], [], 0
	for found in _streams(content):
		head = content[at:found]
		end = content.find(_END, found)
		at = len(content) if end < 0 else end
		objects.append(head)
		if _PACKED_OBJECTS.search(_written_out(head[head.rfind(b"obj") :])):
			packed.append(content[found:at])
		if hidden := _OBJECT.search(content, found, at):
			objects.append(content[hidden.start() : at])
		if len(packed) > _MOST_PACKED:
			raise Refused("bomb")
	objects.append(content[at:])
	return objects, packed


def _streams(content: bytes) -> Iterator[int]:
	"""Where the bytes of each stream begin, as long as a reader could tell."""
	at = depth = 0
	for _count in range(_MOST_MARKS):
		mark = (_IN_STRING if depth else _MARK).search(content, at)
		if not mark or mark.lastgroup == "odd":
			return
		at = mark.end()
		depth += _DEPTH.get(mark[0], 0)
		if mark.lastgroup == "stream":
			yield at
			at = content.find(_END, at)
			if at < 0:
				return
	raise Refused("bomb")


def _opened(packed: list[bytes]) -> list[bytes]:
	parts, left = [], _MOST_UNPACKED
	for stream in packed:
		unpacking = zlib.decompressobj()
		try:
			opened = unpacking.decompress(stream, left)
		except zlib.error:
			raise Refused("active") from None
		if not unpacking.eof and len(opened) < left:
			# it goes on behind a false end, where only a reader that counts bytes finds it
			raise Refused("active")
		parts.append(opened)
		left -= len(opened)
		if left <= 0:
			raise Refused("bomb")
	return parts
