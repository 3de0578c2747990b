"""Wiring only: every entry points at a function that lives elsewhere."""

app_name = "nervion_service"
app_title = "Nervion Service"
app_publisher = "Pinturas Nervión"
app_description = "Customer service, complaints and after-sales for ISO 9001 companies on ERPNext"
app_email = "servicio@pinturasnervion.example"
app_license = "GPL-3.0"
# with its owner: a bare name makes Frappe ask GitHub whose app it is
required_apps = ["frappe/erpnext"]

# The desk -----------------------------------------------------------------------------------------------------

app_include_js = "nervion_service.bundle.js"
app_include_css = "nervion_service.bundle.css"
doctype_js = {
	"Customer": "public/js/customer.js",
	"Service Complaint": ["public/js/case_file.js", "public/js/complaint_precedents.js"],
	"Service Folio": "public/js/case_file.js",
}
# what the prints ask
jinja = {
	"methods": [
		"nervion_service.services.analysis.labels.service_sample_label",
		"nervion_service.services.analysis.report_print.service_analysis_report",
		"nervion_service.services.folio_print.service_folio_record",
	]
}

# Site life ----------------------------------------------------------------------------------------------------

before_install = "nervion_service.setup.install.before_install"
after_install = "nervion_service.setup.install.after_install"
after_sync = "nervion_service.setup.install.after_sync"
after_migrate = ["nervion_service.setup.install.after_sync"]
setup_wizard_complete = ["nervion_service.setup.install.after_wizard"]
before_uninstall = "nervion_service.setup.install.before_uninstall"

# ERPNext's "Delete Transactions" of a company never takes quality records along
company_data_to_be_ignored = [
	"Technical Data Sheet",
	"Service Sample",
	"Technical Analysis Report",
	"Answer Template",
	"Case File",
	"Complaint Cost",
	"Complaint Remedy",
	"Record Export",
	"Service Audit",
	"Service Folio",
	"Service Complaint",
	"Service Commitment",
	"Service Daily Figures",
	"Service Event",
	"Service Privacy Notice",
	"Service Calendar",
	"Commitment Policy",
	"Routing Rule",
	"Personal Data Request",
	"Service Technical Visit",
	"Service Corrective Action",
	"Service Indicator Review",
	"Service Batch Hold",
	"Service Batch Alert",
]

# what was decided of a contact or a lead does not keep people from deleting it
ignore_links_on_delete = ["Personal Data Doubt"]

# What we listen to --------------------------------------------------------------------------------------------

doc_events = {
	"Assignment Rule": {
		"on_update": "nervion_service.overrides.assignment_rule.on_change",
		"after_delete": "nervion_service.overrides.assignment_rule.on_change",
	},
	"Communication": {
		"after_insert": "nervion_service.overrides.communication.after_insert",
		"on_change": "nervion_service.overrides.communication.on_change",
	},
	"Customer": {"after_insert": "nervion_service.overrides.customer.after_insert"},
	"Delivery Note": {
		"before_submit": "nervion_service.overrides.delivery.before_submit",
		"on_submit": "nervion_service.overrides.delivery.on_submit",
		"on_cancel": "nervion_service.overrides.delivery.on_cancel",
	},
	"File": {
		"before_insert": "nervion_service.overrides.file.before_insert",
		"on_trash": "nervion_service.overrides.file.on_trash",
		"validate": "nervion_service.overrides.file.validate",
	},
	"Holiday List": {"on_update": "nervion_service.overrides.holiday_list.on_update"},
	"POS Invoice": {
		"before_submit": "nervion_service.overrides.counter_sale.before_submit",
		"on_submit": "nervion_service.overrides.counter_sale.on_submit",
	},
	"Purchase Invoice": {"on_submit": "nervion_service.overrides.stock_out.on_submit"},
	"Purchase Receipt": {"on_submit": "nervion_service.overrides.stock_out.on_submit"},
	"Sales Invoice": {
		"before_submit": "nervion_service.overrides.delivery.before_submit",
		"on_submit": "nervion_service.overrides.delivery.on_submit",
		"on_cancel": "nervion_service.overrides.delivery.on_cancel",
	},
	"Stock Entry": {
		"before_submit": "nervion_service.overrides.stock_entry.before_submit",
		"on_submit": "nervion_service.overrides.stock_entry.on_submit",
		"on_cancel": "nervion_service.overrides.stock_entry.on_cancel",
	},
	"Stock Reconciliation": {
		"on_submit": "nervion_service.overrides.stock_out.on_submit",
		"on_cancel": "nervion_service.overrides.stock_out.on_cancel",
	},
	"Subcontracting Receipt": {"on_submit": "nervion_service.overrides.stock_out.on_submit"},
	"ToDo": {"on_update": "nervion_service.overrides.todo.on_update"},
}

# what evidence needs is not deleted
delete_file_data_content = "nervion_service.overrides.file.delete_content"

# says of mail that no person wrote what it is
make_email_body_message = [
	"nervion_service.services.customer_letters.mark",
	# puts the customer's link where an answer names its place
	"nervion_service.services.tracking_links.open_doors",
]
override_doctype_class = {"Email Account": "nervion_service.overrides.email_account.ServiceEmailAccount"}

override_doctype_dashboards = {"Item": "nervion_service.overrides.item.dashboard"}

scheduler_events = {
	"cron": {"* * * * *": ["nervion_service.scheduler.every_minute"]},
	"hourly_long": ["nervion_service.scheduler.hourly"],
	"daily_long": ["nervion_service.scheduler.daily"],
}

# What customers send comes from a page of theirs
before_request = ["nervion_service.services.page_token.check"]
# What Frappe refuses in place of our REST interface is told in its form; pages for guests are kept by nobody
after_request = [
	"nervion_service.api.v1.after_request",
	"nervion_service.api.public.after_request",
	"nervion_service.services.arrivals.count",
]

# Who sees what ------------------------------------------------------------------------------------------------

permission_query_conditions = {
	"Case File": "nervion_service.permissions.case_file_query",
	"Service Folio": "nervion_service.permissions.folio_query",
	"Service Complaint": "nervion_service.permissions.complaint_query",
	"Service Technical Visit": "nervion_service.permissions.visit_query",
	"Technical Analysis Report": "nervion_service.permissions.report_query",
	"Service Sample": "nervion_service.permissions.sample_query",
	"Complaint Remedy": "nervion_service.permissions.remedy_query",
	"Service Audit": "nervion_service.permissions.audit_query",
	"Service Commitment": "nervion_service.permissions.commitment_query",
	"Service Event": "nervion_service.permissions.event_query",
}
has_permission = {
	"Case File": "nervion_service.permissions.row_has_permission",
	"Service Folio": "nervion_service.permissions.folio_has_permission",
	"Service Complaint": "nervion_service.permissions.row_has_permission",
	"Service Technical Visit": "nervion_service.permissions.row_has_permission",
	"Technical Analysis Report": "nervion_service.permissions.row_has_permission",
	"Service Sample": "nervion_service.permissions.row_has_permission",
	"Complaint Remedy": "nervion_service.permissions.row_has_permission",
	"Service Audit": "nervion_service.permissions.audit_has_permission",
	"Service Commitment": "nervion_service.permissions.case_row_has_permission",
	"Service Event": "nervion_service.permissions.case_row_has_permission",
}
has_website_permission = {
	"Service Folio": "nervion_service.permissions.folio_has_website_permission",
	"Service Complaint": "nervion_service.permissions.folio_has_website_permission",
}

# Pages for people outside -------------------------------------------------------------------------------------

website_route_rules = [
	{"from_route": "/servicio", "to_route": "service"},
	{"from_route": "/servicio/nueva", "to_route": "service/new"},
	{"from_route": "/servicio/folio/<name>", "to_route": "service/folio"},
	{"from_route": "/preguntas", "to_route": "service_questions"},
	{"from_route": "/solicitud", "to_route": "service_request"},
	{"from_route": "/aviso-lote/<token>", "to_route": "service_batch_notice"},
	{"from_route": "/evidencias", "to_route": "service_evidence"},
	{"from_route": "/evidencias/<token>", "to_route": "service_evidence"},
	{"from_route": "/seguimiento", "to_route": "service_tracking"},
	{"from_route": "/seguimiento/<token>", "to_route": "service_tracking"},
]
page_renderer = ["nervion_service.overrides.website_page.CustomerPage"]
portal_menu_items = [{"title": "My requests", "route": "/servicio", "role": "Customer"}]
