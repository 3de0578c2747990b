frappe.listview_settings["Service Indicator Review"] = {
	hide_name_column: false,
	get_indicator: (doc) => [__(doc.stage), doc.stage === "Open" ? "orange" : "green", `stage,=,${doc.stage}`],
};
