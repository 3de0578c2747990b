import hashlib
import zipfile

import pytest

from embedded import engine
from embedded.errors import BenchError

METADATA = (
	"Metadata-Version: 2.1\nName: criscostack\nRequires-Dist: Werkzeug~=2.3.4\nRequires-Dist: rq~=1.15.1\n"
)


@pytest.fixture
def wheel(tmp_path):
	path = tmp_path / engine.WHEEL
	with zipfile.ZipFile(path, "w") as archive:
		archive.writestr("criscostack/__init__.py", 'import criscostack\nNAME = "Criscostack"\n')
		archive.writestr("criscostack/criscostackclient.py", "# brik\n")
		archive.writestr("criscostack/public/logo.png", b"criscostack\xff")
		archive.writestr("criscostack/.DS_Store", b"\0")
		archive.writestr("criscostack-1.0.0.dist-info/METADATA", METADATA)
	return path


def test_every_renamed_word_gets_its_own_name_back():
	renamed = "CRISCOSTACK criscostack Criscostack criscoerp Criscoerp Crisco brik"
	assert engine.original(renamed) == "FRAPPE frappe Frappe erpnext ERPNext Frappe bench"


def test_a_wheel_is_unpacked_under_the_names_of_frappe(wheel, tmp_path):
	target = tmp_path / "apps" / "frappe"
	target.parent.mkdir()
	engine.unpack(wheel, target)
	files = sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())
	assert files == ["__init__.py", "frappeclient.py", "public/logo.png"]
	assert (target / "__init__.py").read_text() == 'import frappe\nNAME = "Frappe"\n'


def test_a_picture_is_left_as_it_is(wheel, tmp_path):
	engine.unpack(wheel, tmp_path / "frappe")
	assert (tmp_path / "frappe" / "public" / "logo.png").read_bytes() == b"criscostack\xff"


def test_an_interrupted_unpacking_leaves_nothing_of_itself_in_the_next(wheel, tmp_path):
	(tmp_path / "frappe.half").mkdir()
	(tmp_path / "frappe.half" / "torn.py").write_text("half a li")
	engine.unpack(wheel, tmp_path / "frappe")
	assert not (tmp_path / "frappe" / "torn.py").exists()
	assert not (tmp_path / "frappe.half").exists()


def test_the_requirements_are_those_of_the_wheel(wheel):
	assert engine.requirements(wheel) == ["Werkzeug~=2.3.4", "rq~=1.15.1"]


def test_a_wheel_with_another_digest_is_refused_and_removed(wheel):
	with pytest.raises(BenchError, match="wrong digest"):
		engine.check_wheel(wheel)
	assert not wheel.exists()


def test_a_wheel_with_the_right_digest_is_kept(wheel):
	engine.check_wheel(wheel, hashlib.sha256(wheel.read_bytes()).hexdigest())
	assert wheel.exists()


def test_a_tree_with_one_changed_byte_is_refused_and_removed(wheel, tmp_path):
	package = tmp_path / "frappe"
	engine.unpack(wheel, package)
	expected = engine.tree_digest(package)
	engine.check_tree(package, expected)
	(package / "frappeclient.py").write_text("# bench \n")
	with pytest.raises(BenchError, match="restored Frappe has the wrong digest"):
		engine.check_tree(package, expected)
	assert not package.exists()


def test_a_renamed_file_changes_the_digest_of_the_tree(wheel, tmp_path):
	engine.unpack(wheel, tmp_path / "frappe")
	before = engine.tree_digest(tmp_path / "frappe")
	(tmp_path / "frappe" / "frappeclient.py").rename(tmp_path / "frappe" / "client.py")
	assert engine.tree_digest(tmp_path / "frappe") != before


def test_an_interrupted_download_is_refused_and_the_next_run_downloads_again(layout, monkeypatch):
	calls = []

	def pip(command, log, **_):
		calls.append(command)
		fresh = layout.downloads / "fresh"
		fresh.mkdir()
		(fresh / engine.WHEEL).write_bytes(b"whole")

	monkeypatch.setattr(engine, "run", pip)
	monkeypatch.setattr(engine, "check_wheel", _accepting(b"whole"))
	(layout.downloads / engine.WHEEL).write_bytes(b"who")
	with pytest.raises(BenchError, match="interrupted download is mended by running make again"):
		engine.download(layout)
	assert calls == []
	engine.download(layout)
	assert len(calls) == 1
	assert (layout.downloads / engine.WHEEL).read_bytes() == b"whole"


def _accepting(content: bytes):
	expected = hashlib.sha256(content).hexdigest()
	check = engine.check_wheel
	return lambda wheel: check(wheel, expected)
