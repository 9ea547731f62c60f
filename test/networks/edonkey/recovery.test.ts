/** AICH among clients: roots, who is believed, and hashes of the blocks of a part. */
import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import { EMULE, encodeFrame } from '../../../src/networks/edonkey/wire/frames.ts';
import { ClientMessage, MuleMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import {
	decodeAichAnswer,
	encodeAichAnswer,
	encodeAichRequest,
	encodeAichRoot,
} from '../../../src/networks/edonkey/wire/peers.ts';
import type { PartWish } from '../../../src/networks/network.ts';
import { ed2kOf, fileAt, type MuleOf, mule, PORT, wanted } from './net.ts';
import { source } from './other.ts';
import { makeNet, makeServer } from './server/net.ts';
import { hash } from './wire/kinds.ts';

const HASH = ed2kOf('talk.pdf');
const SIZE = 20_000_000;
const GIVER = '203.0.113.10';
const TAKER = '203.0.113.11';
const ROOT = new Uint8Array(20).fill(7);
const OTHER = new Uint8Array(20).fill(8);
const aich = hex(ROOT);
const wish: PartWish = { ed2k: hex(HASH), hash: HASH, size: SIZE, part: 1, aich };
const hashes = [
	{ path: 2, hash: new Uint8Array(20).fill(1) },
	{ path: 7, hash: new Uint8Array(20).fill(2) },
];
const files = [{ name: 'talk.pdf', size: SIZE }];

describe('a part that arrived wrong', () => {
	/** A node that has the file with its tree, and one that fetches it; the latter wants the hashes of a part. */
	function asked(giver: MuleOf, given: Partial<PartWish> = {}, taker: MuleOf = {}) {
		const net = makeNet();
		makeServer(net);
		const gives = mule(net, GIVER, { files, aich: ROOT, ...giver });
		const takes = mule(net, TAKER, taker);
		net.run(net.now + 15_000);
		takes.edonkey.fetch(wanted(fileAt(GIVER), SIZE, { from: 0, to: 1000 }));
		net.run(net.now + 2000);
		takes.edonkey.recover?.({ ...wish, ...given });
		net.run(net.now + 2000);
		return { gives, takes };
	}

	it('is mended with hashes from who says the root that the user’s link has', () => {
		const { takes } = asked({ aichOf: (part) => (part === 1 ? hashes : undefined) });
		expect(takes.recovered).toEqual([{ wish, root: ROOT, hashes }]);
		expect(takes.codes().filter((code) => code.includes('recovery'))).toEqual([]);
	});

	it('is not, where the source says another root, has no hashes, or nobody knows a root', () => {
		const able = { aichOf: () => hashes };
		expect(asked({ ...able, aich: OTHER }).takes.recovered).toEqual([]);
		expect(asked({}).takes.recovered).toEqual([]);
		const { aich: _, ...rootless } = wish;
		const net = asked(able, {}, {});
		net.takes.edonkey.recover?.(rootless);
		expect(net.takes.recovered.length).toBe(1);
	});

	it('is asked for elsewhere where the hashes do not lead to the root', () => {
		const { takes } = asked({ aichOf: () => hashes }, {}, { recovered: () => false });
		expect(takes.codes()).toContain('edonkey.recovery.other');
	});
});

describe('a root', () => {
	/** So many sources say a root, each at its own address; what becomes of a wish without a root in a link. */
	function said(roots: readonly { root: Uint8Array; ip: string }[]): number {
		const net = makeNet();
		const taker = mule(net, TAKER, { servers: [] });
		for (const [at, { root, ip }] of roots.entries()) {
			source(
				net,
				{
					[MuleMessage.RequestSources2]: () =>
						encodeFrame(MuleMessage.AichRoot, encodeAichRoot({ hash: HASH, root }), EMULE),
					[MuleMessage.AichRequest]: () =>
						encodeFrame(
							MuleMessage.AichAnswer,
							encodeAichAnswer({ hash: HASH, part: 1, root, hashes }),
							EMULE,
						),
				},
				ip,
			);
			taker.edonkey.fetch(wanted(fileAt(ip), SIZE, { fetch: at + 1 }));
			net.run(net.now + 500);
		}
		const { aich: _, ...rootless } = wish;
		taker.edonkey.recover?.(rootless);
		net.run(net.now + 2000);
		return taker.recovered.length;
	}
	const far = (i: number) => `198.${i + 1}.7.9`;
	const all = (count: number, root = ROOT) => Array.from({ length: count }, (_, i) => ({ root, ip: far(i) }));

	it('is believed where ten networks say it, not nine', () => {
		expect(said(all(9))).toBe(0);
		expect(said(all(10))).toBe(1);
	});

	it('of many addresses in one network is one voice', () => {
		expect(said(Array.from({ length: 12 }, (_, i) => ({ root: ROOT, ip: `198.51.100.${i + 1}` })))).toBe(0);
	});

	it('that others contradict is not believed', () => {
		expect(said([...all(10), { root: OTHER, ip: '198.200.7.9' }])).toBe(0);
	});
});

describe('somebody who asks for hashes', () => {
	function visitor(count: number, root = ROOT, part = 1, of = HASH) {
		const net = makeNet();
		const giver = mule(net, GIVER, {
			...{ servers: [], files, aich: ROOT },
			aichOf: (wanted) => (wanted === 1 ? hashes : undefined),
		});
		const guest = source(net, {}, '203.0.113.30');
		const link = guest.world.dial({ host: GIVER, port: PORT }, 'test');
		net.run(net.now + 100);
		const question = encodeAichRequest({ hash: of, part, root });
		for (let i = 0; i < count; i++)
			guest.world.send(link, encodeFrame(MuleMessage.AichRequest, question, EMULE));
		guest.world.send(link, encodeFrame(MuleMessage.AichRootRequest, HASH, EMULE));
		guest.world.send(link, encodeFrame(MuleMessage.AichAnswer, HASH, EMULE));
		net.run(net.now + 1000);
		const answers = guest.frames.filter(({ opcode }) => opcode === MuleMessage.AichAnswer);
		return { codes: giver.codes(), answers, frames: guest.frames };
	}

	it('gets them, ten times a minute', () => {
		const { answers, codes } = visitor(15);
		expect(answers.length).toBe(10);
		expect(decodeAichAnswer(answers[0]!.body)).toEqual({ hash: HASH, part: 1, root: ROOT, hashes });
		expect(codes).toContain('edonkey.recovery.often');
	});

	it('is told that there are none: another root, part or file', () => {
		for (const { answers } of [visitor(1, OTHER), visitor(1, ROOT, 2), visitor(1, ROOT, 1, hash(3))])
			expect(answers.map(({ body }) => body.length)).toEqual([16]);
	});

	it('gets the root where it is known; an answer that nobody asked for is dropped', () => {
		const { frames, codes } = visitor(0);
		const [root] = frames.filter(({ opcode }) => opcode === MuleMessage.AichRoot);
		expect(root!.body).toEqual(encodeAichRoot({ hash: HASH, root: ROOT }));
		expect(codes).toEqual(['edonkey.recovery.unasked']);
		expect(frames[0]!.opcode).toBe(ClientMessage.HelloAnswer);
	});
});
