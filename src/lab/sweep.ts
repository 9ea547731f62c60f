/**
 * A sweep: every combination of several values of settings, each an experiment of its own. What has been played
 * is in a journal, a line a play, so that a sweep goes on where it was killed; a line that was cut is played again, and so
 * is what another version has played.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../world/folder.ts';
import { canonical, digestOf } from './digest.ts';
import { type Experiment, OrderError, type Unit } from './experiment.ts';
import { load, type Request } from './load.ts';
import type { Counts } from './scenario.ts';

/** One combination. */
export interface Cell {
	readonly request: Request;
	readonly experiment: Experiment;
	/** Names the cell's plays in the journal: all that they depend on. */
	readonly key: string;
}

const MOST_CELLS = 10_000;

/** `fail=0.1,0.3` and `how=random,targeted` are four cells. */
export function cellsOf(request: Request): Cell[] {
	let combinations: string[][] = [[]];
	for (const one of request.set ?? []) {
		const at = one.indexOf('=');
		const name = one.slice(0, Math.max(0, at));
		const values = one.slice(at + 1).split(',');
		combinations = combinations.flatMap((before) => values.map((value) => [...before, `${name}=${value}`]));
		if (combinations.length > MOST_CELLS) throw new OrderError(`more than ${MOST_CELLS} combinations`);
	}
	return combinations.map((set) => {
		const cell = { ...request, set };
		const experiment = load(cell);
		const { nodes, randomSeed, settings, limits, topologyName, scenario, runs: _ } = experiment;
		// More runs of the same are more of the same plays.
		const { runs, ...others } = settings;
		void runs;
		const key = digestOf({
			scenario: scenario.name,
			nodes,
			randomSeed,
			settings: others,
			limits,
			topologyName,
		});
		return { request: cell, experiment, key: key.slice(0, 16) };
	});
}

export class Journal {
	readonly #path: string;
	readonly #version: string;
	readonly #played = new Map<string, Counts>();

	constructor(folder: string, version: string) {
		this.#version = version;
		makeFolder(folder);
		this.#path = join(folder, 'plays.jsonl');
		if (!existsSync(this.#path)) return;
		const text = readFileSync(this.#path, 'utf8');
		for (const line of text.split('\n')) this.#take(line);
		// What was cut by a kill must not run into the next line.
		if (text !== '' && !text.endsWith('\n')) appendFileSync(this.#path, '\n');
	}

	get(cell: Cell, unit: Unit): Counts | undefined {
		return this.#played.get(name(cell.key, unit));
	}

	add(cell: Cell, unit: Unit, counts: Counts): void {
		this.#played.set(name(cell.key, unit), counts);
		appendFileSync(this.#path, `${canonical({ version: this.#version, cell: cell.key, ...unit, counts })}\n`);
	}

	#take(line: string): void {
		try {
			const { version, cell, row, run, counts } = JSON.parse(line);
			if (version === this.#version) this.#played.set(name(cell, { row, run }), counts);
		} catch {
			// Cut by a kill, or the empty end.
		}
	}
}

function name(key: string, { row, run }: Unit): string {
	return `${key} ${run} ${row}`;
}
