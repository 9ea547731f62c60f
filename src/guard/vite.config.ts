/**
 * Puts `guard run` into few files in dist/guard: opening and linking some seventy modules takes longer than what they
 * do. It is CommonJS, for which Node.js needs no loader of modules in the supervisor's thread. Without it, or where a
 * file that went into it has changed since (inputs.json), the source is run, which only takes longer.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const root = join(import.meta.dirname, '../..');
/** They find other files from where they are; in dist/guard they find the same, which lie there too. */
const placed = ['src/guard/thread.ts', 'src/guard/policies.ts', 'src/guard/kernel/calls.ts'];

/** What other verbs and options of the command need. They never come here: main.ts reads them. */
const others = /\/guard-(?:review|doctor|import|open)\.ts$/;

function complete(): Plugin {
	return {
		name: 'sallyport-guard',
		transform(code, id) {
			const path = relative(root, id);
			if (path.startsWith('src/') && code.includes('import.meta') && !placed.includes(path))
				this.error(`${path} looks from where it is, which is elsewhere in dist/guard`);
		},
		generateBundle() {
			const emit = (fileName: string, source: string): void => {
				this.emitFile({ type: 'asset', fileName, source });
			};
			const inputs = [...this.getModuleIds()].filter((path) => path.startsWith(join(root, 'src/')));
			const times = inputs.map((path) => [relative(root, path), statSync(path).mtimeMs]);
			emit('inputs.json', JSON.stringify(times));
			emit('package.json', '{ "type": "commonjs" }\n');
			const profiles = join(import.meta.dirname, 'profiles');
			for (const name of readdirSync(profiles))
				emit(`profiles/${name}`, readFileSync(join(profiles, name), 'utf8'));
		},
	};
}

export default defineConfig({
	root,
	publicDir: false,
	plugins: [complete()],
	ssr: { target: 'node', noExternal: ['ipaddr.js'] },
	build: {
		ssr: true,
		outDir: 'dist/guard',
		emptyOutDir: true,
		target: 'node26',
		minify: false,
		rollupOptions: {
			external: (id) => others.test(id),
			input: {
				quick: join(root, 'src/cli/quick.ts'),
				'supervisor-thread': join(import.meta.dirname, 'supervisor-thread.ts'),
			},
			output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
		},
	},
});
