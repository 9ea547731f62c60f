import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import type { Credit, Keys } from '../../../src/networks/edonkey/accounts.ts';
import { idOf } from '../../../src/networks/edonkey/wire/endpoint.ts';
import type { Frame } from '../../../src/networks/edonkey/wire/frames.ts';
import { EMULE, encodeFrame } from '../../../src/networks/edonkey/wire/frames.ts';
import { featuresOf, type Hello } from '../../../src/networks/edonkey/wire/hello.ts';
import { ClientMessage, MuleMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import {
	decodeIdentityState,
	encodeIdentityState,
	encodePublicKey,
	encodeSignature,
} from '../../../src/networks/edonkey/wire/peers.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import { accounts, newKeys, signed } from './accounts.ts';
import { ed2kOf, mule, PORT } from './net.ts';
import { Other } from './other.ts';
import { makeNet, makeServer } from './server/net.ts';
import { hash, someHello } from './wire/kinds.ts';

const HASH = ed2kOf('talk.pdf');
const SIZE = 3_000_000;
const GIVER = '203.0.113.10';
const TAKER = '203.0.113.11';

const DAY = 86_400_000;
const RICH = 500_000_000;
/** A user with a lot of credit, and his key. */
const victim = { user: hash(40), keys: newKeys() };
const credit = (given: Partial<Credit> = {}): Credit => ({
	...{ user: hex(victim.user), key: victim.keys.publicKey, bound: true, received: RICH, sent: 0, seenAt: 0 },
	...given,
});

interface Claim {
	/** What it says it can: 1 without, 2 with an address, 3 both. */
	readonly says?: number;
	readonly keys?: Keys;
	/** Makes the signature: the number that is to be signed, the reader's key. */
	readonly sign?: (challenge: number, reader: Uint8Array) => Uint8Array | undefined;
	readonly from?: string;
}

/** Somebody says to be the victim; the weight of his wish, when he has said all. */
function claiming(claim: Claim, given: { known?: Credit; defencesOff?: string[]; net?: VirtualNet } = {}) {
	const { says = 3, keys = newKeys(), sign = () => undefined, from = '203.0.113.66' } = claim;
	const net = given.net ?? makeNet();
	if (given.net === undefined) makeServer(net);
	const kept = accounts(newKeys(), [
		{ ...(given.known ?? credit()), seenAt: given.known?.seenAt || net.now },
	]);
	const files = [{ name: 'talk.pdf', size: SIZE }];
	const { defencesOff = [] } = given;
	const giver = mule(net, GIVER, { files, secure: kept, defencesOff });
	net.run(net.now + 15_000);
	const misc1 = (0x34103212 & ~0xf0000) | (says << 16);
	const hello: Hello = {
		...someHello,
		hash: victim.user,
		id: idOf(from),
		features: featuresOf(misc1, 0x438),
	};
	const guest = net.world(from, (world) => new Other(world, answer), { port: PORT }).network;
	function answer({ protocol, opcode, body }: Frame, say: (bytes: Uint8Array) => void): void {
		if (protocol !== EMULE || opcode !== MuleMessage.IdentityState) return;
		const state = decodeIdentityState(body) as { challenge: number };
		say(encodeFrame(MuleMessage.PublicKey, encodePublicKey(keys.publicKey), EMULE));
		const signature = sign(state.challenge, kept.keys.publicKey);
		if (signature !== undefined) say(encodeFrame(MuleMessage.Signature, signature, EMULE));
	}
	guest.hello = hello;
	const link = guest.world.dial({ host: GIVER, port: PORT }, 'test');
	net.run(net.now + 2000);
	guest.world.send(link, encodeFrame(ClientMessage.StartUpload, HASH));
	net.run(net.now + 2000);
	const codes = giver.codes().filter((code) => !code.startsWith('edonkey.join'));
	return { net, giver, guest, kept, link, codes, weight: giver.askers.at(-1)?.weight };
}

describe('who says to be somebody with credit', () => {
	const at = (host: string, kind = 20) => ({ host, kind });

	it('has it where nobody must prove anything; with the defence he has none', () => {
		expect(claiming({}, { defencesOff: ['secure-identity'] }).weight).toBe(10);
		const thief = claiming({});
		expect(thief.weight).toBe(1);
		expect(thief.codes).toEqual(['edonkey.identity.other']);
	});

	it('and is he, has it: with his own address signed, or ours', () => {
		const { keys } = victim;
		const own = claiming({
			keys,
			sign: (number, reader) => signed(keys, reader, number, at('203.0.113.66')),
		});
		expect([own.weight, own.codes]).toEqual([10, []]);
		const reader = claiming({ keys, sign: (number, key) => signed(keys, key, number, at(GIVER, 10)) });
		expect([reader.weight, reader.codes]).toEqual([10, []]);
	});

	it('and shows the right key, but cannot sign, has none', () => {
		const { keys } = victim;
		const wrong = newKeys();
		const { weight, codes } = claiming({
			keys,
			sign: (number, reader) => signed(wrong, reader, number, at('203.0.113.66')),
		});
		expect([weight, codes]).toEqual([1, ['edonkey.identity.failed']]);
		expect(claiming({ keys }).weight).toBe(1);
		for (const junk of [new Uint8Array(48), new Uint8Array(80).fill(255), Uint8Array.of(7)])
			expect(
				claiming({ keys, sign: () => encodeSignature({ signature: junk, addressKind: 20 }) }).weight,
			).toBe(1);
	});

	it('and passes on what the true one has signed for him, has it without an address, and none with it', () => {
		const { keys } = victim;
		// Somebody in the middle has shown our number and our key to the true user, who signed it for his own address.
		const relayed = claiming({
			keys,
			sign: (number, reader) => signed(keys, reader, number, at('198.51.100.9')),
		});
		expect([relayed.weight, relayed.codes]).toEqual([1, ['edonkey.identity.failed']]);
		const bare = {
			keys,
			says: 1,
			sign: (number: number, reader: Uint8Array) => signed(keys, reader, number),
		};
		// What an old program says is believed as long as its user has never shown better.
		expect(claiming(bare, { known: credit({ bound: false }) }).weight).toBe(10);
		const downgraded = claiming(bare);
		expect([downgraded.weight, downgraded.codes]).toEqual([1, ['edonkey.identity.unbound']]);
	});

	it('and repeats an old signature has none: a number is good once', () => {
		const { keys } = victim;
		let first: Uint8Array | undefined;
		const sign = (number: number, reader: Uint8Array) =>
			(first ??= signed(keys, reader, number, at('203.0.113.66')));
		const { net, guest, giver, weight } = claiming({ keys, sign });
		expect(weight).toBe(10);
		const link = guest.world.dial({ host: GIVER, port: PORT }, 'test');
		net.run(net.now + 2000);
		guest.world.send(link, encodeFrame(ClientMessage.StartUpload, HASH));
		net.run(net.now + 2000);
		expect(giver.askers.at(-1)?.weight).toBe(1);
		expect(giver.codes()).toContain('edonkey.identity.failed');
		guest.world.send(link, encodeFrame(MuleMessage.Signature, first!, EMULE));
		net.run(net.now + 2000);
		expect(giver.codes()).toContain('edonkey.identity.unasked');
	});

	it('while the true one is here stays out for two hours', () => {
		const { keys } = victim;
		const honest = {
			keys,
			sign: (number: number, reader: Uint8Array) => signed(keys, reader, number, at(TAKER)),
			from: TAKER,
		};
		function theft(defencesOff: string[]): boolean {
			const { net, giver } = claiming(honest, { defencesOff });
			const thief = net.world(
				'203.0.113.66',
				(world) =>
					new Other(world, ({ opcode }, say) => {
						if (opcode === MuleMessage.IdentityState)
							say(encodeFrame(MuleMessage.PublicKey, encodePublicKey(newKeys().publicKey), EMULE));
					}),
				{ port: PORT },
			).network;
			thief.hello = { ...someHello, hash: victim.user, id: idOf('203.0.113.66') };
			const again = (): boolean => {
				const before = thief.frames.length;
				thief.world.dial({ host: GIVER, port: PORT }, 'test');
				net.run(net.now + 2000);
				return thief.frames.length > before;
			};
			expect(again()).toBe(true);
			const out = !again();
			expect(giver.codes().includes('edonkey.ban.thief')).toBe(out);
			if (out) expect(giver.edonkey.status().why).toContain('One host stays out');
			net.run(net.now + 2 * 3_600_000);
			expect(again()).toBe(true);
			return out;
		}
		expect(theft(['misbehaviour'])).toBe(false);
		expect(theft([])).toBe(true);
	});
});

it('is forgotten after 150 days', () => {
	const { keys } = victim;
	const claim = {
		keys,
		sign: (number: number, reader: Uint8Array) =>
			signed(keys, reader, number, { host: '203.0.113.66', kind: 20 }),
	};
	const net = makeNet();
	makeServer(net);
	net.run(200 * DAY);
	const kept = (days: number) => credit({ seenAt: net.now - days * DAY });
	expect(claiming(claim, { net, known: kept(151) }).weight).toBe(1);
});

const signatures = ({ frames }: Other) =>
	frames.filter(({ opcode }) => opcode === MuleMessage.Signature).length;

it('our signature is given a few times on a link', () => {
	const { net, guest, giver, link } = claiming({});
	for (let i = 1; i < 30; i++)
		guest.world.send(
			link,
			encodeFrame(MuleMessage.IdentityState, encodeIdentityState({ wants: 1, challenge: i }), EMULE),
		);
	net.run(net.now + 2000);
	expect(signatures(guest)).toBe(3);
	expect(giver.codes()).toContain('edonkey.identity.often');
});
