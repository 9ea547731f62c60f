/** Payloads as real packets through flows and recognition: what `watch` makes of a conversation. */
import { Flows } from '../../src/watch/flows/flows.ts';
import { FlowRecord } from '../../src/watch/flows/record.ts';
import { Recogniser } from '../../src/watch/recognise/recogniser.ts';
import { signatures } from '../../src/watch/recognise/signatures.ts';
import type { Verdict } from '../../src/watch/recognise/verdict.ts';
import { bytesOf, ethernet, type FrameOf, give, ip } from './packets.ts';

export interface Ended {
	readonly source: string;
	readonly sourcePort: number;
	readonly destinationPort: number;
	readonly protocol: number;
	readonly verdict: Verdict | undefined;
}

/** `>`: from the opener, `<`: from the answerer. */
export type Said = readonly ['>' | '<', Uint8Array | string];

export class Wire {
	readonly ended: Ended[] = [];
	readonly found: Verdict[] = [];
	readonly flows: Flows;
	seconds = 1000;
	#port = 40_000;

	/** `historical`: with the talk's address ranges. */
	constructor(historical = false) {
		const record = new FlowRecord();
		this.flows = new Flows(1 << 10, (table) => {
			return new Recogniser(
				table,
				signatures,
				(_flow, verdict) => this.found.push(verdict),
				(flow, _why, verdict) => {
					record.fill(table, flow);
					const { source, sourcePort, destinationPort, protocol } = record;
					this.ended.push({
						source: source.subarray(0, 4).join('.'),
						sourcePort,
						destinationPort,
						protocol,
						verdict,
					});
				},
				historical,
			);
		});
	}

	frame(of: FrameOf): void {
		give(this.flows, ethernet(ip(of)), this.seconds);
	}

	/** A TCP conversation; `syn` false: joined in the middle. `cut`: bytes a segment. */
	tcp(said: readonly Said[], more: FrameOf & { syn?: boolean; cut?: number } = {}): void {
		const { syn = true, cut = 1400, ...ends } = more;
		const there = { sourcePort: this.#port++, destinationPort: 5555, ...ends };
		const back = {
			source: there.destination ?? '192.0.2.1',
			destination: there.source ?? '10.0.0.1',
			sourcePort: there.destinationPort,
			destinationPort: there.sourcePort,
		};
		let [sent, got] = [1001, 5001];
		if (syn) {
			this.frame({ ...there, flags: 'S', sequence: 1000 });
			this.frame({ ...back, flags: 'SA', sequence: 5000 });
		}
		for (const [way, text] of said) {
			const bytes = bytesOf(text);
			for (let at = 0; at < bytes.length; at += cut) {
				const payload = bytes.subarray(at, at + cut);
				if (way === '>') this.frame({ ...there, flags: 'PA', sequence: sent, payload });
				else this.frame({ ...back, flags: 'PA', sequence: got, payload });
				if (way === '>') sent += payload.length;
				else got += payload.length;
			}
		}
	}

	udp(said: readonly Said[], more: FrameOf = {}): void {
		const there = { sourcePort: this.#port++, destinationPort: 5555, protocol: 'udp' as const, ...more };
		const back = {
			protocol: 'udp' as const,
			source: there.destination ?? '192.0.2.1',
			destination: there.source ?? '10.0.0.1',
			sourcePort: there.destinationPort,
			destinationPort: there.sourcePort,
		};
		for (const [way, payload] of said) this.frame(way === '>' ? { ...there, payload } : { ...back, payload });
	}

	/** All flows end. */
	end(): Ended[] {
		this.flows.end();
		return this.ended;
	}
}

/** The verdict over one TCP conversation. */
export function overTcp(said: readonly Said[], more: Parameters<Wire['tcp']>[1] = {}): Verdict | undefined {
	const wire = new Wire();
	wire.tcp(said, more);
	return wire.end()[0]?.verdict;
}

export function overUdp(said: readonly Said[], more: FrameOf = {}): Verdict | undefined {
	const wire = new Wire();
	wire.udp(said, more);
	return wire.end()[0]?.verdict;
}
