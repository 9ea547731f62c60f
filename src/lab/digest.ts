/**
 * The digest of a result: SHA-256 over canonical JSON (keys in order, no blanks) of what was ordered and of the
 * whole numbers that came out. No clock, no fractions, no path: equal seed, equal digest, on any machine and
 * with any number of workers.
 */
import { createHash } from 'node:crypto';

export function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
		return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(',')}}`;
	}
	return JSON.stringify(value);
}

export function digestOf(value: unknown): string {
	return createHash('sha256').update(canonical(value)).digest('hex');
}
