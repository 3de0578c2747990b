"""Rows that ERPNext's wizard creates on every site: roots of the trees, first leaves, units of measure.

Roots and leaves are named in the site's language, as ERPNext does it; units keep their English names.
"""

from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils.nestedset import get_root_of

TREES = {
	"Customer Group": ("All Customer Groups", ("Individual", "Commercial", "Non Profit", "Government")),
	"Territory": ("All Territories", ("Rest Of The World",)),
	"Item Group": (
		"All Item Groups",
		("Products", "Raw Material", "Services", "Sub Assemblies", "Consumable"),
	),
}
WHOLE_UNITS = ("Nos", "Unit", "Box", "Pair", "Set")
DIVISIBLE_UNITS = (
	"Litre",
	"Millilitre",
	"Gallon Liquid (US)",
	"Kg",
	"Gram",
	"Meter",
	"Square Meter",
	"Hour",
	"Day",
)


@contextmanager
def site_language():
	"""Translate into the language of the site's settings, whatever the session's is."""
	before = frappe.local.lang
	frappe.local.lang = frappe.db.get_single_value("System Settings", "language") or "en"
	try:
		yield
	finally:
		frappe.local.lang = before


def install_presets(country=None):
	"""Create the missing rows; a country becomes a territory. Existing rows stay as they are."""
	for doctype, (root, leaves) in TREES.items():
		parent = get_root_of(doctype) or insert_node(doctype, _(root), is_group=1)
		for leaf in leaves:
			insert_node(doctype, _(leaf), parent=parent)
	if country:
		insert_node("Territory", country, parent=get_root_of("Territory"))
	for unit in WHOLE_UNITS + DIVISIBLE_UNITS:
		insert_unit(unit)


def insert_node(doctype, label, parent="", is_group=0):
	"""Insert a node of one of the trees, unless it is there; returns its name."""
	if frappe.db.exists(doctype, label):
		return label
	slug = frappe.scrub(doctype)
	node = frappe.get_doc(
		{"doctype": doctype, f"{slug}_name": label, f"parent_{slug}": parent, "is_group": is_group}
	)
	# set-up runs for the site, before any user with roles exists
	return node.insert(ignore_permissions=True).name


def insert_unit(unit):
	"""Insert a unit of measure, unless it is there."""
	if frappe.db.exists("UOM", unit):
		return
	whole = int(unit in WHOLE_UNITS)
	# set-up runs for the site, before any user with roles exists
	frappe.get_doc({"doctype": "UOM", "uom_name": unit, "must_be_whole_number": whole}).insert(
		ignore_permissions=True
	)
