import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base32, hex } from '../../../src/networks/common/hash.ts';
import {
	parents,
	rootOf,
	sliceHash,
	sliceSize,
	TigerTree,
	tiger,
} from '../../../src/networks/common/tiger.ts';

const ascii = (text: string) => new TextEncoder().encode(text);

describe('tiger', () => {
	// The authors' test vectors.
	it.each([
		['', '3293ac630c13f0245f92bbb1766e16167a4e58492dde73f3'],
		['abc', '2aab1484e8c158f2bfb8c5ff41b57a525129131c957b5f93'],
		['Tiger', 'dd00230799f5009fec6debc838bb6a27df2b9d6f110c7937'],
		[
			'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-',
			'f71c8583902afb879edfe610f82c0d4786a3a534504486b5',
		],
	])('of %j', (text, digest) => {
		expect(hex(tiger(ascii(text)))).toBe(digest);
	});
});

/** The tree as its definition reads, slowly. */
function plainRoot(bytes: Uint8Array): Uint8Array {
	let level: Uint8Array[] = [];
	for (let at = 0; at < bytes.length || at === 0; at += 1024) {
		level.push(tiger(Uint8Array.of(0, ...bytes.subarray(at, at + 1024))));
	}
	while (level.length > 1) {
		const up: Uint8Array[] = [];
		for (let i = 0; i < level.length; i += 2) {
			const other = level[i + 1];
			up.push(other === undefined ? level[i]! : tiger(Uint8Array.of(1, ...level[i]!, ...other)));
		}
		level = up;
	}
	return level[0]!;
}

describe('the tree', () => {
	// THEX, appendix, and what every DC++ client shows for them.
	it.each([
		[new Uint8Array(0), 'LWPNACQDBZRYXW3VHJVCJ64QBZNGHOHHHZWCLNQ'],
		[new Uint8Array(1), 'VK54ZIEEVTWNAUI5D5RDFIL37LX2IQNSTAXFKSA'],
		[new Uint8Array(1024).fill(65), 'L66Q4YVNAFWVS23X2HJIRA5ZJ7WXR3F26RSASFA'],
		[new Uint8Array(1025).fill(65), 'PZMRYHGY6LTBEH63ZWAHDORHSYTLO4LEFUIKHWY'],
	])('of the published files (%#)', (bytes, root) => {
		expect(base32(sliceHash(bytes))).toBe(root);
	});

	it('is the same however the bytes are cut, and is what its definition says', () => {
		const sizes = fc.constantFrom(0, 1, 1023, 1024, 1025, 2047, 2048, 2049, 5000, 9999);
		fc.assert(
			fc.property(sizes, fc.array(fc.nat(4000), { maxLength: 8 }), fc.nat(255), (size, cuts, seed) => {
				const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed) & 255);
				const tree = new TigerTree(2048);
				let at = 0;
				for (const cut of cuts) tree.update(bytes.subarray(at, (at += cut)));
				tree.update(bytes.subarray(at));
				const { root, slices } = tree.finish();
				expect(hex(root)).toBe(hex(plainRoot(bytes)));
				expect(slices.length).toBe(24 * Math.max(1, Math.ceil(size / 2048)));
				expect(hex(rootOf(slices))).toBe(hex(root));
				for (let i = 0; i * 2048 < size; i++) {
					const slice = sliceHash(bytes.subarray(i * 2048, (i + 1) * 2048));
					expect(hex(slice)).toBe(hex(slices.subarray(i * 24, i * 24 + 24)));
				}
				if (slices.length > 24) expect(hex(rootOf(parents(slices)))).toBe(hex(root));
			}),
			{ numRuns: 60 },
		);
	});

	it('keeps slices of 64 KiB or more, and at most 2,048 of them', () => {
		for (const size of [0, 1, 65_536, 134_217_728, 134_217_729, 10 * 2 ** 30, 2 ** 40]) {
			const slice = sliceSize(size);
			expect(slice).toBeGreaterThanOrEqual(65_536);
			expect(Math.ceil(size / slice)).toBeLessThanOrEqual(2048);
			expect(slice === 65_536 || Math.ceil(size / (slice / 2)) > 2048).toBe(true);
		}
	});

	const rhash = spawnSync('rhash', ['--version']).status === 0;
	if (!rhash) console.log('rhash is not installed, so the tree is not compared with its');
	it.skipIf(!rhash)('is that of rhash', () => {
		const folder = mkdtempSync(join(tmpdir(), 'sallyport-tiger-'));
		try {
			for (const size of [3, 70_000, 3_000_001]) {
				const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7919) >>> 5);
				writeFileSync(join(folder, 'file'), bytes);
				const said = spawnSync('rhash', ['--simple', '--tth', join(folder, 'file')], {
					encoding: 'utf8',
				}).stdout;
				const tree = new TigerTree(sliceSize(size));
				tree.update(bytes);
				expect(said.split(/\s/)[0]!.toUpperCase()).toBe(base32(tree.finish().root));
			}
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
});
