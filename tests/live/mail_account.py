"""A mailbox of the site on real servers, for the tests of mail: what it received and made goes with the test."""

import frappe
import pytest

from tests import factories
from tests.live.cleaning import delete, forget_cases, forget_post, names
from tests.live.imap_server import PASSWORD, USER, ImapServer

OURS = "buzon@pinturas.example"


@pytest.fixture(scope="package")
def imap(tmp_path_factory):
	server = ImapServer(tmp_path_factory.mktemp("imap") / "imap.log")
	server.open()
	yield server
	server.close()


@pytest.fixture
def account(mailbox, imap, staff):
	"""An Email Account of the site that reads the one server and writes by the other; all that it made goes with it."""
	# a run that was killed has left its own
	for left in frappe.get_all("Email Account", {"email_id": OURS}, ["name"], order_by="name"):
		_forget(left)
	box = factories.insert(
		"Email Account",
		{
			"email_account_name": factories.unique("Servicio"),
			"email_id": OURS,
			"login_id_is_different": 1,
			"login_id": USER,
			"password": PASSWORD,
			"enable_incoming": 1,
			"use_imap": 1,
			"email_server": "127.0.0.1",
			"incoming_port": str(imap.port),
			"imap_folder": [{"folder_name": "INBOX", "append_to": "Service Folio"}],
			"enable_outgoing": 1,
			"smtp_server": "127.0.0.1",
			"smtp_port": mailbox.port,
			"no_smtp_authentication": 1,
		},
	)
	frappe.db.commit()
	aside = set(names("Error Log", {}))
	imap.empty()
	yield box
	frappe.db.rollback()
	delete(("Error Log", "name", sorted(set(names("Error Log", {})) - aside)))
	forget_post(mailbox.port)
	_forget(box)


def _forget(box) -> None:
	messages = names("Communication", {"email_account": box.name})
	forget_cases(folios_of(box))
	delete(
		("Communication Link", "parent", messages),
		("Communication", "name", messages),
		("Unhandled Email", "email_account", [box.name]),
		("IMAP Folder", "parent", [box.name]),
		("Email Account", "name", [box.name]),
	)
	frappe.cache.delete_value("workers:no-internet")
	frappe.db.commit()


@pytest.fixture
def fetch(office, account):
	"""fetch(): the mailbox is read and everything that follows is done; returns what became of the letters."""
	return lambda **more: office.at(None, "fetch", account=account.name, **more)


def to_customers(mailbox) -> list:
	"""The letters to customers that came since this was asked last; colleagues are told by others."""
	return [one for one in mailbox.taken() if one.to.endswith("@clientes.test")]


def folios_of(account) -> list[str]:
	return names("Service Folio", {"account": account.name})
