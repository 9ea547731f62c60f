import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KeptBans } from '../../src/node/kept-bans.ts';

let home = '';
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'sallyport-bans-'));
});
afterEach(() => rmSync(home, { recursive: true }));

it('bans outlive the server that keeps them', () => {
	expect(new KeptBans(home).read()).toEqual([]);
	new KeptBans(home).write([['198.51.100.7', 5_000]]);
	expect(new KeptBans(home).read()).toEqual([['198.51.100.7', 5_000]]);
});

it.each(['', '{', '{}', '[["198.51.100.7"]]', '[["198.51.100.7","soon"]]'])(
	'a file that holds %j is no reason not to start',
	(text) => {
		writeFileSync(join(home, 'bans.json'), text);
		expect(new KeptBans(home).read()).toEqual([]);
	},
);
