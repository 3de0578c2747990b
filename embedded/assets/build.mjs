// Builds every *.bundle.{js,ts,css,scss} of the bench's apps with esbuild.
//
//     node build.mjs BENCH APP [APP …]
//
// Sources are read from BENCH/apps/APP/APP/public; everything written goes to BENCH/sites/assets: the bundles to
// dist/APP, a link to each app's public folder, and assets.json, in which Frappe looks a bundle's address up.
import { existsSync, statSync } from "node:fs";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import autoprefixer from "autoprefixer";
import * as esbuild from "esbuild";
import vuePlugin from "esbuild-plugin-vue3";
import glob from "fast-glob";
import postcss from "postcss";
import * as sass from "sass";

const [bench, ...apps] = process.argv.slice(2);
const packages = path.join(path.dirname(fileURLToPath(import.meta.url)), "node_modules");
const served = path.join(bench, "sites", "assets");
const publicOf = (app) => path.join(bench, "apps", app, app, "public");

// Where an import that names no file may begin: a package, or an app ("frappe/public/scss/…").
const roots = [packages, ...apps.map((app) => path.join(bench, "apps", app))];
const KINDS = { js: [".js", ".ts", ".jsx"], css: [".css", ".scss", ".sass"] };
const FILES = [".woff", ".woff2", ".ttf", ".eot", ".svg", ".png", ".jpg", ".gif"];

const isFile = (file) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

function locate(request) {
	const wanted = request.replace(/^~/, "");
	for (const root of roots) {
		const whole = path.join(root, wanted);
		const partial = path.join(path.dirname(whole), `_${path.basename(whole)}`);
		const spellings = [whole, `${whole}.scss`, `${whole}.css`, `${partial}.scss`, partial];
		const found = spellings.find((name) => path.extname(name) && isFile(name));
		if (found) return found;
	}
	return null;
}

// import "./list.html" makes frappe.templates.list of it
const htmlTemplates = {
	name: "html-templates",
	setup({ onLoad }) {
		onLoad({ filter: /\.html$/ }, async ({ path: file }) => {
			const text = await readFile(file, "utf8");
			// Frappe's own build puts templates between backticks, where \' is a mere quote
			const tight = text
				.replace(/<!--[\s\S]*?-->/g, "")
				.replace(/\s+/g, " ")
				.replace(/\\'/g, "'");
			const name = JSON.stringify(path.basename(file, ".html"));
			return { contents: `frappe.templates[${name}] = ${JSON.stringify(tight)};`, loader: "js" };
		});
	},
};

// What is already an address on the site, or a path nobody can find, is left as it is written.
const siteAddresses = {
	name: "site-addresses",
	setup({ onResolve }) {
		onResolve({ filter: /^(\/assets|https?:|data:)/ }, ({ path: address }) => ({ path: address, external: true }));
		onResolve({ filter: /.*/ }, ({ kind, path: address, resolveDir }) => {
			if (kind !== "url-token") return undefined;
			const file = path.resolve(resolveDir, address.replace(/[?#].*$/, ""));
			return isFile(file) ? { path: file } : { path: address, external: true };
		});
	},
};

const styleSheets = {
	name: "style-sheets",
	setup({ onLoad, onResolve }) {
		onResolve({ filter: /^(~|frappe\/)/ }, ({ path: request }) => {
			const found = locate(request);
			return found ? { path: found } : undefined;
		});
		onLoad({ filter: /\.s[ac]ss$/ }, async ({ path: file }) => {
			const compiled = sass.compile(file, {
				importers: [{ findFileUrl: (request) => (locate(request) ? pathToFileURL(locate(request)) : null) }],
				loadPaths: [path.dirname(file), ...roots],
				logger: sass.Logger.silent,
				quietDeps: true,
			});
			const { css } = await postcss([autoprefixer]).process(compiled.css, { from: file });
			return { contents: css, loader: "css", resolveDir: path.dirname(file) };
		});
	},
};

// a package's plugin may come as the module itself or as its default
const vue = (vuePlugin.default ?? vuePlugin)();
const plugins = {
	js: [htmlTemplates, siteAddresses, vue],
	css: [siteAddresses, styleSheets],
};

async function buildKind(app, kind, sources) {
	const stem = (file) => path.basename(file, path.extname(file));
	const { metafile } = await esbuild.build({
		absWorkingDir: bench,
		entryPoints: Object.fromEntries(sources.map((file) => [`${kind}/${stem(file)}`, file])),
		outdir: path.join(served, "dist", app),
		entryNames: "[dir]/[name].[hash]",
		bundle: true,
		minify: true,
		sourcemap: true,
		metafile: true,
		preserveSymlinks: true,
		target: ["es2017"],
		logLevel: "error",
		nodePaths: roots,
		define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" },
		loader: Object.fromEntries(FILES.map((ending) => [ending, "file"])),
		plugins: plugins[kind],
	});
	const built = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint);
	return built.map(([file, { entryPoint }]) => [
		`${stem(entryPoint)}.${kind}`,
		`/assets/${path.relative(served, path.join(bench, file)).split(path.sep).join("/")}`,
	]);
}

async function link(target, place) {
	await rm(place, { force: true, recursive: true });
	await symlink(target, place);
}

async function buildApp(app) {
	if (!existsSync(publicOf(app))) return [];
	await link(publicOf(app), path.join(served, app));
	const found = await glob("**/*.bundle.{js,ts,jsx,css,scss,sass}", {
		cwd: publicOf(app),
		absolute: true,
		ignore: ["dist/**", "**/node_modules/**"],
	});
	const entries = [];
	for (const [kind, endings] of Object.entries(KINDS)) {
		const sources = found.filter((file) => endings.includes(path.extname(file))).sort();
		if (sources.length) entries.push(...(await buildKind(app, kind, sources)));
		console.log(`${app}: ${sources.length} ${kind} bundles`);
	}
	return entries;
}

async function publish(name, value) {
	const fresh = path.join(served, `${name}.new`);
	await writeFile(fresh, JSON.stringify(value, null, 1));
	await rename(fresh, path.join(served, name));
}

await rm(path.join(served, "dist"), { force: true, recursive: true });
await mkdir(served, { recursive: true });
const manifest = [];
for (const app of apps) manifest.push(...(await buildApp(app)));
// a few scripts (the code editor, the bar code reader) are fetched from here when they are first needed
await link(packages, path.join(publicOf("frappe"), "node_modules"));
await publish("assets.json", Object.fromEntries(manifest));
await publish("assets-rtl.json", {}); // no language of this product is written from right to left
console.log(`${manifest.length} bundles in all`);
