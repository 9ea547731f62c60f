/**
 * The seed's own look at a host before it is listed: it is dialled, asked for a handshake, and must
 * answer as a servent does (any code: 503 from a full ultrapeer is a good sign of life).
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link, World } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Limits } from './limits.ts';
import { encodeGreeting, parseGreeting } from './wire/handshake.ts';
import { HeaderBlock } from './wire/head.ts';

interface Check {
	readonly address: Address;
	readonly head: HeaderBlock;
	readonly until: number;
}

export class SeedCheck {
	readonly #world: World;
	readonly #agent: string;
	readonly #limits: Limits;
	readonly #done: (address: Address, alive: boolean) => void;
	readonly #checks = new Map<Link, Check>();
	readonly #names = new Set<string>();

	constructor(world: World, agent: string, limits: Limits, done: (address: Address, alive: boolean) => void) {
		this.#world = world;
		this.#agent = agent;
		this.#limits = limits;
		this.#done = done;
	}

	get size(): number {
		return this.#checks.size;
	}

	/** Dials the address, unless that is under way or too many are. */
	begin(address: Address): void {
		const name = formatAddress(address);
		if (this.#names.has(name) || this.#checks.size >= this.#limits.seedChecks) return;
		const until = this.#world.now() + this.#limits.handshakeSeconds * 1000;
		const link = this.#world.dial(address, 'verify a host that wants to be listed');
		this.#names.add(name);
		this.#checks.set(link, { address, head: new HeaderBlock(), until });
	}

	opened(link: Link): void {
		if (!this.#checks.has(link)) return;
		const headers: [string, string][] = [
			['User-Agent', this.#agent],
			['X-Ultrapeer', 'False'],
			['X-Query-Routing', '0.1'],
		];
		this.#world.send(link, encodeGreeting({ kind: 'connect', version: '0.6' }, headers));
	}

	received(link: Link, bytes: Uint8Array): void {
		const check = this.#checks.get(link);
		if (check === undefined) return;
		const answer = check.head.push(bytes);
		if (answer === 'more') return;
		const greeting = isRefusal(answer) ? answer : parseGreeting(check.head.firstLine ?? '');
		this.#end(link, !isRefusal(greeting) && greeting.kind !== 'connect');
	}

	closed(link: Link): void {
		if (this.#checks.has(link)) this.#end(link, false);
	}

	tick(now: number): void {
		for (const [link, check] of this.#checks) if (now >= check.until) this.#end(link, false);
	}

	#end(link: Link, alive: boolean): void {
		const check = this.#checks.get(link);
		if (check === undefined) return;
		this.#checks.delete(link);
		this.#names.delete(formatAddress(check.address));
		this.#world.hangup(link, 'verified');
		this.#done(check.address, alive);
	}
}
