import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documented, table } from '../../scripts/document-reasons.ts';
import { reasons } from '../../src/evidence/reasons.ts';

const root = resolve(import.meta.dirname, '../..');

/** Codes that were used once and may never be used again. */
const retired: string[] = [
	// Now defence.disguised.path and .direction, .spaces, .double.
	'defence.hit.evilname',
	'defence.hit.hidden',
	'defence.hit.double',
];

/** Codes that no test here provokes, and why not. */
const unprovoked = new Map([
	['world.listen.failed', 'needs a kernel that fails a socket that listens already'],
	['library.entry.many', 'needs a folder with more entries than a test should make'],
]);

function texts(folder: string): { path: string; text: string }[] {
	return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name))
		.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

const codes = reasons.map((reason) => reason.code);

describe('reasons', () => {
	it('have codes that are unique and never come back', () => {
		expect(new Set(codes).size).toBe(codes.length);
		expect(codes.filter((code) => retired.includes(code))).toEqual([]);
	});

	it('are documented, each and only these', () => {
		expect(documented()).toBe(table());
	});

	it('explain themselves to a person', () => {
		for (const { code, short, sentence } of reasons) {
			expect(code).toMatch(/^[a-z]+(\.[a-z]+){1,3}$/);
			expect(short.length, code).toBeLessThanOrEqual(40);
			expect(sentence, code).toMatch(/^[A-Z].{20,}\.$/);
		}
	});

	it('exist for every code that the source names', () => {
		const prefixes = [...new Set(codes.map((code) => code.split('.')[0]))].join('|');
		const named = new RegExp(`'((?:${prefixes})\\.[a-z]+(?:\\.[a-z]+)*)'`, 'g');
		const unknown = new Set<string>();
		for (const { path, text } of texts('src')) {
			if (path.includes('/console/') || path.includes('/cli/')) continue;
			for (const [, code] of text.matchAll(named))
				if (code && !codes.includes(code)) unknown.add(`${code} in ${path}`);
		}
		expect([...unknown]).toEqual([]);
	});

	it('are each produced by at least one test', () => {
		const tests = texts('test')
			.map(({ text }) => text)
			.join('\n');
		expect(codes.filter((code) => !unprovoked.has(code) && !tests.includes(code))).toEqual([]);
		expect([...unprovoked.keys()].filter((code) => !codes.includes(code))).toEqual([]);
	});
});
