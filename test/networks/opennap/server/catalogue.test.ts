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
