/**
 * Source exchange, version 2: clients ask each other who else has a file. The rules:
 *
 * - Asked: a source that has just said that it has the file and that it can, the same one again after 40 minutes.
 * - Answered: for files that are here, to who speaks with us, once in five minutes for a file, and only with clients that we
 *   have spoken with ourselves (known-sources.ts).
 * - Taken: only what was asked for. Sources are hearsay, as those of servers: in scope, at no port of a service, not
 *   ourselves, with a LowID only at our own server. And a few in one network, as a list of one victim's addresses makes each
 *   reader a weapon; without `forged-hits` all are believed.
 */
import { isLoopback, networkOf, Rate } from '../../defence/rate.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import { formatAddress } from '../common/address.ts';
import { hex } from '../common/hash.ts';
import type { Client } from './client.ts';
import { KnownSources } from './known-sources.ts';
import { joining } from './limits.ts';
import type { Peer, PeerParts, Peers } from './peers.ts';
import type { FoundSource } from './sources.ts';
import { hostOf, isLowId } from './wire/endpoint.ts';
import { EMULE, type Frame } from './wire/frames.ts';
import { MuleMessage } from './wire/messages.ts';
import {
	decodeAnswerSources,
	decodeRequestSources,
	type ExchangedSources,
	encodeAnswerSources,
	encodeRequestSources,
} from './wire/peers.ts';

/** Addresses with users' hashes and what links to them are to be sealed by. */
const VERSION = 4;

export interface ExchangeParts {
	readonly peers: () => Peers;
	readonly found: (hash: Uint8Array, sources: readonly FoundSource[]) => void;
}

export class Exchange implements PeerParts {
	readonly known: KnownSources;
	readonly #client: Client;
	readonly #parts: ExchangeParts;
	readonly #guarded: boolean;
	/** What a peer was asked for and has not answered. */
	readonly #open = new Map<Peer, Set<string>>();
	/** By host and file: asked by us, answered by us. */
	readonly #asked: Rate<string>;
	readonly #answered: Rate<string>;
	readonly #askers: Rate<string>;

	constructor(client: Client, parts: ExchangeParts) {
		const { limits, options } = client;
		this.#client = client;
		this.#parts = parts;
		this.known = new KnownSources(client);
		this.#guarded = !(options.defencesOff ?? []).includes('forged-hits');
		this.#asked = new Rate(1, limits.exchangeAgainMinutes * 60_000, limits.dealings);
		this.#answered = new Rate(1, limits.exchangeMinutes * 60_000, limits.dealings);
		this.#askers = new Rate(limits.exchangesFromHost, 60_000, limits.dealings);
	}

	arrived(): void {}

	needs(): boolean {
		return false;
	}

	left(peer: Peer): void {
		this.#open.delete(peer);
	}

	frame(peer: Peer, { protocol, opcode, body }: Frame): boolean {
		if (protocol !== EMULE) return false;
		if (opcode === MuleMessage.AnswerSources2) this.#take(peer, body);
		else if (opcode === MuleMessage.RequestSources2) {
			const request = decodeRequestSources(body);
			if (isRefusal(request)) this.#parts.peers().refuse(peer, request.refused, request.detail);
			else this.answer(peer, request.hash, request.version);
		} else return false;
		return true;
	}

	/** The version to ask it in, with other questions about the file; undefined: not now. */
	asks(peer: Peer, hash: Uint8Array): number | undefined {
		if (peer.hello?.features.sourceExchange2 !== true) return undefined;
		const file = hex(hash);
		if (!this.#asked.take(this.#client.world.now(), `${formatAddress(peer.listen)} ${file}`))
			return undefined;
		const open = this.#open.get(peer) ?? new Set();
		this.#open.set(peer, open.add(file));
		return VERSION;
	}

	/** Asks it in a message of its own, which aMule closes the link for; it takes several questions in one. */
	ask(peer: Peer, hash: Uint8Array): void {
		const version = this.asks(peer, hash);
		if (version === undefined) return;
		const question = encodeRequestSources({ version, hash });
		this.#parts.peers().say(peer, MuleMessage.RequestSources2, question, EMULE);
	}

	/** Somebody asks, alone or with other questions. */
	answer(peer: Peer, hash: Uint8Array, wanted: number): void {
		const { host, limits, world } = this.#client;
		// Version 1 is another message, which nobody of today sends to who speaks 2.
		const version = Math.min(wanted, VERSION);
		if (version < 2 || host.shares.byEd2k(hash) === undefined) return;
		const file = hex(hash);
		const now = world.now();
		const asker = peer.remote.host;
		if (!this.#askers.take(now, asker) || !this.#answered.take(now, `${formatAddress(peer.listen)} ${file}`))
			return this.#parts.peers().refuse(peer, 'edonkey.exchange.often', file);
		const sources = this.known.of(file, asker, limits.exchangeGiven);
		// Silence says that there are none, as in aMule.
		if (sources.length === 0) return;
		const answer = encodeAnswerSources({ version, hash, sources });
		this.#parts.peers().say(peer, MuleMessage.AnswerSources2, answer, EMULE);
	}

	#take(peer: Peer, body: Uint8Array): void {
		const answer = decodeAnswerSources(body);
		if (isRefusal(answer)) return this.#parts.peers().refuse(peer, answer.refused, answer.detail);
		if (this.#open.get(peer)?.delete(hex(answer.hash)) !== true)
			return this.#parts.peers().refuse(peer, 'edonkey.exchange.unasked', hex(answer.hash));
		const good = this.#guarded ? this.#believed(peer, answer) : believedAll(answer);
		if (good.length > 0) this.#parts.found(answer.hash, good);
	}

	#believed(peer: Peer, { sources }: ExchangedSources): FoundSource[] {
		const { connect, limits, options } = this.#client;
		const { announce, usable } = options;
		const own = connect.server;
		const networks = new Map<string, number>();
		const good: FoundSource[] = [];
		let forged = 0;
		for (const { id, port, server, user, options } of sources) {
			if (good.length >= limits.exchangeTaken) break;
			if (isLowId(id)) {
				const isOurs = own !== undefined && formatAddress(own) === formatAddress(server);
				if (isOurs && connect.isHigh && id !== 0) good.push({ lowId: id, server });
				continue;
			}
			const address = { host: hostOf(id), port };
			if (address.host === announce.host && port === announce.port) continue;
			const network = networkOf(address.host);
			const count = (networks.get(network) ?? 0) + 1;
			networks.set(network, count);
			const isCrowd = count > limits.exchangeFromNetwork && !isLoopback(address.host);
			if (isCrowd || port < joining.lowestPort || !usable(address.host)) forged++;
			else if (user === undefined || options === undefined) good.push({ address });
			else good.push({ address, user: { hash: user.slice(), options } });
		}
		if (forged > 0)
			this.#parts.peers().refuse(peer, 'edonkey.exchange.forged', `${forged} of ${sources.length}`);
		return good;
	}
}

function believedAll({ sources }: ExchangedSources): FoundSource[] {
	return sources.map(({ id, port, server }) =>
		isLowId(id) ? { lowId: id, server } : { address: { host: hostOf(id), port } },
	);
}
