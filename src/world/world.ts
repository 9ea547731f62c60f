/**
 * What a network sees of the outside. A network never touches a socket, a file, a clock or a random
 * generator: it is told what happened (see Network in networks/network.ts) and acts through a World.
 *
 * Four rules, kept by every implementation and checked by one suite (test/contract/world.test.ts):
 *
 * 1. Nothing is called back during a call. Every outcome of a call arrives as a later event.
 * 2. Time never goes back: now() is at least as large as at any earlier event.
 * 3. After hangup, further sends on that link are ignored, and of its events only one `closed` follows.
 *    (What was taken by send before hangup is still delivered, if the link was open and the peer reads it.)
 * 4. `false` from send means that nothing of it was taken; `drained` follows when there is room again.
 *
 * Ownership of bytes: what is given to send or datagram must not be changed afterwards; what arrives
 * through received or datagram belongs to the network, which may keep or patch it.
 */
import type { Evidence } from '../evidence/evidence.ts';

/** A connection, named by a number that one world never uses twice. */
export type Link = number;

export interface Address {
	/** An IPv4 or IPv6 address in text; for dial and datagram also a name, which the world resolves. */
	readonly host: string;
	readonly port: number;
}

/** Hides bytes in place, in the order in which they come: a cipher whose state goes on from call to call. */
export type Hide = (bytes: Uint8Array) => void;

export interface World {
	/** Milliseconds since the epoch, real or virtual. */
	now(): number;
	/** Bytes nobody can guess in the node; seeded in the laboratory. */
	random(bytes: number): Uint8Array;
	/** Opens a link. Ends as `opened` or, without `opened`, as one `closed`. The purpose is for people. */
	dial(to: Address, purpose: string): Link;
	/** Takes all of the bytes (true) or none (false: the link is full, wait for `drained`). */
	send(link: Link, bytes: Uint8Array): boolean;
	/** Whatever leaves this link is hidden, from its first byte on: said before anything is sent, and once. */
	seal(link: Link, hide: Hide): void;
	/** Bytes taken by send that have not left yet: what flow control looks at. */
	queued(link: Link): number;
	/** Stops (true) or resumes (false) the reading of a link, for a consumer slower than the wire. */
	pause(link: Link, paused: boolean): void;
	hangup(link: Link, why: string): void;
	datagram(to: Address, bytes: Uint8Array): void;
	/** Asks for a tick at (or soon after) this time; the earliest request counts, later ones are kept. */
	wake(at: number): void;
	/** Hands over a record of something that a person may want to know. */
	notice(record: Evidence): void;
}
