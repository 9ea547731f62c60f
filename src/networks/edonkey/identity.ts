/**
 * Who a user is to others: 16 bytes that stay the same, with the two bytes by which eMule's family knows its own;
 * its HELLO; and what another's HELLO says of its program.
 */
import { md5 } from '../common/md5.ts';
import { bytesOf } from '../common/text.ts';
import type { Client } from './client.ts';
import { protocol } from './limits.ts';
import { type CryptFeatures, cryptFeatures } from './obfuscation.ts';
import type { Features, Hello } from './wire/hello.ts';

/** eDonkey's version 60: what everybody says. */
const VERSION = 0x3c;
/** The byte of a compatible client that no other program uses, and our version below it. */
export const MULE_VERSION = (0x53 << 24) >>> 0;

/**
 * What we can, and nothing more: who is told of several questions in one message, of source exchange or of secure
 * identification would use them.
 */
const FEATURES: Omit<Features, keyof CryptFeatures> = {
	aich: 0,
	unicode: true,
	udp: 0,
	compression: 1,
	secureIdentity: 0,
	sourceExchange: 0,
	extendedRequests: 2,
	comments: 0,
	noViewShared: true,
	multiPacket: false,
	kad: 0,
	largeFiles: true,
	extendedMultiPacket: false,
	sourceExchange2: false,
};

/** From the node's own secret identity, so that users of several networks cannot be told to be one. */
export function userOf(guid: Uint8Array): Uint8Array {
	const user = md5(Uint8Array.from([...guid, ...bytesOf('eDonkey user')])).slice();
	user[5] = 0x0e;
	user[14] = 0x6f;
	return user;
}

export function helloOf({ options, datagramsAbove, connect }: Client): Hello {
	const { hash, nick, announce } = options;
	return {
		hash,
		id: connect.id,
		port: announce.port,
		name: nick,
		version: VERSION,
		udpPorts: announce.port + datagramsAbove,
		muleVersion: MULE_VERSION,
		features: { ...FEATURES, ...cryptFeatures(options.obfuscation) },
		server: connect.server ?? { host: '0.0.0.0', port: 0 },
	};
}

const programs = new Map([
	[0x00, 'eMule'],
	[0x01, 'cDonkey'],
	[0x02, 'xMule'],
	[0x03, 'aMule'],
	[0x04, 'Shareaza'],
	[0x0a, 'MLDonkey'],
	[0x14, 'lphant'],
	[0x28, 'Shareaza'],
	[0x34, 'MLDonkey'],
	[0x53, 'Sallyport'],
]);

/** The program of a client in words: from its version tag, the program above and three numbers below. */
export function agentOf({ muleVersion }: Hello): string {
	if (muleVersion === 0) return 'eDonkey';
	const program = programs.get(muleVersion >>> 24) ?? 'eDonkey client';
	const numbers = [(muleVersion >>> 17) & 127, (muleVersion >>> 10) & 127, (muleVersion >>> 7) & 7];
	return numbers.every((number) => number === 0) ? program : `${program} ${numbers.join('.')}`;
}

/** Offsets of files above this do not fit into four bytes. */
export function isLarge(size: number): boolean {
	return size > protocol.largeFile;
}
