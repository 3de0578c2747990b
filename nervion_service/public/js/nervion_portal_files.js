// Photographs and documents that a customer chooses: shown, removable, checked for size, large photographs made smaller.

export const MEGABYTE = 1024 * 1024;
const KINDS = /^(image\/(jpeg|png|webp|hei[cf])|application\/pdf)$/;
const ENDINGS = /\.(jpe?g|png|webp|hei[cf]|pdf)$/i;
// enough to read a batch number from a photograph of a lid
const LONGEST_SIDE = 2560;
const SMALL_ENOUGH = 1.5 * MEGABYTE;

export class FilePicker {
	/** `say` gives the words, `complain` shows one. */
	constructor(element, say, complain) {
		this.element = element;
		this.say = say;
		this.complain = complain;
		this.chosen = [];
		this.working = Promise.resolve();
		this.inputs = [...element.querySelectorAll("input[type=file]")];
		this.name = this.inputs[0].name;
		this.list = element.querySelector(".nv-picked");
		this.inputs.forEach((input) => input.addEventListener("change", () => this.take(input)));
	}

	/** Resolves when every photograph is ready to be sent. */
	ready() {
		return this.working;
	}

	/** Whether the form does not ask for these files now. */
	is_off() {
		return this.inputs[0].matches(":disabled");
	}

	take(input) {
		const files = [...input.files];
		// the same file may be chosen again after it was removed
		input.value = "";
		this.working = this.working.then(async () => {
			for (const file of files) await this.add(file);
			this.show();
		});
	}

	async add(file) {
		const problem = this.problem_before(file);
		if (problem) return this.complain(problem);
		const prepared = await smaller(file);
		const total = [...this.chosen, prepared].reduce((sum, one) => sum + one.size, 0);
		if (prepared.size > this.limit("mb") * MEGABYTE) {
			return this.complain(this.say("too_large", file.name, this.limit("mb")));
		}
		if (total > this.limit("total") * MEGABYTE) {
			return this.complain(this.say("too_much", this.limit("total")));
		}
		this.chosen.push(prepared);
	}

	problem_before(file) {
		if (this.chosen.length >= this.limit("files")) return this.say("too_many", this.limit("files"));
		if (!KINDS.test(file.type) && !ENDINGS.test(file.name)) return this.say("wrong_kind", file.name);
		return "";
	}

	limit(name) {
		return Number(this.element.dataset[name]);
	}

	show() {
		this.list.replaceChildren(...this.chosen.map((file) => this.row(file)));
	}

	row(file) {
		const row = document.createElement("li");
		if (/^image\/(jpeg|png|webp)$/.test(file.type)) {
			const picture = document.createElement("img");
			picture.src = URL.createObjectURL(file);
			picture.alt = file.name;
			row.append(picture);
		} else {
			const icon = document.createElement("span");
			icon.className = "nv-file-icon";
			icon.textContent = file.name.split(".").pop().toUpperCase();
			row.append(icon);
		}
		const title = document.createElement("span");
		title.className = "nv-file-title";
		title.textContent = file.name;
		const remove = document.createElement("button");
		remove.type = "button";
		remove.textContent = this.say("remove");
		remove.setAttribute("aria-label", `${this.say("remove")} ${file.name}`);
		remove.addEventListener("click", () => {
			this.chosen = this.chosen.filter((one) => one !== file);
			this.show();
			// with one file less it is another message than the one that was tried to be sent
			this.element.dispatchEvent(new Event("change", { bubbles: true }));
		});
		row.append(title, remove);
		return row;
	}
}

/** A large photograph as a JPEG that a telephone's line can carry; anything else as it is. */
async function smaller(file) {
	if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= SMALL_ENOUGH) return file;
	try {
		const picture = await createImageBitmap(file);
		const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
		const canvas = document.createElement("canvas");
		canvas.width = Math.round(picture.width * scale);
		canvas.height = Math.round(picture.height * scale);
		canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
		const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
		if (!blob || blob.size >= file.size) return file;
		return new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
	} catch {
		// a picture that this browser cannot open is sent as it is; the server looks into it
		return file;
	}
}
