/** What is published runs by itself: bin/, dist/, and of all packages the two that cannot be put into dist/. */
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../src/lab/scenarios.ts';
import { base32 } from '../../src/networks/common/hash.ts';
import { obstacle } from '../guard/kernel/room.ts';
import {
	type Outcome,
	removeFolders,
	root,
	sallyport,
	startNode,
	temporaryFolder,
	until,
} from './sallyport.ts';

const built = existsSync(join(root, 'dist/program/main.js')) && existsSync(join(root, 'dist/guard/quick.js'));
if (!built) console.log('what is published is not tested: dist/ is not there; "npm run build" makes it');

const noGuard = obstacle();
if (noGuard !== undefined) console.log(`the guard of what is published is not tested: ${noGuard}`);

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function install(): string {
	const folder = temporaryFolder();
	for (const name of ['bin', 'dist/program', 'dist/guard', 'package.json'])
		cpSync(join(root, name), join(folder, name), { recursive: true });
	mkdirSync(join(folder, 'node_modules'));
	for (const name of Object.keys(dependencies))
		symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
	return join(folder, 'bin/sallyport.js');
}

describe.skipIf(!built)('an installed package', () => {
	afterAll(removeFolders);
	let launcher: string;
	beforeAll(() => {
		launcher = install();
	});
	const say = (...words: string[]): Promise<Outcome> => sallyport(words, { launcher });

	it('needs no other packages', () => {
		expect(Object.keys(dependencies).sort()).toEqual(['koffi', 'node']);
	});

	it('has the terms of those that are in it', () => {
		for (const [name, some] of [
			['program', ['fastify', 'zod', 'pako']],
			['guard', ['ipaddr.js']],
		] as const) {
			const terms = readFileSync(join(root, 'dist', name, 'LICENCES.txt'), 'utf8');
			for (const one of some) expect(terms).toMatch(new RegExp(`^${one} [0-9.]+: .*MIT`, 'm'));
		}
	});

	it.each([
		['behind the guard, where there is one', []],
		['without it', ['--guarded', 'off']],
	])('runs a node that hashes in a thread, its neighbourhood in another, %s', async (_, more) => {
		const [home, share] = [join(temporaryFolder(), 'home'), join(temporaryFolder(), 'share')];
		mkdirSync(share);
		const bytes = randomBytes(1_000_000);
		writeFileSync(join(share, 'orchard.bin'), bytes);
		const words = ['start', '--port', '0', '--home', home, '--share', share, ...more];
		const node = await startNode(words, { launcher });
		try {
			const sha1 = base32(createHash('sha1').update(bytes).digest());
			await until(async () => (await node.json('library')).some((file) => file.sha1 === sha1));
			await until(async () => (await node.json('peers')).some((peer) => peer.network === 'gnutella'));
		} finally {
			expect((await node.stop()).status).toBe(0);
		}
	});

	it('plays in the laboratory', async () => {
		const listed = (await say('lab', 'list', '--json')).stdout.trim().split('\n');
		expect(listed).toHaveLength(scenarios.length);
		const played = `lab run failures --nodes 100 --set runs=2 --workers 2 --json`.split(' ');
		const outcome = await say(...played);
		expect(outcome).toMatchObject({ status: 0, stderr: '' });
		expect(outcome.stdout).toBe((await sallyport(played)).stdout);
	});

	it.skipIf(noGuard !== undefined)('guards a program', async () => {
		const outcome = await say('guard', 'run', '--policy', 'base', '--', '/bin/echo', 'through');
		expect(outcome).toMatchObject({ status: 0, stdout: 'through\n' });
	});
});
