"""The templates of our pages, compiled once a process instead of once a request.

Frappe makes its Jinja environment anew for every request, and with it compiles each template that a page extends, includes or
imports: with the frame of Frappe's website a dozen, the greater part of what a page of the portal costs. Jinja keeps compiled
code wherever it is told to; here, in the process. A template that was edited counts at once: its text is compared first.
"""

from collections.abc import Callable
from types import CodeType

import frappe
from frappe.utils.jinja import get_jenv
from jinja2 import BytecodeCache


class CompiledTemplates(BytecodeCache):
	"""Compiled code by reader and template, with the checksum of the text that it was made of.

	reader: what the code may depend on besides the text: the compiler works out a filter of a constant, so its language and the
	site's own filters are in it.
	"""

	def __init__(self, reader: Callable[[], tuple]) -> None:
		self._reader = reader
		self._kept: dict[tuple, tuple[str, CodeType]] = {}

	def load_bytecode(self, bucket) -> None:
		checksum, code = self._kept.get(self._key(bucket), (None, None))
		if checksum == bucket.checksum:
			bucket.code = code

	def dump_bytecode(self, bucket) -> None:
		self._kept[self._key(bucket)] = (bucket.checksum, bucket.code)

	def _key(self, bucket) -> tuple:
		return *self._reader(), bucket.key


KEPT = CompiledTemplates(lambda: (frappe.local.site, frappe.local.lang))


def use() -> None:
	"""Let what this request renders from now on use the templates that are compiled already."""
	get_jenv().bytecode_cache = KEPT
