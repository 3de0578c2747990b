"""Small files for tests of uploads: honest ones, and the tricks of X3."""

import io
import zipfile
import zlib

from PIL import Image


def picture(kind="JPEG", colour=(180, 40, 20)) -> bytes:
	"""A small photograph."""
	out = io.BytesIO()
	Image.new("RGB", (32, 24), colour).save(out, kind)
	return out.getvalue()


def heic() -> bytes:
	"""The beginning of a HEIC file, as an iPhone's camera writes it."""
	return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)


# the beginnings of videos, as telephones and browsers write them
VIDEOS = {
	"clip.mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64),
	"clip.mov": b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  " + bytes(64),
	"clip.webm": b"\x1a\x45\xdf\xa3\x9fB\x82\x84webm" + bytes(64),
}


def pdf(extra=b"") -> bytes:
	"""A document of one empty page, with more objects if given."""
	return (
		b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
		b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
		+ extra
		+ b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
	)


def stream(content: bytes) -> bytes:
	"""A page's content or a scanned picture, as it stands in a document."""
	return b"5 0 obj<</Length %d>>\nstream\n%b\nendstream endobj\n" % (len(content), content)


def packed_object(content: bytes) -> bytes:
	"""An object stream, as PDF writers pack objects."""
	packed = zlib.compress(content)
	head = b"9 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
	return head + packed + b"\nendstream endobj"


def packed_with_a_false_end(content: bytes) -> bytes:
	"""An object stream that seems to end before what matters, unless its length is believed."""
	packing = zlib.compressobj(level=0)
	stored = packing.compress(b"\nendstream\n") + packing.flush(zlib.Z_FULL_FLUSH)
	rest = zlib.compressobj(wbits=-15)
	packed = stored + rest.compress(content) + rest.flush()
	return b"9 0 obj<</Type/ObjStm/Length %d>>stream\n%b\nendstream endobj" % (len(packed), packed)


def archive() -> bytes:
	"""A ZIP archive."""
	out = io.BytesIO()
	with zipfile.ZipFile(out, "w") as opened:
		opened.writestr("a.html", "<script>alert(1)</script>")
	return out.getvalue()


_MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"


WORD, SHEET = _MAIN.format("wordprocessingml.document"), _MAIN.format("spreadsheetml.sheet")


def office(main=SHEET, parts=(), relation=None, types_head="") -> bytes:
	"""A document of Word or Excel with its main part, more parts by name, and one relation: (type, target) outside of it."""
	types = f'<Types xmlns="t"><Override PartName="/a.xml" ContentType="{main}"/></Types>'
	found = {"[Content_Types].xml": types_head + types, "a.xml": "<a/>", **dict(parts)}
	if relation:
		kind, target = _RELATION.format(relation[0]), relation[1]
		found["_rels/.rels"] = (
			f'<Relationships xmlns="r"><Relationship Id="1" Type="{kind}" Target="{target}" TargetMode="&#69;xternal"/>'
			"</Relationships>"
		)
	return _zipped(found)


def open_document(kind="spreadsheet", body="<a/>", parts=()) -> bytes:
	"""A document of LibreOffice."""
	found = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": body, **dict(parts)}
	return _zipped(found)


def _zipped(parts: dict) -> bytes:
	out = io.BytesIO()
	with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
		for name, content in parts.items():
			opened.writestr(name, content)
	return out.getvalue()


_SCRIPT = '<d xmlns:s="urn:oasis:names:tc:opendocument:xmlns:script:1.0"><s:event-listener s:language="ooo:script"/></d>'
# what a mail may bring besides what forms take, and as what it is kept
OFFICE = {
	"pedido.xlsx": (office(), "xlsx"),
	"con gráfica.xlsx": (office(parts={"xl/embeddings/t.xlsx": "x", "xl/printerSettings1.bin": "x"}), "xlsx"),
	"con liga.docx": (office(WORD, relation=("hyperlink", "https://cliente.example")), "docx"),
	"pedido.ods": (open_document(), "ods"),
	"carta.odt": (open_document("text"), "odt"),
	"notas.txt": ("Señores:\n\tel tono no coincide.".encode("latin-1"), "txt"),
	"logo.gif": (picture("GIF"), "gif"),
	"escaneo.tiff": (picture("TIFF"), "tif"),
	"foto.jpg": (picture(), "jpg"),
	"remisión.pdf": (pdf(), "pdf"),
}
OFFICE_TRICKS = {
	"macros": ("a.xlsx", office(parts={"xl/vbaProject.bin": "x"})),
	"macros by type": ("a.xlsx", office("application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
	"sheet of macros": ("a.xlsx", office(parts={"xl/macrosheets/sheet1.xml": "<a/>"})),
	"foreign object": ("a.docx", office(WORD, parts={"word/embeddings/oleObject1.bin": "x"})),
	"program inside": ("a.docx", office(WORD, parts={"word/embeddings/a.exe": "x"})),
	"template from elsewhere": (
		"a.docx",
		office(WORD, relation=("attachedTemplate", "https://mal.example/a.dotm")),
	),
	"declares entities": ("a.xlsx", office(types_head='<!DOCTYPE a [<!ENTITY b "c">]>')),
	"broken parts": ("a.xlsx", office(types_head="<")),
	"cut off": ("a.xlsx", office()[:-30]),
	"another kind by its name": ("a.docx", office()),
	"archive": ("a.zip", archive()),
	"archive under a table's name": ("a.xlsx", archive()),
	"old format": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
	"old format under the new name": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
	"basic": ("a.ods", open_document(parts={"Basic/Standard/Module1.xml": "<a/>"})),
	"script of a table": ("a.ods", open_document(body=_SCRIPT)),
	"program as a text": ("a.txt", b"MZ" + bytes(200)),
	"page in a picture": ("a.gif", picture("GIF") + b"<script>alert(1)</script>"),
	"table that is a picture": ("a.xlsx.exe", office()),
}

HONEST = {
	"foto.jpg": picture(),
	"IMG 2026.03.02 at 10.15.jpeg": picture(colour=(1, 2, 3)),
	"captura.PNG": picture("PNG"),
	"foto.webp": picture("WEBP"),
	"IMG_0042.HEIC": heic(),
	"remisión 1502.pdf": pdf(),
	# telephones write things behind a picture: a second one, a film, notes of the maker
	"con cola.jpg": picture() + b"\x00SEFT" + bytes(2000),
	# a picture whose name says another kind of picture
	"foto.png": picture(),
}
TRICKS = {
	"svg": ("dibujo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
	"svg under a picture's name": (
		"dibujo.png",
		b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
	),
	"page under a picture's name": ("foto.jpg", b"<html><script>alert(1)</script></html>"),
	"script behind a picture": ("foto.jpg", picture() + b"<script>alert(1)</script>"),
	"page inside a picture": ("foto.png", picture("PNG")[:-12] + b"<HTML ><body>" + picture("PNG")[-12:]),
	"archive behind a picture": ("foto.jpg", picture() + archive()),
	"document in a picture": ("foto.jpg", picture()[:20] + b"%PDF-1.4\n" + picture()[20:]),
	"cut picture": ("foto.png", picture("PNG")[:40]),
	"page before a document": ("carta.pdf", b"<script>alert(1)</script>" + pdf()),
	"page behind a document": ("carta.pdf", pdf() + b"<html><script>alert(1)</script></html>"),
	"document that runs": ("carta.pdf", pdf(b"5 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj")),
	"document that runs, written otherwise": (
		"carta.pdf",
		pdf(b"5 0 obj<</S/J#61vaScript/J#53(app.alert(1))>>endobj"),
	),
	"document that runs, packed": (
		"carta.pdf",
		pdf(packed_object(b"5 0 <</S/JavaScript/JS(app.alert(1))>>")),
	),
	"document with a file in it": ("carta.pdf", pdf(b"5 0 obj<</Type/EmbeddedFile>>endobj")),
	"locked document": ("carta.pdf", pdf(b"5 0 obj<</Encrypt 6 0 R>>endobj")),
	"double ending": ("foto.php.jpg", picture()),
	"page's ending": ("foto.jpg.html", picture()),
	"no ending": ("foto", picture()),
	"climbing name": ("../../site_config.jpg", picture()),
	"climbing name, other way": ("..\\..\\foto.jpg", picture()),
	"hidden name": (".htaccess.jpg", picture()),
	"zero byte": ("foto.jpg\x00.php", picture()),
	"turned name": ("foto\u202egpj.exe.jpg", picture()),
	"empty": ("foto.jpg", b""),
	"program": ("foto.jpg", b"MZ" + bytes(200)),
}
