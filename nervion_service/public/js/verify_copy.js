// Is a copy of a case file the one that was handed out? Asked from the list of case files and from an audit, whose auditor opens no list.

frappe.provide("nervion_service");

nervion_service.verify_copy = function () {
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
};

function show_answer(dialog, found) {
	const box = $(`<div class="alert" role="status"></div>`).addClass(
		found.found ? "alert-success" : "alert-danger"
	);
	box.text(found.sentence);
	if (found.case_file) {
		box.append("<br>", $("<a></a>").attr("href", `/app/case-file/${found.case_file}`).text(__("Open the file")));
	}
	dialog.fields_dict.answer.$wrapper.empty().append(box);
}
