/** A node of ours in a recorder, and a leaf or super-node that a test plays by hand. */

import { hex } from '../../../src/networks/common/hash.ts';
import { FastTrack } from '../../../src/networks/fasttrack/index.ts';
import type { Options } from '../../../src/networks/fasttrack/servent.ts';
import { Session } from '../../../src/networks/fasttrack/session.ts';
import type { Message } from '../../../src/networks/fasttrack/wire/frame.ts';
import type { ClaimedTree, FetchHead, FetchRequest } from '../../../src/networks/network.ts';
import { Recorder } from '../../../src/world/recorder.ts';
import type { Link } from '../../../src/world/world.ts';
import { quietHost } from '../../contract/subjects.ts';
import { FastTrackShares, type FileOf } from './net.ts';
import { hash } from './session.ts';

export const own = { host: '198.51.100.1', port: 1214 };
export const hub = { host: '198.51.100.1', port: 1214 };
export const there = { host: '198.51.100.7', port: 1300 };

/** Ten bytes of a file of somebody who is there. */
export const request: FetchRequest = {
	fetch: 1,
	source: {
		network: 'fasttrack',
		...there,
		id: 'ada',
		index: 0,
		firewalled: false,
		agent: 'KaZaA',
		proxies: [hub],
	},
	name: 'amber.mp3',
	fthash: hex(hash),
	from: 10,
	to: 20,
};

export interface Played extends Partial<Options> {
	readonly files?: readonly FileOf[];
}

export class Scene {
	readonly world = new Recorder();
	readonly node: FastTrack;
	readonly hits: unknown[] = [];
	readonly ended: string[] = [];
	readonly fetched: string[] = [];
	readonly heads: FetchHead[] = [];
	readonly trees: ClaimedTree[] = [];
	readonly #shares: FastTrackShares;

	constructor({ files = [], ...options }: Played) {
		this.#shares = new FastTrackShares(files);
		const host = {
			...quietHost(),
			shares: this.#shares,
			hit: (_search: number, hit: unknown) => void this.hits.push(hit),
			searchEnded: (_search: number, why: string) => void this.ended.push(why),
			tree: (id: number) => this.#shares.tree(id),
			fetchHead: (_fetch: number, _link: Link, head: FetchHead) => void this.heads.push(head),
			fetchTree: (_fetch: number, tree: ClaimedTree) => void this.trees.push(tree),
			fetchEnd: (_fetch: number, why: string) => void this.fetched.push(why),
		};
		this.node = this.world.attach(
			new FastTrack(this.world, host, {
				role: 'supernode',
				announce: own,
				user: 'me',
				network: 'KaZaA',
				agent: 'Sallyport/test',
				usable: (ip) => !ip.startsWith('10.'),
				seeds: [],
				...options,
			}),
		);
		this.node.start();
	}

	/** Somebody connects. */
	caller(ip = '198.51.100.7', bytes?: Uint8Array | string): Caller {
		const caller = new Caller(this, this.world.accept({ host: ip, port: 40_000 }));
		if (bytes !== undefined) this.feed(caller.link, bytes);
		return caller;
	}

	feed(link: Link, bytes: Uint8Array | string): void {
		this.world.feed(link, typeof bytes === 'string' ? Uint8Array.from(Buffer.from(bytes, 'latin1')) : bytes);
		this.world.flush();
	}

	/** The hash of the first file that it shares. */
	shared(): Uint8Array {
		return this.#shares.list[0].fthash!;
	}

	/** Its kzhash, in hex. */
	sharedTree(): string {
		return hex(this.shared()) + hex(this.#shares.list[0].kztree!);
	}

	codes(): string[] {
		return this.world.notices.map(({ code }) => code);
	}

	isEnded(link: Link): boolean {
		return this.world.hangups.some((one) => one.link === link);
	}
}

/** The other end of a link, which speaks our own session. */
export class Caller {
	readonly link: Link;
	readonly heard: Message[] = [];
	readonly #scene: Scene;
	#session: Session | undefined;
	#read = 0;

	constructor(scene: Scene, link: Link) {
		this.#scene = scene;
		this.link = link;
	}

	/** Greets as a leaf, up to where messages may be said. */
	asLeaf(network = 'KaZaA'): this {
		this.#session = new Session('leaf', network);
		this.#scene.feed(this.link, this.#session.hello());
		this.#listen();
		return this;
	}

	/** Answers as a super-node, to a link that was dialled. */
	asSupernode(): this {
		this.#session = new Session('supernode', 'KaZaA');
		this.#listen();
		return this;
	}

	say(type: number, body: Uint8Array): void {
		this.tell(type, body);
		this.#listen();
	}

	/** Without a look at what is answered: for thousands of messages. */
	tell(type: number, body: Uint8Array): void {
		this.#scene.feed(this.link, this.#session!.message(type, body));
	}

	ping(): void {
		this.#scene.feed(this.link, this.#session!.ping());
		this.#listen();
	}

	/** All that has been said to it, as text. */
	text(): string {
		return Buffer.from(this.#scene.world.sentOn(this.link)).toString('latin1');
	}

	ofType(type: number): Uint8Array[] {
		this.#listen();
		return this.heard.filter((one) => one.type === type).map(({ body }) => body);
	}

	#listen(): void {
		const session = this.#session!;
		for (;;) {
			const all = this.#scene.world.sentOn(this.link);
			if (all.length === this.#read) return;
			session.push(all.subarray(this.#read));
			this.#read = all.length;
			for (let step = session.step(); step !== undefined; step = session.step()) {
				if (typeof step === 'string') this.heard.push({ type: -1, body: new Uint8Array(0) });
				else if ('say' in step) this.#scene.feed(this.link, step.say);
				else if ('type' in step) this.heard.push({ type: step.type, body: step.body.slice() });
				else if ('refused' in step) throw new Error(`what we were told is refused: ${step.refused}`);
			}
		}
	}
}
