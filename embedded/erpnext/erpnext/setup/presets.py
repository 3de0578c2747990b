"""Rows that ERPNext creates on every site: roots of the trees, first leaves, units of measure."""

import frappe

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


def install_presets(country=None):
	"""Create the missing rows; a country becomes a territory. Existing rows stay as they are."""
	for doctype, (root, leaves) in TREES.items():
		insert_node(doctype, root, is_group=1)
		for leaf in leaves:
			insert_node(doctype, leaf, parent=root)
	if country:
		insert_node("Territory", country, parent=TREES["Territory"][0])
	for unit in WHOLE_UNITS + DIVISIBLE_UNITS:
		insert_unit(unit)


def insert_node(doctype, label, parent="", is_group=0):
	"""Insert a node of one of the trees, unless it is there."""
	if frappe.db.exists(doctype, label):
		return
	slug = frappe.scrub(doctype)
	node = frappe.get_doc(
		{"doctype": doctype, f"{slug}_name": label, f"parent_{slug}": parent, "is_group": is_group}
	)
	# set-up runs for the site, before any user with roles exists
	node.insert(ignore_permissions=True)


def insert_unit(unit):
	"""Insert a unit of measure, unless it is there."""
	if frappe.db.exists("UOM", unit):
		return
	whole = int(unit in WHOLE_UNITS)
	# set-up runs for the site, before any user with roles exists
	frappe.get_doc({"doctype": "UOM", "uom_name": unit, "must_be_whole_number": whole}).insert(
		ignore_permissions=True
	)
