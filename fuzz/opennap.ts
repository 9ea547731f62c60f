/** The fuzz targets of OpenNap: every decoder, and the stream of frames. */
import { isRefusal } from '../src/evidence/refusal.ts';
import { encodeFrame, FrameSplitter } from '../src/networks/opennap/wire/frames.ts';
import { kinds } from '../test/networks/opennap/wire/kinds.ts';
import type { Target } from './gnutella.ts';
import type { Random } from './random.ts';

const decoders: Target[] = kinds.map(({ name, good, decode }) => ({
	name: `opennap ${name}`,
	run: (random) => void decode(random.spoilt(good)),
}));

const stream = Buffer.concat(kinds.map(({ good }, i) => encodeFrame(200 + i, good)));

/** What a stream of frames comes to: types and lengths, and the refusal that ended it. */
function told(pieces: readonly Uint8Array[]): string {
	const splitter = new FrameSplitter();
	const found: string[] = [];
	for (const piece of pieces) {
		splitter.push(piece);
		for (let next = splitter.next(); next !== undefined; next = splitter.next()) {
			if (isRefusal(next)) return `${found.join(' ')} ${next.refused}`;
			found.push(`${next.type}:${next.body.length}`);
		}
	}
	return found.join(' ');
}

export const opennapTargets: readonly Target[] = [
	...decoders,
	{
		name: 'opennap frames, whole and in pieces',
		run: (random: Random) => {
			const bytes = random.spoilt(stream);
			const pieces: Uint8Array[] = [];
			for (let at = 0; at < bytes.length; ) {
				const to = at + 1 + random.below(60);
				pieces.push(bytes.subarray(at, to));
				at = to;
			}
			if (told([bytes]) !== told(pieces)) throw new Error('pieces differ from the whole');
		},
	},
];
