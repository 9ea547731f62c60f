/** A conversation of two of our servents on real sockets that holds every type of message that we send. */
import { expect } from 'vitest';
import type { Address } from '../../src/world/world.ts';
import { type LiveServent, liveServent } from '../networks/gnutella/live.ts';
import { until } from '../world/nodes.ts';
import { type Said, TappedWorld } from './capture.ts';

export const LEAF = '127.45.1.1';
export const ULTRAPEER = '127.45.2.1';
export const leafFiles = [
	{ name: 'Sally port lecture.ogg', size: 700 },
	{ name: 'Sally port slides, Übersicht.pdf', size: 123_456 },
];
const ultrapeerFiles = [{ name: 'drawbridge plans.png', size: 4242 }];

export interface Conversation {
	readonly said: readonly Said[];
	readonly dialler: Address;
	readonly listener: Address;
	readonly leaf: LiveServent;
	readonly ultrapeer: LiveServent;
}

/** A leaf joins, both search, the ultrapeer fetches by PUSH, the leaf says goodbye. */
export async function converse(): Promise<Conversation> {
	const said: Said[] = [];
	const tapped = new Map<'dialler' | 'listener', TappedWorld>();
	const make = (by: 'dialler' | 'listener') => (options: ConstructorParameters<typeof TappedWorld>[0]) => {
		const world = new TappedWorld(options);
		tapped.set(by, world);
		return world;
	};
	const leaf = liveServent({
		ip: LEAF,
		role: 'leaf',
		deflate: false,
		files: leafFiles,
		makeWorld: make('dialler'),
	});
	const ultrapeer = liveServent({
		ip: ULTRAPEER,
		role: 'ultrapeer',
		deflate: false,
		files: ultrapeerFiles,
		makeWorld: make('listener'),
	});
	await leaf.listen();
	const listener = await ultrapeer.listen();
	// The first link that the leaf dials, and the first that the ultrapeer accepts, are the two ends of the
	// link between servents. Others (files, knocking back) are not in the capture.
	let dialler: Address | undefined;
	for (const [by, servent] of [
		['dialler', leaf],
		['listener', ultrapeer],
	] as const) {
		let ours: number | undefined;
		const { gnutella } = servent;
		const opened = gnutella.opened.bind(gnutella);
		gnutella.opened = (link, remote, dialled) => {
			if (dialled === (by === 'dialler')) ours ??= link;
			if (by === 'listener' && link === ours) dialler = remote;
			opened(link, remote, dialled);
		};
		tapped.get(by)!.sent = (link, bytes) => {
			if (link === ours) said.push({ by, bytes });
		};
	}
	const has = (by: Said['by'], type: number) =>
		messagesOf(said).some((one) => one.by === by && one.bytes[16] === type);
	try {
		leaf.gnutella.connect(listener);
		await until(() => has('dialler', QRP) && has('listener', PONG) && has('dialler', PONG));
		leaf.gnutella.search(1, 'drawbridge plans');
		await until(() => leaf.hits.length > 0);
		ultrapeer.gnutella.search(1, 'sally port');
		await until(() => ultrapeer.hits.length === 2);
		const { hit } = ultrapeer.hits.find((one) => one.hit.name === leafFiles[0]!.name)!;
		const source = { ...hit.source, firewalled: true };
		ultrapeer.gnutella.fetch({ fetch: 1, source, name: hit.name, from: 0, to: 700 });
		await until(() => ultrapeer.fetched.has(1));
		expect([ultrapeer.fetched.get(1), ultrapeer.bytes]).toEqual(['', 700]);
		leaf.gnutella.stop();
		await until(() => ultrapeer.gnutella.peers().length === 0);
		return { said, dialler: dialler!, listener, leaf, ultrapeer };
	} finally {
		await Promise.all([leaf.stop(), ultrapeer.stop()]);
	}
}

export const PING = 0x00;
export const PONG = 0x01;
export const BYE = 0x02;
export const QRP = 0x30;
export const VENDOR = 0x31;
export const PUSH = 0x40;
export const QUERY = 0x80;
export const HIT = 0x81;

/** All that is not the text of the handshake. */
export function messagesOf(said: readonly Said[]): Said[] {
	return said.filter(({ bytes }) => !Buffer.from(bytes).toString('latin1').startsWith('GNUTELLA'));
}
