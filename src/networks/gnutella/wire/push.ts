/**
 * PUSH: servent GUID 16 | file index 4 | IPv4 4 | port 2 | GGEP. The receiver calls the address back
 * and says GIV. Bytes that are no GGEP are ignored.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { le32, putLe16, putLe32 } from '../../common/integers.ts';
import { refusal } from '../refusals.ts';
import { putIpv4, readAddress, withIpv6 } from './endpoint.ts';
import { decodeGgep, encodeGgep, GGEP_MAGIC, type Ggep, NO_GGEP } from './ggep.ts';
import { concat } from './text.ts';

export interface Push {
	/** Whom it is for: 16 bytes. */
	readonly guid: Uint8Array;
	readonly index: number;
	/** Who wants to be called. */
	readonly address: Address;
	readonly ggep: Ggep;
}

const FIXED = 26;
const short = refusal('gnutella.push.malformed', 'shorter than 26 bytes');
const noPort = refusal('gnutella.push.malformed', 'port 0');

export function encodePush(push: Omit<Push, 'ggep'> & Partial<Push>): Uint8Array {
	if (push.guid.length !== 16) throw new RangeError('a GUID has 16 bytes');
	const fixed = new Uint8Array(FIXED);
	fixed.set(push.guid);
	putLe32(fixed, 16, push.index);
	putIpv4(fixed, 20, push.address);
	putLe16(fixed, 24, push.address.port);
	const ggep = withIpv6(push.ggep ?? NO_GGEP, push.address);
	return ggep.size === 0 ? fixed : concat([fixed, encodeGgep(ggep)]);
}

export function decodePush(payload: Uint8Array): Push | Refusal {
	if (payload.length < FIXED) return short;
	if (payload[24] === 0 && payload[25] === 0) return noPort;
	let ggep = NO_GGEP;
	if (payload[FIXED] === GGEP_MAGIC) {
		const block = decodeGgep(payload, FIXED, payload.length);
		if (isRefusal(block)) return block;
		ggep = block.extensions;
	}
	return {
		guid: payload.subarray(0, 16),
		index: le32(payload, 16),
		address: readAddress(payload, 20, 24, ggep),
		ggep,
	};
}
