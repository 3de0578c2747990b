"""Who wants no letters, calls or surveys that nobody asked for: the one question that all of them ask first (I3).

The acknowledgement of a request, what a person of ours answers, and a warning about a product are asked for or owed: they go out
all the same. Only a digest is kept, so that the mark outlives the erasure of the address itself.
"""

import hashlib
import hmac
from collections.abc import Iterable

import frappe
from frappe.utils.password import get_encryption_key

from nervion_service.services import clock, phones, system

DOCTYPE = "Service Opposition"


def accepts(address: str | None) -> bool:
	"""Whether an automatic letter, a survey or a campaign may go to that e-mail address or telephone number."""
	return bool(address and address.strip()) and not frappe.db.exists(DOCTYPE, _digest(address))


def note(addresses: Iterable[str], request: str) -> int:
	"""Mark addresses and numbers of somebody who opposed; returns how many they are. Twice is once."""
	marked = {_digest(address): address for address in addresses if address and address.strip()}
	system.insert_rows(
		DOCTYPE,
		[
			{
				"name": digest,
				"kind": "E-mail" if "@" in address else "Phone",
				"request": request,
				"opposed_at": clock.now(),
			}
			for digest, address in marked.items()
		],
		ignore_duplicates=True,
	)
	return len(marked)


def _digest(address: str) -> str:
	known = address.strip().lower() if "@" in address else phones.normalise(address) or phones.digits(address)
	# with the site's own key, since addresses can be guessed
	return hmac.new(get_encryption_key().encode(), known.encode(), hashlib.sha256).hexdigest()[:40]
