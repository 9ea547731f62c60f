/** The bounds of a world of sockets, each with its reason. A world may be given others. */
import type { HalfOpenLimits } from './half-open.ts';
import type { LinkLimits } from './socket-link.ts';

export interface SocketLimits extends LinkLimits, HalfOpenLimits {
	/** Links of all kinds, also those that are opening or ending. */
	readonly links: number;
	/** Milliseconds for a dial, name and all. */
	readonly dialTimeout: number;
}

export const SOCKET_LIMITS: SocketLimits = {
	/** An ultrapeer with a thousand leaves and its uploads, twice over; each is an open file of the process. */
	links: 3072,
	/** A quarter of the links, so that callers who say nothing cannot take all. */
	halfOpen: 768,
	/** Many people behind one address of a campus still fit; one attacker needs a dozen addresses. */
	halfOpenPerAddress: 64,
	/** 256 KiB: half a second of an uplink of 4 Mbit/s; more would only be old news. */
	highWater: 256 * 1024,
	/** A SYN is sent again after 1, 3 and 7 seconds: who has not answered the fourth is not there. */
	dialTimeout: 10_000,
	/** Time for a last answer on a slow line; what is longer is not a farewell. */
	linger: 5_000,
};
