import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashesOf } from '../../../src/defence/known-bad.ts';
import { FileContent } from '../../../src/transfer/inspection/file-content.ts';
import { hashList } from '../../../src/transfer/inspection/hash-list.ts';
import { askYara } from '../../../src/transfer/inspection/yara.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'readers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file', () => {
	const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255));

	it('gives the same bytes as memory, for any range whatever', () => {
		const path = join(folder, 'file');
		writeFileSync(path, bytes);
		const fd = openSync(path, 'r');
		const content = new FileContent(fd, 'name', bytes.length, undefined);
		const place = fc.oneof(fc.integer({ min: -10, max: bytes.length + 10 }), fc.double());
		fc.assert(
			fc.property(place, place, (from, to) => {
				const [start, end] = [Math.max(0, Math.trunc(from)), Math.max(0, Math.trunc(to))];
				const expected = start < end ? bytes.subarray(start, end) : Buffer.alloc(0);
				expect(Buffer.compare(content.read(from, to), expected)).toBe(0);
			}),
			{ numRuns: 500 },
		);
		closeSync(fd);
	});

	it('that became shorter gives what is left', () => {
		const path = join(folder, 'file');
		writeFileSync(path, bytes);
		const fd = openSync(path, 'r');
		const content = new FileContent(fd, 'name', bytes.length, undefined);
		truncateSync(path, 100_000);
		expect(content.read(99_990, 150_000).length).toBe(10);
		expect(content.read(120_000, 150_000).length).toBe(0);
		closeSync(fd);
	});
});

describe('a list of hashes', () => {
	it('takes hashes and passes over everything else', () => {
		const hash = '3395856ce81f2b7382dee72602f798b642f14140';
		expect([
			...hashesOf(`# ${hash}\n${hash.slice(1)}\n ${hash}  worm.exe\r\n${hash}x\nurn:btih:${hash}`),
		]).toEqual([hash]);
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				for (const one of hashesOf(text)) expect(one).toMatch(/^[0-9a-f]{40}$/);
			}),
		);
	});

	it('is read again when it has changed', () => {
		const of = () => {
			const list = hashList(folder);
			return list !== undefined && 'hashes' in list ? list.hashes.size : list;
		};
		expect(of()).toBeUndefined();
		writeFileSync(join(folder, 'known-bad.txt'), `${'a'.repeat(40)}\n`);
		expect(of()).toBe(1);
		writeFileSync(join(folder, 'known-bad.txt'), `${'a'.repeat(40)}\n${'b'.repeat(40)}\n`);
		expect(of()).toBe(2);
	});
});

describe('a program in the place of yara', () => {
	const askFor = async (script: string) => {
		const program = join(folder, 'yara');
		writeFileSync(program, `#!/bin/sh\n${script}\n`);
		chmodSync(program, 0o755);
		return askYara([join(folder, 'a:b.yar')], join(folder, '--odd name'), program);
	};

	it('gets absolute paths, and nothing of our environment but the path', async () => {
		const answer = await askFor(
			'[ -z "$HOME" ] && for word; do case $word in r0:/*|/*) echo "Match $word";; esac; done',
		);
		expect(answer).toEqual({ scanner: 'YARA', state: 'found', names: ['Match', 'Match'] });
	});

	it('that talks without an end is cut off', async () => {
		expect(await askFor('yes no')).toMatchObject({ state: 'failed' });
	});

	it('that fails has failed, whatever it says', async () => {
		expect(await askFor('printf "broken\\033[2J" >&2; exit 1')).toMatchObject({
			state: 'failed',
			why: 'broken?[2J',
		});
		expect(await askFor('kill -9 $$')).toMatchObject({ state: 'failed' });
	});

	it('that is not there is absent', async () => {
		expect(await askYara([], '/x', join(folder, 'none'))).toMatchObject({ state: 'absent' });
	});
});
