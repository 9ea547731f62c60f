/** Secure identification and credits: our own nodes among themselves, and who wants the credit of others. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import { packBlock } from '../../../src/networks/common/zlib.ts';
import { ratioOf } from '../../../src/networks/edonkey/credits.ts';
import { idOf } from '../../../src/networks/edonkey/wire/endpoint.ts';
import { EMULE, encodeFrame } from '../../../src/networks/edonkey/wire/frames.ts';
import { encodeHello } from '../../../src/networks/edonkey/wire/hello.ts';
import { ClientMessage, MuleMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import { encodeCompressedPart, encodeSendingPart } from '../../../src/networks/edonkey/wire/parts.ts';
import { decodeIdentityState, encodePublicKey } from '../../../src/networks/edonkey/wire/peers.ts';
import { byteAt } from '../gnutella/net.ts';
import { accounts, newKeys, signed, type TestAccounts } from './accounts.ts';
import { ed2kOf, fileAt, has, mule, PORT, type TestMule, wanted } from './net.ts';
import { answerOfSeveral, Other } from './other.ts';
import { makeNet, makeServer } from './server/net.ts';
import { someHello } from './wire/kinds.ts';

const helloAnswer = encodeFrame(
	ClientMessage.HelloAnswer,
	encodeHello({ ...someHello, id: idOf('203.0.113.10') }, true),
);
const part = (from: number, to: number) => {
	const data = Uint8Array.from({ length: to - from }, (_, i) => byteAt(from + i));
	return encodeFrame(ClientMessage.SendingPart, encodeSendingPart({ hash: HASH, from, to, data }, false));
};

const HASH = ed2kOf('talk.pdf');
const SIZE = 3_000_000;
const GIVER = '203.0.113.10';
const TAKER = '203.0.113.11';

function pair(giver: TestAccounts, taker: TestAccounts, firewalled = false) {
	const net = makeNet();
	makeServer(net);
	const files = [{ name: 'talk.pdf', size: SIZE }];
	const gives = mule(net, GIVER, { files, secure: giver });
	const takes = mule(net, TAKER, { secure: taker, firewalled });
	net.run(net.now + 15_000);
	takes.edonkey.fetch(wanted(fileAt(GIVER), SIZE));
	net.run(net.now + 20_000);
	expect(has(takes, 1, 0, SIZE)).toBe(true);
	// Idle links end, and what they brought is written down.
	net.run(net.now + 120_000);
	return { net, gives, takes };
}

const of = ({ credits }: TestAccounts, one: TestMule) => credits.get(hex(one.user));

describe('two of our nodes', () => {
	it.each([false, true])(
		'prove who they are to each other, and write down what went over (LowID: %s)',
		(low) => {
			const [giver, taker] = [accounts(), accounts()];
			const { gives, takes } = pair(giver, taker, low);
			expect(of(taker, gives)).toMatchObject({
				key: giver.keys.publicKey,
				bound: true,
				received: SIZE,
				sent: 0,
			});
			expect(of(giver, takes)).toMatchObject({
				key: taker.keys.publicKey,
				bound: true,
				received: 0,
				sent: SIZE,
			});
			expect([...gives.codes(), ...takes.codes()].filter((code) => code.includes('identity'))).toEqual([]);
		},
	);

	it('have credit the next time: the weight of their wishes', () => {
		const [giver, taker] = [accounts(), accounts()];
		const { net, gives, takes } = pair(giver, taker);
		// The other way round: the giver wants something now.
		expect(gives.askers.every(({ weight }) => weight === 1)).toBe(true);
		takes.edonkey.poisoned?.(fileAt('203.0.113.77'), 5);
		const shares = [{ name: 'talk.pdf', size: SIZE }];
		const again = mule(net, '203.0.113.12', { files: shares, secure: taker });
		net.run(net.now + 15_000);
		gives.edonkey.fetch(wanted(fileAt('203.0.113.12'), SIZE, { fetch: 5 }));
		net.run(net.now + 20_000);
		expect(again.askers[0]?.weight).toBeCloseTo(Math.sqrt(SIZE / 1_048_576 + 2));
	});

	it('without keys say nothing of it, and fetch all the same', () => {
		const net = makeNet();
		makeServer(net);
		const gives = mule(net, GIVER, { files: [{ name: 'talk.pdf', size: SIZE }] });
		const takes = mule(net, TAKER, { secure: accounts() });
		net.run(net.now + 15_000);
		takes.edonkey.fetch(wanted(fileAt(GIVER), SIZE));
		net.run(net.now + 20_000);
		expect(has(takes, 1, 0, SIZE)).toBe(true);
		expect(gives.askers.at(-1)?.weight).toBe(1);
	});
});

describe('the ratio', () => {
	it('is that of the field', () => {
		const MB = 1_048_576;
		expect(ratioOf({ received: 0, sent: 0 })).toBe(1);
		expect(ratioOf({ received: 999_999, sent: 0 })).toBe(1);
		expect(ratioOf({ received: 2 * MB, sent: 0 })).toBe(2);
		expect(ratioOf({ received: 98 * MB, sent: 0 })).toBe(10);
		expect(ratioOf({ received: 1000 * MB, sent: 1000 * MB })).toBe(2);
		expect(ratioOf({ received: 1000 * MB, sent: 4000 * MB })).toBe(1);
	});

	it('lies between 1 and 10, and grows with what was given', () => {
		const bytes = fc.integer({ min: 0, max: 2 ** 45 });
		fc.assert(
			fc.property(bytes, bytes, bytes, (received, sent, more) => {
				const ratio = ratioOf({ received, sent });
				expect(ratio).toBeGreaterThanOrEqual(1);
				expect(ratio).toBeLessThanOrEqual(10);
				expect(ratioOf({ received: received + more, sent })).toBeGreaterThanOrEqual(ratio);
				expect(ratioOf({ received, sent: sent + more })).toBeLessThanOrEqual(ratio);
			}),
		);
	});
});

describe('credit', () => {
	/** Gives what it is asked for as the test says; what is written down of it. */
	function giving(answer: (say: (bytes: Uint8Array) => void) => void): {
		received: number;
		taker: TestMule;
		kept: TestAccounts;
	} {
		const net = makeNet();
		makeServer(net);
		const kept = accounts();
		const keys = newKeys();
		const source = net.world(
			GIVER,
			(world) =>
				new Other(world, ({ protocol, opcode, body }, say) => {
					if (opcode === ClientMessage.Hello) return say(helloAnswer);
					if (protocol === EMULE && opcode === MuleMessage.IdentityState) {
						const { challenge } = decodeIdentityState(body) as { challenge: number };
						say(encodeFrame(MuleMessage.PublicKey, encodePublicKey(keys.publicKey), EMULE));
						const signature = signed(keys, kept.keys.publicKey, challenge, { host: GIVER, kind: 20 });
						say(encodeFrame(MuleMessage.Signature, signature, EMULE));
					} else if (opcode === MuleMessage.MultiPacketLarge) say(answerOfSeveral);
					else if (opcode === ClientMessage.StartUpload) say(encodeFrame(ClientMessage.AcceptUpload));
					else if (opcode === ClientMessage.RequestParts) answer(say);
				}),
			{ port: PORT },
		).network;
		const taker = mule(net, TAKER, { secure: kept });
		net.run(net.now + 15_000);
		taker.edonkey.fetch(wanted(fileAt(GIVER), 184_320));
		net.run(net.now + 3000);
		source.world.hangup(source.link, 'enough');
		net.run(net.now + 2000);
		return { received: kept.credits.get(hex(someHello.hash))?.received ?? 0, taker, kept };
	}

	it('counts what came over the link, not what it unpacks to', () => {
		const packed = packBlock(new Uint8Array(184_320));
		const { received } = giving((say) =>
			say(
				encodeFrame(
					MuleMessage.CompressedPart,
					encodeCompressedPart({ hash: HASH, from: 0, packed: packed.length, data: packed }, false),
					EMULE,
				),
			),
		);
		expect(received).toBe(packed.length);
		expect(received).toBeLessThan(1000);
	});

	it('is taken off again for what was false; a third of that, and the host stays out', () => {
		const { received, taker, kept } = giving((say) => say(part(0, 184_320)));
		expect(received).toBe(184_320);
		taker.edonkey.poisoned?.(fileAt(GIVER), 50_000);
		expect(kept.credits.get(hex(someHello.hash))?.received).toBe(134_320);
		expect(taker.codes()).not.toContain('edonkey.ban.false');
		taker.edonkey.poisoned?.(fileAt(GIVER), 50_000);
		expect(taker.codes()).toContain('edonkey.ban.false');
	});
});
