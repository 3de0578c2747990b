const CASE_FILES = "nervion_service.services.case_file";

frappe.ui.form.on("Case File", {
	refresh(frm) {
		frm.disable_save();
		const { state } = frm.doc;
		frm.page.set_indicator(__(state), { Waiting: "orange", Ready: "green", Failed: "red" }[state]);
		if (state === "Waiting") {
			frm.set_intro(__("It is being made; this page shows it when it is ready."), "blue");
			setTimeout(() => frm.doc.state === "Waiting" && frm.reload_doc(), 4000);
			return;
		}
		if (state === "Ready") {
			frm.page.set_primary_action(__("Download"), () => window.open(frm.doc.file));
			frm.add_custom_button(__("Verify"), () => verify(frm));
		}
	},
});

function verify(frm) {
	frappe.xcall(`${CASE_FILES}.verification.verify`, { case_file: frm.doc.name }).then((found) => {
		frappe.msgprint({
			title: __("Verification"),
			indicator: found.ok ? "green" : "red",
			message: frappe.utils.escape_html(found.sentence),
		});
	});
}
