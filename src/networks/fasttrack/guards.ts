/** Where the defences are asked. A refusal becomes evidence here; true (or nothing) means go on. */
import { ConnectionFlood } from '../../defence/connection-flood.ts';
import { HitJudge } from '../../defence/hit-judge.ts';
import { PathTraversal } from '../../defence/path-traversal.ts';
import { PushDiversion } from '../../defence/push-diversion.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Hit } from '../network.ts';
import type { Servent } from './servent.ts';
import type { Result } from './wire/reply.ts';

export class Guards {
	readonly #servent: Servent;
	readonly #connects: ConnectionFlood;
	readonly #judge: HitJudge;
	readonly #traversal: PathTraversal;
	readonly #diversion: PushDiversion;

	constructor(servent: Servent) {
		this.#servent = servent;
		const off = servent.options.defencesOff ?? [];
		const on = (name: string): boolean => !off.includes(name);
		this.#connects = new ConnectionFlood(on('connection-flood'));
		this.#judge = new HitJudge(on);
		this.#traversal = new PathTraversal(on('path-traversal'));
		this.#diversion = new PushDiversion(on('push-diversion'));
	}

	/** Somebody connects. */
	knock(now: number, remote: Address): boolean {
		return this.#verdict(this.#connects.connects(now, remote.host), remote);
	}

	request(now: number, remote: Address): boolean {
		return this.#verdict(this.#connects.requests(now, remote.host), remote);
	}

	/** A target that no file has: an attempt to leave the share? */
	traversal(remote: Address, line: string): void {
		const why = this.#traversal.suspicious(line);
		this.#verdict(why, remote, line.replace(/[^\x20-\x7e]/g, '?').slice(0, 120));
	}

	/** We are to dial somebody because a call-back says so. */
	callBack(now: number, target: Address, by: Link): boolean {
		return this.#verdict(this.#diversion.refuses(now, target, by, this.#servent.options.announce), target);
	}

	callBackFailed(now: number, target: Address): void {
		this.#diversion.failed(now, target);
	}

	/** One result of a search of ours; a hash of FastTrack proves nothing, so nothing is judged by it. */
	judge(search: number, query: string, result: Result, name: string): Pick<Hit, 'verdict' | 'reasons'> {
		const judged = this.#judge.judge(this.#servent.world.now(), {
			...{ search, query, urn: undefined, name, size: result.size, sha1: undefined },
			...{ index: 1, alternates: 0, host: result.source.host },
			usable: this.#servent.options.usable(result.source.host),
			who: formatAddress(result.source),
		});
		if (judged.verdict === 'refused') this.#verdict(judged.reasons[0], result.source, name.slice(0, 120));
		return judged;
	}

	#verdict(why: string | undefined, subject: Address, detail?: string): boolean {
		if (why === undefined) return true;
		this.#servent.refuse(why, formatAddress(subject), detail);
		return false;
	}
}
