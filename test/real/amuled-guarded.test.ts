/**
 * Debian's amuled behind the guard, as docs/commands/guard.md says it: two of them under the profile that is shipped
 * pass a file on, and what the profile does not grant is neither shared nor run.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { examine } from '../../src/guard/doctor.ts';
import { md4 } from '../../src/library/ed2k-hash.ts';
import { removeFolders, temporaryFolder } from '../cli/sallyport.ts';
import { patience } from '../patience.ts';
import { Mule, whyNoMule } from './mule.ts';
import { addresses } from './namespace.ts';
import { PrivateNet } from './private-net.ts';

const missing = whyNoMule() === undefined ? examine().filter(({ works }) => !works) : [];
if (missing.length > 0)
	console.log(`amuled behind the guard is not tested: no ${missing.map(({ what }) => what).join(', ')}`);
const skipped = whyNoMule() !== undefined || missing.length > 0;

const [first, alice, bob, carol] = addresses;
const server = `${first}:4661`;
const size = 1_500_000;
const names = ['orchard', 'willow', 'amber', 'maple', 'walnut', 'cedar', 'copper', 'silver'].map(
	(word) => `${word} ledger.bin`,
);
const PATIENCE = 900_000;
/** amuled 2.3.3 stands still in some downloads, guarded or not: then both are started again, and the next file tried. */
const ARRIVES = 60_000;

async function waitFor(most: number, ask: () => Promise<boolean> | boolean): Promise<boolean> {
	for (const end = Date.now() + most; Date.now() < end; ) {
		if (await ask()) return true;
		await new Promise((resolved) => setTimeout(resolved, 500));
	}
	return false;
}

async function start(mule: Mule): Promise<void> {
	mule.start();
	expect(await waitFor(patience, async () => /eD2k/.test(await mule.ask('status')))).toBe(true);
	const connecting = mule.connecting(server);
	expect(await waitFor(patience, async () => /with HighID/.test((await connecting()) ?? ''))).toBe(true);
}

/** A link from what it shares to somebody else's file. */
function planted(mule: Mule): void {
	const diary = join(temporaryFolder(), 'diary');
	writeFileSync(diary, randomBytes(50_000));
	symlinkSync(diary, join(mule.incoming, 'private diary.bin'));
}

const shares = async (mule: Mule, word: string): Promise<boolean> =>
	(await mule.ask('show shared')).includes(word);

describe.skipIf(skipped)('amuled behind the guard', () => {
	let net: PrivateNet;
	afterAll(async () => {
		await net?.close();
		removeFolders();
	}, PATIENCE);

	it(
		'passes files on, and shares nothing that a link leads to',
		async () => {
			net = await PrivateNet.make();
			await net.server(server);
			const files = Object.fromEntries(names.map((name) => [name, randomBytes(size)]));
			const remote = (port: number) => ({ host: '127.0.0.1', port });
			const giver = new Mule(net, {
				address: alice,
				servers: [server],
				files,
				guarded: true,
				remote: remote(4711),
			});
			const taker = new Mule(net, { address: bob, servers: [server], guarded: true, remote: remote(4712) });
			planted(giver);
			await start(giver);
			await start(taker);
			const fetched = async (name: string): Promise<boolean> => {
				const bytes = files[name]!;
				const hash = Buffer.from(md4(bytes)).toString('hex').toUpperCase();
				const link = `ed2k://|file|${name.replace(' ', '%20')}|${size}|${hash}|/|sources,${alice}:4662|/`;
				await taker.ask(`add ${link}`);
				const path = join(taker.incoming, name);
				const whole = () => existsSync(path) && statSync(path).size === size;
				return (await waitFor(ARRIVES, whole)) && Buffer.compare(readFileSync(path), bytes) === 0;
			};
			let arrived = false;
			for (const name of names) {
				arrived = await fetched(name);
				if (arrived) break;
				for (const mule of [giver, taker]) {
					await mule.stop();
					await start(mule);
				}
			}
			expect(arrived).toBe(true);
			// It has looked through its folder long since.
			expect(await shares(giver, 'ledger')).toBe(true);
			expect(await shares(giver, 'diary')).toBe(false);
			for (const mule of [giver, taker]) {
				await mule.stop();
				expect(await waitFor(patience, () => mule.told.includes('"summary":{"heard":'))).toBe(true);
				expect(mule.told).toContain('"act":"run /usr/bin/dash"');
				expect(mule.told).not.toContain('guard.overflow');
			}
		},
		PATIENCE,
	);

	it(
		'and without the guard it shares what a link leads to',
		async () => {
			const free = new Mule(net, { address: carol, servers: [server] });
			planted(free);
			await start(free);
			expect(await waitFor(patience, () => shares(free, 'diary'))).toBe(true);
			await free.stop();
		},
		PATIENCE,
	);
});
