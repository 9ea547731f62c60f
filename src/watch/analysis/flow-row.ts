/** A row of the columns as others see it. */
import { communityIdLength, writeCommunityId } from '../flows/community-id.ts';
import { grounds, type Rows, states } from './rows.ts';
import { protocolText, type Tried } from './tests.ts';

export interface FlowRow {
	/** Number of the flow in its analysis, from 1. */
	readonly id: number;
	/** Milliseconds since the epoch. */
	readonly start: number;
	readonly seconds: number;
	readonly protocol: string;
	/** Who opened it. */
	readonly source: string;
	readonly sourcePort: number;
	readonly destination: string;
	readonly destinationPort: number;
	readonly packets: number;
	readonly bytes: number;
	/** Bytes from and to the opener. */
	readonly up: number;
	readonly down: number;
	readonly state: (typeof states)[number];
	readonly network?: string;
	readonly by?: string;
	readonly evidence?: string;
	readonly label?: string;
	/** What the policy that was tried last would have done. */
	readonly rule?: string;
	readonly action?: string;
}

export function flowRow(rows: Rows, row: number, tried: readonly Tried[]): FlowRow {
	const block = rows.block(row);
	const at = row - block.from;
	const is6 = block.is6(at);
	const [network, label] = [rows.networks.texts[block.network[at]!]!, rows.labels.texts[block.label[at]!]!];
	const rule = tried[block.rule[at]! - 1];
	return {
		id: row + 1,
		start: block.start[at]!,
		seconds: block.duration[at]! / 1000,
		protocol: protocolText(block.protocol[at]!),
		source: rows.addressText(block.source[at]!, is6),
		sourcePort: block.sourcePort[at]!,
		destination: rows.addressText(block.destination[at]!, is6),
		destinationPort: block.destinationPort[at]!,
		packets: block.packets(at),
		bytes: block.bytes(at),
		up: block.bytesToServer[at]!,
		down: block.bytesToClient[at]!,
		state: states[block.state(at)]!,
		...(network === ''
			? {}
			: { network, by: grounds[block.by(at)]!, evidence: rows.evidence.texts[block.evidence[at]!]! }),
		...(label === '' ? {} : { label }),
		...(rule === undefined ? {} : { rule: rule.name, action: rule.action }),
	};
}

export function communityIdOf(rows: Rows, row: number): string {
	const block = rows.block(row);
	const at = row - block.from;
	const is6 = block.is6(at);
	const out = new Uint8Array(communityIdLength);
	writeCommunityId(
		out,
		0,
		rows.addressBytes(block.source[at]!, is6),
		rows.addressBytes(block.destination[at]!, is6),
		is6 ? 16 : 4,
		block.protocol[at]!,
		block.sourcePort[at]!,
		block.destinationPort[at]!,
	);
	return String.fromCharCode(...out);
}
