/**
 * One capture, analysed for those who look at it: its flows as rows, and answers about them that are small whatever
 * the capture is. What a filter found is kept until many more flows have come: while a capture is read, an answer is
 * at most a tenth of its flows behind.
 */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import { minuteOf } from '../../policy/amounts.ts';
import type { Fault } from '../../policy/reading.ts';
import type { CaptureEnd, PacketSink } from '../capture/packet-sink.ts';
import type { FlowRecord } from '../flows/record.ts';
import { readPolicy } from '../policy-file.ts';
import { type HostScore, Hosts } from '../recognise/hosts.ts';
import { networkNames } from '../recognise/signatures.ts';
import type { Verdict } from '../recognise/verdict.ts';
import { Watch } from '../watch.ts';
import { communityIdOf, type FlowRow, flowRow } from './flow-row.ts';
import { Matches, type Order } from './matches.ts';
import { type FlowPacket, packetsOf } from './packets-of.ts';
import { Rows } from './rows.ts';
import { type HostSum, hostsOf, type Overview, overviewOf } from './sums.ts';
import { type Tried, testsOf, type Wanted } from './tests.ts';
import { type RuleTrial, Trial } from './trial.ts';

const keptMatches = 4;
/** So few are looked through again for each answer. */
const fewRows = 100_000;
/** Of each packet in a file, beside its bytes. */
const packetHead = 16;

export interface Description {
	readonly state: 'reading' | 'done' | 'failed';
	/** Bytes of the capture read so far, about. */
	readonly read: number;
	readonly packets: number;
	readonly bytes: number;
	/** Flows that have ended, and those that go on. */
	readonly flows: number;
	readonly open: number;
	readonly recognised: number;
	/** Milliseconds since the epoch of the first and the last packet. */
	readonly from?: number;
	readonly to?: number;
	/** Sentences: what was damaged, lost or left out. */
	readonly notes: readonly string[];
	/** Where it is `failed`. */
	readonly refusal?: Refusal;
	/** Changes when answers may have changed. */
	readonly version: number;
}

export interface FlowWindow {
	readonly total: number;
	readonly all: number;
	readonly rows: readonly FlowRow[];
}

export interface FlowEvidence {
	readonly flow: FlowRow;
	readonly communityId: string;
	/** Empty where no capture file is there to read them from. */
	readonly packets: readonly FlowPacket[];
}

export interface HostRow extends HostSum {
	/** How much it behaves like a peer: 0 to 100, its parts, and how many peers it has. */
	readonly score: number;
	readonly parts: Readonly<Record<string, number>>;
	readonly peers: number;
}

export interface TrialResult {
	/** Mistakes of the text, by line; then nothing was tried. */
	readonly faults: readonly Fault[];
	readonly rules: readonly RuleTrial[];
	/** Flows judged so far. */
	readonly judged: number;
	/** What was tried. */
	readonly text: string;
}

export class Analysis implements PacketSink {
	readonly rows: Rows;
	readonly #watch: Watch;
	readonly #behaviour = new Hosts();
	/** Where packets can be read again. */
	readonly #file: string | undefined;
	readonly #matches = new Map<string, Matches>();
	/** Rows of flows that go on, by their number. */
	readonly #going = new Map<number, number>();
	#trial: Trial | undefined;
	#text = '';
	#state: Description['state'] = 'reading';
	#refusal: Refusal | undefined;
	#read = 0;
	#packets = 0;
	#bytes = 0;
	#first: number | undefined;
	#last = 0;
	#lost: string[] = [];
	#version = 0;
	/** Until a capture ends, answers may be a little old. */
	#hosts: { readonly of: number; readonly scores: ReadonlyMap<string, HostScore> } | undefined;

	constructor(file: string | undefined, rows = new Rows()) {
		this.#file = file;
		this.rows = rows;
		this.#watch = new Watch({
			hosts: this.#behaviour,
			...(file === undefined ? { found: (flow, verdict) => this.#found(flow, verdict) } : {}),
			ended: (flow, _why, verdict) => this.#ended(flow, verdict),
		});
	}

	packet(
		bytes: Uint8Array,
		from: number,
		to: number,
		wireLength: number,
		link: number,
		seconds: number,
		microseconds: number,
	): void {
		this.#read += to - from + packetHead;
		this.#packets++;
		this.#bytes += wireLength;
		const at = seconds * 1000 + microseconds / 1000;
		this.#first ??= at;
		if (at > this.#last) this.#last = at;
		this.#watch.packet(bytes, from, to, wireLength, link, seconds, microseconds);
	}

	/** Time goes on at an interface although nothing comes. */
	advance(seconds: number): void {
		this.#watch.advance(seconds);
	}

	end(end: CaptureEnd | Refusal): void {
		this.#version++;
		this.#matches.clear();
		this.#hosts = undefined;
		if (isRefusal(end)) {
			this.#state = 'failed';
			this.#refusal = end;
			return;
		}
		const { evicted, dropped, damage } = this.#watch.end(end);
		this.#state = 'done';
		if (damage !== undefined) this.#lost.push(damage);
		if (evicted > 0) this.#lost.push(`${evicted} flows were ended early: the table of open flows was full.`);
		if (dropped > 0) this.#lost.push(`The kernel dropped ${dropped} packets.`);
	}

	describe(): Description {
		const { left } = this.rows;
		let recognised = this.#going.size;
		for (const { flows } of this.#watch.totals.networks.values()) recognised += flows;
		const full = `${left} flows found no room and are in no answer: an analysis keeps ten million.`;
		return {
			state: this.#state,
			read: this.#read,
			packets: this.#packets,
			bytes: this.#bytes,
			flows: this.rows.count,
			open: this.#watch.open - this.#going.size,
			recognised,
			...(this.#first === undefined ? {} : { from: this.#first, to: this.#last }),
			notes: left > 0 ? [...this.#lost, full] : this.#lost,
			...(this.#refusal === undefined ? {} : { refusal: this.#refusal }),
			version: this.#version + this.rows.changes,
		};
	}

	overview(wanted: Wanted): Overview {
		const from = wanted.from ?? this.#first ?? 0;
		const to = Math.max(from + 1, wanted.to ?? this.#last + 1);
		return overviewOf(this.rows, this.#matching(wanted), { from, to });
	}

	/** Hosts by bytes of recognised flows, or by how much they behave like peers. */
	hosts(wanted: Wanted, by: 'moved' | 'score', most: number): { hosts: HostRow[]; whole: boolean } {
		const scores = this.#scores();
		const all = by === 'score' ? Number.POSITIVE_INFINITY : most;
		const { hosts, whole } = hostsOf(this.rows, this.#matching(wanted), all);
		const found = hosts.map((host): HostRow => {
			const { score = 0, parts = {}, peers = 0 } = scores.get(host.host) ?? {};
			return { ...host, score, parts, peers };
		});
		if (by === 'score') found.sort((one, other) => other.score - one.score || other.flows - one.flows);
		return { hosts: found.slice(0, most), whole };
	}

	flows(wanted: Wanted, order: Order, from: number, count: number): FlowWindow {
		const matches = this.#matching(wanted);
		const rows = matches.window(order, from, count).map((row) => this.#row(row));
		return { total: matches.total, all: this.rows.count, rows };
	}

	/** undefined: there is no such flow. */
	async flow(id: number): Promise<FlowEvidence | Refusal | undefined> {
		if (!Number.isInteger(id) || id < 1 || id > this.rows.count) return undefined;
		const flow = this.#row(id - 1);
		const communityId = communityIdOf(this.rows, id - 1);
		if (this.#file === undefined) return { flow, communityId, packets: [] };
		const packets = await packetsOf(this.#file, this.rows.sought(id - 1));
		return isRefusal(packets) ? packets : { flow, communityId, packets };
	}

	/** Begins to try a policy; step() goes on with it. Faults leave the one before. */
	try(text: string): TrialResult {
		const policy = readPolicy(text, networkNames);
		if (isRefusal(policy)) return { ...this.trial(), faults: policy.faults };
		this.#trial = new Trial(policy, this.rows, minuteOf);
		this.#text = text;
		this.#matches.clear();
		this.#version++;
		return this.trial();
	}

	/** Judges some more flows. False: all are judged. */
	step(): boolean {
		const more = this.#trial?.step() ?? false;
		if (!more && this.#trial !== undefined) {
			this.#matches.clear();
			this.#version++;
		}
		return more;
	}

	/** Some flows are not judged yet. */
	get unjudged(): boolean {
		return this.#trial !== undefined && this.#trial.judged < this.rows.count;
	}

	trial(): TrialResult {
		return {
			faults: [],
			rules: this.#trial?.rules() ?? [],
			judged: this.#trial?.judged ?? 0,
			text: this.#text,
		};
	}

	/** At an interface a flow is shown from its verdict on; at its end it is brought up to date. */
	#found(flow: FlowRecord, verdict: Verdict): 'allowed' {
		const row = this.rows.add(flow, verdict);
		if (row !== undefined) this.#going.set(flow.serial, row);
		return 'allowed';
	}

	#ended(flow: FlowRecord, verdict: Verdict | undefined): void {
		const row = this.#going.get(flow.serial);
		const put = () => this.rows.put(row!, flow, verdict);
		if (row === undefined) this.rows.add(flow, verdict);
		else if (this.#trial === undefined) put();
		else this.#trial.again(row, put);
		this.#going.delete(flow.serial);
	}

	get #tried(): readonly Tried[] {
		return this.#trial?.policy.rules ?? [];
	}

	#row(row: number): FlowRow {
		return flowRow(this.rows, row, this.#tried);
	}

	#scores(): ReadonlyMap<string, HostScore> {
		if (this.#hosts === undefined || this.#isOld(this.#hosts.of)) {
			const ranked = this.#behaviour.ranked(Number.POSITIVE_INFINITY);
			this.#hosts = { of: this.rows.changes, scores: new Map(ranked.map((host) => [host.address, host])) };
		}
		return this.#hosts.scores;
	}

	#matching(wanted: Wanted): Matches {
		const key = JSON.stringify(wanted);
		const known = this.#matches.get(key);
		this.#matches.delete(key);
		const current = known !== undefined && !this.#isOld(known.changes);
		const matches = current ? known : new Matches(this.rows, testsOf(this.rows, wanted, this.#tried));
		this.#matches.set(key, matches);
		if (this.#matches.size > keptMatches) this.#matches.delete(this.#matches.keys().next().value!);
		return matches;
	}

	#isOld(of: number): boolean {
		const { changes } = this.rows;
		return changes < fewRows ? changes !== of : changes > of * 1.1;
	}
}
