"""The examples of docs/api.md run as they stand there, and broken bodies (F8), before a really served site. No browser needed."""

import http.client
import json
import re
import secrets
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import frappe
import pytest

from nervion_service.domain.taxonomy import Role
from tests import factories
from tests.browser import people
from tests.site import outside

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"
EXAMPLE = re.compile(r"```sh\n# prints: (\d{3})\n(.*?)```", re.DOTALL)
CREATE = "/api/method/nervion_service.api.v1.create_request"


def examples():
	return EXAMPLE.findall(DOCUMENT.read_text(encoding="utf-8"))


@pytest.fixture
def program(site):
	"""(key, secret) of a program's user; what it registers is taken away."""
	outside.the_company()
	user = factories.make_user(roles=[Role.API])
	user.api_key, secret = secrets.token_hex(8), secrets.token_hex(8)
	user.api_secret = secret
	user.save()
	frappe.db.commit()
	yield user.api_key, secret
	frappe.db.rollback()
	made = frappe.get_all("Service Folio", {"channel": "API", "account": user.name}, pluck="name")
	people.take_away(made, [user.name])


def test_the_document_shows_every_outcome_that_a_program_has_to_know():
	assert {status for status, _command in examples()} >= {"200", "201", "401", "404", "409", "422"}


def test_every_example_of_the_document_gives_what_it_says(program, served, tmp_path):
	if not shutil.which("curl"):
		pytest.skip("the examples need curl")
	(tmp_path / "lata.png").write_bytes(outside.PNG)
	key, secret = program
	environment = {"PATH": "/usr/bin:/bin", "SITE": served, "KEY": key, "SECRET": secret, "FOLIO": ""}
	for status, command in examples():
		telling = command.replace("curl -sS", "curl -sS -w '\\n%{http_code}'", 1)
		done = subprocess.run(
			["bash", "-c", telling],
			env=environment,
			cwd=tmp_path,
			capture_output=True,
			text=True,
			timeout=120,
		)
		body, code = done.stdout.rsplit("\n", 1)
		assert code == status, f"{command}\n{done.stdout}\n{done.stderr}"
		answer = json.loads(body)
		if int(status) >= 400:
			assert answer["error"]["status"] == int(status)
		else:
			environment["FOLIO"] = answer["message"]["folio"]


def bodies(size):
	"""Bodies that no careful program sends: broken, nested, huge, of another shape, with bytes that are no text."""
	yield from (
		b"",
		b"[1,2]",
		b"5",
		b"null",
		b'"x"',
		b'{"a":',
		b"{'a': 1}",
		b"\xff\xfe\x00",
		b"[" * 100_000,
		b'{"a":' * 50_000,
	)
	yield from (
		b'{"description": "\\ud800"}',
		b'{"description": "\\u0000"}',
		b'{"description": {"a": [[[]]]}}',
	)
	yield from (b'{"description": "' + b"x" * 200_000 + b'"}', b'{"party_name": NaN}', b'{"email": 1e999}')
	valid = json.dumps(outside.said()).encode()
	for _one in range(size(20, 500)):
		broken = bytearray(valid)
		for _byte in range(3):
			broken[secrets.randbelow(len(broken))] = secrets.randbelow(256)
		yield bytes(broken)


def test_a_broken_body_is_refused_in_our_form_and_never_fails(program, served, size):
	address = urlsplit(served)
	frappe.db.set_single_value("Service Settings", "program_calls_per_minute", 100_000)
	frappe.db.commit()
	frappe.clear_document_cache("Service Settings", "Service Settings")
	try:
		for body in bodies(size):
			connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
			headers = {"Authorization": "token {}:{}".format(*program), "Content-Type": "application/json"}
			connection.request("POST", CREATE, body, headers)
			response = connection.getresponse()
			content = json.loads(response.read())
			connection.close()
			assert response.status in (201, 400, 422), (body[:200], response.status, content)
			if response.status != 201:
				assert set(content["error"]) == {"status", "code", "message", "field"}
				assert "Traceback" not in json.dumps(content)
	finally:
		frappe.db.set_single_value("Service Settings", "program_calls_per_minute", 120)
		frappe.db.commit()
		frappe.clear_document_cache("Service Settings", "Service Settings")
