/**
 * eDonkey as the node runs it, on virtual links: servers and users are networks/edonkey, all of it. What the laboratory
 * adds is a count of what goes out.
 */
import type { Evidence } from '../evidence/evidence.ts';
import { userOf } from '../networks/edonkey/identity.ts';
import { EDonkey } from '../networks/edonkey/index.ts';
import { newMemory } from '../networks/edonkey/server/memory.ts';
import { EdonkeyServer } from '../networks/edonkey/server.ts';
import { ServerDatagram, ServerMessage } from '../networks/edonkey/wire/messages.ts';
import type { SharedFile } from '../networks/network.ts';
import { VirtualNet } from '../world/virtual.ts';
import type { Address, Link, World } from '../world/world.ts';
import { addressOf, type Content } from './content.ts';
import { LabHost, type TakenHit } from './lab-host.ts';
import { Tally, TappedWorld } from './tap.ts';
import type { Role, Watcher } from './watched.ts';
import { edonkeyWords } from './watched-words.ts';

export const USER_PORT = 4662;
const SERVER_PORT = 4661;
/** Datagrams come to a port so much above that of links. */
const ABOVE_SERVER = 4;
const ABOVE_USER = 10;

export interface EdonkeyUser {
	readonly edonkey: EDonkey;
	readonly hits: TakenHit[];
	/** How often each reason was noticed. */
	readonly noticed: Map<string, number>;
}

export class EdonkeyNet {
	readonly net: VirtualNet;
	readonly tally = new Tally();
	readonly servers: EdonkeyServer[] = [];
	readonly users: EdonkeyUser[] = [];
	/** Bytes of searches and their answers, sent by anybody since the last `clear`. */
	searchBytes = 0;
	readonly #defencesOff: readonly string[];
	/** Users and the servers that they know first, by host. */
	readonly #links: (readonly [string, string])[] = [];
	/** Datagrams by the host that they went to. */
	readonly #datagramsTo = new Map<string, number>();

	constructor(seed: number, defencesOff: readonly string[]) {
		this.net = new VirtualNet({ seed, latency: 60 });
		this.#defencesOff = defencesOff;
	}

	/** Where the server of this number is reached. */
	serverAddress(server: number): Address {
		return { host: `192.168.${server}.1`, port: SERVER_PORT };
	}

	/** Where a user of this number is. */
	userAddress(user: number): Address {
		return { host: addressOf(user), port: USER_PORT };
	}

	addServer(): EdonkeyServer {
		const announce = this.serverAddress(this.servers.length);
		const { network } = this.net.world(
			announce.host,
			(raw) =>
				new EdonkeyServer(this.#tapped(raw, announce.host), {
					name: 'the laboratory',
					description: 'a server on virtual links',
					announce,
					version: '1',
					usable: () => true,
					servers: [],
					memory: newMemory((bytes) => raw.random(bytes)),
					defencesOff: this.#defencesOff,
				}),
			{ port: SERVER_PORT, datagramsAbove: ABOVE_SERVER },
		);
		network.tick();
		this.servers.push(network);
		return network;
	}

	/** A user who begins to dial; `servers` are those that it knows, its own first. */
	addUser(servers: readonly Address[], files: readonly SharedFile[] = []): EdonkeyUser {
		const announce = this.userAddress(this.users.length);
		const host = new LabHost(files, this.net);
		const noticed = new Map<string, number>();
		const { network } = this.net.world(
			announce.host,
			(raw) =>
				new EDonkey(
					this.#tapped(raw, announce.host, ({ code }) => noticed.set(code, (noticed.get(code) ?? 0) + 1)),
					host,
					{
						hash: userOf(raw.random(16)),
						nick: 'lab',
						announce,
						datagramsAbove: ABOVE_USER,
						usable: () => true,
						obfuscation: 'off',
						defencesOff: this.#defencesOff,
					},
				),
			{ port: USER_PORT, datagramsAbove: ABOVE_USER },
		);
		for (const server of servers) network.connect(server);
		const [own] = servers;
		if (own !== undefined) this.#links.push([announce.host, own.host]);
		network.start();
		const user = { edonkey: network, hits: host.hits, noticed };
		this.users.push(user);
		return user;
	}

	/** Somebody looks on from now on; `others` are neither servers nor users. */
	watchedBy(watcher: Watcher | undefined, others: readonly (readonly [string, Role])[] = []): void {
		watcher?.look({
			net: this.net,
			hosts: [
				...this.servers.map((_, server) => [this.serverAddress(server).host, 'server'] as const),
				...this.users.map((_, user) => [this.userAddress(user).host, 'leaf'] as const),
				...others,
			],
			links: this.#links,
			reader: edonkeyWords,
		});
	}

	/** Searches and other questions that servers have read, since they began. */
	get questions(): number {
		return this.servers.reduce((sum, server) => {
			const { searches, datagrams } = server.figures();
			return sum + searches + datagrams;
		}, 0);
	}

	/** Datagrams that went to this host. */
	datagramsTo(host: string): number {
		return this.#datagramsTo.get(host) ?? 0;
	}

	/** How often users have refused something for a reason that begins so. */
	noticedWith(beginning: string): number {
		let sum = 0;
		for (const { noticed } of this.users)
			for (const [code, count] of noticed) if (code.startsWith(beginning)) sum += count;
		return sum;
	}

	/** So many milliseconds of virtual time. */
	run(milliseconds: number): void {
		this.net.run(this.net.now + milliseconds);
	}

	clear(): void {
		this.tally.clear();
		this.#datagramsTo.clear();
		this.searchBytes = 0;
	}

	#tapped(world: World, host: string, notice: (record: Evidence) => void = () => {}): World {
		return new CountedWorld(world, host, this.tally, notice, (bytes, to) => {
			if (isOfSearch(bytes, to !== undefined)) this.searchBytes += bytes.length;
			if (to !== undefined) this.#datagramsTo.set(to.host, (this.#datagramsTo.get(to.host) ?? 0) + 1);
		});
	}
}

/** The files of a user, with a hash that the laboratory makes up from their number. */
export function edonkeyFiles(content: Content, node: number): SharedFile[] {
	return Array.from(content.filesOf(node), (file) => ({
		id: file + 1,
		name: `${content.nameOf(file)}.mp3`,
		size: 3_000_000 + file * 1009,
		ed2k: hashOf(file),
	}));
}

function hashOf(file: number): Uint8Array {
	const hash = new Uint8Array(16).fill(7);
	new DataView(hash.buffer).setUint32(0, file);
	return hash;
}

const { Search, SearchResult, MoreResults } = ServerMessage;
const byLink: ReadonlySet<number> = new Set([Search, SearchResult, MoreResults]);
const byDatagram: ReadonlySet<number> = new Set([
	ServerDatagram.Search,
	ServerDatagram.Search2,
	ServerDatagram.Search3,
	ServerDatagram.SearchResult,
]);

/** Our programs send one message at a time on a link; a link between users never has these. */
function isOfSearch(bytes: Uint8Array, isDatagram: boolean): boolean {
	return isDatagram ? byDatagram.has(bytes[1]) : bytes.length > 5 && byLink.has(bytes[5]);
}

/** What went by link has no address. */
type Sent = (bytes: Uint8Array, to?: Address) => void;

class CountedWorld extends TappedWorld {
	readonly #sent: Sent;

	constructor(world: World, host: string, tally: Tally, noticed: (record: Evidence) => void, sent: Sent) {
		super(world, host, tally, noticed);
		this.#sent = sent;
	}

	override send(link: Link, bytes: Uint8Array): boolean {
		const taken = super.send(link, bytes);
		if (taken) this.#sent(bytes);
		return taken;
	}

	override datagram(to: Address, bytes: Uint8Array): void {
		this.#sent(bytes, to);
		super.datagram(to, bytes);
	}
}
