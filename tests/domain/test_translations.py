"""Spanish is complete: every text that a person can read has a row in translations/es.csv, and no row is left over.

`python -m tests.domain.test_translations` prints the missing rows as CSV, ready to be filled in.
"""

import ast
import csv
import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "nervion_service"
SPANISH = APP / "translations" / "es.csv"
SKIPPED = {"node_modules", "dist", "__pycache__", "import_mappings"}
CALLS = {"_", "_lt"}
TEMPLATES = (".html", ".md", ".txt", ".js", ".jinja")
LITERAL = r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)"""
TEMPLATE_CALL = re.compile(rf"(?<![\w.$])(?:frappe\.)?__?\(\s*{LITERAL}\s*(.)", re.DOTALL)
PLACEHOLDER = re.compile(r"\{(\w*)\}")


class Source(NamedTuple):
	text: str
	where: str


class BuiltText(ValueError):
	"""A text put together before it is translated, which no table of translations can hold."""


# Texts of the desk's own files, by the DocType of the file: its own fields, then those of its child rows.
JSON_TEXTS = {
	"DocType": (("name", "description"), {"links": ("group",), "actions": ("label",), "states": ("title",)}),
	"Report": (("report_name",), {"columns": ("label",), "filters": ("label",)}),
	"Workspace": (
		("label", "title"),
		{
			"shortcuts": ("label", "format"),
			"links": ("label", "description"),
			"charts": ("label",),
			"number_cards": ("label",),
			"quick_lists": ("label",),
		},
	),
	"Number Card": (("label",), {}),
	"Dashboard": (("dashboard_name",), {}),
	"Dashboard Chart": (("chart_name",), {}),
	"Notification": (("subject", "message"), {}),
	"Web Form": (("title", "introduction_text", "success_title", "success_message", "button_label"), {}),
	"Page": (("title",), {}),
	"Print Format": (("name",), {}),
	"Onboarding Step": (("title", "action_label", "description"), {}),
	"Module Onboarding": (("title", "subtitle", "success_message"), {}),
	"Workflow": ((), {"states": ("state", "message"), "transitions": ("action",)}),
	"Workflow State": (("workflow_state_name",), {}),
	"Workflow Action Master": (("workflow_action_name",), {}),
	"Role": (("role_name",), {}),
}
FIELD_TABLES = ("fields", "web_form_fields")
LAYOUT = {"header": "text", "paragraph": "text"}


def from_json(content, where) -> Iterator[Source]:
	"""Texts of one exported document, or of a list of them as fixtures are."""
	for document in content if isinstance(content, list) else [content]:
		if isinstance(document, dict):
			yield from (Source(text, where) for text in _document_texts(document) if is_text(text))


def _document_texts(document):
	own, rows = JSON_TEXTS.get(document.get("doctype"), ((), {}))
	yield from _texts(document, own)
	for table, names in rows.items():
		for row in document.get(table) or []:
			yield from _texts(row, names)
	for table in FIELD_TABLES:
		for field in document.get(table) or []:
			yield from _field_texts(field)
	if document.get("doctype") in ("Custom Field", "Property Setter"):
		yield from _field_texts(document)
	if document.get("doctype") == "Workspace":
		yield from _layout_texts(document)


def _texts(row, names):
	# a Jinja template carries its texts inside _(): those are what is translated
	return (
		text
		for name in names
		if isinstance(value := row.get(name), str)
		for text in (_template_texts(value) if "{{" in value or "{%" in value else [value])
	)


def _template_texts(template):
	return [source.text for source in from_template(template, "template")]


def _field_texts(field):
	yield from _texts(field, ("label", "description", "placeholder"))
	if field.get("fieldtype") == "Select" and field.get("fieldname") != "naming_series":
		yield from str(field.get("options") or "").split("\n")
	if field.get("fieldtype") in ("HTML", "Heading"):
		yield from _texts(field, ("options",))


def _layout_texts(document):
	for block in json.loads(document.get("content") or "[]"):
		name = LAYOUT.get(block.get("type"))
		if name:
			yield block.get("data", {}).get(name)


def from_python(source, where) -> Iterator[Source]:
	"""Texts of `_()` calls, and labels of fields, columns and menu entries that stand in dicts."""
	for node in ast.walk(ast.parse(source)):
		if isinstance(node, ast.Call) and _called(node) in CALLS and node.args:
			texts = [_marked_text(node.args[0], f"{where}:{node.lineno}")]
		elif isinstance(node, ast.Dict):
			texts = _dict_texts(node)
		else:
			continue
		yield from (Source(text, f"{where}:{node.lineno}") for text in texts if is_text(text))


def _called(node):
	return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _marked_text(argument, where):
	if isinstance(argument, ast.Constant):
		return argument.value
	is_format = isinstance(argument, ast.Call) and _called(argument) == "format"
	if isinstance(argument, ast.JoinedStr | ast.BinOp) or is_format:
		raise BuiltText(f"{where}: put the text together after translating it, with format()")
	return None


def _dict_texts(node):
	entries = {
		key.value: value.value
		for key, value in zip(node.keys, node.values, strict=True)
		if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
	}
	names = {key.value for key in node.keys if isinstance(key, ast.Constant)}
	if "fieldname" in names:
		return list(_field_texts(entries))
	return [entries.get("title")] if {"title", "route"} <= names else []


def from_template(source, where) -> Iterator[Source]:
	"""Texts of `_()` and `__()` calls in JavaScript, HTML, Jinja."""
	for match in TEMPLATE_CALL.finditer(source):
		literal, following = match.groups()
		place = f"{where}:{source.count(chr(10), 0, match.start()) + 1}"
		if following in "+%.~" or (literal[0] == "`" and "${" in literal):
			raise BuiltText(f"{place}: put the text together after translating it")
		text = _unescaped(literal)
		if is_text(text):
			yield Source(text, place)


def _unescaped(literal):
	return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), literal[1:-1])


def from_domain() -> Iterator[Source]:
	"""Words and sentences that the plain Python shows to people: MESSAGES, the catalogues, the workflows."""
	from nervion_service.domain import (
		audit_clauses,
		complaint_analysis,
		complaint_indicators,
		indicators,
		taxonomy,
	)

	for path in sorted((APP / "domain").glob("*.py")):
		module = importlib.import_module(f"nervion_service.domain.{path.stem}")
		yield from (Source(text, path.name) for text in getattr(module, "MESSAGES", {}).values())
	asked = (question.title for question in audit_clauses.QUESTIONS)
	words = (*_taxonomy_words(taxonomy), *complaint_analysis.AGES, *audit_clauses.STATES, *asked)
	for text in (*words, *_indicator_words(indicators, complaint_indicators), *_workflow_words()):
		if is_text(text):
			yield Source(text, "domain")


def _taxonomy_words(taxonomy):
	for name, value in vars(taxonomy).items():
		if name.isupper() and isinstance(value, tuple):
			yield from (entry for entry in value if isinstance(entry, str))
	yield from taxonomy.EVENT_LABELS.values()
	yield from (row.name for row in (*taxonomy.REQUEST_TYPES, *taxonomy.CHANNELS))
	yield from (row.title for row in taxonomy.PROCEDURES)


def _indicator_words(indicators, complaint_indicators):
	yield from (*indicators.UNITS, *indicators.COMPARISONS)
	for one in (*indicators.CATALOGUE, *complaint_indicators.CATALOGUE):
		yield from (one.title, one.formula, one.source)


def _workflow_words():
	from nervion_service.workflows import WORKFLOWS

	for workflow in WORKFLOWS:
		yield from (workflow.name, *workflow.roles())
		yield from (state.name for state in workflow.states)
		yield from (transition.action for transition in workflow.transitions)


def is_text(text) -> bool:
	"""True for what a person reads: it has a letter and is no icon, address, pattern or field name."""
	if not isinstance(text, str) or not re.search(r"[^\W\d_]", text):
		return False
	return not re.fullmatch(r"(fa|icon)[ -].*|https?://\S*|/\S*|\S+@\S+|.*\.#+|[a-z]+(_[a-z]+)+", text)


def files_of(root, *suffixes):
	for path in sorted(root.rglob("*")):
		if path.suffix in suffixes and not SKIPPED & set(path.parts) and not path.name.startswith("test_"):
			yield path


def sources_of(app) -> Iterator[Source]:
	"""Every text of the app's files."""
	for path in files_of(app, ".py", ".json", *TEMPLATES):
		where, content = str(path.relative_to(app)), path.read_text(encoding="utf-8")
		if path.suffix == ".py":
			yield from from_python(content, where)
		elif path.suffix == ".json":
			yield from from_json(json.loads(content), where)
		elif path.name not in ("modules.txt", "patches.txt", "requirements.txt"):
			yield from from_template(content, where)


def all_sources() -> dict[str, str]:
	"""Text → the first place where it stands."""
	found = {}
	for source in (*from_domain(), *sources_of(APP)):
		found.setdefault(source.text, source.where)
	return found


def rows_of(path) -> list[list[str]]:
	if not path.exists():
		return []
	with path.open(encoding="utf-8", newline="") as file:
		return [row for row in csv.reader(file) if row]


def missing(sources, rows) -> list[str]:
	known = {row[0] for row in rows}
	return sorted(f"{text!r} ({where})" for text, where in sources.items() if text not in known)


def left_over(sources, rows) -> list[str]:
	return sorted(repr(row[0]) for row in rows if row[0] not in sources)


def faulty(rows) -> list[str]:
	"""Rows that are no translation: malformed, empty, given twice, with other placeholders, or still English."""
	found, seen = [], set()
	for row in rows:
		key = (row[0], row[2] if len(row) > 2 else "")
		if key in seen:
			found.append(f"{row[0]!r} is there twice")
		seen.add(key)
		found += [f"{row[0]!r} {fault}" for fault in _faults(row)]
	return found


def _faults(row):
	if len(row) not in (2, 3):
		return [f"has {len(row)} columns instead of 2 or 3"]
	source, spanish = row[:2]
	if not spanish.strip():
		return ["has no translation"]
	if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(spanish)):
		return ["has other placeholders in its translation"]
	return ["is still English"] if source == spanish and len(source.split()) > 2 else []


def report(title, rows):
	return f"{len(rows)} {title}:\n" + "\n".join(rows)


def test_every_text_has_a_row_in_spanish():
	found = missing(all_sources(), rows_of(SPANISH))
	assert not found, report("texts without a row in translations/es.csv", found)


def test_every_row_is_used():
	found = left_over(all_sources(), rows_of(SPANISH))
	assert not found, report("rows of translations/es.csv that nothing uses", found)


def test_every_row_is_a_translation():
	found = faulty(rows_of(SPANISH))
	assert not found, report("faulty rows in translations/es.csv", found)


def test_the_extraction_sees_the_real_app():
	found = all_sources()
	for text in (
		"Service Folio",  # a DocType
		"Their Own Reference",  # a label
		"Waiting for Customer",  # a workflow state
		"Mark as Answered",  # a workflow action
		"Community Manager",  # a role
		"Refund or Credit Note",  # an option
		"Say when the request was received.",  # a message of the domain
		"Mean response time (working hours)",  # an indicator
	):
		assert text in found


def planted_app(folder, files):
	for name, content in files.items():
		path = folder / name
		path.parent.mkdir(parents=True, exist_ok=True)
		path.write_text(content, encoding="utf-8")
	return {source.text: source.where for source in sources_of(folder)}


FORM = {
	"doctype": "DocType",
	"name": "Paper",
	"description": "A paper",
	"links": [{"group": "Sheets"}],
	"fields": [
		{"fieldname": "kind", "fieldtype": "Select", "label": "Kind", "options": "\nThick\nThin"},
		{"fieldname": "customer", "fieldtype": "Link", "label": "Party", "options": "Customer"},
		{"fieldname": "weight", "fieldtype": "Int", "label": "Weight", "description": "In grams"},
		{"fieldname": "naming_series", "fieldtype": "Select", "label": "Series", "options": "PAP-.YYYY.-"},
	],
}
WORKSPACE = {
	"doctype": "Workspace",
	"label": "Desk",
	"title": "Desk",
	"content": json.dumps([{"type": "header", "data": {"text": "Today"}}, {"type": "spacer", "data": {}}]),
	"number_cards": [{"label": "Open papers"}],
	"shortcuts": [{"label": "All papers", "format": "{} open"}],
	"links": [{"label": "Papers"}],
	"charts": [{"label": "Curve"}],
}


@pytest.mark.parametrize(
	("name", "content", "texts"),
	[
		(
			"paper.json",
			json.dumps(FORM),
			{"Paper", "A paper", "Sheets", "Kind", "Thick", "Thin", "Party", "Weight", "In grams", "Series"},
		),
		(
			"desk.json",
			json.dumps(WORKSPACE),
			{"Desk", "Today", "Open papers", "All papers", "{} open", "Papers", "Curve"},
		),
		(
			"report.json",
			json.dumps({"doctype": "Report", "report_name": "Weights", "columns": [{"label": "Grams"}]}),
			{"Weights", "Grams"},
		),
		("card.json", json.dumps({"doctype": "Number Card", "label": "Late"}), {"Late"}),
		(
			"notice.json",
			json.dumps(
				{
					"doctype": "Notification",
					"subject": "Paper is late",
					"message": "{{ _('Look at it') }} {{ x }}",
				}
			),
			{"Paper is late", "Look at it"},
		),
		(
			"fixtures/x.json",
			json.dumps(
				[{"doctype": "Custom Field", "fieldname": "x", "fieldtype": "Data", "label": "Extra"}]
			),
			{"Extra"},
		),
		("a.py", "frappe.throw(_('Give {0} a name').format(x))", {"Give {0} a name"}),
		("b.py", "title = frappe._('One ' 'sentence')", {"One sentence"}),
		("c.py", "columns = [{'fieldname': 'g', 'label': 'Grams'}]", {"Grams"}),
		(
			"d.py",
			"x = [{'fieldname': 'k', 'fieldtype': 'Select', 'options': 'Soft\\nHard', 'label': _('K')}]",
			{"K", "Soft", "Hard"},
		),
		("hooks.py", "menu = [{'title': 'My papers', 'route': '/papers'}]", {"My papers"}),
		("e.js", "frappe.msgprint(__('It\\'s {0}', [x]));\nlabel = __(\"Twice\")", {"It's {0}", "Twice"}),
		("f.js", "const text = __(`Plain`);", {"Plain"}),
		("g.html", "<p>{{ _('Good day') }}</p><p>{{ _(\"Bye\") }}</p>", {"Good day", "Bye"}),
		("h.py", "_(row.label); _('12'); _('/path'); obj.on_('no')", set()),
	],
)
def test_a_planted_text_is_found(tmp_path, name, content, texts):
	assert set(planted_app(tmp_path, {name: content})) == texts


@pytest.mark.parametrize(
	("name", "content"),
	[
		("a.py", "_(f'Late by {days} days')"),
		("b.py", "_('Late by ' + days)"),
		("c.py", "_('Late by {0}'.format(days))"),
		("d.js", "__('Late by ' + days)"),
		("e.js", "__(`Late by ${days}`)"),
		("f.html", "{{ _('Late by ' ~ days) }}"),
	],
)
def test_a_text_that_is_put_together_before_translation_is_refused(tmp_path, name, content):
	with pytest.raises(BuiltText, match=f"{name}:1"):
		planted_app(tmp_path, {name: content})


def test_a_planted_text_without_a_row_is_listed_with_its_place(tmp_path):
	found = planted_app(tmp_path, {"services/x.py": "\n_('Nobody translated this')\n_('Known')"})
	assert missing(found, [["Known", "Conocido"]]) == ["'Nobody translated this' (services/x.py:2)"]


def test_a_planted_row_that_nothing_uses_is_listed():
	assert left_over({"Known": "x"}, [["Known", "Conocido"], ["Gone", "Ido"]]) == ["'Gone'"]


@pytest.mark.parametrize(
	("rows", "fault"),
	[
		([["Known", " "]], "has no translation"),
		([["Known"]], "has 1 columns"),
		([["Known", "Conocido"], ["Known", "Sabido"]], "is there twice"),
		([["Give {0} a name", "Nombre"]], "has other placeholders"),
		([["Give {name} a name", "Nombre {nombre}"]], "has other placeholders"),
		([["This is English", "This is English"]], "is still English"),
	],
)
def test_a_planted_faulty_row_is_told(rows, fault):
	found = faulty(rows)
	assert len(found) == 1
	assert fault in found[0]


def test_good_rows_are_not_faulty():
	rows = [
		["Open", "Abierto", "Verb"],
		["Open", "Abierta"],
		["Facebook", "Facebook"],
		["{0} of {1}", "{1}: {0}"],
	]
	assert faulty(rows) == []


if __name__ == "__main__":
	known = {row[0] for row in rows_of(SPANISH)}
	csv.writer(sys.stdout).writerows([text, ""] for text in sorted(all_sources()) if text not in known)
