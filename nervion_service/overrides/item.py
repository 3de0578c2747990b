"""What of ours hangs on an item: its data sheets, samples, visits and reports, in its Connections."""

from frappe import _

LINKED = ("Technical Data Sheet", "Technical Analysis Report", "Service Technical Visit", "Service Sample")


def dashboard(data):
	"""Add our documents to the Connections of an Item, which name it in their field `item`."""
	data.setdefault("non_standard_fieldnames", {}).update({doctype: "item" for doctype in LINKED})
	data.setdefault("transactions", []).append({"label": _("Quality of Service"), "items": list(LINKED)})
	return data
