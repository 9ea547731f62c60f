/**
 * Connect: whom this servent is linked with. The rules:
 *
 * - It dials while it has fewer ultrapeers than it wants: manual peers first, then hosts of the cache.
 *   A manual peer is dialled again for ever, with a pause; one that hangs up on 0.6 without a word is
 *   tried once with 0.4.
 * - It accepts by role: an ultrapeer takes leaves, ultrapeers and a few servents without roles; a leaf
 *   takes nobody, and says where to go instead (X-Try-Ultrapeers). With `auto`, a leaf that is alone
 *   becomes an ultrapeer when somebody knocks (role.ts).
 * - Who knocks too often, is banned, or holds too many links from one host is refused with 429 or 409.
 * - Handshakes under way are bounded in time, and in number: the oldest gives way to a new one.
 *
 * upkeep.ts looks after links that stand.
 */
import { isLoopback } from '../../defence/rate.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { ourHeaders, type Said } from './greeting.ts';
import type { Guards } from './guards.ts';
import { type Decision, type Doorkeeper, Handshake, type Outcome, type Version } from './handshake.ts';
import type { HostCache } from './host-cache.ts';
import type { Limits } from './limits.ts';
import { NamedPeers, same } from './named-peers.ts';
import type { Peers } from './peers.ts';
import { elect } from './role.ts';
import type { Servent } from './servent.ts';

export interface ConnectParts {
	readonly peers: Peers;
	readonly hosts: HostCache;
	readonly limits: Limits;
	readonly guards: Guards;
	established(outcome: Outcome): void;
}

export class Connect implements Doorkeeper {
	readonly #servent: Servent;
	readonly #parts: ConnectParts;
	/** Under way; undefined: none. */
	#handshakes: Set<Handshake> | undefined;
	readonly #named: NamedPeers;
	readonly #startedAt: number;
	#aloneSince: number;
	/** What ultrapeers said of the need for more ultrapeers, last. */
	#needed: boolean | undefined;
	/** Somebody dialled us and got through: we are not behind a wall. */
	reachable = false;

	constructor(servent: Servent, parts: ConnectParts) {
		this.#servent = servent;
		this.#parts = parts;
		this.#startedAt = servent.world.now();
		this.#named = new NamedPeers(this.#startedAt);
		this.#aloneSince = this.#startedAt;
	}

	/** A peer that the user named: kept linked as long as the servent runs. */
	add(address: Address): void {
		this.#named.add(address);
	}

	remove(address: Address): void {
		this.#named.remove(address);
	}

	/** An accepted link whose first bytes look like a handshake. */
	accepted(link: Link, remote: Address): void {
		const { world } = this.#servent;
		const waiting = [...(this.#handshakes ?? [])].filter((one) => !one.dialled);
		// Who means it is quick; who only takes up room gets older.
		if (waiting.length >= this.#parts.limits.handshakes) waiting[0]?.giveWay();
		const deadline = world.now() + this.#parts.limits.handshakeSeconds * 1000;
		const handshake = new Handshake(this.#servent, this, {
			remote,
			dialled: false,
			version: '0.6',
			deadline,
		});
		handshake.opened(link);
		(this.#handshakes ??= new Set()).add(handshake);
		this.#servent.own(link, handshake);
	}

	/** Whether links are wanted that are not there: how many. */
	get wanted(): number {
		const leaf = this.#servent.role === 'leaf';
		const want = leaf ? this.#parts.limits.leafUltrapeers : this.#parts.limits.ultrapeerLinksWanted;
		return Math.max(0, want - this.#parts.peers.ultrapeers.length);
	}

	tick(now: number): void {
		if (this.#handshakes !== undefined) for (const handshake of this.#handshakes) handshake.tick(now);
		this.#elect(now, false);
		this.#dialNamed(now);
		this.#dialKnown(now);
	}

	/** Counts loneliness: called by the door whenever a peer has come or gone. */
	changed(now: number): void {
		this.#named.changed();
		if (this.#parts.peers.ultrapeers.length > 0) this.#aloneSince = 0;
		else if (this.#aloneSince === 0) this.#aloneSince = now;
	}

	offer(remote: Address): readonly (readonly [string, string])[] {
		return this.#headers(remote);
	}

	decide(remote: Address, said: Said, version: Version): Decision {
		const now = this.#servent.world.now();
		if (!this.#parts.guards.knock(now, remote)) {
			return this.#no(remote, 429, 'Too many connections from you, try later');
		}
		let fromHost = 0;
		for (const peer of this.#parts.peers.all()) if (peer.remote.host === remote.host) fromHost++;
		if (fromHost >= this.#parts.limits.linksFromHost && !isLoopback(remote.host)) {
			return this.#no(remote, 409, 'Already connected');
		}
		this.#elect(now, true);
		const full = this.#full(said, version);
		if (full !== undefined) return this.#no(remote, full.code, full.text);
		const headers = this.#headers(remote);
		headers.push(...this.#try());
		if (said.features.role === 'ultrapeer')
			headers.push(['X-Ultrapeer-Needed', this.#needsUltrapeers ? 'True' : 'False']);
		return { code: 200, text: 'OK', headers };
	}

	confirm(_remote: Address, said: Said): Decision {
		this.#needed = said.ultrapeerNeeded ?? this.#needed;
		this.#told(said, _remote);
		if (this.#servent.role === 'leaf' && said.features.role === 'leaf') {
			return { code: 503, text: 'I am a leaf and need an ultrapeer', headers: [] };
		}
		this.#elect(this.#servent.world.now(), false);
		const role = this.#servent.role === 'ultrapeer' ? 'True' : 'False';
		return { code: 200, text: 'OK', headers: [['X-Ultrapeer', role]] };
	}

	established(outcome: Outcome): void {
		this.#forget(outcome.link);
		this.#named.linked(outcome.remote);
		this.#parts.established(outcome);
	}

	failed(handshake: Handshake, why: string, said: Said | undefined): void {
		this.#done(handshake);
		this.#named.changed();
		if (said !== undefined) this.#told(said, handshake.remote);
		if (!handshake.dialled) return;
		if (said === undefined) this.#parts.hosts.failed(handshake.remote);
		// A servent of before 0.6 hangs up on what it does not know, without a word.
		const silent = handshake.version === '0.6' && handshake.state === 'closed' && !handshake.answered;
		const old = silent && why.includes('closed');
		if (this.#named.failed(this.#servent.world.now(), handshake.remote, old))
			this.#servent.refuse('gnutella.connect.failed', formatAddress(handshake.remote), why);
	}

	#forget(link: Link): void {
		for (const handshake of this.#handshakes ?? []) if (handshake.link === link) this.#done(handshake);
	}

	#done(handshake: Handshake): void {
		this.#handshakes?.delete(handshake);
		if (this.#handshakes?.size === 0) this.#handshakes = undefined;
	}

	#elect(now: number, asked: boolean): void {
		if (this.#servent.options.role === this.#servent.role) return;
		const role = elect(
			{
				wanted: this.#servent.options.role,
				role: this.#servent.role,
				now,
				startedAt: this.#startedAt,
				reachable: this.reachable,
				ultrapeers: this.#parts.peers.ultrapeers.length,
				leaves: this.#parts.peers.leaves.length,
				aloneSince: this.#aloneSince,
				asked,
				needed: this.#needed,
			},
			this.#parts.limits,
		);
		if (role !== this.#servent.role) this.#servent.changeRole(role);
	}

	/** Why there is no room for this one. */
	#full(said: Said, version: Version): { code: number; text: string } | undefined {
		if (this.#servent.role === 'leaf') return { code: 503, text: 'I am a shielded leaf' };
		const { role } = said.features;
		if (version === '0.4' || role === 'legacy') {
			return this.#parts.peers.legacies.length < this.#parts.limits.legacies
				? undefined
				: { code: 503, text: 'No room for servents without roles' };
		}
		const { ultrapeers, leaves } = this.#parts.peers;
		if (role === 'ultrapeer' && ultrapeers.length < this.#parts.limits.ultrapeerLinks) return undefined;
		if (role === 'leaf' && leaves.length < this.#parts.limits.leaves) return undefined;
		return { code: 503, text: role === 'ultrapeer' ? 'No room for ultrapeers' : 'No room for leaves' };
	}

	/** Ultrapeers are needed while ours are mostly taken, or there are hardly any. */
	get #needsUltrapeers(): boolean {
		const few = this.#parts.peers.ultrapeers.length < this.#parts.limits.queryProbes;
		return few || this.#parts.peers.leaves.length > this.#parts.limits.leaves / 2;
	}

	#headers(remote: Address): [string, string][] {
		return ourHeaders({
			agent: this.#servent.options.agent,
			role: this.#servent.role,
			announce: this.#servent.options.announce,
			remote,
			degree: this.#parts.limits.ultrapeerLinks,
			maxTtl: this.#parts.limits.maxTtl,
			deflate: this.#servent.options.deflate !== false,
		});
	}

	#no(remote: Address, code: number, text: string): Decision {
		const headers: [string, string][] = [
			['User-Agent', this.#servent.options.agent],
			['Remote-IP', remote.host],
			...this.#try(),
		];
		return { code, text, headers };
	}

	#try(): [string, string][] {
		const linked = this.#parts.peers.ultrapeers.slice(0, 5).map((peer) => peer.listen);
		const known = this.#parts.hosts.sample(10 - linked.length, 'ultrapeer');
		const names = new Set([...linked, ...known].map(formatAddress));
		return names.size === 0 ? [] : [['X-Try-Ultrapeers', [...names].join(', ')]];
	}

	#told(said: Said, by: Address): void {
		for (const address of said.tryUltrapeers) {
			if (this.#servent.options.usable(address.host)) this.#parts.hosts.told(address, 'try', by.host);
		}
	}

	#dialNamed(now: number): void {
		for (const { address, version } of this.#named.due(now, (one) => this.#busy(one)))
			this.#dial(address, version, 'a peer that you named');
	}

	#dialKnown(now: number): void {
		const { wanted } = this;
		if (wanted === 0) return;
		const underWay = [...(this.#handshakes ?? [])].filter((one) => one.dialled).length;
		const count = Math.min(wanted, this.#parts.limits.dialsAtOnce) - underWay;
		if (count <= 0) return;
		for (const address of this.#parts.hosts.next(now, count, underWay === 0 && this.#isAlone(now))) {
			if (!this.#busy(address)) this.#dial(address, '0.6', 'an ultrapeer for the overlay');
		}
	}

	/** Linked with nobody, and with no ultrapeer for a while. */
	#isAlone(now: number): boolean {
		if (this.#aloneSince === 0 || now - this.#aloneSince < this.#parts.limits.isolationSeconds * 1000)
			return false;
		return this.#parts.peers.size === 0;
	}

	#dial(address: Address, version: Version, purpose: string): void {
		const deadline = this.#servent.world.now() + this.#parts.limits.handshakeSeconds * 1000;
		const handshake = new Handshake(this.#servent, this, {
			remote: address,
			dialled: true,
			version,
			deadline,
		});
		(this.#handshakes ??= new Set()).add(handshake);
		handshake.link = this.#servent.dial(address, purpose, handshake);
	}

	/** Ourselves, linked already, or being dialled. */
	#busy(address: Address): boolean {
		const { announce } = this.#servent.options;
		if (same(address, announce)) return true;
		for (const peer of this.#parts.peers.all()) if (peer.isAt(address)) return true;
		for (const one of this.#handshakes ?? []) if (one.dialled && same(one.remote, address)) return true;
		return false;
	}
}
