/**
 * Records in the shape of Suricata's EVE JSON, so that every SIEM that reads Suricata reads these. A flow that is
 * peer-to-peer has an object `p2p` beside them. Never a payload, a user's name or a file's name, except in
 * `detail` records, which exist only where the operator asked for them.
 */
import { communityIdLength, writeCommunityId } from '../flows/community-id.ts';
import { ACK, FIN, RST, SYN, TCP } from '../flows/packet.ts';
import type { FlowRecord } from '../flows/record.ts';
import type { EndReason } from '../flows/table.ts';
import type { Decision } from '../policy.ts';
import type { Verdict } from '../recognise/verdict.ts';
import type { Lines } from './lines.ts';

const protocols = new Map([
	[6, 'TCP'],
	[17, 'UDP'],
	[1, 'ICMP'],
	[58, 'IPv6-ICMP'],
	[2, 'IGMP'],
	[47, 'GRE'],
	[50, 'ESP'],
	[51, 'AH'],
	[132, 'SCTP'],
]);

/** Signature numbers of alerts: one a reason, in the range that is left to local rules. */
const signatureIds = {
	payload: 1_000_001,
	seed: 1_000_002,
	learned: 1_000_003,
	behaviour: 1_000_004,
	port: 1_000_005,
} as const;

export function writeFlow(
	lines: Lines,
	flow: FlowRecord,
	why: EndReason,
	verdict: Verdict | undefined,
): void {
	writeHead(lines, flow, 'flow', flow.endSeconds, flow.endMicroseconds);
	writeCounters(lines, flow);
	lines.text(',"start":"');
	lines.time(flow.startSeconds, flow.startMicroseconds);
	lines.text('","end":"');
	lines.time(flow.endSeconds, flow.endMicroseconds);
	lines.text('","age":');
	lines.number(Math.max(0, flow.endSeconds - flow.startSeconds));
	lines.text(',"state":"');
	lines.text(stateOf(flow));
	lines.text('","reason":"');
	lines.text(why);
	const alerted = verdict !== undefined && (verdict.by === 'payload' || verdict.by === 'seed');
	lines.text(alerted ? '","alerted":true}' : '","alerted":false}');
	if (flow.protocol === TCP) writeTcp(lines, flow);
	if (verdict !== undefined) writeP2p(lines, verdict);
	lines.text('}');
	lines.end();
}

/** At the verdict; `action`: what was done about it. */
export function writeAlert(
	lines: Lines,
	flow: FlowRecord,
	verdict: Verdict,
	action: 'allowed' | 'blocked',
): void {
	writeHead(lines, flow, 'alert', flow.endSeconds, flow.endMicroseconds);
	writeCounters(lines, flow);
	lines.text(',"start":"');
	lines.time(flow.startSeconds, flow.startMicroseconds);
	lines.text('"},"alert":{"action":"');
	lines.text(action);
	lines.text('","gid":1,"signature_id":');
	lines.number(signatureIds[verdict.by]);
	lines.text(',"rev":1,"signature":');
	lines.json(`P2P ${verdict.network} by ${verdict.by}`);
	lines.text(',"category":"Potential Corporate Privacy Violation","severity":');
	lines.text(verdict.by === 'payload' ? '2}' : '3}');
	writeP2p(lines, verdict);
	lines.text('}');
	lines.end();
}

/** What a policy says of a flow; `applied`: it is done, not only said. */
export function writePolicy(
	lines: Lines,
	flow: FlowRecord,
	verdict: Verdict | undefined,
	{ rule, action, rateBits, seconds }: Decision,
	applied: boolean,
): void {
	writeHead(lines, flow, 'policy', flow.endSeconds, flow.endMicroseconds);
	writeCounters(lines, flow);
	lines.text('},"policy":{"rule":');
	lines.json(rule);
	lines.text(`,"action":"${action}"`);
	if (rateBits !== undefined) lines.text(`,"rate_bits":${rateBits}`);
	if (seconds !== undefined) lines.text(`,"seconds":${seconds}`);
	lines.text(`,"applied":${applied}}`);
	if (verdict !== undefined) writeP2p(lines, verdict);
	lines.text('}');
	lines.end();
}

/** Names of users and files, queries: only with --detail. */
export function writeDetail(lines: Lines, flow: FlowRecord, what: string, value: string): void {
	writeHead(lines, flow, 'p2p_detail', flow.endSeconds, flow.endMicroseconds);
	writeCounters(lines, flow);
	lines.text('},"detail":{"what":');
	lines.json(what);
	lines.text(',"value":');
	lines.json(value.slice(0, 300));
	lines.text('}}');
	lines.end();
}

/** Up to `"flow":{`. */
function writeHead(
	lines: Lines,
	flow: FlowRecord,
	type: string,
	seconds: number,
	microseconds: number,
): void {
	const { protocol } = flow;
	lines.text('{"timestamp":"');
	lines.time(seconds, microseconds);
	lines.text('","flow_id":');
	writeFlowId(lines, flow);
	lines.text(',"event_type":"');
	lines.text(type);
	lines.text('","src_ip":"');
	lines.address(flow.source, flow.addressLength);
	if (protocol === 1 || protocol === 58) {
		lines.text('","dest_ip":"');
		lines.address(flow.destination, flow.addressLength);
		lines.text('","icmp_type":');
		lines.number(flow.sourcePort);
		lines.text(',"icmp_code":');
		lines.number(flow.destinationPort);
	} else {
		lines.text('","src_port":');
		lines.number(flow.sourcePort);
		lines.text(',"dest_ip":"');
		lines.address(flow.destination, flow.addressLength);
		lines.text('","dest_port":');
		lines.number(flow.destinationPort);
	}
	lines.text(',"proto":"');
	lines.text(protocols.get(protocol) ?? String(protocol));
	lines.text('","community_id":"');
	writeCommunityId(
		lines.bytes,
		lines.at,
		flow.source,
		flow.destination,
		flow.addressLength,
		protocol,
		flow.sourcePort,
		flow.destinationPort,
	);
	lines.at += communityIdLength;
	lines.text('","flow":{');
}

/** Below 2^53 and the same for equal captures: seconds of the start and the number of the flow. */
function writeFlowId(lines: Lines, flow: FlowRecord): void {
	lines.number((flow.startSeconds % 0x200000) * 0x100000000 + flow.serial);
}

function writeCounters(lines: Lines, flow: FlowRecord): void {
	lines.text('"pkts_toserver":');
	lines.number(flow.packetsToServer);
	lines.text(',"pkts_toclient":');
	lines.number(flow.packetsToClient);
	lines.text(',"bytes_toserver":');
	lines.number(flow.bytesToServer);
	lines.text(',"bytes_toclient":');
	lines.number(flow.bytesToClient);
}

/** An attempt that nobody answered stays `new`. */
export function stateOf(flow: FlowRecord): 'new' | 'established' | 'closed' {
	if (flow.closed) return 'closed';
	if (flow.packetsToClient === 0) return 'new';
	if (flow.protocol === TCP) return flow.payloadToServer || flow.payloadToClient ? 'established' : 'new';
	return 'established';
}

function writeTcp(lines: Lines, flow: FlowRecord): void {
	const all = flow.flagsToServer | flow.flagsToClient;
	lines.text(',"tcp":{"tcp_flags":"');
	writeHex(lines, all);
	lines.text('","tcp_flags_ts":"');
	writeHex(lines, flow.flagsToServer);
	lines.text('","tcp_flags_tc":"');
	writeHex(lines, flow.flagsToClient);
	lines.text('"');
	if ((all & SYN) !== 0) lines.text(',"syn":true');
	if ((all & FIN) !== 0) lines.text(',"fin":true');
	if ((all & RST) !== 0) lines.text(',"rst":true');
	if ((all & 8) !== 0) lines.text(',"psh":true');
	if ((all & ACK) !== 0) lines.text(',"ack":true');
	lines.text('}');
}

const digits = '0123456789abcdef';

function writeHex(lines: Lines, byte: number): void {
	lines.bytes[lines.at++] = digits.charCodeAt(byte >> 4);
	lines.bytes[lines.at++] = digits.charCodeAt(byte & 15);
}

function writeP2p(lines: Lines, verdict: Verdict): void {
	lines.text(',"p2p":{"network":"');
	lines.text(verdict.network);
	lines.text('","by":"');
	lines.text(verdict.by);
	lines.text('","evidence":');
	lines.json(verdict.evidence);
	if (verdict.label !== undefined) {
		lines.text(',"label":');
		lines.json(verdict.label);
	}
	lines.text('}');
}
