/** Keys and books of users for tests: real keys, kept in memory. */
import type { Accounts, Credit, Keys } from '../../../src/networks/edonkey/accounts.ts';
import { Writer } from '../../../src/networks/edonkey/wire/cursor.ts';
import { idOf } from '../../../src/networks/edonkey/wire/endpoint.ts';
import { encodeSignature } from '../../../src/networks/edonkey/wire/peers.ts';
import { keysFrom, newPrimes } from '../../../src/node/edonkey-keys.ts';

export const newKeys = (): Keys => keysFrom(newPrimes());

export interface TestAccounts extends Accounts {
	readonly credits: Map<string, Credit>;
}

export function accounts(keys = newKeys(), known: readonly Credit[] = []): TestAccounts {
	const credits = new Map(known.map((credit) => [credit.user, credit]));
	return {
		keys,
		credits,
		book: { get: (user) => credits.get(user), put: (credit) => void credits.set(credit.user, credit) },
	};
}

/** A signature as it is sent: over the reader's key, his number and, where it is there, an address and whose it is. */
export const signed = (
	keys: Keys,
	reader: Uint8Array,
	challenge: number,
	address?: { host: string; kind: number },
) => {
	const message = new Writer(96).put(reader).u32(challenge);
	if (address !== undefined) message.u32(idOf(address.host)).u8(address.kind);
	const signature = keys.sign(message.done());
	return encodeSignature({ signature, ...(address && { addressKind: address.kind }) });
};
