/**
 * Threat: forged answers. A worm (Mandragore, 2001) answers every query with its own name on it:
 * "query.exe", 8 kB. Others answer everything with one file, hide an extension behind spaces, or
 * advertise victims as sources. Two of three answers with programs in them were malicious in 2006
 * (Kalafut, Acharya, Gupta), and a few contents made almost all of them.
 *
 * Defence: each record of a hit is judged before anyone sees it, by its name, its hash and its source.
 * Names that are made to be misread are known to disguised.ts, which also sees them once they are fetched: one set of
 * rules for both. Judged, not dropped: what is refused is shown as refused. What answers too many different searches is
 * seen by answers-everything.ts and size-family.ts.
 * Known gap: a worm with a new name, size and hash for each answer is only suspicious as a program.
 */
import type { Link } from '../world/world.ts';
import { Defence } from './defence.ts';
import { inspectName } from './disguised.ts';
import { claimOf, extensionOf, starts } from './formats/extension.ts';
import { seen } from './formats/look-alike.ts';
import type { DefenceLimits } from './limits.ts';
import { Rate } from './rate.ts';

export interface HitFacts {
	readonly search: number;
	readonly query: string;
	readonly urn: string | undefined;
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	readonly index: number;
	readonly sha1: Uint8Array | undefined;
	/** How many other sources it names. */
	readonly alternates: number;
	readonly host: string;
	/** Whether the source lies within the scope of this node. */
	readonly usable: boolean;
}

export interface Judgement {
	readonly verdict: 'ok' | 'suspicious' | 'refused';
	readonly reasons: readonly string[];
}

const FINE: Judgement = Object.freeze({ verdict: 'ok', reasons: [] });

export class ForgedHits extends Defence {
	readonly #guids = new Map<Link, Set<string>>();
	readonly #unasked: Rate<Link>;

	constructor(on: boolean, limits: Partial<DefenceLimits> = {}) {
		super(on, limits);
		this.#unasked = new Rate(this.limits.unaskedPerMinute, 60_000, this.limits.hostsRemembered);
	}

	judge(facts: HitFacts): Judgement {
		if (!this.on) return FINE;
		const refused = inspectName(facts.name).map(({ code }) => code);
		const suspicious: string[] = [];
		const program = starts(claimOf(extensionOf(seen(facts.name))));
		if (program && echoes(facts.name, facts.query)) refused.push('defence.hit.echo');
		else if (program && refused.length === 0) suspicious.push('defence.hit.program');
		if (facts.sha1 !== undefined && improbable(facts.sha1)) refused.push('defence.hit.hash');
		if (facts.index === 0xffffffff) suspicious.push('defence.hit.index');
		if (facts.alternates > this.limits.alternatesMost) suspicious.push('defence.hit.alternates');
		if (!facts.usable) suspicious.push('defence.hit.source');
		if (facts.urn === undefined && !mentions(facts.name, facts.query))
			suspicious.push('defence.hit.offtopic');
		if (refused.length + suspicious.length === 0) return FINE;
		for (const code of refused) this.refuse(code);
		return { verdict: refused.length > 0 ? 'refused' : 'suspicious', reasons: [...refused, ...suspicious] };
	}

	/** A hit of a direct neighbour: its servent's GUID should not change from hit to hit. */
	hit(_now: number, link: Link, guid: Uint8Array): string | undefined {
		const name = String.fromCharCode(...guid);
		let guids = this.#guids.get(link);
		if (guids === undefined) this.#guids.set(link, (guids = new Set()));
		if (guids.size <= this.limits.guidsOfNeighbour) guids.add(name);
		return this.on && guids.size > this.limits.guidsOfNeighbour ? this.refuse('defence.hit.guid') : undefined;
	}

	/** A hit for a query that was never asked, or is long forgotten. */
	unasked(now: number, link: Link): string | undefined {
		if (!this.on || this.#unasked.take(now, link)) return undefined;
		return this.refuse('defence.hit.unasked');
	}

	left(link: Link): void {
		this.#guids.delete(link);
		this.#unasked.forget(link);
	}
}

function wordsOf(text: string): string[] {
	return text
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word !== '');
}

/** The name without its extension is just the words that were asked for. */
function echoes(name: string, query: string): boolean {
	const asked = wordsOf(query);
	return asked.length > 0 && wordsOf(name.replace(/\.[^.]*$/, '')).join(' ') === asked.join(' ');
}

function mentions(name: string, query: string): boolean {
	const asked = wordsOf(query);
	const said = name.toLowerCase();
	return asked.length === 0 || asked.some((word) => said.includes(word));
}

/** gtk-gnutella's test: half of the digest made of steps by one is no digest. */
function improbable(sha1: Uint8Array): boolean {
	let steps = 0;
	for (let i = 1; i < sha1.length; i++) if (Math.abs(sha1[i]! - sha1[i - 1]!) <= 1) steps++;
	return steps >= sha1.length / 2;
}
