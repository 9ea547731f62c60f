/**
 * The folders that a guarded node sees beside those of --share: those that the user has agreed to.
 *
 * Rules:
 * 1. The node only asks; whoever took it over can ask as well. So the user agrees on the terminal, outside the node and
 *    its console, by typing the folder's name: a "y" could be had by another question painted over this one.
 * 2. What the library never shares (library/roots.ts: the home, hidden folders in it, the system) is not even asked for.
 * 3. A no holds for the run, and a run asks ten times at most.
 * 4. What was agreed to is kept with the guard's own rules, which the node does not see.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { folderListPath } from '../guard/own-places.ts';
import { realRoot } from '../library/roots.ts';
import { makeFolder } from '../world/folder.ts';
import { askOnTerminal } from './guard-ask.ts';
import type { Granted, Wish } from './guard-door.ts';
import { printable } from './print.ts';

const seconds = 60;
const mostAsked = 10;

export class GuardedFolders {
	readonly #home: string;
	readonly #changed: (port: number) => void;
	readonly #denied = new Set<string>();
	#asked = 0;
	#asking = false;

	/** `changed`: the node has to be started again to see what was added. */
	constructor(home: string, changed: (port: number) => void) {
		this.#home = home;
		this.#changed = changed;
	}

	list(): readonly string[] {
		const found = readAll()[this.#home];
		return Array.isArray(found) ? found.filter((path) => typeof path === 'string') : [];
	}

	async decide({ path, wish, port }: Wish): Promise<Granted> {
		if (wish === 'forget') {
			this.#keep(this.list().filter((one) => one !== path));
			return { yes: true };
		}
		let real: string;
		try {
			real = await realRoot(path, [this.#home], () => []);
		} catch (error) {
			return { yes: false, why: (error as Error).message };
		}
		if (this.list().includes(real)) return { yes: true };
		if (this.#denied.has(real) || this.#asking || this.#asked >= mostAsked)
			return { yes: false, why: `It was asked before. ${remedy(real)}` };
		return this.#ask(real, port);
	}

	async #ask(path: string, port: number): Promise<Granted> {
		this.#asked++;
		this.#asking = true;
		const answer = await askOnTerminal(questionOf(path), seconds, (line) =>
			line === basename(path) ? 'yes' : /^no?$/i.test(line) ? 'no' : undefined,
		);
		this.#asking = false;
		if (answer === 'nobody')
			return { yes: false, why: `Nobody can be asked on a terminal there. ${remedy(path)}` };
		if (answer !== 'yes') {
			this.#denied.add(path);
			return { yes: false, why: `On the terminal the answer was no. ${remedy(path)}` };
		}
		this.#keep([...this.list(), path]);
		this.#changed(port);
		return { yes: true };
	}

	#keep(list: readonly string[]): void {
		const path = folderListPath();
		makeFolder(dirname(path), 0o700);
		writeFileSync(path, `${JSON.stringify({ ...readAll(), [this.#home]: list }, undefined, 2)}\n`, {
			mode: 0o600,
		});
	}
}

function readAll(): Record<string, unknown> {
	try {
		const said: unknown = JSON.parse(readFileSync(folderListPath(), 'utf8'));
		return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

function questionOf(path: string): string {
	return (
		`\nsallyport: the console asks that the node may see ${printable(path)}, to share it.\n` +
		`           It starts again with it, and transfers go on.\n` +
		`           Type ${printable(basename(path))} to agree, or no`
	);
}

function remedy(path: string): string {
	return `Start Sallyport again with --share ${path}, or without its guard (--guarded off).`;
}
