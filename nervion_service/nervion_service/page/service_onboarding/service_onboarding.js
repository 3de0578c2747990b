// Setting up, step by step: each step knows by itself whether it is done.
frappe.pages["service-onboarding"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Setting Up"), single_column: true });
	const $shown = $('<div class="nervion-onboarding"></div>').appendTo(page.main);
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

	const step = (one, number, all) => `
		<li class="${one.is_done ? "done" : ""}">
			<span class="tick" aria-hidden="true">${one.is_done ? "✓" : number + 1}</span>
			<div>
				<h5>${escaped(one.title)} <span class="indicator-pill ${one.is_done ? "green" : "orange"}">${
		one.is_done ? __("Ready") : __("To do")
	}</span></h5>
				<p>${escaped(one.text)}</p>
				${one.is_done ? "" : `<p class="missing">${escaped(one.missing)}</p>`}
				<a class="btn btn-sm ${one === all.find((other) => !other.is_done) ? "btn-primary" : "btn-default"}" href="${escaped(one.route)}">${
		one.is_done ? __("Look") : __("Do it")
	}</a>
				${
					!one.is_done && one.may_confirm
						? `<button class="btn btn-sm btn-default" data-confirm="${escaped(one.code)}">${__("It is right as it is")}</button>`
						: ""
				}
			</div>
		</li>`;

	async function show() {
		const { steps, done, total } = await frappe.xcall("nervion_service.services.onboarding.get");
		$shown.html(`
			<p class="lead">${done === total ? __("Everything is set up.") : __("{0} of {1} steps are done.", [done, total])}</p>
			<div class="progress" role="progressbar" aria-valuenow="${done}" aria-valuemin="0" aria-valuemax="${total}"
				aria-label="${__("Setting Up")}"><div class="progress-bar" style="width: ${(100 * done) / total}%"></div></div>
			<ol>${steps.map(step).join("")}</ol>
			<p><a href="/app/service-settings">${__("Is everything ticking? See the state of the service.")}</a></p>`);
	}

	$shown.on("click", "[data-confirm]", async ({ currentTarget }) => {
		await frappe.xcall("nervion_service.services.onboarding.confirm", { code: currentTarget.dataset.confirm });
		show();
	});
	page.set_primary_action(__("Refresh"), show, "refresh");
	// what was done on another page shows when one comes back
	wrapper.nervion_show = show;
};

frappe.pages["service-onboarding"].on_page_show = (wrapper) => wrapper.nervion_show();
