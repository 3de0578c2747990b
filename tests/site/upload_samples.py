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
