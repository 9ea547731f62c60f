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
	])('%s without %d of its servents', { timeout: 120_000 }, (file, fail, giant, reach) => {
		const small = file.includes('08');
		const found = measured(file, [`fail=${fail}`, `runs=${small ? 5 : 2}`, `origins=${small ? 64 : 48}`]);
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
