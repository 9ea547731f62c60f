import { describe, expect, it } from 'vitest';
import { type FamilyHit, SizeFamily } from '../../src/defence/size-family.ts';

const subjects = [
	'holiday song',
	'tax form',
	'chess engine',
	'garden planner',
	'piano lessons',
	'world atlas',
];
const hash = (i: number): Uint8Array => Uint8Array.from({ length: 20 }, (_, at) => (i * 7 + at * 31) & 255);

function judged(hits: readonly FamilyHit[]): (string | undefined)[] {
	const defence = new SizeFamily(true);
	return hits.map((hit) => defence.judge(hit));
}

function hit(i: number, change: Partial<FamilyHit> = {}): FamilyHit {
	const query = subjects[i % subjects.length]!;
	const name = `${query} full downloader.zip`;
	return { query, name, size: 187_345, host: `198.51.100.${i}:6346`, sha1: undefined, ...change };
}

describe('a size is a family', () => {
	it('when it answers four searches that have nothing to do with each other, from three hosts', () => {
		expect(judged([0, 1, 2, 3, 4].map((i) => hit(i)))).toEqual([
			undefined,
			undefined,
			undefined,
			'defence.size.family',
			'defence.size.family',
		]);
	});

	it('sooner where the names are just the searches', () => {
		const echo = (i: number) => hit(i, { name: `${subjects[i % 6]}.exe` });
		expect(judged([echo(0), echo(1), echo(2)])).toEqual([undefined, undefined, 'defence.size.family']);
	});

	it('within one search under ten names that share nothing else', () => {
		const words = 'crack keygen patch serial portable deluxe gold final beta trainer unlocked'.split(' ');
		const hits = words.map((word, i) => hit(i, { query: 'chess', name: `chess ${word}.zip` }));
		expect(judged(hits).at(-1)).toBe('defence.size.family');
		expect(judged(hits.slice(0, 8)).at(-1)).toBeUndefined();
	});

	it('later where each name has a hash of its own', () => {
		const many = Array.from({ length: 12 }, (_, i) => {
			const query = `${'abcdefghijkl'[i]}word`;
			return hit(i, { query, name: `${query} setup.exe`, sha1: hash(i) });
		});
		const codes = judged(many);
		expect(codes[3]).toBeUndefined();
		expect(codes[7]).toBe('defence.size.family');
	});
});

describe('a size is no family', () => {
	const never = (hits: readonly FamilyHit[]) =>
		expect(judged(hits).filter((code) => code !== undefined)).toEqual([]);

	it('when it is one popular file in a few spellings', () => {
		const names = [
			'Chess Engine 2.zip',
			'chess_engine_v2.zip',
			'Chess-Engine(2).zip',
			'chess engine 2 final.zip',
		];
		for (const sha1 of [hash(1), undefined]) {
			const spelled = (i: number) => hit(i, { query: 'chess engine', name: names[i % 4]!, sha1 });
			never(Array.from({ length: 40 }, (_, i) => spelled(i)));
		}
	});

	it('when one file is found by many of its words', () => {
		const name = 'holiday garden piano world chess tax.zip';
		never(['holiday', 'garden', 'piano', 'world', 'chess', 'tax'].map((query, i) => hit(i, { query, name })));
	});

	it('when it is all of one host', () =>
		never(subjects.map((_, i) => hit(i, { host: '198.51.100.1:6346' }))));

	it.each([0, 15_000_000, 104_857_600, 2 ** 32, 2 ** 32 - 1])(
		'when archives come to %i bytes by themselves',
		(size) => never(subjects.map((_, i) => hit(i, { size }))),
	);

	it('when it is of songs, films or texts', () => {
		for (const extension of ['mp3', 'avi', 'txt', 'pdf'])
			never(subjects.map((query, i) => hit(i, { name: `${query}.${extension}` })));
	});

	it('when it is switched off', () => {
		const off = new SizeFamily(false);
		expect(subjects.map((_, i) => off.judge(hit(i))).filter(Boolean)).toEqual([]);
	});
});

it('finds of a mix like that of 2006 over 99 % of the malicious answers, with at most 1 % false alarms', () => {
	// 68 % of the answers are of three contents, under the words of each search; 200 searches, 50 answers each.
	const defence = new SizeFamily(true);
	const count = { malicious: 0, caught: 0, honest: 0, alarms: 0 };
	let state = 1;
	const random = (below: number): number => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
	const word = (n: number): string => `w${(n * 7919).toString(36)}`;
	const worms = [184_320, 95_232, 61_440].map((size, i) => ({ size, sha1: hash(i) }));
	for (let search = 0; search < 200; search++) {
		const query = `${word(search)} ${word(search + 1000)}`;
		for (let answer = 0; answer < 50; answer++) {
			const host = `198.18.${random(250)}.${random(250)}:6346`;
			if (random(100) < 68) {
				const name = `${query}${['', ' full', ' crack'][random(3)]}.exe`;
				count.malicious++;
				if (defence.judge({ query, host, name, ...worms[random(3)]! })) count.caught++;
			} else {
				// Programs end at multiples of 512 bytes.
				const program = random(5000);
				const size = 20_480 + ((program * 2654435761) % 40_000) * 512;
				const name = `${query} ${word(program + 5000)} ${random(20)}.exe`;
				count.honest++;
				if (defence.judge({ query, host, name, size, sha1: hash(program + 10) })) count.alarms++;
			}
		}
	}
	console.log(
		`size-family: ${((count.caught / count.malicious) * 100).toFixed(2)} % of ${count.malicious} caught, ` +
			`${((count.alarms / count.honest) * 100).toFixed(2)} % of ${count.honest} false`,
	);
	expect(count.caught / count.malicious).toBeGreaterThan(0.99);
	expect(count.alarms / count.honest).toBeLessThanOrEqual(0.01);
});

it('keeps a bounded memory', () => {
	const defence = new SizeFamily(true, { contentsRemembered: 100 });
	for (const i of [0, 1, 2]) defence.judge(hit(i));
	for (let i = 0; i < 100; i++) defence.judge(hit(i, { size: 300_001 + i * 3 }));
	// The family of the beginning is forgotten by now, and begins anew.
	expect(defence.judge(hit(3))).toBeUndefined();
});
