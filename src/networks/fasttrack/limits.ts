/**
 * Every bound of the FastTrack code, under two headings. A number is in bytes unless its name or its comment says
 * otherwise. Each bound of ours has a reason, and a test that runs into it.
 */

/** The protocol says. */
export const specification = {
	/** A leaf greets with random 4, seed 4, masked type 4. */
	hello: 12,
	/** The super-node answers with seed 4, masked type 4. */
	answer: 8,
	/** MD5 and sparse checksum. */
	hash: 20,
	/** A message's length has 16 bits. */
	body: 0xffff,
} as const;

/** We say. */
export const ours = {
	/** The longest name of a network that we know has 9 letters; it ends with a zero. */
	networkName: 16,
	/** File systems stop at 255 bytes, or 255 UTF-16 units (at most 765 bytes). */
	text: 765,
	/** Tags of one file: programs send up to about 20. */
	tags: 64,
	/** Terms of one query: programs send one or two. */
	terms: 16,
	/** Nodes read from one list: the original super-nodes send 200. */
	nodes: 256,
	/** Results read from one reply: its body ends the list before this does. */
	results: 1024,

	/** An observer reads bodies up to here and passes over longer ones: one that follows thousands must stay small. */
	watchedBody: 4096,
	/** Of each direction an observer reads this much: what names peers comes early. */
	watched: 65_536,
	/** The same where the operator asked for details: a session's shares and queries. */
	watchedDetail: 1_048_576,
	/** What a leaf may send before the observer has seen the super-node's answer: segments of two directions cross. */
	watchedEarly: 2048,
} as const;
