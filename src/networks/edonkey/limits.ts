/**
 * Every bound of the eDonkey code, under two headings. A number is in bytes unless its name or its comment says
 * otherwise. Each bound of ours has a reason, and a test that runs into it.
 */
import { withSet } from '../common/set-limits.ts';

/** The protocol says, as aMule 2.3 and 3 and the servers speak it; there is no specification. */
export const protocol = {
	/** Protocol byte 1, length 4, opcode 1; the length counts the opcode. */
	header: 6,
	/** A file's part, the unit of its hash set. */
	part: 9_728_000,
	/** Parts are asked for in blocks of 180 KiB. */
	block: 184_320,
	/** A block is sent in pieces of 10 KiB. */
	piece: 10_240,
	/** Files of more carry 64-bit sizes and offsets. */
	largeFile: 4_290_048_000,
	/** aMule takes no larger file: 256 GiB. */
	fileSize: 2 ** 38,
	/** Ids below are LowIDs: numbers that a server gave, no addresses. */
	lowIds: 0x1000000,
	/** Files in one offer, as aMule sends and servers take. */
	offered: 200,
	/** Answers to global searches and sources begin this many ports above the server's own. */
	datagramPort: 4,
} as const;

/** We say. */
export const ours = {
	/** A packed body unpacked: aMule takes 250,000 from a server, and 200 files offered take 100,000. */
	unpacked: 524_288,
	/** A body between clients, packed, unpacked: aMule's bound. */
	unpackedFromClient: 50_000,
	/** A frame whose opcode is not known: it is read over. */
	unknownFrame: 65_536,
	/** Tags of a record: media files have ten. */
	tags: 32,
	/** A tag's text: names of files stop at 255 letters, at most 765 bytes; descriptions are longer. */
	text: 1024,
	/** Bytes of a tag that is neither text nor number: nothing that we read has one longer. */
	blob: 16_384,

	/** Nodes of a search, and how deep they lie: aMule sends at most 10 operators, so 21 nodes. */
	searchNodes: 64,
	searchDepth: 24,
	/** One text of a search. */
	searchText: 256,

	/** Records of one answer to a search: servers send 200 to 300. */
	results: 512,
	/** Sources of one answer: the count is a byte. */
	sources: 255,
	/** Hashes of one datagram that asks for sources: what aMule packs into 512 bytes. */
	sourcesAsked: 31,
	/** Answers chained in one datagram. */
	chained: 64,

	/** Parts of a file of 256 GiB, and one more. */
	parts: 28_257,
	/** Sources in an answer of a source exchange: eMule sends up to 500. */
	exchanged: 500,
	/** A public key and a signature of 384 bits: 76 and 48 bytes; other programs use up to 80. */
	publicKey: 80,
	signature: 80,
} as const;

/** We say, of a server: these can be set by name in tests and benches. */
export const serving = {
	/** Sessions in all, from one host, from one /24 or /48. An open file each; a home, an office, a campus. */
	sessions: 15_000,
	sessionsFromHost: 10,
	sessionsFromNetwork: 512,
	/** A login is one message: who is slower holds a place for nothing. */
	loginSeconds: 10,
	/** A client answers its check in milliseconds; one behind a firewall never does. */
	checkSeconds: 6,
	/** Clients that are being checked at once, and such that wait for it. */
	checks: 256,
	/** Ports below are services of others: nobody is checked there. */
	lowestPort: 1024,
	/** Key agreements in a second: each costs a quarter of a millisecond, so a flood of them a twentieth of a core. */
	agreements: 200,

	/** Files of one client: more are people's whole disks. aMule publishes 200 a minute. */
	filesOfClient: 10_000,
	/** Letters of a name: what file systems allow, in bytes. */
	name: 765,
	/** In a minute, of one session. aMule offers once a minute, and asks for the sources of 15 files at once. */
	offers: 60,
	searches: 60,
	sourcesAsked: 300,
	callbacks: 60,
	/** Call-backs that one LowID client is asked for in a minute. */
	calledBack: 60,
	/** Refused messages in a minute that end the session, and how long its host stays out. */
	strikes: 200,
	banMinutes: 15,
	/** Hosts that are out at once: the one whose ban ends first comes back. */
	bans: 10_000,

	/** Records of a page, and pages of a search: what servers give. */
	page: 200,
	pages: 5,
	/** Files looked at for a page by TCP, and for an answer by UDP: of ten million files 20 ms and 4 ms, of a million a fifth. */
	walked: 10_000,
	walkedForDatagram: 2_000,
	/** By all searches in a second, and by each when that is used up: a flood of dear searches makes all of them short. */
	walkedPerSecond: 500_000,
	walkedLeast: 500,
	/** Sources of an answer by TCP and by UDP. */
	sourcesGiven: 200,
	sourcesInDatagram: 30,
	/** Records of an answer by UDP: no more fit. */
	resultsInDatagram: 30,
	/** Answers longer than this are packed for who can unpack. */
	packFrom: 8192,
	/** A datagram that is not cut on its way. */
	datagram: 1400,
	/** Every session hears how many users and files there are: a dead one is noticed by it. */
	statusMinutes: 10,
};

export type Serving = Readonly<typeof serving>;

export function servingWith(set: Readonly<Record<string, number>> | undefined): Serving {
	return withSet(serving, set);
}

/** We say, of a client: these can be set by name in tests. */
export const joining = {
	/** Servers known: aMule's users have fewer, and each costs a datagram a search. */
	servers: 100,
	/** Ports below are services of others: a server there is somebody's web server. */
	lowestPort: 1024,
	/** From the dial until the id: the server dials us meanwhile. */
	loginSeconds: 30,
	/** A server is tried again after this, doubled with each failure up to an hour. */
	serverAgainSeconds: 30,
	serverAgainMost: 3600,
	/** aMule offers once a minute; an empty offer says that we are still there. */
	offerSeconds: 60,
	keepAliveMinutes: 20,
	/** aMule's pace: one question for a status in 5 s, the same server after 20 min to 4.5 h. */
	statusSeconds: 5,
	statusAgainMinutes: 120,
	/** A status that has not come by then counts as none; after two a server is asked no more for now. */
	answerSeconds: 20,
	failures: 2,
	/** Of one search: one server every 750 ms, its pages by TCP, and when it is over. */
	searchStepMs: 750,
	searchPages: 3,
	searchAnswerSeconds: 15,
	searchQuietSeconds: 5,
	/** Results taken from all servers. */
	searchHits: 1000,
	/** Sources: so many files at once by TCP, a pause, and the same file again at the same server, as aMule. */
	sourcesAtOnce: 15,
	sourcesPauseSeconds: 60,
	sourcesAgainMinutes: 22,
	/** A word of a server that people read. */
	serverText: 300,
	/** A list of servers at a URL: 2000 servers of 130 bytes, how long it may take, and when it is asked for again. */
	listBytes: 262_144,
	listSeconds: 30,
	listAgainMinutes: 15,
} as const;

/** We say, of a seed that lists servers. */
export const seeding = {
	/** What is gone must not stay in lists for long; a status costs its server 42 bytes. */
	statusAgainMinutes: 10,
	/** Letters of a name: the list goes out to whoever asks. */
	name: 60,
} as const;

/** We say, of links between clients: these can be set by name in tests. */
export const taking = {
	/** Links with other clients, from one host, and how long a hello may take. */
	peers: 400,
	peersFromHost: 8,
	helloSeconds: 15,
	/** A link without business is closed after this: aMule's 40. */
	idleSeconds: 40,
	/** A source that is asked and says nothing is given up. */
	fetchSeconds: 60,
	/** A slot at a source that we do not use is given back. */
	slotSeconds: 20,
	/** A source is asked again for our place after this (aMule bans who asks within ten minutes), and the host polls. */
	reaskMinutes: 22,
	pollSeconds: 15,
	/** Sources that are remembered for our places in their queues. */
	dealings: 2000,
	/** Blocks asked for at once: the protocol's three, and more while they come in fast, as aMule does. */
	blocksLeast: 3,
	blocksMost: 32,
	/** Ranges that a client may have asked us for and not got yet. */
	rangesWaiting: 128,
	/** Ranges remembered that it was given in one slot: 750 MB of blocks; a client repeats the last three. */
	rangesGiven: 4096,
	/** Who waits for an upload asks the host again so often, and how many may wait. */
	waitSeconds: 60,
	waiting: 1000,
	/** Of them, users of one host, as aMule; and how long without a sign of life, as aMule: an hour. */
	waitingFromHost: 3,
	waitKeptMinutes: 60,
	/** By UDP a source is asked for our place a little before it would be by TCP; it answers in seconds, or on the second try. */
	reaskDatagramMinutes: 20,
	reaskAnswerSeconds: 20,
	reaskTries: 2,
	/** A file that the host has not asked for in so many minutes is no longer wanted. */
	wantedMinutes: 5,
	/** Questions of one host for places by UDP that are answered in a minute: one user asks once in 20 minutes. */
	reasksFromHost: 6,
	/** A call-back comes within this, or not at all; so many are waited for at once. */
	callbackSeconds: 30,
	callbacks: 200,
	/** Contents whose name and size are remembered for sources that come without. */
	contents: 4096,
	/** A search for sources by content lasts so long: every server is asked within it. */
	sourcesSeconds: 90,
	/** Such searches at once. */
	sourceSearches: 500,
	/** Addresses whose users are remembered, to dial them obfuscated. */
	users: 4096,
	/** So long a dial waits for the server to say whose address it is. */
	introductionMs: 1500,
	/** AICH: networks that must say a root, and the share of all, as aMule; voices kept for a file. */
	rootNetworks: 10,
	rootShare: 0.92,
	rootVoters: 100,
	/** Files that one peer may name a root for. */
	rootsOfPeer: 100,
	/** Parts that are being mended; sources that are asked for one, and how long each. */
	recoveries: 20,
	recoveryTries: 3,
	recoverySeconds: 20,
	/** Questions of one host that we answer in a minute: one costs milliseconds for the largest files. */
	recoveriesFromHost: 10,
	/** Signatures that a link gets: one is needed. */
	signaturesOfLink: 3,
	/** Credits are forgotten after so many days without a sign, as by everybody. */
	creditDays: 150,
	/** Bans, as aMule and eMule have them: how long, what is a quick question for a place, its points, and how many ban. */
	banMinutes: 120,
	askAgainSeconds: 590,
	quickPoints: 3,
	pressingMost: 10,
	/** Share of false bytes. */
	falseShare: 0.32,
	/** Users and hosts whose behaviour is remembered. */
	usersRemembered: 10_000,
	/** Source exchange: a source is asked again after aMule's 40 minutes, answers at most so many, and so often for a file. */
	exchangeAgainMinutes: 40,
	exchangeGiven: 100,
	exchangeMinutes: 5,
	/** Questions of one host for sources of any file, in a minute: aMule asks for one file at a time. */
	exchangesFromHost: 20,
	/** Sources taken from one answer, and of these in one /24: an answer full of one network is a victim's address. */
	exchangeTaken: 50,
	exchangeFromNetwork: 4,
	/** Files whose sources are remembered for those who ask, sources of each, and how long without a sign of life. */
	exchangeFiles: 1000,
	exchangeKept: 200,
	exchangeKeptMinutes: 60,
};

export type Taking = Readonly<typeof taking>;

export function takingWith(set: Readonly<Record<string, number>> | undefined): Taking {
	return withSet(taking, set);
}
