const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const ADD_HOLIDAYS = "nervion_service.nervion_service.doctype.service_calendar.service_calendar.add_official_holidays";
const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

frappe.ui.form.on("Service Calendar", {
	refresh(frm) {
		show_week(frm);
		if (!frm.is_new() && frm.perm[0]?.write) {
			frm.add_custom_button(__("Add Official Holidays"), () => ask_year(frm));
		}
	},
	shifts_add: show_week,
	shifts_remove: show_week,
});

frappe.ui.form.on("Service Shift", { weekday: show_week, start_time: show_week, end_time: show_week });

// the week as people say it, above the rows that make it
function show_week(frm) {
	const field = frm.get_field("shifts");
	let $week = field.$wrapper.prev(".nervion-week-summary");
	if (!$week.length) $week = $(`<div class="nervion-week-summary mb-3"></div>`).insertBefore(field.$wrapper);
	const rows = WEEKDAYS.map((day) => {
		const shifts = (frm.doc.shifts || []).filter((shift) => shift.weekday === day);
		return `<tr><th scope="row">${__(day)}</th><td>${shifts.length ? escaped(hours_of(shifts)) : `<span class="text-muted">${__("Closed")}</span>`}</td></tr>`;
	});
	$week.html(`<table class="nervion-week" aria-label="${__("The week")}">${rows.join("")}</table>`);
}

function hours_of(shifts) {
	const clock = (time) => (time || "").replace(/^(\d):/, "0$1:").slice(0, 5);
	// midnight at the end of the day is written 24:00
	const end = (time) => (clock(time) === "00:00" ? "24:00" : clock(time));
	return shifts
		.map((shift) => `${clock(shift.start_time)} – ${end(shift.end_time)}`)
		.sort()
		.join(", ");
}

function ask_year(frm) {
	const next_year = moment().year() + 1;
	frappe.prompt(
		[{ fieldname: "year", fieldtype: "Int", label: __("Year"), default: next_year, reqd: 1 }],
		({ year }) =>
			frappe.xcall(ADD_HOLIDAYS, { calendar: frm.doc.name, year }).then((added) => {
				frappe.show_alert({ message: __("{0} official days of {1} were added", [added, year]), indicator: "green" });
				frm.reload_doc();
			}),
		__("Add Official Holidays"),
		__("Add")
	);
}
