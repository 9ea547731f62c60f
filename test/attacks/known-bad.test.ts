import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { KnownBad } from '../../src/defence/known-bad.ts';
import { inspected } from './inspected.ts';

/** A worm of today: no rule of content knows it. Scanners themselves are tested with the inspection. */
const worm = Buffer.from('something that looks like a harmless text');
const lists = {
	'known-bad.txt': `# seen yesterday\n${createHash('sha1').update(worm).digest('hex')} worm\n`,
};

it('content that is known to be bad passes without the defence', async () => {
	const seen = await inspected(worm, 'readme.txt', ['known-bad'], lists);
	expect(seen.findings).toEqual([]);
});

it('with the defence it is refused', async () => {
	const seen = await inspected(worm, 'readme.txt', [], lists);
	expect(seen.findings).toMatchObject([{ code: 'defence.known.hash', verdict: 'refused' }]);
});

it('what a scanner finds is refused, what it guesses or cannot say is suspicious', () => {
	const of = (on: boolean, ...rest: Parameters<KnownBad['judge']>) =>
		new KnownBad(on).judge(...rest).map(({ code, verdict }) => `${verdict} ${code}`);
	const found = (name: string) => ({ scanner: 'ClamAV', state: 'found', names: [name] }) as const;
	expect(of(true, found('Win.Worm.Mandragore-1'), false)).toEqual(['refused defence.known.signature']);
	expect(of(false, found('Win.Worm.Mandragore-1'), false)).toEqual([]);
	for (const name of ['Heuristics.Encrypted.Zip', 'PUA.Win.Tool.Packed'])
		expect(of(true, found(name), false)).toEqual(['suspicious defence.known.guess']);
	for (const state of ['failed', 'absent'] as const) {
		const answer = { scanner: 'ClamAV', state, why: 'gone' };
		expect(of(true, answer, true)).toEqual(['suspicious defence.known.unscanned']);
		expect(of(true, answer, false)).toEqual([]);
	}
	for (const state of ['clean', 'too large'] as const)
		expect(of(true, { scanner: 'ClamAV', state }, true)).toEqual([]);
});
