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

	/** Links of a leaf to super-nodes: the original had one; a second one keeps searches alive when the first goes. */
	supernodes: 2,
	/** Super-nodes remembered: two lists of the original's. */
	nodesKnown: 400,
	/** Others that a leaf is told of: the original told 200. */
	nodesTold: 100,
	/** Pings a second, and how long answers are waited for before somebody who has not answered is dialled. */
	pingsPerSecond: 3,
	pongSeconds: 3,
	/** Tried again after so long, doubled each time, and given up after so many times in a row. */
	retrySeconds: 10,
	retryMostSeconds: 1800,
	failures: 4,
	/** What a leaf says of its bandwidth: 14 * log2(1000 kbit/s) + 59. Nobody acts by it. */
	bandwidth: 198,

	/** Leaves of one super-node: the original took some hundreds. */
	leaves: 500,
	/** Refused messages of a link in a minute that no program sends by mistake; its host stays out for so long. */
	strikes: 200,
	banMinutes: 15,
	/** Hosts that stay out at once. */
	bans: 1000,
	/** Files of one leaf, and of all leaves together: about 1 KB each (`npm run bench -- catalogue`). */
	sharesOfLeaf: 5000,
	shares: 500_000,
	/** Bytes of one share that is kept: names and tags of real files stay below. */
	shareBody: 1024,
	/** Words under which one file is found. */
	words: 32,
	/** Files that one query looks at. */
	looked: 20_000,
	/** Results that one query gets, and how many go into one reply. */
	resultsOfQuery: 200,
	resultsOfReply: 20,
	/** Queries of one leaf in ten seconds; giFT asks each three times over. */
	queries: 30,
	/** Equal queries within so many seconds are answered once. */
	sameQuerySeconds: 10,

	/** Super-nodes that one is linked with: each was named by its operator. */
	neighbours: 8,
	/** Links that a query goes over: to a neighbour, to one of its, and to one of theirs. */
	queryLinks: 3,
	/** So long is waited for each link that a query still has before it: inner ones end before outer ones. */
	linkSeconds: 2,
	/** What a neighbour says so long after that is late, not unasked. */
	lateSeconds: 10,
	/** Queries that one neighbour may send in a minute. We send it at most half as many of our leaves, and half of others. */
	neighbourQueries: 600,
	/** Of one leaf, as many are passed on in a minute: a person searches less. */
	queriesPassed: 20,
	/** Bytes of one that is passed on: words of a person, or a hash. */
	queryPassed: 512,
	/** Queries that wait for answers of neighbours: what all of them may ask in half a minute. */
	queriesUnderWay: 2400,
	/** Queries remembered, so that none is answered twice, and how long: far longer than one is under way. */
	queriesSeen: 4800,
	seenSeconds: 60,
	/** Files that a neighbour's query looks at: fewer than a leaf's, which pays with a share of its own. */
	lookedForNeighbour: 5000,
	/** Results of one query that one neighbour may bring: it cannot fill the answer for all others. */
	resultsOfNeighbour: 100,
	/** Below it other services listen: nobody is sent there by the word of a neighbour. */
	leastPort: 1024,

	/** Searches that run at once, and how long one runs at most. */
	searches: 50,
	searchSeconds: 30,
	/** Links that ask us for files, or whose first bytes are awaited. */
	askers: 200,
	/** A request must be there after so long; a source must say something as often. */
	requestSeconds: 30,
	fetchSeconds: 60,
	/** Those whom we have asked to call may take so long. */
	callSeconds: 60,
	callsAwaited: 100,

	/** Bytes that may wait on a link before nothing more is said on it: well below where a world takes no more. */
	queued: 65_536,
	handshakeSeconds: 30,
	/** The peer has said nothing for so long: it is asked, and given up. */
	pingSeconds: 60,
	silentSeconds: 180,

	/** An observer reads bodies up to here and passes over longer ones: one that follows thousands must stay small. */
	watchedBody: 4096,
	/** Of each direction an observer reads this much: what names peers comes early. */
	watched: 65_536,
	/** The same where the operator asked for details: a session's shares and queries. */
	watchedDetail: 1_048_576,
	/** What a leaf may send before the observer has seen the super-node's answer: segments of two directions cross. */
	watchedEarly: 2048,
} as const;
