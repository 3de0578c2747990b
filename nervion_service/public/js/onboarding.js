// While something is still to be set up, the workspaces of the service say so to administrators, and lead there.
const ADMINISTRATORS = ["Service Administrator", "System Manager"];
const ours = () => {
	const [kind, name] = frappe.get_route() || [];
	return kind === "Workspaces" && (frappe.boot.allowed_workspaces || []).some(
		(workspace) => workspace.name === name && workspace.module === "Nervion Service"
	);
};

let known = null;

async function remind() {
	if (!ours() || (known && known.done === known.total)) return;
	known = await frappe.xcall("nervion_service.services.onboarding.get");
	$(".nervion-onboarding-reminder").remove();
	if (known.done === known.total || !ours()) return;
	const next = known.steps.find((step) => !step.is_done);
	const words = __("Setting up: {0} of {1} steps are done. Next: {2}", [known.done, known.total, next.title]);
	$(`<a class="nervion-onboarding-reminder" href="/app/service-onboarding"></a>`)
		.text(words)
		.prependTo($("#page-Workspaces .layout-main-section"));
}

$(document).on("app_ready", () => {
	if (!ADMINISTRATORS.some((role) => frappe.user.has_role(role))) return;
	frappe.router.on("change", remind);
	remind();
});
