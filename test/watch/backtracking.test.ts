/** Regular expressions that see bytes from outside: none may take more than its share of time. */
import { globSync, readFileSync } from 'node:fs';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { hostileTexts, stepsOf, whyBad } from './backtracking.ts';

const files = globSync([
	'src/{policy,watch}/**/*.ts',
	'src/networks/common/*.ts',
	'src/networks/*/{signature,announcements}.ts',
]).sort();

interface Found {
	readonly file: string;
	readonly expression: RegExp;
}

/** Every literal of a file; expressions that are put together at run time cannot be looked at, so there are none. */
function expressionsOf(file: string, text: string): Found[] {
	const { program, errors } = parseSync(file, text);
	if (errors.length > 0) throw new Error(`${file} cannot be parsed`);
	const found: Found[] = [];
	JSON.stringify(program, (_key, value: unknown) => {
		if (typeof value === 'bigint') return 0;
		if (typeof value !== 'object' || value === null) return value;
		const node = value as {
			type?: string;
			regex?: { pattern: string; flags: string };
			callee?: { name?: string };
		};
		if (node.callee?.name === 'RegExp') throw new Error(`${file} puts an expression together`);
		if (node.regex === undefined) return value;
		found.push({ file, expression: new RegExp(node.regex.pattern, node.regex.flags) });
		return undefined;
	});
	return found;
}

const all = files.flatMap((file) => expressionsOf(file, readFileSync(file, 'utf8')));

describe('counting steps', () => {
	it.each([/^(a+)+$/, /(x+x+)+y/, /a.*b/, /\s+$/, /^(\w|\d)*!/, /^(?:a|a?)+$/, /,\s*[0-9]+,\s*[0-9]+.*x/])(
		'finds that %s is bad',
		(expression) => {
			expect(whyBad(expression)).toMatch(/steps/);
		},
	);

	it.each([/^[a-z]{1,5}x$/, /[^a-z]+/g, /\r?\n\r?\n/, /^a.*b/, /"a".{0,30}"b"/])(
		'finds that %s is not',
		(expression) => {
			expect(whyBad(expression)).toBeUndefined();
		},
	);

	it('agrees with the real engine on what matches, so it follows the same paths', () => {
		// No match: every start is tried; a match: it is over sooner.
		expect(stepsOf(/b/, 'a'.repeat(100), 1e6)).toBeGreaterThan(stepsOf(/b/, `b${'a'.repeat(99)}`, 1e6));
		expect(hostileTexts(/"a".{0,30}"b"/, 100)).toContain('"a"'.repeat(34).slice(0, 100));
	});
});

describe('every regular expression that sees bytes from outside', () => {
	it('is looked at: those of recognition, of announcements, of what they use', () => {
		expect(all.length).toBeGreaterThan(60);
		for (const part of [
			'watch/recognise',
			'gnutella/signature',
			'gnutella/announcements',
			'mining',
			'common/',
		])
			expect(
				all.some(({ file }) => file.includes(part)),
				part,
			).toBe(true);
	});

	it.each(all)('$expression in $file takes steps in proportion to the text at most', ({ expression }) => {
		expect(whyBad(expression)).toBeUndefined();
	});
});
