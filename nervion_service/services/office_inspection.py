"""Office documents that come by mail, told from their bytes: taken without macros, foreign objects and links that fetch things (X3).

A letter cannot be sent back to its writer like a form, so its tables and texts are taken where nothing in them can run. No name
is believed, nothing is unpacked but the parts that are looked into, and those only up to a bound.
"""

import io
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

import filetype
from PIL import Image, UnidentifiedImageError

# what a mail may bring besides pictures and PDF → the ending that its stored file gets
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_OPEN = "application/vnd.oasis.opendocument."
ENDINGS = {
	_WORD: "docx",
	_SHEET: "xlsx",
	_SLIDES: "pptx",
	f"{_OPEN}text": "odt",
	f"{_OPEN}spreadsheet": "ods",
	f"{_OPEN}presentation": "odp",
	"image/gif": "gif",
	"image/bmp": "bmp",
	"image/tiff": "tif",
	"text/plain": "txt",
}
# endings of their names; another than its own is refused, since a person believes what a name says
KNOWN_ENDINGS = {**{ending: (kind,) for kind, ending in ENDINGS.items()}, "tiff": ("image/tiff",)}
_MAIN_PARTS = {f"{kind}.main+xml": kind for kind in (_WORD, _SHEET, _SLIDES)}
_RUNS = ("macro", "vba", "activex", "oleobject", "application/x-msdownload")
# parts of a document that are another one: a chart keeps its table so, and nothing else is let in
_INNER_FOLDER, _INNER_ENDINGS = "/embeddings/", (".xlsx",)
_OPEN_RUNS = ("basic/", "scripts/", "dialogs/", "object ", "objectreplacements/object")
_SCRIPT_SPACE = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
_FETCHES = (
	"dde-source",
	"dde-connection",
	"dde-connection-decl",
	"applet",
	"plugin",
	"object-ole",
	"event-listener",
)
_ARCHIVE = b"PK\x03\x04"
_LOCKED_BIT = 0x1
_MOST_PARTS = 3_000
_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_LOOKED_INTO = 20 * 1024 * 1024
_TEXT_CONTROLS = frozenset(range(32)) - set(b"\t\n\f\r")


class Unsafe(ValueError):
	"""What is not taken; `code` as in `file_inspection.Refused`."""

	def __init__(self, code: str):
		super().__init__(code)
		self.code = code


def kind_of(content: bytes, ending: str) -> str | None:
	"""The MIME type of such a file, named with that ending; None when it is none of these, Unsafe for what must not come in."""
	if content.startswith(_ARCHIVE):
		return _document(content)
	if ending == "txt":
		return _text(content)
	kind = filetype.guess_mime(content)
	return _picture(content, kind) if kind in ENDINGS and kind.startswith("image/") else None


def _text(content: bytes) -> str:
	try:
		text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
	except UnicodeDecodeError:
		text = content.decode("latin-1")
	if _TEXT_CONTROLS & {ord(letter) for letter in set(text)}:
		raise Unsafe("kind")
	return "text/plain"


def _picture(content: bytes, kind: str) -> str:
	try:
		with Image.open(io.BytesIO(content)) as picture:
			picture.verify()
	except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
		raise Unsafe("damaged") from error
	return kind


# Documents ---------------------------------------------------------------------------------------------------


def _document(content: bytes) -> str | None:
	try:
		with zipfile.ZipFile(io.BytesIO(content)) as archive:
			_check_parts(archive)
			names = set(archive.namelist())
			if "[Content_Types].xml" in names:
				return _office_xml(archive, names)
			return _open_document(archive, names) if "mimetype" in names else None
	except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, NotImplementedError) as error:
		raise Unsafe("damaged") from error


def _check_parts(archive: zipfile.ZipFile) -> None:
	parts = archive.infolist()
	if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
		raise Unsafe("bomb")
	if any(part.flag_bits & _LOCKED_BIT for part in parts):
		raise Unsafe("locked")
	if len({part.filename.lower() for part in parts}) < len(parts):
		# two parts of one name: which of them a program opens is anybody's guess
		raise Unsafe("damaged")


def _office_xml(archive: zipfile.ZipFile, names: set[str]) -> str | None:
	told: list[str] = []
	_read(archive, "[Content_Types].xml", lambda _tag, said: told.append(said.get("ContentType", "")))
	if any(word in text.lower() for text in (*told, *names) for word in _RUNS):
		raise Unsafe("active")
	inner = [name for name in names if _INNER_FOLDER in name.lower() and not name.endswith("/")]
	if any(not name.lower().endswith(_INNER_ENDINGS) for name in inner):
		raise Unsafe("active")
	for name in names:
		if name.lower().endswith(".rels"):
			_read(archive, name, _check_relation)
	return next((_MAIN_PARTS[text] for text in told if text in _MAIN_PARTS), None)


def _check_relation(_tag: str, said: dict[str, str]) -> None:
	"""Refuse what is fetched from elsewhere when the document is opened; a link that a person follows is no harm."""
	is_outside = said.get("TargetMode", "").lower() == "external"
	if is_outside and not said.get("Type", "").endswith("/hyperlink"):
		raise Unsafe("active")


def _open_document(archive: zipfile.ZipFile, names: set[str]) -> str | None:
	if any(name.lower().startswith(_OPEN_RUNS) for name in names):
		raise Unsafe("active")
	for name in names & {"content.xml", "styles.xml"}:
		_read(archive, name, _check_element)
	kind = _part(archive, "mimetype").decode("ascii", "replace").strip()
	return kind if kind in ENDINGS else None


def _check_element(tag: str, _said: dict[str, str]) -> None:
	space, _separator, word = tag.rpartition(" ")
	if space == _SCRIPT_SPACE or word in _FETCHES:
		raise Unsafe("active")


def _read(archive: zipfile.ZipFile, name: str, look: Callable[[str, dict[str, str]], None]) -> None:
	"""Show `look` each element of a part, its name after its namespace and a blank, with its attributes, as programs read it."""
	reader = expat.ParserCreate(namespace_separator=" ")
	reader.StartElementHandler = look
	# an honest document declares nothing of its own; what does, hides or multiplies something
	reader.StartDoctypeDeclHandler = _refuse_declaration
	reader.Parse(_part(archive, name), True)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
	with archive.open(name) as part:
		# what a part says of its own size is not believed
		content = part.read(_MOST_LOOKED_INTO + 1)
	if len(content) > _MOST_LOOKED_INTO:
		raise Unsafe("bomb")
	return content


def _refuse_declaration(*_declared) -> None:
	raise Unsafe("active")
