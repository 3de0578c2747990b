// Frappe opens a list from a number card of a DocType, but nothing from one whose number comes from a method.
const REPORT_OF_CARD = { "Answered in Time": "Service Indicators" };

const card_of = (target) => target.closest("[number_card_name] .number-widget-box .widget-body") && target.closest("[number_card_name]").getAttribute("number_card_name");

$(document).on("click", "[number_card_name] .number-widget-box .widget-body", ({ currentTarget }) => {
	const report = REPORT_OF_CARD[card_of(currentTarget)];
	if (report) frappe.set_route("query-report", report);
});

// What counts "mine" opens with the same filter: Frappe leaves the filters out that name the user. Before Frappe's own click.
document.addEventListener(
	"click",
	(event) => {
		const name = event.target.closest && card_of(event.target);
		const card = name && frappe.get_doc("Number Card", name);
		if (!card || card.module !== "Nervion Service" || (card.dynamic_filters_json || "[]") === "[]") return;
		event.stopPropagation();
		const filters = frappe.dashboard_utils.get_all_filters({ ...card });
		frappe.route_options = Object.fromEntries(
			filters.map(([, field, operator, value]) => [field, operator === "=" ? value : [operator, value]])
		);
		frappe.set_route("List", card.document_type, "List");
	},
	true
);

// A figure that is judged has the colour of its verdict, and none where there is no data; the card's own colour would call anything good.
const COLOUR_OF_VERDICT = { Met: "var(--green-600)", "Partly Met": "var(--orange-600)", Missed: "var(--red-600)" };
const Card = frappe.widget?.widget_factory?.number_card;

if (Card) {
	const { get_number_for_custom_card, render_number } = Card.prototype;
	Card.prototype.get_number_for_custom_card = function (answer) {
		this.service_verdict = answer?.verdict;
		return get_number_for_custom_card.call(this, answer);
	};
	Card.prototype.render_number = async function () {
		await render_number.call(this);
		if (!REPORT_OF_CARD[this.card_doc.name]) return;
		$(this.body).find(".number").css("color", COLOUR_OF_VERDICT[this.service_verdict] || "var(--text-muted)");
	};
}
