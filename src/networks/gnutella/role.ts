/**
 * The election: leaf or ultrapeer (`--role auto`; Gnutella 0.6, ultrapeers). A pure decision:
 *
 * - Everyone begins as a leaf: it costs least and harms nobody.
 * - Alone, a servent becomes an ultrapeer: someone has to begin. Alone means no ultrapeer linked for
 *   `isolationSeconds`, or somebody asks for a link while none is linked.
 * - A leaf becomes an ultrapeer after `electionUptimeMinutes` if it can be reached and one of its
 *   ultrapeers said X-Ultrapeer-Needed: True.
 * - An ultrapeer that was made by isolation becomes a leaf again when another ultrapeer does not need
 *   it (X-Ultrapeer-Needed: False) and nobody depends on it.
 *
 * Known gap: bandwidth is not measured; uptime and reachability stand in for it.
 */
import type { Role } from './servent.ts';

export interface ElectionFacts {
	readonly wanted: 'auto' | Role;
	readonly role: Role;
	readonly now: number;
	readonly startedAt: number;
	readonly reachable: boolean;
	readonly ultrapeers: number;
	readonly leaves: number;
	/** Since when no ultrapeer has been linked; 0: one is. */
	readonly aloneSince: number;
	/** Someone is at the door and wants a link. */
	readonly asked: boolean;
	/** What the last ultrapeer that we spoke with said; undefined: nothing. */
	readonly needed: boolean | undefined;
}

export interface ElectionLimits {
	readonly isolationSeconds: number;
	readonly electionUptimeMinutes: number;
}

export function elect(facts: ElectionFacts, limits: ElectionLimits): Role {
	if (facts.wanted !== 'auto') return facts.wanted;
	if (facts.role === 'ultrapeer') {
		const superfluous = facts.needed === false && facts.leaves === 0 && facts.ultrapeers === 0;
		return superfluous ? 'leaf' : 'ultrapeer';
	}
	if (facts.aloneSince > 0) {
		if (facts.asked) return 'ultrapeer';
		return facts.now - facts.aloneSince >= limits.isolationSeconds * 1000 ? 'ultrapeer' : 'leaf';
	}
	const oldEnough = facts.now - facts.startedAt >= limits.electionUptimeMinutes * 60_000;
	return oldEnough && facts.reachable && facts.needed === true ? 'ultrapeer' : 'leaf';
}
