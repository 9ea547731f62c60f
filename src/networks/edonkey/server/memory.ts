/**
 * What a server must not forget over a restart. Files are not among it: every client publishes its own again as soon
 * as it is back, and what nobody publishes again is not there any more. But who the server is (its hash), the secret
 * behind the keys that it gave out, the last LowID (one who comes back must not be taken for another), and who is
 * banned, no client would tell it again.
 */
import { hex, unhex } from '../../common/hash.ts';

export interface Memory {
	/** 16 bytes: the name of the server for its clients. */
	readonly hash: Uint8Array;
	/** 16 bytes. */
	readonly secret: Uint8Array;
	readonly lastLowId: number;
	/** Hosts that stay out, and until when (ms). */
	readonly bans: readonly (readonly [string, number])[];
}

export function newMemory(random: (bytes: number) => Uint8Array): Memory {
	const hash = random(16);
	// The marks of the eMule family: others tell by them that a hello is one between clients.
	hash[5] = 0x0e;
	hash[14] = 0x6f;
	return { hash, secret: random(16), lastLowId: 0, bans: [] };
}

export function writeMemory({ hash, secret, lastLowId, bans }: Memory): string {
	return `${JSON.stringify({ version: 1, hash: hex(hash), secret: hex(secret), lastLowId, bans })}\n`;
}

/** undefined: this is not what writeMemory has written. */
export function readMemory(text: string): Memory | undefined {
	let read: unknown;
	try {
		read = JSON.parse(text);
	} catch {
		return undefined;
	}
	if (typeof read !== 'object' || read === null) return undefined;
	const { version, hash, secret, lastLowId, bans } = read as Record<string, unknown>;
	const [ownHash, ownSecret] = [hash, secret].map((one) =>
		typeof one === 'string' ? unhex(one) : undefined,
	);
	if (version !== 1 || ownHash?.length !== 16 || ownSecret?.length !== 16) return undefined;
	if (!Number.isInteger(lastLowId) || !Array.isArray(bans)) return undefined;
	const good = bans.filter(
		(ban): ban is [string, number] =>
			Array.isArray(ban) && typeof ban[0] === 'string' && Number.isFinite(ban[1]),
	);
	return { hash: ownHash, secret: ownSecret, lastLowId: lastLowId as number, bans: good };
}
