/**
 * One handshake between servents, from the first byte to the last word (Gnutella 0.6, "handshaking";
 * 0.4, section 1). It moves by the table of states.ts and decides nothing: whether to accept, and what
 * to say, is asked of the doorkeeper (connect.ts).
 *
 * Compression is chosen for each direction by its sender: who says Content-Encoding: deflate in its
 * last block deflates all that follows, and may say so only if the other said Accept-Encoding: deflate.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { type Headers, read, type Said } from './greeting.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { next, type State } from './states.ts';
import { encodeGreeting, parseGreeting } from './wire/handshake.ts';
import { HeaderBlock } from './wire/head.ts';

export type Version = '0.4' | '0.6';

/** The answer to somebody's offer. Codes as in the reference: 200, 403, 409, 429, 503. */
export interface Decision {
	readonly code: number;
	readonly text: string;
	readonly headers: readonly (readonly [string, string])[];
}

export interface Outcome {
	readonly link: Link;
	readonly remote: Address;
	readonly dialled: boolean;
	readonly version: Version;
	readonly said: Said;
	readonly inflate: boolean;
	readonly deflate: boolean;
	/** Bytes that came behind the last header block. */
	readonly rest: Uint8Array;
}

export interface Doorkeeper {
	/** Headers of our CONNECT to this host. */
	offer(remote: Address): readonly (readonly [string, string])[];
	/** Somebody offers a link: accept it (200) or not. */
	decide(remote: Address, said: Said, version: Version): Decision;
	/** They accepted our offer: headers of our last word, or why not after all. */
	confirm(remote: Address, said: Said): Decision;
	established(outcome: Outcome): void;
	/** The link did not come about. `said` where they answered. */
	failed(handshake: Handshake, why: string, said: Said | undefined): void;
}

export class Handshake implements LinkOwner {
	readonly remote: Address;
	readonly dialled: boolean;
	readonly version: Version;
	/** World time at which it is over. */
	readonly deadline: number;
	/** Any byte came back: tells an old servent that hangs up on 0.6 from one that refuses. */
	answered = false;
	link: Link = -1;
	#state: State;
	#head = new HeaderBlock();
	#said: Said | undefined;
	#deflate = false;
	readonly #servent: Servent;
	readonly #keeper: Doorkeeper;

	constructor(
		servent: Servent,
		keeper: Doorkeeper,
		given: { remote: Address; dialled: boolean; version: Version; deadline: number },
	) {
		this.#servent = servent;
		this.#keeper = keeper;
		this.remote = given.remote;
		this.dialled = given.dialled;
		this.version = given.version;
		this.deadline = given.deadline;
		this.#state = given.dialled ? 'dialling' : 'awaiting';
	}

	get state(): State {
		return this.#state;
	}

	opened(link: Link): void {
		this.link = link;
		if (!this.dialled) return;
		this.#state = next(this.#state, 'opened');
		const headers = this.version === '0.6' ? this.#keeper.offer(this.remote) : [];
		this.#servent.world.send(link, encodeGreeting({ kind: 'connect', version: this.version }, headers));
	}

	received(link: Link, bytes: Uint8Array): void {
		let rest = bytes;
		// The last word and the one before may come in one chunk.
		while (this.#state === 'greeted' || this.#state === 'awaiting' || this.#state === 'offered') {
			if (rest.length === 0) return;
			this.answered = true;
			const answer = this.#head.push(rest);
			if (answer === 'more') return;
			if (isRefusal(answer)) return this.#refuse(link, answer.refused, answer.detail);
			const head = this.#head;
			rest = head.rest;
			this.#head = new HeaderBlock();
			this.#block(link, head.firstLine ?? '', head.headers, rest);
		}
	}

	drained(): void {}

	closed(_link: Link, why: string): void {
		if (this.#state === 'closed') return;
		this.#state = next(this.#state, 'closed');
		this.#keeper.failed(this, why, this.#said);
	}

	/** Called by the doorkeeper's tick: gives up when the deadline has passed. */
	tick(now: number): void {
		if (now < this.deadline || this.#state === 'connected' || this.#state === 'closed') return;
		if (this.#state === 'dialling') {
			this.#state = next(this.#state, 'closed');
			this.#servent.world.hangup(this.link, 'no answer to the dial in time');
			this.#keeper.failed(this, 'no answer to the dial in time', undefined);
			return;
		}
		this.#giveUp('gnutella.handshake.slow', 'the handshake took too long');
	}

	/** Called by the doorkeeper where there is no room for all that are under way. */
	giveWay(): void {
		this.#giveUp('gnutella.handshake.crowd', 'too many handshakes are under way');
	}

	#giveUp(code: string, why: string): void {
		this.#state = next(this.#state, 'late');
		this.#servent.refuse(code, `${this.remote.host}:${this.remote.port}`);
		this.#servent.world.hangup(this.link, why);
		this.#keeper.failed(this, why, this.#said);
	}

	#block(link: Link, line: string, headers: Headers, rest: Uint8Array): void {
		const greeting = parseGreeting(line);
		if (isRefusal(greeting)) return this.#refuse(link, greeting.refused, greeting.detail);
		if (this.#state === 'awaiting') {
			if (greeting.kind !== 'connect')
				return this.#refuse(link, 'gnutella.handshake.malformed', 'not a CONNECT');
			return greeting.version === '0.4' ? this.#offeredOld(link, rest) : this.#offered(link, headers);
		}
		if (this.#state === 'greeted') {
			if (greeting.kind === 'ok' && this.version === '0.4') {
				this.#said = read(new Map());
				return this.#connect(link, '0.4', false, rest);
			}
			if (greeting.kind !== 'status' || this.version === '0.4') {
				return this.#refuse(link, 'gnutella.handshake.malformed', 'not an answer to CONNECT');
			}
			return this.#answer(link, greeting.code, greeting.text, headers, rest);
		}
		if (greeting.kind !== 'status') return this.#refuse(link, 'gnutella.handshake.malformed', 'no last word');
		if (greeting.code !== 200) return this.#close(link, `they declined: ${greeting.code} ${greeting.text}`);
		this.#connect(link, '0.6', this.#offersDeflate && read(headers).sendsDeflate, rest);
	}

	/** 0.4: there are no headers; OK means yes, closing means no. */
	#offeredOld(link: Link, rest: Uint8Array): void {
		this.#said = read(new Map());
		const decision = this.#keeper.decide(this.remote, this.#said, '0.4');
		if (decision.code !== 200) return this.#close(link, `refused: ${decision.text}`);
		this.#servent.world.send(link, encodeGreeting({ kind: 'ok' }));
		this.#state = next(this.#state, 'acceptedOldVersion');
		this.#establish(link, '0.4', false, rest);
	}

	#offered(link: Link, headers: Headers): void {
		this.#said = read(headers);
		const { code, text, headers: ours } = this.#keeper.decide(this.remote, this.#said, '0.6');
		this.#deflate = code === 200 && this.#said.takesDeflate && this.#offersDeflate;
		const all = this.#deflate ? [...ours, ['Content-Encoding', 'deflate'] as const] : ours;
		this.#servent.world.send(link, encodeGreeting({ kind: 'status', code, text }, all));
		if (code !== 200) return this.#close(link, `refused: ${code} ${text}`);
		this.#state = next(this.#state, 'offered');
	}

	#answer(link: Link, code: number, text: string, headers: Headers, rest: Uint8Array): void {
		this.#said = read(headers);
		if (code !== 200) return this.#close(link, `they refused: ${code} ${text}`);
		const confirmed = this.#keeper.confirm(this.remote, this.#said);
		this.#deflate = confirmed.code === 200 && this.#said.takesDeflate && this.#offersDeflate;
		const all = this.#deflate
			? [...confirmed.headers, ['Content-Encoding', 'deflate'] as const]
			: confirmed.headers;
		const last = { kind: 'status', code: confirmed.code, text: confirmed.text } as const;
		this.#servent.world.send(link, encodeGreeting(last, all));
		if (confirmed.code !== 200) return this.#close(link, `we declined: ${confirmed.text}`);
		this.#connect(link, '0.6', this.#offersDeflate && this.#said.sendsDeflate, rest);
	}

	#connect(link: Link, version: Version, inflate: boolean, rest: Uint8Array): void {
		this.#state = next(this.#state, 'accepted');
		this.#establish(link, version, inflate, rest);
	}

	#establish(link: Link, version: Version, inflate: boolean, rest: Uint8Array): void {
		const said = this.#said ?? read(new Map());
		const { remote, dialled } = this;
		this.#keeper.established({ link, remote, dialled, version, said, inflate, deflate: this.#deflate, rest });
	}

	get #offersDeflate(): boolean {
		return this.#servent.options.deflate !== false;
	}

	#refuse(link: Link, code: string, detail?: string): void {
		this.#servent.refuse(code, `${this.remote.host}:${this.remote.port}`, detail);
		this.#close(link, 'what came is not a Gnutella handshake');
	}

	#close(link: Link, why: string): void {
		this.#state = next(this.#state, 'refused');
		this.#servent.world.hangup(link, why);
		this.#keeper.failed(this, why, this.#said);
	}
}
