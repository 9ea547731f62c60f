/**
 * Browse host: `GET /` lists what this node shares, off until its user wants it. A servent that accepts
 * application/x-gnutella-packets gets HIT messages one after another, anyone else a plain page.
 *
 * The list is made while it leaves, a message or some lines at a time, and ends after 10,000 files: who asks gets
 * no more memory of ours than one piece. Who does not read is left after `idleSeconds`. The link ends with the list.
 */
import type { Link } from '../../world/world.ts';
import type { SharedFile } from '../network.ts';
import { type Answer, recordsOf } from './answer.ts';
import type { Limits } from './limits.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { encodeResponse } from './wire/http.ts';
import { utf8 } from './wire/text.ts';
import { sha1Urn } from './wire/urn.ts';

const mostFiles = 10_000;
const linesAPiece = 100;
const packetsType = 'application/x-gnutella-packets';

/** The page's head says that nothing in it may run or load. */
const pageHeaders: readonly (readonly [string, string])[] = [
	['Content-Type', 'text/html; charset=utf-8'],
	['Content-Security-Policy', "default-src 'none'"],
	['X-Content-Type-Options', 'nosniff'],
];

/** A list on its way. */
interface Listing {
	readonly pieces: Iterator<Uint8Array>;
	/** Made, but there was no room for it. */
	held: Uint8Array | undefined;
	lastAt: number;
}

export class Browse implements LinkOwner {
	readonly #servent: Servent;
	readonly #limits: Limits;
	readonly #answer: Answer;
	readonly #listings = new Map<Link, Listing>();

	constructor(servent: Servent, limits: Limits, answer: Answer) {
		this.#servent = servent;
		this.#limits = limits;
		this.#answer = answer;
	}

	/** Takes the link over. */
	asked(link: Link, method: 'GET' | 'HEAD', accept: string): void {
		const { host, options, world } = this.#servent;
		const head: [string, string][] = [
			['Server', options.agent],
			['Connection', 'close'],
		];
		if (options.browse !== true) {
			const why = 'This node does not let others browse what it shares';
			world.send(link, encodeResponse(403, why, [...head, ['Content-Length', '0']]));
			return world.hangup(link, 'browsing is off');
		}
		const packets = accept.includes(packetsType);
		const kind = packets ? [['Content-Type', packetsType] as const] : pageHeaders;
		world.send(link, encodeResponse(200, 'OK', [...head, ...kind]));
		if (method === 'HEAD') return world.hangup(link, 'answered');
		const files = host.shares.all();
		const pieces = packets ? this.#messages(files) : page(files);
		this.#listings.set(link, { pieces, held: undefined, lastAt: world.now() });
		this.#servent.own(link, this);
		this.#pump(link);
	}

	opened(): void {}

	/** Nothing more is taken from a link that gets a list. */
	received(): void {}

	drained(link: Link): void {
		this.#pump(link);
	}

	closed(link: Link): void {
		this.#listings.delete(link);
	}

	tick(now: number): void {
		for (const [link, { lastAt }] of this.#listings)
			if (now - lastAt >= this.#limits.idleSeconds * 1000) this.#end(link, 'the other end does not read');
	}

	#pump(link: Link): void {
		const listing = this.#listings.get(link);
		if (listing === undefined) return;
		const { world } = this.#servent;
		listing.lastAt = world.now();
		for (;;) {
			const next = listing.held ?? (listing.pieces.next().value as Uint8Array | undefined);
			if (next === undefined) return this.#end(link, 'listed');
			listing.held = next;
			if (!world.send(link, next)) return;
			listing.held = undefined;
		}
	}

	#end(link: Link, why: string): void {
		this.#listings.delete(link);
		this.#servent.world.hangup(link, why);
	}

	*#messages(files: Iterable<SharedFile>): Generator<Uint8Array> {
		const guid = this.#servent.world.random(16);
		for (const some of inParts(files, this.#limits.hitRecordsSent))
			yield this.#answer.hit(recordsOf(some), guid, 1);
	}
}

function* page(files: Iterable<SharedFile>): Generator<Uint8Array> {
	yield utf8(
		'<!doctype html><meta charset="utf-8"><title>Shared files</title>\n<h1>Shared files</h1>\n<ul>\n',
	);
	for (const some of inParts(files, linesAPiece)) yield utf8(some.map(lineOf).join(''));
	yield utf8('</ul>\n');
}

function lineOf({ name, size, sha1 }: SharedFile): string {
	const text = `${escaped(name)} (${size} bytes)`;
	if (sha1 === undefined) return `<li>${text}\n`;
	const urn = sha1Urn(sha1);
	return `<li><a href="/uri-res/N2R?${urn}">${text}</a> ${urn}\n`;
}

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function* inParts(files: Iterable<SharedFile>, length: number): Generator<SharedFile[]> {
	let part: SharedFile[] = [];
	let count = 0;
	for (const file of files) {
		if (count++ === mostFiles) break;
		part.push(file);
		if (part.length < length) continue;
		yield part;
		part = [];
	}
	if (part.length > 0) yield part;
}
