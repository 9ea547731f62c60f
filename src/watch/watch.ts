/**
 * Watch, composed: packets become flows, flows get verdicts, verdicts become records, totals, kept packets and
 * orders. One thread, no I/O of its own: whoever reads the capture pushes packets in, records go out through
 * `Lines`.
 */
import type { CaptureEnd, PacketSink } from './capture/packet-sink.ts';
import { AlertLimit } from './export/alert-limit.ts';
import { writeAlert, writeDetail, writeFlow } from './export/eve.ts';
import type { Lines } from './export/lines.ts';
import type { PacketKeeper } from './export/packet-keeper.ts';
import { type Hour, type Sum, Totals } from './export/totals.ts';
import { Flows } from './flows/flows.ts';
import { oddities } from './flows/packet.ts';
import { FlowRecord } from './flows/record.ts';
import { type EndReason, type FlowTable, serial } from './flows/table.ts';
import type { Hosts } from './recognise/hosts.ts';
import { Recogniser } from './recognise/recogniser.ts';
import { signatures } from './recognise/signatures.ts';
import type { Verdict } from './recognise/verdict.ts';

/** One million flows at once take 100 MB. */
export const mostFlows = 1 << 20;

export interface WatchOptions {
	/** A line a flow, as it ends; with `onlyRecognised`, of those that have a verdict. */
	readonly flows?: Lines;
	readonly onlyRecognised?: boolean;
	/** A line a verdict, a line an hour, details: what the evidence file has beside the flows. */
	readonly events?: Lines;
	/** Names of users and files and queries become records too. */
	readonly detail?: boolean;
	readonly hosts?: Hosts;
	readonly keeper?: PacketKeeper;
	readonly mostFlows?: number;
	/** The address ranges of the talk count as seeds. */
	readonly historical?: boolean;
	/** At each verdict, and when a flow ends (with its verdict, if it has one). The record is reused. */
	readonly found?: (flow: FlowRecord, verdict: Verdict) => 'allowed' | 'blocked';
	readonly ended?: (flow: FlowRecord, why: EndReason, verdict: Verdict | undefined) => void;
	/** At each new second: what is open, and what it is held to be by now. */
	readonly second?: (table: FlowTable, verdictOf: (flow: number) => Verdict | undefined) => void;
}

export interface Summary {
	readonly event_type: 'summary';
	readonly packets: number;
	readonly bytes: number;
	readonly flows: number;
	readonly p2p: Sum;
	readonly networks: Readonly<Record<string, unknown>>;
	readonly odd: Readonly<Record<string, number>>;
	/** Flows that were ended early because the table was full, and packets that the kernel lost. */
	readonly evicted: number;
	readonly dropped: number;
	readonly damage?: string;
}

export class Watch implements PacketSink {
	readonly totals: Totals;
	readonly #flows: Flows;
	readonly #options: WatchOptions;
	readonly #record = new FlowRecord();
	readonly #alerts = new AlertLimit();
	readonly #verdictOf = (flow: number): Verdict | undefined => this.#recogniser.verdictOf(flow);
	/** The newest second that was told; Infinity: nobody wants to know. */
	#second = Number.POSITIVE_INFINITY;
	#recogniser!: Recogniser;

	constructor(options: WatchOptions) {
		this.#options = options;
		if (options.second !== undefined) this.#second = 0;
		this.totals = new Totals((hour) => this.#hour(hour));
		this.#flows = new Flows(options.mostFlows ?? mostFlows, (table) => {
			this.#recogniser = new Recogniser(
				table,
				signatures,
				(flow, verdict) => this.#found(flow, verdict),
				(flow, why, verdict) => this.#ended(flow, why, verdict),
				options.historical,
			);
			return this.#recogniser;
		});
		if (options.detail) {
			this.#recogniser.context.onDetail = (flow, what, value) => {
				this.#record.fill(this.#flows.table, flow);
				if (options.events) writeDetail(options.events, this.#record, what, value);
			};
		}
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
		this.#flows.packet(bytes, from, to, wireLength, link, seconds, microseconds);
		if (seconds > this.#second) this.#newSecond();
		const { keeper } = this.#options;
		const { flow, table } = this.#flows;
		if (keeper !== undefined && flow >= 0)
			keeper.packet(table.ints[flow + serial]!, bytes, from, to, wireLength, link, seconds, microseconds);
	}

	/** Capture time goes on although nothing comes (a live interface): idle flows end. */
	advance(seconds: number): void {
		this.#flows.table.advance(seconds);
		if (seconds > this.#second) this.#newSecond();
	}

	/** Flows open now. */
	get open(): number {
		return this.#flows.table.open;
	}

	get evicted(): number {
		return this.#flows.table.evicted;
	}

	/** All flows end; the summary of everything. */
	end(capture: Pick<CaptureEnd, 'dropped' | 'damage'>): Summary {
		if (this.#options.second !== undefined) this.#newSecond();
		this.#flows.end();
		this.totals.end();
		this.#options.flows?.flush();
		this.#options.events?.flush();
		const p2p: Sum = { flows: 0, packets: 0, bytes: 0 };
		for (const { flows, packets, bytes } of this.totals.networks.values()) {
			p2p.flows += flows;
			p2p.packets += packets;
			p2p.bytes += bytes;
		}
		const odd = oddities.map((name, index) => [name, this.#flows.odd[index]!] as const);
		return {
			event_type: 'summary',
			packets: this.#flows.packets,
			bytes: this.#flows.bytes,
			flows: this.totals.all.flows,
			p2p,
			networks: Object.fromEntries(
				[...this.totals.networks]
					.sort(([, one], [, other]) => other.bytes - one.bytes)
					.map(([network, sum]) => [network, { ...sum, labels: Object.fromEntries(sum.labels) }]),
			),
			odd: Object.fromEntries(odd.filter(([, count]) => count > 0)),
			evicted: this.#flows.table.evicted,
			dropped: capture.dropped,
			...(capture.damage === undefined ? {} : { damage: capture.damage }),
		};
	}

	#newSecond(): void {
		this.#second = this.#flows.table.now;
		this.#options.second?.(this.#flows.table, this.#verdictOf);
	}

	#found(flow: number, verdict: Verdict): void {
		const { events, found, keeper } = this.#options;
		keeper?.recognised(this.#flows.table.ints[flow + serial]!, verdict);
		if (events === undefined && found === undefined) return;
		const record = this.#record;
		record.fill(this.#flows.table, flow);
		const action = found?.(record, verdict) ?? 'allowed';
		if (events !== undefined && this.#alerts.isDue(record, verdict))
			writeAlert(events, record, verdict, action);
	}

	#ended(flow: number, why: EndReason, verdict: Verdict | undefined): void {
		const record = this.#record;
		const { flows, hosts, keeper, ended, onlyRecognised } = this.#options;
		record.fill(this.#flows.table, flow);
		this.totals.add(record, verdict);
		if (flows !== undefined && (verdict !== undefined || !onlyRecognised))
			writeFlow(flows, record, why, verdict);
		hosts?.add(record, verdict);
		keeper?.ended(record.serial | 0);
		ended?.(record, why, verdict);
	}

	#hour(hour: Hour): void {
		const { events } = this.#options;
		if (events === undefined) return;
		events.text('{"timestamp":"');
		events.time(hour.start, 0);
		events.text('","event_type":"p2p_hour","networks":');
		events.text(JSON.stringify(hour.networks));
		events.text('}');
		events.end();
		for (const { address, hour: sum } of hour.hosts) {
			events.text('{"timestamp":"');
			events.time(hour.start, 0);
			events.text('","event_type":"p2p_hour_host","host":"');
			events.text(address);
			events.text('","sum":{"flows":');
			events.number(sum.flows);
			events.text(',"packets":');
			events.number(sum.packets);
			events.text(',"bytes":');
			events.number(sum.bytes);
			events.text('}}');
			events.end();
		}
	}
}
