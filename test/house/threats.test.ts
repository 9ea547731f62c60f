import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { switches } from '../../src/lab/switches.ts';

const root = resolve(import.meta.dirname, '../..');

function names(folder: string, ending: string, without: string[]): string[] {
	return readdirSync(resolve(root, folder))
		.filter((name) => name.endsWith(ending) && !without.includes(name))
		.map((name) => name.slice(0, -ending.length))
		.sort();
}

it('a threat has one name: its defence, its attack, its page and its switch in the laboratory', () => {
	const defences = names('src/defence', '.ts', [
		// Tools of several, without a switch of their own.
		'bans.ts',
		'content.ts',
		'crowd.ts',
		'defence.ts',
		'hit-judge.ts',
		'limits.ts',
		'rate.ts',
		'refusals.ts',
	]);
	expect(defences.length).toBeGreaterThan(5);
	expect(names('test/attacks', '.test.ts', [])).toEqual(defences);
	expect(names('docs/threats', '.md', ['README.md'])).toEqual(defences);
	expect([...switches].sort()).toEqual(defences);
});
