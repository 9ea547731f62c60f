/** kzhash: the values that giFT 0.11.9 prints of its shares, what it proves and what it does not, and that pieces make no difference. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FtHash } from '../../src/library/fthash.ts';
import { KzHasher, kzBytes, kzRoot, kzSlice } from '../../src/library/kzhash.ts';
import { sliceSize } from '../../src/networks/common/tiger.ts';

/** x := x * 1664525 + 1013904223 (32 bit, from 1); its top byte: whoever wants can make the files again. */
const content = made(5_000_001);

/** By the number of bytes: what giFT said of so many first bytes of the content. It shares no empty file. */
const said: readonly (readonly [number, string])[] = [
	[1, '524a50782178998021a88b8cd4c8dcd8feffffff6c6d610b0713820ebbea79157f58cdad'],
	[16, 'c7382bf14c67e3d8a11e1f82c19aa1c0efffffff23b377c206049c2a298a55d4081a2c6b'],
	[32_767, '9d6a974cb79c9d2ea0e7ffcd1c38a6100080ffff516ed3452323a5782412c21cbd33de34'],
	[32_768, '79d6bb0471ff5c7d71ff2090d4978fd1ff7fffff9bb36d5e47ebefa0e5854f49d1a7f563'],
	[32_769, '13d4f16cb66005301ae4f8b897ee0833fe7fffffedb9155c79c0bd033eb1797a97aed5a5'],
	[65_535, '737965351b9ca26998ec040749fb22500000ffffa3c09d5f6f1a26853b5ffb494af68618'],
	[65_536, '302bb2ec025f45f766c11670b38badf4fffffeffd40ce804df3bd2bb3fb9e115eea02480'],
	[65_537, '35c512b33a3eb019a5d70ad34614d88ffefffeff1430baa96fc9b5b73397ab8a095e0d87'],
	[98_304, 'aa5f52508ed9a43cd476e182ed7cef95ff7ffeff49be41e105631f313580ac86ec9c8411'],
	[98_305, 'f5664b94d6d396120d20d0f5c68b7be8fe7ffeff714cc7ca470b56f038005d647ec60e67'],
	[131_072, 'a38bcb2b778a2486d88db9cd97c3dcbcfffffdff8860f50f58725edbb6c8e1b38aaa08c6'],
	[131_073, '6da6b7ab366b5074c37b68a598f4ac86fefffdffd67702dd3a452aabeafba73a8b675e4e'],
	[163_840, '7e312befbf94e075cdef70ad0fd3b3ebff7ffdff28a73567d3e1fab4ed6cad0cce011270'],
	[163_841, '475dcee34010964ed1d5772e3f93a742fe7ffdffb06dded7c1cd569c5744f03834ff1ad7'],
	[196_608, 'ab0fca9f8a87a37672d5c64abecd6a72fffffcffb3492452eabfaf6217746badd4c09293'],
	[229_376, '1ec2b98a4b4cb25295d76b164a1e579aff7ffcff5ef7728787f3997610663c36ba8e10c5'],
	[262_144, '2eaa03f6f3c413b72464127732613bfcfffffbff5b976b0bb79fd73fba51356186c7f9c5'],
	[307_200, 'e9615af78c2b0db08d9e82da25d99380ff4ffbff32f74244c0c20c1a883470432c1a07cd'],
	[307_201, 'e9615af78c2b0db08d9e82da25d9938016ec2dd681419f1f3d4bf9e868e5ece5caa62d75'],
	[524_288, 'e9615af78c2b0db08d9e82da25d99380c823f4b5ad675bfe00c2ef916caf2b43b7b3e043'],
	[614_400, 'e9615af78c2b0db08d9e82da25d9938073db53e4f78bfba65095aa2a3fcf4dd450910b25'],
	[614_401, 'e9615af78c2b0db08d9e82da25d9938014f201c821706095e9861bd673ecae1e604ffcba'],
	[1_048_576, 'e9615af78c2b0db08d9e82da25d99380abba8b41d473e1b37c5ac0ec7a7f482986c753b8'],
	[1_662_976, 'e9615af78c2b0db08d9e82da25d9938041c56d4c7b3a0b45283122b86cac089cad110213'],
	[1_662_977, 'e9615af78c2b0db08d9e82da25d9938011f3238e12e1253a6c965e7a05446260c0f4da1f'],
	[2_097_153, 'e9615af78c2b0db08d9e82da25d993808b84a1d4b84e800691825954ed3004b8daa74955'],
	[3_000_000, 'e9615af78c2b0db08d9e82da25d993804d83e4f1eb16ca4b2df0f98c09bfb192575bd476'],
	[5_000_001, 'e9615af78c2b0db08d9e82da25d9938057978897bd6a74214b5147446c86aa2fd50ea37a'],
];

function made(size: number): Uint8Array {
	const bytes = new Uint8Array(size);
	let x = 1;
	for (let at = 0; at < size; at++) {
		x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
		bytes[at] = x >>> 24;
	}
	return bytes;
}

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function treeOf(bytes: Uint8Array, cut = bytes.length) {
	const hasher = new KzHasher(bytes.length);
	for (let at = 0; at < bytes.length; at += cut) hasher.update(bytes.subarray(at, at + cut));
	return hasher.finish();
}

function kzhashOf(bytes: Uint8Array): string {
	const first = new FtHash(bytes.length);
	first.update(bytes);
	return text(first.digest()) + text(treeOf(bytes).root);
}

/** The definition as bitcollider's authors wrote it down: while more than two are left, pairs; then all that is left. */
function defined(bytes: Uint8Array): string {
	let hashes: Buffer[] = [];
	for (let at = 0; at < bytes.length; at += 32_768) hashes.push(md5(bytes.subarray(at, at + 32_768)));
	while (hashes.length > 2) {
		const pairs: Buffer[] = [];
		for (let at = 0; at < hashes.length; at += 2) pairs.push(md5(Buffer.concat(hashes.slice(at, at + 2))));
		hashes = pairs;
	}
	return text(md5(Buffer.concat(hashes)));
}

describe('kzhash', () => {
	it.each(said)('of %i bytes is what giFT prints', (size, kzhash) =>
		expect(kzhashOf(content.subarray(0, size))).toBe(kzhash),
	);

	it('of no bytes is MD5 of nothing', () => {
		const { root, slices } = treeOf(new Uint8Array(0));
		expect(text(root)).toBe('d41d8cd98f00b204e9800998ecf8427e');
		expect(slices).toEqual(root);
	});

	it('is its definition for any size, and the same in pieces; slices by themselves lead to the same root', () => {
		const size = fc.oneof(
			fc.nat(400_000),
			fc.nat(12).map((blocks) => blocks * 32_768),
		);
		fc.assert(
			fc.property(size, fc.integer({ min: 1, max: 100_000 }), (bytes, cut) => {
				const file = content.subarray(0, bytes);
				const { root, slices } = treeOf(file, cut);
				expect(text(root)).toBe(defined(file));
				const slice = sliceSize(bytes);
				for (let at = 0; at < slices.length / kzBytes; at++)
					expect(text(kzSlice(file.subarray(at * slice, (at + 1) * slice), slice))).toBe(
						text(slices.subarray(at * kzBytes, (at + 1) * kzBytes)),
					);
				expect(kzRoot(slices)).toEqual(root);
			}),
			{ numRuns: 60 },
		);
	});

	it('keeps no more than 2,048 hashes of a file: larger ones have larger slices', () => {
		// 128 MiB and one byte, of zeros.
		const size = (1 << 27) + 1;
		const hasher = new KzHasher(size);
		const zeros = new Uint8Array(1 << 20);
		for (let i = 0; i < 128; i++) hasher.update(zeros);
		hasher.update(zeros.subarray(0, 1));
		const { root, slices } = hasher.finish();
		expect(slices.length / kzBytes).toBe(1025);
		expect(text(kzSlice(zeros.subarray(0, 1 << 17), 1 << 17))).toBe(text(slices.subarray(0, 16)));
		expect(text(kzSlice(zeros.subarray(0, 1), 1 << 17))).toBe(text(slices.subarray(-16)));
		expect(text(kzRoot(slices))).toBe(text(root));
	});

	it('needs all bytes, and no more', () => {
		const hasher = new KzHasher(10);
		expect(() => hasher.finish()).toThrow(RangeError);
		expect(() => hasher.update(new Uint8Array(11))).toThrow(RangeError);
	});
});

describe('what it proves', () => {
	it('sees a change in any byte, where the FTHash sees none between its samples', () => {
		const file = content.slice(0, 3_000_000);
		const before = kzhashOf(file);
		file[1_400_000] ^= 1;
		expect(kzhashOf(file).slice(0, 40)).toBe(before.slice(0, 40));
		expect(kzhashOf(file).slice(40)).not.toBe(before.slice(40));
	});

	it('is one for two files whose maker wanted it so: blocks with one MD5 are public', () => {
		// The pair of Wang and Yu (2004).
		const block = Buffer.from(
			'd131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e488832571415a' +
				'085125e8f7cdc99fd91dbdf280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0' +
				'e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70',
			'hex',
		);
		const other = Buffer.from(block);
		for (const at of [19, 45, 59, 83, 109, 123]) other[at] = other[at]! ^ 0x80;
		expect(md5(block)).toEqual(md5(other));
		// At the beginning of a block of 32 KiB that the FTHash does not look at.
		const [one, two] = [content.slice(0, 2_500_000), content.slice(0, 2_500_000)];
		one.set(block, 50 * 32_768);
		two.set(other, 50 * 32_768);
		expect(kzhashOf(one)).toBe(kzhashOf(two));
		expect(createHash('sha1').update(one).digest()).not.toEqual(createHash('sha1').update(two).digest());
	});
});
