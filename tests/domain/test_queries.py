"""What bypasses permissions says why (X2).

`get_all`, raw SQL, `qb`, bulk writes, `ignore_permissions` and `set_user` are allowed only with a comment that gives a reason: on
one of the lines of the statement, or on the lines just above it. One comment may serve several such statements that follow
each other without a gap.
"""

import ast
import io
import re
import tokenize
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "nervion_service"
BYPASSES = {
	"get_all",
	"sql",
	"multisql",
	"sql_list",
	"bulk_insert",
	"bulk_update",
	"qb",
	"set_user",
}
BUILDER_WITHOUT_QUERY = {"DocType", "Field", "Table", "functions", "terms"}
MINIMUM_WORDS = 3
MARKER = re.compile(r"^#\s*(noqa|type:|fmt:|pragma|ruff:|nosemgrep|nosec|TODO|FIXME)", re.IGNORECASE)


class Use(NamedTuple):
	line: int
	what: str
	statement: ast.stmt


def uses_in(tree):
	"""Every place of a module that bypasses permissions, each with its statement, in order of lines."""
	aliases = _aliases(tree)
	found = []
	for statement in (node for node in ast.walk(tree) if isinstance(node, ast.stmt)):
		for node in _own_nodes(statement):
			what = _bypass(node, aliases)
			if what:
				found.append(Use(node.lineno, what, statement))
	return sorted(set(found), key=lambda use: (use.line, use.what))


def _aliases(tree):
	"""Local names that stand for a bypass: `from frappe import get_all as fetch`."""
	return {
		alias.asname or alias.name: alias.name
		for node in ast.walk(tree)
		if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "frappe"
		for alias in node.names
		if alias.name in BYPASSES
	}


def _own_nodes(statement):
	"""Nodes of a statement without those of the statements inside it."""
	queue = list(ast.iter_child_nodes(statement))
	while queue:
		node = queue.pop()
		if not isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
			yield node
			queue.extend(_children(node))
		elif not isinstance(node, ast.stmt):
			queue.extend(child for child in ast.iter_child_nodes(node))


def _children(node):
	# frappe.qb.DocType() only names a table: what asks is from_, into, update
	if isinstance(node, ast.Attribute) and node.attr in BUILDER_WITHOUT_QUERY and _named(node.value, "qb"):
		return []
	return list(ast.iter_child_nodes(node))


def _named(node, name):
	return (
		isinstance(node, ast.Attribute)
		and node.attr == name
		or isinstance(node, ast.Name)
		and node.id == name
	)


def _bypass(node, aliases):
	if isinstance(node, ast.Attribute):
		if node.attr == "ignore_permissions":
			return "ignore_permissions" if isinstance(node.ctx, ast.Store) else None
		return node.attr if node.attr in BYPASSES else None
	if isinstance(node, ast.Name):
		return aliases.get(node.id) if isinstance(node.ctx, ast.Load) else None
	if isinstance(node, ast.keyword) and node.arg == "ignore_permissions":
		return None if _is_false(node.value) else "ignore_permissions"
	if isinstance(node, ast.Dict):
		keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
		return "ignore_permissions" if "ignore_permissions" in keys else None
	return None


def _is_false(node):
	return isinstance(node, ast.Constant) and not node.value


def comments_of(source):
	"""Line → (text, whether it stands alone) of every comment."""
	found = {}
	for token in tokenize.generate_tokens(io.StringIO(source).readline):
		if token.type == tokenize.COMMENT:
			found[token.start[0]] = (token.string, not token.line[: token.start[1]].strip())
	return found


def is_reason(text):
	"""True for words that can explain; a linter's marker explains nothing."""
	return not MARKER.match(text) and len(re.findall(r"\w+", text)) >= MINIMUM_WORDS


def unexplained(source, where="<source>"):
	"""Uses without a reason, as "where:line what"."""
	comments = comments_of(source)
	explained_to, found = -1, []
	for use in uses_in(ast.parse(source)):
		first, last = _lines(use)
		if _has_reason(first, last, comments) or explained_to == first - 1 or explained_to >= use.line:
			explained_to = last
		else:
			found.append(f"{where}:{use.line} {use.what}")
	return found


def _lines(use):
	"""First and last line of a statement; of a compound one, of its head up to the use."""
	compound = hasattr(use.statement, "body")
	return use.statement.lineno, use.line if compound else use.statement.end_lineno


def _has_reason(first, last, comments):
	inside = [comments[line][0] for line in range(first, last + 1) if line in comments]
	above = []
	line = first - 1
	while line in comments and comments[line][1]:
		above.append(comments[line][0])
		line -= 1
	return any(is_reason(text) for text in inside) or is_reason(" ".join(reversed(above)))


def test_every_use_that_bypasses_permissions_says_why():
	found = []
	for path in sorted(APP.rglob("*.py")):
		found += unexplained(path.read_text(encoding="utf-8"), path.relative_to(ROOT))
	assert not found, "a comment must say why permissions are bypassed:\n" + "\n".join(found)


@pytest.mark.parametrize(
	("what", "source"),
	[
		("get_all", "rows = frappe.get_all('Service Folio')"),
		("get_all", "rows = frappe.db.get_all('Service Folio')"),
		("get_all", "from frappe import get_all as fetch\nrows = fetch('Service Folio')"),
		("sql", "frappe.db.sql('select 1')"),
		("multisql", "frappe.db.multisql({})"),
		("qb", "rows = frappe.qb.from_('tabService Folio').run()"),
		("qb", "from frappe import qb\nrows = qb.from_('tabService Folio').run()"),
		("bulk_insert", "frappe.db.bulk_insert('Service Event', [], [])"),
		("ignore_permissions", "doc.insert(ignore_permissions=True)"),
		("ignore_permissions", "doc.flags.ignore_permissions = True"),
		("ignore_permissions", "doc.flags.update({'ignore_permissions': True})"),
		("ignore_permissions", "frappe.get_list('Service Folio', ignore_permissions=quietly)"),
		("set_user", "frappe.set_user('Administrator')"),
		("get_all", "def f():\n\treturn [row.name for row in frappe.get_all('X')]"),
		("get_all", "for row in frappe.get_all('X'):\n\t# this is about the body only\n\tpass"),
		("get_all", "try:\n\tpass\nexcept ValueError:\n\trows = frappe.get_all('X')"),
		("sql", "frappe.db.sql('select 1')  # noqa: S608 and nothing more"),
		("sql", "# short\nfrappe.db.sql('select 1')"),
		("sql", "# this comment is about something else\n\nfrappe.db.sql('select 1')"),
		("sql", "note = '# a text is no comment at all'; frappe.db.sql('select 1')"),
	],
)
def test_a_planted_use_without_a_reason_is_caught(what, source):
	found = unexplained(source)
	assert len(found) == 1
	assert found[0].endswith(f" {what}")


@pytest.mark.parametrize(
	"source",
	[
		"rows = frappe.get_all('X')  # the sweep works for every company",
		"# the sweep works\n# for every company\nrows = frappe.get_all('X')",
		"rows = frappe.get_all(\n\t'X',\n\t# the sweep works for every company\n\tlimit=1,\n)",
		"# counts only, no personal data\na = frappe.get_all('X')\nb = frappe.get_all('Y')",
		"for row in frappe.get_all('X'):  # names of shipped roles only\n\tpass",
		"rows = frappe.get_list('X', ignore_permissions=False)",
		"folio = frappe.qb.DocType('Service Folio')",
		"if doc.flags.ignore_permissions:\n\tpass",
		"rows = frappe.get_list('X')",
	],
)
def test_a_use_with_a_reason_or_none_at_all_passes(source):
	assert unexplained(source) == []


def test_a_reason_does_not_reach_across_a_gap():
	source = "# counts only, no personal data\na = frappe.get_all('X')\n\nb = frappe.get_all('Y')"
	assert unexplained(source) == ["<source>:4 get_all"]
