/**
 * Finding out who has a file: the server of the session is asked by TCP, all others that have answered a status by UDP, each
 * for at most 31 files in a datagram. A server that was asked is not asked for the same file again for a while, as real
 * ones ban who does. Answers to what nobody asked for are dropped.
 *
 * A source with a LowID cannot be dialled: the server of the session asks it to call back, if we have a HighID ourselves.
 * The other way round a server asks us to call somebody back. That is how servers can turn clients against a victim, so
 * push-diversion decides, as it does for Gnutella's PUSH: who could not be reached is left alone. And a server may name a
 * victim as a source, on many ports: seed-poisoning bounds these for each file.
 */
import { PushDiversion } from '../../defence/push-diversion.ts';
import { SeedPoisoning } from '../../defence/seed-poisoning.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { hex } from '../common/hash.ts';
import type { Connect } from './connect.ts';
import { joining, ours } from './limits.ts';
import { datagramsOf, type KnownServer, type Register } from './register.ts';
import type { Servent } from './servent.ts';
import { hostOf, isLowId } from './wire/endpoint.ts';
import { ServerFlag } from './wire/login.ts';
import { ServerDatagram, ServerMessage } from './wire/messages.ts';
import { DatagramFlag, encodeDatagram, encodeDatagramAsked } from './wire/server-datagrams.ts';
import {
	type CallbackRequested,
	decodeCallbackRequested,
	decodeFoundSources,
	decodeFoundWithUsers,
	encodeCallbackRequest,
	encodeGetSources,
	type FoundSources,
	type User,
} from './wire/sources.ts';

export interface Wanted {
	/** 16 bytes. */
	readonly hash: Uint8Array;
	/** Servers may do without. */
	readonly size?: number;
}

/** Where a file can be had: an address, with its user where that was said, or a LowID at the server that gave it. */
export type FoundSource =
	| { readonly address: Address; readonly user?: User }
	| { readonly lowId: number; readonly server: Address };

export interface SourceEvents {
	found(hash: Uint8Array, sources: readonly FoundSource[]): void;
	/** Somebody that cannot dial us wants to be dialled. */
	callBack(requested: CallbackRequested): void;
}

interface Asked extends Wanted {
	/** When the server of the session was asked, and each other server. */
	server: number;
	readonly others: Map<KnownServer, number>;
	/** Ports by host of the sources that were taken. */
	readonly named: Map<string, Set<number>>;
}

export class Sources {
	readonly #servent: Servent;
	readonly #register: Register;
	readonly #connect: Connect;
	readonly #events: SourceEvents;
	readonly #diversion: PushDiversion;
	readonly #poisoning: SeedPoisoning;
	readonly #wanted = new Map<string, Asked>();
	#nextServer = 0;
	#nextOther = 0;

	constructor(servent: Servent, register: Register, connect: Connect, events: SourceEvents) {
		this.#servent = servent;
		this.#register = register;
		this.#connect = connect;
		this.#events = events;
		const off = servent.options.defencesOff ?? [];
		this.#diversion = new PushDiversion(!off.includes('push-diversion'));
		this.#poisoning = new SeedPoisoning(!off.includes('seed-poisoning'));
	}

	want(file: Wanted): void {
		const key = hex(file.hash);
		if (!this.#wanted.has(key))
			this.#wanted.set(key, { ...file, server: 0, others: new Map(), named: new Map() });
	}

	forget(hash: Uint8Array): void {
		this.#wanted.delete(hex(hash));
	}

	/** A new session: its server was asked nothing. */
	welcomed(): void {
		for (const asked of this.#wanted.values()) asked.server = 0;
	}

	/** Asks the server of the session to have a client with a LowID dial us. False: that cannot work now. */
	requestCallback(lowId: number, server: Address): boolean {
		const own = this.#connect.server;
		const isOurs = own !== undefined && formatAddress(own) === formatAddress(server);
		if (!isOurs || !this.#connect.isHigh) return false;
		return this.#connect.send(ServerMessage.CallbackRequest, encodeCallbackRequest(lowId));
	}

	/** Somebody whom we were asked to call could not be reached. */
	callBackFailed(address: Address): void {
		this.#diversion.failed(this.#servent.world.now(), address);
	}

	/** A message of the server: sources, or somebody to be called back. */
	message(opcode: number, body: Uint8Array): void {
		const server = this.#connect.server;
		if (server === undefined) return;
		if (opcode === ServerMessage.FoundSources || opcode === ServerMessage.FoundSourcesObfuscated) {
			const hasUsers = opcode === ServerMessage.FoundSourcesObfuscated;
			const found = hasUsers ? decodeFoundWithUsers(body) : decodeFoundSources(body);
			if (isRefusal(found)) this.#servent.refuse(found.refused, formatAddress(server), found.detail);
			else this.#found(found, server, true);
		} else if (opcode === ServerMessage.CallbackRequested) this.#callBack(server, body);
	}

	/** Sources that a server sent by UDP. False: it was not asked for them. */
	found(server: KnownServer, found: FoundSources): boolean {
		if (this.#wanted.get(hex(found.hash))?.others.has(server) !== true) return false;
		this.#found(found, server.address, false);
		return true;
	}

	tick(now: number): void {
		if (now >= this.#nextServer) this.#askServer(now);
		if (now >= this.#nextOther) this.#askOther(now);
	}

	/** Up to 15 files at once, as aMule. */
	#askServer(now: number): void {
		let sent = 0;
		const withUsers =
			this.#servent.options.obfuscation !== 'off' && this.#connect.can(ServerFlag.Obfuscation);
		const opcode = withUsers ? ServerMessage.GetSourcesObfuscated : ServerMessage.GetSources;
		for (const file of this.#wanted.values()) {
			if (sent === joining.sourcesAtOnce) break;
			if (!isDue(now, file.server)) continue;
			if (!this.#connect.send(opcode, encodeGetSources(file))) break;
			file.server = now;
			sent++;
		}
		if (sent > 0) this.#nextServer = now + joining.sourcesPauseSeconds * 1000;
	}

	/** One other server a step. */
	#askOther(now: number): void {
		const own = this.#connect.server;
		for (const server of this.#register.answering()) {
			if (own !== undefined && formatAddress(own) === formatAddress(server.address)) continue;
			const due: Asked[] = [];
			for (const file of this.#wanted.values()) {
				if (due.length < ours.sourcesAsked && isDue(now, file.others.get(server) ?? 0)) due.push(file);
			}
			if (due.length === 0) continue;
			for (const file of due) file.others.set(server, now);
			this.#nextOther = now + joining.searchStepMs;
			const withSize = ((server.status?.flags ?? 0) & DatagramFlag.SourcesWithSize) !== 0;
			const asked = due.map(({ hash, size }) => (withSize && size !== undefined ? { hash, size } : { hash }));
			const opcode = withSize ? ServerDatagram.GetSources2 : ServerDatagram.GetSources;
			const question = encodeDatagram(opcode, encodeDatagramAsked(asked));
			return this.#servent.world.datagram(datagramsOf(server), question);
		}
	}

	#found({ hash, sources }: FoundSources, server: Address, ofSession: boolean): void {
		const wanted = this.#wanted.get(hex(hash));
		if (wanted === undefined) return this.#servent.refuse('edonkey.sources.unasked', formatAddress(server));
		let refused: string | undefined;
		const { usable, announce } = this.#servent.options;
		const good: FoundSource[] = [];
		for (const { id, port, user } of sources.slice(0, ours.sources)) {
			if (isLowId(id)) {
				// Only the server of the session can call it, and only for us if others can dial us.
				if (ofSession && this.#connect.isHigh) good.push({ lowId: id, server });
				continue;
			}
			const address = { host: hostOf(id), port };
			const isOwn = address.host === announce.host && port === announce.port;
			if (isOwn || port < joining.lowestPort || !usable(address.host)) continue;
			const why = this.#poisoning.names(address, wanted.named);
			if (why === undefined) good.push({ address, ...(user !== undefined && { user }) });
			else refused = why;
		}
		if (refused !== undefined) this.#servent.refuse(refused, formatAddress(server));
		if (good.length > 0) this.#events.found(hash, good);
	}

	#callBack(server: Address, body: Uint8Array): void {
		const requested = decodeCallbackRequested(body);
		if (isRefusal(requested))
			return this.#servent.refuse(requested.refused, formatAddress(server), requested.detail);
		const { address } = requested;
		const { world, options } = this.#servent;
		const target = formatAddress(address);
		if (address.port < joining.lowestPort || !options.usable(address.host))
			return this.#servent.refuse('edonkey.callback.unusable', formatAddress(server), target);
		const why = this.#diversion.refuses(world.now(), address, formatAddress(server), options.announce);
		if (why !== undefined) return this.#servent.refuse(why, formatAddress(server), target);
		this.#events.callBack(requested);
	}
}

function isDue(now: number, asked: number): boolean {
	return asked === 0 || now - asked >= joining.sourcesAgainMinutes * 60_000;
}
