import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import type { Measures } from '../../src/lab/result.ts';
import { readEdges } from '../../src/lab/snap.ts';
import { played } from './playing.ts';

const folder = resolve(import.meta.dirname, '../../../shared/data/topologies');
const here = existsSync(folder);
if (!here) console.info('skipped: the SNAP topologies are not here (../shared/data/topologies)');

function measured(file: string, set: string[]): Measures {
	const graph = readEdges(readFileSync(resolve(folder, file)));
	if (isRefusal(graph)) throw new Error(graph.detail);
	return played('failures', { loaded: { name: file, graph }, set }).measures as Measures;
}

/** SNAP p2p-Gnutella, August 2002: share that fails, giant component, reach within TTL 7 (docs/lab/failures.md). */
describe.skipIf(!here)('the Gnutella of August 2002', () => {
	it.each([
		['p2p-Gnutella08.txt', 0, 0.9997, 0.999],
		['p2p-Gnutella08.txt', 0.3, 0.898, 0.798],
		['p2p-Gnutella08.txt', 0.5, 0.805, 0.635],
		['p2p-Gnutella31.txt', 0, 0.9996, 0.97],
		['p2p-Gnutella31.txt', 0.3, 0.847, 0.596],
		['p2p-Gnutella31.txt', 0.5, 0.716, 0.295],
	])('%s without %d of its servents', (file, fail, giant, reach) => {
		const found = measured(file, [`fail=${fail}`, 'runs=2', `origins=${file.includes('08') ? 48 : 12}`]);
		expect(Math.abs(found['giantComponent'] - giant)).toBeLessThan(0.03);
		expect(Math.abs(found['reachWithinTtl'] - reach)).toBeLessThan(0.05);
		expect(found['giantComponentAfterRepair']).toBeGreaterThan(found['giantComponent'] - 0.001);
	});

	it.each([
		['p2p-Gnutella08.txt', 0.881],
		['p2p-Gnutella31.txt', 0.723],
	])('%s without the tenth that has the most links', (file, giant) => {
		const found = measured(file, ['fail=0.1', 'how=targeted', 'runs=1', 'origins=4']);
		expect(Math.abs(found['giantComponent'] - giant)).toBeLessThan(0.03);
	});
});

/** A list of links that somebody else might have; what a look at it says. */
function loaded(text: string) {
	const graph = readEdges(new TextEncoder().encode(text));
	if (isRefusal(graph)) throw new Error(graph.detail);
	return { name: 'of a test', graph };
}

describe('overlays that nobody would build', () => {
	const four = (text: string, fail: number): Measures =>
		played('failures', { loaded: loaded(text), fail, set: ['runs=1', 'origins=1000'] }).measures as Measures;
	const lines = (count: number, line: (at: number) => string): string =>
		Array.from({ length: count }, (_, at) => line(at)).join('\n');

	it('a chain of a thousand: wider than any TTL, and still one component', () => {
		expect(
			four(
				lines(999, (at) => `${at * 7919} ${(at + 1) * 7919}`),
				0,
			),
		).toMatchObject({
			...{ giantComponent: 1, components: 1, isolatedSurvivors: 0 },
			// Seven to each side and oneself, fewer near the ends.
			reachWithinTtl: (1000 * 15 - 56) / 1_000_000,
		});
	});

	it('two rings, apart', () => {
		const ring = (at: number): string => `${at} ${at % 600 === 599 ? at - 599 : at + 1}`;
		expect(four(lines(1200, ring), 0)).toMatchObject({ giantComponent: 0.5, components: 2 });
	});

	it('a star: whoever keeps its middle keeps all, whoever loses it is alone', () => {
		const star = loaded(lines(500, (at) => `0 ${at + 1}`));
		const one = played('failures', { loaded: star, fail: 0.002, set: ['runs=1', 'how=targeted'] });
		expect(one.measures).toMatchObject({ giantComponent: 1 / 500, isolatedSurvivors: 1, survivors: 500 });
		expect(
			four(
				lines(500, (at) => `0 ${at + 1}`),
				0,
			),
		).toMatchObject({ giantComponent: 1, reachWithinTtl: 1 });
	});
});

describe('failures', () => {
	it('of none leave all linked, and repair has nothing to do', () => {
		const found = played('failures', { nodes: 500, fail: 0, set: ['runs=1'] }).measures as Measures;
		expect(found).toMatchObject({ giantComponent: 1, isolatedSurvivors: 0, repairDials: 0, survivors: 500 });
	});

	it('of all leave nobody, without a fault', () => {
		const found = played('failures', { nodes: 50, fail: 1, set: ['runs=1'] }).measures as Measures;
		expect(found).toMatchObject({ giantComponent: 0, survivors: 0, reachWithinTtl: 0 });
	});

	it('of the best linked hurt more than of any, and repair brings back most', () => {
		const any = played('failures', { nodes: 2000, fail: 0.4 }).measures as Measures;
		const best = played('failures', { nodes: 2000, fail: 0.4, set: ['how=targeted'] }).measures as Measures;
		expect(best['giantComponent']).toBeLessThan(any['giantComponent'] / 2);
		expect(best['giantComponentAfterRepair']).toBeGreaterThan(0.95);
	});

	it('who knows nobody alive is helped by a web cache only', () => {
		const alone = played('failures', { nodes: 1000, fail: 0.95, set: ['known=1'] }).measures as Measures;
		const helped = played('failures', { nodes: 1000, fail: 0.95, set: ['known=1', 'seed=yes'] })
			.measures as Measures;
		expect(alone['isolatedSurvivorsAfterRepair']).toBeGreaterThan(0.2);
		expect(helped['isolatedSurvivorsAfterRepair']).toBeLessThan(alone['isolatedSurvivorsAfterRepair'] / 2);
	});
});
