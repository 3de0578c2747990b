// Who may do what on this site, and who answers for each role (G18).
frappe.pages["service-roles"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Roles and Permissions"), single_column: true });
	const $shown = $('<div class="nervion-roles"></div>').appendTo(page.main);
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
	const person = ({ user, name, deputy }) =>
		`<a href="/app/user/${encodeURIComponent(user)}">${escaped(name)}</a>` +
		(deputy ? ` <span class="text-muted">(${escaped(__("away, {0} stands in", [deputy]))})</span>` : "");

	const people = (role) => `
		<tr class="${role.answers ? "" : "nobody"}">
			<th scope="row">${escaped(role.label)}</th>
			<td>${escaped(role.sight)}</td>
			<td>${role.holders.map(person).join("<br>") || `<span class="text-muted">${__("Nobody")}</span>`}</td>
			<td><span class="indicator-pill ${role.answers ? "green" : "red"}">${escaped(role.through)}</span>
				<div class="text-muted">${escaped(role.answering.join(", "))}</div></td>
		</tr>`;

	const cells = (doctype, roles) =>
		roles.map((role) => `<td class="letters">${escaped(doctype.cells[role.name]) || "–"}</td>`).join("");

	const matrix = ({ doctypes, roles, actions }) => `
		<p class="text-muted">${actions.map(({ letter, label }) => `<b>${letter}</b> ${escaped(label)}`).join(" · ")}</p>
		<div class="wide" tabindex="0" role="region" aria-label="${__("Permissions")}">
		<table class="table table-bordered">
			<thead><tr><th scope="col">${__("Document")}</th>${roles
				.map((role) => `<th scope="col"><span>${escaped(role.label)}</span></th>`)
				.join("")}</tr></thead>
			<tbody>${doctypes
				.map(
					(doctype) => `<tr><th scope="row">${escaped(doctype.label)}${
						doctype.is_customised ? ` <span class="indicator-pill orange">${__("Changed here")}</span>` : ""
					}</th>${cells(doctype, roles)}</tr>`
				)
				.join("")}</tbody>
		</table></div>`;

	async function show() {
		const found = await frappe.xcall("nervion_service.services.role_matrix.get");
		$shown.html(`
			<h4>${__("People")}</h4>
			<div class="wide" tabindex="0" role="region" aria-label="${__("People")}">
			<table class="table table-bordered people">
				<thead><tr><th scope="col">${__("Role")}</th><th scope="col">${__("Sees")}</th><th scope="col">${__("Held By")}</th>
					<th scope="col">${__("Answers Today")}</th></tr></thead>
				<tbody>${found.roles.map(people).join("")}</tbody>
			</table></div>
			<h4>${__("Permissions")}</h4>${matrix(found)}`);
	}

	page.set_primary_action(__("Refresh"), show, "refresh");
	page.add_inner_button(__("Change Permissions"), () => frappe.set_route("permission-manager"));
	show();
};
