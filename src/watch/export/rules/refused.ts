/**
 * What rules for other systems refuse, gathered flow by flow. Such a rule holds for everybody and stays for long, so
 * it is made from less than what is blocked for ten minutes:
 *
 * - Only recognised flows count. Without a policy all of them but those known by port alone; with one, those that it
 *   blocks. What it slows down and `permit-only` cannot be said as a list of peers: they are counted and told.
 * - Of a flow that a local host opened, the other end is refused: address, port, protocol. Of one that came in, the
 *   local port is (a servent listens there), and over UDP the other end too, which sends from where it listens.
 * - Access to a seed on a port of the web or of DNS refuses no address: behind it are a resolver, or a thousand other
 *   sites. Its name is refused (dns-sinkhole), where our own lists have it; a name that only a stranger said is told.
 * - An announced endpoint below port 1,024 is left out: a forged pong could name anybody's web or mail server.
 * - Where the policy names hosts, each refusal is that of one local host, so who is exempt stays exempt.
 */

import { contains, type Range, singleOf } from '../../../policy/ranges.ts';
import { addressText } from '../../flows/address-text.ts';
import { TCP, UDP } from '../../flows/packet.ts';
import type { FlowRecord } from '../../flows/record.ts';
import { decide, type Policy } from '../../policy.ts';
import type { Verdict } from '../../recognise/verdict.ts';
import { harmless, harmlessName } from './harmless.ts';

/** Endpoints that are remembered; more are counted. */
const mostEndpoints = 262_144;
const mostNames = 1000;
const mostPrograms = 100;
const sharedPorts = new Set([53, 80, 443, 853, 3128, 5353, 8080, 8443]);

export interface Endpoint {
	readonly address: Range;
	readonly port: number;
	readonly protocol: 'tcp' | 'udp';
	readonly network: string;
	/** The program's name, harmless in every format; empty: unknown. */
	readonly label: string;
	/** The refusal is that of this local host alone. */
	readonly host: Range | undefined;
	flows: number;
}

/** Everything that a format writes rules from. */
export interface Refused {
	/** Outside the local ranges, most flows first. */
	readonly peers: readonly Endpoint[];
	/** Local addresses and ports that were dialled from outside, most flows first. */
	readonly servents: readonly Endpoint[];
	/** Recognised and refused, and those that the policy blocks wherever they are; in alphabetical order. */
	readonly networks: readonly string[];
	readonly programs: readonly string[];
	/** DNS names that strangers said, each harmless in every format. */
	readonly saidNames: readonly string[];
	/** The policy names hosts. */
	readonly perHost: boolean;
	/** What is left out and why, a sentence each. */
	readonly notes: readonly string[];
}

export class Gatherer {
	readonly #local: readonly Range[];
	readonly #policy: Policy | undefined;
	readonly #perHost: boolean;
	readonly #minuteOf: (seconds: number) => number;
	readonly #peers = new Map<string, Endpoint>();
	readonly #servents = new Map<string, Endpoint>();
	/** `any`: all that are known. */
	readonly #networks: Set<string>;
	readonly #programs = new Set<string>();
	readonly #names = new Set<string>();
	readonly #left = { cut: 0, shared: 0, announced: 0, port: 0, slowed: 0, permit: 0 };

	/** `local`: used without a policy, which has its own. */
	constructor(
		local: readonly Range[],
		policy?: Policy,
		minuteOf: (seconds: number) => number = (seconds) => {
			const date = new Date(seconds * 1000);
			return date.getHours() * 60 + date.getMinutes();
		},
	) {
		this.#local = policy?.local ?? local;
		this.#policy = policy;
		this.#minuteOf = minuteOf;
		this.#networks = new Set(
			policy?.rules.flatMap(({ action, match: { network = [], ...rest } }) =>
				action === 'block' && Object.keys(rest).every((key) => key === 'by') ? network : [],
			),
		);
		this.#perHost = policy?.rules.some(({ match }) => match.host !== undefined) ?? false;
	}

	/** A flow that ended. */
	add(flow: FlowRecord, verdict: Verdict | undefined): void {
		if (verdict === undefined || (flow.protocol !== TCP && flow.protocol !== UDP)) return;
		const source = singleOf(addressText(flow.source, flow.addressLength))!;
		const destination = singleOf(addressText(flow.destination, flow.addressLength))!;
		const protocol: 'tcp' | 'udp' = flow.protocol === TCP ? 'tcp' : 'udp';
		if (!this.#isRefused(flow, verdict, source.text, destination.text, protocol)) return;
		this.#networks.add(verdict.network);
		const label = harmless(verdict.label ?? '');
		if (label !== '' && this.#programs.size < mostPrograms) this.#programs.add(label);
		const name = verdict.name === undefined ? undefined : harmlessName(verdict.name.split(':')[0]!);
		if (name !== undefined && this.#names.size < mostNames) this.#names.add(name);
		const { network } = verdict;
		const end = (address: Range, port: number, host: Range): Endpoint => ({
			...{ address, port, protocol, network, label, flows: 0 },
			host: this.#perHost ? host : undefined,
		});
		const out = end(destination, flow.destinationPort, source);
		if (!this.#isLocal(destination)) return this.#peer(out, verdict);
		this.#keep(this.#servents, { ...out, host: undefined });
		if (protocol === 'udp' && !this.#isLocal(source))
			this.#peer(end(source, flow.sourcePort, destination), verdict);
	}

	refused(): Refused {
		const { cut, shared, announced, port, slowed, permit } = this.#left;
		const notes: [number, string][] = [
			[cut, 'peers are left out: there are more than can be remembered'],
			[shared, 'flows to seeds refuse no address: others live behind it; see dns-sinkhole'],
			[announced, 'flows to announced ports below 1024 refuse nothing: anybody can announce them'],
			[port, 'flows that only use a usual port refuse nothing'],
			[slowed, 'flows that the policy logs or slows down are not refused here'],
			[permit, 'flows that permit-only refuses are not here: it is about ports, not about peers'],
		];
		const hours = this.#policy?.rules.filter(({ match, action }) => match.hours && action === 'block') ?? [];
		return {
			peers: ranked(this.#peers),
			servents: ranked(this.#servents),
			perHost: this.#perHost,
			networks: [...this.#networks].sort(),
			programs: [...this.#programs].sort(),
			saidNames: [...this.#names].sort(),
			notes: [
				...notes.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
				...hours.map(({ name }) => `"${harmless(name)}" holds at its hours only: these rules always hold`),
			],
		};
	}

	#isRefused(
		flow: FlowRecord,
		{ network, by }: Verdict,
		source: string,
		destination: string,
		protocol: 'tcp' | 'udp',
	): boolean {
		if (this.#policy === undefined) {
			if (by === 'port') this.#left.port++;
			return by !== 'port';
		}
		const { sourcePort, destinationPort } = flow;
		const bytes = flow.bytesToServer + flow.bytesToClient;
		const facts = { source, destination, sourcePort, destinationPort, protocol, network, by, bytes };
		const action = decide(this.#policy, facts, this.#minuteOf(flow.endSeconds))?.action;
		if (action === 'log' || action === 'throttle') this.#left.slowed++;
		if (action === 'permit-only') this.#left.permit++;
		return action === 'block';
	}

	#peer(endpoint: Endpoint, { by }: Verdict): void {
		const { port } = endpoint;
		if (by === 'seed' && sharedPorts.has(port)) this.#left.shared++;
		else if ((by === 'learned' || by === 'behaviour') && port < 1024) this.#left.announced++;
		else this.#keep(this.#peers, endpoint);
	}

	#keep(into: Map<string, Endpoint>, endpoint: Endpoint): void {
		const { address, port, protocol, host } = endpoint;
		const key = `${host?.text ?? ''} ${address.text} ${port} ${protocol}`;
		let known = into.get(key);
		if (known === undefined) {
			if (into.size >= mostEndpoints) {
				this.#left.cut++;
				return;
			}
			into.set(key, (known = endpoint));
		}
		known.flows++;
	}

	#isLocal(address: Range): boolean {
		return this.#local.some((range) => contains(range, address));
	}
}

function ranked(endpoints: ReadonlyMap<string, Endpoint>): Endpoint[] {
	return [...endpoints.values()].sort((one, other) => other.flows - one.flows);
}
