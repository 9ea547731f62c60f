/**
 * Who has which password at an OpenNap server: nick, salt and scrypt of the password, in one file of the server's home.
 * Comparing and keeping happen in a thread of the pool, so that no login holds up the others.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Accounts } from '../networks/opennap/server/parts.ts';

/** Of a key that is kept: 32 bytes; 16 MiB and some 40 ms to make one, for whoever has the file and guesses too. */
const KEY = 32;
const COST = { N: 2 ** 14, r: 8, p: 1 };

interface Kept {
	readonly salt: Buffer;
	readonly key: Buffer;
}

export class OpenNapAccounts implements Accounts {
	readonly #path: string;
	readonly #kept: Map<string, Kept>;

	constructor(path: string) {
		this.#path = path;
		this.#kept = read(path);
	}

	get size(): number {
		return this.#kept.size;
	}

	has(nick: string): boolean {
		return this.#kept.has(nick);
	}

	compare(nick: string, password: string, done: (isSame: boolean) => void): void {
		const kept = this.#kept.get(nick);
		const salt = kept?.salt ?? randomBytes(16);
		scrypt(password, salt, KEY, COST, (error, key) =>
			done(error === null && kept !== undefined && timingSafeEqual(key, kept.key)),
		);
	}

	keep(nick: string, password: string, done: (isKept: boolean) => void): void {
		const salt = randomBytes(16);
		scrypt(password, salt, KEY, COST, (error, key) => {
			if (error === null) {
				this.#kept.set(nick, { salt, key });
				this.#write();
			}
			done(error === null);
		});
	}

	/** Beside the old one first: a crash leaves one of the two whole. */
	#write(): void {
		const users = [...this.#kept].map(([nick, { salt, key }]) => [
			nick,
			salt.toString('base64'),
			key.toString('base64'),
		]);
		writeFileSync(`${this.#path}.new`, `${JSON.stringify({ version: 1, users })}\n`, { mode: 0o600 });
		renameSync(`${this.#path}.new`, this.#path);
	}
}

/** Throws where there is a file that this has not written: better no server than one without its passwords. */
function read(path: string): Map<string, Kept> {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
		throw error;
	}
	const { users } = JSON.parse(text) as { users: [nick: string, salt: string, key: string][] };
	return new Map(
		users.map(([nick, salt, key]) => [
			nick,
			{ salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') },
		]),
	);
}
