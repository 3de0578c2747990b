"""What tests of the ways in need: a web request as the server sees it, and what people outside send."""

import contextlib
import io
import json
import secrets
import time
import zlib

import frappe
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from nervion_service.services import consent, guest_intake
from tests import engine, factories


def _png():
	"""The smallest picture: one red pixel, with its checksums."""

	def chunk(kind, data):
		return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

	header = (1).to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
	pixel = zlib.compress(bytes((0, 255, 0, 0)))
	return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


PNG = _png()


@contextlib.contextmanager
def asked(path="/", method="POST", remote="203.0.113.7", headers=(), user="Guest", **sent):
	"""Inside the block this web request is being answered, for `user`; yields it.

	What the test made before is stored by then, as it would be: a request begins by leaving what is not.
	"""
	frappe.db.commit()
	socket = {"REMOTE_ADDR": remote}
	builder = EnvironBuilder(
		path=path, method=method, headers=list(headers), environ_overrides=socket, **sent
	)
	before = getattr(frappe.local, "request", None)
	request = Request(builder.get_environ())
	frappe.local.request = request
	try:
		with engine.run_as(user):
			yield request
	finally:
		engine.set_request(before)
		frappe.local.form_dict = frappe._dict()


def said(**changes):
	"""What a guest says about a request; a value of None takes a key away."""
	values = {
		"party_name": "Ana Ruiz",
		"email": f"{factories.unique('ana', '.')}@cliente.test",
		"request_type": "Technical Advice",
		"description": "El esmalte no seca.\nLo compré el lunes en la tienda del centro.",
		"safety": "No",
		**changes,
	}
	return {name: value for name, value in values.items() if value is not None}


def form(**changes):
	"""What the public page sends, filled in by a person who took a minute."""
	notice = consent.current_notice(the_company())
	values = {
		"safety": "No",
		"consent": notice and notice.name,
		"stamp": guest_intake.stamp(int(time.time()) - 60),
		"key": secrets.token_hex(16),
	}
	return said(**{**values, **changes})


def the_company():
	"""The company that people outside write to, with a notice in force."""
	company = factories.make_company().name
	settings = frappe.get_doc("Service Settings")
	if settings.default_company != company:
		settings.default_company = company
		settings.save()
	if not consent.current_notice(company):
		make_notice(company=company)
	return company


def make_notice(**overrides):
	"""A published privacy notice of the company."""
	values = {
		"company": overrides.get("company") or factories.make_company().name,
		"version": factories.unique("prueba", "-"),
		"text": "# Aviso\n\nUsamos sus datos para responderle.",
		"effective_from": "2020-01-01 00:00:00",
		"published": 1,
	}
	return factories.insert("Service Privacy Notice", values, **overrides)


def folios():
	"""How many folios there are."""
	return frappe.db.count("Service Folio")


def upload(name="foto.png", content=PNG):
	"""A file as a form sends it."""
	return (io.BytesIO(content), name)


def content_of(response):
	"""The JSON of an answer."""
	return json.loads(response.get_data(as_text=True))
