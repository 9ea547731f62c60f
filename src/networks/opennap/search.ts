/**
 * Our searches. Answers bear no number, so one search is asked at a time; the next one waits until the server has said
 * that this was all, or a while has passed. Every answer is judged before a person sees it, by the same defences as
 * answers of other networks.
 */
import { HitJudge } from '../../defence/hit-judge.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import { formatAddress } from '../common/address.ts';
import type { Hit } from '../network.ts';
import type { Connect } from './connect.ts';
import { serving } from './limits.ts';
import { nameOf } from './own-files.ts';
import type { Servent } from './servent.ts';
import { nameSource } from './source-name.ts';
import { decodeResult, encodeSearch, type Result } from './wire/search.ts';
import { type Kind, kinds } from './wire/share.ts';
import { Type } from './wire/types.ts';

interface Running {
	readonly id: number;
	readonly text: string;
	/** When it was asked; undefined: it waits. */
	askedAt: number | undefined;
	/** Kinds of files that are still to be asked for, one after the other. */
	kinds: Kind[];
	/** Sources that were told. */
	readonly seen: Set<string>;
}

export class Search {
	readonly #servent: Servent;
	readonly #connect: Connect;
	readonly #judge: HitJudge;
	/** The first is being asked. */
	readonly #running: Running[] = [];

	constructor(servent: Servent, connect: Connect) {
		this.#servent = servent;
		this.#connect = connect;
		this.#judge = new HitJudge((name) => !(servent.options.defencesOff ?? []).includes(name));
	}

	start(id: number, text: string, urn?: string): void {
		if (urn !== undefined || text.trim() === '')
			return this.#servent.host.searchEnded(id, 'OpenNap knows files by their names alone');
		this.#running.push({ id, text, askedAt: undefined, kinds: [], seen: new Set() });
		this.#next();
	}

	stop(id: number): void {
		const index = this.#running.findIndex((one) => one.id === id);
		// Its answers still come: what follows must not get them.
		if (index > 0 || this.#running[index]?.askedAt === undefined) {
			if (index >= 0) this.#running.splice(index, 1);
		}
	}

	/** A new session. */
	welcomed(): void {
		this.#next();
	}

	lost(): void {
		const first = this.#running[0];
		if (first?.askedAt !== undefined) this.#end('the server is gone');
	}

	result(body: Uint8Array): void {
		const search = this.#running[0];
		if (search?.askedAt === undefined || search.seen.size >= this.#servent.limits.hits) return;
		const result = decodeResult(body);
		if (isRefusal(result)) {
			const server = this.#connect.server;
			if (server) this.#servent.refuse(result.refused, formatAddress(server), result.detail);
			return;
		}
		this.#hit(search, result);
	}

	over(): void {
		const search = this.#running[0];
		if (search?.askedAt === undefined) return;
		const kind = search.kinds.shift();
		if (kind !== undefined && this.#ask(search, kind)) return;
		this.#end(search.seen.size === 0 ? 'the server knows nobody who has it' : 'the server was asked');
	}

	why(id: number): { asked: number; sentence: string } {
		const search = this.#running.find((one) => one.id === id);
		if (search === undefined) return { asked: 0, sentence: 'ended' };
		if (search.askedAt !== undefined) return { asked: 1, sentence: 'asking the server' };
		const isConnected = this.#connect.server !== undefined;
		return { asked: 0, sentence: isConnected ? 'waiting for an earlier search' : 'waiting for a server' };
	}

	tick(now: number): void {
		const search = this.#running[0];
		const late = this.#servent.limits.searchSeconds * 1000;
		if (search?.askedAt !== undefined && now - search.askedAt >= late)
			this.#end('the server did not answer in time');
		else this.#next();
	}

	#next(): void {
		const search = this.#running[0];
		if (search === undefined || search.askedAt !== undefined) return;
		search.kinds = this.#connect.asksByKind ? [...kinds] : [];
		this.#ask(search);
	}

	#ask(search: Running, kind?: Kind): boolean {
		const body = encodeSearch({ contains: search.text, most: serving.results, ...(kind && { kind }) });
		if (!this.#connect.send(Type.Search, body)) return false;
		search.askedAt = this.#servent.world.now();
		return true;
	}

	#end(why: string): void {
		const search = this.#running.shift();
		if (search !== undefined) this.#servent.host.searchEnded(search.id, why);
		this.#next();
	}

	#hit(search: Running, { path, size, nick, host }: Result): void {
		const name = nameOf(path);
		const server = this.#connect.server;
		const id = nameSource({ nick, path });
		if (name === '' || server === undefined || search.seen.has(id)) return;
		search.seen.add(id);
		const judged = this.#judge.judge(this.#servent.world.now(), {
			...{ search: search.id, query: search.text, urn: undefined, name, size, sha1: undefined },
			...{ index: 1, alternates: 0, host, usable: this.#servent.options.usable(host), who: nick },
		});
		if (judged.verdict === 'refused') this.#servent.refuse(judged.reasons[0]!, host, name.slice(0, 120));
		const source: Hit['source'] = {
			network: 'opennap',
			// He is reached through the server, which knows whether he can be dialled.
			...server,
			id,
			index: 0,
			firewalled: false,
			agent: '',
		};
		this.#servent.host.hit(search.id, { name, size, network: 'opennap', source, ...judged });
	}
}
