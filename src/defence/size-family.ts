/**
 * Threat: one worm, many names, many hosts. Whoever is infected offers the same bytes under whatever is asked
 * for. Kalafut, Acharya and Gupta (IMC 2006) looked at the answers of LimeWire that were archives or
 * programs: 68 % were malicious, three contents made 99 % of those, and a filter that knows only their
 * sizes catches more than 99 % of them with very few false alarms, where LimeWire's own caught 6 %.
 *
 * Defence: that filter, without its list: a size that comes back under names which have nothing to do with
 * each other, from several hosts. Only programs and archives, as in the paper; films and songs share
 * sizes by their making (bit rate times length) and are no worms.
 *
 * What "nothing to do with each other" is: two answers to searches without a word in common, neither
 * name with a word of the other's search; or, within related searches, names that beyond the words
 * asked for share none, of which it takes many. A file that is merely popular has one hash, and its
 * spellings share words. A name that is just the search counts twice: nobody's file is called so. Where
 * every name has a hash of its own, these may be different files by chance: twice as much is needed.
 * Sizes that come about by themselves do not count: nothing, round numbers (volumes of an archive), 4 GiB.
 *
 * Known gaps: the first answers of a family, until it is seen to be one; sizes that differ each time.
 */
import { base32 } from '../networks/common/hash.ts';
import { words } from '../networks/common/words.ts';
import { Defence } from './defence.ts';
import { claimOf, extensionOf, starts } from './formats/extension.ts';

export interface FamilyHit {
	/** Words that were searched for. */
	readonly query: string;
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	/** Address and port. */
	readonly host: string;
	readonly sha1: Uint8Array | undefined;
}

/** A name, and what it answered. */
interface Sighting {
	readonly asked: readonly string[];
	readonly name: readonly string[];
	/** The name without what was asked for. */
	readonly rest: readonly string[];
	readonly weight: number;
}

interface Family {
	/** Of unrelated searches: no two of them have anything to do with each other. */
	readonly apart: Sighting[];
	/** Within related searches: names that share nothing but what was asked for. */
	readonly spellings: Sighting[];
	readonly hosts: Set<string>;
	readonly hashes: Set<string>;
	/** Answers without a hash. */
	unhashed: boolean;
}

const KEPT = 16;
const MIB = 1024 * 1024;
/** What no size of a file with so large numbers has by chance, and volumes of archives always. */
const ROUND = [1000, 64 * 1024];

export class SizeFamily extends Defence {
	readonly #families = new Map<number, Family>();

	judge(hit: FamilyHit): string | undefined {
		if (!this.on || !this.#counts(hit)) return undefined;
		const asked = words(hit.query);
		if (asked.length === 0) return undefined;
		const name = words(hit.name.replace(/\.[^.]*$/, ''));
		const rest = name.filter((word) => !asked.includes(word));
		const echo = rest.length === 0 && name.length === asked.length;
		const family = this.#familyOf(hit.size);
		add(family.hosts, hit.host);
		if (hit.sha1 === undefined) family.unhashed = true;
		else add(family.hashes, base32(hit.sha1));
		const sighting = { asked, name, rest, weight: echo ? 2 : 1 };
		if (family.apart.length < KEPT && family.apart.every((one) => unrelated(one, sighting)))
			family.apart.push(sighting);
		else if (
			rest.length > 0 &&
			family.spellings.length < KEPT &&
			family.spellings.every((one) => otherwise(one, sighting))
		)
			family.spellings.push(sighting);
		return this.#isFamily(family) ? this.refuse('defence.size.family') : undefined;
	}

	#counts({ name, size }: FamilyHit): boolean {
		const claim = claimOf(extensionOf(name));
		if (size === 0 || size % (4096 * MIB) === 0 || size >= 2 ** 32 - 1) return false;
		if (starts(claim)) return true;
		return claim === 'archive' && ROUND.every((step) => size % step !== 0);
	}

	#isFamily(family: Family): boolean {
		const names = family.apart.length + family.spellings.length;
		// Each name with a hash of its own: perhaps a family that changes, perhaps a chance.
		const strangers = !family.unhashed && family.hashes.size >= Math.min(names, KEPT) && names > 1;
		const times = strangers ? 2 : 1;
		if (family.hosts.size < Math.min(KEPT, this.limits.familyHosts * times)) return false;
		const apart = family.apart.reduce((sum, { weight }) => sum + weight, 0);
		if (family.apart.length >= 2 && apart >= this.limits.familyNames * times) return true;
		// One hash under related names is a popular file, however it is spelled.
		return family.hashes.size !== 1 && family.spellings.length >= this.limits.familySpellings;
	}

	#familyOf(size: number): Family {
		const known = this.#families.get(size);
		this.#families.delete(size);
		const family = known ?? {
			apart: [],
			spellings: [],
			hosts: new Set(),
			hashes: new Set(),
			unhashed: false,
		};
		this.#families.set(size, family);
		// The one that was not seen for the longest time.
		const [oldest] = this.#families.keys();
		if (this.#families.size > this.limits.contentsRemembered) this.#families.delete(oldest!);
		return family;
	}
}

function add(set: Set<string>, value: string): void {
	if (set.size < KEPT) set.add(value);
}

/** Neither search has to do with the other, nor either name with the other's search. */
function unrelated(one: Sighting, other: Sighting): boolean {
	return (
		disjoint(one.asked, other.asked) && disjoint(one.asked, other.name) && disjoint(other.asked, one.name)
	);
}

function otherwise(one: Sighting, other: Sighting): boolean {
	return disjoint(one.rest, other.rest);
}

function disjoint(some: readonly string[], others: readonly string[]): boolean {
	return !some.some((word) => others.includes(word));
}
