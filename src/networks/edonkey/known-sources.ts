/**
 * Who has which file, as far as we have seen it: clients that we have spoken with and that said themselves that they have
 * all or some of it. What others told us of them is not in here, so nobody can have a forged source passed on by us.
 */
import type { Client } from './client.ts';
import { optionsOfFeatures } from './obfuscation.ts';
import type { Peer } from './peers.ts';
import { idOf, isLowId } from './wire/endpoint.ts';
import type { PartStatus } from './wire/files.ts';
import type { ExchangedSource } from './wire/peers.ts';

interface Known extends ExchangedSource {
	readonly host: string;
	seenAt: number;
}

export class KnownSources {
	readonly #client: Client;
	/** By the file's hash in hex, the oldest first; and by where they listen. */
	readonly #files = new Map<string, Map<string, Known>>();

	constructor(client: Client) {
		this.#client = client;
	}

	/** A client has said what it has of a file. */
	said(peer: Peer, file: string, parts: PartStatus): void {
		const { hello, listen } = peer;
		// Who has a LowID can be reached through his server only, and by few.
		if (hello === undefined || isLowId(hello.id) || idOf(listen.host) === 0) return;
		const key = `${listen.host}:${listen.port}`;
		if (parts !== 'all' && !parts.includes(true)) return void this.#files.get(file)?.delete(key);
		const { limits, world } = this.#client;
		const sources = this.#files.get(file) ?? new Map<string, Known>();
		this.#files.delete(file);
		this.#files.set(file, sources);
		if (this.#files.size > limits.exchangeFiles) this.#files.delete(this.#files.keys().next().value!);
		sources.delete(key);
		const known = { id: idOf(listen.host), port: listen.port, server: hello.server, user: hello.hash };
		sources.set(key, {
			...known,
			options: optionsOfFeatures(hello.features),
			host: listen.host,
			seenAt: world.now(),
		});
		if (sources.size > limits.exchangeKept) sources.delete(sources.keys().next().value!);
	}

	/** The latest first; the one that asks is left out. */
	of(file: string, asker: string, most: number): ExchangedSource[] {
		const { limits, world } = this.#client;
		const since = world.now() - limits.exchangeKeptMinutes * 60_000;
		const all = [...(this.#files.get(file)?.values() ?? [])].reverse();
		return all.filter(({ host, seenAt }) => seenAt >= since && host !== asker).slice(0, most);
	}
}
