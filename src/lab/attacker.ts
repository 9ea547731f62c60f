/**
 * An inert model of an attacker: a host of the virtual net that links like a servent and says what a scenario
 * tells it to. It lives on virtual links only: there is no way from here to a socket.
 */
import { encodeGreeting } from '../networks/gnutella/wire/handshake.ts';
import { typeOf } from '../networks/gnutella/wire/message.ts';
import type { Network } from '../networks/network.ts';
import type { VirtualNet } from '../world/virtual.ts';
import type { VirtualWorld } from '../world/virtual-world.ts';
import type { Address, Link } from '../world/world.ts';
import { isFrame } from './tap.ts';

export class Attacker implements Network {
	readonly name = 'gnutella';
	readonly host: string;
	/** Links on which it can speak. */
	readonly links = new Set<Link>();
	/** Called for each frame of this type that it hears. */
	readonly heard = new Map<number, (frame: Uint8Array, link: Link) => void>();
	/** Links that others opened to it: what a victim counts. */
	accepted = 0;
	/** Of how many different hosts. */
	readonly callers = new Set<string>();
	/** It opens links and says nothing. */
	silent = false;
	/** Whom it has dialled. */
	readonly dialled: string[] = [];
	datagrams = 0;
	bytesIn = 0;
	readonly #world: VirtualWorld<Attacker>;
	readonly #ultrapeer: boolean;
	readonly #words = new Map<Link, readonly Uint8Array[]>();

	/** Datagrams come to a port so much above that of links. */
	constructor(net: VirtualNet, host: string, ultrapeer = true, port = 6346, datagramsAbove = 0) {
		this.host = host;
		this.#ultrapeer = ultrapeer;
		this.#world = net.world(host, () => this, { port, datagramsAbove });
	}

	dial(host: string, port = 6346): Link {
		this.dialled.push(host);
		return this.#world.dial({ host, port }, 'the laboratory');
	}

	/** One request over HTTP; what is answered is not read. */
	ask(host: string, port: number, request: string): void {
		this.speak(host, port, [new TextEncoder().encode(request)]);
	}

	/** A link on which it says this as soon as it is open, and nothing of Gnutella. */
	speak(host: string, port: number, words: readonly Uint8Array[]): Link {
		const link = this.#world.dial({ host, port }, 'the laboratory');
		this.#words.set(link, words);
		return link;
	}

	/** To all links, or to one. */
	say(frame: Uint8Array, to?: Link): void {
		for (const link of to === undefined ? this.links : [to]) this.#world.send(link, frame);
	}

	opened(link: Link, from: Address, dialled: boolean): void {
		if (!dialled) {
			this.accepted++;
			this.callers.add(from.host);
			return;
		}
		const words = this.#words.get(link);
		if (words !== undefined) {
			for (const bytes of words) this.#world.send(link, bytes);
			return;
		}
		if (this.silent) return;
		const headers: [string, string][] = [
			['User-Agent', 'Laboratory'],
			['X-Ultrapeer', this.#ultrapeer ? 'True' : 'False'],
			['X-Query-Routing', '0.2'],
			['GGEP', '0.5'],
			['X-Max-TTL', '7'],
			['X-Degree', '32'],
			['Bye-Packet', '0.1'],
			['Listen-IP', `${this.host}:6346`],
		];
		this.#world.send(link, encodeGreeting({ kind: 'connect', version: '0.6' }, headers));
		this.#world.send(link, encodeGreeting({ kind: 'status', code: 200, text: 'OK' }));
		this.links.add(link);
	}

	received(link: Link, bytes: Uint8Array): void {
		this.bytesIn += bytes.length;
		if (isFrame(bytes)) this.heard.get(typeOf(bytes))?.(bytes, link);
	}

	drained(): void {}

	closed(link: Link): void {
		this.links.delete(link);
		this.#words.delete(link);
	}

	datagram(_from: Address, bytes: Uint8Array): void {
		this.datagrams++;
		this.bytesIn += bytes.length;
	}

	tick(): void {}
}
