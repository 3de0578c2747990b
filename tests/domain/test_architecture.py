"""The arrow of imports runs one way, and the inner rooms know neither Frappe nor the clock.

doctype, report, scheduler, www, integrations, overrides, setup … → services → domain, workflows. Never back.
"""

import ast
import re
import sys
from collections import deque
from pathlib import Path

import pytest

APP = "nervion_service"
ROOT = Path(__file__).resolve().parents[2]
FRAMEWORKS = {"frappe", "erpnext"}
INNER = {"domain", "workflows"}
MIDDLE = {"services", "permissions"}
OUTER = {
	"nervion_service",
	"scheduler",
	"www",
	"integrations",
	"overrides",
	"setup",
	"commands",
	"patches",
	"hooks",
}
CLOCK_NAMES = {"now", "utcnow", "today"}
CLOCK_OWNERS = {"datetime", "date", "dt"}
DOTTED_NAME = re.compile(rf"{APP}(\.\w+)+")


def modules_of(root=ROOT):
	"""Dotted name → source text of every module of the app."""
	found = {}
	for path in sorted((root / APP).rglob("*.py")):
		if "node_modules" in path.parts:
			continue
		parts = path.relative_to(root).with_suffix("").parts
		name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
		found[name] = (path.read_text(encoding="utf-8"), parts[-1] == "__init__")
	return found


def imports_of(name, source, is_package):
	"""(line, dotted name) of all that a module imports, wherever in it, relative ones and names in text resolved."""
	for node in ast.walk(ast.parse(source)):
		if isinstance(node, ast.Import):
			yield from ((node.lineno, alias.name) for alias in node.names)
		elif isinstance(node, ast.ImportFrom):
			base = _base(name, node, is_package)
			yield node.lineno, base
			yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
		elif isinstance(node, ast.Constant) and isinstance(node.value, str):
			# a job or a hook named in text is an import too, only later
			if DOTTED_NAME.fullmatch(node.value):
				yield node.lineno, node.value
		elif isinstance(node, ast.Call) and _is_import_call(node) and isinstance(node.args[0], ast.Constant):
			yield node.lineno, str(node.args[0].value)


def _base(name, node, is_package):
	if not node.level:
		return node.module
	parts = name.split(".")
	parts = parts[: len(parts) - node.level + (1 if is_package else 0)]
	return ".".join([*parts, node.module] if node.module else parts)


def _is_import_call(node):
	called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
	return called in {"import_module", "__import__"} and bool(node.args)


def room_of(name):
	"""The room of the app that a dotted name lies in; "" for the package itself or for what is not ours."""
	parts = name.split(".")
	return parts[1] if parts[0] == APP and len(parts) > 1 else ""


def rank(room):
	return 0 if room == "domain" else 1 if room in INNER else 2 if room in MIDDLE else 3


def arrows_that_run_back(modules):
	"""Imports of a room further out, as "module:line imports name"."""
	found = []
	# a dotted text whose second word is no room is a cache key or the like, not an import
	rooms = {room_of(name) for name in modules} | INNER | MIDDLE | OUTER
	for name, (source, is_package) in modules.items():
		if not room_of(name):
			continue
		for line, target in imports_of(name, source, is_package):
			if room_of(target) in rooms - {""} and rank(room_of(target)) > rank(room_of(name)):
				found.append(f"{name}:{line} imports {target}")
	return sorted(set(found))


def strangers_in_the_inner_rooms(modules):
	"""Imports by domain and workflows of anything but the standard library and each other."""
	found = []
	for name, (source, is_package) in modules.items():
		if room_of(name) not in INNER:
			continue
		for line, target in imports_of(name, source, is_package):
			top = target.split(".")[0]
			if top not in sys.stdlib_module_names and room_of(target) not in INNER and target != APP:
				found.append(f"{name}:{line} imports {target}")
	return sorted(set(found))


def ways_to_a_framework(modules):
	"""Chains of imports by which an inner module loads frappe or erpnext, packages on the way included."""
	graph = {name: _loads(name, *modules[name], modules) for name in modules}
	found = []
	for start in modules:
		if room_of(start) in INNER:
			chain = _chain_to_framework(start, graph)
			if chain:
				found.append(" → ".join(chain))
	return found


def _loads(name, source, is_package, modules):
	loaded = set()
	for _, target in imports_of(name, source, is_package):
		if target.split(".")[0] in FRAMEWORKS:
			loaded.add(target.split(".")[0])
		parts = target.split(".")
		# importing a.b.c runs a and a.b first
		loaded.update(p for n in range(len(parts)) if (p := ".".join(parts[: n + 1])) in modules)
	parts = name.split(".")
	loaded.update(p for n in range(len(parts) - 1) if (p := ".".join(parts[: n + 1])) in modules)
	return loaded - {name}


def _chain_to_framework(start, graph):
	queue, seen = deque([(start,)]), {start}
	while queue:
		chain = queue.popleft()
		for following in sorted(graph.get(chain[-1], ())):
			if following in FRAMEWORKS:
				return (*chain, following)
			if following not in seen:
				seen.add(following)
				queue.append((*chain, following))
	return None


def clocks_read(modules):
	"""Places in domain and workflows that read a clock, or import the module that does."""
	found = []
	for name, (source, is_package) in modules.items():
		if room_of(name) not in INNER:
			continue
		tree = ast.parse(source)
		lines = [line for line, target in imports_of(name, source, is_package) if target == "time"]
		lines += [node.lineno for node in ast.walk(tree) if _reads_clock(node)]
		found += [f"{name}:{line}" for line in sorted(set(lines))]
	return found


def _reads_clock(node):
	if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
		return node.func.attr in CLOCK_NAMES
	if isinstance(node, ast.Attribute) and node.attr in CLOCK_NAMES:
		owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
		return owner in CLOCK_OWNERS
	return False


def planted(**sources):
	"""A small app: room__module="source" stands for nervion_service/room/module.py."""
	app = {APP: ("", True), f"{APP}.domain": ("", True), f"{APP}.services": ("", True)}
	for name, source in sources.items():
		app[f"{APP}." + name.replace("__", ".")] = (source, False)
	return app


def test_the_arrow_of_imports_never_runs_back():
	assert arrows_that_run_back(modules_of()) == []


def test_the_inner_rooms_use_the_standard_library_only():
	assert strangers_in_the_inner_rooms(modules_of()) == []


def test_no_inner_module_loads_a_framework_by_any_way():
	assert ways_to_a_framework(modules_of()) == []


def test_no_inner_module_reads_a_clock():
	assert clocks_read(modules_of()) == []


def test_the_checks_see_the_real_modules():
	seen = modules_of()
	assert {f"{APP}.domain.routing", f"{APP}.workflows.folio", f"{APP}.domain", APP} <= seen.keys()
	targets = [t for _, t in imports_of("x", *seen[f"{APP}.domain.reception"])]
	assert f"{APP}.domain.business_calendar" in targets


@pytest.mark.parametrize(
	"source",
	[
		"from nervion_service.nervion_service.doctype.service_folio import service_folio",
		"import nervion_service.setup.install",
		"def late():\n\tfrom nervion_service import scheduler",
		"from .. import hooks",
		"from ..overrides.issue import on_update",
		"enqueue('nervion_service.scheduler.every_minute')",
		"from nervion_service.www.track import get_context",
		"from nervion_service.integrations import meta",
		"from nervion_service.nervion_service.report.service_indicators.service_indicators import execute",
	],
)
def test_a_planted_arrow_from_services_outward_is_caught(source):
	assert len(arrows_that_run_back(planted(services__intake=source))) >= 1


def test_a_planted_arrow_from_the_domain_to_workflows_is_caught():
	app = planted(domain__x="from nervion_service.workflows import FOLIO")
	assert arrows_that_run_back(app) == [
		"nervion_service.domain.x:1 imports nervion_service.workflows",
		"nervion_service.domain.x:1 imports nervion_service.workflows.FOLIO",
	]


def test_the_allowed_arrows_are_not_caught():
	app = planted(
		services__intake="from nervion_service.domain import routing\nfrom nervion_service.services import events",
		nervion_service__doctype__x="from nervion_service.services import intake",
		workflows__x="from nervion_service.domain.taxonomy import Role",
		services__calendars="key = 'nervion_service.calendar_cache'",
	)
	assert arrows_that_run_back(app) == []
	assert strangers_in_the_inner_rooms(app) == []


@pytest.mark.parametrize(
	"source",
	[
		"import frappe",
		"from frappe.utils import now_datetime",
		"def late():\n\timport erpnext.stock",
		"import importlib\nimportlib.import_module('frappe')",
		"import holidays",
		"from ..services import intake",
	],
)
def test_a_planted_stranger_in_the_domain_is_caught(source):
	assert len(strangers_in_the_inner_rooms(planted(domain__x=source))) >= 1


def test_a_planted_framework_behind_another_module_is_caught_with_its_way():
	app = planted(
		domain__x="from nervion_service import helpers",
		helpers="from nervion_service.services import intake",
		services__intake="import frappe",
	)
	assert ways_to_a_framework(app) == [
		"nervion_service.domain.x → nervion_service.helpers → nervion_service.services.intake → frappe"
	]


def test_a_planted_framework_in_the_package_itself_is_caught():
	app = planted(domain__x="import math")
	app[APP] = ("import frappe", True)
	assert "nervion_service.domain.x → nervion_service → frappe" in ways_to_a_framework(app)


@pytest.mark.parametrize(
	"source",
	[
		"from datetime import datetime\nat = datetime.now()",
		"import datetime as dt\nat = dt.datetime.utcnow()",
		"from datetime import date\nat = date.today()",
		"from datetime import date as day\nat = day.today()",
		"from datetime import datetime\nread = datetime.now",
		"import time\nat = time.time()",
		"from time import monotonic",
	],
)
def test_a_planted_clock_is_caught(source):
	assert len(clocks_read(planted(domain__x=source))) == 1


def test_a_moment_that_is_handed_in_is_no_clock():
	assert clocks_read(planted(domain__x="def due(now):\n\treturn now.date()")) == []
