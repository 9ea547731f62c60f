/**
 * Every bound of the Gnutella code, under two headings. A number is in bytes unless its name or its
 * comment says otherwise. Each bound of ours has a reason, and a test that runs into it.
 */
import { withSet } from '../common/set-limits.ts';

/** The specification says. */
export const specification = {
	/** Descriptor header: GUID 16, type 1, TTL 1, hops 1, length 4 (0.4, section 2). */
	header: 23,
	/** The count of records in a query hit is one byte (0.4, section 2.4). */
	hitRecords: 255,
	/** The id of a GGEP extension has a length of 4 bits and is not empty (GGEP 0.51, section 2.3). */
	ggepId: 15,
	/** The length of GGEP data has at most three groups of 6 bits (GGEP 0.51, section 2.3). */
	ggepData: 0x3ffff,
	/** QRP: slots are a power of two, table messages count from 1 in one byte (QRP 0.1, section 3). */
	qrpPatches: 255,
	/** What a length of 4 bytes can say in a record; larger files carry GGEP LF. */
	fileSize: 0xffffffff,
} as const;

/** We say. */
export const ours = {
	/** gtk-gnutella ends the link above this; longer texts are no searches. */
	payloadQuery: 1024,
	/** gtk-gnutella's hard limit; ten records with alternates take under 4 KiB. */
	payloadHit: 65536,
	/** Up to here a hit is forwarded: one hit must not fill the 96 KiB queue of a link. */
	payloadHitForwarded: 16384,
	/** Up to here a query is forwarded: what is multiplied by every link must be small. */
	payloadQueryForwarded: 256,
	/** A pong's 14 bytes and GGEP up to what gtk-gnutella takes. */
	payloadPing: 1536,
	payloadPong: 14 + 1536,
	payloadPush: 26 + 1536,
	/** As gtk-gnutella. */
	payloadBye: 4096,
	/** What gtk-gnutella allows to everything else: table patches and vendor messages. */
	payloadOther: 40960,

	/** A search longer than this matches nothing; gtk-gnutella drops it. */
	queryText: 200,
	/** Hashes asked for in one query: one is usual. */
	queryUrns: 8,
	/** File systems stop at 255 bytes, or 255 UTF-16 units (at most 765 bytes). */
	fileName: 765,
	/** Alternate sources read from one record: more of them is advertising (gtk-gnutella flags 16). */
	alternates: 16,
	/** Push proxies read from one hit: peers keep 4 to 8. */
	pushProxies: 8,
	/** Push proxies of ours told, and those of one source kept and asked: gtk-gnutella keeps 4 for a source. */
	pushProxiesSent: 4,
	pushProxiesAsked: 4,
	/** Parts of the query of a request to a push proxy: programs send two. */
	proxyFields: 8,

	/** Extensions in one GGEP block: the richest pong seen has 9. */
	ggepExtensions: 32,
	/** Bytes of one GGEP extension after inflation: the longest known (XML, host lists) stay below. */
	ggepInflated: 16384,
	/** Compressed extensions of one block: unpacking is dear, and peers compress one host list at most. */
	ggepCompressed: 4,

	/** Slots of a query routing table. giFT sends 8 when it shares nothing; 2^20 is 128 KiB a link. */
	qrpSlotsLeast: 8,
	qrpSlotsMost: 1 << 20,
	/** Payload of the patches we send. */
	qrpPatchSent: 4096,

	/** One line of a handshake or HTTP head. gtk-gnutella folds its own at 72, others list hosts in one. */
	headLine: 4096,
	/** Header lines of one head: about 25 are usual. */
	headLines: 64,
	/** A whole head. h11 and others allow 16 KiB, but ours has no cookies. */
	head: 8192,
	/** Ranges read from X-Available-Ranges. */
	ranges: 64,

	/** Decompressed bytes for one push, beside 32 for each byte pushed: a table patch of zeros fits. */
	inflateBurst: 262144,
	/** Over the life of a link: beside 1 MiB, at most this many bytes for each byte received. Text makes 5. */
	inflateRatio: 40,
	inflateCredit: 1048576,

	/** A web cache's whole answer, one of its lines, and what is read from it. */
	webCacheBody: 65536,
	webCacheLine: 512,
	webCacheHosts: 100,
	webCacheUrls: 50,

	/** Entries of one vendor-message list (messages or features supported): peers know about 30. */
	vendorItems: 64,
} as const;

/** We say, of the overlay: these can be set by name in the laboratory and in tests. */
export const overlay = {
	/** TTL + hops of what we pass on: today's peers cut to 4, the talk's typical is 5. */
	maxTtl: 5,
	/** Links to ultrapeers that a leaf wants: one may leave, and answers still come from three. */
	leafUltrapeers: 4,
	/** Links to other ultrapeers that an ultrapeer dials for, and takes at the most (X-Degree). */
	ultrapeerLinksWanted: 16,
	ultrapeerLinks: 32,
	/** Leaves of an ultrapeer: at 160 KiB each the state stays below 160 MiB. */
	leaves: 1000,
	/** Servents without roles (0.4): they flood, so few of them. */
	legacies: 8,
	/** Links from one host: families behind one address, not armies. */
	linksFromHost: 8,
	/** Dials begun a second and under way at once while links are wanted. */
	dialsAtOnce: 8,
	/** A handshake takes one round trip of text; slower is a slow-loris. */
	handshakeSeconds: 15,
	/** Handshakes of others under way at once: 10,000 half-open links must not become memory. */
	handshakes: 256,

	/** Alive pings: gtk-gnutella's rhythm and patience. */
	aliveSeconds: 20,
	aliveSecondsLeaf: 120,
	aliveMissed: 6,
	aliveMissedLeaf: 4,
	/** Waiting bytes of a link, and how long it may be blocked (gtk-gnutella: 96 KiB, 180 s). */
	queueBytes: 98304,
	blockedSeconds: 180,
	/** Time for a BYE to leave. */
	byeSeconds: 5,

	/** Pong caching: gtk-gnutella's numbers. */
	pongsPerPing: 10,
	pongLifeUltrapeer: 20,
	pongLifeLeaf: 120,
	pongCache: 200,
	pingsPerSecond: 20,

	/** Entries of the message-id tables (a generation): ten minutes at 100 queries a second. */
	routedQueries: 65536,
	/** Servents to which a way is known. */
	routedServents: 65536,

	/** Slots of our own table, and of the union sent to ultrapeers (gtk-gnutella's bound: 2^17). */
	tableSlots: 65536,
	tableSlotsUltrapeer: 131072,
	/** A changed table is sent again at most this often. */
	tableSeconds: 10,

	/** Dynamic querying (reference: gtk-gnutella's dq). */
	dynamicQueries: 512,
	queryProbes: 3,
	queryWaitMs: 3700,
	queryWaitLeastMs: 1500,
	queryMinutes: 10,
	queryHorizon: 500_000,
	searchTarget: 150,
	searchTargetLeaf: 50,
	/** A search of ours: its longest life, the silence that ends it, and how long late hits count. */
	searchSeconds: 180,
	searchQuietSeconds: 8,
	lateHitSeconds: 300,
	/** Answers to one query: records a message, and records in all. */
	hitRecordsSent: 10,
	answerRecords: 50,

	/** Retrieval: a link without a request, and a source without a byte, are given up after this. */
	idleSeconds: 30,
	fetchSeconds: 60,
	/** A hash tree as a source gives it: 2,048 slices and what is above them are 98 KB. */
	treeBytes: 1 << 20,
	/** A source that gives less than this in a minute is left: it would hold a fetch for ever. */
	leastBytesPerMinute: 2048,
	/** Links to sources kept for the next range. */
	idleSources: 32,
	/** A PUSH is answered by a GIV within this, or not at all. */
	pushSeconds: 30,
	/** A push proxy answers at once: four of them that are silent take no longer than a PUSH without GIV. */
	proxySeconds: 7,

	/** Hosts known; a host is tried again after this, doubled with each failure, and forgotten after so many. */
	hosts: 2000,
	hostAgainSeconds: 120,
	hostFailures: 4,
	/** Hosts that we spoke with within this are told to others. */
	hostFreshMinutes: 60,
	/** Seeds: the pause between two questions while none answers, and after an answer. */
	seedAgainSeconds: 30,
	seedPauseMinutes: 30,

	/** A seed: hosts in an answer (the talk's 20), their life, how many are kept and dialled at once. */
	seedHosts: 20,
	seedMinutes: 60,
	seedEntries: 1000,
	seedChecks: 32,

	/** The election (role.ts). */
	isolationSeconds: 20,
	electionUptimeMinutes: 60,
};

export type Limits = Readonly<typeof overlay>;

/** The limits with some of them set by name. An unknown name is the caller's mistake and throws. */
export function limitsWith(set: Readonly<Record<string, number>> | undefined): Limits {
	if (set === undefined) return overlay;
	const known = limitsOf.get(set);
	if (known !== undefined) return known;
	const limits = Object.freeze(withSet(overlay, set));
	limitsOf.set(set, limits);
	return limits;
}

/** The servents of a laboratory are given one set, and share its limits. */
const limitsOf = new WeakMap<Readonly<Record<string, number>>, Limits>();
