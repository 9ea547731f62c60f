/**
 * Our searches: first the server that we are connected to, then all others that have answered a status, one every
 * 750 ms by UDP. Answers bear no number, so by TCP one search is asked at a time, and an answer by UDP belongs to the last
 * search that its server was asked.
 *
 * Every record is judged before a person sees it, by the same defences as answers of other networks.
 */
import { ForgedHits } from '../../defence/forged-hits.ts';
import { SizeFamily } from '../../defence/size-family.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { hex } from '../common/hash.ts';
import type { Hit, Source } from '../network.ts';
import type { Connect } from './connect.ts';
import { joining, ours } from './limits.ts';
import { searchOf } from './query.ts';
import { datagramsOf, type KnownServer, type Register } from './register.ts';
import type { Servent } from './servent.ts';
import { hostOf, isLowId } from './wire/endpoint.ts';
import { ServerDatagram, ServerMessage } from './wire/messages.ts';
import { decodeResults, type FileRecord } from './wire/records.ts';
import { encodeSearch, type SearchNode } from './wire/search-tree.ts';
import { DatagramFlag, encodeDatagram, encodeSearch3 } from './wire/server-datagrams.ts';

interface Running {
	readonly id: number;
	readonly text: string;
	readonly tree: SearchNode;
	/** Servers that are still to be asked by UDP. */
	readonly servers: KnownServer[];
	/** Files that were shown: one server after the other has the same. */
	readonly seen: Set<string>;
	asked: number;
	waitsForServer: boolean;
	last: number;
}

export class Search {
	readonly #servent: Servent;
	readonly #register: Register;
	readonly #connect: Connect;
	readonly #forged: ForgedHits;
	readonly #family: SizeFamily;
	readonly #running = new Map<number, Running>();
	/** What the connected server is answering, and until when it may. */
	#current: { search: Running; pages: number; until: number } | undefined;
	/** The last search that a server was asked by UDP. */
	readonly #askedOf = new Map<KnownServer, Running>();
	#nextStep = 0;

	constructor(servent: Servent, register: Register, connect: Connect) {
		this.#servent = servent;
		this.#register = register;
		this.#connect = connect;
		const off = servent.options.defencesOff ?? [];
		this.#forged = new ForgedHits(!off.includes('forged-hits'));
		this.#family = new SizeFamily(!off.includes('size-family'));
	}

	/** Servers find by words only: what is asked by content alone ends at once. */
	start(id: number, text: string): void {
		const tree = searchOf(text);
		if (tree === undefined)
			return this.#servent.host.searchEnded(id, 'eDonkey servers search by words, and by few conditions');
		const now = this.#servent.world.now();
		const { server } = this.#connect;
		const others = this.#register.answering().filter(({ address }) => !isSame(address, server));
		const servers = others.filter(({ status }) => canAnswer(tree, status?.flags ?? 0));
		const waitsForServer = server !== undefined;
		this.#running.set(id, { id, text, tree, servers, seen: new Set(), asked: 0, waitsForServer, last: now });
		this.tick(now);
	}

	stop(id: number): void {
		this.#running.delete(id);
		if (this.#current?.search.id === id) this.#current = undefined;
	}

	stands(id: number): { asked: number; sentence: string } {
		const running = this.#running.get(id);
		const asked = running?.asked ?? 0;
		if (running === undefined) return { asked, sentence: 'The search of eDonkey servers is over.' };
		const left =
			running.servers.length + (running.waitsForServer && this.#current?.search !== running ? 1 : 0);
		return { asked, sentence: `${asked} eDonkey servers were asked, ${left} are still to be asked.` };
	}

	/** The session has ended: what was asked in it is not answered any more. */
	lost(): void {
		this.#current = undefined;
		for (const running of this.#running.values()) running.waitsForServer = false;
	}

	/** An answer of the connected server. */
	results(body: Uint8Array): void {
		const current = this.#current;
		const server = this.#connect.server;
		if (current === undefined || server === undefined) return;
		const read = decodeResults(body);
		if (isRefusal(read)) {
			this.#servent.refuse(read.refused, formatAddress(server), read.detail);
			return this.#finish(current.search);
		}
		for (const record of read.records) this.#hit(current.search, record, server);
		const wantsMore = read.more && ++current.pages < joining.searchPages;
		if (!wantsMore || !this.#connect.send(ServerMessage.MoreResults)) return this.#finish(current.search);
		current.until = this.#servent.world.now() + joining.searchAnswerSeconds * 1000;
	}

	/** A record that a server sent by UDP. False: it was asked nothing. */
	found(server: KnownServer, record: FileRecord): boolean {
		const running = this.#askedOf.get(server);
		if (running === undefined) return false;
		if (this.#running.has(running.id)) this.#hit(running, record, server.address);
		return true;
	}

	tick(now: number): void {
		if (this.#current !== undefined && now >= this.#current.until) this.#finish(this.#current.search);
		this.#askServer(now);
		if (now >= this.#nextStep) this.#step(now);
		for (const running of this.#running.values()) {
			const isOver = !running.waitsForServer && running.servers.length === 0;
			if (!isOver || now - running.last < joining.searchQuietSeconds * 1000) continue;
			this.#running.delete(running.id);
			const why = running.asked === 0 ? 'no eDonkey server could be asked' : 'all eDonkey servers were asked';
			this.#servent.host.searchEnded(running.id, why);
		}
		if (this.#running.size > 0) this.#servent.world.wake(now + joining.searchStepMs);
	}

	/** The next search for the server that we are connected to. */
	#askServer(now: number): void {
		if (this.#current !== undefined) return;
		for (const search of this.#running.values()) {
			if (!search.waitsForServer) continue;
			if (!this.#connect.send(ServerMessage.Search, encodeSearch(search.tree))) return;
			search.asked++;
			search.last = now;
			this.#current = { search, pages: 0, until: now + joining.searchAnswerSeconds * 1000 };
			return;
		}
	}

	#finish(search: Running): void {
		search.waitsForServer = false;
		search.last = this.#servent.world.now();
		this.#current = undefined;
		this.#servent.world.wake(search.last + 1);
	}

	/** The next server by UDP, for the search that was asked least. */
	#step(now: number): void {
		let least: Running | undefined;
		for (const running of this.#running.values()) {
			if (running.servers.length === 0) continue;
			if (least === undefined || running.asked < least.asked) least = running;
		}
		const server = least?.servers.shift();
		if (least === undefined || server === undefined) return;
		this.#nextStep = now + joining.searchStepMs;
		least.asked++;
		least.last = now;
		this.#askedOf.set(server, least);
		this.#servent.world.datagram(datagramsOf(server), question(least.tree, server.status?.flags ?? 0));
	}

	#hit(search: Running, record: FileRecord, server: Address): void {
		const ed2k = hex(record.hash);
		const key = `${ed2k} ${record.size}`;
		if (search.seen.has(key) || search.seen.size >= joining.searchHits) return;
		search.seen.add(key);
		if (record.size < 1 || record.name === '' || record.name.length > ours.text) return;
		const source = this.#sourceOf(record, server);
		const facts = {
			search: search.id,
			query: search.text,
			urn: undefined,
			name: record.name,
			size: record.size,
		};
		const judged = this.#forged.judge({
			...facts,
			sha1: undefined,
			index: 0,
			alternates: 0,
			host: source.host,
			usable: this.#servent.options.usable(source.host),
		});
		const family = this.#family.judge({ ...facts, sha1: undefined, host: formatAddress(source) });
		const reasons = [...(family === undefined ? [] : [family]), ...judged.reasons];
		const verdict = family === undefined ? judged.verdict : 'refused';
		const { name, size } = record;
		const hit: Hit = { name, size, ed2k, network: 'edonkey', source, verdict, reasons };
		this.#servent.host.hit(search.id, hit);
	}

	/** A record names one of its sources: by address, or by a LowID that its server can call back. */
	#sourceOf({ id, port }: FileRecord, server: Address): Source {
		const isHigh = !isLowId(id) && port > 0;
		const { host, port: at } = isHigh ? { host: hostOf(id), port } : server;
		return {
			network: 'edonkey',
			host,
			port: at,
			id: isHigh ? '' : `${id}`,
			index: 0,
			firewalled: !isHigh,
			agent: '',
		};
	}
}

function isSame(one: Address, other: Address | undefined): boolean {
	return one.host === other?.host && one.port === other.port;
}

/** A number of 64 bits means nothing to servers without large files. */
function canAnswer(tree: SearchNode, flags: number): boolean {
	if (flags & DatagramFlag.LargeFiles) return true;
	if ('left' in tree) return canAnswer(tree.left, flags) && canAnswer(tree.right, flags);
	return tree.kind !== 'number' || tree.value <= 0xffffffff;
}

/** In the newest form that the server has said it reads. */
function question(tree: SearchNode, flags: number): Uint8Array {
	const many = (flags & DatagramFlag.ManyFiles) !== 0;
	if (many && flags & DatagramFlag.LargeFiles)
		return encodeDatagram(ServerDatagram.Search3, encodeSearch3(tree, 1));
	return encodeDatagram(many ? ServerDatagram.Search2 : ServerDatagram.Search, encodeSearch(tree));
}
