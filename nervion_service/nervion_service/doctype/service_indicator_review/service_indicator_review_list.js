frappe.listview_settings["Service Indicator Review"] = {
	add_fields: ["stage"],
	get_indicator: (doc) => [__(doc.stage), doc.stage === "Open" ? "orange" : "green", `stage,=,${doc.stage}`],
};
