import { expect, it } from 'vitest';
import { letSee, reached } from '../../src/node/reach.ts';

const asked: string[] = [];
const reach = {
	...{ reads: ['/srv/talks'], writes: ['/home/x/s'] },
	async see(path: string) {
		asked.push(path);
		return path === '/srv/music' ? { yes: true } : { yes: false, why: 'The answer was no.' };
	},
	async forget() {},
};

it('a guarded node says that it does not see a folder, and what helps', () => {
	expect(() => reached(reach, 'reads', '/srv/music')).toThrow(
		/is guarded and does not see \/srv\/music.*--share \/srv\/music/,
	);
	expect(() => reached(reach, 'reads', '/srv/talks2')).toThrow(/does not see/);
	expect(() => reached(reach, 'writes', '/srv/talks')).toThrow(/does not see \/srv\/talks.*--guarded off/);
});

it('what it sees it takes, and without a guard everything', () => {
	reached(reach, 'reads', '/srv/talks/2026');
	reached(reach, 'writes', '/home/x/s/downloads');
	reached(undefined, 'writes', '/anywhere');
});

it('to see more is asked for once, and a no comes back with its reason', async () => {
	await letSee(reach, '/srv/talks/2026', 4680);
	await letSee(undefined, '/anywhere', 4680);
	expect(asked).toEqual([]);
	await letSee(reach, '/srv/music', 4680);
	await expect(letSee(reach, '/srv/secret', 4680)).rejects.toThrow('The answer was no.');
	expect(asked).toEqual(['/srv/music', '/srv/secret']);
});
