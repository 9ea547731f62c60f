/**
 * Puts the program into few files, with the packages that it uses: to open and link seven hundred modules takes a node longer
 * than everything else of its start. Without them, or where a file that went into them has changed since (inputs.json), the
 * source is run, which only takes longer.
 *
 *   --mode program    all of it, in dist/program
 *   --mode guard      `guard run` in dist/guard: CommonJS, for which Node.js needs no loader of modules in the supervisor's
 *                     thread, a fifth of the start; the program itself waits for WebAssembly where it begins, and cannot be
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { licences } from '../../scripts/licences.ts';

const root = join(import.meta.dirname, '../..');
const profiles = join(root, 'src/guard/profiles');
const thread = /threadFile\("([^"]+)", import\.meta\.url\)/g;
const require = 'createRequire(import.meta.url)';
/** They look from where they are, and find the same in dist/program. */
const placed = ['src/world/installed.ts', 'src/guard/policies.ts'];

/** What other verbs and options of the guard need: main.ts reads them, and dist/guard never comes there. */
const others = /\/guard-(?:review|doctor|import|open)\.ts$/;

/** With the threads and the other files that the modules need beside them. */
function complete(): Plugin {
	return {
		name: 'sallyport-program',
		transform(code, id) {
			const path = relative(root, id);
			if (!path.startsWith('src/')) return;
			for (const [, source] of code.matchAll(thread)) {
				const fileName = `${basename(source!, '.ts')}.js`;
				this.emitFile({ type: 'chunk', id: join(dirname(id), source!), fileName });
			}
			if (placed.includes(path)) return;
			if (code.replaceAll(thread, '').replaceAll(require, '').includes('import.meta'))
				this.error(`${path} looks from where it is, which is elsewhere in dist/program`);
		},
		generateBundle({ format }) {
			const emit = (fileName: string, source: string): void => {
				this.emitFile({ type: 'asset', fileName, source });
			};
			const own = [...this.getModuleIds()].filter((path) => path.startsWith(join(root, 'src/')));
			const inputs = [...own, join(root, 'package-lock.json')];
			const times = inputs.map((path) => [relative(root, path), statSync(path).mtimeMs]);
			emit('inputs.json', JSON.stringify(times));
			if (format === 'cjs') emit('package.json', '{ "type": "commonjs" }\n');
			for (const name of readdirSync(profiles))
				emit(`profiles/${name}`, readFileSync(join(profiles, name), 'utf8'));
		},
	};
}

export default defineConfig(({ mode }) => {
	const [format, entries] =
		mode === 'guard' ? (['cjs', ['quick']] as const) : (['es', ['main', 'quick']] as const);
	return {
		root,
		publicDir: false,
		plugins: [complete(), licences()],
		ssr: { target: 'node', noExternal: true, external: ['koffi'] },
		build: {
			ssr: true,
			outDir: `dist/${mode}`,
			emptyOutDir: true,
			target: 'node26',
			minify: false,
			rollupOptions: {
				external: (id) => mode === 'guard' && others.test(id),
				input: entries.map((name) => join(import.meta.dirname, `${name}.ts`)),
				output: { format, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
			},
		},
	};
});
