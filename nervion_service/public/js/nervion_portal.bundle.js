// Pages for customers. Reading needs none of this; it sends forms without losing a word, and makes photographs small enough.
import { Drafts } from "./nervion_portal_drafts.js";
import { bind_complaint } from "./nervion_portal_complaint.js";
import { FilePicker, MEGABYTE } from "./nervion_portal_files.js";

const words = JSON.parse(document.getElementById("nv-words")?.textContent || "{}");

/** A word of the page in the reader's language, its places {0}, {1} filled. */
function say(key, ...values) {
	return values.reduce((text, value, place) => text.replaceAll(`{${place}}`, value), words[key] || key);
}

class Refusal extends Error {
	constructor(message, { session = false, known = false } = {}) {
		super(message);
		Object.assign(this, { session, known });
	}
}

/**
 * Send `data` (FormData or plain values) to a method of ours; resolves to its message. `progress` hears the share that was sent.
 * Rejects with a Refusal whose message can be shown as it is; `session` says that signing in is what helps, `known` that an earlier
 * sending of this had arrived.
 */
async function post(method, data = {}, progress = null) {
	const body = data instanceof FormData ? data : as_form(data);
	const answer = await carried(method, body, progress);
	const content = as_json(answer.responseText);
	if (answer.status >= 200 && answer.status < 300) return content.message;
	throw refusal(answer, content);
}

/** By XMLHttpRequest, since it alone tells how much of a photograph is on its way. */
function carried(method, body, progress) {
	return new Promise((done, failed) => {
		const request = new XMLHttpRequest();
		request.open("POST", `/api/method/${method}`);
		request.setRequestHeader("Accept", "application/json");
		request.setRequestHeader("X-Frappe-CSRF-Token", window.frappe?.csrf_token || "");
		request.onload = () => done(request);
		request.onerror = request.onabort = () => failed(new Refusal(say("offline")));
		if (progress) request.upload.onprogress = (sent) => progress(sent.loaded / (sent.total || 1));
		request.send(body);
	});
}

function as_json(text) {
	try {
		return JSON.parse(text) || {};
	} catch {
		// a proxy's page
		return {};
	}
}

function as_form(values) {
	const form = new FormData();
	Object.entries(values).forEach(([name, value]) => form.append(name, value ?? ""));
	return form;
}

function refusal(answer, content) {
	// a session that ended is a guest's: no permission, or a token that nobody knows any more
	const ended = content.session_expired || /CSRFTokenError|SessionExpired/.test(content.exc_type || "");
	if (ended || answer.status === 401 || (answer.status === 403 && signed_out())) {
		return new Refusal(say("session"), { session: true });
	}
	return new Refusal(told(content) || say("failed"), { known: answer.status === 409 });
}

function signed_out() {
	return !/(?:^|; )user_id=(?!Guest)[^;]+/.test(document.cookie);
}

/** What the server said, as plain text: its messages carry markup for bold words. */
function told(content) {
	try {
		const last = JSON.parse(content._server_messages || "[]").map((one) => JSON.parse(one).message);
		const page = new DOMParser().parseFromString(last.join("\n"), "text/html");
		return page.body.textContent.trim();
	} catch {
		return "";
	}
}

// Forms --------------------------------------------------------------------------------------------------------

/** Tell something above a form's buttons; `action` is {label, href} or {label, run}. */
function tell(form, text, { error = false, action = null } = {}) {
	const news = form.querySelector("[data-nv-news]");
	if (!news) return;
	news.replaceChildren();
	news.classList.toggle("nv-error", error);
	if (!text) return;
	const line = document.createElement("p");
	line.textContent = text;
	news.append(line);
	if (action) news.append(button_of(action));
	if (error) news.scrollIntoView({ block: "center", behavior: "smooth" });
}

function button_of({ label, href, run }) {
	const element = document.createElement(href ? "a" : "button");
	element.className = "nv-button nv-plain";
	element.textContent = label;
	if (href) element.href = href;
	else {
		element.type = "button";
		element.addEventListener("click", run);
	}
	return element;
}

/**
 * Let a form be sent by script: <form data-nv-send="dotted.method" data-nv-draft="key">.
 * `done(answer, form)` says what comes then; without it the page named by data-nv-then opens, or the page reloads.
 */
function bind(form, done = go_on) {
	const drafts = form.dataset.nvDraft ? new Drafts(form, form.dataset.nvDraft) : null;
	const complain = (text) => tell(form, text, { error: true });
	const pickers = [...form.querySelectorAll("[data-nv-picker]")].map(
		(picker) => new FilePicker(picker, say, complain)
	);
	bind_safety(form);
	bind_complaint(form, { post, say, tell });
	if (drafts?.restore()) {
		const notice = [say("restored"), drafts.had_files ? say("files_again") : ""].join(" ").trim();
		tell(form, notice, { action: { label: say("discard"), run: () => start_over(form, drafts) } });
	}
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (form.dataset.nvBusy) return;
		await send(form, { drafts, pickers, done, pressed: event.submitter });
	});
}

async function send(form, { drafts, pickers, done, pressed }) {
	set_busy(form, true);
	tell(form, say("sending"));
	try {
		await Promise.all(pickers.map((picker) => picker.ready()));
		const data = new FormData(form);
		const size = add_files(data, pickers);
		if (pressed?.name) data.append(pressed.name, pressed.value);
		if (drafts) data.append("key", drafts.key_of_sending());
		const answer = await post(form.dataset.nvSend, data, size ? (share) => tell_progress(form, share) : null);
		drafts?.forget();
		done(answer, form);
	} catch (error) {
		drafts?.keep(pickers.some((picker) => picker.chosen.length));
		if (error.known) drafts?.begin_anew();
		set_busy(form, false);
		if (!(error instanceof Refusal)) throw error;
		tell(form, error.message, { error: true, action: error.session ? way_back_in() : null });
	}
}

/** Put what was chosen into `data`; returns how many bytes. Together they have to fit into one sending. */
function add_files(data, pickers) {
	let size = 0;
	pickers.forEach((picker) => data.delete(picker.name));
	pickers
		.filter((picker) => !picker.is_off())
		.forEach((picker) => {
			picker.chosen.forEach((file) => {
				size += file.size;
				data.append(picker.name, file, file.name);
			});
			if (size > picker.limit("total") * MEGABYTE) throw new Refusal(say("too_much", picker.limit("total")));
		});
	return size;
}

function tell_progress(form, share) {
	const line = form.querySelector("[data-nv-news] p");
	if (line) line.textContent = share < 1 ? say("uploading", Math.floor(share * 100)) : say("sending");
}

function way_back_in() {
	const here = encodeURIComponent(location.pathname + location.search);
	return { label: say("sign_in"), href: `/login?redirect-to=${here}` };
}

function go_on(answer, form) {
	const then = form.dataset.nvThen;
	if (then) location.assign(then.replace("{0}", encodeURIComponent(answer?.token ?? answer?.folio ?? answer ?? "")));
	else location.reload();
}

function start_over(form, drafts) {
	drafts.forget();
	form.reset();
	tell(form, "");
	form.dispatchEvent(new Event("change", { bubbles: true }));
}

function set_busy(form, busy) {
	if (busy) form.dataset.nvBusy = "1";
	else delete form.dataset.nvBusy;
	form.querySelectorAll("button[type=submit]").forEach((button) => (button.disabled = busy));
}

/** Show what to do at once as soon as somebody says that people were hurt (K1). */
function bind_safety(form) {
	const question = form.querySelector("[data-nv-safety]");
	const danger = question?.querySelector("[data-nv-danger]");
	if (!danger) return;
	const follow = () => {
		danger.hidden = !question.querySelector("input[value=Yes]:checked");
		const product = form.elements.product?.value.trim();
		danger.querySelectorAll("[data-nv-sheet]").forEach((sheet) => {
			sheet.hidden = ![sheet.dataset.nvSheet, sheet.dataset.nvItem].includes(product);
		});
	};
	form.addEventListener("change", follow);
	form.addEventListener("nv-restored", follow);
	follow();
}

window.nervion_portal = { post, say, tell, bind, Refusal };
document.querySelectorAll("form[data-nv-send]").forEach((form) => bind(form));

// What a guest keeps: the link of the tracking page
document.querySelectorAll("[data-nv-copy]").forEach((button) => {
	button.addEventListener("click", async () => {
		try {
			await navigator.clipboard.writeText(button.dataset.nvCopy);
			button.textContent = button.dataset.nvCopied;
		} catch {
			// a browser that does not let pages copy: the link stands above the button and is marked for copying by hand
			window.getSelection().selectAllChildren(document.querySelector(".nv-address"));
		}
	});
});
