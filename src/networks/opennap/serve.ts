/**
 * Retrieve, the end that has the file. A request comes through the server first and is granted there; then its asker
 * dials us, or we dial him where others cannot dial us. The rules:
 *
 * - Only what was granted to this nick a moment ago is given: who comes from nowhere gets nothing.
 * - A file is looked up by the name that we gave it, never by a path of this disk. What looks like an attempt to leave
 *   the share is evidence.
 * - We dial only whom we have granted something, within our scope, and bounded by host, network and server: the address
 *   in such an order is a stranger's word (defence/push-diversion.ts).
 * - Slots are the host's: without one the asker is told to come back.
 */
import { PathTraversal } from '../../defence/path-traversal.ts';
import { PushDiversion } from '../../defence/push-diversion.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { SharedFile } from '../network.ts';
import type { Connect } from './connect.ts';
import { serving } from './limits.ts';
import { fileOf } from './own-files.ts';
import { keyOf } from './requests.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { decodeOffset, encodeGreeting, type Greeting } from './wire/peer.ts';
import { rawBytes } from './wire/raw.ts';
import { decodeFileOf, decodeMeeting, encodeFileOf } from './wire/transfer.ts';
import { Type } from './wire/types.ts';

interface Calling {
	readonly to: Address;
	readonly nick: string;
	readonly path: string;
	phase: 'dialling' | 'hello' | 'offset' | 'serving';
	readonly since: number;
}

const HELLO = 0x31;

export class Serve implements LinkOwner {
	readonly #servent: Servent;
	readonly #connect: Connect;
	readonly #traversal: PathTraversal;
	readonly #diversion: PushDiversion;
	/** Nick and path, and until when. */
	readonly #granted = new Map<string, number>();
	/** Links on which a body goes out. */
	readonly #serving = new Set<Link>();
	readonly #calling = new Map<Link, Calling>();

	constructor(servent: Servent, connect: Connect) {
		this.#servent = servent;
		this.#connect = connect;
		const on = (name: string): boolean => !(servent.options.defencesOff ?? []).includes(name);
		this.#traversal = new PathTraversal(on('path-traversal'));
		this.#diversion = new PushDiversion(on('push-diversion'));
	}

	/** Type 607: somebody wants a file of ours. */
	requested(body: Uint8Array): void {
		const asked = decodeFileOf(body);
		if (isRefusal(asked)) return this.#ofServer(asked.refused, asked.detail);
		const { nick, path } = asked;
		const { host, world, limits } = this.#servent;
		if (fileOf(host.shares, path) === undefined) {
			const why = this.#traversal.suspicious(path);
			if (why !== undefined) this.#ofServer(why, path.replace(/[^\x20-\x7e]/g, '?').slice(0, 120));
			this.#connect.send(Type.UploadFail, encodeFileOf(nick, path));
			return;
		}
		const key = keyOf(nick, path);
		this.#granted.delete(key);
		this.#granted.set(key, world.now() + limits.requestSeconds * 1000);
		if (this.#granted.size > limits.askers) this.#granted.delete(this.#granted.keys().next().value!);
		this.#connect.send(Type.UploadAccept, encodeFileOf(nick, path));
	}

	/** Type 501: we are to dial whoever has asked. */
	ordered(body: Uint8Array): void {
		const order = decodeMeeting(body);
		if (isRefusal(order)) return this.#ofServer(order.refused, order.detail);
		const { world, options } = this.#servent;
		const { nick, path, host, port } = order;
		const to = { host, port };
		const now = world.now();
		const by = this.#connect.link;
		if (by === undefined) return;
		const isOdd = !options.usable(host) || port < serving.lowestPort || !this.#isGranted(nick, path);
		const why = isOdd ? 'opennap.push.refused' : this.#diversion.refuses(now, to, by, options.announce);
		if (why !== undefined) return this.#servent.refuse(why, formatAddress(to));
		const link = this.#servent.dial(to, 'call-back', this);
		this.#calling.set(link, { to, nick, path, phase: 'dialling', since: now });
	}

	/** Somebody has dialled us and wants a file. */
	asked(link: Link, remote: Address, { nick, path, number }: Greeting): void {
		this.#servent.own(link, this);
		const file = this.#isGranted(nick, path) ? fileOf(this.#servent.host.shares, path) : undefined;
		if (file === undefined || number > file.size) {
			this.#servent.refuse('opennap.peers.unasked', formatAddress(remote), path.slice(0, 120));
			this.#servent.world.send(link, rawBytes('INVALID REQUEST'));
			return this.#servent.world.hangup(link, 'this was not granted');
		}
		this.#granted.delete(keyOf(nick, path));
		this.#give(link, remote, file, number, `${file.size}`);
	}

	/** The body has left (`why` empty), or the host could not send it. */
	served(link: Link, why: string): void {
		if (!this.#serving.delete(link)) return;
		this.#calling.delete(link);
		this.#connect.send(Type.UploadEnds);
		this.#servent.world.hangup(link, why === '' ? 'served' : why);
	}

	opened(link: Link): void {
		const calling = this.#calling.get(link);
		if (calling !== undefined) calling.phase = 'hello';
	}

	received(link: Link, bytes: Uint8Array): void {
		const calling = this.#calling.get(link);
		if (calling === undefined) return;
		const { world, host, options } = this.#servent;
		const { nick, path, to, phase } = calling;
		const file = fileOf(host.shares, path);
		if (file === undefined) return this.#hangUp(link, 'it is no longer shared');
		if (phase === 'hello') {
			if (bytes[0] !== HELLO) return this.#hangUp(link, 'it does not speak OpenNap');
			calling.phase = 'offset';
			world.send(link, encodeGreeting({ word: 'SEND', nick: options.nick, path, number: file.size }));
			return;
		}
		if (phase !== 'offset') return;
		const offset = decodeOffset(bytes);
		if (isRefusal(offset) || offset > file.size)
			return this.#hangUp(link, 'it wants what the file does not have');
		calling.phase = 'serving';
		this.#granted.delete(keyOf(nick, path));
		this.#give(link, to, file, offset, '');
	}

	closed(link: Link): void {
		const calling = this.#calling.get(link);
		if (calling?.phase === 'dialling') this.#diversion.failed(this.#servent.world.now(), calling.to);
		this.#calling.delete(link);
		if (this.#serving.delete(link)) this.#connect.send(Type.UploadEnds);
	}

	tick(now: number): void {
		for (const [key, until] of this.#granted) {
			if (now < until) break;
			this.#granted.delete(key);
		}
		const late = this.#servent.limits.greetingSeconds * 1000;
		for (const [link, { phase, since }] of this.#calling)
			if (phase !== 'serving' && now - since >= late) this.#hangUp(link, 'it did not say where to begin');
	}

	/** `head` goes before the bytes from the offset on. */
	#give(link: Link, remote: Address, file: SharedFile, offset: number, head: string): void {
		const { host, world } = this.#servent;
		const admission = host.admit(link, { address: remote, agent: '', file: file.id, queues: false });
		if (admission !== true) {
			if (head !== '') world.send(link, rawBytes('BUSY, TRY LATER'));
			return this.#hangUp(link, 'no slot');
		}
		this.#serving.add(link);
		this.#connect.send(Type.UploadBegins);
		if (head !== '') world.send(link, rawBytes(head));
		host.serve(link, file.id, offset, file.size);
	}

	#isGranted(nick: string, path: string): boolean {
		return (this.#granted.get(keyOf(nick, path)) ?? 0) > this.#servent.world.now();
	}

	#hangUp(link: Link, why: string): void {
		this.#calling.delete(link);
		this.#servent.world.hangup(link, why);
	}

	#ofServer(code: string, detail: string | undefined): void {
		const { server } = this.#connect;
		if (server !== undefined) this.#servent.refuse(code, formatAddress(server), detail);
	}
}
