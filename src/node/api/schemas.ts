/**
 * The shapes of the HTTP API, once: fastify validates and serialises with them, OpenAPI is made from
 * them, and the console and the CLI use their types. Sizes are bytes, times are milliseconds since
 * the epoch, rates are bytes per second. The Hit and the finished transfer are the design's section 4.
 *
 * Longer than 300 lines: it is one list of shapes.
 */
import { z } from 'zod';

export const Scope = z.enum(['practice', 'lan', 'internet']);
export const Network = z.enum(['gnutella', 'edonkey', 'fasttrack', 'opennap']);
export const Verdict = z.enum(['ok', 'suspicious', 'refused']);
/** Of a transfer also: whether the bytes are the right ones is not known. */
export const TransferVerdict = z.enum(['ok', 'unverified', 'suspicious', 'refused']);

export const Status = z.object({
	version: z.string(),
	scope: Scope,
	/**
	 * What the console is for: a node runs behind it; captures can be analysed; scenarios rehearsed; a server operated; a
	 * program guarded.
	 */
	offers: z.array(z.enum(['node', 'watch', 'lab', 'server', 'guard'])).readonly(),
	startedAt: z.number(),
	now: z.number(),
	/** GUID of this servent, 32 hex digits. */
	guid: z.string(),
	listen: z.string(),
	networks: z.array(
		z.object({
			network: Network,
			role: z.enum(['leaf', 'ultrapeer', 'client']),
			ultrapeers: z.number(),
			leaves: z.number(),
			servers: z.number(),
			/** Hosts known that could be dialled. */
			known: z.number(),
			/** Where it listens for this network. */
			listen: z.string(),
			reachable: z.enum(['yes', 'no', 'unknown']),
			/** A sentence: why this reachability, or why not connected and what to do. */
			why: z.string(),
		}),
	),
	shared: z.object({ files: z.number(), bytes: z.number(), hashing: z.number() }),
	rates: z.object({ down: z.number(), up: z.number() }),
	counts: z.object({ searches: z.number(), active: z.number(), evidence: z.number() }),
});
export type Status = z.infer<typeof Status>;

export const Peer = z.object({
	id: z.number(),
	network: Network,
	address: z.string(),
	direction: z.enum(['out', 'in']),
	role: z.enum(['leaf', 'ultrapeer', 'legacy', 'server', 'client']),
	state: z.enum(['connecting', 'connected']),
	agent: z.string(),
	since: z.number(),
	compressed: z.boolean(),
	in: z.object({ messages: z.number(), bytes: z.number() }),
	out: z.object({ messages: z.number(), bytes: z.number() }),
	/** Messages of this peer that were refused. */
	refused: z.number(),
	/** Bytes waiting to be sent. */
	queued: z.number(),
});
export type Peer = z.infer<typeof Peer>;

export const Folder = z.object({
	id: z.number(),
	path: z.string(),
	files: z.number(),
	bytes: z.number(),
	/** Files still to be hashed. */
	hashing: z.number(),
	/** Files left out, with reasons. */
	leftOut: z.array(z.object({ path: z.string(), reason: z.string() })),
	leftOutCount: z.number(),
	scannedAt: z.number().nullable(),
});
export type Folder = z.infer<typeof Folder>;

/** Whether a file is shared, and why not. */
export const Explanation = z.object({
	path: z.string(),
	shared: z.boolean(),
	/** Code of the rule that leaves it out. */
	code: z.string().optional(),
	/** A sentence. */
	reason: z.string(),
	/** What to do if it is to be shared; a sentence. */
	advice: z.string().optional(),
});
export type Explanation = z.infer<typeof Explanation>;

/** What sharing a folder would share, before anything is. */
export const FolderPreview = z.object({
	path: z.string(),
	files: z.number(),
	bytes: z.number(),
	leftOutCount: z.number(),
	byReason: z.array(z.object({ code: z.string(), short: z.string(), count: z.number() })),
	/** The entries that one would expect least, the most surprising first. */
	surprising: z.array(z.object({ path: z.string(), size: z.number(), mtime: z.number(), why: z.string() })),
	/** The folder was read to its end. */
	whole: z.boolean(),
});
export type FolderPreview = z.infer<typeof FolderPreview>;

export const LibraryFile = z.object({
	id: z.number(),
	name: z.string(),
	/** Relative to its folder. */
	path: z.string(),
	folder: z.number(),
	size: z.number(),
	sha1: z.string().optional(),
	tth: z.string().optional(),
	ed2k: z.string().optional(),
	fthash: z.string().optional(),
	/** 72 hexadecimal digits: the FTHash, and the root of the tree. */
	kzhash: z.string().optional(),
	modified: z.number(),
	/** Uploads begun and bytes served since the file was first seen. */
	requests: z.number(),
	served: z.number(),
});
export type LibraryFile = z.infer<typeof LibraryFile>;

export const HitSource = z.object({ host: z.string(), port: z.number(), id: z.string() });

/** A line of `sallyport search --json`; absent hashes are absent. */
export const Hit = z.object({
	name: z.string(),
	size: z.number(),
	sha1: z.string().optional(),
	tth: z.string().optional(),
	ed2k: z.string().optional(),
	fthash: z.string().optional(),
	network: Network,
	source: HitSource.extend({
		index: z.number().optional(),
		firewalled: z.boolean().optional(),
		agent: z.string().optional(),
		/** Servents that pass a PUSH on to it. */
		proxies: z
			.array(z.object({ host: z.string(), port: z.int().min(1).max(65_535) }))
			.max(4)
			.readonly()
			.optional(),
	}),
	verdict: Verdict,
	reasons: z.array(z.string()),
});
export type Hit = z.infer<typeof Hit>;

/** One content (by hash, else by name and size) with all of its sources: a row of the console. */
export const Result = z.object({
	/** Stable within the search. */
	id: z.number(),
	name: z.string(),
	otherNames: z.array(z.string()),
	size: z.number(),
	sha1: z.string().optional(),
	tth: z.string().optional(),
	ed2k: z.string().optional(),
	fthash: z.string().optional(),
	verdict: Verdict,
	reasons: z.array(z.string()),
	sources: z.array(Hit.shape.source.extend({ network: Network })),
	sourceCount: z.number(),
	have: z.boolean(),
	firstAt: z.number(),
});
export type Result = z.infer<typeof Result>;

export const Search = z.object({
	id: z.number(),
	words: z.string(),
	startedAt: z.number(),
	state: z.enum(['asking', 'ended']),
	/** A sentence on how it stands: "asked 12 ultrapeers, 41 hits". */
	why: z.string(),
	asked: z.number(),
	hits: z.number(),
	results: z.number(),
	refused: z.number(),
});
export type Search = z.infer<typeof Search>;

export const TransferState = z.enum([
	'wanted',
	'fetching',
	'waiting',
	'paused',
	'verifying',
	'inspecting',
	'quarantined',
	'complete',
	'failed',
	'cancelled',
]);

/** What an inspection found in a file, in the words of evidence/reasons.ts. */
export const Finding = z.object({
	code: z.string(),
	short: z.string(),
	sentence: z.string(),
	detail: z.string().optional(),
});
export type Finding = z.infer<typeof Finding>;

export const Transfer = z.object({
	id: z.number(),
	name: z.string(),
	size: z.number().nullable(),
	sha1: z.string().optional(),
	tth: z.string().optional(),
	ed2k: z.string().optional(),
	fthash: z.string().optional(),
	/** 72 hexadecimal digits: the FTHash, and the root of the tree. */
	kzhash: z.string().optional(),
	state: TransferState,
	/** A sentence: what is going on, or why not. */
	why: z.string(),
	done: z.number(),
	rate: z.number(),
	/** Seconds to the end at the present rate, if known. */
	eta: z.number().nullable(),
	/** When a waiting transfer asks again. */
	nextTryAt: z.number().nullable(),
	sources: z.number(),
	/** Sources that give at this moment. */
	giving: z.number(),
	/** Higher is served first; 0 is usual. */
	priority: z.number(),
	verdict: TransferVerdict,
	/** What its inspection found. */
	findings: z.array(Finding),
	/** Where the finished file is. */
	path: z.string().optional(),
	createdAt: z.number(),
	endedAt: z.number().nullable(),
});
export type Transfer = z.infer<typeof Transfer>;

/** Bytes of a file: from, to, from, to, ... in order. */
const Flat = z.array(z.number());

/** One transfer with everything that is known of it: what the console's piece map shows. */
export const TransferDetail = Transfer.extend({
	/** Bytes that are written. */
	here: Flat,
	/** Of these, those that the hash tree has proven. */
	verified: Flat,
	/** undefined: no source has given a tree; only the whole can be checked. */
	tree: z.object({ root: z.string(), slice: z.number(), proven: z.boolean() }).optional(),
	/** Who gave which bytes: from, to, number of the source, ... */
	origins: Flat,
	sourceList: z.array(
		z.object({
			number: z.number(),
			address: z.string(),
			network: Network,
			agent: z.string(),
			firewalled: z.boolean(),
			trust: z.enum(['good', 'suspect', 'dropped']),
			/** How it stands, in a few words. */
			why: z.string(),
			rate: z.number(),
			gave: z.number(),
			/** The span that it is asked for, and the next byte of it. */
			from: z.number().optional(),
			at: z.number().optional(),
			to: z.number().optional(),
			/** Our place in its queue. */
			place: z.number().optional(),
		}),
	),
	/** What has looked at it: rules, clamd, yara. */
	scanners: z.array(z.string()),
	releasedAt: z.number().nullable(),
});
export type TransferDetail = z.infer<typeof TransferDetail>;

/** A body that goes out, or somebody who waits for a slot. */
export const Upload = z.object({
	id: z.number(),
	state: z.enum(['sending', 'queued']),
	/** In the queue; 1 is next. */
	position: z.number().optional(),
	name: z.string(),
	peer: z.string(),
	agent: z.string(),
	/** The range that goes out; of one who waits: the whole file. */
	from: z.number(),
	to: z.number(),
	done: z.number(),
	rate: z.number(),
	/** Or since when it waits. */
	startedAt: z.number(),
});
export type Upload = z.infer<typeof Upload>;

/** One line of the audit: what was shared when, and served to whom. */
export const AuditRow = z.object({
	id: z.number(),
	at: z.number(),
	what: z.enum(['shared', 'unshared', 'served']),
	/** The folder's path, or the file's name. */
	name: z.string(),
	peer: z.string().optional(),
	agent: z.string().optional(),
	sha1: z.string().optional(),
	from: z.number().optional(),
	to: z.number().optional(),
	/** Bytes that went out. */
	bytes: z.number().optional(),
	/** How it ended, where not every byte went out. */
	why: z.string().optional(),
});
export type AuditRow = z.infer<typeof AuditRow>;

export const EvidenceRow = z.object({
	id: z.number(),
	at: z.number(),
	code: z.string(),
	short: z.string(),
	sentence: z.string(),
	fault: z.string(),
	subject: z.string(),
	detail: z.string().optional(),
	count: z.number(),
});
export type EvidenceRow = z.infer<typeof EvidenceRow>;

/** The overlay as far as this node knows it (in practice: the whole neighbourhood). */
export const Overlay = z.object({
	nodes: z.array(
		z.object({
			id: z.string(),
			label: z.string(),
			role: z.enum(['self', 'leaf', 'ultrapeer', 'seed', 'server', 'client']),
		}),
	),
	edges: z.array(z.object({ from: z.string(), to: z.string() })),
});
export type Overlay = z.infer<typeof Overlay>;

/** Body of POST /api/v1/transfers: exactly one of urn, link, result or hit. */
export const Want = z.object({
	urn: z.string().optional(),
	/** magnet:, http: or ed2k: link. */
	link: z.string().optional(),
	result: z.object({ search: z.number(), id: z.number() }).optional(),
	hit: Hit.optional(),
	out: z.string().optional(),
});
export type Want = z.infer<typeof Want>;

/** Which part of which list a client looks at. */
export const Window = z.object({
	from: z.coerce.number().int().min(0).default(0),
	count: z.coerce.number().int().min(0).max(1000).default(100),
	/** Field name, `-` in front for descending. */
	sort: z.string().max(40).optional(),
	/** The filter language: words, -word, field:value, size>10M. */
	filter: z.string().max(200).optional(),
});
export type Window = z.infer<typeof Window>;

/** Lists that can be looked at; `results` also takes `search=ID`. */
export const ListName = z.enum(['peers', 'files', 'results', 'searches', 'transfers', 'uploads', 'evidence']);
export type ListName = z.infer<typeof ListName>;

export interface Page<Row> {
	total: number;
	/** Rows before the filter. */
	all: number;
	from: number;
	rows: Row[];
}
