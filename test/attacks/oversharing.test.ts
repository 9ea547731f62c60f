import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { systemClock } from '../../src/node/clock.ts';
import { Store } from '../../src/node/store.ts';

let base: string;

beforeEach(() => {
	base = mkdtempSync(join(tmpdir(), 'sallyport-oversharing-'));
	const share = join(base, 'share');
	mkdirSync(join(share, 'keepass'), { recursive: true });
	writeFileSync(join(share, 'talk.txt'), 'a talk that everyone may have');
	writeFileSync(join(share, 'id_rsa'), 'not a real key');
	writeFileSync(join(share, 'keepass', 'all.kdbx'), 'not a real database');
	// Nothing in its name gives it away.
	writeFileSync(join(share, 'server.pem'), '-----BEGIN PRIVATE KEY-----\nnot a real key\n');
});

afterEach(() => rmSync(base, { recursive: true }));

/** What the network sees of a share that holds keys. */
async function shared(defencesOff: readonly string[]) {
	const store = new Store(join(base, `${defencesOff.length}.sqlite`));
	const library = new Library(store.library, {
		clock: systemClock,
		never: [join(base, 'home')],
		notice: () => {},
		rescanMinutes: 0,
		watch: false,
		defencesOff,
	});
	const { id } = await library.addFolder(join(base, 'share'));
	await library.rescan(id);
	await library.idle();
	const seen = {
		names: library
			.files()
			.filter(({ sha1 }) => sha1 !== undefined)
			.map(({ name }) => name)
			.sort(),
		found: library.shares.match('server pem', 5).length,
		leftOut: library
			.folders()[0]!
			.leftOut.map(({ path, reason }) => `${path} ${reason}`)
			.sort(),
		key: await library.explain(join(base, 'share', 'id_rsa')),
	};
	await library.close();
	store.close();
	return seen;
}

describe('keys lie in a folder that is shared', () => {
	it('and without the defence everybody may fetch them', async () => {
		const { names, found, key } = await shared(['oversharing']);
		expect(names).toEqual(['all.kdbx', 'id_rsa', 'server.pem', 'talk.txt']);
		expect(found).toBe(1);
		expect(key.shared).toBe(true);
	});

	it('and with it they are left out, and the owner is told why', async () => {
		const { names, found, leftOut, key } = await shared([]);
		expect(names).toEqual(['talk.txt']);
		expect(found).toBe(0);
		expect(leftOut).toEqual([
			'id_rsa defence.oversharing.key',
			'keepass/all.kdbx defence.oversharing.key',
			'server.pem defence.oversharing.key',
		]);
		expect(key).toMatchObject({ shared: false, code: 'defence.oversharing.key' });
		expect(key.reason).toMatch(/private keys/);
	});
});
