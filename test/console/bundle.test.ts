/** What the page weighs: the first load stays small, and the heavy drawing comes only when it is looked at. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { buildConsole } from './browser.ts';

const built = join(import.meta.dirname, '../../dist/console');
const most = 220 * 1024;

beforeAll(buildConsole);

function chunk(name: string): Buffer {
	const file = readdirSync(join(built, 'assets')).find(
		(one) => one.startsWith(`${name}-`) && one.endsWith('.js'),
	);
	return readFileSync(join(built, 'assets', file ?? ''));
}

it('the first chunk is within its budget', () => {
	expect(gzipSync(chunk('index')).length).toBeLessThan(most);
});

it('the drawing of graphs and curves is in chunks of its own', () => {
	expect(chunk('picture').includes('sigma')).toBe(true);
	expect(chunk('index').includes('sigma')).toBe(false);
	expect(chunk('index').includes('uplot')).toBe(false);
	expect(chunk('uPlot.esm').includes('uplot')).toBe(true);
});

it('every address in the page is relative, for a proxy that serves it beneath a path', () => {
	const page = readFileSync(join(built, 'index.html'), 'utf8');
	const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1]!);
	expect(addresses.length).toBeGreaterThan(2);
	for (const address of addresses) expect(address).toMatch(/^\.\//);
});
