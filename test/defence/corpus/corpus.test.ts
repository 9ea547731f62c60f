/** What the defences of content find, and what they raise a false alarm for: the figures. */
import { describe, expect, it } from 'vitest';
import { contentOf, inspected, type Sample } from './content-of.ts';
import { hostileSamples } from './hostile.ts';
import { ordinaryFiles } from './ordinary.ts';

const SEEDS = [2003, 2006];

async function codes({ name, bytes }: Sample): Promise<string[]> {
	return inspected(await contentOf(name, bytes)).map(({ code }) => code);
}

function percent(part: number, whole: number): string {
	return `${((100 * part) / whole).toFixed(2)} %`;
}

describe.each(SEEDS)('the corpus of seed %i', (seed) => {
	it('is found: at least 99 % of the samples of hostile shape', async () => {
		const samples = hostileSamples(seed);
		const missed: string[] = [];
		const otherwise: string[] = [];
		for (const sample of samples) {
			const found = await codes(sample);
			if (found.length === 0) missed.push(`${sample.kind}: ${sample.name}`);
			else if (!found.includes(sample.expected))
				otherwise.push(`${sample.kind}: ${sample.name}: ${found.join(' ')}`);
		}
		const kinds = new Set(samples.map(({ kind }) => kind)).size;
		const found = samples.length - missed.length;
		console.log(
			`hostile: ${samples.length} samples of ${kinds} kinds, found ${found} (${percent(found, samples.length)}), ` +
				`for another reason than expected ${otherwise.length}`,
		);
		expect(samples.length).toBeGreaterThanOrEqual(500);
		expect(found / samples.length, missed.join('\n')).toBeGreaterThanOrEqual(0.99);
		expect(otherwise.length / samples.length, otherwise.join('\n')).toBeLessThanOrEqual(0.01);
	});

	it('is left alone: at most 0.5 % of the ordinary files raise an alarm', async () => {
		const files = ordinaryFiles(seed);
		const alarms: string[] = [];
		for (const file of files) {
			const found = await codes(file);
			if (found.length > 0) alarms.push(`${file.kind}: ${file.name}: ${found.join(' ')}`);
		}
		const kinds = new Set(files.map(({ kind }) => kind)).size;
		console.log(
			`ordinary: ${files.length} files of ${kinds} types, false alarms ${alarms.length} (${percent(alarms.length, files.length)})`,
		);
		expect(files.length).toBeGreaterThanOrEqual(2000);
		expect(kinds).toBeGreaterThanOrEqual(40);
		expect(alarms.length / files.length, alarms.join('\n')).toBeLessThanOrEqual(0.005);
	});

	it('is the same again from the same seed, and another from another', () => {
		const print = (samples: readonly Sample[]): string =>
			samples.map(({ name, bytes }) => `${name} ${Buffer.from(bytes).toString('latin1')}`).join('\n');
		const [hostile, ordinary, other] = [
			hostileSamples(seed),
			ordinaryFiles(seed),
			ordinaryFiles(seed + 1),
		].map(print);
		expect(print(hostileSamples(seed)) === hostile).toBe(true);
		expect(print(ordinaryFiles(seed)) === ordinary).toBe(true);
		expect(other === ordinary).toBe(false);
	});
});
