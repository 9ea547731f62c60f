/** PONG: port 2 | IPv4 4 | files 4 | kilobytes 4 | GGEP. Integers are little-endian. */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { le32, putLe16, putLe32 } from '../../common/integers.ts';
import { refusal } from '../refusals.ts';
import { putIpv4, readAddress, withIpv6 } from './endpoint.ts';
import { decodeGgep, encodeGgep, GGEP_MAGIC, type Ggep, NO_GGEP } from './ggep.ts';
import { concat } from './text.ts';

export interface Pong {
	readonly address: Address;
	readonly files: number;
	/** An ultrapeer says a power of two of at least 8 here (0.6 draft). */
	readonly kilobytes: number;
	readonly ggep: Ggep;
}

const FIXED = 14;
const MOST = 0xffffffff;
const short = refusal('gnutella.pong.malformed', 'shorter than 14 bytes');

export function encodePong(pong: Omit<Pong, 'ggep'> & Partial<Pong>): Uint8Array {
	const fixed = new Uint8Array(FIXED);
	putLe16(fixed, 0, pong.address.port);
	putIpv4(fixed, 2, pong.address);
	putLe32(fixed, 6, Math.min(pong.files, MOST));
	putLe32(fixed, 10, Math.min(pong.kilobytes, MOST));
	const ggep = withIpv6(pong.ggep ?? NO_GGEP, pong.address);
	return ggep.size === 0 ? fixed : concat([fixed, encodeGgep(ggep)]);
}

export function decodePong(payload: Uint8Array): Pong | Refusal {
	if (payload.length < FIXED) return short;
	let ggep = NO_GGEP;
	if (payload[FIXED] === GGEP_MAGIC) {
		const block = decodeGgep(payload, FIXED, payload.length);
		if (isRefusal(block)) return block;
		ggep = block.extensions;
	}
	return {
		address: readAddress(payload, 2, 0, ggep),
		files: le32(payload, 6),
		kilobytes: le32(payload, 10),
		ggep,
	};
}
