/**
 * What is remembered on disk, a line each (JSON): who acts now, then orders and temporary rules as they come, so that
 * a restart finds what holds; of several lines about one target the last counts. Rules are known by their names: the
 * policy may have changed meanwhile. A line that is cut, because the machine stopped in the middle, is passed over.
 */
import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import type { Target } from './orders.ts';
import type { Temporary } from './rule-book.ts';

/** The process that acts. Its number alone could be another's by now. */
export interface Owner {
	readonly pid: number;
	/** As /proc tells it. */
	readonly started: string;
}

export interface Remembered {
	readonly target: Target;
	readonly rule: string;
	readonly until: number;
}

export interface State {
	readonly owner?: Owner;
	readonly orders: readonly Remembered[];
	readonly temporary: readonly Temporary[];
}

type Line = { readonly owner: Owner } | { readonly order: Remembered } | { readonly temporary: Temporary };

const port = z.int().min(0).max(65_535);
const targetShape = z.union([
	z.strictObject({ host: z.string() }),
	z.strictObject({
		flow: z.strictObject({
			source: z.string(),
			sourcePort: port,
			destination: z.string(),
			destinationPort: port,
			protocol: z.enum(['tcp', 'udp']),
		}),
	}),
]);
const lineShape = z.union([
	z.object({ owner: z.object({ pid: z.int(), started: z.string() }) }),
	z.object({ order: z.object({ target: targetShape, rule: z.string(), until: z.number() }) }),
	z.object({
		temporary: z.object({
			target: targetShape,
			action: z.enum(['block', 'throttle']),
			rateBits: z.number().optional(),
			until: z.number(),
		}),
	}),
]);

export function readState(path: string): State {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch {
		return { orders: [], temporary: [] };
	}
	let owner: Owner | undefined;
	const orders: Remembered[] = [];
	const temporary: Temporary[] = [];
	for (const line of text.split('\n')) {
		const read = parsed(line);
		if (read === undefined) continue;
		if ('owner' in read) owner = read.owner;
		else if ('order' in read) orders.push(read.order);
		else if ('temporary' in read) temporary.push(read.temporary);
	}
	return owner === undefined ? { orders, temporary } : { owner, orders, temporary };
}

function parsed(line: string): Line | undefined {
	try {
		return lineShape.safeParse(JSON.parse(line)).data as Line | undefined;
	} catch {
		return undefined;
	}
}

/** Whether the process of a state still runs. */
export function runs({ pid, started }: Owner): boolean {
	return startOf(pid) === started;
}

/** When a process began, in the kernel's ticks; undefined: there is none of this number. */
export function startOf(pid: number): string | undefined {
	try {
		// Its name, in brackets, may have spaces and brackets.
		return readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ')[19];
	} catch {
		return undefined;
	}
}

/** Writes what comes to the end, and all of it anew when most is out of date. */
export class StateFile {
	readonly #path: string;
	#descriptor: number | undefined;
	#lines = 0;

	constructor(path: string) {
		this.#path = path;
	}

	/** Throws what the file system says. */
	rewrite({ owner, orders, temporary }: State): void {
		this.close();
		const lines: Line[] = [
			...(owner === undefined ? [] : [{ owner }]),
			...temporary.map((one) => ({ temporary: one })),
			...orders.map((order) => ({ order })),
		];
		const next = `${this.#path}.new`;
		writeFileSync(next, textOf(lines), { mode: 0o600 });
		renameSync(next, this.#path);
		this.#descriptor = openSync(this.#path, 'a', 0o600);
		this.#lines = lines.length;
	}

	add(lines: readonly Line[]): void {
		if (this.#descriptor === undefined || lines.length === 0) return;
		writeSync(this.#descriptor, textOf(lines));
		this.#lines += lines.length;
	}

	/** Most of its lines are out of date. */
	isStale(live: number): boolean {
		return this.#lines > 1000 + 4 * live;
	}

	close(): void {
		if (this.#descriptor !== undefined) closeSync(this.#descriptor);
		this.#descriptor = undefined;
	}
}

function textOf(lines: readonly Line[]): string {
	return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
