"""Wiring of the stand-in; the hooks have the names that ERPNext gives them."""

app_name = "erpnext"
app_title = "ERPNext (stand-in)"
app_publisher = "Pinturas Nervión"
app_description = "Stand-in for ERPNext on the embedded bench: trials and tests only, never production"
app_email = "servicio@pinturasnervion.example"
app_license = "GPL-3.0"

after_install = "erpnext.setup.install.after_install"
setup_wizard_stages = "erpnext.setup.setup_wizard.setup_wizard.get_setup_stages"

treeviews = ["Customer Group", "Territory", "Item Group", "Warehouse", "Department", "Company"]

has_website_permission = {
	"Delivery Note": "erpnext.controllers.website_list_for_contact.has_website_permission",
	"Sales Invoice": "erpnext.controllers.website_list_for_contact.has_website_permission",
}
