import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askClamd, clamdPlace } from '../../../src/transfer/inspection/clamd.ts';
import { memory } from './memory.ts';
import { Clamd, eicar, Impostor, installed } from './scanners.ts';

const there = installed('clamd');
if (!there) console.log('skipped: clamd is not installed (Debian: clamav-daemon), so it is not asked');

describe.skipIf(!there)('ClamAV', () => {
	const clamd = new Clamd();
	beforeAll(() => clamd.start());
	afterAll(() => clamd.stop());

	it('finds what its database knows, also in the last chunk of a longer file', async () => {
		const long = Buffer.concat([Buffer.alloc(300_000, 1), eicar]);
		for (const bytes of [eicar, long]) {
			const answer = await askClamd(clamd.socket, memory(bytes));
			expect(answer).toEqual({ scanner: 'ClamAV', state: 'found', names: ['Local.Eicar.UNOFFICIAL'] });
		}
	});

	it('finds nothing in what is harmless or empty', async () => {
		for (const bytes of [Buffer.from('hello'), Buffer.alloc(0), Buffer.alloc(900_000, 7)]) {
			expect(await askClamd(clamd.socket, memory(bytes))).toMatchObject({ state: 'clean' });
		}
	});

	it('says of a file that is too long for it that it has not looked', async () => {
		const answer = await askClamd(clamd.socket, memory(Buffer.alloc(16_000_000, 7)));
		expect(answer).toEqual({ scanner: 'ClamAV', state: 'too large' });
	});
});

describe('a daemon that is none', () => {
	async function answerTo(words: string | undefined, silence?: number) {
		const impostor = new Impostor((link) => {
			if (words === undefined) link.destroy();
			else link.write(words);
		});
		await impostor.listen();
		try {
			return await askClamd(impostor.socket, memory(Buffer.alloc(200_000)), silence);
		} finally {
			await impostor.stop();
		}
	}

	it('that hangs up has failed', async () => {
		expect(await answerTo(undefined)).toMatchObject({ state: 'failed' });
	});

	it('that never answers is given up', async () => {
		expect(await answerTo('', 50)).toEqual({
			scanner: 'ClamAV',
			state: 'failed',
			why: 'clamd does not answer',
		});
	});

	it('that talks without an end is cut off', async () => {
		expect(await answerTo('x'.repeat(100_000))).toMatchObject({ state: 'failed' });
	});

	it.each(['OK\0', 'stream: OKAY\0', 'stream: OK and more\0', 'nonsense\0', '\0', 'stream:  FOUND\0'])(
		'that says %j is never taken for one that found nothing',
		async (words) => {
			expect(await answerTo(words)).toMatchObject({ state: 'failed' });
		},
	);

	it('whose name of a signature moves the cursor is not taken for one either', async () => {
		expect(await answerTo('stream: Evil\x1b[2J FOUND\0')).toMatchObject({ names: ['Evil?[2J'] });
	});

	it('may say any bytes: that is an answer, and none throws', async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ minLength: 1, unit: 'binary' }), async (words) => {
				const answer = await answerTo(`${words}\0`);
				expect(answer.state === 'clean').toBe(words === 'stream: OK');
			}),
			{ numRuns: 30 },
		);
	});
});

describe('its place', () => {
	it('is the one that the user names, by path or address', async () => {
		expect(clamdPlace('127.0.0.1:3310')).toEqual({ socket: '127.0.0.1:3310', named: true });
		for (const place of ['127.0.0.1:1', '/nowhere/clamd.ctl', '[::1]:1'])
			expect(await askClamd(place, memory(eicar))).toMatchObject({ state: 'absent' });
		for (const place of ['clamd', ':3310', 'host:0', 'host:99999'])
			expect(await askClamd(place, memory(eicar))).toMatchObject({ state: 'failed' });
	});

	it('is otherwise a usual one where something lies', () => {
		const folder = mkdtempSync(join(tmpdir(), 'place-'));
		const usual = [join(folder, 'one'), join(folder, 'two')];
		expect(clamdPlace('', usual)).toBeUndefined();
		writeFileSync(usual[1]!, '');
		expect(clamdPlace('', usual)).toEqual({ socket: usual[1], named: false });
		rmSync(folder, { recursive: true });
		expect(existsSync(folder)).toBe(false);
	});
});
