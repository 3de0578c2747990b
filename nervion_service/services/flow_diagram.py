"""The living flow diagram as a drawing, a table and a page to print, for whoever may read the cases (K14, S1.17)."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import format_date

from nervion_service.domain import flow_layout, indicators
from nervion_service.services import clock, file_response, flow_data, procedures, wording
from nervion_service.services.flow_data import Flow

# the colours of the desk's indicators, by the style of a workflow state
COLOURS = {
	"Success": "green",
	"Warning": "orange",
	"Danger": "red",
	"Primary": "blue",
	"Info": "blue",
	"Inverse": "gray",
}
# what a box holds of a long name; the rest stands in its title and in the table
_LETTERS = 24
_BODY, _PAGE = "templates/annexes/flow_diagram.html", "templates/annexes/flow_page.html"


@frappe.whitelist()
def get(
	doctype: str, from_date: str | None = None, to_date: str | None = None, company: str | None = None
) -> dict[str, Any]:
	"""The drawing and its table as HTML, for the page `service-flow`. flow_data.flow asks for permission."""
	return {"html": _body(flow_data.flow(doctype, from_date, to_date, company))}


@frappe.whitelist()
def choices() -> list[dict[str, str]]:
	"""The DocTypes that this user may see the flow of."""
	return [{"value": doctype, "label": _(doctype)} for doctype in flow_data.doctypes()]


@frappe.whitelist()
def download(
	doctype: str, from_date: str | None = None, to_date: str | None = None, company: str | None = None
) -> None:
	"""The same as a page to print. flow_data.flow asks for permission."""
	flow = flow_data.flow(doctype, from_date, to_date, company)
	company = company or frappe.db.get_single_value("Service Settings", "default_company")
	page = frappe.render_template(
		_PAGE,
		{
			"language": frappe.local.lang,
			"company": company,
			"title": _title(flow),
			"period": _period(flow),
			"body": _body(flow),
			"footing": procedures.footing(clock.now(), procedures.of_kind(flow.doctype)),
		},
	)
	file_response.show_page(f"{frappe.scrub(doctype)}-flow", page)


def _title(flow: Flow) -> str:
	return _("Flow of {0}").format(_(flow.doctype))


def _period(flow: Flow) -> str:
	return _("{0} to {1}").format(
		format_date(flow.from_date, "d MMM yyyy"), format_date(flow.to_date, "d MMM yyyy")
	)


def _body(flow: Flow) -> str:
	"""Drawing and tables; every name is escaped by the template."""
	drawing = flow_layout.draw(
		[state.name for state in flow.states], [(way.source, way.target) for way in flow.transitions]
	)
	return frappe.render_template(
		_BODY,
		{
			"title": _title(flow),
			"description": _description(flow),
			"drawing": drawing,
			"states": [_state(state, box) for state, box in zip(flow.states, drawing.boxes, strict=True)],
			"ways": [_way(way, line) for way, line in zip(flow.transitions, drawing.lines, strict=True)],
			"period": _period(flow),
		},
	)


def _description(flow: Flow) -> str:
	"""What somebody who cannot see the drawing is told; the tables beside it say the rest."""
	words = _("{0} states and {1} transitions.").format(len(flow.states), len(flow.transitions))
	slowest = next((state for state in flow.states if state.is_bottleneck), None)
	if slowest:
		words += " " + _("Most of the working time passes in {0}.").format(_(slowest.name))
	return words


def _state(state: flow_data.State, box: flow_layout.Box) -> dict:
	name = _(state.name)
	share = None if state.share is None else wording.figure(state.share, indicators.PERCENT)
	return {
		"name": name,
		"short": name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…",
		"colour": COLOURS.get(state.style, "gray"),
		"now": _("{0} now").format(state.now),
		"count": state.now,
		"is_final": state.is_final,
		"median": wording.duration(state.median) if state.median is not None else _("No data"),
		"stays": state.stays,
		"share": share,
		"is_bottleneck": state.is_bottleneck,
		"bottleneck": _("{0} of the working time").format(share) if state.is_bottleneck else "",
		"box": box,
	}


def _way(way: flow_data.Transition, line: flow_layout.Line) -> dict:
	label = ", ".join(_(action) for action in way.actions)
	(x, y), (before_x, before_y) = line.points[-1], line.points[-2]
	return {
		"number": line.number,
		"line": line,
		"points": " ".join(f"{px:g},{py:g}" for px, py in line.points),
		"head": _head(x, y, x - before_x, y - before_y),
		"is_straight": len(line.points) == 2,
		"label": label if len(label) <= _LETTERS else f"{label[: _LETTERS - 1]}…",
		"actions": label,
		"source": _(way.source),
		"target": _(way.target),
		"roles": ", ".join(_(role) for role in way.roles),
		"taken": way.taken,
	}


def _head(x: float, y: float, dx: float, dy: float) -> str:
	"""The corners of an arrow head at (x, y) that points along (dx, dy)."""
	along = (dx > 0) - (dx < 0), (dy > 0) - (dy < 0)
	back_x, back_y = x - along[0] * 7, y - along[1] * 7
	across = along[1] * 4, along[0] * 4
	corners = ((x, y), (back_x + across[0], back_y + across[1]), (back_x - across[0], back_y - across[1]))
	return " ".join(f"{px:g},{py:g}" for px, py in corners)
