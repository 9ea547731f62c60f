/** The fuzz targets of eDonkey: every decoder, and the stream of frames. */
import { isRefusal } from '../src/evidence/refusal.ts';
import { encodeFrame, FrameSplitter, unpackFrame } from '../src/networks/edonkey/wire/frames.ts';
import { sealedClient, sealedServer } from '../src/networks/edonkey/wire/sealed-sessions.ts';
import { sealedAccepter, sealedDialler } from '../src/networks/edonkey/wire/sealed-streams.ts';
import type { SealedEnd } from '../src/networks/edonkey/wire/sealing.ts';
import { kinds } from '../test/networks/edonkey/wire/kinds.ts';
import type { Target } from './gnutella.ts';
import type { Random } from './random.ts';

const user = Uint8Array.from({ length: 16 }, (_, i) => i * 3);

const decoders: Target[] = kinds.map(({ name, good, decode }) => ({
	name: `edonkey ${name}`,
	run: (random) => void decode(random.spoilt(good)),
}));

/** What a stream of frames comes to: opcodes and lengths, and the refusal that ended it. */
function told(pieces: readonly Uint8Array[]): string {
	const splitter = new FrameSplitter();
	const found: string[] = [];
	for (const piece of pieces) {
		splitter.push(piece);
		for (let next = splitter.next(); next !== undefined; next = splitter.next()) {
			if (isRefusal(next)) return `${found.join(' ')} ${next.refused}`;
			const whole = unpackFrame(next, 0xe3, 10_000);
			found.push(isRefusal(whole) ? whole.refused : `${whole.opcode}:${whole.body.length}`);
		}
	}
	return found.join(' ');
}

const stream = Buffer.concat(kinds.map(({ good }, i) => encodeFrame(0xb0 + i, good, i % 2 ? 0xe3 : 0xc5)));

/** What an end makes of the wire in these pieces: how it ended, and how much it read. */
function shown(end: SealedEnd, pieces: readonly Uint8Array[]): string {
	const frames = new FrameSplitter();
	let read = '';
	for (const piece of pieces) {
		const plain = end.take(piece.slice());
		end.due();
		if (isRefusal(plain)) return `${read} ${plain.refused}`;
		if (plain === 'more') continue;
		frames.push(plain);
		for (let next = frames.next(); next !== undefined; next = frames.next()) {
			if (isRefusal(next)) return `${read} ${next.refused}`;
			read += ` ${next.opcode}:${next.body.length}`;
		}
	}
	return read;
}

function inPieces(random: Random, bytes: Uint8Array): Uint8Array[] {
	const pieces: Uint8Array[] = [];
	for (let at = 0; at < bytes.length; ) {
		const to = at + 1 + random.below(60);
		pieces.push(bytes.subarray(at, to));
		at = to;
	}
	return pieces;
}

const chance = (seed: number, length: number): Uint8Array =>
	Uint8Array.from({ length }, (_, i) => seed + i * 31);

/** A dialler's side of a whole link, as it is on the wire where the accepter has answered so. */
function linkTo(dialler: SealedEnd, answer: Uint8Array | undefined, plain: Uint8Array): Uint8Array {
	const parts = [dialler.due()];
	dialler.hide(parts[0]!);
	if (answer !== undefined) dialler.take(answer.slice());
	const rest = new Uint8Array(Buffer.concat([dialler.due(), plain]));
	dialler.hide(rest);
	return new Uint8Array(Buffer.concat([...parts, rest]));
}

/** The same server each time: its answer is what the client agrees on. */
const serverOf = () => sealedServer(chance(9, 21), () => true);
function answerOf(opening: Uint8Array): Uint8Array {
	const server = serverOf();
	server.take(opening.slice());
	const answer = server.due();
	server.hide(answer);
	return answer;
}
const answerToClient = answerOf(sealedClient(chance(3, 30)).due());

/** Spoilt before it is hidden, or on the wire; whole and in pieces it must mean the same. */
function sealed(accepter: () => SealedEnd, link: (plain: Uint8Array) => Uint8Array) {
	return (random: Random): void => {
		const wire = link(random.below(2) === 0 ? random.spoilt(stream) : stream);
		const bytes = random.below(2) === 0 ? random.spoilt(wire) : wire;
		random.last = bytes;
		if (shown(accepter(), [bytes]) !== shown(accepter(), inPieces(random, bytes)))
			throw new Error('pieces differ from the whole');
	};
}

export const edonkeyTargets: readonly Target[] = [
	...decoders,
	{
		name: 'edonkey frames, whole and in pieces',
		run: (random: Random) => {
			const bytes = random.spoilt(stream);
			if (told([bytes]) !== told(inPieces(random, bytes))) throw new Error('pieces differ from the whole');
		},
	},
	{
		name: 'edonkey sealed link of a client',
		run: sealed(
			() => sealedAccepter(user, chance(5, 3)),
			(plain) => linkTo(sealedDialler(user, chance(4, 12)), undefined, plain),
		),
	},
	{
		name: 'edonkey sealed session',
		run: sealed(serverOf, (plain) => linkTo(sealedClient(chance(3, 30)), answerToClient, plain)),
	},
];
