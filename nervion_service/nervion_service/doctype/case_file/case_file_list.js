frappe.listview_settings["Case File"] = {
	add_fields: ["state"],
	hide_name_column: true,

	get_indicator(doc) {
		const colour = { Waiting: "orange", Ready: "green", Failed: "red" }[doc.state];
		return [__(doc.state), colour, `state,=,${doc.state}`];
	},

	onload(listview) {
		listview.page.add_inner_button(__("Verify a Copy"), verify_copy);
	},
};

function verify_copy() {
	const dialog = new frappe.ui.Dialog({
		title: __("Verify a Copy"),
		fields: [
			{ fieldname: "receipt", fieldtype: "Data", label: __("Receipt Code") },
			{
				fieldname: "manifest",
				fieldtype: "Small Text",
				label: __("Contents of manifest.json"),
				description: __("Open the copy and paste the whole file, or choose it below."),
			},
			{ fieldname: "chosen", fieldtype: "HTML" },
			{ fieldname: "answer", fieldtype: "HTML" },
		],
		primary_action_label: __("Verify"),
		primary_action: ({ receipt, manifest }) =>
			frappe
				.xcall("nervion_service.services.case_file.verification.check_copy", { receipt, manifest })
				.then((found) => show_answer(dialog, found)),
	});
	const input = $(`<input type="file" accept=".json" aria-label="${__("Contents of manifest.json")}">`);
	input.on("change", async () => dialog.set_value("manifest", await input[0].files[0].text()));
	dialog.fields_dict.chosen.$wrapper.append(input);
	dialog.show();
}

function show_answer(dialog, found) {
	const box = $(`<div class="alert" role="status"></div>`).addClass(
		found.found ? "alert-success" : "alert-danger"
	);
	box.text(found.sentence);
	if (found.found) {
		box.append("<br>", $("<a></a>").attr("href", `/app/case-file/${found.case_file}`).text(__("Open the file")));
	}
	dialog.fields_dict.answer.$wrapper.empty().append(box);
}
