/**
 * What is done with the flows that are seen: a YAML file with rules. The first rule that matches a flow wins; a
 * flow that none matches is left alone. A condition that a rule leaves out holds for every flow, recognised or not.
 *
 *   local: [10.0.0.0/8]                # whose side we are on; default: the private ranges
 *   rules:
 *     - name: the build server may
 *       match: { host: 10.0.0.5 }
 *       action: log
 *     - name: no peers at night
 *       match: { network: [gnutella, edonkey], hours: "22:00-07:00" }
 *       action: block
 *       for: 1h
 *     - name: slow peers
 *       match: { network: any, by: [payload, learned], direction: out, over: 100MB }
 *       action: throttle
 *       rate: 256kbit
 *     - name: guests get mail and the web
 *       match: { host: 10.9.0.0/16, direction: out }
 *       action: permit-only
 *       ports: [80, 443, 993]
 *
 * - `network`: one or several names, or `any`: whatever was recognised. `by`: on what grounds.
 * - `host`: an address or a range that either end is in.
 * - `direction`: `out` is opened by a local host towards one that is not; `in` the other way round.
 * - `hours`: by the clock on the wall. `over`: so much was moved by the flow, both ways together.
 * - A rate is that of one class: all flows of one interface that have the same rate share it.
 * - `permit-only` refuses new connections (TCP, UDP) to other ports than the named ones. Nobody knows the network of
 *   a connection that is not open yet, so it may ask for host and direction only, and it holds from the start on, for
 *   every packet, also of flows that nobody has seen. A rule before it that asks for no more than these exempts.
 */

import { type Hours, within } from '../policy/amounts.ts';
import type { PortRange } from '../policy/ports.ts';
import { contains, type Range, singleOf } from '../policy/ranges.ts';
import type { By } from './recognise/verdict.ts';

export type Action = 'log' | 'throttle' | 'block' | 'permit-only';
export type Direction = 'in' | 'out';

export interface Match {
	/** `any`: whatever was recognised. */
	readonly network?: readonly string[];
	readonly by?: readonly By[];
	readonly host?: Range;
	readonly direction?: Direction;
	readonly hours?: Hours;
	/** Bytes. */
	readonly over?: number;
}

export interface Rule {
	readonly name: string;
	readonly match: Match;
	readonly action: Action;
	/** Of throttle: bits a second of goodput. */
	readonly rateBits?: number;
	/** Of throttle and block: how long an order holds. */
	readonly seconds: number;
	/** Of permit-only. */
	readonly ports: readonly PortRange[];
}

export interface Policy {
	readonly local: readonly Range[];
	readonly rules: readonly Rule[];
}

/** What decisions are made from. The source is who opened the flow. */
export interface FlowFacts {
	readonly source: string;
	readonly destination: string;
	readonly sourcePort: number;
	readonly destinationPort: number;
	readonly protocol: 'tcp' | 'udp';
	/** Of its verdict, if it has one. */
	readonly network?: string;
	readonly by?: By;
	/** Moved so far, both ways. */
	readonly bytes: number;
}

export interface Decision {
	/** Its name. */
	readonly rule: string;
	readonly action: Action;
	readonly rateBits?: number;
	readonly seconds?: number;
}

/** Of a rule that was found; pure. `minute`: of the day, by the clock on the wall. */
export function decide(policy: Policy, facts: FlowFacts, minute: number): Decision | undefined {
	const source = singleOf(facts.source);
	const destination = singleOf(facts.destination);
	if (source === undefined || destination === undefined) return undefined;
	const rule = ruleFor(policy, source, destination, facts, minute);
	if (rule === undefined) return undefined;
	const { name, action, rateBits, seconds } = rule;
	if (action === 'throttle' && rateBits !== undefined) return { rule: name, action, rateBits, seconds };
	return action === 'block' ? { rule: name, action, seconds } : { rule: name, action };
}

/** The rule that wins, for those who have read the addresses already. */
export function ruleFor(
	policy: Policy,
	source: Range,
	destination: Range,
	facts: Omit<FlowFacts, 'source' | 'destination'>,
	minute: number,
): Rule | undefined {
	const way = directionOf(policy.local, source, destination);
	return policy.rules.find(({ match, action, ports }) => {
		if (match.network !== undefined && !isOf(match.network, facts.network)) return false;
		if (match.by !== undefined && (facts.by === undefined || !match.by.includes(facts.by))) return false;
		if (match.direction !== undefined && match.direction !== way) return false;
		if (match.host !== undefined && !contains(match.host, source) && !contains(match.host, destination))
			return false;
		if (match.hours !== undefined && !within(match.hours, minute)) return false;
		if (match.over !== undefined && facts.bytes <= match.over) return false;
		return action !== 'permit-only' || !permits(ports, facts.destinationPort);
	});
}

function isOf(networks: readonly string[], network: string | undefined): boolean {
	return network !== undefined && (networks.includes('any') || networks.includes(network));
}

function directionOf(local: readonly Range[], source: Range, destination: Range): Direction | undefined {
	const from = local.some((range) => contains(range, source));
	const to = local.some((range) => contains(range, destination));
	return from === to ? undefined : from ? 'out' : 'in';
}

function permits(ports: readonly PortRange[], port: number): boolean {
	return ports.some(([first, last]) => port >= first && port <= last);
}

/** It asks for nothing but host and direction: it can be told from a packet alone. */
export function isPlain({ match: { network, by, hours, over } }: Rule): boolean {
	return network === undefined && by === undefined && hours === undefined && over === undefined;
}
