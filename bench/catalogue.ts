/** What a FastTrack super-node's catalogue takes: files a second of processor time, bytes a file, a search, and leaves that go. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Random } from '../fuzz/random.ts';
import { isRefusal } from '../src/evidence/refusal.ts';
import { Catalogue } from '../src/networks/fasttrack/catalogue.ts';
import { decodeShare, encodeShare } from '../src/networks/fasttrack/wire/share.ts';
import { encodeText } from '../src/networks/fasttrack/wire/text.ts';

const steps = 5;
const files = 400_000;
const filesOfLeaf = 1000;
const searches = 5000;

export async function catalogue(): Promise<void> {
	setFlagsFromString('--expose-gc');
	const gc = runInNewContext('gc') as () => void;
	// Buffers are given back in the background, after the collection that found them.
	const collect = async (): Promise<void> => {
		for (let round = 0; round < 4; round++) {
			gc();
			await new Promise((resolve) => setTimeout(resolve, 250));
		}
	};
	const random = new Random(1);
	// 5,000 words, a few of them in very many names.
	const word = (): string => `w${Math.floor((random.below(1 << 20) / (1 << 20)) ** 3 * 5000)}`;
	const bodies = Array.from({ length: files }, (_, i) =>
		encodeShare({
			hash: Uint8Array.from({ length: 20 }, () => random.below(256)),
			id: 1,
			size: 1000 + i,
			medium: 1,
			tags: new Map([
				[2, encodeText(`${word()} ${word()} ${word()} ${word()}.mp3`)],
				[6, encodeText(word())],
			]),
		}),
	);
	await collect();
	const before = memory();
	const kept = new Catalogue<number>();
	for (let step = 0; step < steps; step++) {
		const used = seconds();
		for (let i = (step * files) / steps; i < ((step + 1) * files) / steps; i++) {
			const body = bodies[i]!.slice();
			const share = decodeShare(body);
			if (!isRefusal(share)) kept.add(Math.floor(i / filesOfLeaf), share, body);
		}
		const rate = files / steps / (seconds() - used);
		console.log(`catalogue, ${kept.files} files: ${Math.round(rate)} more a second`);
	}
	await collect();
	console.log(`catalogue: ${Math.round((memory() - before) / files)} bytes a file`);
	for (const count of [1, 2, 3]) {
		const used = seconds();
		for (let i = 0; i < searches; i++)
			kept.match({ text: Array.from({ length: count }, word).join(' ') }, 100);
		const each = ((seconds() - used) / searches) * 1000;
		console.log(`catalogue, a search for ${count} words, at most 100 results: ${each.toFixed(3)} ms`);
	}
	const used = seconds();
	for (let leaf = 0; leaf < files / filesOfLeaf; leaf++) kept.left(leaf);
	const each = ((seconds() - used) / (files / filesOfLeaf)) * 1000;
	await collect();
	const left = Math.round((memory() - before) / 1e6);
	// Named here, or what was published would be collected and taken for memory given back.
	if (bodies.length !== files) throw new Error('the bodies are gone');
	console.log(
		`catalogue, a leaf of ${filesOfLeaf} files leaves: ${each.toFixed(2)} ms; all left: ${left} MB more than before`,
	);
}

function seconds(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1e6;
}

function memory(): number {
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}
