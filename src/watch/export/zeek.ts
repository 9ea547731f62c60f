/**
 * Zeek's conn.log: tab-separated, with its header lines and `community_id` as its policy script adds it. `service`
 * is the network of a recognised flow. What is not measured here is `-`: history, missed bytes, payload bytes.
 */
import { communityIdLength, writeCommunityId } from '../flows/community-id.ts';
import { ACK, FIN, RST, SYN, TCP, UDP } from '../flows/packet.ts';
import type { FlowRecord } from '../flows/record.ts';
import type { Verdict } from '../recognise/verdict.ts';
import type { Lines } from './lines.ts';

const columns = [
	['ts', 'time'],
	['uid', 'string'],
	['id.orig_h', 'addr'],
	['id.orig_p', 'port'],
	['id.resp_h', 'addr'],
	['id.resp_p', 'port'],
	['proto', 'enum'],
	['service', 'string'],
	['duration', 'interval'],
	['orig_bytes', 'count'],
	['resp_bytes', 'count'],
	['conn_state', 'string'],
	['local_orig', 'bool'],
	['local_resp', 'bool'],
	['missed_bytes', 'count'],
	['history', 'string'],
	['orig_pkts', 'count'],
	['orig_ip_bytes', 'count'],
	['resp_pkts', 'count'],
	['resp_ip_bytes', 'count'],
	['tunnel_parents', 'set[string]'],
	['community_id', 'string'],
] as const;

export function writeZeekHead(lines: Lines): void {
	lines.text('#separator \\x09');
	lines.end();
	for (const head of ['#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-', '#path\tconn']) {
		lines.text(head);
		lines.end();
	}
	lines.text(`#fields\t${columns.map(([name]) => name).join('\t')}`);
	lines.end();
	lines.text(`#types\t${columns.map(([, type]) => type).join('\t')}`);
	lines.end();
}

export function writeZeekFlow(lines: Lines, flow: FlowRecord, verdict: Verdict | undefined): void {
	writeTime(lines, flow.startSeconds, flow.startMicroseconds);
	// Unique in a run, and made of letters and digits that begin with C, as Zeek's.
	lines.text(`\tC${flow.serial.toString(36)}x${flow.startSeconds.toString(36)}\t`);
	lines.address(flow.source, flow.addressLength);
	lines.text('\t');
	lines.number(flow.sourcePort);
	lines.text('\t');
	lines.address(flow.destination, flow.addressLength);
	lines.text('\t');
	lines.number(flow.destinationPort);
	lines.text(`\t${protocolName(flow.protocol)}\t${verdict?.network ?? '-'}\t`);
	writeDuration(lines, flow);
	lines.text(`\t-\t-\t${connectionState(flow)}\t-\t-\t-\t-\t`);
	lines.number(flow.packetsToServer);
	lines.text('\t');
	lines.number(flow.bytesToServer);
	lines.text('\t');
	lines.number(flow.packetsToClient);
	lines.text('\t');
	lines.number(flow.bytesToClient);
	lines.text('\t-\t');
	const { source, destination, addressLength, protocol, sourcePort, destinationPort } = flow;
	writeCommunityId(
		lines.bytes,
		lines.at,
		source,
		destination,
		addressLength,
		protocol,
		sourcePort,
		destinationPort,
	);
	lines.at += communityIdLength;
	lines.end();
}

export function writeZeekEnd(lines: Lines): void {
	lines.text('#close');
	lines.end();
	lines.flush();
}

/** As Zeek's documentation of conn.log defines them, from the flags of both sides. */
export function connectionState(flow: FlowRecord): string {
	if (flow.protocol !== TCP) return flow.packetsToClient === 0 ? 'S0' : 'SF';
	const { flagsToServer: there, flagsToClient: back } = flow;
	const tried = (there & SYN) !== 0;
	const answered = (back & (SYN | ACK)) === (SYN | ACK);
	if (!tried) return 'OTH';
	if ((back & RST) !== 0 && !answered) return 'REJ';
	if (!answered) return (there & RST) !== 0 ? 'RSTOS0' : (there & FIN) !== 0 ? 'SH' : 'S0';
	if ((there & RST) !== 0) return 'RSTO';
	if ((back & RST) !== 0) return 'RSTR';
	const ends = ((there & FIN) !== 0 ? 1 : 0) | ((back & FIN) !== 0 ? 2 : 0);
	return ['S1', 'S2', 'S3', 'SF'][ends]!;
}

function writeTime(lines: Lines, seconds: number, microseconds: number): void {
	lines.number(seconds);
	lines.text('.');
	lines.padded(microseconds, 6);
}

function writeDuration(lines: Lines, flow: FlowRecord): void {
	const micros =
		(flow.endSeconds - flow.startSeconds) * 1_000_000 + flow.endMicroseconds - flow.startMicroseconds;
	const duration = Math.max(0, micros);
	writeTime(lines, Math.floor(duration / 1_000_000), duration % 1_000_000);
}

function protocolName(protocol: number): string {
	if (protocol === TCP) return 'tcp';
	if (protocol === UDP) return 'udp';
	return protocol === 1 || protocol === 58 ? 'icmp' : 'unknown_transport';
}
