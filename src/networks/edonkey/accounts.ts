/** What a node keeps for its eDonkey client over restarts: its own key, and what users have given and got. */

/** This node's key, and the arithmetic of others'. */
export interface Keys {
	/** DER, as it goes out. */
	readonly publicKey: Uint8Array;
	sign(message: Uint8Array): Uint8Array;
	/** Never throws: key and signature are a stranger's. */
	isSigned(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

export interface Credit {
	/** The user hash, hex. */
	readonly user: string;
	/** The public key, DER. */
	readonly key: Uint8Array;
	/** It has proven itself with its address signed: without it is no longer enough. */
	readonly bound: boolean;
	/** Bytes. */
	readonly received: number;
	readonly sent: number;
	/** Milliseconds since the epoch. */
	readonly seenAt: number;
}

export interface CreditBook {
	get(user: string): Credit | undefined;
	put(credit: Credit): void;
}

export interface Accounts {
	readonly keys: Keys;
	readonly book: CreditBook;
}
