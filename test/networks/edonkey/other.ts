/** Clients of eDonkey that do what a test wants, in a virtual world. */
import { isRefusal } from '../../../src/evidence/refusal.ts';
import {
	decodeMultiPacket,
	encodeFileStatus,
	encodeMultiPacketAnswer,
} from '../../../src/networks/edonkey/wire/files.ts';
import { EMULE, encodeFrame, type Frame, FrameSplitter } from '../../../src/networks/edonkey/wire/frames.ts';
import { encodeHello, type Hello } from '../../../src/networks/edonkey/wire/hello.ts';
import { ClientMessage, MuleMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import type { Network } from '../../../src/networks/network.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import type { Address, Link, World } from '../../../src/world/world.ts';
import { ed2kOf, PORT } from './net.ts';
import { someHello } from './wire/kinds.ts';

/** Somebody who answers each message by hand. */
export class Other implements Network {
	readonly name = 'edonkey';
	readonly frames: Frame[] = [];
	links = 0;
	closed = () => {};
	drained = () => {};
	/** What came by UDP. */
	readonly datagrams: { from: Address; bytes: Uint8Array }[] = [];
	/** What it says of itself. */
	hello: Hello = someHello;
	tick = () => {};
	link: Link = 0;
	readonly world: World;
	readonly #answer: (frame: Frame, say: (bytes: Uint8Array) => void) => void;
	readonly #splitters = new Map<Link, FrameSplitter>();

	constructor(world: World, answer: (frame: Frame, say: (bytes: Uint8Array) => void) => void) {
		this.world = world;
		this.#answer = answer;
	}

	opened(link: Link, _remote: Address, dialled: boolean): void {
		this.links++;
		this.link = link;
		this.#splitters.set(link, new FrameSplitter());
		if (dialled) this.world.send(link, encodeFrame(ClientMessage.Hello, encodeHello(this.hello, false)));
	}

	datagram(from: Address, bytes: Uint8Array): void {
		this.datagrams.push({ from, bytes: bytes.slice() });
	}

	received(link: Link, bytes: Uint8Array): void {
		const splitter = this.#splitters.get(link)!;
		splitter.push(bytes);
		for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
			if (isRefusal(frame)) throw new Error(frame.refused);
			this.frames.push({ ...frame, body: frame.body.slice() });
			this.#answer(frame, (answer) => void this.world.send(link, answer));
		}
	}
}

export type Answers = Partial<Record<number, () => Uint8Array | Uint8Array[]>>;

/** To several questions about the file: it has all of it. */
export const answerOfSeveral = encodeFrame(
	MuleMessage.MultiPacketAnswer,
	encodeMultiPacketAnswer({ hash: ed2kOf('talk.pdf'), name: 'talk.pdf', parts: 'all' }),
	EMULE,
);

/** A source that says hello and then what the test wants. */
export function source(
	net: VirtualNet,
	answers: Answers,
	ip = '203.0.113.20',
	hello: Hello = someHello,
): Other {
	const all: Answers = {
		[ClientMessage.Hello]: () => encodeFrame(ClientMessage.HelloAnswer, encodeHello(hello, true)),
		[ClientMessage.SetFile]: () =>
			encodeFrame(ClientMessage.FileStatus, encodeFileStatus({ hash: ed2kOf('talk.pdf'), parts: 'all' })),
		[ClientMessage.StartUpload]: () => encodeFrame(ClientMessage.AcceptUpload),
		...answers,
	};
	const other = net.world(
		ip,
		(world) =>
			new Other(world, ({ opcode, body }, say) => {
				if (opcode === MuleMessage.MultiPacketLarge) {
					say(answerOfSeveral);
					const asked = decodeMultiPacket(body, true, 2);
					if (!isRefusal(asked) && asked.wantsSources !== undefined)
						for (const answer of [all[MuleMessage.RequestSources2]?.() ?? []].flat()) say(answer);
				}
				for (const answer of [all[opcode]?.() ?? []].flat()) say(answer);
			}),
		{ port: PORT, datagramsAbove: 10 },
	).network;
	other.hello = hello;
	return other;
}
