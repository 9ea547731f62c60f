/** The catalogue of a server beside a plain list of the same files: what it says of each, whatever came and went before. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Catalogue, type Owner } from '../../../../src/networks/opennap/server/catalogue.ts';
import { rawBytes } from '../../../../src/networks/opennap/wire/raw.ts';
import { Share } from '../../../../src/networks/opennap/wire/share.ts';

interface Told {
	readonly user: number;
	readonly path: string;
	readonly md5: number;
	readonly size: number;
	readonly bitrate: number;
	readonly seconds: number;
	readonly kind: number;
}

const told: fc.Arbitrary<Told> = fc.record({
	user: fc.nat(2),
	path: fc.constantFrom(
		'one.mp3',
		'a longer name of more words.mp3',
		'zwei.ogg',
		'drei vier',
		'\xff\xfe.bin',
	),
	md5: fc.nat(2),
	size: fc.oneof(fc.nat(5000), fc.constantFrom(2 ** 32 - 1, 2 ** 32, 2 ** 40 + 7, 2 ** 53 - 1)),
	bitrate: fc.constantFrom(0, 128),
	seconds: fc.constantFrom(0, 240),
	kind: fc.nat(4),
});

const step = fc.oneof(
	{ weight: 5, arbitrary: told.map((file) => ({ file })) },
	{ weight: 3, arbitrary: told.map(({ user, path }) => ({ user, path })) },
	{ weight: 1, arbitrary: fc.nat(2).map((gone) => ({ gone })) },
);

function shareOf({ path, md5, size, bitrate, seconds, kind }: Told): Share {
	const bytes = rawBytes(path);
	const share = Object.assign(new Share(), { bytes, pathTo: bytes.length, size, bitrate, seconds, kind });
	share.md5.fill(md5);
	return share;
}

it('says of each file what its owner told, through everything that comes and goes', () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
			const owners: Owner[] = [0, 1, 2].map((place) => ({
				...{ place, firstFile: 0, files: 0, bytes: 0, pages: undefined },
			}));
			const catalogue = new Catalogue([1, 2, 3], (place) => owners[place]!);
			let model: Told[] = [];
			for (const one of steps) {
				if ('file' in one) {
					const { file } = one;
					const isNew = !model.some(({ user, path }) => user === file.user && path === file.path);
					expect(catalogue.add(owners[file.user]!, shareOf(file))).toBe(isNew);
					if (isNew) model.push(file);
				} else if ('path' in one) {
					const bytes = rawBytes(one.path);
					const left = model.filter(({ user, path }) => user !== one.user || path !== one.path);
					const was = left.length < model.length;
					expect(catalogue.remove(owners[one.user]!, bytes, 0, bytes.length)).toBe(was);
					model = left;
				} else {
					catalogue.withdraw(owners[one.gone]!);
					model = model.filter(({ user }) => user !== one.gone);
				}
				for (const [user, owner] of owners.entries()) {
					const found = [...catalogue.of(owner)].map((file) => ({
						...{ user, path: catalogue.path(file), md5: catalogue.md5(file)[15], size: catalogue.size(file) },
						...{
							bitrate: catalogue.bitrate(file),
							seconds: catalogue.seconds(file),
							kind: catalogue.kind(file),
						},
					}));
					const own = model.filter((file) => file.user === user);
					expect(found.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual(
						own.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
					);
					expect(owner.files).toBe(own.length);
				}
				expect(catalogue.files).toBe(model.length);
			}
		}),
	);
});

it('holds at most 450 bytes a file, and nearly nothing when all have left', () => {
	const owners: Owner[] = Array.from({ length: 20 }, (_, place) => ({
		...{ place, firstFile: 0, files: 0, bytes: 0, pages: undefined },
	}));
	const catalogue = new Catalogue([1, 2, 3], (place) => owners[place]!);
	const empty = catalogue.bytesHeld;
	const count = 100_000;
	for (let i = 0; i < count; i++) {
		const word = (times: number): string => `word${Math.imul(i + 1, times) >>> 20}`;
		const path = `C:\\music\\${word(2_654_435_761)} ${word(2_246_822_519)} ${word(3_266_489_917)} ${word(668_265_263)} ${i}.mp3`;
		catalogue.add(
			owners[i % 20]!,
			shareOf({ user: 0, path, md5: 0, size: i, bitrate: 128, seconds: 240, kind: 0 }),
		);
	}
	expect(catalogue.files).toBe(count);
	expect((catalogue.bytesHeld - empty) / count).toBeLessThan(450);
	for (const owner of owners) catalogue.withdraw(owner);
	expect(catalogue.bytesHeld).toBe(empty);
});
