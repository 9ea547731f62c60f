import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cellsOf, Journal } from '../../src/lab/sweep.ts';

const request = { scenario: 'failures', nodes: 60, set: ['fail=0.1,0.5', 'how=random,targeted', 'runs=2'] };

it('a sweep is every combination of the values', () => {
	const cells = cellsOf(request);
	expect(cells.map(({ request: { set } }) => set!.slice(0, 2).join(' '))).toEqual([
		'fail=0.1 how=random',
		'fail=0.1 how=targeted',
		'fail=0.5 how=random',
		'fail=0.5 how=targeted',
	]);
	expect(new Set(cells.map(({ key }) => key)).size).toBe(4);
	expect(() => cellsOf({ ...request, set: Array(20).fill('fail=0,1') })).toThrow(/combinations/);
});

it('more plays of the same are the same cell: what was played counts', () => {
	const [few] = cellsOf(request);
	const [many] = cellsOf({ ...request, set: ['fail=0.1', 'how=random', 'runs=9'] });
	expect(many.key).toBe(few.key);
	expect(cellsOf({ ...request, randomSeed: 2 })[0].key).not.toBe(few.key);
});

it('a journal gives back what was played, whatever a kill has cut off', () => {
	const folder = mkdtempSync(join(tmpdir(), 'lab-sweep-'));
	try {
		const [cell] = cellsOf(request);
		const [first, second] = cell.experiment.units;
		const journal = new Journal(folder, '1.0.0');
		journal.add(cell, first, { giant: 7 });
		appendFileSync(join(folder, 'plays.jsonl'), '{"cell":"abc","row":"","ru');
		const again = new Journal(folder, '1.0.0');
		expect(again.get(cell, first)).toEqual({ giant: 7 });
		expect(again.get(cell, second)).toBeUndefined();
		again.add(cell, second, { giant: 8 });
		expect(new Journal(folder, '1.0.0').get(cell, second)).toEqual({ giant: 8 });
		expect(new Journal(folder, '1.0.1').get(cell, second), 'another version').toBeUndefined();
		expect(readFileSync(join(folder, 'plays.jsonl'), 'utf8').split('\n')).toHaveLength(4);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
