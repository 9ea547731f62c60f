import { expect, it } from 'vitest';
import { reached } from '../../src/node/reach.ts';

const reach = { reads: ['/srv/talks'], writes: ['/home/x/s'] };

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
