import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, violation } from './imports.ts';

const root = resolve(import.meta.dirname, '../..');
const sources = list('src').filter((path) => /\.tsx?$/.test(path));

function list(folder: string): string[] {
	return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function resolved(from: string, specifier: string): string {
	return relative(root, resolve(root, dirname(from), specifier));
}

describe('who may import whom', () => {
	const violations: string[] = [];
	let seen = 0;
	const graph = new Map<string, string[]>();
	for (const path of sources) {
		seen++;
		const targets: string[] = [];
		for (const { specifier, typeOnly } of importsOf(path, readFileSync(join(root, path), 'utf8'))) {
			const to = resolved(path, specifier);
			const found = violation(path, specifier, to, typeOnly);
			if (found !== undefined) violations.push(found);
			if (specifier.startsWith('.') && !typeOnly) targets.push(to);
		}
		graph.set(path, targets);
	}

	it('reads every source file', () => {
		expect(seen).toBeGreaterThan(40);
		expect(seen).toBe(sources.length);
	});

	it('keeps the table', () => {
		expect(violations).toEqual([]);
	});

	it('has no circles', () => {
		expect(circles(graph)).toEqual([]);
	});

	it('finds planted violations', () => {
		const planted: [string, string, string, boolean][] = [
			['src/networks/gnutella/route.ts', "import '../edonkey/index.ts'", '../edonkey/index.ts', false],
			[
				'src/networks/gnutella/route.ts',
				"import type { Node } from '../../node/node.ts'",
				'../../node/node.ts',
				true,
			],
			['src/networks/gnutella/route.ts', "import { connect } from 'node:net'", 'node:net', false],
			['src/networks/gnutella/wire/query.ts', "import { Route } from '../route.ts'", '../route.ts', false],
			[
				'src/defence/query-flood.ts',
				"export { x } from '../networks/gnutella/route.ts'",
				'../networks/gnutella/route.ts',
				false,
			],
			['src/library/scan.ts', "await import('../node/node.ts')", '../node/node.ts', false],
			[
				'src/console/App.tsx',
				"import { Status } from '../node/api/schemas.ts'",
				'../node/api/schemas.ts',
				false,
			],
		];
		for (const [path, text, specifier, typeOnly] of planted) {
			const imports = importsOf(path, text);
			expect(imports.map((one) => one.specifier)).toEqual([specifier]);
			expect(imports[0]?.typeOnly).toBe(typeOnly);
			expect(violation(path, specifier, resolved(path, specifier), typeOnly), text).toBeTypeOf('string');
		}
		expect(
			circles(
				new Map([
					['a', ['b']],
					['b', ['c']],
					['c', ['a']],
				]),
			),
		).toHaveLength(1);
	});
});

describe('the size of files', () => {
	it('is at most 300 lines, unless a line says why', () => {
		const long = [...sources, ...list('test'), ...list('bench'), ...list('fuzz'), ...list('scripts')]
			.filter((path) => /\.(tsx?|js)$/.test(path))
			.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
			.filter(
				({ text }) => text.split('\n').length > 301 && !/^(\/\/| \*) Longer than 300 lines: \w/m.test(text),
			)
			.map(({ path }) => path);
		expect(long).toEqual([]);
	});
});

describe('clock, timers and chance', () => {
	const outside =
		/\b(Date\.now|new Date\(\)|setTimeout|setInterval|setImmediate|Math\.random|performance\.now|crypto\.random\w+|randomBytes|randomUUID|queueMicrotask)\b/;
	const free =
		/^src\/((world|node|cli|console|transfer|library)\/|watch\/analysis\/analysis-thread\.ts|guard\/(run|supervising)\.ts)/;

	it('come from the world in networks and defences', () => {
		const found = sources
			.filter((path) => !free.test(path))
			.filter((path) => outside.test(withoutComments(readFileSync(join(root, path), 'utf8'))));
		expect(found).toEqual([]);
		expect(outside.test('const x = Date.now();')).toBe(true);
	});
});

describe('folders', () => {
	it('are made by the one function that ends whatever the path: Node.js turns for ever below /proc', () => {
		const found = sources
			.filter((path) => path !== 'src/world/folder.ts')
			.filter((path) => /\bmkdir(Sync)?\(/.test(withoutComments(readFileSync(join(root, path), 'utf8'))));
		expect(found).toEqual([]);
	});
});

function withoutComments(text: string): string {
	return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}

/** Circles of value imports, each as the path from a file back to itself. */
function circles(graph: Map<string, string[]>): string[] {
	const found: string[] = [];
	const state = new Map<string, 'open' | 'done'>();
	const visit = (path: string, trail: string[]): void => {
		if (state.get(path) === 'done') return;
		if (state.get(path) === 'open') {
			found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
			return;
		}
		state.set(path, 'open');
		for (const to of graph.get(path) ?? []) visit(to, [...trail, path]);
		state.set(path, 'done');
	};
	for (const path of graph.keys()) visit(path, []);
	return found;
}
