/** A session of a leaf and a super-node as our own encoders make it: what each says, enciphered, step by step. */
import { Cipher, type CipherType, keyOf } from '../../../src/networks/fasttrack/wire/cipher.ts';
import { FrameWriter, MessageType } from '../../../src/networks/fasttrack/wire/frame.ts';
import {
	encodeAnswer,
	encodeHello,
	leafSeed,
	supernodeSeed,
} from '../../../src/networks/fasttrack/wire/handshake.ts';
import {
	encodeExternalAddress,
	encodeNodeInfo,
	encodeNodes,
} from '../../../src/networks/fasttrack/wire/node.ts';
import { encodePush, encodePushRequest } from '../../../src/networks/fasttrack/wire/push.ts';
import { Compare, encodeQuery, Realm } from '../../../src/networks/fasttrack/wire/query.ts';
import { encodeReply, encodeReplyEnd } from '../../../src/networks/fasttrack/wire/reply.ts';
import { encodeShare, type FileRecord, Medium } from '../../../src/networks/fasttrack/wire/share.ts';
import { Tag } from '../../../src/networks/fasttrack/wire/tags.ts';
import type { Said } from '../../watch/conversation.ts';
import { bytesOf } from '../gnutella/wire/pieces.ts';

export const hash = Uint8Array.from({ length: 20 }, (_, i) => 3 * i + 1);

export function file(name: string, size = 5_000_000): FileRecord {
	return { hash, id: 0x1234, size, tags: new Map([[Tag.Name as number, bytesOf(name)]]) };
}

/** One side's stream behind its greeting. */
export class Speaker {
	readonly #cipher: Cipher;
	readonly #frames = new FrameWriter();

	constructor(seed: number, type: CipherType) {
		this.#cipher = new Cipher(keyOf(seed >>> 0), type);
	}

	clear(bytes: Uint8Array): Uint8Array {
		const closed = bytes.slice();
		this.#cipher.apply(closed);
		return closed;
	}

	message(type: number, body: Uint8Array): Uint8Array {
		return this.clear(this.#frames.message(type, body));
	}

	name(name: string): Uint8Array {
		return this.clear(bytesOf(`${name}\0`));
	}

	ping(): Uint8Array {
		return this.clear(this.#frames.ping());
	}
}

export interface SessionOptions {
	readonly type?: CipherType;
	readonly leafSeed?: number;
	readonly supernodeSeed?: number;
	readonly network?: string;
}

/** Seeds have masks that are known: no others can be said by us. */
export function speakers(options: SessionOptions = {}): {
	leaf: Speaker;
	supernode: Speaker;
	greetings: Said[];
} {
	const { type = 0x01, leafSeed: first = leafSeed, supernodeSeed: second = supernodeSeed } = options;
	return {
		leaf: new Speaker(first ^ second, type),
		supernode: new Speaker(second, type),
		greetings: [
			['>', encodeHello(0x01, first)],
			['<', encodeAnswer(type, second)],
		],
	};
}

/** Join, share, search, results, and a call-back each way. */
export function session(options: SessionOptions = {}): Said[] {
	const { leaf, supernode, greetings } = speakers(options);
	const name = options.network ?? 'KaZaA';
	const source = { host: '203.0.113.30', port: 3030 };
	return [
		...greetings,
		['<', supernode.name(name)],
		['>', leaf.name(name)],
		[
			'<',
			supernode.message(
				MessageType.NodeList,
				encodeNodes([
					{ address: { host: '203.0.113.10', port: 1310 }, minutes: 1, load: 20 },
					{ address: { host: '203.0.113.11', port: 1311 }, minutes: 2, load: 30 },
				]),
			),
		],
		[
			'>',
			leaf.message(
				MessageType.NodeInfo,
				encodeNodeInfo({ address: { host: '203.0.113.20', port: 2020 }, bandwidth: 0x60, user: 'ada' }),
			),
		],
		['<', supernode.message(MessageType.ExternalAddress, encodeExternalAddress('203.0.113.20'))],
		['<', supernode.message(MessageType.SendShares, new Uint8Array(0))],
		['>', leaf.ping()],
		['>', leaf.message(MessageType.Share, encodeShare({ ...file('my song.mp3'), medium: Medium.Audio }))],
		[
			'>',
			leaf.message(
				MessageType.Query,
				encodeQuery({
					most: 50,
					id: 7,
					realm: Realm.All,
					terms: [{ compare: Compare.Substring, tag: Tag.Any, value: bytesOf('red balloon') }],
				}),
			),
		],
		[
			'<',
			supernode.message(
				MessageType.Reply,
				encodeReply({
					supernode: { host: '203.0.113.31', port: 3131 },
					id: 7,
					results: [{ source, bandwidth: 0x68, user: 'bob', networkName: 'KaZaA', ...file('balloon.avi') }],
				}),
			),
		],
		['<', supernode.message(MessageType.ReplyEnd, encodeReplyEnd(7))],
		[
			'>',
			leaf.message(
				MessageType.Push,
				encodePushRequest({
					id: 1,
					requester: { host: '203.0.113.20', port: 2020 },
					target: { host: '203.0.113.40', port: 4040 },
					supernode: { host: '203.0.113.41', port: 4141 },
					user: 'eve',
				}),
			),
		],
		[
			'<',
			supernode.message(
				MessageType.Push,
				encodePush({ id: 2, requester: { host: '203.0.113.50', port: 5050 } }),
			),
		],
	];
}
