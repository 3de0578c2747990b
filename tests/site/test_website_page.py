"""Pages for customers: compiled once a process, and shown whatever happens to Frappe's cache of other pages' addresses."""

from pathlib import Path

import frappe
import pytest
from jinja2 import DictLoader, Environment

import nervion_service
from nervion_service.overrides.website_page import PAGES, CustomerPage
from nervion_service.services.compiled_templates import CompiledTemplates
from tests import factories
from tests.site.test_portal import page

WWW = Path(nervion_service.__file__).parent / "www"
TEXT = "a.html"


def rendered(text, kept, **filters):
	environment = Environment(loader=DictLoader({TEXT: text}), bytecode_cache=kept)
	environment.filters.update(filters)
	return environment.get_template(TEXT).render()


@pytest.fixture
def compiled(monkeypatch):
	"""The names of the templates that are compiled; a page's own text has none."""
	names, compile_one = [], Environment.compile

	def noted(environment, source, name=None, *rest, **more):
		names.append(name)
		return compile_one(environment, source, name, *rest, **more)

	monkeypatch.setattr(Environment, "compile", noted)
	return names


def test_no_page_for_customers_compiles_a_template_again(site, compiled):
	user = factories.make_portal_user(factories.make_customer()).name
	for path, reader in (("servicio", user), ("solicitud", "Guest")):
		for _request in range(2):
			compiled.clear()
			# as a new request finds it
			frappe.local.jenv = None
			assert page(path, reader)[0] == 200
		assert compiled and not any(compiled), (path, compiled)


def test_an_edited_template_counts_at_once():
	kept = CompiledTemplates(lambda: ())
	assert [rendered(text, kept) for text in ("antes", "antes", "después")] == ["antes", "antes", "después"]


def test_what_a_filter_makes_of_a_constant_is_worked_out_for_each_language():
	language = ["es"]
	kept = CompiledTemplates(lambda: tuple(language))

	def told():
		return rendered("{{ 'x' | told }}", kept, told=lambda _text: language[0])

	first = told()
	language[0] = "en"
	assert (first, told()) == ("es", "en")


def test_our_pages_are_shown_while_a_sign_in_empties_the_cache_of_other_pages(site, monkeypatch):
	# what Frappe gets when that happens between its two looks
	for name in ("web_form.web_form.get_published_web_forms", "web_page.web_page.get_dynamic_web_pages"):
		monkeypatch.setattr(f"frappe.website.doctype.{name}", lambda: None)
	for path in ("solicitud", "preguntas", "seguimiento"):
		assert page(path, "Guest")[0] in (200, 404), path


def test_every_page_of_ours_is_rendered_by_us_and_no_other():
	found = (path.relative_to(WWW).with_suffix("").as_posix() for path in WWW.rglob("*.html"))
	assert {name.removesuffix("/index") for name in found} == PAGES
	assert not CustomerPage("login").can_render()
