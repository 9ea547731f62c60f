/**
 * Who has which password at an OpenNap server: nick, salt and scrypt of the password, in one file of the server's home.
 * Comparing and keeping happen in a thread of the pool, so that no login holds up the others.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Accounts } from '../networks/opennap/server/parts.ts';
import { HomeRefused } from './home.ts';
import { KeptFile } from './kept-file.ts';

const Written = z.object({
	version: z.literal(1),
	users: z.array(z.tuple([z.string(), z.base64(), z.base64()])),
});

/** Of a key that is kept: 32 bytes; 16 MiB and some 40 ms to make one, for whoever has the file and guesses too. */
const KEY = 32;
const COST = { N: 2 ** 14, r: 8, p: 1 };

interface Kept {
	readonly salt: Buffer;
	readonly key: Buffer;
}

export class OpenNapAccounts implements Accounts {
	readonly #file: KeptFile;
	readonly #kept: Map<string, Kept>;

	/** Throws HomeRefused where there is a file that this has not written: better no server than one without its passwords. */
	constructor(path: string) {
		this.#file = new KeptFile(path);
		try {
			this.#kept = read(this.#file.read());
		} catch (error) {
			const why = error instanceof z.ZodError ? 'it is not what a server writes' : (error as Error).message;
			throw new HomeRefused(
				`The passwords in ${path} cannot be read: ${why}. Put back a copy of the file, or move it away: then every nick is free again.`,
			);
		}
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

	#write(): void {
		const users = [...this.#kept].map(([nick, { salt, key }]) => [
			nick,
			salt.toString('base64'),
			key.toString('base64'),
		]);
		this.#file.write(`${JSON.stringify({ version: 1, users })}\n`);
	}
}

function read(text: string | undefined): Map<string, Kept> {
	if (text === undefined) return new Map();
	const { users } = Written.parse(JSON.parse(text));
	return new Map(
		users.map(([nick, salt, key]) => [
			nick,
			{ salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') },
		]),
	);
}
