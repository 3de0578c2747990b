"""Erase a person from every place, and leave numbers, times, types, channels and counts as they are (I3, X12).

It writes past the controllers, since sealed fields are among what goes; who may ask for it is checked by
`personal_data_requests`. What ERPNext must keep by law (customers, invoices, users) is not touched, it is counted.
"""

from hashlib import sha256

import frappe
from frappe.core.doctype.file.utils import delete_file
from frappe.utils import cint

from nervion_service.domain.personal_data import REMOVED, Place
from nervion_service.domain.personal_letters import Part, without
from nervion_service.domain.personal_words import masked, regular_expression
from nervion_service.services.exports import handing_over
from nervion_service.services.personal_data_letters import QUEUED, READER, queued_part
from nervion_service.services.personal_data_rows import present, rows_of
from nervion_service.services.personal_data_scope import FOLIO, Scope, escaped, pluck

HASHED = "removed:"
# words of a person that are too short are found in everything
_SHORTEST_WORD = 6
_BATCH = 500


def erase(place: Place, scope: Scope, kept: tuple[str, ...] = ()) -> int:
	"""Remove the person from one place; returns how many rows it holds of them. Twice is once. Commits nothing.

	kept: rows that are left alone, such as the request that asks for it.
	"""
	names = [name for name in rows_of(place, scope) if name not in kept]
	for begin in range(0, len(names), _BATCH):
		batch = names[begin : begin + _BATCH]
		if place.doctype == "File":
			_delete_files(batch)
		elif place.deleted:
			_delete_rows(place.doctype, batch)
		elif place.masked:
			_mask(place, batch, scope)
		else:
			_redact(place, batch)
	return len(names)


def finish(scope: Scope) -> None:
	"""What no column says: the search index, names of contacts that are the person's name, and links to the person as customer."""
	for doctype, names in scope.documents.items():
		for begin in range(0, len(names), _BATCH):
			# Frappe's own table, which has no DocType
			frappe.db.sql(
				"DELETE FROM `__global_search` WHERE doctype = %s AND name IN %s",
				(doctype, names[begin : begin + _BATCH]),
			)
		handing_over.forget(doctype, names)
	_leave_mail_of_others(scope)
	_mask_excerpts(scope)
	for name in scope.contacts:
		_rename_contact(name)
	if scope.customer:
		_cut_customer(scope)
	_forget_mentions(scope)


def _delete_files(names) -> None:
	for name in names:
		url = frappe.db.get_value("File", name, "file_url")
		# nobody is asked: an approved erasure; nothing is left in the list of deleted documents
		frappe.delete_doc(
			"File",
			name,
			force=True,
			ignore_permissions=True,
			delete_permanently=True,
			flags={"erasure": True},
		)
		# Frappe leaves the file where another one has the same content, even under an address of its own
		if _is_on_disk(url) and not frappe.db.exists("File", {"file_url": url}):
			delete_file(url)


def _is_on_disk(url: str | None) -> bool:
	return (url or "").startswith(("/files/", "/private/files/"))


def _delete_rows(doctype, names) -> None:
	if doctype == "Email Queue":
		frappe.db.delete("Email Queue Recipient", {"parent": ("in", names)})
	frappe.db.delete(doctype, {"name": ("in", names)})


def _redact(place, names) -> None:
	table = frappe.qb.DocType(place.doctype)
	# past the controllers: sealed fields are among them, and no Version may keep what goes
	query = frappe.qb.update(table).where(table.name.isin(names))
	for column in present(place.doctype, place.emptied):
		query = query.set(table[column], None)
	for column in present(place.doctype, place.replaced):
		query = query.set(table[column], REMOVED)
	query.run()
	for column in present(place.doctype, place.hashed):
		_hash(place.doctype, column, names)
	for name in names:
		frappe.clear_document_cache(place.doctype, name)


def _mask(place, names, scope) -> None:
	emptied, readers, texts = (
		present(place.doctype, columns) for columns in (place.emptied, place.readers, place.masked)
	)
	# as in `pluck`
	for row in frappe.get_all(place.doctype, {"name": ("in", names)}, ["name", *emptied, *readers, *texts]):
		values = {column: "" for column in emptied}
		values |= {column: without(row[column], scope.emails) for column in readers}
		values |= {column: masked(row[column], scope.words, REMOVED, scope.strangers) for column in texts}
		changed = {column: value for column, value in values.items() if value != (row[column] or "")}
		if changed:
			frappe.db.set_value(place.doctype, row.name, changed, update_modified=False)


def _leave_mail_of_others(scope) -> None:
	"""Mail in the queue to the person and to others: what went out is a copy, what waits goes to the others only."""
	names = pluck(READER, {"recipient": ("in", scope.emails or [""])}, field="parent")
	for name, (part, is_waiting) in queued_part(names, scope).items():
		if part != Part.SHARED:
			continue
		if not is_waiting:
			_delete_rows(QUEUED, [name])
			continue
		frappe.db.delete(READER, {"parent": name, "recipient": ("in", scope.emails)})
		source = frappe.db.get_value(QUEUED, name, "message")
		frappe.db.set_value(
			QUEUED, name, "message", masked(source, scope.emails, REMOVED), update_modified=False
		)


def _mask_excerpts(scope) -> None:
	"""Excerpts of letters of others as well, which Frappe keeps beside the case of the other."""
	# as in `pluck`
	rows = frappe.get_all(
		"Communication",
		{"name": ("in", scope.shared or [""]), "reference_doctype": FOLIO},
		["reference_name"],
		distinct=True,
		order_by="reference_name",
	)
	for row in rows:
		text = frappe.db.get_value(FOLIO, row.reference_name, "_comments")
		kept = masked(text, scope.words, REMOVED, scope.strangers)
		if kept != text:
			frappe.db.set_value(FOLIO, row.reference_name, "_comments", kept, update_modified=False)


def _hash(doctype, column, names) -> None:
	# as in `pluck`
	for row in frappe.get_all(
		doctype, {"name": ("in", names), column: ("is", "set")}, ["name", f"{column} as value"]
	):
		if not row.value.startswith(HASHED):
			digest = HASHED + sha256(row.value.encode()).hexdigest()[:32]
			frappe.db.set_value(doctype, row.name, column, digest, update_modified=False)


def _rename_contact(name: str) -> None:
	"""A contact is called by its person's name: give it another, wherever it is linked."""
	if not frappe.db.exists("Contact", name):
		return
	new = f"{HASHED}{sha256(name.encode()).hexdigest()[:16]}"
	frappe.rename_doc("Contact", name, new, force=True, show_alert=False, rebuild_search=False)
	# Frappe notes the old name beside the new one
	frappe.db.delete("Comment", {"reference_doctype": "Contact", "reference_name": ("in", (name, new))})
	frappe.db.delete("Version", {"ref_doctype": "Contact", "docname": ("in", (name, new))})


def _cut_customer(scope) -> None:
	for doctype, column in _links_to_customers():
		table = frappe.qb.DocType(doctype)
		# as in `_redact`: the customer's own record is kept by law, the folios no longer lead to it
		frappe.qb.update(table).set(table[column], None).where(table[column] == scope.customer).run()


def _links_to_customers() -> list[tuple[str, str]]:
	"""Every column of ours that names a customer; the request that asks for it has its place of its own."""
	ours = {"module": "Nervion Service", "issingle": 0, "name": ("!=", "Personal Data Request")}
	# the structure of our DocTypes, no rows of anybody
	doctypes = frappe.get_all("DocType", ours, pluck="name", order_by="name")
	# as above: the structure of our DocTypes, no rows
	fields = frappe.get_all(
		"DocField",
		{"fieldtype": "Link", "options": "Customer", "parent": ("in", doctypes)},
		["parent", "fieldname"],
		order_by="parent, idx",
	)
	return [(field.parent, field.fieldname) for field in fields]


def _forget_mentions(scope) -> None:
	"""Settings of lists, where people typed what they looked for."""
	for word in (*scope.emails, *scope.phones, *scope.names):
		if len(word) >= _SHORTEST_WORD:
			# Frappe's own table, which has no DocType
			frappe.db.sql("DELETE FROM `__UserSettings` WHERE data LIKE %s", f"%{escaped(word)}%")


def kept_elsewhere(scope: Scope) -> dict[str, int]:
	"""Tables outside ours that still name the person, with how many rows: what the law or ERPNext keeps, for people to judge."""
	words = [word for word in (*scope.emails, *scope.phones, *scope.names) if len(word) >= _SHORTEST_WORD]
	found = {}
	for table, columns in _text_columns().items():
		count = _count(table, columns, words) if words else 0
		if count:
			found[table.removeprefix("tab")] = count
	return found


def _text_columns() -> dict[str, list[str]]:
	# the tables' own description, no data of anybody
	rows = frappe.db.sql(
		"""SELECT table_name AS name, column_name AS col FROM information_schema.columns
		WHERE table_schema = DATABASE() AND data_type IN ('varchar', 'text', 'mediumtext', 'longtext', 'json', 'char')
		ORDER BY table_name, ordinal_position""",
		as_dict=True,
	)
	found: dict[str, list[str]] = {}
	for row in rows:
		found.setdefault(row.name, []).append(row.col)
	return found


def _count(table, columns, words) -> int:
	# the search is quick and finds parts of other words, too: the expression tells whose they are
	patterns = [value for word in words for value in (f"%{escaped(word)}%", regular_expression([word]))]
	one = "`{0}` LIKE %s AND `{0}` REGEXP %s"
	condition = " OR ".join(one.format(column) for column in columns for _word in words)
	# names of tables and columns come from the database itself, words are parameters
	found = frappe.db.sql(f"SELECT COUNT(*) FROM `{table}` WHERE {condition}", patterns * len(columns))
	return cint(found[0][0])
