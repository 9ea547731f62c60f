/**
 * The home directory: everything this node keeps. One node at a time may hold it.
 *
 * Rules:
 * 1. It is ours alone: mode 0700, owned by us. An existing directory that holds other people's things
 *    is refused, so that a mistyped --home neither changes its mode nor fills it.
 * 2. The lock is an exclusive SQLite transaction on lock.sqlite, held as long as the process lives.
 *    The kernel drops it with the process, also on kill -9, so a lock is never stale and no file of
 *    an earlier run has to be judged. (Beneath it is an fcntl lock; two nodes in one process are
 *    kept apart by SQLite itself.)
 * 3. running.json only tells people and the command line who holds the lock (pid, API). It decides
 *    nothing: after kill -9 it lies there, and the next start writes over it.
 */
import {
	chmodSync,
	readdirSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from '../world/folder.ts';

/** What running.json says. */
export interface Running {
	readonly pid: number;
	readonly startedAt: number;
	/** URL of the HTTP API, once it listens. */
	readonly api?: string;
}

/** A sentence for the user: why this home cannot be used, and what to do. */
export class HomeRefused extends Error {
	override readonly name = 'HomeRefused';
}

/** --home, else $XDG_DATA_HOME/sallyport, else ~/.local/share/sallyport. */
export function homePath(given?: string): string {
	if (given !== undefined && given !== '') return resolve(given);
	const data = process.env['XDG_DATA_HOME'];
	// The XDG specification: a relative path is invalid and is to be ignored.
	const base = data?.startsWith('/') ? data : join(homedir(), '.local', 'share');
	return join(base, 'sallyport');
}

/** Who holds the home, as far as running.json knows; undefined when nobody ever did. */
export function readRunning(path: string): Running | undefined {
	try {
		const said: unknown = JSON.parse(readFileSync(join(path, 'running.json'), 'utf8'));
		if (typeof said === 'object' && said !== null && 'pid' in said && Number.isInteger(said.pid)) {
			return said as Running;
		}
	} catch {
		// Absent or half written: nothing is known.
	}
	return undefined;
}

export class Home {
	/** Absolute, without links. */
	readonly path: string;
	/** Partial files. */
	readonly incomplete: string;
	/** Files that are whole and not released. */
	readonly quarantine: string;
	/** Where finished files go when the user named no other place. */
	readonly downloads: string;
	/** The file of node/store.ts. */
	readonly storePath: string;
	readonly #lock: DatabaseSync;
	#running: Running;

	/** Creates the directory where needed and takes the lock. Throws HomeRefused with a sentence. */
	constructor(given: string | undefined, now: number) {
		this.path = prepare(homePath(given));
		this.#lock = lock(this.path);
		this.incomplete = join(this.path, 'incomplete');
		this.quarantine = join(this.path, 'quarantine');
		this.downloads = join(this.path, 'downloads');
		this.storePath = join(this.path, 'sallyport.sqlite');
		for (const folder of [this.incomplete, this.quarantine, this.downloads]) makeFolder(folder, 0o700);
		this.#running = { pid: process.pid, startedAt: now };
		this.tell({});
	}

	/** Adds to what readRunning() answers, for example the API's URL. */
	tell(facts: { api?: string }): void {
		this.#running = { ...this.#running, ...facts };
		const path = join(this.path, 'running.json');
		writeFileSync(`${path}.new`, `${JSON.stringify(this.#running)}\n`, { mode: 0o600 });
		renameSync(`${path}.new`, path);
	}

	/** Gives the home back. */
	close(): void {
		if (!this.#lock.isOpen) return;
		rmSync(join(this.path, 'running.json'), { force: true });
		this.#lock.close();
	}
}

function prepare(path: string): string {
	try {
		makeFolder(path, 0o700);
		const real = realpathSync(path);
		const facts = statSync(real);
		const user = process.getuid?.();
		if (user !== undefined && facts.uid !== user) {
			throw new HomeRefused(
				`${real} belongs to another user (uid ${facts.uid}). Name a directory of your own with --home.`,
			);
		}
		if ((facts.mode & 0o077) !== 0) {
			const names = readdirSync(real);
			if (names.length > 0 && !names.includes('lock.sqlite')) {
				throw new HomeRefused(
					`${real} holds other things and is open to other users. Name a new or empty directory with --home.`,
				);
			}
			chmodSync(real, 0o700);
		}
		return real;
	} catch (error) {
		if (error instanceof HomeRefused) throw error;
		throw new HomeRefused(`The home directory ${path} cannot be used: ${(error as Error).message}.`);
	}
}

function lock(home: string): DatabaseSync {
	const database = new DatabaseSync(join(home, 'lock.sqlite'), { timeout: 0 });
	try {
		database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
		chmodSync(join(home, 'lock.sqlite'), 0o600);
		return database;
	} catch (error) {
		database.close();
		if (!/locked|busy/i.test((error as Error).message)) throw error;
		const holder = readRunning(home);
		const who = holder === undefined ? 'another process' : `process ${holder.pid}`;
		const how = holder === undefined ? 'Stop it' : `Stop it (kill ${holder.pid}), use it`;
		const where = holder?.api === undefined ? '' : ` at ${holder.api}`;
		throw new HomeRefused(
			`Sallyport is already running on ${home}: ${who} holds it. ${how}${where}, or start this one with another --home.`,
		);
	}
}
