/**
 * Every bound of the OpenNap code, under three headings. A number is in bytes unless its name or its comment says
 * otherwise. Each bound of ours has a reason, and a test that runs into it.
 */
import { withSet } from '../common/set-limits.ts';

/** The protocol says, as Napster's was described and opennap and giFT speak it. */
export const protocol = {
	/** Length 2, type 2; the length does not count them. */
	header: 4,
	body: 65_535,
	/** Link speeds are a table: 0 unknown, 1 a modem of 14.4, 10 a T3. */
	speed: 10,
	/** What a number of the old programs can hold. */
	fileSize: 2 ** 53 - 1,
} as const;

/** We say, of what is read. */
export const ours = {
	/** opennap takes 19 letters; programs show no more. */
	nick: 32,
	password: 64,
	agent: 64,
	/** A path as its owner has it: what file systems allow. */
	path: 1024,
	/** An MD5 in hex, and `-size` behind it, as Napster's own program writes. */
	checksum: 48,
	/** A content type: `audio`, `application`. */
	kind: 32,
	/** One text of a search. */
	searchText: 256,
	/** Conditions of a search: programs have fields for a dozen. */
	conditions: 32,
	/** A line for a person. */
	text: 400,
	/** Seconds of a file, its frequency, its bitrate: what a column of 32 bits holds. */
	number: 0xffffffff,
	/** A body that is no list of files: the longest holds a nick, a path and some numbers. */
	body: 4096,
	/** The first words of a link between peers: GET, a nick, a path, a number. */
	greeting: 1400,
} as const;

/** We say, of a server: these can be set by name in tests and benches. */
export const serving = {
	/** Sessions in all, from one host, from one /24 or /48. */
	sessions: 15_000,
	sessionsFromHost: 10,
	sessionsFromNetwork: 512,
	/** A login is one message: who is slower holds a place for nothing. */
	loginSeconds: 10,
	/** Passwords that are being compared at once: each takes tens of milliseconds, on purpose. */
	checks: 64,
	/** Passwords that one host may try for one nick in ten minutes: more are not even compared. */
	passwords: 10,
	/** Nicks with a password. */
	accounts: 100_000,
	/** Ports below are services of others: nobody is sent there. */
	lowestPort: 1024,

	/** Files of one user: more are people's whole disks. */
	filesOfUser: 10_000,
	/** In a minute, of one session. A file is a message of its own: 10,000 come at once after a login. */
	shares: 30_000,
	searches: 60,
	/** Requests for files, sources, users. */
	requests: 300,
	/** Requests that one user gets from all others in a minute. */
	requested: 300,
	browses: 20,
	/** Refused messages in a minute that end the session, and how long its host stays out. */
	strikes: 200,
	banMinutes: 15,
	/** Hosts that are out at once: the oldest comes back first. */
	bans: 10_000,

	/** Answers of a search: what opennap gives. */
	results: 100,
	/** Files looked at for a search, by all searches in a second, and by each when that is used up. */
	walked: 20_000,
	walkedPerSecond: 500_000,
	walkedLeast: 500,
	/** Sources of one content. */
	resumeSources: 100,
	/** Nicks whose coming and going one user is told. */
	hotlist: 100,
	/** Every session hears how many users and files there are: a dead one is noticed by it. */
	statsMinutes: 10,
};

export type Serving = Readonly<typeof serving>;

export function servingWith(set: Readonly<Record<string, number>> | undefined): Serving {
	return withSet(serving, set);
}

/** We say, of a client: these can be set by name in tests. */
export const joining = {
	/** Servers that we know. */
	servers: 100,
	/** Until the server has answered the login. */
	loginSeconds: 30,
	/** Until a server that failed is dialled again; it doubles, up to the most. */
	serverAgainSeconds: 10,
	serverAgainMost: 3600,
	/** Signs of life. */
	pingSeconds: 60,
	/** Until a search is over, whatever the server says. */
	searchSeconds: 20,
	/** Hits of one search. */
	hits: 500,
	/** Files that we publish. */
	shares: 5000,
	/** Share messages in a second: opennap's flood guard lets no more pass. */
	sharesPerSecond: 100,
	/** Until a request for a file is answered by the server, and a promised link comes. */
	requestSeconds: 30,
	/** Requests on their way at once. */
	requests: 64,
	/** Without a byte on a link that fetches. */
	fetchSeconds: 30,
	/** Until the other end of a link between peers has said what it wants. */
	greetingSeconds: 15,
	/** Links of others with us, whose first words have not come yet or that are served. */
	askers: 256,
};

export type Joining = Readonly<typeof joining>;

export function joiningWith(set: Readonly<Record<string, number>> | undefined): Joining {
	return withSet(joining, set);
}
