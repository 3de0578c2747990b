"""Wiring only: every entry points at a function that lives elsewhere."""

app_name = "nervion_service"
app_title = "Nervion Service"
app_publisher = "Pinturas Nervión"
app_description = "Customer service, complaints and after-sales for ISO 9001 companies on ERPNext"
app_email = "servicio@pinturasnervion.example"
app_license = "GPL-3.0"
# with its owner: a bare name makes Frappe ask GitHub whose app it is
required_apps = ["frappe/erpnext"]
