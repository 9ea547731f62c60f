/** The verbs of `sallyport guard` that start no program. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readPolicy } from '../../src/guard/policy-file.ts';
import { removeFolders, sallyport, temporaryFolder } from './sallyport.ts';

afterEach(removeFolders);

describe('guard profiles', () => {
	it('lists them, and reads one aloud', async () => {
		const list = await sallyport(['guard', 'profiles']);
		expect(list.stdout).toMatch(/^media-player\s+plays the files that it is given, and reaches nobody$/m);
		const aloud = await sallyport(['guard', 'profiles', 'media-player']);
		expect(aloud.stdout).toContain('It may read the files that it is given.');
		expect((await sallyport(['guard', 'profiles', 'nowhere'])).status).toBe(2);
	});
});

describe('guard import-firejail', () => {
	it('prints a policy, and says of each line what became of it', async () => {
		const folder = temporaryFolder();
		const home = join(folder, 'home');
		mkdirSync(home);
		const profile = join(folder, 'My Viewer.profile');
		writeFileSync(profile, `include own.inc\nwhitelist \${HOME}/.ssh\nnet none\nx11 none\n`);
		writeFileSync(join(folder, 'own.inc'), 'mkdir ~/.viewer\n');
		const words = ['guard', 'import-firejail', profile];
		const { status, stdout, stderr } = await sallyport(words, { env: { HOME: home } });
		expect(status).toBe(0);
		expect(readPolicy(stdout, 'p.yaml')).toMatchObject({
			name: 'my-viewer',
			files: [{ verb: 'create', path: '~/.viewer/' }],
		});
		expect(stderr.split('\n').slice(0, -1)).toEqual([
			`maps     own.inc:1 mkdir ~/.viewer: create: ${home}/.viewer`,
			'maps     My Viewer.profile:1 include own.inc: its lines are above',
			`WITHHELD My Viewer.profile:2 whitelist \${HOME}/.ssh: create ${home}/.ssh: it is precious`,
			'already  My Viewer.profile:3 net none: no rule names the network',
			'NOT      My Viewer.profile:4 x11 none: it has no counterpart here',
			'5 lines: 2 map, 1 are so already, 1 do not map, 1 are withheld (--yes-to PATH grants).',
		]);
		const yes = await sallyport([...words, '--yes-to', `${home}/.ssh`], { env: { HOME: home } });
		expect(yes.stdout).toContain('  - create: ~/.ssh\n');
		expect((await sallyport(['guard', 'import-firejail', join(folder, 'none')])).status).toBe(1);
	});
});
