import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRefusal, type Refusal } from '../../../../src/evidence/refusal.ts';
import { Writer } from '../../../../src/networks/edonkey/wire/cursor.ts';
import * as files from '../../../../src/networks/edonkey/wire/files.ts';
import { EMULE, type Frame, FrameSplitter } from '../../../../src/networks/edonkey/wire/frames.ts';
import { decodeHello, encodeHello, type Hello } from '../../../../src/networks/edonkey/wire/hello.ts';
import { ClientMessage, MuleMessage } from '../../../../src/networks/edonkey/wire/messages.ts';
import * as parts from '../../../../src/networks/edonkey/wire/parts.ts';
import * as peers from '../../../../src/networks/edonkey/wire/peers.ts';
import { readPcap } from '../../gnutella/wire/pcap.ts';
import { newKeys } from '../accounts.ts';

const folder = '../shared/data/captures/p2p';
const name = `${folder}/amuled-lowid-callback.pcap`;
const present = existsSync(name);
if (!present) console.log(`skipped: no capture of amuled at ${name}`);

const edonkey: Record<number, (body: Uint8Array) => unknown> = {
	[ClientMessage.Hello]: (body) => decodeHello(body, false),
	[ClientMessage.HelloAnswer]: (body) => decodeHello(body, true),
	[ClientMessage.StartUpload]: files.decodeFileHash,
	[ClientMessage.RequestParts]: (body) => parts.decodeRequestParts(body, false),
	[ClientMessage.SendingPart]: (body) => parts.decodeSendingPart(body, false),
};
const emule: Record<number, (body: Uint8Array) => unknown> = {
	[MuleMessage.IdentityState]: peers.decodeIdentityState,
	[MuleMessage.PublicKey]: peers.decodePublicKey,
	[MuleMessage.Signature]: peers.decodeSignature,
	[MuleMessage.MultiPacketLarge]: (body) => files.decodeMultiPacket(body, true, 2),
	[MuleMessage.MultiPacketAnswer]: files.decodeMultiPacketAnswer,
};

interface Told {
	readonly kind: string;
	readonly value: unknown;
	readonly body: Uint8Array;
}

/** Every message of every client in the capture, decoded. */
function told(): { messages: Told[]; refused: Refusal[] } {
	const messages: Told[] = [];
	const refused: Refusal[] = [];
	const take = ({ protocol, opcode, body }: Frame): void => {
		const value = (protocol === EMULE ? emule : edonkey)[opcode]?.(body);
		if (isRefusal(value)) refused.push(value);
		messages.push({ kind: `${protocol.toString(16)} ${opcode.toString(16).padStart(2, '0')}`, value, body });
	};
	for (const { bytes } of readPcap(readFileSync(name)).streams) {
		const splitter = new FrameSplitter();
		splitter.push(new Uint8Array(bytes));
		for (let next = splitter.next(); next !== undefined; next = splitter.next()) {
			if (isRefusal(next)) {
				refused.push(next);
				break;
			}
			take(next);
		}
	}
	return { messages, refused };
}

test.skipIf(!present)(
	'amuled to amuled: every frame is read, none is refused, and a whole file comes out',
	() => {
		const { messages, refused } = told();
		expect(refused).toEqual([]);
		const counts: Record<string, number> = {};
		for (const { kind } of messages) counts[kind] = (counts[kind] ?? 0) + 1;
		expect(counts).toMatchObject({
			...{ 'e3 01': 3, 'e3 4c': 3, 'e3 54': 1, 'e3 55': 1, 'c5 87': 2 },
			...{ 'c5 85': 2, 'c5 86': 2, 'c5 a4': 1, 'c5 93': 1 },
		});
		const sent = messages.filter(({ kind }) => kind === 'e3 46').map(({ value }) => value as parts.SentPart);
		const bytes = sent.reduce((sum, { data }) => sum + data.length, 0);
		const answer = messages.find(({ kind }) => kind === 'c5 93')!.value as files.MultiPacketAnswer;
		const question = messages.find(({ kind }) => kind === 'c5 a4')!.value as files.MultiPacket;
		expect(bytes).toBe(question.size);
		expect(sent.every(({ hash }) => Buffer.compare(hash, answer.hash) === 0)).toBe(true);
		expect(Math.max(...sent.map(({ to }) => to))).toBe(question.size);
	},
);

test.skipIf(!present)('what we write is what amuled wrote, byte by byte', () => {
	const { messages } = told();
	const again: Record<string, (value: never) => Uint8Array> = {
		'e3 47': (value: parts.PartsRequest) => parts.encodeRequestParts(value, false),
		'e3 46': (value: parts.SentPart) => parts.encodeSendingPart(value, false),
		'c5 85': (value: Uint8Array) => peers.encodePublicKey(value),
		'c5 86': (value: peers.Signature) => peers.encodeSignature(value),
		'c5 87': (value: peers.IdentityState) => peers.encodeIdentityState(value),
		'c5 a4': (value: files.MultiPacket) => files.encodeMultiPacket(value),
		'c5 93': (value: files.MultiPacketAnswer) => files.encodeMultiPacketAnswer(value),
	};
	let compared = 0;
	for (const { kind, value, body } of messages) {
		const encode = again[kind];
		if (encode === undefined) continue;
		compared++;
		expect(Buffer.from(encode(value as never)).toString('hex'), kind).toBe(Buffer.from(body).toString('hex'));
	}
	expect(compared).toBeGreaterThan(20);
});

test.skipIf(!present)('a hello of amuled says what the program can, and ours is read as the same', () => {
	const hellos = told().messages.filter(({ kind }) => kind === 'e3 01' || kind === 'e3 4c');
	const ofMule = hellos.map(({ value }) => value as Hello).filter(({ muleVersion }) => muleVersion !== 0);
	expect(ofMule.length).toBeGreaterThanOrEqual(3);
	for (const hello of ofMule) {
		expect(hello).toMatchObject({ version: 0x3c, port: 4662 });
		expect(hello.features).toMatchObject({ largeFiles: true, sourceExchange2: true, secureIdentity: 3 });
		// The mark of the eMule family in a user's hash.
		expect([hello.hash[5], hello.hash[14]]).toEqual([0x0e, 0x6f]);
		expect(decodeHello(encodeHello(hello, true), true)).toEqual(hello);
	}
});

test.skipIf(!present)('what amuled signed fits its key and the number that it was sent', () => {
	const { isSigned } = newKeys();
	const of = (kind: string) => told().messages.filter((one) => one.kind === kind);
	const [keyOfOne, keyOfOther] = of('c5 85').map(({ value }) => value as Uint8Array);
	const [one, other] = of('c5 86').map(({ value }) => (value as peers.Signature).signature);
	// Each end signs the other's key and number; in this run both drew the same number.
	const [{ challenge }] = of('c5 87').map(({ value }) => value as peers.IdentityState) as [
		peers.IdentityState,
	];
	const message = (reader: Uint8Array) => new Writer(96).put(reader).u32(challenge).done();
	expect(isSigned(keyOfOne!, message(keyOfOther!), one!)).toBe(true);
	expect(isSigned(keyOfOther!, message(keyOfOne!), other!)).toBe(true);
	expect(isSigned(keyOfOne!, message(keyOfOne!), one!)).toBe(false);
});
