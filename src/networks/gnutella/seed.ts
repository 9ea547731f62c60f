/**
 * Seed: the server that makes a network joinable. One port: GWebCache 1 and 2 over HTTP, UDP host cache
 * over datagrams (PING with GGEP SCP, PONG with IPP). The rules keep it from becoming a weapon:
 *
 * - A host registers only itself: the address of its link is what is listed, its port what it says.
 * - Nothing is listed because somebody said so: the seed dials back and wants a Gnutella handshake
 *   answered (seed-check.ts). Membership is pulled, not pushed.
 * - At most `seedHosts` hosts at random in an answer; an entry expires after `seedMinutes` and must be
 *   registered, and verified, anew. Entries of one address and one /24 are bounded.
 * - URLs of other caches are listed only if this seed's operator named them: a URL in a request is a
 *   request to send others somewhere, and nobody can verify a web server from here.
 * - Requests of one host are bounded; heads are bounded in bytes and time; answers need no state.
 */
import { ConnectionFlood } from '../../defence/connection-flood.ts';
import { SeedPoisoning } from '../../defence/seed-poisoning.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link, World } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Network } from '../network.ts';
import { type Limits, limitsWith } from './limits.ts';
import { SeedCheck } from './seed-check.ts';
import { SeedList } from './seed-list.ts';
import { writeAddresses } from './wire/endpoint.ts';
import {
	type CacheAnswer,
	type CacheRequest,
	decodeCacheRequest,
	encodeCacheAnswer,
} from './wire/gwebcache.ts';
import { HeaderBlock } from './wire/head.ts';
import { encodeResponse, parseRequest } from './wire/http.ts';
import { encodeMessage, frameOfDatagram, guidOf, MessageType, payloadOf, typeOf } from './wire/message.ts';
import { decodePing } from './wire/ping.ts';
import { encodePong } from './wire/pong.ts';
import { concat, utf8 } from './wire/text.ts';

export interface SeedOptions {
	readonly agent: string;
	readonly announce: Address;
	readonly usable: (host: string) => boolean;
	/** URLs of other caches that the operator vouches for. */
	readonly urls: readonly string[];
	/** What else is given at this port, by path: the list of another network. */
	readonly pages?: ReadonlyMap<string, () => Uint8Array>;
	readonly limits?: Readonly<Record<string, number>>;
	readonly defencesOff?: readonly string[];
}

interface Caller {
	readonly remote: Address;
	readonly head: HeaderBlock;
	readonly until: number;
}

export class Seed implements Network {
	readonly name = 'gnutella';
	readonly #world: World;
	readonly #options: SeedOptions;
	readonly #limits: Limits;
	readonly #list: SeedList;
	readonly #check: SeedCheck;
	readonly #poisoning: SeedPoisoning;
	readonly #flood: ConnectionFlood;
	readonly #callers = new Map<Link, Caller>();
	#requests = 0;

	constructor(world: World, options: SeedOptions) {
		this.#world = world;
		this.#options = options;
		this.#limits = limitsWith(options.limits);
		this.#list = new SeedList(world, this.#limits);
		const on = (name: string): boolean => !(options.defencesOff ?? []).includes(name);
		this.#poisoning = new SeedPoisoning(on('seed-poisoning'));
		this.#flood = new ConnectionFlood(on('connection-flood'));
		this.#check = new SeedCheck(world, options.agent, this.#limits, (address, alive) => {
			if (alive) this.#list.add(address);
			else this.#refuse('gnutella.seed.unverified', formatAddress(address));
		});
	}

	/** For the status page and `--json`. */
	status(): { hosts: number; checking: number; requests: number } {
		return { hosts: this.#list.size, checking: this.#check.size, requests: this.#requests };
	}

	opened(link: Link, remote: Address, dialled: boolean): void {
		if (dialled) return this.#check.opened(link);
		const until = this.#world.now() + this.#limits.handshakeSeconds * 1000;
		this.#callers.set(link, { remote, head: new HeaderBlock(), until });
		this.#world.wake(until);
	}

	received(link: Link, bytes: Uint8Array): void {
		const caller = this.#callers.get(link);
		if (caller === undefined) return this.#check.received(link, bytes);
		const answer = caller.head.push(bytes);
		if (answer === 'more') return;
		this.#callers.delete(link);
		if (isRefusal(answer)) this.#refuse(answer.refused, formatAddress(caller.remote), answer.detail);
		else this.#answer(link, caller);
		this.#world.hangup(link, 'answered');
	}

	drained(): void {}

	closed(link: Link): void {
		if (!this.#callers.delete(link)) this.#check.closed(link);
	}

	datagram(from: Address, bytes: Uint8Array): void {
		const frame = frameOfDatagram(bytes);
		if (isRefusal(frame)) return this.#refuse(frame.refused, formatAddress(from), frame.detail);
		if (typeOf(frame) !== MessageType.Ping || !this.#admits(from)) return;
		const ping = decodePing(payloadOf(frame));
		if (isRefusal(ping)) return this.#refuse(ping.refused, formatAddress(from), ping.detail);
		this.#requests++;
		// The marks of a UDP host cache: UDPHC, and the hosts packed in IPP.
		const ggep = new Map<string, Uint8Array>([['UDPHC', new Uint8Array(0)]]);
		const hosts = ping.ggep.has('SCP') ? this.#list.sample(this.#limits.seedHosts) : [];
		if (hosts.length > 0) ggep.set('IPP', writeAddresses(hosts.map((one) => one.address)));
		const pong = encodePong({ address: this.#options.announce, files: 0, kilobytes: 0, ggep });
		this.#world.datagram(from, encodeMessage(MessageType.Pong, guidOf(frame), 1, 0, pong));
		// An ultrapeer that asks (SCP bit 0) may be listed, once it has been dialled.
		if (((ping.ggep.get('SCP')?.[0] ?? 0) & 1) === 1) this.#register(from, from.host);
	}

	tick(): void {
		const now = this.#world.now();
		this.#list.expire(now);
		this.#check.tick(now);
		for (const [link, caller] of this.#callers) {
			if (now < caller.until) continue;
			this.#callers.delete(link);
			this.#refuse('gnutella.http.slow', formatAddress(caller.remote));
			this.#world.hangup(link, 'the request took too long');
		}
		this.#world.wake(now + 1000);
	}

	#admits(from: Address): boolean {
		const why = this.#flood.requests(this.#world.now(), from.host);
		if (why !== undefined) this.#refuse(why, formatAddress(from));
		return why === undefined;
	}

	#answer(link: Link, caller: Caller): void {
		const request = parseRequest(caller.head.firstLine ?? '');
		if (isRefusal(request)) {
			this.#refuse(request.refused, formatAddress(caller.remote), request.detail);
			return this.#send(link, 400, 'Bad Request', 'ERROR: not an HTTP request\n');
		}
		if (!this.#admits(caller.remote)) return this.#send(link, 429, 'Too Many Requests', 'ERROR: ask later\n');
		this.#requests++;
		// The query is taken from the line as it was sent: it is percent-decoded value by value.
		const target = (caller.head.firstLine ?? '').split(' ')[1] ?? '/';
		const page = this.#options.pages?.get(target);
		if (page !== undefined) return this.#sendBytes(link, page());
		const mark = target.indexOf('?');
		if (mark < 0) return this.#send(link, 200, 'OK', this.#page());
		const query = decodeCacheRequest(target.slice(mark + 1));
		if (isRefusal(query)) {
			this.#refuse(query.refused, formatAddress(caller.remote), query.detail);
			return this.#send(link, 400, 'Bad Request', 'ERROR: cannot read the query\n');
		}
		this.#send(link, 200, 'OK', encodeCacheAnswer(this.#cache(query, caller.remote), query.version));
	}

	#cache(query: CacheRequest, remote: Address): CacheAnswer {
		const info: string[] = [];
		if (query.net !== undefined && query.net !== 'gnutella') {
			return {
				hosts: [],
				urls: [],
				info: query.version === 2 ? ['net-not-supported'] : [],
				error: 'net not supported',
			};
		}
		if (query.ping)
			info.push(query.version === 2 ? `pong|${this.#options.agent}|gnutella` : `PONG ${this.#options.agent}`);
		if (query.ip !== undefined) {
			const refused = this.#register(query.ip, remote.host);
			if (query.version === 2) info.push(refused === undefined ? 'update|OK' : `update|WARNING|${refused}`);
			else info.push(refused === undefined ? 'OK' : `WARNING: ${refused}`);
		}
		const now = this.#world.now();
		const wantsHosts = query.get === true || query.hostfile === true;
		const hosts = wantsHosts ? this.#list.sample(this.#limits.seedHosts) : [];
		const urls = query.get === true || query.urlfile === true ? this.#options.urls : [];
		return {
			info,
			hosts: hosts.map(({ address, since }) => ({ address, age: Math.floor((now - since) / 1000) })),
			urls: urls.map((url) => ({ url, age: 0 })),
		};
	}

	/** Begins to verify a host that wants to be listed. A text: why not. */
	#register(address: Address, from: string): string | undefined {
		if (!this.#options.usable(address.host)) return 'address not usable here';
		if (this.#list.has(address)) return undefined;
		const listed = this.#list.inNetworkOf(address);
		const refused = this.#poisoning.registers(this.#world.now(), address, from, listed);
		if (refused !== undefined) {
			this.#refuse(refused, from, formatAddress(address));
			return 'rejected';
		}
		this.#check.begin(address);
		return undefined;
	}

	#page(): string {
		const { hosts, requests } = this.status();
		return `${this.#options.agent}: a seed of the Gnutella network.\nGWebCache 1 and 2, UDP host cache.\nHosts: ${hosts}. Requests: ${requests}.\n`;
	}

	#send(link: Link, code: number, text: string, body: string): void {
		this.#respond(link, [code, text], 'text/plain; charset=utf-8', utf8(body));
	}

	#sendBytes(link: Link, bytes: Uint8Array): void {
		this.#respond(link, [200, 'OK'], 'application/octet-stream', bytes);
	}

	#respond(link: Link, [code, text]: [number, string], type: string, bytes: Uint8Array): void {
		const head = encodeResponse(code, text, [
			['Server', this.#options.agent],
			['Content-Type', type],
			['Content-Length', String(bytes.length)],
			['Connection', 'close'],
		]);
		this.#world.send(link, concat([head, bytes]));
	}

	#refuse(code: string, subject: string, detail?: string): void {
		this.#world.notice({ at: this.#world.now(), code, subject, ...(detail === undefined ? {} : { detail }) });
	}
}
