/**
 * The server by UDP: status and description, and for clients of other servers searches and sources. The sender of a
 * datagram may be forged, so what is sent back is asked of udp-amplification first, before anything is parsed, and no
 * answer is longer than that allows. Nothing is ever sent to a third address: no call-backs by UDP, and what servers
 * there are is told only to addresses that are proven.
 */
import { Rate } from '../../../defence/rate.ts';
import type { UdpAmplification } from '../../../defence/udp-amplification.ts';
import { isRefusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { md5 } from '../../common/md5.ts';
import { bytesOf } from '../../common/text.ts';
import { protocol } from '../limits.ts';
import { Writer } from '../wire/cursor.ts';
import { EDONKEY } from '../wire/frames.ts';
import { encodeServerList } from '../wire/login.ts';
import { ServerDatagram } from '../wire/messages.ts';
import { openDatagram, sealDatagram } from '../wire/sealed-datagrams.ts';
import {
	DatagramFlag,
	decodeChallenge,
	decodeDatagramAsked,
	decodeDatagramSearch,
	encodeDatagram,
	encodeDescription,
	encodeStatus,
} from '../wire/server-datagrams.ts';
import type { Answer, Asking } from './answer.ts';
import type { Parts } from './parts.ts';
import { SearchPlan } from './search.ts';

const FLAGS =
	DatagramFlag.ManySources |
	DatagramFlag.ManyFiles |
	DatagramFlag.NewTags |
	DatagramFlag.Unicode |
	DatagramFlag.SourcesWithSize |
	DatagramFlag.LargeFiles |
	DatagramFlag.Obfuscation |
	DatagramFlag.ObfuscatedTcp;

/** Less than this is no room for any answer. */
const LEAST_ANSWER = 24;
const TRIES_A_SECOND = 4000;
/** Refused datagrams are told of together, once a minute. */
const TOLD_EVERY = 60_000;

export class Datagrams {
	readonly #parts: Parts;
	readonly #answer: Answer;
	readonly #guard: UdpAmplification;
	readonly #writer = new Writer(2048);
	/** Refused since it was told, by code. */
	readonly #refused = new Map<string, number>();
	/** Whether a datagram is sealed is seen by opening it, which takes time. */
	readonly #tries = new Rate<string>(TRIES_A_SECOND, 1000, 1);
	#toldAt = 0;
	asked = 0;
	/** Came with the key of their address. */
	sealed = 0;
	/** Not answered: nothing more may go to that address now. */
	held = 0;

	constructor(parts: Parts, answer: Answer, guard: UdpAmplification) {
		this.#parts = parts;
		this.#answer = answer;
		this.#guard = guard;
	}

	datagram(from: Address, bytes: Uint8Array): void {
		const now = this.#parts.world.now();
		if (bytes.length >= 2 && bytes[0] === EDONKEY)
			return this.#plain(now, from, bytes, (answer) => this.#parts.world.datagram(from, answer));
		const { world, options } = this.#parts;
		if (!this.#tries.take(now, '')) return this.#refuse('edonkey.datagram.malformed');
		const key = keyOf(options.memory.secret, from.host);
		const inner = openDatagram(bytes, key, 'to server');
		if (inner === undefined || inner.length < 2 || inner[0] !== EDONKEY)
			return this.#refuse('edonkey.datagram.malformed');
		this.sealed++;
		this.#guard.usedKey(now, from.host);
		this.#plain(now, from, inner, (answer) =>
			world.datagram(from, sealDatagram(answer, key, 'to client', world.random(3))),
		);
	}

	#plain(now: number, from: Address, bytes: Uint8Array, send: (answer: Uint8Array) => void): void {
		const room = Math.min(this.#guard.room(now, from.host), this.#parts.limits.datagram);
		if (room < LEAST_ANSWER) {
			this.held++;
			return this.#refuse(this.#guard.lastRefusal);
		}
		this.asked++;
		const answer = this.#answerTo(now, from.host, bytes, room);
		const sent = answer !== undefined && answer.length <= room ? answer : undefined;
		this.#guard.spent(now, from.host, sent?.length ?? 0);
		if (sent !== undefined) send(sent);
	}

	tick(now: number): void {
		if (now - this.#toldAt < TOLD_EVERY) return;
		this.#toldAt = now;
		for (const [code, count] of this.#refused)
			this.#parts.world.notice({ at: now, code, subject: 'datagrams', count });
		this.#refused.clear();
	}

	#answerTo(now: number, host: string, bytes: Uint8Array, room: number): Uint8Array | undefined {
		const opcode = bytes[1];
		const body = bytes.subarray(2);
		switch (opcode) {
			case ServerDatagram.StatusRequest:
				return this.#status(host, body);
			case ServerDatagram.DescriptionRequest:
				return this.#description(body);
			case ServerDatagram.Search:
			case ServerDatagram.Search2:
			case ServerDatagram.Search3:
				return this.#search(opcode, body, room);
			case ServerDatagram.GetSources:
			case ServerDatagram.GetSources2:
				return this.#sources(opcode, body, room);
			case ServerDatagram.ServerListRequest:
			case ServerDatagram.ServerListRequest2: {
				const { servers } = this.#parts.options;
				if (servers.length === 0 || !this.#guard.isProven(now, host)) return undefined;
				return encodeDatagram(ServerDatagram.ServerList, encodeServerList(servers));
			}
			default:
				this.#refuse('edonkey.datagram.malformed');
				return undefined;
		}
	}

	#status(host: string, body: Uint8Array): Uint8Array {
		const { sessions, index, limits, options } = this.#parts;
		const status = encodeStatus({
			challenge: decodeChallenge(body),
			users: sessions.size,
			files: index.files,
			mostUsers: limits.sessions,
			softFiles: limits.filesOfClient,
			hardFiles: limits.filesOfClient,
			flags: FLAGS,
			lowIds: sessions.lowIds,
			obfuscatedUdp: options.announce.port + protocol.datagramPort,
			obfuscatedTcp: options.announce.port,
			key: keyOf(options.memory.secret, host),
		});
		return encodeDatagram(ServerDatagram.Status, status);
	}

	#description(body: Uint8Array): Uint8Array {
		const { name, description, version } = this.#parts.options;
		const challenge = decodeChallenge(body);
		// F0FF cannot be the length of a text: who asks so knows the new form.
		const isNew = (challenge & 0xffff) === 0xf0ff;
		const about = { name, description, ...(isNew && { challenge }) };
		return encodeDatagram(ServerDatagram.Description, encodeDescription(about, `Sallyport ${version}`));
	}

	#search(opcode: number, body: Uint8Array, room: number): Uint8Array | undefined {
		const tree = decodeDatagramSearch(opcode, body);
		if (isRefusal(tree)) return this.#refuse(tree.refused);
		const { index, limits, budget, world } = this.#parts;
		const asking = askingBy(opcode === ServerDatagram.Search3, opcode !== ServerDatagram.Search);
		const writer = this.#writer.clear();
		const plan = new SearchPlan(index, tree);
		const files = plan.next(limits.resultsInDatagram, budget.grant(world.now(), limits.walkedForDatagram));
		budget.spend(plan.walked);
		for (const file of files) {
			const before = writer.length;
			writer.u8(EDONKEY).u8(ServerDatagram.SearchResult);
			if (this.#answer.record(writer, file, asking) && writer.length <= room) continue;
			writer.cut(before);
		}
		return writer.length > 0 ? writer.done() : undefined;
	}

	#sources(opcode: number, body: Uint8Array, room: number): Uint8Array | undefined {
		const asked = decodeDatagramAsked(opcode, body);
		if (isRefusal(asked)) return this.#refuse(asked.refused);
		const { index, limits } = this.#parts;
		const asking = askingBy(true, true);
		const writer = this.#writer.clear();
		for (const { hash, size } of asked) {
			const file = index.find(hash, 0, size);
			if (file < 0) continue;
			const before = writer.length;
			writer.u8(EDONKEY).u8(ServerDatagram.FoundSources);
			const most = Math.min(limits.sourcesInDatagram, Math.floor((room - before - 19) / 6));
			if (most < 1 || this.#answer.sources(writer, file, asking, most) === 0) writer.cut(before);
		}
		return writer.length > 0 ? writer.done() : undefined;
	}

	#refuse(code: string): undefined {
		this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1);
		return undefined;
	}
}

function askingBy(largeFiles: boolean, shortTags: boolean): Asking {
	return { largeFiles, shortTags };
}

/** A number that only this server can make, and only whoever receives at the address can know. Never 0. */
export function keyOf(secret: Uint8Array, host: string): number {
	const digest = md5(Uint8Array.from([...secret, ...bytesOf(host), ...secret]));
	return (digest[0] | (digest[1] << 8) | (digest[2] << 16) | (digest[3] << 24)) >>> 0 || 1;
}
