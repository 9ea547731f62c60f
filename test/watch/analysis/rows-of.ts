/** Flows as records, for the tests of analyses: what is not said is a Gnutella flow of the office. */

import { rangeOf } from '../../../src/policy/ranges.ts';
import { Rows } from '../../../src/watch/analysis/rows.ts';
import { FlowRecord } from '../../../src/watch/flows/record.ts';
import type { By } from '../../../src/watch/recognise/verdict.ts';

export interface FlowOf {
	readonly source?: string;
	readonly destination?: string;
	readonly sourcePort?: number;
	readonly destinationPort?: number;
	readonly protocol?: number;
	/** Seconds. */
	readonly start?: number;
	readonly seconds?: number;
	readonly up?: number;
	readonly down?: number;
	/** Empty: none. */
	readonly network?: string;
	readonly by?: By;
	readonly label?: string;
	readonly evidence?: string;
}

export function recordOf(of: FlowOf): FlowRecord {
	const record = new FlowRecord();
	const [source, destination] = [rangeOf(of.source ?? '10.0.0.7')!, rangeOf(of.destination ?? '192.0.2.10')!];
	record.version = source.version;
	record.addressLength = source.bytes.length;
	record.source.set(source.bytes);
	record.destination.set(destination.bytes);
	record.protocol = of.protocol ?? 6;
	record.sourcePort = of.sourcePort ?? 40_000;
	record.destinationPort = of.destinationPort ?? 6346;
	record.startSeconds = Math.floor(of.start ?? 1000);
	record.startMicroseconds = Math.round(((of.start ?? 0) % 1) * 1e6);
	const end = (of.start ?? 1000) + (of.seconds ?? 1);
	record.endSeconds = Math.floor(end);
	record.endMicroseconds = Math.round((end % 1) * 1e6);
	record.bytesToServer = of.up ?? 100;
	record.bytesToClient = of.down ?? 200;
	record.packetsToServer = 1;
	record.packetsToClient = 2;
	record.payloadToServer = true;
	return record;
}

export function rowsOf(flows: readonly FlowOf[], most?: number): Rows {
	const rows = new Rows(most);
	for (const of of flows) {
		const { network = 'gnutella', by = 'payload', evidence = 'handshake: bytes 0 to 19', label } = of;
		const verdict = { network, by, evidence, packets: 1, ...(label === undefined ? {} : { label }) };
		rows.add(recordOf(of), network === '' ? undefined : verdict);
	}
	return rows;
}
