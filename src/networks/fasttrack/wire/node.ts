/**
 * Who is where. 00, a list of super-nodes: IPv4 4, port 2, minutes since it was seen 1, load in percent 1, each.
 * 02, a leaf of itself: IPv4 4, port 2 (0: it takes no connections), bandwidth 1, 00, its user's name to the end.
 * 2C, a super-node to a leaf: the address from which it comes, IPv4 4.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Body, Fields } from './fields.ts';
import { decodeText, encodeText } from './text.ts';

export interface ListedNode {
	readonly address: Address;
	readonly minutes: number;
	/** Percent. */
	readonly load: number;
}

const nodeBytes = 8;

export function encodeNodes(nodes: readonly ListedNode[]): Uint8Array {
	const body = new Body();
	for (const { address, minutes, load } of nodes)
		body.host(address.host).two(address.port).byte(minutes).byte(load);
	return body.done();
}

/** The first of them, as many as we take; a piece of one at the end is left out. */
export function decodeNodes(body: Uint8Array): ListedNode[] {
	const fields = new Fields(body);
	const nodes: ListedNode[] = [];
	while (fields.left >= nodeBytes && nodes.length < ours.nodes) {
		const address = { host: fields.host(), port: fields.two() };
		nodes.push({ address, minutes: fields.byte(), load: fields.byte() });
	}
	return nodes;
}

export interface NodeInfo {
	readonly address: Address;
	/** 14 * log2(kbit/s) + 59. */
	readonly bandwidth: number;
	readonly user: string;
}

export function encodeNodeInfo({ address, bandwidth, user }: NodeInfo): Uint8Array {
	const body = new Body().host(address.host).two(address.port).byte(bandwidth).byte(0);
	return body.bytes(encodeText(user)).done();
}

export function decodeNodeInfo(body: Uint8Array): NodeInfo | Refusal {
	const fields = new Fields(body);
	const address = { host: fields.host(), port: fields.two() };
	const bandwidth = fields.byte();
	fields.byte();
	const user = fields.bytes(fields.left);
	if (fields.failed || user.length > ours.text) return refusal('fasttrack.message.malformed', 'node info');
	return { address, bandwidth, user: decodeText(user) };
}

export function encodeExternalAddress(host: string): Uint8Array {
	return new Body().host(host).done();
}

export function decodeExternalAddress(body: Uint8Array): string | Refusal {
	const fields = new Fields(body);
	const host = fields.host();
	return fields.failed ? refusal('fasttrack.message.malformed', 'external address') : host;
}
