/** Numbers of the defences. Under each: what today's peers do (gtk-gnutella, LimeWire), and what we say. */
export const defenceLimits = {
	/** PUSH: gtk-gnutella calls a target back 5 times in 30 s, and skips one that failed for 500 s. */
	pushesToHost: 5,
	pushWindowSeconds: 30,
	pushFailedSeconds: 500,
	/** We say: a victim may be a network, and one requester may name many victims. */
	pushesToNetwork: 20,
	pushesFromLink: 10,
	pushesInAll: 60,

	/** We say: what one teller may add in a minute: an answer of a web cache holds up to 100. */
	toldPerMinute: 120,
	/** We say: hosts believed behind one address and in one /24. */
	hostsPerAddress: 2,
	hostsPerNetwork: 16,
	/** Sun, Torres, Rao 2009: an address is believed when several sources agree. */
	tellersNeeded: 2,
	tellersRemembered: 4096,
	/** A seed: registrations of one host in an hour, and entries of one /24. */
	registersPerHour: 4,
	seedEntriesPerNetwork: 8,

	/** Queries of a leaf: a person types; a wish list asks now and then. */
	leafQueriesPerSecond: 5,
	leafQueriesBurst: 50,
	/** Queries of an ultrapeer: what a servent here can work through in a second. */
	relayedQueriesPerSecond: 40_000,
	relayedQueriesBurst: 80_000,
	/** gtk-gnutella: a leaf's same query again, and relayed twins. */
	requerySeconds: 1700,
	/** We say: gtk-gnutella drops the first repetition; people and scripts press the button again. */
	requeries: 5,
	twinSeconds: 5,
	/** We say: gtk-gnutella drops the first twin, and with it whoever asks the same at the same time. */
	twins: 8,
	queriesRemembered: 8192,

	/** gtk-gnutella: weird messages until the link ends. */
	weirdMost: 5,
	/** gtk-gnutella: more than 5 repetitions on one link and more than 1.5 % of its messages. */
	repeatedLeast: 5,
	repeatedShare: 0.015,

	/** gtk-gnutella: TTL + hops beyond this is abuse; more than 10 of them from near by ends the link. */
	ttlHard: 15,
	ttlNear: 2,
	ttlStrikes: 10,

	/** Handshakes of one host in a minute. gtk-gnutella says 2, which hits families behind one address. */
	connectsPerMinute: 10,
	/** HTTP requests of one host in a minute. gtk-gnutella bans at 5; browsers of ranges need more. */
	requestsPerMinute: 120,
	hostsRemembered: 16_384,

	/** Points that bring a ban, how fast they fade, the first ban and the longest (gtk-gnutella: 5 min to 1 h). */
	banPoints: 100,
	pointsPerMinute: 10,
	banMinutes: 5,
	banMinutesMost: 60,

	/** Hits that nobody asked for, in a minute, until they count; servent GUIDs of one direct neighbour. */
	unaskedPerMinute: 20,
	guidsOfNeighbour: 5,
	/** Different searches that one content may answer with other words each. */
	answersEverything: 3,
	/** Such searches in so many minutes, and the share of them, that one host may have answers to. */
	answersMany: 12,
	answersShare: 0.9,
	answersMinutes: 60,
	/** A size under so many unrelated names (one that is just the search counts twice) from so many hosts. */
	familyNames: 4,
	familyHosts: 3,
	/** Names in related searches that share no other word, as popular files are spelled in many ways. */
	familySpellings: 10,
	/** gtk-gnutella flags above 16 alternate sources. */
	alternatesMost: 16,

	/** We say: all uploads together towards the Internet, where the user says nothing. */
	uploadBytesPerSecond: 1_048_576,
	contentsRemembered: 4096,

	/** Datagrams of a server to addresses that are not proven: bytes a minute to one (a status, a description and an
	 * answer to a search fit into half of it), to its /24 or /48, and a second to all: 256 kbit/s. */
	unprovenBytes: 4096,
	unprovenBytesToNetwork: 16_384,
	unprovenPerSecond: 32_000,
	/** To a proven one, a minute: what a busy client asks for, and no line is filled with it. */
	provenBytes: 262_144,
	/** How long the use of a key counts. */
	keyMinutes: 60,
};

export type DefenceLimits = typeof defenceLimits;
