/**
 * Asking again for a place in a queue, by UDP, both ways: it keeps the place without a link. The rules:
 *
 * - We ask a source that has told us our place, twenty minutes after, where the host still wants the file. Without an answer
 *   to two questions TCP asks. What the answer says is believed for the place only: that a file is gone is asked by TCP.
 * - We answer who has a place in our queue, by the address that he said over TCP, some times a minute. Nobody else gets a
 *   byte, so no forged sender turns our answers against a victim.
 * - Who asks for obfuscation gets it, if we know the address that he sees us by. What comes obfuscated is opened for those
 *   two kinds of acquaintances only.
 */
import { Rate } from '../../defence/rate.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Client } from './client.ts';
import { type DatagramDoor, type Dealing, type Dealings, spansOf } from './dealings.ts';
import { partsOf } from './shared-parts.ts';
import { type Place, rankOf, type Waiting } from './waiting.ts';
import { idOf } from './wire/endpoint.ts';
import type { PartStatus } from './wire/files.ts';
import { EMULE } from './wire/frames.ts';
import { ClientDatagram } from './wire/messages.ts';
import { decodeReask, decodeReaskAnswer, encodeReask, encodeReaskAnswer } from './wire/peers.ts';
import { openClientDatagram, sealClientDatagram } from './wire/sealed-client-datagrams.ts';
import { encodeDatagram } from './wire/server-datagrams.ts';

/** Of our UDP. */
const VERSION = 4;
/** Records of what was dropped, in a minute: a flood of datagrams is not a flood of evidence. */
const TOLD = 10;
const NOTHING = new Uint8Array(0);

export class Reask {
	readonly #client: Client;
	readonly #dealings: Dealings;
	readonly #waiting: Waiting;
	readonly #askers: Rate<string>;
	readonly #told = new Rate<string>(TOLD, 60_000, 8);
	/** Questions without an answer, by where it comes from. */
	readonly #open = new Map<string, Dealing>();

	constructor(client: Client, dealings: Dealings, waiting: Waiting) {
		this.#client = client;
		this.#dealings = dealings;
		this.#waiting = waiting;
		this.#askers = new Rate(client.limits.reasksFromHost, 60_000, client.limits.waiting);
	}

	/** False: it is none of a client. */
	datagram(from: Address, bytes: Uint8Array): boolean {
		const place = this.#waiting.of(from);
		const dealing = this.#open.get(formatAddress(from));
		const isKnown = place?.door !== undefined || dealing !== undefined;
		const opened = isKnown
			? openClientDatagram(bytes, this.#client.options.hash, idOf(from.host))
			: undefined;
		const plain = opened ?? bytes;
		if (plain.length < 2 || plain[0] !== EMULE) return opened !== undefined;
		const [opcode, body] = [plain[1], plain.subarray(2)];
		if (opcode !== ClientDatagram.Reask) this.#answered(from, dealing, opcode, body);
		else if (place?.door !== undefined) this.#asked(from, place, place.door, body);
		else this.#drop('edonkey.reask.stranger', from);
		return true;
	}

	tick(now: number): void {
		const { reaskAnswerSeconds, reaskDatagramMinutes, reaskTries, wantedMinutes } = this.#client.limits;
		for (const [name, dealing] of this.#open)
			if (now - dealing.reaskedAt >= reaskAnswerSeconds * 1000) this.#open.delete(name);
		for (const dealing of this.#dealings.all()) {
			const { door, peer } = dealing;
			if (door === undefined || peer !== undefined || !dealing.isQueued(now)) continue;
			const isDue = now - dealing.appliedAt >= reaskDatagramMinutes * 60_000;
			const isWanted = now - dealing.askedAt < wantedMinutes * 60_000;
			const isPaused = now - dealing.reaskedAt < reaskAnswerSeconds * 1000;
			if (isDue && isWanted && !isPaused && dealing.reaskTries < reaskTries) this.#ask(now, dealing, door);
		}
	}

	#ask(now: number, dealing: Dealing, door: DatagramDoor): void {
		dealing.reaskedAt = now;
		dealing.reaskTries++;
		this.#open.set(formatAddress(door.address), dealing);
		const here = this.#client.host.shares.byEd2k(dealing.hash);
		const parts = here === undefined ? 'all' : partsOf(here);
		const body = encodeReask({ hash: dealing.hash, parts }, Math.min(VERSION, door.version));
		this.#send(door, ClientDatagram.Reask, body);
	}

	/** Somebody who waits here. */
	#asked(from: Address, place: Place, door: DatagramDoor, body: Uint8Array): void {
		const version = Math.min(VERSION, door.version);
		const question = decodeReask(body, version);
		if (isRefusal(question)) return this.#drop(question.refused, from);
		if (!this.#askers.take(this.#client.world.now(), from.host))
			return this.#drop('edonkey.reask.often', from);
		const file = this.#client.host.shares.byEd2k(question.hash);
		const say = (opcode: number, answer: Uint8Array = NOTHING): void => this.#send(door, opcode, answer);
		if (file === undefined) return say(ClientDatagram.FileNotFound);
		// His place is for another file, or there is none for him: he asks by TCP.
		if (place.file.id !== file.id || place.rank === undefined) return say(ClientDatagram.QueueFull);
		place.seenAt = this.#client.world.now();
		const parts: PartStatus = partsOf(file);
		say(ClientDatagram.ReaskAnswer, encodeReaskAnswer({ rank: rankOf(place), parts }, version));
	}

	#answered(from: Address, dealing: Dealing | undefined, opcode: number, body: Uint8Array): void {
		if (dealing?.door === undefined) return this.#drop('edonkey.reask.stranger', from);
		const now = this.#client.world.now();
		if (opcode === ClientDatagram.ReaskAnswer) {
			const answer = decodeReaskAnswer(body, Math.min(VERSION, dealing.door.version));
			if (isRefusal(answer)) return this.#drop(answer.refused, from);
			if (answer.parts !== undefined) dealing.parts = spansOf(answer.parts, dealing.size);
			dealing.reasked(now, answer.rank);
		} else if (opcode === ClientDatagram.QueueFull) dealing.reasked(now, 0xffff);
		else if (opcode === ClientDatagram.FileNotFound) dealing.appliedAt = -Infinity;
		else return this.#drop('edonkey.reask.stranger', from);
		this.#open.delete(formatAddress(from));
	}

	#send({ address, sealed, user }: DatagramDoor, opcode: number, body: Uint8Array): void {
		const { connect, world } = this.#client;
		const plain = encodeDatagram(opcode, body, EMULE);
		// The key holds our address as he sees it: only who has a HighID knows it.
		const bytes =
			sealed && connect.isHigh ? sealClientDatagram(plain, user, connect.id, world.random(3)) : plain;
		world.datagram(address, bytes);
	}

	#drop(code: string, from: Address): void {
		if (this.#told.take(this.#client.world.now(), code)) this.#client.refuse(code, formatAddress(from));
	}
}
