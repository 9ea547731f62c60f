/**
 * Where the defences are asked. Each method is a question of one part: true (or nothing) means go on.
 * A refusal becomes evidence here, and where it has a consequence for the peer (BYE, points towards a
 * ban) the consequence is drawn here, so that the parts stay readable and the defences stay pure.
 */
import { AnswersEverything } from '../../defence/answers-everything.ts';
import { ConnectionFlood } from '../../defence/connection-flood.ts';
import { ForgedHits } from '../../defence/forged-hits.ts';
import { MalformedTraffic } from '../../defence/malformed-traffic.ts';
import { Misbehaviour } from '../../defence/misbehaviour.ts';
import { PathTraversal } from '../../defence/path-traversal.ts';
import { PushDiversion } from '../../defence/push-diversion.ts';
import { QueryFlood } from '../../defence/query-flood.ts';
import { SeedPoisoning } from '../../defence/seed-poisoning.ts';
import { SizeFamily } from '../../defence/size-family.ts';
import { TimeToLiveAbuse } from '../../defence/time-to-live-abuse.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Hit } from '../network.ts';
import type { Peer } from './peer.ts';
import type { Servent } from './servent.ts';
import { Bye, type Upkeep } from './upkeep.ts';
import type { HitRecord, QueryHit } from './wire/hit.ts';
import type { Query } from './wire/query.ts';

/** Points towards a ban (defence/misbehaviour.ts): thrown out for nonsense, for a flood. */
const NONSENSE = 40;
const FLOOD = 20;

/** What of a search a verdict needs. */
interface AskedFor {
	readonly id: number;
	readonly text: string;
	readonly urn: string | undefined;
}

export class Guards {
	readonly #servent: Servent;
	readonly #parts: { readonly upkeep: Upkeep };
	/** Each is made when it is first asked: most servents never meet most threats. */
	#poisoningMade: SeedPoisoning | undefined;
	#everythingMade: AnswersEverything | undefined;
	#familyMade: SizeFamily | undefined;
	#connectsMade: ConnectionFlood | undefined;
	#forgedMade: ForgedHits | undefined;
	#malformedMade: MalformedTraffic | undefined;
	#misbehaviourMade: Misbehaviour | undefined;
	#traversalMade: PathTraversal | undefined;
	#diversionMade: PushDiversion | undefined;
	#floodMade: QueryFlood | undefined;
	#ttlMade: TimeToLiveAbuse | undefined;

	constructor(servent: Servent, parts: { readonly upkeep: Upkeep }) {
		this.#servent = servent;
		this.#parts = parts;
	}

	get poisoning(): SeedPoisoning {
		return (this.#poisoningMade ??= new SeedPoisoning(this.#on('seed-poisoning')));
	}

	/** Somebody offers a link. */
	knock(now: number, remote: Address): boolean {
		const why = this.#banned(now, remote.host) ?? this.#connects.connects(now, remote.host);
		return this.#verdict(why, formatAddress(remote));
	}

	/** An HTTP request. */
	request(now: number, remote: Address): boolean {
		const why = this.#banned(now, remote.host) ?? this.#connects.requests(now, remote.host);
		return this.#verdict(why, formatAddress(remote));
	}

	/** A target that no file has: an attempt to leave the share? */
	traversal(remote: Address, line: string): void {
		const why = this.#traversal.suspicious(line);
		if (why === undefined) return;
		this.#verdict(why, formatAddress(remote), line.replace(/[^\x20-\x7e]/g, '?').slice(0, 120));
		this.#misbehaviour.penalty(this.#servent.world.now(), remote.host, NONSENSE);
	}

	ttl(peer: Peer, ttl: number, hops: number): boolean {
		const why = this.#ttl.refuses(peer.link, ttl, hops);
		if (why === undefined) return true;
		if (why === 'defence.ttl.repeated') this.#throwOut(peer, Bye.highTtl, 'Your TTL is too high', FLOOD);
		return this.#against(peer, why, `TTL ${ttl}, hops ${hops}`);
	}

	query(now: number, peer: Peer, hops: number, ttl: number, query: Query): boolean {
		const why = this.#flood.refuses(now, peer.link, peer.role === 'leaf', hops, ttl, query.text, query.urns);
		return why === undefined || this.#against(peer, why);
	}

	/** A message that was seen before; `sameLink`: by this very link. */
	duplicate(peer: Peer, sameLink: boolean): void {
		peer.duplicates++;
		if (!sameLink) return;
		const why = this.#malformed.repeated(peer.link, peer.messagesIn);
		if (why === undefined) return;
		this.#against(peer, why);
		this.#throwOut(peer, Bye.duplicates, 'You repeat yourself', FLOOD);
	}

	/** A message that makes no sense: tolerated a few times. */
	weird(peer: Peer, code: string, detail?: string): void {
		this.#against(peer, code, detail);
		const why = this.#malformed.weird(peer.link);
		if (why === undefined) return;
		this.#against(peer, why);
		this.#throwOut(peer, Bye.malformed, 'Too many messages that make no sense', NONSENSE);
	}

	/** A hit for a query that nobody here has asked or passed on. */
	unasked(now: number, peer: Peer): void {
		const why = this.#forged.unasked(now, peer.link);
		if (why !== undefined) this.weird(peer, why);
	}

	/** A hit whose servent says to be a direct neighbour. */
	hit(now: number, peer: Peer, servent: Uint8Array, hops: number): boolean {
		if (hops > 0) return true;
		const why = this.#forged.hit(now, peer.link, servent);
		if (why === undefined) return true;
		this.weird(peer, why);
		return false;
	}

	/** One record of a hit that answers a search of ours. */
	judge(asked: AskedFor, hit: QueryHit, record: HitRecord): Pick<Hit, 'verdict' | 'reasons'> {
		const host = formatAddress(hit.address);
		const { name, size, sha1, index } = record;
		const said = { search: asked.id, query: asked.text, urn: asked.urn, name, size, sha1 };
		const judged = this.#forged.judge({
			...said,
			index,
			alternates: record.alternates?.length ?? 0,
			host: hit.address.host,
			usable: this.#servent.options.usable(hit.address.host),
		});
		const answers = this.#everything.judge(this.#servent.world.now(), { ...said, host });
		const family = asked.urn === undefined ? this.#family.judge({ ...said, host }) : undefined;
		const codes = (verdict: string): string[] =>
			answers.filter((one) => one.verdict === verdict).map(({ code }) => code);
		const refused = [...(family === undefined ? [] : [family]), ...codes('refused')];
		const reasons = [...refused, ...judged.reasons, ...codes('suspicious')];
		const worst = refused.length > 0 || judged.verdict === 'refused';
		// The worst reason is enough for the log; the hit itself carries all of them.
		if (worst) this.#verdict(reasons[0], host, name.slice(0, 120));
		return { verdict: worst ? 'refused' : reasons.length > 0 ? 'suspicious' : 'ok', reasons };
	}

	/** We are to dial somebody because a PUSH, a neighbour, or a servent that names its push proxies says so. */
	callBack(now: number, target: Address, requester: Link | string): boolean {
		const why = this.#diversion.refuses(now, target, requester, this.#servent.options.announce);
		return this.#verdict(why, formatAddress(target));
	}

	/** A PUSH through us, as a push proxy, to a leaf. Why not; undefined: it may go. */
	proxied(now: number, target: Address, asker: Address, leaf: Link): string | undefined {
		const why = this.#diversion.relays(now, target, asker.host, leaf);
		this.#verdict(why, formatAddress(asker), `X-Node ${formatAddress(target)}`);
		return why;
	}

	callBackFailed(now: number, target: Address): void {
		this.#diversion.failed(now, target);
	}

	left(peer: Peer): void {
		this.#floodMade?.left(peer.link);
		this.#forgedMade?.left(peer.link);
		this.#malformedMade?.left(peer.link);
		this.#ttlMade?.left(peer.link);
	}

	get #everything(): AnswersEverything {
		return (this.#everythingMade ??= new AnswersEverything(this.#on('answers-everything')));
	}

	get #family(): SizeFamily {
		return (this.#familyMade ??= new SizeFamily(this.#on('size-family')));
	}

	get #connects(): ConnectionFlood {
		return (this.#connectsMade ??= new ConnectionFlood(this.#on('connection-flood')));
	}

	get #forged(): ForgedHits {
		return (this.#forgedMade ??= new ForgedHits(this.#on('forged-hits')));
	}

	get #malformed(): MalformedTraffic {
		return (this.#malformedMade ??= new MalformedTraffic(this.#on('malformed-traffic')));
	}

	get #misbehaviour(): Misbehaviour {
		return (this.#misbehaviourMade ??= new Misbehaviour(this.#on('misbehaviour')));
	}

	get #traversal(): PathTraversal {
		return (this.#traversalMade ??= new PathTraversal(this.#on('path-traversal')));
	}

	get #diversion(): PushDiversion {
		return (this.#diversionMade ??= new PushDiversion(this.#on('push-diversion')));
	}

	get #flood(): QueryFlood {
		return (this.#floodMade ??= new QueryFlood(this.#on('query-flood')));
	}

	get #ttl(): TimeToLiveAbuse {
		return (this.#ttlMade ??= new TimeToLiveAbuse(this.#on('time-to-live-abuse')));
	}

	/** While nobody has misbehaved nobody is banned. */
	#banned(now: number, host: string): string | undefined {
		return this.#misbehaviourMade?.refuses(now, host);
	}

	#on(name: string): boolean {
		return this.#servent.options.defencesOff?.includes(name) !== true;
	}

	#throwOut(peer: Peer, code: number, why: string, points: number): void {
		this.#misbehaviour.penalty(this.#servent.world.now(), peer.remote.host, points);
		this.#parts.upkeep.bye(peer, code, why);
	}

	#against(peer: Peer, code: string, detail?: string): false {
		peer.refused++;
		this.#servent.refuse(code, peer.name, detail);
		return false;
	}

	#verdict(why: string | undefined, subject: string, detail?: string): boolean {
		if (why === undefined) return true;
		this.#servent.refuse(why, subject, detail);
		return false;
	}
}
