/**
 * The fuzz targets of watch: spoilt packets through the whole path (link layer to record), spoilt captures whole
 * and in pieces, NetFlow. Good packets come from the shared captures where they are, else from made-up ones.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isRefusal } from '../src/evidence/refusal.ts';
import { RuleBook } from '../src/watch/block/rule-book.ts';
import { tableText } from '../src/watch/block/table.ts';
import { readerOf } from '../src/watch/capture/capture-file.ts';
import { NetflowDecoder } from '../src/watch/capture/netflow.ts';
import type { PacketSink } from '../src/watch/capture/packet-sink.ts';
import { Lines } from '../src/watch/export/lines.ts';
import { writeZeekFlow } from '../src/watch/export/zeek.ts';
import { JoinedFlows } from '../src/watch/flows/joined.ts';
import { decide } from '../src/watch/policy.ts';
import { readPolicy } from '../src/watch/policy-file.ts';
import { Hosts } from '../src/watch/recognise/hosts.ts';
import { Watch } from '../src/watch/watch.ts';
import type { Target } from './gnutella.ts';
import type { Random } from './random.ts';

const links = [0, 1, 12, 101, 108, 113, 228, 229, 276, 9];
const captures = good();
const frames = captures.map(framesOf).filter((list) => list.length > 0);

export const watchTargets: readonly Target[] = [
	{ name: 'watch, packets', run: packets },
	{ name: 'watch, captures', run: pieces },
	{ name: 'watch, NetFlow', run: netflow },
	{ name: 'watch, policies', run: policies },
];

/** A run of packets, some spoilt, repeated, turned or sent elsewhere: every record must be JSON. */
function packets(random: Random): void {
	const list = random.pick(frames);
	const lines: string[] = [];
	const records = new Lines((bytes) => lines.push(Buffer.from(bytes).toString()));
	const zeek = new Lines(() => {});
	const watch = new Watch({
		flows: records,
		events: records,
		detail: random.below(2) === 0,
		hosts: new Hosts(() => 3),
		mostFlows: random.pick([4, 100, 1 << 14]),
		ended: (flow, _why, verdict) => writeZeekFlow(zeek, flow, verdict),
	});
	let at = random.below(list.length);
	let second = random.below(0x7fffffff);
	for (let count = random.below(40); count >= 0; count--) {
		const whole = list[at % list.length]!;
		const frame = random.below(3) === 0 ? random.spoilt(whole) : whole;
		random.last = frame;
		// Around it are bytes that are none of its business.
		const buffer = new Uint8Array(frame.length + 40).fill(random.below(256));
		buffer.set(frame, 20);
		const link = random.below(8) === 0 ? random.pick(links) : 1;
		const cut = random.below(6) === 0 ? random.below(frame.length + 1) : frame.length;
		watch.packet(buffer, 20, 20 + cut, frame.length, link, second, random.below(1_000_000));
		if (random.below(5) === 0) second = (second + random.below(4000)) & 0x7fffffff;
		if (random.below(10) > 0) at++;
	}
	watch.end({ dropped: 0 });
	for (const line of lines.join('').split('\n')) if (line !== '') JSON.parse(line);
}

/** The same packets whole and in pieces, never outside the file. */
function pieces(random: Random): void {
	const bytes = random.spoilt(random.pick(captures));
	random.last = bytes;
	const whole = new Counter();
	const reader = readerOf(bytes, 0, bytes.length, whole);
	if (isRefusal(reader)) return;
	const consumed = reader.feed(bytes, 0, bytes.length);
	reader.finish(bytes, consumed, bytes.length);
	const cut = new Counter();
	const again = readerOf(bytes, 0, bytes.length, cut);
	if (isRefusal(again)) throw new Error('refused only the second time');
	let from = 0;
	for (let to = 4; to < bytes.length; to = Math.min(bytes.length, to + 1 + random.below(300)))
		from += again.feed(bytes, from, to);
	from += again.feed(bytes, from, bytes.length);
	again.finish(bytes, from, bytes.length);
	if (whole.packets !== cut.packets || whole.sum !== cut.sum)
		throw new Error(`${whole.packets} packets whole, ${cut.packets} in pieces`);
}

class Counter implements PacketSink {
	packets = 0;
	sum = 0;

	packet(
		bytes: Uint8Array,
		from: number,
		to: number,
		wireLength: number,
		link: number,
		seconds: number,
	): void {
		if (from < 0 || to < from || to > bytes.length)
			throw new Error(`packet ${from} to ${to} of ${bytes.length}`);
		this.packets++;
		this.sum = (Math.imul(this.sum, 31) + (to - from) + wireLength + link + seconds) | 0;
	}
}

const template = Uint8Array.from(
	'000a00340000000100000001000000000002001c01000005000800040007000200040001000100040002000401000014'
		.match(/../g)!
		.map((byte) => Number.parseInt(byte, 16)),
);

function netflow(random: Random): void {
	const decoder = new NetflowDecoder();
	const joined = new JoinedFlows(() => {});
	for (let count = random.below(6); count >= 0; count--) {
		const bytes = random.below(4) === 0 ? random.bytes(200) : random.spoilt(template);
		if (random.below(3) === 0 && bytes.length > 2) bytes[1] = random.pick([5, 9, 10]);
		random.last = bytes;
		decoder.datagram('192.0.2.1:1', bytes, (one) => joined.add(one));
	}
	joined.end();
}

function good(): Uint8Array[] {
	const folder = fileURLToPath(new URL('../../shared/data/captures', import.meta.url));
	const made = [madeUp()];
	if (!existsSync(folder)) return made;
	for (const kind of ['p2p', 'other']) {
		for (const name of readdirSync(`${folder}/${kind}`)) {
			const bytes = readFileSync(`${folder}/${kind}/${name}`);
			made.push(Uint8Array.from(bytes.subarray(0, 60_000)));
		}
	}
	return made;
}

function framesOf(capture: Uint8Array): Uint8Array[] {
	const found: Uint8Array[] = [];
	const reader = readerOf(capture, 0, capture.length, {
		packet: (bytes, from, to) => void found.push(bytes.slice(from, to)),
	});
	if (isRefusal(reader)) return found;
	reader.feed(capture, 0, capture.length);
	return found;
}

/** One handshake of Gnutella over Ethernet and IPv4. */
function madeUp(): Uint8Array {
	const text = Buffer.from('GNUTELLA CONNECT/0.6\r\nUser-Agent: x\r\nX-Try: 192.0.2.7:6346\r\n\r\n');
	const capture = Buffer.alloc(24 + 16 + 54 + text.length);
	capture.writeUInt32LE(0xa1b2c3d4, 0);
	capture.writeUInt32LE(262_144, 16);
	capture.writeUInt32LE(1, 20);
	capture.writeUInt32LE(54 + text.length, 32);
	capture.writeUInt32LE(54 + text.length, 36);
	capture.set([8, 0, 0x45, 0], 40 + 12);
	capture.writeUInt16BE(40 + text.length, 40 + 16);
	capture.set([6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 4, 210, 24, 202], 40 + 23);
	capture[40 + 46] = 0x50;
	capture[40 + 47] = 0x18;
	capture.set(text, 40 + 54);
	return capture;
}

const policyPieces = [
	...[
		'rules:',
		'\n',
		'\n  - ',
		'name: a',
		'match: ',
		'{',
		'}',
		'[',
		']',
		', ',
		': ',
		'&a ',
		'*a',
		'? ',
		'|',
		'"',
		'#',
	],
	...[
		'network: any',
		'host: 10.0.0.0/8',
		'hours: "22:00-07:00"',
		'over: 1GB',
		'by: payload',
		'direction: out',
	],
	...[
		'action: block',
		'action: throttle',
		'rate: 64kbit',
		'action: permit-only',
		'ports: [80, 6000-6010]',
		'for: 1h',
	],
	...[
		'local: [10.0.0.0/8]',
		'::1/128',
		'!!binary ',
		'<<: ',
		'99999999999999999999',
		'\t',
		'\u0000',
		'\ud800',
	],
];

/** Texts of pieces: faults with lines, or a policy whose table can be written and whose rules decide. */
function policies(random: Random): void {
	let text = random.below(2) === 0 ? 'rules:\n  - { name: a, match: { ' : '';
	for (let count = random.below(30); count > 0; count--) text += random.pick(policyPieces);
	random.last = Buffer.from(text);
	const policy = readPolicy(text, ['gnutella']);
	if (isRefusal(policy)) {
		const lines = text.split(/\r\n|\r|\n/).length;
		for (const { line } of policy.faults)
			if (!(line >= 1 && line <= lines + 1)) throw new Error(`a fault at line ${line} of ${lines}`);
		return;
	}
	const ends = { source: '10.0.0.1', sourcePort: 1, destination: '192.0.2.1', destinationPort: 2 };
	decide(
		policy,
		{ ...ends, protocol: 'tcp', network: 'gnutella', by: 'payload', bytes: 2e9 },
		random.below(1440),
	);
	const rules = new RuleBook(policy).rules;
	const { local } = policy;
	const of = { rules, local, management: { addresses: [], sessions: [] }, shaped: 'a0', elements: [] };
	if (/[^\P{C}\n\t]/u.test(tableText(of))) throw new Error('a control character in the table');
}
