/**
 * Retrieve, the end that wants the file: over a link to its source, or from it. The rules:
 *
 * - The size that the source says must be the size that was asked for: its digits touch the first bytes of the file,
 *   and only who knows it can tell where they end.
 * - Bytes are counted exactly. A source that closes before the end is a failure with what came kept: giFT's plugin
 *   loses the last part of each file, and another source, or the same from that offset, gives the rest.
 * - The host learns of each fetch exactly once that it has ended.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { FetchRequest } from '../network.ts';
import type { Pending } from './requests.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { beginsWithSize, encodeGreeting } from './wire/peer.ts';
import { rawBytes } from './wire/raw.ts';

interface Fetching extends Pending {
	readonly from: Address;
	/** Hello: it says "1". Size: it says how long the file is. Body: bytes come. */
	phase: 'dialling' | 'hello' | 'size' | 'body';
	/** What has come of the size. */
	said: Uint8Array;
	/** Bytes of the range still to come. */
	left: number;
	lastAt: number;
}

const HELLO = 0x31;
const NOTHING = new Uint8Array(0);

export class Retrieve implements LinkOwner {
	readonly #servent: Servent;
	/** A source could not be dialled: its server is to know. */
	readonly #unreachable: (nick: string) => void;
	readonly #byLink = new Map<Link, Fetching>();

	constructor(servent: Servent, unreachable: (nick: string) => void) {
		this.#servent = servent;
		this.#unreachable = unreachable;
	}

	dial(pending: Pending, to: Address): void {
		const link = this.#servent.dial(to, `fetch ${pending.request.name}`, this);
		this.#byLink.set(link, this.#begin(pending, to, 'dialling'));
	}

	/** A source has dialled us, and says that the file has so many bytes. */
	brought(link: Link, remote: Address, pending: Pending, size: number): void {
		const fetching = this.#begin(pending, remote, 'body');
		this.#byLink.set(link, fetching);
		this.#servent.own(link, this);
		if (size !== pending.size) return this.#refuse(link, fetching, `${size} instead of ${pending.size}`);
		this.#servent.world.send(link, rawBytes(String(pending.request.from)));
		this.#head(link, fetching);
	}

	/** Whether it was this one's. */
	cancel(fetch: number): boolean {
		for (const [link, { request }] of this.#byLink) {
			if (request.fetch !== fetch) continue;
			this.#end(link, 'cancelled');
			return true;
		}
		return false;
	}

	opened(link: Link): void {
		const fetching = this.#byLink.get(link);
		if (fetching !== undefined) fetching.phase = 'hello';
	}

	received(link: Link, bytes: Uint8Array): void {
		const fetching = this.#byLink.get(link);
		if (fetching === undefined) return;
		fetching.lastAt = this.#servent.world.now();
		if (fetching.phase === 'body') return this.#body(link, fetching, bytes);
		if (fetching.phase === 'size') return this.#size(link, fetching, bytes);
		if (bytes[0] !== HELLO) return this.#end(link, 'the source does not speak OpenNap');
		fetching.phase = 'size';
		const { nick } = this.#servent.options;
		const { path, request } = fetching;
		// In one write: the line has no end, so who reads it takes what came for all of it.
		this.#servent.world.send(link, encodeGreeting({ word: 'GET', nick, path, number: request.from }));
		if (bytes.length > 1) this.#size(link, fetching, bytes.subarray(1));
	}

	closed(link: Link, why: string): void {
		const fetching = this.#byLink.get(link);
		if (fetching === undefined) return;
		this.#byLink.delete(link);
		const { phase, left, nick, request, from } = fetching;
		if (phase === 'dialling') this.#unreachable(nick);
		if (phase === 'body' && left > 0)
			this.#servent.refuse('opennap.fetch.short', formatAddress(from), `${left} bytes are missing`);
		this.#servent.host.fetchEnd(request.fetch, phase === 'dialling' ? why : `the source closed: ${why}`);
	}

	tick(now: number): void {
		for (const [link, { lastAt }] of this.#byLink)
			if (now - lastAt >= this.#servent.limits.fetchSeconds * 1000)
				this.#end(link, 'the source sent nothing for too long');
	}

	#begin(pending: Pending, from: Address, phase: Fetching['phase']): Fetching {
		const left = endOf(pending) - pending.request.from;
		return { ...pending, from, phase, said: NOTHING, left, lastAt: this.#servent.world.now() };
	}

	#size(link: Link, fetching: Fetching, bytes: Uint8Array): void {
		const said = Buffer.concat([fetching.said, bytes]);
		const digits = beginsWithSize(said, fetching.size);
		if (digits === undefined) {
			fetching.said = said;
			return;
		}
		if (isRefusal(digits)) {
			// Words instead of a number: it cannot now, or does not.
			if (!/^[0-9]/.test(digits.detail ?? '')) return this.#putOff(link, fetching, digits.detail ?? '');
			return this.#refuse(link, fetching, digits.detail);
		}
		fetching.said = NOTHING;
		this.#head(link, fetching);
		if (said.length > digits) this.#body(link, fetching, said.subarray(digits));
	}

	#head(link: Link, fetching: Fetching): void {
		const { request, size } = fetching;
		fetching.phase = 'body';
		const range = { from: request.from, to: endOf(fetching), size };
		this.#servent.host.fetchHead(request.fetch, link, { status: 206, ...range, agent: '', alternates: [] });
		if (fetching.left === 0) this.#end(link, '');
	}

	#body(link: Link, fetching: Fetching, bytes: Uint8Array): void {
		const wanted = Math.min(fetching.left, bytes.length);
		fetching.left -= wanted;
		if (wanted > 0) this.#servent.host.fetchBody(fetching.request.fetch, bytes.subarray(0, wanted));
		if (fetching.left === 0) this.#end(link, '');
	}

	#putOff(link: Link, { request }: Fetching, words: string): void {
		const nothing = { status: 503, from: 0, to: 0, agent: '', alternates: [] };
		this.#servent.host.fetchHead(request.fetch, link, { ...nothing, retryAfter: 60 });
		this.#end(link, `the source says: ${words.replace(/ instead of \d+$/, '')}`);
	}

	#refuse(link: Link, { from }: Fetching, detail: string | undefined): void {
		this.#servent.refuse('opennap.fetch.size', formatAddress(from), detail);
		this.#end(link, 'the source has a file of another size');
	}

	#end(link: Link, why: string): void {
		const fetching = this.#byLink.get(link);
		if (fetching === undefined) return;
		this.#byLink.delete(link);
		this.#servent.world.hangup(link, why === '' ? 'the range is complete' : why);
		this.#servent.host.fetchEnd(fetching.request.fetch, why);
	}
}

function endOf({ request, size }: { request: FetchRequest; size: number }): number {
	return Math.max(request.from, Math.min(request.to ?? size, size));
}
