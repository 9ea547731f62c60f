/**
 * The talk's address ranges (2003), by which networks were to be blocked. Addresses have changed hands since: the
 * pack is off unless the operator asks for it, and what it says is access to a seed, never the network itself.
 */
import type { Signature } from '../../networks/signature.ts';
import { rangeOf } from '../../policy/ranges.ts';

export interface HistoricalRange {
	readonly network: string;
	readonly title: string;
	readonly text: string;
	readonly first: number;
	readonly mask: number;
}

export function rangesOf(signatures: readonly Signature[]): HistoricalRange[] {
	return signatures.flatMap(({ network, title, seeds }) =>
		(seeds?.historicalRanges ?? []).map((text) => {
			const { bytes, bits } = rangeOf(text)!;
			const first = (bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!;
			return { network, title, text, first, mask: -1 << (32 - bits) };
		}),
	);
}

/** The range that an IPv4 address, as 32 bits, lies in. */
export function rangeWith(ranges: readonly HistoricalRange[], address: number): HistoricalRange | undefined {
	return ranges.find(({ first, mask }) => (address & mask) === first);
}
