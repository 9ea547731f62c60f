import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../src/node/api/fields.ts';
import { parseFilter } from '../../src/node/api/filter.ts';

const rows = [
	{
		id: 1,
		name: 'debian-12.iso',
		size: 631e6,
		verdict: 'ok',
		sources: [1, 2, 3],
		have: true,
		otherNames: ['Debian twelve.iso'],
	},
	{
		id: 2,
		name: 'debian beta.iso.exe',
		size: 212e3,
		verdict: 'suspicious',
		sources: [1],
		have: false,
		otherNames: [],
	},
	{
		id: 3,
		name: 'Sally Port.OGG',
		size: 3.4e6,
		verdict: 'refused',
		reasons: ['forged'],
		sources: [],
		otherNames: [],
	},
	{ id: 4, name: '.hidden', size: 0, verdict: 'ok', sources: [], otherNames: [] },
];

function kept(text: string): number[] {
	const filter = parseFilter<(typeof rows)[number]>(text, fieldsOf.results);
	return rows.filter((row) => filter.matches(row)).map(({ id }) => id);
}

describe('the filter language', () => {
	it.each([
		['', [1, 2, 3, 4]],
		['debian', [1, 2]],
		['DEBIAN', [1, 2]],
		['debian -beta', [1]],
		['"sally port"', [3]],
		['"port sally"', []],
		['-"sally port"', [1, 2, 4]],
		['twelve', [1]],
		['forged', [3]],
		['verdict:ok', [1, 4]],
		['-verdict:refused', [1, 2, 4]],
		['verdict:"ok"', [1, 4]],
		['size>10M', [1]],
		['size>10MB', [1]],
		['size>=631M', [1]],
		['size<300k debian', [2]],
		['size=0', [4]],
		['-size>1M', [2, 4]],
		['sources>1', [1]],
		['have:yes', [1]],
		['have:no', [2]],
		['ext:iso', [1]],
		['ext:exe', [2]],
		['ext:hidden', []],
		['type:audio', [3]],
		['-type:program', [1, 3, 4]],
		['type:exe', [2]],
		['-type:exe debian', [1]],
	])('%s', (text, expected) => {
		expect(kept(text)).toEqual(expected);
	});

	it.each(['size>', 'verdict:', '-', '"', 'ext:', '  '])('leaves out what is not finished: %s', (text) => {
		expect(kept(text)).toEqual([1, 2, 3, 4]);
	});

	it('takes an unknown field and a number that is none for words', () => {
		expect(kept('colour:red')).toEqual([]);
		expect(kept('size>big')).toEqual([]);
		expect(parseFilter(`urn:sha1:ABC`, fieldsOf.results).matches({ urn: 'urn:sha1:abcd' })).toBe(true);
	});

	it('reaches into a field of a field', () => {
		const peer = { id: 1, address: '127.0.0.1:1', in: { messages: 3, bytes: 5000 } };
		expect(parseFilter('in.bytes>4k', fieldsOf.peers).matches(peer)).toBe(true);
		expect(parseFilter('in>4k', fieldsOf.peers).matches(peer)).toBe(true);
		expect(parseFilter('in.messages>4', fieldsOf.peers).matches(peer)).toBe(false);
	});

	it('never throws, and a word with a minus keeps what the word drops', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 60 }), (text) => {
				for (const row of rows) parseFilter(text, fieldsOf.results).matches(row);
			}),
		);
		for (const word of Object.getOwnPropertyNames(Object.prototype))
			for (const text of [`type:${word}`, `${word}:5`, `net:${word}`]) expect(kept(text), text).toEqual([]);
		fc.assert(
			fc.property(fc.stringMatching(/^[a-z]{1,5}$/), (word) => {
				expect([...kept(word), ...kept(`-${word}`)].sort()).toEqual([1, 2, 3, 4]);
			}),
		);
	});
});
