/**
 * The contract that each folder of networks/ fulfils. A network is a class with six inputs; it acts
 * through a World (links, time) and a Host (what the node or the laboratory keeps for it: the index
 * of shared files, the results of searches, the bytes that were fetched).
 *
 * The rule of world.ts holds for Host too: no method of a Host calls back into the network.
 * Longer than 300 lines: the whole contract can be read in one place.
 */
import type { Address, Link } from '../world/world.ts';

export type NetworkName = 'gnutella' | 'edonkey' | 'fasttrack' | 'opennap';

/** As people write them. */
export const networkTitles: Readonly<Record<NetworkName, string>> = {
	gnutella: 'Gnutella',
	edonkey: 'eDonkey',
	fasttrack: 'FastTrack',
	opennap: 'OpenNap',
};

export interface Network {
	readonly name: NetworkName;
	/** A link is up: one that we dialled, or one that was accepted from `remote`. */
	opened(link: Link, remote: Address, dialled: boolean): void;
	received(link: Link, bytes: Uint8Array): void;
	/** There is room again after a send that returned false. */
	drained(link: Link): void;
	closed(link: Link, why: string): void;
	datagram(from: Address, bytes: Uint8Array): void;
	/** Time has passed; called at (or after) each time asked for by World.wake. */
	tick(): void;
}

/** What a node asks of a network that it takes part in. Numbers of searches and fetches are the node's. */
export interface Participant extends Network {
	/** Begins to dial. Nothing is dialled before. */
	start(): void;
	/** Says goodbye to everyone. */
	stop(): void;
	/** Hosts that an earlier life of this node has spoken with. */
	remembered(addresses: Iterable<Address>): void;
	connect(to: Address): void;
	disconnect(link: Link): void;
	/** `urn`: by content, where the network can. */
	search(id: number, text: string, urn?: string): void;
	stopSearch(id: number): void;
	/** How a search stands: who was asked, and a sentence. */
	searchStands(id: number): { readonly asked: number; readonly sentence: string };
	fetch(request: FetchRequest): void;
	/** A number that is not known is ignored. */
	cancelFetch(fetch: number): void;
	/** The host has sent what serve() asked for; `why` is empty, or says what went wrong. Another's link is ignored. */
	served(link: Link, why: string): void;
	/** A source has given so many bytes that turned out false. */
	poisoned?(source: Source, bytes: number): void;
	/** Asks for the hashes of the blocks of a part: Host.recovered, if somebody is there who gives them. */
	recover?(wish: PartWish): void;
	peers(): Neighbour[];
	status(): Standing;
}

/** A link that is part of the network, as people see it. */
export interface Neighbour {
	readonly link: Link;
	readonly remote: Address;
	readonly dialled: boolean;
	readonly role: 'leaf' | 'ultrapeer' | 'legacy' | 'server' | 'client';
	readonly agent: string;
	readonly since: number;
	readonly compressed: boolean;
	readonly in: { readonly messages: number; readonly bytes: number };
	readonly out: { readonly messages: number; readonly bytes: number };
	readonly refused: number;
	/** Bytes that wait to be sent. */
	readonly queued: number;
}

/** How we stand in a network, in figures and in a sentence: "am I connected, and if not, why". */
export interface Standing {
	readonly role: 'leaf' | 'ultrapeer' | 'client';
	readonly ultrapeers: number;
	readonly leaves: number;
	readonly servers: number;
	/** Hosts known that could be dialled. */
	readonly known: number;
	readonly reachable: 'yes' | 'no' | 'unknown';
	readonly why: string;
}

/** A shared file as a network sees it: never a path. */
export interface SharedFile {
	/** Stable for the life of the share: what goes out as the file index. Starts at 1. */
	readonly id: number;
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	/** 20 bytes; absent until the file has been hashed. */
	readonly sha1?: Uint8Array;
	/** 24 bytes, root of the Tiger tree; absent where it was not computed. */
	readonly tth?: Uint8Array;
	/** 20 bytes, FastTrack's name for it; absent where it was not computed. It proves nothing. */
	readonly fthash?: Uint8Array;
	/** 16 bytes, root of the tree that kzhash has behind the FTHash; absent where it was not computed. */
	readonly kztree?: Uint8Array;
	/** 16 bytes: MD4 as eDonkey builds it; absent where it was not computed. */
	readonly ed2k?: Uint8Array;
	/** The parts that are here, in order; absent: all of it. A file that is still being fetched has some. */
	readonly parts?: readonly Span[];
}

/** Bytes [from, to) of a file. */
export interface Span {
	readonly from: number;
	readonly to: number;
}

/** The index of what this node shares. Pure look-ups, no I/O. */
export interface Shares {
	readonly files: number;
	readonly kilobytes: number;
	/** Grows with every change of the index: tables made from it are made again. */
	readonly version: number;
	/** Files whose name holds every word of the query (see common/words.ts), at most `limit`. */
	match(text: string, limit: number): SharedFile[];
	byId(id: number): SharedFile | undefined;
	/** By 20 bytes of SHA-1. */
	bySha1(sha1: Uint8Array): SharedFile | undefined;
	/** By 16 bytes of the ed2k hash. */
	byEd2k(ed2k: Uint8Array): SharedFile | undefined;
	/** By 20 bytes of the FTHash. */
	byFthash(fthash: Uint8Array): SharedFile | undefined;
	/** Every file; for whoever may browse. */
	all(): Iterable<SharedFile>;
	/** Every indexed word once: what is published. */
	words(): Iterable<string>;
	/** Every hashed file's SHA-1 once: published whole as urn:sha1. */
	sha1s(): Iterable<Uint8Array>;
}

/** One answer to a search, as users see it (design: "Hit"). */
export interface Hit {
	readonly name: string;
	/** Bytes; 0: nobody has said (sources of a content). */
	readonly size: number;
	/** Base32, 32 characters. */
	readonly sha1?: string;
	/** Base32, 39 characters. */
	readonly tth?: string;
	/** Hex, 40 characters: FastTrack's name for it. It covers a few percent of a big file and proves nothing. */
	readonly fthash?: string;
	/** Hex, 32 characters, lower case. */
	readonly ed2k?: string;
	readonly network: NetworkName;
	readonly source: Source;
	readonly verdict: 'ok' | 'suspicious' | 'refused';
	/** Short names of reasons (evidence/reasons.ts). */
	readonly reasons: readonly string[];
}

/** Where a file can be had. `id` is the servent's GUID in hex: with it a firewalled source can be pushed. */
export interface Source {
	readonly network: NetworkName;
	readonly host: string;
	readonly port: number;
	readonly id: string;
	/** The source's own number for the file. */
	readonly index: number;
	/** The source says that it cannot be dialled. */
	readonly firewalled: boolean;
	/** User agent or vendor code. */
	readonly agent: string;
	/** Servents that pass a PUSH on to it, as it says: a few. */
	readonly proxies?: readonly Address[];
}

/** One request for a range of one file from one source. Numbers are the caller's choice, used once. */
export interface FetchRequest {
	readonly fetch: number;
	readonly source: Source;
	readonly name: string;
	/** Base32. With it the file is asked for by content and the answer must be that content. */
	readonly sha1?: string;
	/** Hex: FastTrack's name for the file, which is what it is asked for by there. */
	readonly fthash?: string;
	/** Hex: the same with the root of its tree behind it, where that is known: only then a tree is offered. */
	readonly kzhash?: string;
	/** Hex: for a network that asks by it. */
	readonly ed2k?: string;
	/** Bytes, where it is known: part of the question in some networks. */
	readonly size?: number;
	/** First byte wanted. */
	readonly from: number;
	/** One past the last byte wanted; absent: to the end. */
	readonly to?: number;
	/**
	 * Not the bytes but the hashes of its slices are wanted (the leaves of its Tiger tree, as far down as the
	 * source has them; in eDonkey the hashes of its parts): the answer comes through fetchTree. `from` is 0, the
	 * hash is there.
	 */
	readonly tree?: boolean;
	/** Other sources that gave good bytes, and such that failed: told to the source (X-Alt, X-NAlt). */
	readonly alternates?: readonly Address[];
	readonly failed?: readonly Address[];
	/** The place in the source's queue that an earlier answer gave (RemoteQueue.ticket). */
	readonly ticket?: string;
}

/** Hashes of slices as a source gave them: nothing is proven yet. */
export interface ClaimedTree {
	/** Of the Tiger tree, of eDonkey's parts (MD4), or of Kazaa's tree (MD5). */
	readonly kind: 'tiger' | 'ed2k' | 'kazaa';
	/**
	 * 24 bytes each (16 of ed2k and kazaa), in order. Of ed2k an empty last part counts where the size is a multiple of a
	 * part; a file shorter than one part has its own hash.
	 */
	readonly slices: Uint8Array;
	/**
	 * Bytes of the file below each of them: a power of two, 1,024 or more; of ed2k always 9,728,000, of kazaa
	 * sliceSize() of the file.
	 */
	readonly slice: number;
}

/** A place in a queue for upload slots, at a source or at this node. */
export interface RemoteQueue {
	/** 1 is next. */
	readonly position: number;
	readonly length?: number;
	/** Seconds: not asked again before, the place is lost after. */
	readonly pollFrom: number;
	readonly pollTo: number;
	/** Names the place on a new link (PARQ); absent: the place is bound to the link. */
	readonly ticket?: string;
}

/** What the source promised before the first byte of the body. */
export interface FetchHead {
	readonly status: number;
	/** Range that really follows: sources may answer with less than was asked for. */
	readonly from: number;
	readonly to: number;
	/** Size of the whole file, if it was said. */
	readonly size?: number;
	readonly agent: string;
	/** Other addresses that have the same file (X-Alt). */
	readonly alternates: readonly Address[];
	/** Of the alternates' kind, but they were found not to have it (X-NAlt). */
	readonly failed?: readonly Address[];
	/** Servents that pass a PUSH on to the source (X-Push-Proxy). */
	readonly proxies?: readonly Address[];
	/** Seconds after which the source wants to be asked again (503). */
	readonly retryAfter?: number;
	/** The source has put us into its queue (503). */
	readonly queue?: RemoteQueue;
	/** The parts that the source has (X-Available-Ranges); absent: all, as far as it says. */
	readonly parts?: readonly Span[];
	/** Root of the file's Tiger tree as the source says, base32. */
	readonly tth?: string;
	/** The source gives the tree when asked. */
	readonly hasTree?: boolean;
}

/** Who asks for a body of ours. */
export interface Asker {
	readonly address: Address;
	readonly agent: string;
	readonly file: number;
	/** It understands a place in a queue, and what it remembers of one. */
	readonly queues: boolean;
	readonly ticket?: string;
	/** What its network thinks it has deserved: its share of the slots beside that of others, 1 to 10. Absent: 1. */
	readonly weight?: number;
}

/** `true`: it is served now. Else when it may ask again, in seconds, and its place where it has one. */
export type Admission = true | { readonly retryAfter: number; readonly queue?: RemoteQueue };

/** How a range of a file becomes messages of a network. It is short enough to be kept in memory. */
export interface Messages {
	/** Its taker unpacks zlib. A host need not pack. */
	readonly packs: boolean;
	/** All that is sent for these bytes, the range as it is or packed whole, written to what `room` gives. */
	readonly of: (bytes: Uint8Array, packed: boolean, room: (bytes: number) => Uint8Array) => Uint8Array;
}

/** A hash of an AICH tree, 20 bytes, and the way down to it behind a leading 1, a 1 for each turn to the left. */
export interface AichHash {
	readonly path: number;
	readonly hash: Uint8Array;
}

/** A part of an eDonkey file that arrived wrong, and is to be mended. */
export interface PartWish {
	/** Hex, and the same in 16 bytes. */
	readonly ed2k: string;
	readonly hash: Uint8Array;
	readonly size: number;
	readonly part: number;
	/** Root of its AICH tree as the user's link has it, hex. */
	readonly aich?: string;
}

export interface Host {
	readonly shares: Shares;
	/** An answer to a search that this node asked. */
	hit(search: number, hit: Hit): void;
	/** A search is over: nobody will be asked any more (late hits may still come for a while). */
	searchEnded(search: number, why: string): void;
	/** Whether this asker gets an upload slot now. */
	admit(link: Link, asker: Asker): Admission;
	/** Hashes of the slices of a shared file, of its Tiger tree or its parts in eDonkey; undefined: none kept. */
	tree(file: number, kind?: ClaimedTree['kind']): ClaimedTree | undefined;
	/** Root of the AICH tree of a shared file, 20 bytes; undefined: none kept. */
	aich(file: number): Uint8Array | undefined;
	/** Hashes of the blocks of one of its parts, and those beside the way to the root; undefined: none kept. */
	aichOf?(file: number, part: number): readonly AichHash[] | undefined;
	/** What recover() asked for, as somebody gave it. False: it does not lead to the root. */
	recovered?(wish: PartWish, root: Uint8Array, hashes: readonly AichHash[]): boolean;
	/** Addresses that have this content too, the best first; few (20 bytes of SHA-1). */
	alternates(sha1: Uint8Array): readonly Address[];
	/** An asker or a source named others that have, or do not have, this content. Hearsay. */
	heard(sha1: Uint8Array, have: readonly Address[], lack: readonly Address[]): void;
	/**
	 * Send bytes [from, to) of a shared file down the link, after what was sent; then call served(). With `messages`
	 * they go as such, in one piece: nothing that is sent meanwhile comes between them.
	 */
	serve(link: Link, file: number, from: number, to: number, messages?: Messages): void;
	fetchHead(fetch: number, link: Link, head: FetchHead): void;
	/** Bytes of the body, in order. The host pauses the link itself where it cannot keep up. */
	fetchBody(fetch: number, bytes: Uint8Array): void;
	/** What was asked with `tree`; fetchEnd follows. */
	fetchTree(fetch: number, tree: ClaimedTree): void;
	/** The range is complete (why empty) or has failed (why is a sentence). Comes once for each fetch. */
	fetchEnd(fetch: number, why: string): void;
	/** An address worth keeping over restarts, or (failed) worth forgetting. */
	remember(address: Address, what: 'ultrapeer' | 'leaf' | 'uhc' | 'server' | 'failed'): void;
}
