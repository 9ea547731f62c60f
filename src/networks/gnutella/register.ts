/**
 * Register: how this servent finds a network, and lets itself be found. The rules:
 *
 * - Only seeds that the user named are asked, and only while links are wanted: one at a time, with a
 *   pause; a seed that answered is left alone for `seedPauseMinutes`.
 * - UDP host caches (PING with GGEP SCP, PONG with IPP) and web caches (GWebCache 2, and 1 where 2 is
 *   not understood). An answer counts only from whom we asked, and within half a minute.
 * - What a seed tells are candidates (host-cache.ts).
 * - We report ourselves to a web cache only as a reachable ultrapeer, at most hourly, and only our own
 *   address; a good cache will dial back before it believes.
 * - We are a UDP host cache too: a PING with SCP gets ten hosts that we spoke with lately. One answer a
 *   minute for an address, since the sender of a datagram can be forged.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { HostCache } from './host-cache.ts';
import type { Limits } from './limits.ts';
import type { Servent } from './servent.ts';
import { WebCacheClient } from './web-cache-client.ts';
import { readAddresses, writeAddresses } from './wire/endpoint.ts';
import { newGuid } from './wire/guid.ts';
import { encodeMessage, frameOfDatagram, guidOf, MessageType, payloadOf, typeOf } from './wire/message.ts';
import { decodePing, encodePing } from './wire/ping.ts';
import { decodePong, encodePong } from './wire/pong.ts';

/** A UDP host cache's answer comes within this, or not at all. */
const PATIENCE = 30_000;
/** Hosts in our answer, and read from one answer (gtk-gnutella sends at most 30). */
const HOSTS_SENT = 10;
const HOSTS_READ = 30;
const ANSWER_PAUSE = 60_000;
/** Addresses remembered for the answer pause. */
const ANSWERED_MOST = 4096;

export class Register {
	readonly #servent: Servent;
	readonly #hosts: HostCache;
	readonly #limits: Limits;
	readonly #web: WebCacheClient;
	/** Message ids of our questions: who was asked, and until when an answer counts. */
	readonly #asked = new Map<string, number>();
	readonly #answered = new Map<string, number>();
	/** When each UDP host cache may be asked again. */
	readonly #nextAt = new Map<string, number>();
	#turnAt = 0;

	constructor(servent: Servent, hosts: HostCache, limits: Limits, reachable: () => boolean) {
		this.#servent = servent;
		this.#hosts = hosts;
		this.#limits = limits;
		this.#web = new WebCacheClient(servent, hosts, limits, reachable);
	}

	/** Called while links are wanted. */
	tick(now: number): void {
		this.#web.tick(now);
		if (now < this.#turnAt) return;
		this.#turnAt = now + 1000;
		for (const cache of this.#servent.options.hostCaches) {
			const name = formatAddress(cache);
			if ((this.#nextAt.get(name) ?? 0) > now) continue;
			this.#nextAt.set(name, now + this.#limits.seedAgainSeconds * 1000);
			const guid = newGuid(this.#servent.world.random(16));
			const scp = new Map([['SCP', Uint8Array.of(this.#servent.role === 'ultrapeer' ? 1 : 0)]]);
			this.#asked.set(String(guid), now + PATIENCE);
			this.#servent.world.datagram(
				cache,
				encodeMessage(MessageType.Ping, guid, 1, 0, encodePing({ ggep: scp })),
			);
			break;
		}
		if (this.#hosts.size < this.#limits.leafUltrapeers * 2) this.#web.ask(now);
	}

	datagram(from: Address, bytes: Uint8Array): void {
		const frame = frameOfDatagram(bytes);
		if (isRefusal(frame)) return this.#servent.refuse(frame.refused, formatAddress(from), frame.detail);
		if (typeOf(frame) === MessageType.Ping) this.#ping(from, frame);
		else if (typeOf(frame) === MessageType.Pong) this.#pong(from, frame);
	}

	#ping(from: Address, frame: Uint8Array): void {
		const now = this.#servent.world.now();
		if ((this.#answered.get(from.host) ?? 0) > now) return;
		const ping = decodePing(payloadOf(frame));
		if (isRefusal(ping)) return this.#servent.refuse(ping.refused, formatAddress(from), ping.detail);
		this.#answered.delete(from.host);
		this.#answered.set(from.host, now + ANSWER_PAUSE);
		if (this.#answered.size > ANSWERED_MOST) this.#answered.delete(this.#answered.keys().next().value ?? '');
		const ggep = new Map<string, Uint8Array>();
		if (ping.ggep.has('SCP')) {
			const hosts = this.#hosts.sample(HOSTS_SENT, 'ultrapeer');
			if (hosts.length > 0) ggep.set('IPP', writeAddresses(hosts));
		}
		const { shares } = this.#servent.host;
		const { announce } = this.#servent.options;
		const pong = encodePong({ address: announce, files: shares.files, kilobytes: shares.kilobytes, ggep });
		this.#servent.world.datagram(from, encodeMessage(MessageType.Pong, guidOf(frame), 1, 0, pong));
	}

	#pong(from: Address, frame: Uint8Array): void {
		const now = this.#servent.world.now();
		const id = String(guidOf(frame));
		const until = this.#asked.get(id);
		this.#asked.delete(id);
		if (until === undefined || until < now) {
			return this.#servent.refuse('gnutella.pong.unasked', formatAddress(from));
		}
		const pong = decodePong(payloadOf(frame));
		if (isRefusal(pong)) return this.#servent.refuse(pong.refused, formatAddress(from), pong.detail);
		const hosts = readAddresses(pong.ggep.get('IPP'), HOSTS_READ);
		for (const host of hosts) this.#hosts.told(host, 'seed', from.host);
		if (hosts.length > 0) this.#nextAt.set(formatAddress(from), now + this.#limits.seedPauseMinutes * 60_000);
	}
}
