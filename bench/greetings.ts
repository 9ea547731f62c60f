/**
 * What a flood of FastTrack greetings costs `watch`: each takes a key to open or to give up. Beside it the same
 * number of flows of the same size that are nothing. In this process, packets from memory.
 */
import { Cipher, keyOf } from '../src/networks/fasttrack/wire/cipher.ts';
import { Body } from '../src/networks/fasttrack/wire/fields.ts';
import { encodeHello } from '../src/networks/fasttrack/wire/handshake.ts';
import { Lines } from '../src/watch/export/lines.ts';
import { Watch } from '../src/watch/watch.ts';
import { ethernet, ip } from '../test/watch/packets.ts';
import { median } from './sides.ts';

const flows = 100_000;
const rounds = 5;

interface Kind {
	readonly name: string;
	readonly hello: Uint8Array;
	/** What each side says behind the hello, for a seed of the super-node. */
	readonly rest: (seed: number) => readonly [answer: Uint8Array, more: Uint8Array];
}

const hello = encodeHello(0x01);
const name = Uint8Array.from(Buffer.from('KaZaA\0'));
const noise = Uint8Array.from({ length: 14 }, (_, i) => 151 * i + 13);

function closed(seed: number): Uint8Array {
	const bytes = name.slice();
	new Cipher(keyOf(seed), 0x09).apply(bytes);
	return bytes;
}

function answer(seed: number, rest: Uint8Array): Uint8Array {
	return new Body().four(seed).four(0).bytes(rest).done();
}

const kinds: readonly Kind[] = [
	{ name: 'nothing known', hello: noise.subarray(0, 12), rest: () => [noise, name] },
	{ name: 'greetings that do not open', hello, rest: (seed) => [answer(seed, name), name] },
	{
		name: 'greetings that open both ways',
		hello,
		rest: (seed) => [answer(seed, closed(seed)), closed((0xfacb1238 ^ seed) >>> 0)],
	},
];

function framesOf({ hello: first, rest }: Kind): Uint8Array[] {
	const frames: Uint8Array[] = [];
	for (let flow = 0; flow < flows; flow++) {
		const address = `10.${flow >> 16}.${(flow >> 8) & 255}.${flow & 255}`;
		const there = { source: address, destination: '192.0.2.1', sourcePort: 4000, destinationPort: 5555 };
		const back = { source: '192.0.2.1', destination: address, sourcePort: 5555, destinationPort: 4000 };
		const [said, more] = rest((Math.imul(flow, 0x9e3779b1) ^ 0x5bd1e995) >>> 0);
		for (const of of [
			{ ...there, flags: 'S', sequence: 1000 },
			{ ...back, flags: 'SA', sequence: 5000 },
			{ ...there, flags: 'PA', sequence: 1001, payload: first },
			{ ...back, flags: 'PA', sequence: 5001, payload: said },
			{ ...there, flags: 'PA', sequence: 1001 + first.length, payload: more },
		])
			frames.push(ethernet(ip(of)));
	}
	return frames;
}

export function greetings(): void {
	for (const kind of kinds) {
		const frames = framesOf(kind);
		const times: number[] = [];
		for (let round = 0; round <= rounds; round++) {
			const lines = new Lines(() => {});
			const watch = new Watch({ flows: lines, events: lines });
			const before = process.cpuUsage();
			for (const frame of frames) watch.packet(frame, 0, frame.length, frame.length, 1, 1000, 0);
			const { user, system } = process.cpuUsage(before);
			const each = (user + system) / flows;
			watch.end({ dropped: 0 });
			if (round > 0) times.push(each);
		}
		const spread = `${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)}`;
		console.log(
			`${flows} flows, ${kind.name}: ${median(times).toFixed(1)} us of processor time a flow (${spread})`,
		);
	}
}
