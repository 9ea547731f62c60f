/** PING: empty, or GGEP. Other bytes are ignored: old servents sent some. */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { decodeGgep, encodeGgep, GGEP_MAGIC, type Ggep, NO_GGEP } from './ggep.ts';

export interface Ping {
	readonly ggep: Ggep;
}

const plain: Ping = Object.freeze({ ggep: NO_GGEP });

export function encodePing(ping: Ping = plain): Uint8Array {
	return encodeGgep(ping.ggep);
}

export function decodePing(payload: Uint8Array): Ping | Refusal {
	if (payload.length === 0 || payload[0] !== GGEP_MAGIC) return plain;
	const block = decodeGgep(payload, 0, payload.length);
	return isRefusal(block) ? block : { ggep: block.extensions };
}
