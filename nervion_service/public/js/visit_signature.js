// A box to sign in with a finger, a pen or a mouse; gives the picture that Frappe's own Signature field stores.

export class SignatureBox {
	constructor(canvas, changed) {
		this.canvas = canvas;
		this.changed = changed;
		this.pen = canvas.getContext("2d");
		this.clear();
		canvas.addEventListener("pointerdown", (event) => this.begin(event));
		canvas.addEventListener("pointermove", (event) => this.draw(event));
		["pointerup", "pointercancel", "pointerleave"].forEach((name) => canvas.addEventListener(name, () => this.end()));
	}

	clear() {
		// ink on white, also where the desk is dark: it is printed
		this.pen.fillStyle = "#fff";
		this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
		Object.assign(this.pen, { strokeStyle: "#111", lineWidth: 3, lineCap: "round", lineJoin: "round" });
		this.is_empty = true;
	}

	restore(address) {
		if (!address) return;
		const picture = new Image();
		picture.onload = () => this.pen.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height);
		picture.src = address;
		this.is_empty = false;
	}

	begin(event) {
		event.preventDefault();
		this.canvas.setPointerCapture?.(event.pointerId);
		this.is_down = true;
		this.pen.beginPath();
		this.pen.moveTo(...this.at(event));
	}

	draw(event) {
		if (!this.is_down) return;
		event.preventDefault();
		this.pen.lineTo(...this.at(event));
		this.pen.stroke();
		this.is_empty = false;
	}

	end() {
		if (!this.is_down) return;
		this.is_down = false;
		this.changed(this.value());
	}

	at(event) {
		const box = this.canvas.getBoundingClientRect();
		const [wide, high] = [this.canvas.width / box.width, this.canvas.height / box.height];
		return [(event.clientX - box.left) * wide, (event.clientY - box.top) * high];
	}

	value() {
		return this.is_empty ? "" : this.canvas.toDataURL("image/png");
	}
}
