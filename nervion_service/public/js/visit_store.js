// What a technician has written and photographed, kept on the device: words in localStorage, photographs in IndexedDB.

const PREFIX = "nervion-visit:";
const DATABASE = "nervion-visits";
const LONGEST_SIDE = 1600;

const key_of = (visit) => `${PREFIX}${frappe.session.user}:${visit}`;

export const drafts = {
	read(visit) {
		try {
			return JSON.parse(localStorage.getItem(key_of(visit)) || "null");
		} catch {
			return null;
		}
	},

	write(visit, draft) {
		try {
			localStorage.setItem(key_of(visit), JSON.stringify({ ...draft, at: Date.now() }));
			return true;
		} catch {
			// a private window or a full device: said on the screen
			return false;
		}
	},

	forget(visit) {
		localStorage.removeItem(key_of(visit));
	},

	// the visits of which something is kept, as they were when it was written
	visits() {
		const mine = key_of("");
		const names = Object.keys(localStorage).filter((key) => key.startsWith(mine)).map((key) => key.slice(mine.length));
		return names.map((name) => drafts.read(name)?.visit).filter(Boolean);
	},

	// the list itself, so that the page shows something without a signal
	list: {
		read: () => drafts.read("list")?.visits || [],
		write: (visits) => drafts.write("list", { visits }),
	},
};

function opened() {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open(DATABASE, 1);
		request.onupgradeneeded = () => request.result.createObjectStore("photographs", { keyPath: "id" });
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

async function within(mode, work) {
	const database = await opened();
	return new Promise((resolve, reject) => {
		const transaction = database.transaction("photographs", mode);
		const request = work(transaction.objectStore("photographs"));
		transaction.oncomplete = () => {
			database.close();
			resolve(request.result);
		};
		transaction.onerror = () => reject(transaction.error);
	});
}

export const photographs = {
	async of(visit) {
		const all = await within("readonly", (store) => store.getAll());
		return all.filter((one) => one.key === key_of(visit));
	},

	async add(visit, file) {
		const blob = await smaller(file);
		await within("readwrite", (store) => store.put({ id: random_id(), key: key_of(visit), name: file.name, blob }));
	},

	remove: (id) => within("readwrite", (store) => store.delete(id)),

	async forget(ids) {
		for (const id of ids) await photographs.remove(id);
	},
};

export function random_id() {
	return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// a camera's picture is larger than a weak signal carries; what cannot be drawn is sent as it is
async function smaller(file) {
	try {
		const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
		const share = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
		const canvas = document.createElement("canvas");
		canvas.width = Math.round(picture.width * share);
		canvas.height = Math.round(picture.height * share);
		canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
		return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob || file), "image/jpeg", 0.85));
	} catch {
		return file;
	}
}
