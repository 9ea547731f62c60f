/**
 * Who stays out, for two hours, as in aMule and eMule, and why:
 *
 * - who asks for a place again and again: each question for a file within 590 s of the one before, without having been served in
 *   between, counts three, each other one takes one off; at ten it is enough;
 * - another user at an address and port where others can be dialled: one of the two is not who he says;
 * - who claims the hash of a user that is here and has proven to be it, and cannot prove the same;
 * - who gave us a third of false bytes.
 *
 * Bans are of hosts, so a household may suffer for one of its members; therefore users that cannot be dialled, and share
 * an address, are not held against each other, and on loopback nobody is banned. `misbehaviour` switches all of it.
 */
import { Misbehaviour } from '../../defence/misbehaviour.ts';
import { formatAddress } from '../common/address.ts';
import { hex } from '../common/hash.ts';
import type { Client } from './client.ts';
import type { Peer, PeerParts, Peers } from './peers.ts';
import { isLowId } from './wire/endpoint.ts';

const BAN = 100;

interface Asking {
	readonly at: number;
	level: number;
}

export class Bans implements PeerParts {
	readonly #client: Client;
	readonly #peers: () => Peers;
	readonly #isServer: (host: string) => boolean;
	readonly #misbehaviour: Misbehaviour;
	/** By user and file: when it asked for a place. By where it listens: how pressing it is. */
	readonly #asked = new Map<string, number>();
	readonly #pressing = new Map<string, Asking>();
	/** The user that was met at an address, and when. */
	readonly #users = new Map<string, { readonly user: string; readonly at: number }>();
	/** Bytes that a host gave, and false ones among them. */
	readonly #given = new Map<string, { bytes: number; wrong: number }>();
	readonly #until = new Map<string, number>();

	constructor(client: Client, peers: () => Peers, isServer: (host: string) => boolean) {
		this.#client = client;
		this.#peers = peers;
		this.#isServer = isServer;
		const banMinutes = client.limits.banMinutes;
		const on = !(client.options.defencesOff ?? []).includes('misbehaviour');
		this.#misbehaviour = new Misbehaviour(on, { banMinutes, banMinutesMost: banMinutes });
	}

	/** How many hosts stay out now. */
	get count(): number {
		const now = this.#client.world.now();
		return [...this.#until.values()].filter((until) => now < until).length;
	}

	/** Why this host is not let in; undefined: it is. */
	refuses(host: string): string | undefined {
		return this.#misbehaviour.refuses(this.#client.world.now(), host);
	}

	arrived(peer: Peer): void {
		const { limits, world } = this.#client;
		const { hash, id } = peer.hello!;
		// A server tries whether we can be dialled, as whatever user it likes.
		if (isLowId(id) || this.#isServer(peer.remote.host)) return;
		const place = formatAddress(peer.listen);
		const user = hex(hash);
		const before = this.#users.get(place);
		const now = world.now();
		if (before !== undefined && before.user !== user && now - before.at < limits.banMinutes * 60_000)
			return this.#ban(peer.remote.host, 'edonkey.ban.user', place);
		remember(this.#users, place, { user, at: now }, limits.usersRemembered);
	}

	frame(): boolean {
		return false;
	}

	left(): void {}

	needs(): boolean {
		return false;
	}

	/** It asks for a place for a file. */
	asked(peer: Peer, file: string): void {
		const { limits, world } = this.#client;
		const now = world.now();
		const name = formatAddress(peer.listen);
		const key = `${name} ${file}`;
		const last = this.#asked.get(key);
		const isQuick = last !== undefined && now - last < limits.askAgainSeconds * 1000;
		const before = this.#pressing.get(name)?.level ?? 0;
		const level = Math.max(0, before + (isQuick ? limits.quickPoints : -1));
		remember(this.#asked, key, now, limits.usersRemembered);
		remember(this.#pressing, name, { at: now, level }, limits.usersRemembered);
		if (level < limits.pressingMost) return;
		this.#pressing.delete(name);
		this.#ban(peer.remote.host, 'edonkey.ban.often', file);
	}

	/** It has got what it asked for: it may ask for more. */
	served(peer: Peer, file: string): void {
		this.#asked.delete(`${formatAddress(peer.listen)} ${file}`);
	}

	/** It claims to be somebody who is here. */
	stole(peer: Peer): void {
		this.#ban(peer.remote.host, 'edonkey.ban.thief', hex(peer.hello!.hash));
	}

	gave(host: string, bytes: number): void {
		const given = this.#given.get(host) ?? { bytes: 0, wrong: 0 };
		given.bytes += bytes;
		remember(this.#given, host, given, this.#client.limits.usersRemembered);
	}

	wereFalse(host: string, bytes: number): void {
		const given = this.#given.get(host);
		if (given === undefined) return;
		given.wrong += bytes;
		if (given.wrong <= given.bytes * this.#client.limits.falseShare) return;
		this.#given.delete(host);
		this.#ban(host, 'edonkey.ban.false', `${given.wrong} of ${given.bytes} bytes`);
	}

	#ban(host: string, code: string, detail: string): void {
		const now = this.#client.world.now();
		this.#misbehaviour.penalty(now, host, BAN);
		if (this.#misbehaviour.refuses(now, host) === undefined) return;
		const { banMinutes, usersRemembered } = this.#client.limits;
		remember(this.#until, host, now + banMinutes * 60_000, usersRemembered);
		this.#client.refuse(code, host, detail);
		this.#peers().expel(host, 'it stays out for two hours');
	}
}

/** The oldest is forgotten where there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T, most: number): void {
	map.delete(key);
	map.set(key, value);
	if (map.size > most) map.delete(map.keys().next().value!);
}
