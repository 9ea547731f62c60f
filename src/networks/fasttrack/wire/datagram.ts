/**
 * UDP, in clear. 27, a ping: least type 4, 80, name of the network, 00. 28, the pong: type 4, 00, uptime 1, load 2,
 * load in percent 1, 01, name, 00. 29 is a pong that says: full.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { text } from '../../common/lines.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Body, Fields } from './fields.ts';
import { encodeText } from './text.ts';

export type Datagram =
	| { readonly kind: 'ping'; readonly network: string }
	| { readonly kind: 'pong'; readonly full: boolean; readonly load: number; readonly network: string };

/** What giFT says it can do at least; nobody acts by it. */
const leastType = 0x29;
const broken = refusal('fasttrack.datagram.malformed');

export function encodeUdpPing(network: string): Uint8Array {
	return new Body().byte(0x27).four(leastType).byte(0x80).bytes(encodeText(network)).byte(0).done();
}

/** `load`: percent. */
export function encodeUdpPong(network: string, load: number, full: boolean): Uint8Array {
	const body = new Body()
		.byte(full ? 0x29 : 0x28)
		.four(leastType)
		.byte(0)
		.byte(0)
		.two(0);
	return body.byte(load).byte(1).bytes(encodeText(network)).byte(0).done();
}

export function decodeDatagram(bytes: Uint8Array): Datagram | Refusal {
	const fields = new Fields(bytes);
	const kind = fields.byte();
	fields.four();
	fields.byte();
	let load = 0;
	if (kind === 0x28 || kind === 0x29) {
		fields.bytes(3);
		load = fields.byte();
		fields.byte();
	} else if (kind !== 0x27) return broken;
	const name = fields.until(0, ours.networkName);
	if (fields.failed || fields.left > 0) return broken;
	const network = text(name, 0, name.length);
	return kind === 0x27 ? { kind: 'ping', network } : { kind: 'pong', full: kind === 0x29, load, network };
}
