/**
 * How a network is recognised on the wire: the contract that each folder's signature.ts fulfils. `watch`
 * finds every folder with such a file; adding a network is adding a folder.
 *
 * A pattern looks at the first bytes of a TCP stream (reassembled) or at one datagram. It is pure, never
 * throws, reads only inside [from, to), and takes time in proportion to what it reads at most once: no
 * regular expression on the hot path may backtrack. Two bytes are never enough where the rest can be checked:
 * opcode, length and inner counts must agree (false alarms cost more here than a missed flow).
 */

/** What a pattern sees. One object is reused for all calls: copy what is to be kept. */
export interface Payload {
	readonly bytes: Uint8Array;
	/** Where this direction of the stream, or the datagram, begins in `bytes`, and one past its last byte. */
	readonly from: number;
	readonly to: number;
	/** Bytes on the wire from `from` on, in this segment or datagram: more than to - from where the capture was cut. */
	readonly wireLength: number;
	/** Sent by the side that opened the flow (as far as was seen). */
	readonly byOpener: boolean;
	/** Ports of the sender and of the receiver. */
	readonly sourcePort: number;
	readonly destinationPort: number;
	/** How many payload packets came this way so far, this one included. */
	readonly packets: number;
	/** The flow's beginning was seen (SYN, or a datagram); otherwise the stream was joined in the middle. */
	readonly fromStart: boolean;
	/** Nothing more will come (the flow ends, or enough was seen): `more` is no answer now. */
	readonly last: boolean;
	/** The first bytes of the other direction; an empty range where nothing was seen. */
	readonly other: Uint8Array;
	readonly otherFrom: number;
	readonly otherTo: number;
}

/** A request or an answer of HTTP, its head complete or cut; made once for all HTTP patterns. */
export interface HttpHead {
	/** First line without its line end, latin-1: `GET /x HTTP/1.1`, `HTTP/1.1 200 OK`. */
	readonly line: string;
	readonly isRequest: boolean;
	/** `GET`; empty for an answer. */
	readonly method: string;
	/** What is asked for, as written; empty for an answer. */
	readonly target: string;
	/** Value of a header (lower-case name), trimmed, the first one; undefined: not there. */
	header(name: string): string | undefined;
	/** Offset of the header's line from the beginning of the head; 0 where it is not there. */
	offsetOf(name: string): number;
	/** Bytes of the head as far as it is there. */
	readonly length: number;
	/** The blank line after the headers was seen. */
	readonly complete: boolean;
	/** Names of the headers that begin with `x-`, in lower case. */
	readonly extensions: readonly string[];
}

export interface Match {
	/** Where the signature speaks for another network than its own: `gnutella2`. */
	readonly network?: string;
	/** Program or brand, where the bytes tell: `LimeWire/4.12`, `Morpheus`. At most 60 characters. */
	readonly label?: string;
	/** It is access to a seed (a web cache, a host list), not the network itself. */
	readonly seed?: true;
	/** Of a seed: its DNS name as the conversation has it. A stranger's word unless it stands in a list of ours. */
	readonly name?: string;
	/** What matched, in words: `handshake "GNUTELLA CONNECT/0.6"`. Never a name of a user or a file. */
	readonly what: string;
	/** Where, in bytes from the beginning of the stream or datagram, and how many. */
	readonly offset: number;
	readonly length: number;
}

/** `more`: these bytes can be the beginning of it, the next ones decide. */
export type Finding = Match | 'more' | undefined;

export interface Pattern {
	/**
	 * First bytes with which it can begin, as latin-1 text; it is called only for those. A text longer than
	 * what has come is waited for. Absent: called for every payload, so it must refuse within nanoseconds.
	 */
	readonly begins?: readonly string[];
	/** It may also begin with a later segment of a stream that began with something nobody knows. */
	readonly late?: boolean;
	/** It decides on less than a proof (shape alone): tried after all others, and after the guards. */
	readonly weak?: boolean;
	match(payload: Payload): Finding;
}

export interface HttpPattern {
	match(head: HttpHead, payload: Payload): Match | undefined;
}

/** Reads on in a recognised flow, for what it announces and (only when asked) for details. */
export interface Follower {
	/** Bytes of one direction in order, or one datagram. Returns false when there is nothing more to learn. */
	bytes(byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean;
}

export interface FollowSink {
	/**
	 * An endpoint that the conversation named: a later flow to it is explained by it. 4 bytes of IPv4 at `at`;
	 * `where`: what named it (`pong`, `X-Try-Ultrapeers`).
	 */
	announced(bytes: Uint8Array, at: number, port: number, where: string): void;
	/** The same, of an address in text, IPv4 or IPv6. */
	announcedText(host: string, port: number, where: string): void;
	/** The same, of another port of the host that answers here, given the one that it answers at. */
	announcedBeside(portOf: (own: number) => number, where: string): void;
	/** The operator asked for details. */
	readonly wantsDetail: boolean;
	/**
	 * Before a step that takes tens of microseconds, such as a key: false where this second of the capture has had
	 * its share of them, for anybody can send what asks for one.
	 */
	mayWork(): boolean;
	/** A user name, a file name, a query: evidence only where the operator asked for it. */
	detail(what: string, value: string): void;
}

export interface SeedNames {
	/** DNS names; a name covers those below it. */
	readonly names?: readonly string[];
	/** Ranges of the talk (2003): a historical pack, off by default. */
	readonly historicalRanges?: readonly string[];
}

/** Bytes at a place of the first payload of a direction, or of a datagram. */
export interface Content {
	/** As latin-1 text. */
	readonly bytes: string;
	/** Where they begin; absent: at the beginning. */
	readonly offset?: number;
	/** They lie anywhere in so many bytes from `offset` on; absent: exactly there. */
	readonly within?: number;
	/** Letters of either case. */
	readonly anyCase?: true;
}

/**
 * What a network says in clear, as a fact that rules for other systems are written from. Less than a pattern can
 * check, so only what is distinctive by itself: a rule fires on every host of whoever loads it.
 */
export interface ContentRule {
	/** It never changes once it was given out: others' rules are named by it. Unique among all networks, below 10,000. */
	readonly number: number;
	/** Where it speaks for another network than the signature's. */
	readonly network?: string;
	readonly transport: 'tcp' | 'udp';
	/** Who says it; absent: either. */
	readonly by?: 'opener' | 'answerer';
	/** All of them. */
	readonly contents: readonly Content[];
	/** Bytes of the datagram or segment. */
	readonly size?: number;
	/** For people: letters, digits and simple signs. */
	readonly what: string;
}

/** In the order in which people read it. */
export function contentRule(
	number: number,
	transport: 'tcp' | 'udp',
	what: string,
	contents: readonly Content[],
	more: Pick<ContentRule, 'by' | 'size' | 'network'> = {},
): ContentRule {
	return { number, transport, what, contents, ...more };
}

export interface Signature {
	/** Folder name: `gnutella`. */
	readonly network: string;
	/** For people: `Gnutella 0.4 and 0.6`. */
	readonly title: string;
	/** Where the facts come from, and whether real programs' traffic was ever matched. */
	readonly source: string;
	readonly seen: 'live' | 'capture' | 'read';
	readonly tcp?: readonly Pattern[];
	readonly udp?: readonly Pattern[];
	readonly http?: readonly HttpPattern[];
	/** Usual ports: the weakest reason. */
	readonly tcpPorts?: readonly number[];
	readonly udpPorts?: readonly number[];
	readonly seeds?: SeedNames;
	/** Absent where nothing of it is distinctive at a fixed place. */
	readonly rules?: readonly ContentRule[];
	/** For a flow that matched; undefined: nothing to follow. */
	follow?(transport: 'tcp' | 'udp', match: Match, sink: FollowSink): Follower | undefined;
}
