/** Captures that others made, compared with what capinfos (of Wireshark) says about each. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/evidence/refusal.ts';
import { readCapture } from '../../../src/watch/capture/capture-file.ts';
import { readMerged } from '../../../src/watch/capture/merged.ts';

const captures = resolve(import.meta.dirname, '../../../../shared/data/captures');
const files = existsSync(captures)
	? readdirSync(captures, { recursive: true, encoding: 'utf8' })
			.filter((name) => /\.(pcap|pcapng)$/.test(name))
			.map((name) => join(captures, name))
			.sort()
	: [];
const program = 'capinfos';
const capinfos = spawnSync(program, ['--version']).status === 0;
if (files.length === 0) console.log(`skipped: there are no captures in ${relative('.', captures)}`);
if (!capinfos) console.log('skipped: capinfos is not installed (Debian: apt install wireshark-common)');

interface Summary {
	readonly packets: number;
	/** Lengths on the wire. */
	readonly bytes: number;
	readonly first: string;
	readonly last: string;
}

/** What capinfos says: a line a file, packets, bytes, earliest and latest time in seconds since 1970. */
function said(): Map<string, Summary> {
	const words = ['-T', '-M', '-r', '-c', '-d', '-S', '-a', '-e', ...files];
	const { stdout } = spawnSync(program, words, { encoding: 'utf8' });
	return new Map(
		stdout
			.trimEnd()
			.split('\n')
			.map((line) => {
				const [file, packets, bytes, first, last] = line.split('\t') as [
					string,
					string,
					string,
					string,
					string,
				];
				return [file, { packets: Number(packets), bytes: Number(bytes), first: six(first), last: six(last) }];
			}),
	);
}

/** A time with six digits behind the point, cut. */
const six = (time: string): string => /^\d+\.\d{6}/.exec(`${time}000000`)?.[0] ?? time;

function summaryOf(file: string): Summary {
	let bytes = 0;
	let first = Number.POSITIVE_INFINITY;
	let last = 0;
	const end = readCapture(file, {
		packet(_bytes, _from, _to, wire, _link, seconds, microseconds) {
			const time = seconds * 1_000_000 + microseconds;
			bytes += wire;
			first = Math.min(first, time);
			last = Math.max(last, time);
		},
	});
	if (isRefusal(end)) throw new Error(`${file}: ${end.refused}`);
	expect(end.damage).toBeUndefined();
	const text = (time: number) => `${Math.floor(time / 1e6)}.${String(time % 1e6).padStart(6, '0')}`;
	return { packets: end.packets, bytes, first: text(first), last: text(last) };
}

describe.skipIf(files.length === 0 || !capinfos)('captures that others made', () => {
	it('hold as many packets and bytes, from and to the same time, as capinfos says', () => {
		const expected = said();
		expect(expected.size).toBe(files.length);
		const ours = new Map(files.map((file) => [file, summaryOf(file)]));
		expect(ours).toEqual(expected);
	});

	it('hold as many packets together', () => {
		const sum = [...said().values()].reduce((total, { packets }) => total + packets, 0);
		expect(readMerged(files, { packet() {} })).toMatchObject({ packets: sum });
	});
});
