// What this phone still keeps of visits that take no more from it: what became of them, and the ways out of it.
import { drafts, photographs, random_id } from "./visit_store.js";

const WHEREABOUTS = "nervion_service.services.visits.field_notes.whereabouts";
export const NOTE = "nervion_service.services.visits.field_notes.leave_note";
const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

// by its number, the sentence about each visit that is kept here and is not on the list any more
export async function what_became(listed) {
	const known = new Set(listed.map((one) => one.name));
	const visits = drafts.visits().map((one) => one.name).filter((name) => !known.has(name));
	return visits.length ? frappe.xcall(WHEREABOUTS, { visits }) : {};
}

export function left_card(visit, became) {
	return `<article class="nervion-visit-card is-left">
		<div class="nervion-visit-when">${escaped(nervion_service.words.moment(visit.scheduled_from))}
			<span class="indicator-pill no-indicator-dot orange">${__("Not sent yet")}</span></div>
		<h3>${escaped(visit.party_name || visit.subject)}</h3>
		<p>${escaped(visit.subject)}</p>
		<p><strong>${escaped(became)}</strong> ${__("What you wrote is kept on this phone only.")}</p>
		<div class="nervion-visit-actions">
			<button class="btn btn-default" data-open="${escaped(visit.name)}">${__("Look at It")}</button>
			<button class="btn btn-default" data-discard="${escaped(visit.name)}">${__("Discard")}</button>
			<button class="btn btn-primary" data-note="${escaped(visit.name)}">${__("Hand to the Office as a Note")}</button></div>
	</article>`;
}

// [{ id, values, files }]: the same ones at every attempt, so that each counts once; the words go with the first photographs
export async function parts_of_note(name, { signature, ...words }, at_once) {
	const draft = drafts.read(name);
	const mark = draft.note || random_id();
	drafts.write(name, { ...draft, note: mark });
	const files = await photographs.of(name);
	if (signature) files.unshift({ name: "firma", blob: as_blob(signature) });
	const parts = [];
	do {
		parts.push({ id: `${mark}-${parts.length}`, values: parts.length ? {} : words, files: files.splice(0, at_once) });
	} while (files.length);
	return parts;
}

export async function discard(name) {
	const kept = await photographs.of(name);
	await photographs.forget(kept.map((one) => one.id));
	drafts.forget(name);
}

function as_blob(address) {
	const [head, content] = address.split(",");
	const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
	return new Blob([bytes], { type: head.slice(5).split(";")[0] });
}
